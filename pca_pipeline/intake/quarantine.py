"""Failed calls: their files beside the reason, until a person sends them back."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

from pca_pipeline.errors import PcaError, StorageError
from pca_pipeline.intake.files import make_folder, read_json, storage_errors, write_json
from pca_pipeline.intake.journal import INPUT, OUTPUT, Journal, Phase
from pca_pipeline.intake.journal import NAME as JOURNAL_NAME
from pca_pipeline.intake.locks import LOCK_NAME, work_lock
from pca_pipeline.intake.names import shown, without_files
from pca_pipeline.intake.taking import free_folder, return_input
from pca_pipeline.settings import Settings

REASON_NAME = "error.json"


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a call failed. `files` are names as dropped."""

    call_id: str
    stage: str
    error: str  # class of the error
    message: str
    hint: str
    retryable: bool
    attempt: int
    failed_at: str
    files: tuple[str, ...] = field(repr=False)

    @classmethod
    def of(cls, call_id: str, error: PcaError, stage: str, attempt: int = 1, files: Iterable[str] = ()) -> Failure:
        """The failure that just happened."""
        return cls(
            call_id=call_id,
            stage=stage,
            error=type(error).__name__,
            message=error.message,
            hint=error.hint,
            retryable=error.retryable,
            attempt=attempt,
            failed_at=datetime.now(UTC).isoformat(timespec="milliseconds"),
            files=tuple(files),
        )


def note_failure(journal: Journal, error: PcaError, stage: str) -> Journal:
    """The journal with that failure of the present attempt."""
    failure = asdict(Failure.of(journal.call_id, error, stage, journal.attempt))
    noted = {name: value for name, value in failure.items() if name not in ("call_id", "files")}
    return replace(journal, failures=(*journal.failures, noted))


def failure_of(journal: Journal) -> Failure:
    """The last failure that a journal has noted."""
    return _failure(journal.call_id, _reason(journal))


def set_aside(folder: Path, journal: Journal, lock: TextIO, settings: Settings) -> Path:
    """Move a claim to the failed calls in one rename. An earlier failure of the call keeps its folder."""
    journal.save(folder, phase=Phase.FAILING)
    if (folder / OUTPUT).exists():
        shutil.rmtree(folder / OUTPUT)
    write_json(folder / REASON_NAME, _reason(journal))
    with work_lock(settings.work_folder):
        target = free_folder(make_folder(settings.failed_folder) / journal.call_id)
        folder.rename(target)
        lock.close()
    for name in (JOURNAL_NAME, LOCK_NAME):
        (target / name).unlink(missing_ok=True)
    return target


def _reason(journal: Journal) -> dict[str, object]:
    """What a person needs to know, and nothing that was said on the call."""
    *earlier, last = journal.failures
    return {
        "call_id": journal.call_id,
        **last,
        "conversations": [id_ for id_ in (journal.conversation_id, journal.chain) if id_],
        "files": [shown(item.place) for item in journal.inputs],
        "retry": f"Mend the cause, or the files in `{INPUT}`, then run: pca retry {journal.call_id}",
        "earlier": earlier,
    }


def failures(settings: Settings) -> tuple[Failure, ...]:
    """The last failures of all calls whose files wait to be sent back, oldest first."""
    with storage_errors(settings.failed_folder):
        found = [_failure(call_of(folder), read_reason(folder)) for folder in open_folders(settings)]
    return tuple(sorted(found, key=lambda failure: failure.failed_at))


def retry(settings: Settings, call_ids: Collection[str] = ()) -> tuple[str, ...]:
    """Move the files of these failed calls, or of all, back into the inbox. Returns the ids of those moved.

    The reason stays in its folder as history. Raises StorageError; what was moved until then is in the inbox.
    """
    moved = []
    with storage_errors(settings.failed_folder), work_lock(settings.work_folder):
        for folder in open_folders(settings):
            call_id = call_of(folder)
            if not call_ids or call_id in call_ids:
                return_input(folder, settings)
                _forget_names(folder)
                moved.append(call_id)
    return tuple(dict.fromkeys(moved))


def _forget_names(folder: Path) -> None:
    """Take the files' names, which may be a caller's, out of a reason that stays as history."""
    reason = read_reason(folder)
    if not reason:
        (folder / REASON_NAME).unlink(missing_ok=True)  # damaged, it may name them yet
        return
    for failure in (reason, *reason.get("earlier", ())):
        failure["message"] = without_files(failure.get("message", ""), reason.get("files", ()))
    write_json(folder / REASON_NAME, reason | {"files": []})


def open_folders(settings: Settings) -> Iterator[Path]:
    """Failed folders that still hold their input; the others are history."""
    with storage_errors(settings.failed_folder):
        folders = sorted(make_folder(settings.failed_folder).iterdir())
    return (folder for folder in folders if (folder / INPUT).is_dir())


def read_reason(folder: Path) -> dict[str, Any]:
    """Why the call of a failed folder failed; nothing where that was removed or is damaged."""
    try:
        reason = read_json(folder / REASON_NAME)
    except StorageError:
        return {}
    return reason if isinstance(reason, dict) else {}


def call_of(folder: Path) -> str:
    """The id of the call that a failed folder is of."""
    return folder.name.partition("-")[0]


def _failure(call_id: str, reason: Mapping[str, Any]) -> Failure:
    return Failure(
        call_id=call_id,
        stage=reason.get("stage", "unknown"),
        error=reason.get("error", "unknown"),
        message=reason.get("message", f"The reason is missing: {REASON_NAME} was removed or is damaged."),
        hint=reason.get("hint", "Retry the call to see it again."),
        retryable=reason.get("retryable", False),
        attempt=reason.get("attempt", 0),
        failed_at=reason.get("failed_at", ""),
        files=tuple(reason.get("files", ())),
    )
