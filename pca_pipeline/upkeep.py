"""Maintenance of finished calls: old ones are erased, and files and rows are compared with each other."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pca_pipeline import intake, warehouse
from pca_pipeline.errors import SetupError
from pca_pipeline.settings import Settings
from pca_pipeline.warehouse import Erased

_DROPPED = "select distinct call_id from files where kind in ('audio', 'transcript')"


@dataclass(frozen=True, slots=True)
class Inspection:
    """How much is where, and the ids of calls that lack rows or files."""

    stored: int  # calls in the database
    staged: int  # calls that wait for the loader
    in_work: int
    waiting: int  # files in the inbox that are not complete
    failed: dict[str, int]  # failed calls by "stage: error"
    without_rows: tuple[str, ...]  # finished calls that are neither in the database nor staged
    without_files: tuple[str, ...]  # calls in the database, not imported, whose redacted files are gone

    @property
    def whole(self) -> bool:
        """Whether every finished call has its files and its rows."""
        return not self.without_rows and not self.without_files


def inspect(settings: Settings) -> Inspection:
    """Compare the folder of finished calls with the database. Raises StorageError, DatabaseLockedError."""
    finished = _finished(settings)  # first, so that a call that finishes meanwhile is not taken for a lost one
    staged = warehouse.staged_calls(settings.staged_folder)
    stored, dropped = _stored(settings)
    status = intake.status(settings)
    return Inspection(
        stored=len(stored),
        staged=len(staged),
        in_work=status.work,
        waiting=len(status.inbox.waiting),
        failed=dict(Counter(f"{failure.stage}: {failure.error}" for failure in status.failed)),
        without_rows=tuple(sorted(finished - stored - staged)),
        without_files=tuple(sorted(dropped - _finished(settings))),
    )


def _finished(settings: Settings) -> set[str]:
    """Ids of the calls in the folder of finished calls, which is `done/<date>/<call_id>/`."""
    return {path.name for path in settings.done_folder.glob("*/*") if path.is_dir()}


def _stored(settings: Settings) -> tuple[set[str], set[str]]:
    """Ids of the calls in the database itself, not its published copy: of all, and of those that were dropped here.

    Calls from `pca import` have no files.
    """
    if not settings.database.exists():
        return set(), set()
    with warehouse.open_database(settings) as connection:
        stored = connection.execute("select call_id from calls").fetchall()
        dropped = connection.execute(_DROPPED).fetchall()
    return {call_id for (call_id,) in stored}, {call_id for (call_id,) in dropped}


def erase_older(settings: Settings, keep_days: int, now: datetime | None = None, wait: float = 0.0) -> Erased:
    """Erase rows and files of calls that began more than `keep_days` days ago. Waits `wait` seconds for a sweep to end.

    Raises SetupError, and what `warehouse.erase` raises.
    """
    if keep_days < 1:
        raise SetupError(f"Calls cannot be kept for {keep_days} days.", "Set keep_days to 1 or more.")
    before = (now or datetime.now(UTC)) - timedelta(days=keep_days)
    return warehouse.erase(settings, before=before, wait=wait)
