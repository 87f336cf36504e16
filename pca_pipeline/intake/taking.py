"""Files on their way from the inbox into a claim, and back."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pca_pipeline.call import FileKind
from pca_pipeline.errors import PcaError
from pca_pipeline.intake.files import (
    copy,
    file_busy,
    files_below,
    fingerprint,
    is_regular,
    make_folder,
    move,
    remove_empty_folders,
    remove_unfinished_copies,
    sha256,
    storage_errors,
    write_whole,
)
from pca_pipeline.intake.found import Drop, LateRecord, Rejected
from pca_pipeline.intake.journal import INPUT, Input
from pca_pipeline.intake.locks import work_lock
from pca_pipeline.intake.names import dropped_name, is_retry_folder, kind_of
from pca_pipeline.intake.records import id_columns, record_parts
from pca_pipeline.settings import Settings


@dataclass(frozen=True, slots=True)
class Source:
    """A file in the inbox, as it was when it was read."""

    path: Path = field(repr=False)
    input: Input
    fingerprint: tuple[int, int]
    part: bytes | None = field(default=None, repr=False)  # what is taken of a record about several conversations


def inspect(found: Drop | LateRecord | Rejected, settings: Settings) -> tuple[Source, ...]:
    """Read every file of it once, in its order.

    Raises StorageError when one is gone or cannot be read, and FileBusyError when it became a link or changed.
    """
    places: set[str] = set()
    with storage_errors(settings.inbox_folder):
        return tuple(_source(path, found, places, settings) for path in found.files)


def _kind(path: Path, found: Drop | LateRecord | Rejected) -> FileKind:
    is_transcript = isinstance(found, Drop) and path == found.transcript
    return FileKind.TRANSCRIPT if is_transcript else kind_of(path)


def _source(path: Path, found: Drop | LateRecord | Rejected, places: set[str], settings: Settings) -> Source:
    inbox = settings.inbox_folder
    if not is_regular(path):
        raise file_busy(inbox)
    before = fingerprint(path)
    place = str(dropped_name(path, inbox))
    if place in places:  # a file and its namesake that came back by a retry
        place = str(path.relative_to(inbox))
    places.add(place)
    wanted = found.parts.get(path)
    part = _parts(path, settings).get(wanted) if wanted else None
    if wanted and part is None:  # it changed since
        raise file_busy(inbox)
    digest, size = (wanted, len(part)) if wanted and part else (sha256(path), before[0])
    return Source(path, Input(str(path.relative_to(inbox)), place, _kind(path, found), digest, size), before, part)


def _parts(path: Path, settings: Settings) -> Mapping[str, bytes]:
    """What a file tells of several conversations, by SHA-256; nothing where it is no such record by now."""
    try:
        return record_parts(path, *fingerprint(path), id_columns(settings))
    except PcaError:
        return {}


def take(folder: Path, sources: Iterable[Source], found: Drop | LateRecord | Rejected, settings: Settings) -> None:
    """Move the files into the claim's folder; a record that others still need is copied, of some a part is written.

    Whether others need it is decided under the work lock, so that of several takers exactly the last moves
    it. Raises FileBusyError when a file is not what it was when it was read, and OSError.
    """
    for source in sources:
        target = folder / INPUT / source.input.place
        if fingerprint(source.path) != source.fingerprint:
            raise file_busy(settings.inbox_folder)
        if source.input.kind == FileKind.AUDIO:
            move(source.path, target)
        else:
            with work_lock(settings.work_folder):
                _take_record(source, target, _is_needed(source.path, found))
        if not is_regular(target) or target.stat().st_size != source.input.size:
            raise file_busy(settings.inbox_folder)
        _tidy(source.path, settings.inbox_folder)


def _take_record(source: Source, target: Path, needed: bool) -> None:
    if source.part is None:
        (copy if needed else move)(source.path, target)
        return
    write_whole(target, source.part)
    if not needed:
        source.path.unlink()


def _is_needed(record: Path, found: Drop | LateRecord | Rejected) -> bool:
    if isinstance(found, Rejected):
        return False
    sharers = found.sharers.get(record, frozenset()) if isinstance(found, Drop) else frozenset()
    return record in found.kept or any(audio not in found.files and audio.exists() for audio in sharers)


def _tidy(taken: Path, inbox: Path) -> None:
    """Remove the folder that a retry made when its last file is taken."""
    first = taken.relative_to(inbox).parts[0]
    if is_retry_folder(first):
        remove_empty_folders(inbox / first)


def give_back(folder: Path, inputs: Collection[Input], settings: Settings) -> None:
    """Undo `take`, however far it came: every file is in the inbox again, once."""
    for item in inputs:
        taken, source = folder / INPUT / item.place, settings.inbox_folder / item.source
        if taken.exists() and source.exists() and _tells(source, sha256(taken), settings):
            taken.unlink()
    return_input(folder, settings)


def _tells(source: Path, digest: str, settings: Settings) -> bool:
    """Whether a file in the inbox is the one with that SHA-256, or a record with such a part."""
    return digest == sha256(source) or (kind_of(source) is FileKind.RECORD and digest in _parts(source, settings))


def return_input(folder: Path, settings: Settings) -> None:
    """Move all input of a claim or a failed call into a new folder of the inbox, recordings last.

    Names within that folder are those first dropped, and nothing that lies in the inbox by now is touched.
    """
    call_id = folder.name.partition("-")[0]
    for where in (folder / INPUT, *settings.inbox_folder.glob(f"retry-{call_id}*")):
        remove_unfinished_copies(where)
    target = free_folder(settings.inbox_folder / f"retry-{call_id}")
    files = files_below(folder / INPUT)
    for path in sorted(files, key=lambda path: kind_of(path) == FileKind.AUDIO):
        move(path, make_folder(target) / path.relative_to(folder / INPUT))
    if files:
        remove_empty_folders(folder / INPUT)


def free_folder(wanted: Path) -> Path:
    """That path, or the first of `-2`, `-3` ... after it, where nothing is."""
    candidate, number = wanted, 1
    while candidate.exists():
        number += 1
        candidate = wanted.with_name(f"{wanted.name}-{number}")
    return candidate
