"""Calls that are not finished: their files lie as they were dropped in work, among the failed, or in the inbox again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from pca_pipeline.call import FileKind
from pca_pipeline.errors import FileBusyError, StorageError
from pca_pipeline.intake.claims import claim_folders
from pca_pipeline.intake.files import files_below, storage_errors
from pca_pipeline.intake.finishing import remove_claim
from pca_pipeline.intake.journal import INPUT, load_journal
from pca_pipeline.intake.locks import lock_claim, work_lock
from pca_pipeline.intake.names import is_retry_folder, kind_of
from pca_pipeline.intake.quarantine import call_of, open_folders, read_reason
from pca_pipeline.settings import Settings


@dataclass(frozen=True, slots=True)
class Unfinished:
    """One call's raw files. A call that failed more than once, or was sent back, may be here several times."""

    call_id: str
    folder: Path = field(repr=False)  # of the files
    conversations: frozenset[str]  # that it is known to be of, in lower case: its own, and that of which it is a leg
    arrived_at: datetime  # when it was taken, failed or sent back

    @property
    def files(self) -> tuple[Path, ...]:
        """All of it."""
        return tuple(files_below(self.folder))

    @property
    def records(self) -> tuple[Path, ...]:
        """Those of the files that are records, or transcripts."""
        return tuple(path for path in self.files if kind_of(path) == FileKind.RECORD)


def unfinished(settings: Settings) -> tuple[Unfinished, ...]:
    """All calls with raw files here, but for those that wait in the inbox for the first time. Raises StorageError."""
    with storage_errors(settings.folder):
        return (*_in_work(settings), *_failed(settings), *_sent_back(settings))


def discard(call_id: str, settings: Settings) -> int:
    """Delete a call's raw files, wherever they wait for another attempt. Returns their number.

    Raises FileBusyError where a process works on the call, and StorageError.
    """
    folder = settings.work_folder / call_id
    with storage_errors(settings.folder):
        count = len(files_below(folder / INPUT))
        with work_lock(settings.work_folder):
            lock = lock_claim(folder) if folder.exists() else None
        if lock:
            remove_claim(folder, lock, settings)
        elif folder.exists():
            raise FileBusyError(f"The call {call_id} is being worked on.", "Let that end, then erase it again.")
    return count


def _in_work(settings: Settings) -> Iterator[Unfinished]:
    for folder in claim_folders(settings):
        try:
            journal = load_journal(folder)
        except StorageError:  # damaged: what it is of, its files may tell
            yield Unfinished(folder.name, folder / INPUT, frozenset(), _moment(None, folder))
            continue
        if journal:
            conversations = _known(journal.conversation_id, journal.chain)
            yield Unfinished(journal.call_id, folder / INPUT, conversations, _moment(journal.claimed_at, folder))


def _failed(settings: Settings) -> Iterator[Unfinished]:
    for folder in open_folders(settings):
        reason = read_reason(folder)
        conversations = _known(*reason.get("conversations", ()))
        yield Unfinished(call_of(folder), folder / INPUT, conversations, _moment(reason.get("failed_at"), folder))


def _sent_back(settings: Settings) -> Iterator[Unfinished]:
    for folder in sorted(settings.inbox_folder.glob("retry-*")):
        if folder.is_dir() and is_retry_folder(folder.name):
            yield Unfinished(folder.name.split("-")[1], folder, frozenset(), _moment(None, folder))


def _known(*ids: str | None) -> frozenset[str]:
    return frozenset(id_.lower() for id_ in ids if id_)


def _moment(text: str | None, folder: Path) -> datetime:
    """What was written down, else when something last came into the folder or left it."""
    return datetime.fromisoformat(text) if text else datetime.fromtimestamp(folder.stat().st_mtime, UTC)
