"""Legs of a conversation that has a record for each: what is kept of a record when its file is gone.

A call keeps all legs that it knows of beside its outputs, without anything personal, and is erased with them. Whichever
leg comes next is read beside them, and they beside it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from pca_pipeline.intake.claims import Claim
from pca_pipeline.intake.files import storage_errors
from pca_pipeline.intake.ledger import KeyKind, open_ledger
from pca_pipeline.settings import Settings


def keep_legs(claim: Claim, legs: Sequence[Mapping[str, object]]) -> None:
    """Let these be among the call's outputs, if there are any. Raises StorageError."""
    if legs:
        with storage_errors(claim.folder):
            (claim.out / _name(claim.call_id)).write_text(json.dumps(legs, indent=1), encoding="utf-8")


def kept_legs(claim: Claim, settings: Settings) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    """Files of what finished calls of the conversation have kept: this call's own, and those of its other recordings.

    Raises StorageError.
    """
    if claim.chain is None:
        return (), ()
    with open_ledger(settings) as ledger:
        calls = sorted(ledger.calls([(KeyKind.CHAIN, claim.chain)]) | {claim.call_id})
        places = {call_id: place for call_id in calls if (place := ledger.outputs(call_id))}
    files = {call_id: settings.done_folder / place / _name(call_id) for call_id, place in places.items()}
    own = [path for call_id, path in files.items() if call_id == claim.call_id and path.exists()]
    others = [path for call_id, path in files.items() if call_id != claim.call_id and path.exists()]
    return tuple(own), tuple(others)


def _name(call_id: str) -> str:
    return f"legs-{call_id}.json"
