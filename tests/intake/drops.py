"""A drop folder for the tests of intake. Audio is never decoded there, so any bytes stand for it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pca_pipeline import intake
from pca_pipeline.settings import IntakeSettings, Settings

CONVERSATION = "11111111-aaaa-4bbb-8ccc-000000000001"
OTHER_CONVERSATION = "22222222-aaaa-4bbb-8ccc-000000000002"
RECORDING = "33333333-aaaa-4bbb-8ccc-000000000003"
OTHER_RECORDING = "44444444-aaaa-4bbb-8ccc-000000000004"


def settings_for(folder: Path, inbox: Path | None = None, **intake_settings: Any) -> Settings:
    """Settings under which files are taken at once, unless they say otherwise."""
    defaults = {"stable_seconds": 0.0, "record_wait_seconds": 0.0}
    return Settings(folder=folder, inbox=inbox, intake=IntakeSettings(**(defaults | intake_settings)))


def drop(settings: Settings, name: str, content: bytes | str | dict[str, Any] | list[Any] | None = None) -> Path:
    """A file in the inbox: bytes, text, or JSON; by default bytes that are its own."""
    path = settings.inbox_folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, dict | list):
        content = json.dumps(content)
    if isinstance(content, str):
        content = content.encode()
    path.write_bytes(f"audio of {name!r}".encode("utf-8", "surrogateescape") if content is None else content)
    return path


def conversation(*ids: str, **more: Any) -> dict[str, Any]:
    """A conversation detail record, or a list of several as the query API gives them."""
    details = [{"conversationId": id_, "participants": [], **more} for id_ in ids]
    return details[0] if len(details) == 1 else {"conversations": details, "totalHits": len(details)}


def metadata(recording_id: str, conversation_id: str) -> dict[str, Any]:
    """A recording's own metadata."""
    return {"id": recording_id, "conversationId": conversation_id, "startTime": "2026-01-05T10:00:00Z"}


def names(paths: Any, settings: Settings) -> list[str]:
    """Paths within the inbox, ordered."""
    return sorted(str(path.relative_to(settings.inbox_folder)) for path in paths)


def claim_only(settings: Settings) -> intake.Claim:
    """The claim of the one call that is ready."""
    (found,) = intake.scan(settings).ready
    claim = intake.claim(found, settings)
    assert isinstance(claim, intake.Claim)
    return claim


def finish_only(settings: Settings, **outputs: str) -> str:
    """Process the one call that is ready, leaving these outputs. Returns its id."""
    claim = claim_only(settings)
    for name, text in outputs.items():
        (claim.out / name).write_text(text)
    intake.finish(claim, settings)
    return claim.call_id


def files_in(folder: Path) -> list[str]:
    """Files below a folder of the pipeline, without its own bookkeeping."""
    own = {".lock", "lock", "claim.json", "error.json", "ledger.sqlite"}
    found = (path for path in folder.rglob("*") if path.is_file() and path.name not in own)
    return sorted(str(path.relative_to(folder)) for path in found)
