"""A look into the drop folder: which recordings can be taken, and what the rest is waiting for."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from pca_pipeline.call import FileKind
from pca_pipeline.errors import (
    AudioError,
    PcaError,
    RecordError,
    SetupError,
    StorageError,
    TranscriptError,
    quoted_name,
)
from pca_pipeline.intake.files import make_folder, storage_errors
from pca_pipeline.intake.found import Drop, LateRecord, Reason, Rejected, Scan, Waiting
from pca_pipeline.intake.late import awaited, late_records, named_exactly, news
from pca_pipeline.intake.ledger import open_ledger
from pca_pipeline.intake.names import AUDIO_SUFFIXES, dropped_name, is_unfinished, kind_of
from pca_pipeline.intake.pairing import (
    Found,
    Pairing,
    chain_of,
    conversation_of,
    in_place_of_id,
    named_pairs,
    pair,
    parts_taken,
    recording_of,
    with_transcripts,
)
from pca_pipeline.intake.records import id_columns, record_ids, record_parts
from pca_pipeline.settings import Settings

_DAY = 86400  # seconds
_OWN_FOLDER = "Set `inbox` to a folder of its own."


@dataclass(repr=False)
class _Inbox:
    """The files of one look, sorted by what can be done with them."""

    audios: list[Found] = field(default_factory=list)  # transcripts that came alone among them
    transcripts: list[Found] = field(default_factory=list)
    records: list[Found] = field(default_factory=list)
    unfinished_audios: list[PurePosixPath] = field(default_factory=list)
    unfinished_records: list[PurePosixPath] = field(default_factory=list)
    waiting: list[Waiting] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)


def scan(settings: Settings, now: float | None = None) -> Scan:
    """Look at every file below the inbox once; nothing is moved, and no audio is read.

    A file is complete when neither its content, its name nor its rights changed for `intake.stable_seconds`.
    A recording waits `intake.record_wait_seconds` for a record of its conversation and then is ready without
    one; a record waits for its recording as long as it takes, or `intake.orphan_days`. A transcript that was made
    elsewhere goes with the recording of its name, or in the place of one. `now` is Unix time, for tests. Raises
    StorageError when the inbox cannot be read, or is not there although the settings name it, and SetupError
    of an inbox among the pipeline's own files, and of the mapping.
    """
    moment = time.time() if now is None else now
    record_parts.cache_clear()  # what they tell of people does not stay in memory
    with storage_errors(settings.inbox_folder):
        inbox = _look(settings, moment)
    _bring_together(inbox)
    with open_ledger(settings) as ledger:
        pairing = pair(inbox.audios, inbox.records, named_exactly(inbox.records, ledger))
        waited_for = awaited(inbox.records, pairing, ledger)
        kept = waited_for | news(inbox.records, ledger)
        ready, waiting, rejected = _recordings(inbox, pairing, kept, settings)
        loose = [record for record in inbox.records if record.path not in pairing.audios or record.path in kept]
        needed = waited_for | pairing.audios.keys()
        late = late_records(loose, needed, ledger, settings.intake.record_wait_seconds)
    waiting += [Waiting(record.path, _reason_of_loose(record, inbox.audios)) for record in loose]
    takers: list[Drop | LateRecord] = [*ready, *late]
    taken = {path for item in takers for path in item.records}
    coming = named_pairs(loose, inbox.unfinished_audios)
    orphans = [one for one in loose if one.path not in taken | coming and _is_orphan(one, pairing, settings)]
    return Scan(
        ready=tuple(ready),
        waiting=_once(inbox.waiting + waiting, taken | {record.path for record in orphans}),
        late=tuple(late),
        rejected=(*inbox.rejected, *rejected, *(Rejected(record.path, _orphaned(record.path)) for record in orphans)),
    )


def _is_orphan(record: Found, pairing: Pairing, settings: Settings) -> bool:
    """Whether a record has waited too long, and no recording in the inbox is its own."""
    days = settings.intake.orphan_days
    return days is not None and record.path not in pairing.audios and record.age > days * _DAY


def _orphaned(path: Path) -> RecordError:
    return RecordError(
        f"The recording of {quoted_name(path.name)} did not come within `intake.orphan_days`.",
        "Drop the two of them together.",
    )


def _reason_of_loose(record: Found, audios: list[Found]) -> Reason:
    return Reason.NAMED_BY_ID if in_place_of_id(record, audios) else Reason.RECORDING


def _once(waiting: Iterable[Waiting], taken: set[Path]) -> tuple[Waiting, ...]:
    """One reason for each file that nobody takes, ordered by path."""
    reasons = {item.path: item for item in waiting if item.path not in taken}
    return tuple(reasons[path] for path in sorted(reasons))


def _look(settings: Settings, now: float) -> _Inbox:
    inbox = _Inbox()
    columns = id_columns(settings)
    for path, found in _walk(_inbox_folder(settings)):
        name = dropped_name(path, settings.inbox_folder)
        age = max(0.0, now - max(found.st_ctime, found.st_mtime if found.st_mtime <= now else 0.0))
        if reason := _reason_to_wait(path, found, age, settings):
            inbox.waiting.append(Waiting(path, reason))
            if kind_of(path) == FileKind.RECORD:
                inbox.unfinished_records.append(name)
            elif kind_of(path) == FileKind.AUDIO:
                inbox.unfinished_audios.append(name)
        elif kind_of(path) == FileKind.AUDIO:
            inbox.audios.append(Found(path, name, age, found.st_size))
        else:
            _sort_in(Found(path, name, age, found.st_size), found.st_mtime_ns, inbox, columns)
    return inbox


def _inbox_folder(settings: Settings) -> Path:
    """The inbox: made in its usual place, expected to be there where the settings name one."""
    check_inbox(settings)
    return settings.inbox or make_folder(settings.inbox_folder)


def check_inbox(settings: Settings) -> None:
    """Raise where nothing can be dropped: StorageError for an inbox that is not there, SetupError for one among our files.

    A named inbox is not made: nothing would ever come into a new one.
    """
    if settings.inbox is not None and not settings.inbox.is_dir():
        raise StorageError(
            f"The drop folder {settings.inbox} is not there.",
            "Mount or create it, or correct the setting `inbox`.",
        )
    inbox, folder = settings.inbox_folder.resolve(), settings.folder.resolve()
    if folder.is_relative_to(inbox):
        raise SetupError(f"The drop folder {inbox} holds the calls folder {folder}.", _OWN_FOLDER)
    taken = (settings.work_folder, settings.staged_folder, settings.done_folder, settings.failed_folder)
    for own in (*taken, settings.sealed_folder):
        if inbox.is_relative_to(own.resolve()):
            raise SetupError(f"The drop folder {inbox} lies in {own}, where calls are kept.", _OWN_FOLDER)


def _walk(folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
    """Every file below the folder with its state, ordered, and folders in it that cannot be looked into.

    What vanishes meanwhile is left out.
    """
    with os.scandir(folder) as entries:
        ordered = sorted(entries, key=lambda entry: entry.name)
    for entry in ordered:
        with suppress(FileNotFoundError):
            path, found = folder / entry.name, entry.stat(follow_symlinks=False)
            yield from _inside(path, found) if stat.S_ISDIR(found.st_mode) else [(path, found)]


def _inside(folder: Path, found: os.stat_result) -> Iterator[tuple[Path, os.stat_result]]:
    try:
        yield from _walk(folder)
    except PermissionError:
        yield folder, found


def _reason_to_wait(path: Path, found: os.stat_result, age: float, settings: Settings) -> Reason | None:
    if stat.S_ISDIR(found.st_mode):
        return Reason.UNREADABLE
    if not stat.S_ISREG(found.st_mode):
        return Reason.SPECIAL
    if is_unfinished(path.name):
        return Reason.TEMPORARY
    if age < settings.intake.stable_seconds:
        return Reason.BUSY
    return None if os.access(path, os.R_OK) else Reason.UNREADABLE


def _sort_in(found: Found, changed_ns: int, inbox: _Inbox, columns: tuple[str, ...]) -> None:
    """Put a file that is not a recording among the transcripts, the records, or the rejected."""
    try:
        if kind_of(found.path) != FileKind.RECORD:
            raise _unknown_kind(found.path)
        if found.size == 0:
            raise RecordError(
                f"The record {quoted_name(found.path.name)} is empty.", "Export it again and drop the new file."
            )
        found = replace(found, ids=record_ids(found.path, found.size, changed_ns, columns))
        (inbox.transcripts if found.is_transcript else inbox.records).append(found)
    except OSError:
        inbox.waiting.append(Waiting(found.path, Reason.UNREADABLE))
    except PcaError as error:
        inbox.rejected.append(Rejected(found.path, error))


def _unknown_kind(path: Path) -> AudioError:
    return AudioError(
        f"The file {quoted_name(path.name)} is neither a recording nor a record, by its suffix.",
        f"Recordings end with one of {' '.join(sorted(AUDIO_SUFFIXES))}; ffmpeg converts others.",
    )


def _bring_together(inbox: _Inbox) -> None:
    """Transcripts go with their recordings, or in the place of one; a second one of a recording is rejected."""
    inbox.audios, spare = with_transcripts(inbox.audios, inbox.transcripts)
    inbox.rejected += [Rejected(found.path, _one_too_many(found.path)) for found in spare]


def _one_too_many(path: Path) -> TranscriptError:
    return TranscriptError(
        f"The transcript {quoted_name(path.name)} is the second one of its recording.",
        "Drop the recording with one of them.",
    )


def _recordings(
    inbox: _Inbox, pairing: Pairing, kept: frozenset[Path], settings: Settings
) -> tuple[list[Drop], list[Waiting], list[Rejected]]:
    """Every complete recording: ready, waiting for what belongs to it, or empty; with its records."""
    ready, waiting, rejected = [], [], []
    alone = [audio for audio in inbox.audios if audio.is_transcript]
    unfinished = named_pairs(inbox.audios, inbox.unfinished_records) | named_pairs(alone, inbox.unfinished_audios)
    for audio in inbox.audios:
        records = pairing.records.get(audio.path, ())
        told = any(record.ids and not record.ids.only_recordings for record in records)
        if audio.size == 0:
            own = [record for record in records if len(pairing.audios[record.path]) == 1 and record.path not in kept]
            files = tuple(one.path for one in (*_beside(audio), *own))
            parts = _drop(audio, records, pairing, kept).parts
            rejected.append(Rejected(audio.path, _empty(audio, bool(files)), files, parts))
        elif audio.path in unfinished:
            waiting += _wait(audio, records, Reason.BUSY)
        elif audio.transcript is None and audio.age < settings.intake.transcript_wait_seconds:
            waiting += _wait(audio, records, Reason.RECORDING if audio.is_transcript else Reason.TRANSCRIPT)
        elif not told and audio.age < settings.intake.record_wait_seconds:
            waiting += _wait(audio, records, Reason.RECORD)
        else:
            ready.append(_drop(audio, records, pairing, kept))
    return ready, waiting, rejected


def _empty(audio: Found, has_files: bool) -> AudioError:
    together = ", with what was set aside beside it" if has_files else ""
    return AudioError(
        f"The file {quoted_name(audio.path.name)} is empty.", f"Export the recording again and drop it{together}."
    )


def _wait(audio: Found, records: Iterable[Found], reason: Reason) -> list[Waiting]:
    return [Waiting(found.path, reason) for found in (audio, *_beside(audio), *records)]


def _beside(audio: Found) -> tuple[Found, ...]:
    """The transcript that was dropped beside the recording."""
    return () if audio.transcript is None else (audio.transcript,)


def _drop(audio: Found, records: tuple[Found, ...], pairing: Pairing, kept: frozenset[Path]) -> Drop:
    own = pairing.own.get(audio.path, ())
    ids = conversation_of(audio, own), recording_of(audio, own), chain_of(audio, own)
    transcript = audio if audio.is_transcript else audio.transcript
    paths = tuple(record.path for record in records)
    told = [(record, record.ids.of(filter(None, ids))) for record in records if record.ids]
    return Drop(
        audio=None if audio.is_transcript else audio.path,
        transcript=transcript.path if transcript else None,
        records=paths,
        conversation_id=ids[0],
        recording_id=ids[1],
        chain=ids[2],
        sharers={path: pairing.sharers[path] for path in paths},
        kept=kept.intersection(paths),
        parts=parts_taken(told),
    )
