"""Transcripts made elsewhere, distinguished from records by their fields, never by their names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

Document = Mapping[str, Any]


class TranscriptShape(StrEnum):
    """The tool that made a transcript, by its usual name."""

    PCA = "AWS PCA"
    CALL_ANALYTICS = "Amazon Transcribe Call Analytics"  # Contact Lens writes the same
    TRANSCRIBE = "Amazon Transcribe"
    WHISPER = "Whisper"  # openai-whisper, whisper-ctranslate2, WhisperX, OpenAI's API


def transcript_shape(document: object) -> TranscriptShape | None:
    """The shape of a JSON document that is a transcript; None for anything else."""
    if not isinstance(document, dict) or "participants" in document:
        return None
    if isinstance(document.get("SpeechSegments"), list):
        return TranscriptShape.PCA
    if isinstance(document.get("Transcript"), list) and "Participants" in document:
        return TranscriptShape.CALL_ANALYTICS
    results = document.get("results")
    if isinstance(results, dict) and ("items" in results or "transcripts" in results):
        return TranscriptShape.TRANSCRIBE
    if isinstance(document.get("segments"), list) and _is_heard(document["segments"], document):
        return TranscriptShape.WHISPER
    return None


def is_genesys_transcript(document: object) -> bool:
    """Whether a JSON document is a transcript of Genesys Cloud's speech and text analytics.

    Its fields are those of developer.genesys.cloud/analyticsdatamanagement/speechtextanalytics/transcript-url: phrases
    whose `startTimeMs` are milliseconds since 1970. Nothing says which second of a recording that is, and without it a
    number cannot be muted.
    """
    transcripts = document.get("transcripts") if isinstance(document, dict) else None
    return isinstance(transcripts, list) and any(isinstance(one, dict) and "phrases" in one for one in transcripts)


def _is_heard(segments: list[Any], document: Document) -> bool:
    """Whether these are segments of speech, and not the segments of a call, which records have."""
    if not segments:
        return "language" in document or "text" in document
    return all(isinstance(one, dict) and ("text" in one or "words" in one) for one in segments)


def told_ids(document: Document) -> Iterator[tuple[str, object]]:
    """The ids in a transcript, each with what it identifies: "conversation" or "recording"."""
    yield "conversation", value_at(document, "CustomerMetadata", "ContactId")
    genesys = ("ConversationAnalytics", "Telephony", "Genesys")
    yield "conversation", value_at(document, *genesys, "conversationId")
    yield "recording", value_at(document, *genesys, "id")


def value_at(document: object, *keys: str) -> Any:
    """The value under these nested keys; None if one is missing."""
    for key in keys:
        document = document.get(key) if isinstance(document, dict) else None
    return document
