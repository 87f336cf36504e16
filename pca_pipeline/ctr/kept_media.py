"""What records say about a recording, kept for records that come later and are about the conversation alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from pydantic import TypeAdapter

from pca_pipeline.ctr.choice import folded
from pca_pipeline.ctr.contact import Contact, Media
from pca_pipeline.ctr.fields import Document
from pca_pipeline.errors import LostFileError
from pca_pipeline.intake.files import storage_errors

_MEDIA = TypeAdapter(Media)


def to_keep(media: Media | None) -> Document | None:
    """The media as JSON, without the name of the file that it was read from, which may name a caller.

    The id of an Amazon Connect recording is its file's name there, which consists of contact id and time.
    """
    return _MEDIA.dump_python(replace(media, source=""), mode="json") if media else None


def with_kept(found: Sequence[Contact | Media], kept: Path | None) -> list[Contact | Media]:
    """What was found, and the kept media unless it is about one of the same recordings. Raises StorageError."""
    told = {folded(one.id) for one in found if isinstance(one, Media)}
    if kept is None:
        return list(found)
    with storage_errors(kept.parent):
        content = kept.read_bytes()
    try:
        media = _MEDIA.validate_json(content)
    except ValueError:  # pydantic's text would carry the content
        raise _damaged(kept) from None
    known = folded(media.id) in told or (media.id is None and told)
    return list(found) if known else [*found, replace(media, source=kept.name)]


def _damaged(kept: Path) -> LostFileError:
    return LostFileError(
        f"The file {kept.name} of an earlier record is damaged.",
        "Restore it; or delete it, and records that come late are read without what it told of the recording.",
    )
