"""Genesys Cloud recording metadata: the API's object, the S3 export's, and the call file of AWS PCA."""

from __future__ import annotations

from pca_pipeline.ctr.contact import Media, Pause
from pca_pipeline.ctr.fields import Document, documents, moment, number, text

_LONGEST_MS = 86_400_000  # a pause of more than a day is no pause


def matches(document: Document) -> bool:
    """Whether a document has an id, a start or a length, and no participants."""
    named = text(document, "recordingId", "id", "conversationId") is not None
    timed = any(key in document for key in ("startTime", "endTime", "originalRecordingStartTime"))
    return named and timed and "participants" not in document


def read(document: Document) -> Media:
    """The recording, its wall-clock span and its pauses.

    `startTime` can be null; `originalRecordingStartTime` is the start before access rules cut the audio.
    """
    return Media(
        id=text(document, "recordingId", "id"),
        contact_id=text(document, "conversationId"),
        started_at=moment(document, "startTime", "originalRecordingStartTime"),
        ended_at=moment(document, "endTime"),
        pauses=_pauses(document),
        kind=text(document, "mediaSubtype", "media", "mediaType"),
    )


def _pauses(document: Document) -> tuple[Pause, ...]:
    """Pauses on the wall clock, in order.

    `realtimeLocation` counts from the recording's start with pauses, `absoluteLocation` without earlier ones.
    """
    found: list[Pause] = []
    for note in sorted(documents(document, "annotations"), key=_place):
        length = number(note, "durationMs", "absoluteDurationMs", "recordingDurationMs")
        if length is None or not 0 < length <= _LONGEST_MS:
            continue
        before = sum(pause.end - pause.start for pause in found)
        realtime = number(note, "realtimeLocation")
        start = _place(note) / 1000 + (before if realtime is None else 0.0)
        start = max(start, found[-1].end if found else 0.0)
        found.append(Pause(start, start + length / 1000, text(note, "reason", "type") or "Pause"))
    return tuple(found)


def _place(note: Document) -> float:
    return number(note, "realtimeLocation", "absoluteLocation", "location", "recordingLocation") or 0.0
