"""A glance into a record: which conversations and recordings it is about, and what of it is about which."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from pca_pipeline.errors import RecordError, TranscriptError, quoted_name
from pca_pipeline.mapping import load_mapping, value_of
from pca_pipeline.record_content import SAVE_AS_UTF8, parse_record
from pca_pipeline.settings import Settings
from pca_pipeline.transcript_shape import is_genesys_transcript, told_ids, transcript_shape

MAX_BYTES = 256 * 2**20
_REMEMBERED = 65_536  # files whose ids are kept in memory between sweeps
_SPLIT = 32  # files about several conversations, whose parts are kept in memory during a sweep


@dataclass(frozen=True, slots=True)
class RecordIds:
    """What a record is about. Ids in lower case; none where the shape is not known here."""

    sha256: str
    conversations: frozenset[str]
    recordings: frozenset[str]
    only_recordings: bool  # metadata of recordings, without what happened in the conversation
    is_transcript: bool = False  # no record at all, but what was said
    # Of conversations that are one leg each of a longer one: the id of the whole, by that of the leg.
    chains: Mapping[str, str] = field(default_factory=dict)
    unrecorded: frozenset[str] = frozenset()  # legs of which no recording will come
    # Of a file about several conversations, such as a day's export: what it tells of one, by any id of that.
    parts: Mapping[str, RecordIds] = field(default_factory=dict)

    @property
    def all(self) -> frozenset[str]:
        """Of conversations and recordings."""
        return self.conversations | self.recordings

    @property
    def each(self) -> Iterable[RecordIds]:
        """What it tells of each conversation; itself where there are not several."""
        return {part.sha256: part for part in self.parts.values()}.values() or (self,)

    def of(self, ids: Iterable[str]) -> RecordIds:
        """What it tells of the call with these ids; all of it where that cannot be told apart."""
        parts = {part.sha256: part for id_ in ids if (part := self.parts.get(id_))}
        return next(iter(parts.values())) if len(parts) == 1 else self


def id_columns(settings: Settings) -> tuple[str, ...]:
    """Where flat records hold their conversation's id. Raises SetupError."""
    return load_mapping(settings.ctr.mapping).id_columns if settings.ctr.mapping else ()


@lru_cache(maxsize=_REMEMBERED)
def record_ids(
    path: Path,
    size: int,
    changed_ns: int,  # noqa: ARG001 - the key of the cache
    id_columns: tuple[str, ...] = (),
) -> RecordIds:
    """The ids in a record, read once for each version of the file. Raises RecordError, TranscriptError and OSError."""
    if size > MAX_BYTES:
        raise RecordError(
            f"The record {quoted_name(path.name)} has over {MAX_BYTES >> 20} MiB.", "Split it and drop the parts."
        )
    content = path.read_bytes()
    items, sha256 = _items(content, path), hashlib.sha256(content).hexdigest()
    if any(map(is_genesys_transcript, items)):
        raise TranscriptError(
            f"The transcript {quoted_name(path.name)} is one of Genesys Cloud's own, whose times are no places in a recording.",
            "Leave it out: its recording is transcribed here, or drop a transcript of another kind (docs/transcripts.md).",
        )
    if transcript_shape(items[0]):
        told = {
            kind: _texts(id_ for of, id_ in told_ids(items[0]) if of == kind) for kind in ("conversation", "recording")
        }
        return RecordIds(sha256, told["conversation"], told["recording"], only_recordings=True, is_transcript=True)
    parts = [
        _told(documents, hashlib.sha256(_content(documents)).hexdigest(), id_columns)
        for documents in _by_conversation(items, id_columns)
    ]
    return replace(_told(items, sha256, id_columns), parts=_by_id(parts))


@lru_cache(maxsize=_SPLIT)
def record_parts(
    path: Path,
    size: int,  # noqa: ARG001 - the key of the cache
    changed_ns: int,  # noqa: ARG001
    id_columns: tuple[str, ...],
) -> Mapping[str, bytes]:
    """What a file about several conversations tells of each, as JSON, by SHA-256: see `RecordIds.parts`.

    Raises RecordError and OSError.
    """
    contents = map(_content, _by_conversation(_items(path.read_bytes(), path), id_columns))
    return {hashlib.sha256(content).hexdigest(): content for content in contents}


def _told(items: Sequence[dict[str, Any]], sha256: str, id_columns: tuple[str, ...]) -> RecordIds:
    return RecordIds(
        sha256=sha256,
        conversations=_texts(_conversation_id(item, id_columns) for item in items),
        recordings=_texts(recording for item in items for recording in _recording_ids(item)),
        only_recordings=all(_is_recording(item) for item in items),
        chains={leg: whole for item in items for leg, whole in _chain(item)},
        unrecorded=_texts(item["ContactId"] for item in items if _is_leg(item) and not _tells_of_a_recording(item)),
    )


def _by_conversation(items: Iterable[dict[str, Any]], id_columns: tuple[str, ...]) -> list[list[dict[str, Any]]]:
    """The documents of each conversation, all its legs together; nothing where there are not several."""
    found: dict[frozenset[str], list[dict[str, Any]]] = defaultdict(list)
    for item in items:
        whole = frozenset(whole for _, whole in _chain(item))
        found[whole or _texts([_conversation_id(item, id_columns)]) or _texts(_recording_ids(item))].append(item)
    found.pop(frozenset(), None)  # they tell of no call
    return list(found.values()) if len(found) > 1 else []


def _content(documents: Sequence[dict[str, Any]]) -> bytes:
    """Equal for equal documents, whatever else was exported with them."""
    return json.dumps(documents, ensure_ascii=False, sort_keys=True).encode()


def _by_id(parts: Iterable[RecordIds]) -> dict[str, RecordIds]:
    """Parts by each id that is in no other."""
    found: dict[str, list[RecordIds]] = defaultdict(list)
    for part in parts:
        for id_ in part.all.union(part.chains.values()):
            found[id_].append(part)
    return {id_: having[0] for id_, having in found.items() if len(having) == 1}


def _items(content: bytes, path: Path) -> list[dict[str, Any]]:
    try:
        items = parse_record(content)
    except UnicodeDecodeError:
        raise RecordError(
            f"The record {quoted_name(path.name)} is not JSON or a table in UTF-8.", SAVE_AS_UTF8
        ) from None
    except (ValueError, RecursionError):
        raise RecordError(
            f"The record {quoted_name(path.name)} is not JSON.", "Export it again and drop the new file."
        ) from None
    if not items:
        raise RecordError(
            f"The record {quoted_name(path.name)} holds no record.", "Export it again and drop the new file."
        )
    return items


def _is_recording(item: dict[str, Any]) -> bool:
    return "participants" not in item and _conversation_id(item) is not None and any(_recording_ids(item))


def _conversation_id(item: dict[str, Any], id_columns: tuple[str, ...] = ()) -> Any:
    """Of Genesys, whose live Conversations API calls it `id`, and of Amazon Connect, with one record for each leg."""
    mapped = next((value for column in id_columns if (value := value_of(item, column))), None)
    if isinstance(mapped, int) and not isinstance(mapped, bool):
        mapped = str(mapped)
    own = item.get("conversationId") or item.get("ContactId") or (item.get("id") if "participants" in item else None)
    return mapped or own


def _is_leg(item: dict[str, Any]) -> bool:
    """Of Amazon Connect, whose contacts begin anew with every transfer."""
    return "ContactId" in item and not item.keys().isdisjoint(("InitiationMethod", "InitialContactId"))


def _chain(item: dict[str, Any]) -> Iterator[tuple[str, str]]:
    leg, whole = item.get("ContactId"), item.get("InitialContactId") or item.get("ContactId")
    if _is_leg(item) and isinstance(leg, str) and isinstance(whole, str):
        yield leg.lower(), whole.lower()


def _tells_of_a_recording(item: dict[str, Any]) -> bool:
    return bool(item.get("Recording") or item.get("Recordings"))


def _recording_ids(item: dict[str, Any]) -> Iterator[Any]:
    """Of recording metadata (`recordingId` in exports, `id` in the API) and of the calls of the live API."""
    if "participants" not in item:
        yield item.get("recordingId") or (item.get("id") if "conversationId" in item else None)
    for participant in _dicts(item.get("participants")):
        for call in _dicts(participant.get("calls")):
            yield call.get("recordingId")


def _dicts(value: Any) -> Iterator[dict[str, Any]]:
    return (item for item in value if isinstance(item, dict)) if isinstance(value, list) else iter(())


def _texts(values: Iterable[Any]) -> frozenset[str]:
    return frozenset(value.lower() for value in values if isinstance(value, str) and value)
