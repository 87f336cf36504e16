"""What is kept of records when their files are gone, beside the outputs of their call, and is erased with them.

Legs, of a conversation that has a record for each: a call keeps all that it knows of, without anything personal.
Whichever leg comes next is read beside them, and they beside it. And what a record tells of the recording: a later one
may tell of the conversation alone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from pca_pipeline.intake.claims import Claim, outputs
from pca_pipeline.intake.files import storage_errors
from pca_pipeline.intake.ledger import KeyKind, open_ledger
from pca_pipeline.settings import Settings

_LEGS, _MEDIA = "legs", "recording"  # what the files' names begin with


def keep_legs(claim: Claim, legs: Sequence[Mapping[str, object]]) -> None:
    """Let these be among the call's outputs, if there are any. Raises StorageError."""
    _keep(_LEGS, claim, legs)


def keep_media(claim: Claim, media: Mapping[str, object] | None) -> None:
    """Let this be among the call's outputs, if there is any. Raises StorageError."""
    _keep(_MEDIA, claim, media)


def kept_legs(claim: Claim, settings: Settings) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    """Files of what finished calls of the conversation have kept: this call's own, and those of its other recordings.

    Raises StorageError.
    """
    if claim.chain is None:
        return (), ()
    with open_ledger(settings) as ledger:
        others = ledger.calls([(KeyKind.CHAIN, claim.chain)]) - {claim.call_id}
    return _kept(_LEGS, [claim.call_id], settings), _kept(_LEGS, sorted(others), settings)


def kept_media(claim: Claim, settings: Settings) -> Path | None:
    """What is kept of a finished call to which records come late. Raises StorageError."""
    return next(iter(_kept(_MEDIA, [claim.call_id] if claim.late else [], settings)), None)


def _keep(kind: str, claim: Claim, content: object) -> None:
    if content:
        with storage_errors(claim.folder):
            (claim.out / _name(kind, claim.call_id)).write_text(json.dumps(content, indent=1), encoding="utf-8")


def _kept(kind: str, call_ids: Sequence[str], settings: Settings) -> tuple[Path, ...]:
    """What these calls have kept, in order."""
    folders = ((call_id, outputs(call_id, settings)) for call_id in call_ids)
    paths = [folder / _name(kind, call_id) for call_id, folder in folders if folder]
    return tuple(path for path in paths if path.exists())


def _name(kind: str, call_id: str) -> str:
    return f"{kind}-{call_id}.json"
