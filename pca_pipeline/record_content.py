"""The content of record files, read in the same way everywhere: JSON, JSON lines, or a flat table."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from typing import Any

from pca_pipeline.mapping import read_table
from pca_pipeline.transcript_shape import transcript_shape

SAVE_AS_UTF8 = (
    "Save it as UTF-8, or export it again if it was JSON, and drop it again."  # hint for text that cannot be decoded
)
_WRAPPERS = ("conversations", "recordings", "entities")  # of lists, in exports and in answers of APIs


def parse_record(content: bytes) -> list[dict[str, Any]]:
    """The single documents of JSON or JSON lines, out of arrays and list wrappers; of a table, its rows.

    In UTF-8, UTF-16 or UTF-32, with or without a byte order mark. Text is in the same composed form as words; half a sign,
    cut off by an exporter, becomes a question mark. Raises ValueError, whose text may contain the whole document, and
    RecursionError.
    """
    value = _value(content)
    return list(_documents(value if content.isascii() and b"\\u" not in content else _clean(value)))


def _value(content: bytes) -> Any:
    text = content.decode(json.detect_encoding(content)).removeprefix("\ufeff")
    try:
        return json.loads(text)
    except ValueError:
        if not text.lstrip().startswith(("{", "[")):
            return read_table(text)
        return [json.loads(line) for line in text.split("\n") if line.strip()]  # a string may hold other line ends


def _clean(value: Any) -> Any:
    """The value with all text in Unicode's composed form and without half signs, which cannot be stored."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value.encode("utf-8", "replace").decode())
    if isinstance(value, list):
        return [_clean(item) for item in value]
    return {_clean(key): _clean(item) for key, item in value.items()} if isinstance(value, dict) else value


def _documents(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, list):
        for item in value:
            yield from _documents(item)
    elif isinstance(value, dict):
        wrapped = next((value[key] for key in _WRAPPERS if isinstance(value.get(key), list)), None)
        if wrapped is None or "participants" in value or transcript_shape(value):
            yield value
        else:
            yield from _documents(wrapped)
