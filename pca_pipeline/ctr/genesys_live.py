"""Genesys Cloud's live Conversations API (GET /api/v2/conversations/{id}), converted to the shape of the analytics.

It has `calls` instead of sessions, disconnect types with dots, and names of queues.
"""

from __future__ import annotations

from collections.abc import Iterator

from pca_pipeline.ctr import genesys_conversation
from pca_pipeline.ctr.contact import Contact
from pca_pipeline.ctr.fields import Document, documents, moment, text

_ENDS = {
    "transfer.conference": "conferenceTransfer",
    "transfer.consult": "consultTransfer",
    "transfer.forward": "forwardTransfer",
    "transfer.noanswer": "noAnswerTransfer",
    "transfer.notavailable": "notAvailableTransfer",
    "transfer.donotdisturb": "dndTransfer",
    "endpoint.donotdisturb": "dndEndpoint",
    "transport.failure": "transportFailure",
}
_TYPES = {"alerting": "alert", "connected": "interact", "held": "hold", "acw": "wrapup"}


def matches(document: Document) -> bool:
    """Whether a document has participants with `calls`."""
    return any("calls" in participant for participant in documents(document, "participants"))


def read(document: Document) -> Contact:
    """The conversation, as if it came from the analytics."""
    return genesys_conversation.read(_as_detail(document))


def _as_detail(document: Document) -> Document:
    participants = list(documents(document, "participants"))
    return {
        "conversationId": text(document, "conversationId", "id"),
        "conversationStart": text(document, "startTime"),
        "originatingDirection": text(document, "originatingDirection") or _direction(participants),
        "divisionIds": [id_ for one in documents(document, "divisions") if (id_ := _division(one))],
        "participants": [_participant(one, participants) for one in participants],
    }


def _division(entry: Document) -> str | None:
    division = entry.get("division")
    return text(division, "id") if isinstance(division, dict) else None


def _direction(participants: list[Document]) -> str | None:
    """Of the customer's first call."""
    for participant in participants:
        if text(participant, "purpose") in ("customer", "external"):
            return next((way for call in documents(participant, "calls") if (way := text(call, "direction"))), None)
    return None


def _participant(participant: Document, everybody: list[Document]) -> Document:
    queue = text(participant, "purpose") == "acd"
    return {
        "participantId": text(participant, "id"),
        "purpose": text(participant, "purpose"),
        "userId": text(participant, "userId"),
        "participantName": text(participant, "queueName" if queue else "name", "name"),
        "attributes": participant.get("attributes"),
        "sessions": [_session(call, participant, everybody) for call in documents(participant, "calls")],
    }


def _session(call: Document, participant: Document, everybody: list[Document]) -> Document:
    return {
        "sessionId": text(call, "id"),
        "mediaType": "voice",
        "direction": text(call, "direction"),
        "ani": text(participant, "ani", "address"),
        "dnis": text(participant, "dnis"),
        "recording": call.get("recording") is True,
        "peerId": text(call, "peerId"),
        "segments": [*_segments(call, participant), *_wrap_up(call, participant)],
        "metrics": list(_consults(participant, everybody)),
    }


def _segments(call: Document, participant: Document) -> Iterator[Document]:
    """The call's own, else one from when it was connected."""
    told = list(documents(call, "segments"))
    whole = {
        "type": _sole_type(participant),
        "startTime": call.get("connectedTime"),
        "endTime": call.get("disconnectedTime"),
    }
    for segment in told or ([whole] if moment(call, "connectedTime") else []):
        kind = (text(segment, "type") or "").lower()
        end = text(segment, "disconnectType") or (
            text(call, "disconnectType") if segment is (told or [whole])[-1] else None
        )
        yield {
            "segmentType": _TYPES.get(kind, kind),
            "segmentStart": segment.get("startTime"),
            "segmentEnd": segment.get("endTime"),
            "disconnectType": _ENDS.get(end, end) if end else None,
            "queueId": text(participant, "queueId"),
            "conference": segment.get("conference") is True,
        }


def _sole_type(participant: Document) -> str:
    return "ivr" if text(participant, "purpose") == "ivr" else "interact"


def _wrap_up(call: Document, participant: Document) -> Iterator[Document]:
    after, wrapup = call.get("afterCallWork"), participant.get("wrapup")
    if isinstance(after, dict) and moment(after, "startTime"):
        code = text(wrapup, "code") if isinstance(wrapup, dict) else None
        yield {
            "segmentType": "wrapup",
            "segmentStart": after.get("startTime"),
            "segmentEnd": after.get("endTime"),
            "wrapUpCode": code,
        }


def _consults(participant: Document, everybody: list[Document]) -> Iterator[Document]:
    """A consult begins when the participant that it names comes in."""
    consulted = text(participant, "consultParticipantId")
    for other in everybody:
        if consulted and text(other, "id") == consulted:
            yield {"name": "nConsult", "emitDate": text(other, "startTime", "connectedTime")}
