"""The end of a finished call: outputs in place, the ledger written, and only then the originals deleted."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import TextIO

from pca_pipeline.call import FileKind
from pca_pipeline.intake.files import files_below, make_folder, move, storage_errors, sync
from pca_pipeline.intake.journal import INPUT, OUTPUT, SEALED, Journal
from pca_pipeline.intake.ledger import TOLD, KeyKind, Ledger, open_ledger
from pca_pipeline.intake.locks import work_lock
from pca_pipeline.intake.names import audio_keys, ids_in, without_retries
from pca_pipeline.settings import Settings

REDACTED = "redacted.*"  # a call's redacted recording, in whatever format is written now
_KEY_KINDS = {FileKind.AUDIO: KeyKind.AUDIO, FileKind.TRANSCRIPT: KeyKind.TRANSCRIPT, FileKind.RECORD: KeyKind.RECORD}


def complete(folder: Path, journal: Journal, lock: TextIO, settings: Settings) -> Path:
    """Bring a finishing claim to its end, wherever it was interrupted. Returns the outputs' folder."""
    with storage_errors(settings.done_folder), open_ledger(settings) as ledger:
        place = place_of(journal, ledger)
        _put_sealed_away(folder / OUTPUT / SEALED, settings.sealed_folder, journal)
        target = _publish(folder / OUTPUT, settings.done_folder / place, journal)
        has_record = any(item.kind == FileKind.RECORD for item in journal.inputs)
        ledger.enter(journal.call_id, place, journal.claimed_at, has_record, list(_keys(journal)))
    remove_claim(folder, lock, settings)
    return target


def place_of(journal: Journal, ledger: Ledger) -> str:
    """Where in `done` the call's outputs are, or will be: by the day it was first taken."""
    return ledger.outputs(journal.call_id) or f"{journal.claimed_at[:10]}/{journal.call_id}"


def remove_claim(folder: Path, lock: TextIO, settings: Settings) -> None:
    """Delete the claim with everything in it, and let go of its lock."""
    with work_lock(settings.work_folder):
        lock.close()  # network file systems keep an open file, and with it the folder
        if (folder / INPUT).exists():
            shutil.rmtree(folder / INPUT)  # before the journal: input without one would be given back
        shutil.rmtree(folder)


def redacted_audio(folder: Path) -> Path | None:
    """The redacted recording among a call's outputs, the newest where an older one was left; None for none."""
    return max(folder.glob(REDACTED), key=lambda path: path.stat().st_mtime_ns, default=None)


def _put_sealed_away(sealed: Path, target: Path, journal: Journal) -> None:
    """Move sealed originals to the others, before the originals are deleted. Of a call made anew older ones go."""
    for path in files_below(sealed):
        sync(path)
        move(path, target / path.name)
    own = {PurePosixPath(name).name for name in journal.outputs if PurePosixPath(name).parts[0] == SEALED}
    for path in target.glob(f"{journal.call_id}.*"):
        if path.name not in own and (own or not journal.late):
            path.unlink()
    if target.is_dir():
        sync(target)


def _publish(out: Path, target: Path, journal: Journal) -> Path:
    """Move the outputs into their folder. Of a call made anew nothing older stays there, of others no older audio."""
    make_folder(target)
    for path in files_below(out):
        sync(path)
        move(path, target / path.relative_to(out))
    has_audio = any(PurePosixPath(name).match(REDACTED) for name in journal.outputs)
    for path in files_below(target):
        is_replaced = not journal.late or (has_audio and path.match(REDACTED))
        if is_replaced and str(path.relative_to(target)) not in journal.outputs:
            path.unlink()
    sync(target)
    return target


def _keys(journal: Journal) -> Iterator[tuple[KeyKind, str]]:
    """Everything by which the call is found when its audio, transcript or a record of it is dropped again."""
    main = FileKind.AUDIO if any(item.kind == FileKind.AUDIO for item in journal.inputs) else FileKind.TRANSCRIPT
    if journal.conversation_id:
        yield from ((KeyKind.CONVERSATION, journal.conversation_id), TOLD)
    if journal.chain:
        yield KeyKind.CHAIN, journal.chain
    if journal.recording_id:
        yield KeyKind.RECORDING, journal.recording_id
    for item in journal.inputs:
        if item.kind in _KEY_KINDS:
            yield _KEY_KINDS[item.kind], item.sha256
        if item.kind == main:
            name = without_retries(PurePosixPath(item.place))
            yield from ((KeyKind.NAME_ID, id_) for id_ in ids_in(name))
            for key in audio_keys(name):
                yield from ((KeyKind.NAME, key), (KeyKind.LETTERS, key.casefold()))
