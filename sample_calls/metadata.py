"""The recording's own record as Genesys Cloud writes it: what was recorded, from when to when, what was cut out.

It is needed beside the conversation, for audio zero is the recording's start, not the conversation's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid5

from sample_calls.call import Script
from sample_calls.cast import CENTRE
from sample_calls.recording import Recording

Json = dict[str, Any]


@dataclass(frozen=True)
class Ids:
    """The ids and the clock of one conversation."""

    conversation: str
    recording: str
    customer: str  # session
    recording_start: datetime
    conversation_start: datetime


def new_ids(rng: Random) -> Ids:
    """Draw ids and times; the recording often starts seconds after the conversation."""
    lead = rng.choice((rng.uniform(0.0, 0.3), rng.uniform(1.0, 5.0)))
    start = datetime(2026, 3, 2, 14, tzinfo=UTC) + timedelta(
        days=rng.randrange(0, 60), minutes=rng.randrange(0, 540), milliseconds=rng.randrange(60_000)
    )
    began = start - timedelta(milliseconds=round(lead * 1000))
    return Ids(new_id(rng), new_id(rng), new_id(rng), start, began)


def new_id(rng: Random) -> str:
    """A random UUID."""
    return str(UUID(int=rng.getrandbits(128), version=4))


def recording_metadata(recording: Recording, ids: Ids) -> Json:
    """The recording's own record: where audio zero lies, and what was cut out."""
    return {
        "recordingId": ids.recording,
        "conversationId": ids.conversation,
        "startTime": iso(ids.recording_start),
        "endTime": iso(ended(recording, ids)),
        "durationMs": round(recording.duration * 1000),
        "media": "audio",
        "mediaSubtype": "Trunk",
        "fileState": "AVAILABLE",
        "annotations": _annotations(recording, ids),
    }


def api_recording(recording: Recording, ids: Ids) -> Json:
    """The same as the recordings API names it, whose id is called `id`."""
    metadata = recording_metadata(recording, ids)
    return {"id": metadata.pop("recordingId"), **metadata}


def export_metadata(script: Script, recording: Recording, ids: Ids) -> Json:
    """The same as the bulk export to S3 writes it beside the audio."""
    return {
        "mediaType": "Call",
        "mediaSubtype": "Trunk",
        "provider": "Edge",
        "conversationId": ids.conversation,
        "recordingId": ids.recording,
        "initialDirection": script.direction.upper(),
        "startTime": iso(ids.recording_start).replace("Z", "+0000"),
        "endTime": iso(ended(recording, ids)).replace("Z", "+0000"),
        "durationMs": round(recording.duration * 1000),
        "annotations": _annotations(recording, ids),
    }


def iso(moment: datetime) -> str:
    """UTC with milliseconds, as Genesys writes it."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def ended(recording: Recording, ids: Ids) -> datetime:
    """When the recording ended by the clock, pauses included."""
    skipped = sum(interval.seconds for interval in recording.intervals if interval.kind == "pause")
    return ids.recording_start + span(recording.duration + skipped)


def _annotations(recording: Recording, ids: Ids) -> list[Json]:
    """One for each pause. Its audio is gone: only `realtimeLocation` counts the pauses before it."""
    pauses = [interval for interval in recording.intervals if interval.kind == "pause"]
    return [
        {
            "id": str(uuid5(CENTRE, f"{ids.recording} pause {at}")),
            "type": "Pause",
            "reason": "SecurePause",
            "location": round(pause.start * 1000),
            "durationMs": round(pause.seconds * 1000),
            "absoluteLocation": round(pause.start * 1000),
            "absoluteDurationMs": round(pause.seconds * 1000),
            "recordingLocation": round(pause.start * 1000),
            "recordingDurationMs": 0,
            "realtimeLocation": round((pause.start + pause.skipped) * 1000),
        }
        for at, pause in enumerate(pauses)
    ]


def span(seconds: float) -> timedelta:
    """A length of time in whole milliseconds."""
    return timedelta(milliseconds=round(seconds * 1000))
