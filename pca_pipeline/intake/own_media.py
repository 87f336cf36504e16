"""What a record tells of a call's recording: kept beside its outputs, since a later record may not tell it again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from pca_pipeline.intake.claims import Claim, outputs
from pca_pipeline.intake.files import storage_errors
from pca_pipeline.settings import Settings


def keep_media(claim: Claim, media: Mapping[str, object] | None) -> None:
    """Let this be among the call's outputs, if there is any. Raises StorageError."""
    if media:
        with storage_errors(claim.folder):
            (claim.out / _name(claim.call_id)).write_text(json.dumps(media, indent=1), encoding="utf-8")


def kept_media(claim: Claim, settings: Settings) -> Path | None:
    """What is kept of a finished call to which records come late. Raises StorageError."""
    folder = outputs(claim.call_id, settings) if claim.late else None
    path = folder / _name(claim.call_id) if folder else None
    return path if path and path.exists() else None


def _name(call_id: str) -> str:
    return f"recording-{call_id}.json"
