"""What the names of dropped files tell: recording or record, unfinished or not, and which belong together."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from pca_pipeline.call import FileKind
from pca_pipeline.errors import file_name

AUDIO_SUFFIXES = frozenset(
    ".wav .wave .w64 .rf64 .flac .ogg .oga .opus .mp3 .au .snd .aif .aiff .caf .sph .voc".split()
)
RECORD_SUFFIXES = frozenset({".json", ".jsonl", ".ndjson", ".csv"})
_UNFINISHED_SUFFIXES = frozenset(".part .partial .tmp .temp .filepart .crdownload .download".split())

# Ends by which exporters tell a recording's records apart: x.wav_metadata.json and x.wav_call_metadata.json
# are those of the Post Call Analytics solution of AWS.
_RECORD_ENDS = re.compile(
    r"(_call_metadata|[._-](metadata|ctr|cdr|conversation|recording|record|call|details?|transcript(?:ion)?|words))$",
    re.IGNORECASE,
)
# Folders that separate recordings from records in two trees of the same shape.
_KIND_FOLDERS = frozenset(
    "audio recordings recording wav ctr ctrs cdr records record metadata json conversations transcripts".split()
)
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_EXPORT_FOLDER = re.compile(r"conversation_id=(.+)")  # of Genesys Cloud's export to S3
_SHORTEST_ID = 8  # characters of a part of a name that is compared with ids; shorter ones are counters
_RETRY_FOLDER = re.compile(r"retry-[0-9a-f]{20}(-\d+)?")


def kind_of(path: Path) -> FileKind:
    """By suffix: whether a record is a transcript, its content tells."""
    suffix = path.suffix.lower()
    if suffix in AUDIO_SUFFIXES:
        return FileKind.AUDIO
    return FileKind.RECORD if suffix in RECORD_SUFFIXES else FileKind.OTHER


def is_unfinished(name: str) -> bool:
    """Whether uploaders and editors give such names to files they have not finished."""
    suffix = PurePosixPath(name).suffix.lower()
    return name.startswith((".", "~")) or name.endswith("~") or suffix in _UNFINISHED_SUFFIXES


def dropped_name(path: Path, inbox: Path) -> PurePosixPath:
    """Path within the drop folder as it was first dropped."""
    return without_retries(PurePosixPath(path.relative_to(inbox)))


def without_retries(name: PurePosixPath) -> PurePosixPath:
    """The name as first dropped: every retry puts files one folder deeper."""
    while len(name.parts) > 1 and is_retry_folder(name.parts[0]):
        name = PurePosixPath(*name.parts[1:])
    return name


def is_retry_folder(name: str) -> bool:
    """Whether that folder was made by a retry."""
    return _RETRY_FOLDER.fullmatch(name) is not None


def shown(place: str) -> str:
    """The name as first dropped, as errors tell names."""
    return file_name(str(without_retries(PurePosixPath(place))))


def without_files(text: str, names: Iterable[str]) -> str:
    """The text with "[file]" for the names of these files, which are as `shown` gives them."""
    for name in sorted((PurePosixPath(name).name for name in names), key=len, reverse=True):
        text = text.replace(name, "[file]")
    return text


def audio_keys(name: PurePosixPath) -> tuple[str, ...]:
    """Keys under which records find the recording, or the transcript in its place: with its suffix, and without."""
    if name.suffix.lower() in AUDIO_SUFFIXES:
        return _key(name), _key(name.with_suffix(""))
    base = name.with_suffix("")
    whole = (_key(base.with_suffix("")),) if base.suffix.lower() in AUDIO_SUFFIXES else ()
    return (_key(name), *record_keys(name), *whole)


def record_keys(name: PurePosixPath) -> tuple[str, ...]:
    """Keys of the recordings that a record of that name may belong to, likeliest first."""
    base = name.with_suffix("")
    stem = _RECORD_ENDS.sub("", base.name)
    return (_key(base), _key(base.with_name(stem))) if stem and stem != base.name else (_key(base),)


def _key(name: PurePosixPath) -> str:
    folders = [part for part in name.parent.parts if part.lower() not in _KIND_FOLDERS]
    return unicodedata.normalize("NFC", "/".join([*folders, name.name]))


def ids_in(name: PurePosixPath) -> frozenset[str]:
    """Whatever in a recording's name may be the id of a conversation or recording, in lower case."""
    stem = name.stem.lower()
    parts = {part for part in re.split(r"[\s_.,;=]+", stem) if len(part) >= _SHORTEST_ID}
    return frozenset({stem, *parts, *_UUID.findall(str(name).lower()), *filter(None, [export_conversation(name)])})


def export_conversation(name: PurePosixPath) -> str | None:
    """The id in Genesys Cloud's export layout: conversation_id=<id>/<recording id>.<suffix>."""
    match = _EXPORT_FOLDER.fullmatch(name.parent.name)
    return match.group(1).lower() if match else None
