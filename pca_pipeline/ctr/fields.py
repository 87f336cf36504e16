"""Values of documents in which every field is optional and may be of the wrong type."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from math import isfinite

Document = Mapping[str, object]

_MILLISECONDS_FROM = 1e11  # an epoch number this large counts milliseconds, not seconds
_ZONE = re.compile(r" *(?:([+-]\d\d:?\d\d)|Z|UTC|GMT)$", re.IGNORECASE)
_YEARS = range(1980, 2200)
_MOST_SECONDS = 7 * 86_400.0


@dataclass(frozen=True, slots=True, repr=False)
class Entry:
    """One document and the name of the file that holds it. Raw."""

    document: Document
    source: str


def text(document: Document, *keys: str) -> str | None:
    """The first of these fields with text that is not blank, stripped."""
    for key in keys:
        value = document.get(key)
        if isinstance(value, str) and value.strip():
            return value.strip()
    return None


def number(document: Document, *keys: str) -> float | None:
    """The first of these fields with a finite number."""
    for key in keys:
        value = document.get(key)
        if isinstance(value, int | float) and not isinstance(value, bool):
            with suppress(OverflowError):  # an integer of hundreds of digits
                if isfinite(value):
                    return float(value)
    return None


def plausible_seconds(value: float | None) -> float | None:
    """The value if a call, or a part of one, can last so long; else None."""
    return value if value is not None and 0 <= value <= _MOST_SECONDS else None


def inner(document: Document, key: str) -> Document:
    """The object in a field; an empty one if there is none."""
    value = document.get(key)
    return value if isinstance(value, dict) else {}


def documents(document: Document, key: str) -> Iterator[Document]:
    """The objects in a list field; anything else in the list is ignored."""
    value = document.get(key)
    if isinstance(value, list):
        yield from (item for item in value if isinstance(item, dict))


def texts(document: Document, key: str) -> tuple[str, ...]:
    """The texts in a list field, without duplicates."""
    value = document.get(key)
    found = (item.strip() for item in value if isinstance(item, str)) if isinstance(value, list) else ()
    return tuple(dict.fromkeys(item for item in found if item))


def moment(document: Document, *keys: str) -> datetime | None:
    """The first of these fields with a moment, in UTC."""
    for key in keys:
        if found := parse_moment(document.get(key)):
            return found
    return None


def parse_moment(value: object) -> datetime | None:
    """A moment as an aware UTC datetime; None if it cannot be read.

    ISO 8601 with any fraction and `Z`, `UTC`, `+00:00`, `+0000` or no zone (taken as UTC), after a space or not; epoch
    seconds or milliseconds.
    """
    try:
        found = _parse(value)
    except (ValueError, OverflowError, OSError):
        return None
    return found if found and found.year in _YEARS else None


def _parse(value: object) -> datetime | None:
    if isinstance(value, str):
        found = datetime.fromisoformat(_ZONE.sub(lambda zone: zone[1] or "Z", value.strip()))
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return datetime.fromtimestamp(value / 1000 if value >= _MILLISECONDS_FROM else value, UTC)
    return None
