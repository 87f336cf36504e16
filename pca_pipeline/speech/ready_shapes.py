"""One small function for each shape of transcript: the words as the document tells them, nothing inferred."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pca_pipeline.speech.languages import language_code
from pca_pipeline.transcript_shape import Document, TranscriptShape, value_at


class FlawError(Exception):
    """What is wrong with a transcript, as the rest of a sentence about it; without content."""


@dataclass(frozen=True, slots=True, repr=False)
class ToldWord:
    """A word as a document tells it; None for what it does not tell. Raw."""

    text: str
    start: float | None = None
    end: float | None = None
    probability: float | None = None
    channel: int | None = None
    speaker: str | None = None  # a role, or whatever label tells voices apart


@dataclass(frozen=True, slots=True, repr=False)
class Line:
    """Words that follow each other, and where they lie. Raw."""

    words: tuple[ToldWord, ...]
    start: float | None = None
    end: float | None = None


def read_lines(document: Document, shape: TranscriptShape) -> list[Line]:
    """The words of a document of that shape, in its order. Raises FlawError."""
    lines = (replace(line, words=tuple(word for word in line.words if word.text)) for line in _READERS[shape](document))
    return [line for line in lines if line.words]


def language_of(document: Document) -> str | None:
    """The language that a document tells, as Whisper names it."""
    places = (("language",), ("LanguageCode",), ("results", "language_code"), ("ConversationAnalytics", "LanguageCode"))
    told = (value_at(document, *keys) for keys in places)
    return next((code for one in told if isinstance(one, str) and (code := language_code(one))), None)


def channels_of(document: Document) -> int:
    """How many channels a document says that it is of, silent ones too; 0 where it does not."""
    return int(number(value_at(document, "results", "channel_labels", "number_of_channels")) or 0)


def number(value: object) -> float | None:
    """A number, also one written as text; None for anything else. Raises FlawError for one that is none."""
    try:
        found = None if isinstance(value, bool) or not isinstance(value, int | float | str) else float(value)
    except (ValueError, OverflowError):
        raise FlawError("has a time or a confidence that is no number") from None
    if found is not None and not math.isfinite(found):
        raise FlawError("has a time or a confidence that is no number")
    return found


# ---- shapes


def _pca(document: Document) -> Iterator[Line]:
    """Turns of AWS PCA. Without items, as from streams, its words have no times: all are zero."""
    labels = _dicts(value_at(document, "ConversationAnalytics", "SpeakerLabels"))
    names = {_text(one.get("Speaker")): _text(one.get("DisplayText")) for one in labels}
    for turn in _dicts(document["SpeechSegments"]):
        label = _text(turn.get("SegmentSpeaker"))
        words = [_word(one, "Text", "StartTime", "EndTime", "Confidence") for one in _dicts(turn.get("WordConfidence"))]
        if turn.get("TextEdited") or not any(word.end for word in words):
            words = _untimed(_text(turn.get("DisplayText")) or _text(turn.get("OriginalText")))
        yield _line(words, turn.get("SegmentStartTime"), turn.get("SegmentEndTime"), speaker=names.get(label, label))


def _call_analytics(document: Document) -> Iterator[Line]:
    """Turns of Transcribe Call Analytics, in milliseconds; of Contact Lens, without items."""
    roles = {
        _text(one.get("ParticipantId")): _text(one.get("ParticipantRole")) for one in _dicts(document["Participants"])
    }
    for turn in _dicts(document["Transcript"]):
        participant = _text(turn.get("ParticipantId"))
        items = [_with_milliseconds(one) for one in _dicts(turn.get("Items"))]
        turn = _with_milliseconds(turn)
        words = _from_items(items, "Content", "start", "end", "Confidence", "Type") or _untimed(
            _text(turn.get("Content"))
        )
        role = _text(turn.get("ParticipantRole")) or roles.get(participant) or participant
        yield _line(words, turn["start"], turn["end"], speaker=role)


def _transcribe(document: Document) -> Iterator[Line]:
    """Items of Amazon Transcribe: channel by channel where it was told to identify those, else by speaker."""
    results = document["results"]
    channels = _dicts(value_at(results, "channel_labels", "channels"))
    for channel in channels:
        yield Line(tuple(_items(_dicts(channel.get("items")), channel.get("channel_label"), {})))
    if not channels:
        segments = _dicts(value_at(results, "speaker_labels", "segments"))
        speakers = {
            number(one.get("start_time")): _text(one.get("speaker_label"))
            for segment in segments
            for one in _dicts(segment.get("items"))
        }
        yield Line(tuple(_items(_dicts(results.get("items")), None, speakers)))


def _items(items: Sequence[Document], channel: object, speakers: Mapping[float | None, str]) -> list[ToldWord]:
    flat = [{**one, **next(iter(_dicts(one.get("alternatives"))), {})} for one in items]
    words = _from_items(flat, "content", "start_time", "end_time", "confidence", "type")
    said = [one for one in flat if one.get("type") != "punctuation"]
    return [
        replace(
            word,
            channel=_channel(item.get("channel_label", channel)),
            speaker=_text(item.get("speaker_label")) or speakers.get(word.start),
        )
        for word, item in zip(words, said, strict=True)
    ]


def _whisper(document: Document) -> Iterator[Line]:
    """Segments of Whisper and its kin; words with times in them, beside them (OpenAI's API), or none at all."""
    segments = _dicts(document["segments"])
    words = _dicts(document.get("words"))
    if words and not any(_dicts(segment.get("words")) for segment in segments):
        segments = [{"words": words}]
    for segment in segments:
        said = _dicts(segment.get("words"))
        told = [_whisper_word(one) for one in said] or _untimed(_text(segment.get("text")))
        channel = _channel(segment.get("channel", document.get("channel")))
        yield _line(told, segment.get("start"), segment.get("end"), channel, _text(segment.get("speaker")))


def _whisper_word(item: Document) -> ToldWord:
    word = _word(item, "word", "start", "end", "probability" if "probability" in item else "score")
    return replace(word, channel=_channel(item.get("channel")), speaker=_text(item.get("speaker")) or None)


_READERS: Mapping[TranscriptShape, Callable[[Document], Iterator[Line]]] = {
    TranscriptShape.PCA: _pca,
    TranscriptShape.CALL_ANALYTICS: _call_analytics,
    TranscriptShape.TRANSCRIBE: _transcribe,
    TranscriptShape.WHISPER: _whisper,
}


# ---- what the shapes share


def _line(
    words: Sequence[ToldWord], start: object, end: object, channel: int | None = None, speaker: str | None = None
) -> Line:
    """A line whose words have its channel and speaker, unless they have their own."""
    filled = (
        replace(
            word,
            channel=channel if word.channel is None else word.channel,
            speaker=word.speaker or speaker or None,
        )
        for word in words
    )
    return Line(tuple(filled), number(start), number(end))


def _word(item: Document, text: str, start: str, end: str, confidence: str) -> ToldWord:
    return ToldWord(_text(item.get(text)), number(item.get(start)), number(item.get(end)), number(item.get(confidence)))


def _from_items(
    items: Sequence[Document], text: str, start: str, end: str, confidence: str, kind: str
) -> list[ToldWord]:
    """Words from items, of which punctuation marks are some of their own: each goes to the word before it."""
    words: list[ToldWord] = []
    for item in items:
        if item.get(kind) != "punctuation":
            words.append(_word(item, text, start, end, confidence))
        elif words:
            words[-1] = replace(words[-1], text=words[-1].text + _text(item.get(text)))
    return words


def _untimed(text: str) -> list[ToldWord]:
    return [ToldWord(part) for part in text.split()]


def _with_milliseconds(item: Document) -> dict[str, Any]:
    """With `start` and `end` in seconds."""
    start, end = number(item.get("BeginOffsetMillis")), number(item.get("EndOffsetMillis"))
    seconds = {"start": start if start is None else start / 1000, "end": end if end is None else end / 1000}
    return {**item, **seconds}


def _channel(value: object) -> int | None:
    """The number of a channel, which may stand at the end of its name: 1, "1", "ch_1"."""
    if value is None:
        return None
    found = re.search(r"(\d)$", str(value))
    if found is None:
        raise FlawError("names a channel without a number")
    return int(found[1])


def _text(value: object) -> str:
    """Text without blanks around it, and with none within that is not one between words."""
    return " ".join(value.split()) if isinstance(value, str) else ""


def _dicts(value: object) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
