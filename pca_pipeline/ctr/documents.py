"""Record files, read into contacts and media: JSON in any wrapper, or flat tables, recognized by shape, never by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from pca_pipeline.ctr.contact import Contact, Media
from pca_pipeline.ctr.fields import Document, Entry
from pca_pipeline.ctr.vendors import Vendor
from pca_pipeline.errors import LostFileError, RecordError, quoted_name
from pca_pipeline.record_content import SAVE_AS_UTF8, parse_record


def read_files(paths: Sequence[Path], known: Sequence[Vendor]) -> list[Contact | Media]:
    """Everything in one call's record files that one of these vendors knows. Raises RecordError and StorageError."""
    entries: list[list[Entry]] = [[] for _ in known]
    for path in paths:
        for place, entry in _entries(path, known):
            entries[place].append(entry)
    return [
        replace(one, capabilities=vendor.capabilities)
        for vendor, own in zip(known, entries, strict=True)
        for one in vendor.read(own)
    ]


def _entries(path: Path, known: Sequence[Vendor]) -> list[tuple[int, Entry]]:
    """The documents of one file that a vendor knows, each with that vendor's place."""
    found = []
    for document in _documents(path):
        place = next((place for place, vendor in enumerate(known) if vendor.matches(document)), None)
        if place is not None:
            found.append((place, Entry(document, path.name)))
    if not found:
        names = ", ".join(dict.fromkeys(vendor.name for vendor in known))
        raise RecordError(
            f"The record {quoted_name(path.name)} is of no known record shape.",
            f"Known are the records of {names}; docs/ctr.md tells how to read another vendor's.",
        )
    return found


def _documents(path: Path) -> Sequence[Document]:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise LostFileError(
            f"The record {quoted_name(path.name)} cannot be read.", "Check that it is still there and readable."
        ) from error
    try:
        return parse_record(content)
    except UnicodeDecodeError:
        raise RecordError(
            f"The record {quoted_name(path.name)} is not JSON or a table in UTF-8.", SAVE_AS_UTF8
        ) from None
    except (ValueError, RecursionError):
        # Not chained: the decoder's error carries the whole document.
        raise RecordError(
            f"The record {quoted_name(path.name)} is not JSON, nor a table of comma-separated values.",
            "Export the record again; a half-written file looks like this too.",
        ) from None
