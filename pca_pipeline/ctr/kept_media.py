"""What is told of a recording, kept for records that come later: those tell of the conversation alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from pydantic import TypeAdapter

from pca_pipeline.ctr.contact import Contact, Media
from pca_pipeline.ctr.fields import Document
from pca_pipeline.intake.files import storage_errors

_MEDIA = TypeAdapter(Media)


def to_keep(media: Media | None) -> Document | None:
    """All that is told of it, as JSON would hold it. Nothing personal: no name of a file."""
    return _MEDIA.dump_python(replace(media, source=""), mode="json") if media else None


def with_kept(found: Sequence[Contact | Media], kept: Path | None) -> list[Contact | Media]:
    """What was found, and the kept media unless the same recording is told of again. Raises StorageError."""
    told = {one.id for one in found if isinstance(one, Media)}
    if kept is None:
        return list(found)
    with storage_errors(kept.parent):
        media = _MEDIA.validate_json(kept.read_bytes())
    known = media.id in told or (media.id is None and told)
    return list(found) if known else [*found, replace(media, source=kept.name)]
