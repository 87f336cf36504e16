"""A call from the moment its files leave the inbox to the moment they are gone, failed, or given back.

Every step is one rename or one small file, in an order that lets the next sweep go on wherever this one ends.
"""

from __future__ import annotations

import hashlib
import logging
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import TextIO

from pca_pipeline.call import FileKind, SourceFile
from pca_pipeline.errors import FileBusyError, InternalError, LostFileError, PcaError, StorageError
from pca_pipeline.intake.files import copy, files_below, make_folder, storage_errors
from pca_pipeline.intake.finishing import complete, place_of, remove_claim
from pca_pipeline.intake.found import Drop, LateRecord, Rejected
from pca_pipeline.intake.journal import INPUT, OUTPUT, Journal, Phase, load_journal
from pca_pipeline.intake.ledger import KeyKind, Ledger, open_ledger
from pca_pipeline.intake.locks import lock_claim, work_lock
from pca_pipeline.intake.names import audio_keys, shown, without_retries
from pca_pipeline.intake.quarantine import Failure, failure_of, note_failure, set_aside
from pca_pipeline.intake.taking import Source, give_back, inspect, take
from pca_pipeline.settings import Settings

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, repr=False)
class Claim:
    """A call that this process works on. `audio` is None where a transcript came alone, or a record late."""

    call_id: str
    folder: Path
    audio: Path | None
    transcript: Path | None  # made elsewhere, to be read instead of listening
    records: tuple[Path, ...]
    files: tuple[SourceFile, ...]
    chain: str | None  # the conversation that this is one leg of, where each leg has a record of its own
    attempt: int  # 1 for the first
    lock: TextIO = field(compare=False)  # held while this process lives and the claim is open

    @property
    def late(self) -> bool:
        """Only records are news to a finished call."""
        return self.audio is None and self.transcript is None

    @property
    def out(self) -> Path:
        """Folder for the call's outputs; `finish` moves what is in it to the finished calls."""
        return self.folder / OUTPUT

    def may_retry(self, error: PcaError, settings: Settings) -> bool:
        """Whether the next sweep tries again by itself."""
        return _is_the_disks(error) or (error.retryable and self.attempt < settings.intake.max_attempts)

    def __repr__(self) -> str:
        return f"Claim({self.call_id}, {len(self.files)} files, attempt {self.attempt})"


@dataclass(frozen=True, slots=True)
class Duplicate:
    """The same bytes were finished earlier under this id: the new copies are removed, no more."""

    call_id: str


def claim(found: Drop | LateRecord, settings: Settings) -> Claim | Duplicate:
    """Take the files out of the inbox into `work/<call id>/`, or remove them if they were finished before.

    The call id comes from the conversation and recording ids where both are known, else from the SHA-256 of the
    audio, or of the transcript where that came alone; what sounds like another conversation's call is a call of its
    own. The same again with a new record is a claim of the record alone: the record is news, the words are known.
    Raises FileBusyError (somebody works on the call already, or a file changed) and StorageError; the files are then
    in the inbox, or the next sweep puts them back.
    """
    sources = inspect(found, settings)
    with (
        storage_errors(settings.work_folder),
        open_ledger(settings) as ledger,
        work_lock(settings.work_folder),
    ):
        call_id = found.call_id if isinstance(found, LateRecord) else _call_id(found, sources, ledger)
        late = isinstance(found, LateRecord) or all(call_id in ledger.calls([key]) for key in _heard(sources))
        news = not late or any(
            call_id not in ledger.calls([key]) for key in _keys(KeyKind.RECORD, FileKind.RECORD, sources)
        )
        journal = Journal(
            call_id,
            late,
            datetime.now(UTC).isoformat(timespec="seconds"),
            tuple(source.input for source in sources),
            found.conversation_id,
            found.recording_id if isinstance(found, Drop) else None,
            found.chain,
        )
        _wait_for_other_legs(journal, ledger, settings)
        found = replace(found, kept=found.kept | _unread_by_other_legs(journal, sources, ledger))
        folder, lock = _open(journal, settings)
    journal = _take(folder, journal, lock, sources, found, Phase.TAKEN if news else Phase.FINISHING, settings)
    if news:
        return _claim(folder, journal, lock)
    with storage_errors(settings.folder):
        complete(folder, journal, lock, settings)
    return Duplicate(call_id)


def reject(rejected: Rejected, settings: Settings) -> Path:
    """Set a file that cannot become a call aside with its records. Returns the failed folder."""
    sources = inspect(rejected, settings)
    inputs = tuple(source.input for source in sources)
    call_id = _hashed("/".join(["rejected", *(f"{item.place}/{item.sha256}" for item in inputs)]))
    journal = Journal(call_id, False, datetime.now(UTC).isoformat(timespec="seconds"), inputs)
    journal = note_failure(journal, rejected.error, "intake")
    with storage_errors(settings.work_folder), work_lock(settings.work_folder):
        folder, lock = _open(journal, settings)
    journal = _take(folder, journal, lock, sources, rejected, Phase.FAILING, settings)
    with storage_errors(settings.folder):
        return set_aside(folder, journal, lock, settings)


def _nothing(_failure: Failure) -> None:
    """What is to be done elsewhere for a call that is about to fail."""


def stale(settings: Settings, on_failing: Callable[[Failure], None] = _nothing) -> tuple[Claim, ...]:
    """Calls to take up again first: their process was killed, or failed with an error that may pass.

    What only had to be completed or undone is completed or undone here. A call at which `intake.max_attempts`
    attempts were made goes to the failed calls, and `on_failing` is told before. Trouble with one call is
    logged and leaves it in work.
    """
    claims = []
    for folder in claim_folders(settings):
        try:
            with storage_errors(settings.folder):
                claims += _take_up(folder, settings, on_failing)
        except PcaError as error:
            _log.warning("The call %s could not be taken up again. %s", folder.name, error)
    return tuple(claims)


def resume(claim: Claim) -> Claim:
    """Count another attempt at a stale claim, now that it begins. Raises StorageError."""
    with storage_errors(claim.folder):
        _loaded(claim.folder).save(claim.folder, attempt=claim.attempt)
    return claim


def finish(claim: Claim, settings: Settings) -> Path:
    """Move the outputs to `done/<date>/<call id>/`, enter the call in the ledger, then delete the originals.

    To be called when the call is staged for the warehouse. Killed anywhere, `stale` completes it. Returns the
    folder of the outputs: those of an earlier run are replaced, and a new recording leaves none of the old
    ones. Raises StorageError; then nothing is lost, and `stale` tries again.
    """
    try:
        with storage_errors(settings.folder):
            names = tuple(str(path.relative_to(claim.out)) for path in files_below(claim.out))
            journal = _loaded(claim.folder).save(claim.folder, phase=Phase.FINISHING, outputs=names)
            return complete(claim.folder, journal, claim.lock, settings)
    finally:
        claim.lock.close()


def fail(claim: Claim, error: PcaError, stage: str, settings: Settings) -> Path:
    """End this attempt. Returns the folder where the files are now.

    While an error may pass and attempts are left, they stay in work and `stale` returns them; an attempt that ended
    with the disk's trouble does not count. Otherwise they go to `failed/<call id>/input/` beside an `error.json` for a
    person, next to earlier failures of the same call. Raises StorageError; then the files stay in work, and `stale` returns them.
    """
    try:
        with storage_errors(settings.folder):
            journal = _loaded(claim.folder)
            noted = note_failure(replace(journal, attempt=claim.attempt), error, stage)
            if not claim.may_retry(error, settings):
                return set_aside(claim.folder, noted, claim.lock, settings)
            uncounted = replace(journal, attempt=claim.attempt - 1)
            (uncounted if _is_the_disks(error) else noted).save(claim.folder)
            return claim.folder
    finally:
        claim.lock.close()


def destination(claim: Claim, settings: Settings) -> Path:
    """Folder that `finish` will move the claim's outputs to."""
    with open_ledger(settings) as ledger:
        return settings.done_folder / place_of(_loaded(claim.folder), ledger)


def outputs(call_id: str, settings: Settings) -> Path | None:
    """Folder of a finished call's redacted outputs; None if it is not finished."""
    with open_ledger(settings) as ledger:
        place = ledger.outputs(call_id)
    return settings.done_folder / place if place else None


def keep_audio(claim: Claim, audio: Path) -> Path:
    """Put a finished call's redacted recording among the claim's outputs, as it is. Raises StorageError, FileBusyError."""
    target = claim.out / audio.name
    with storage_errors(claim.folder):
        copy(audio, target)
    return target


def finished_before(claim: Claim, settings: Settings) -> tuple[Path, ...]:
    """Folders of the outputs of finished calls that a transcript may be of: by the call's id, or by its own name."""
    if claim.transcript is None:
        return ()
    name = without_retries(PurePosixPath(claim.transcript.relative_to(claim.folder / INPUT)))
    with open_ledger(settings) as ledger:
        call_ids = {claim.call_id} | ledger.named(audio_keys(name))
        places = [place for call_id in sorted(call_ids) if (place := ledger.outputs(call_id))]
    return tuple(settings.done_folder / place for place in places)


def forget(call_ids: Iterable[str], settings: Settings) -> None:
    """Strike erased calls out of the ledger: their audio dropped again is a new call. Raises StorageError."""
    with open_ledger(settings) as ledger:
        ledger.forget(call_ids)


def claim_folders(settings: Settings) -> list[Path]:
    """Folders of all claims, whoever holds them, ordered."""
    with storage_errors(settings.work_folder):
        return sorted(path for path in make_folder(settings.work_folder).iterdir() if path.is_dir())


def _call_id(drop: Drop, sources: Iterable[Source], ledger: Ledger) -> str:
    heard = _heard(sources)
    known = ledger.calls(heard[:1]) or ledger.calls(heard)
    if same := _of_conversation(known, drop.conversation_id, ledger):
        return min(same)
    if drop.conversation_id and (drop.recording_id or known):
        return _hashed(f"{drop.conversation_id}/{drop.recording_id or heard[0][1]}")
    return heard[0][1][:20]


def _of_conversation(call_ids: set[str], conversation: str | None, ledger: Ledger) -> set[str]:
    """Those that are of this conversation, else those of which nobody told: another's may sound the same, as silence does."""
    if conversation is None:
        return call_ids
    own = call_ids & ledger.calls([(KeyKind.CONVERSATION, conversation)])
    return own or {call_id for call_id in call_ids if not ledger.has_conversation(call_id)}


def _heard(sources: Iterable[Source]) -> list[tuple[KeyKind, str]]:
    """Keys of what the words come from: the recording's first, then the transcript's."""
    return [*_keys(KeyKind.AUDIO, FileKind.AUDIO, sources), *_keys(KeyKind.TRANSCRIPT, FileKind.TRANSCRIPT, sources)]


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:20]


def _keys(key_kind: KeyKind, file_kind: FileKind, sources: Iterable[Source]) -> list[tuple[KeyKind, str]]:
    return [(key_kind, source.input.sha256) for source in sources if source.input.kind == file_kind]


def _open(journal: Journal, settings: Settings) -> tuple[Path, TextIO]:
    """The claim's folder, made and locked, with its journal. To be called under the work lock."""
    folder = settings.work_folder / journal.call_id
    if folder.exists() or _hashes_of(journal) & _hashes_in_work(settings):
        raise FileBusyError(f"The call {journal.call_id} is in work already.", "It is taken by a later sweep.")
    folder.mkdir(mode=0o700)
    lock = lock_claim(folder)
    assert lock is not None  # nobody else takes locks meanwhile
    journal.save(folder)
    return folder, lock


def _wait_for_other_legs(journal: Journal, ledger: Ledger, settings: Settings) -> None:
    """Raise FileBusyError while another leg of the conversation is in work that knows a record which this one does not.

    Or the other way round: of two that are worked on at once, neither would learn from the other.
    """
    for other in _journals(settings) if journal.chain else ():
        if other.chain == journal.chain and _records_unknown_to_one(journal, other, ledger):
            raise FileBusyError(
                "Another leg of the conversation is in work, with another record.", "It is taken by a later sweep."
            )


def _unread_by_other_legs(journal: Journal, sources: Iterable[Source], ledger: Ledger) -> frozenset[Path]:
    """Records that stay in the inbox: another leg of the conversation, finished since the inbox was looked at, lacks them."""
    others = ledger.calls([(KeyKind.CHAIN, journal.chain)]) - {journal.call_id} if journal.chain else set()
    records = [source for source in sources if source.input.kind == FileKind.RECORD]
    return frozenset(one.path for one in records if others - ledger.calls([(KeyKind.RECORD, one.input.sha256)]))


def _records_unknown_to_one(one: Journal, other: Journal, ledger: Ledger) -> bool:
    mine, theirs = _records_of(one), _records_of(other)
    return _are_news(theirs - mine, one, ledger) or _are_news(mine - theirs, other, ledger)


def _are_news(records: Iterable[str], journal: Journal, ledger: Ledger) -> bool:
    return any(journal.call_id not in ledger.calls([(KeyKind.RECORD, sha256)]) for sha256 in records)


def _records_of(journal: Journal) -> set[str]:
    """SHA-256 of a claim's records."""
    return {item.sha256 for item in journal.inputs if item.kind == FileKind.RECORD}


def _hashes_in_work(settings: Settings) -> set[str]:
    """SHA-256 of all that is in work, since the same audio may be there under another id."""
    return {sha256 for journal in _journals(settings) for sha256 in _hashes_of(journal)}


def _journals(settings: Settings) -> Iterator[Journal]:
    """Of all that is in work, but for those that are damaged: `stale` tells of them, once a sweep."""
    for folder in claim_folders(settings):
        with suppress(StorageError):
            if journal := load_journal(folder):
                yield journal


def _hashes_of(journal: Journal) -> set[str]:
    """SHA-256 of a claim's recording and transcript."""
    return {item.sha256 for item in journal.inputs if item.kind in (FileKind.AUDIO, FileKind.TRANSCRIPT)}


def _take(
    folder: Path,
    journal: Journal,
    lock: TextIO,
    sources: Iterable[Source],
    found: Drop | LateRecord | Rejected,
    phase: Phase,
    settings: Settings,
) -> Journal:
    """Move the files in and enter the phase; if one cannot be had, give all back and let the claim go."""
    try:
        with storage_errors(settings.inbox_folder):
            take(folder, sources, found, settings)
            return journal.save(folder, phase=phase)
    except PcaError:
        try:
            with storage_errors(settings.inbox_folder):
                give_back(folder, journal.inputs, settings)
                remove_claim(folder, lock, settings)
        finally:
            lock.close()
        raise


def _claim(folder: Path, journal: Journal, lock: TextIO) -> Claim:
    """A claim whose files are all there, with an empty folder for its outputs."""
    if (folder / OUTPUT).exists():
        shutil.rmtree(folder / OUTPUT)
    (folder / OUTPUT).mkdir(mode=0o700)
    return Claim(
        call_id=journal.call_id,
        folder=folder,
        audio=_first(folder, journal, FileKind.AUDIO),
        transcript=_first(folder, journal, FileKind.TRANSCRIPT),
        records=_paths(folder, journal, FileKind.RECORD),
        files=tuple(SourceFile(shown(i.place), i.kind, i.sha256, i.size) for i in journal.inputs),
        chain=journal.chain,
        attempt=journal.attempt,
        lock=lock,
    )


def _first(folder: Path, journal: Journal, kind: FileKind) -> Path | None:
    """The one file of that kind; none where only records are news."""
    return None if journal.late else next(iter(_paths(folder, journal, kind)), None)


def _paths(folder: Path, journal: Journal, kind: FileKind) -> tuple[Path, ...]:
    """Files of that kind; of identical ones, one."""
    return tuple({i.sha256: folder / INPUT / i.place for i in journal.inputs if i.kind == kind}.values())


def _take_up(folder: Path, settings: Settings, on_failing: Callable[[Failure], None]) -> list[Claim]:
    """The claim in that folder if it has to be worked on again; otherwise bring it to its end."""
    with work_lock(settings.work_folder):
        lock = lock_claim(folder) if folder.exists() else None
    if lock is None:
        return []
    try:
        return _go_on(folder, lock, settings, on_failing)
    except Exception:
        lock.close()  # whoever keeps the error would hold the claim with it
        raise


def _go_on(folder: Path, lock: TextIO, settings: Settings, on_failing: Callable[[Failure], None]) -> list[Claim]:
    journal = load_journal(folder)
    if journal is None or journal.phase is Phase.TAKING:
        give_back(folder, journal.inputs if journal else (), settings)
        remove_claim(folder, lock, settings)
    elif journal.phase is Phase.FINISHING:
        complete(folder, journal, lock, settings)
    elif journal.phase is Phase.FAILING or journal.attempt >= settings.intake.max_attempts:
        failing = journal if journal.phase is Phase.FAILING else _with_deaths(journal)
        on_failing(failure_of(failing))
        set_aside(folder, failing, lock, settings)
    else:
        return [_claim(folder, replace(journal, attempt=journal.attempt + 1), lock)]
    return []


def _is_the_disks(error: PcaError) -> bool:
    """Whether it is trouble of a disk or a folder, which is no call's fault."""
    return isinstance(error, StorageError) and not isinstance(error, LostFileError)


def _with_deaths(journal: Journal) -> Journal:
    """With the attempts that left no failure, if there are any."""
    deaths = journal.attempt - len(journal.failures)
    error = InternalError(
        f"In {deaths} of {journal.attempt} attempts the process ended while it worked on this call.",
        "Look in the system's log for the cause, such as too little memory, then retry the call.",
    )
    return note_failure(journal, error, "work") if deaths else journal


def _loaded(folder: Path) -> Journal:
    """The journal of a claim that is held. Raises FileNotFoundError when somebody removed it."""
    journal = load_journal(folder)
    if journal is None:
        raise FileNotFoundError(2, "claim.json")
    return journal
