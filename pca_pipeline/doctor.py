"""Checks of what a running pipeline needs: each says what is there, or how to fix what is missing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from pca_pipeline.audio import check_format
from pca_pipeline.errors import MissingWeightsError, PcaError, SetupError, StorageError
from pca_pipeline.intake import check_inbox
from pca_pipeline.settings import Settings
from pca_pipeline.telemetry import OFF

MIN_FREE_BYTES = 1_000_000_000  # an hour of stereo telephone audio is 115 MB


@dataclass(frozen=True, slots=True)
class Check:
    """The result of one check."""

    name: str
    ok: bool
    detail: str


def examine(settings: Settings) -> list[Check]:
    """All checks, in the order in which a call needs things."""
    return [_check(name, look) for name, look in _checks(settings)]


def _checks(settings: Settings) -> Iterator[tuple[str, Callable[[], str]]]:
    yield "calls folder", lambda: _folder(settings.folder)
    yield "drop folder", lambda: _inbox(settings)
    yield "ffmpeg", lambda: _ffmpeg(settings.audio.output_format)
    yield "speech model", lambda: _model(settings)
    yield "language", lambda: _language(settings)
    yield "recognizers", lambda: _recognizers(settings)
    yield "settings", lambda: _settings(settings)
    yield "database", lambda: _database(settings)
    yield "prefect", lambda: version("prefect")
    yield "telemetry", _telemetry


def _check(name: str, look: Callable[[], str]) -> Check:
    try:
        return Check(name, True, look())
    except PcaError as error:
        return Check(name, False, str(error))


def _folder(folder: Path) -> str:
    place = next(path for path in (folder.resolve(), *folder.resolve().parents) if path.exists())
    if not os.access(place, os.W_OK):
        raise StorageError(f"{place} cannot be written.", "Give the user that runs the pipeline the right.")
    free = shutil.disk_usage(place).free
    if free < MIN_FREE_BYTES:
        raise StorageError(f"{place} has {free / 1e9:.1f} GB left.", "Free space, or move the calls folder.")
    return f"{folder} ({free / 1e9:.0f} GB free)"


def _inbox(settings: Settings) -> str:
    check_inbox(settings)
    return _folder(settings.inbox_folder)


def _ffmpeg(output_format: str) -> str:
    check_format(output_format)
    return shutil.which("ffmpeg") or "not there, and not needed for WAV"


def _model(settings: Settings) -> str:
    from pca_pipeline.speech.weights import choose_device, find_weights

    if settings.speech.engine == "faster-whisper":
        from pca_pipeline.speech.faster_whisper_engine import find_model as find_weights

    device = choose_device(settings.speech.device)
    try:
        return f"{find_weights(settings.speech)} on {device}"
    except MissingWeightsError as missing:  # nothing is wrong: the first sweep downloads them
        return str(missing)


def _language(settings: Settings) -> str:
    from pca_pipeline.speech.languages import AUTO, RECORD, language_code

    wanted, others = settings.speech.language, settings.pii.other_languages
    if others == "refuse" and wanted not in (AUTO, RECORD) and language_code(wanted) != "en":
        raise SetupError(
            f"speech.language is {wanted!r}, and redaction reads English only: every call is set aside.",
            'pii.other_languages = "redact" lets them through, though little of their personal data is found.',
        )
    rule = f"calls with words in another language than English: {others} (pii.other_languages)"
    if wanted in (AUTO, RECORD):
        return f"{wanted}; {rule}"
    return f"{wanted}; nothing is detected. With auto or record, {rule}"


def _recognizers(settings: Settings) -> str:
    from pca_pipeline.pii import ENTITIES, Redactor

    rules = Redactor(settings).rules
    policy, entities = rules.policy, {entity for one in rules.own for entity in one.supported_entities}
    redacted = sum(map(policy.redacts, ENTITIES))
    own = f", and of your own {', '.join(sorted(entities))}" if entities else ""
    return f"policy {policy.name}: {redacted} of {len(ENTITIES)} kinds of personal data are redacted{own}"


def _settings(settings: Settings) -> str:
    from pca_pipeline.pipeline import check

    check(settings)
    return "files and keys that they name are as they must be"


def _database(settings: Settings) -> str:
    from pca_pipeline.warehouse import check_database, open_readonly

    check_database(settings)
    if not settings.database.exists():
        return "none yet; the first sweep makes it"
    with open_readonly(settings) as connection:
        row = connection.execute("select count(*) from calls").fetchone()
    return f"{row[0] if row else 0} calls"


def _telemetry() -> str:
    on = [name for name, value in OFF.items() if os.environ.get(name) != value]
    if on:
        raise SetupError(f"Usage reports are on: {', '.join(on)}.", "Unset these variables.")
    return "off"
