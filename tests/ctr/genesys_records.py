"""Genesys documents for the tests of this room, in seconds from one moment, and recordings to go with."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from pca_pipeline.call import Recording

Json = dict[str, Any]
ZERO = datetime(2026, 3, 2, 14, 30, tzinfo=UTC)
RATE = 100  # samples a second: the room looks at lengths only


def at(seconds: float) -> str:
    """A moment as Genesys writes it."""
    return (ZERO + timedelta(seconds=seconds)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def segment(kind: str, start: float, end: float | None = None, **fields: Any) -> Json:
    """One segment of a session; open without an end."""
    ends = {} if end is None else {"segmentEnd": at(end)}
    return {"segmentType": kind, "segmentStart": at(start), **ends, **fields}


def metric(name: str, seconds: float, emitted: float) -> Json:
    """One metric of a session."""
    return {"name": name, "value": round(seconds * 1000), "emitDate": at(emitted)}


def participant(purpose: str, *segments: Json, metrics: tuple[Json, ...] = (), **fields: Any) -> Json:
    """One participant with one voice session; fields named `session_...` go to the session."""
    own = {key.removeprefix("session_"): value for key, value in fields.items() if key.startswith("session_")}
    session = {"mediaType": "voice", "segments": list(segments), "metrics": list(metrics), **own}
    rest = {key: value for key, value in fields.items() if not key.startswith("session_")}
    id_ = f"{purpose}-{segments[0]['segmentStart']}"
    return {"participantId": id_, "purpose": purpose, "sessions": [session], **rest}


def customer(start: float, end: float | None, **fields: Any) -> Json:
    """The caller, with the recorded session."""
    base = {"session_direction": "inbound", "session_ani": "tel:+16125550123", "session_recording": True}
    return participant("customer", segment("interact", start, end), **(base | fields))


def ivr(start: float, end: float, flow: str = "Main Menu") -> Json:
    """A flow that the call passes."""
    return participant(
        "ivr",
        segment("system", start, start + 0.05),
        segment("ivr", start, end, disconnectType="transfer"),
        metrics=(metric("tIvr", end - start, end),),
        session_flow={"flowId": f"flow-{flow}", "flowName": flow},
    )


def queue(start: float, end: float, name: str = "Billing") -> Json:
    """A queue that the call waits in."""
    return participant(
        "acd",
        segment("interact", start, end, queueId=f"queue-{name}", disconnectType="transfer"),
        metrics=(metric("tAcd", end - start, end),),
        participantName=name,
    )


def agent(user: str, *segments: Json, metrics: tuple[Json, ...] = (), **fields: Any) -> Json:
    """An agent with one session."""
    return participant("agent", *segments, metrics=metrics, userId=user, **fields)


def conversation(*participants: Json, **fields: Any) -> Json:
    """A conversation detail."""
    base = {"conversationId": "conversation-1", "conversationStart": at(0), "originatingDirection": "inbound"}
    return base | {"participants": list(participants)} | fields


def media(start: float, end: float, **fields: Any) -> Json:
    """Recording metadata as the S3 export writes it."""
    base = {"recordingId": "recording-1", "conversationId": "conversation-1", "mediaSubtype": "Trunk"}
    return base | {"startTime": at(start), "endTime": at(end)} | fields


def consult_transfer() -> Json:
    """IVR, queue 1, agent 1 with a hold, a consult by way of a flow and queue 2, agent 2. Ends at 132 s."""
    return conversation(
        customer(0.2, 132.0),
        ivr(0.1, 5.0),
        queue(5.05, 15.44),
        agent(
            "user-1",
            segment("alert", 15.39, 15.44),
            segment("interact", 15.44, 40),
            segment("hold", 40, 50),
            segment("interact", 50, 94.2, disconnectType="transfer"),
            segment("wrapup", 94.2, 119.3, disconnectType="transfer"),
            metrics=(
                metric("tTalkComplete", 68.76, 94.2),
                metric("tHeldComplete", 10, 94.2),
                metric("nConsult", 0.001, 60.8),
                metric("nTransferred", 0.001, 94.2),
                metric("nConsultTransferred", 0.001, 94.2),
                metric("tAcw", 25.1, 119.3),
            ),
        ),
        ivr(60.8, 64.4, "Agent Help"),
        queue(64.5, 66.4, "Retention"),
        agent(
            "user-2",
            segment("alert", 64.9, 66.4),
            segment("interact", 66.4, 132),
            segment("wrapup", 132, 150),
        ),
    )


def blind_transfer(answered: bool = True) -> Json:
    """IVR, queue 1, agent 1, queue 2, agent 2 or nobody. Ends at second 100."""
    first = agent(
        "user-1",
        segment("interact", 20, 60, disconnectType="transfer"),
        segment("wrapup", 59.8, 70),
        metrics=(metric("nTransferred", 0.001, 60), metric("nBlindTransferred", 0.001, 60)),
    )
    second = [agent("user-2", segment("interact", 75, 100))] if answered else []
    return conversation(customer(0, 100), ivr(0, 8), queue(8, 20), first, queue(60.1, 75, "Retention"), *second)


def recording(seconds: float, channels: int = 2) -> Recording:
    """Silence of that length."""
    return Recording(np.zeros((channels, round(seconds * RATE)), np.float32), RATE, "ULAW")


def write(folder: Path, *documents: object) -> list[Path]:
    """Each document in a file of its own."""
    paths = [folder / f"record-{number}.json" for number, _ in enumerate(documents)]
    for path, document in zip(paths, documents, strict=True):
        path.write_text(json.dumps(document), encoding="utf-8")
    return paths
