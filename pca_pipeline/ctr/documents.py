"""Record files read into contacts and media: JSON in any wrapper, told apart by shape, never by name."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from pca_pipeline.ctr.contact import Contact, Media
from pca_pipeline.ctr.fields import Document
from pca_pipeline.ctr.shapes import shapes
from pca_pipeline.errors import RecordError, StorageError

_WRAPPERS = ("conversations", "recordings", "entities")
_KNOWN = (
    "Known are Genesys Cloud conversation details and recording metadata; "
    "another vendor's records need a record shape of their own."
)


def read_file(path: Path) -> list[Contact | Media]:
    """Everything in one record file. Raises RecordError, StorageError."""
    found = []
    for document in _documents(_parse(path)):
        shape = next((shape for shape in shapes() if shape.matches(document)), None)
        if shape is not None:
            found.append(replace(shape.read(document), source=path.name))
    if not found:
        raise RecordError(f"The record {path.name!r} is JSON, but of no known record shape.", _KNOWN)
    return found


def _parse(path: Path) -> object:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise StorageError(
            f"The record {path.name!r} cannot be read.", "Check that it is still there and readable."
        ) from error
    try:
        return _parse_text(_decode(content))
    except (ValueError, RecursionError):
        # Not chained: the decoder's error carries the whole document.
        raise RecordError(
            f"The record {path.name!r} is not JSON.",
            "Export the record again; a half-written file looks like this too.",
        ) from None


def _decode(content: bytes) -> str:
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    return content.decode("utf-16" if wide else "utf-8-sig")


def _parse_text(text: str) -> object:
    """JSON, or JSON lines."""
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        lines = [line for line in text.splitlines() if line.strip()]
        if len(lines) < 2:
            raise
        return [json.loads(line) for line in lines]


def _documents(content: object) -> Iterator[Document]:
    """The single documents in arrays and list wrappers."""
    if isinstance(content, list):
        for item in content:
            yield from _documents(item)
    elif isinstance(content, dict):
        wrapped = next((content[key] for key in _WRAPPERS if isinstance(content.get(key), list)), None)
        if wrapped is not None and "participants" not in content:
            yield from _documents(wrapped)
        else:
            yield content
