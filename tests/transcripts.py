"""Transcripts as other tools write them, made up from turns whose words and times are known."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True)
class Said:
    """One turn: its words with start and end in seconds, marks glued to them."""

    channel: int
    speaker: str  # customer, agent, ivr
    words: tuple[tuple[str, float, float], ...]

    @property
    def text(self) -> str:
        return " ".join(text for text, _, _ in self.words)

    @property
    def start(self) -> float:
        return self.words[0][1]

    @property
    def end(self) -> float:
        return self.words[-1][2]


def said(channel: int, speaker: str, start: float, text: str, pace: float = 0.4) -> Said:
    """A turn of words that take `pace` seconds each."""
    words = enumerate(text.split())
    return Said(channel, speaker, tuple((word, start + at * pace, start + (at + 0.9) * pace) for at, word in words))


def from_truth(truth: Json) -> list[Said]:
    """The turns of a sample call, by its truth."""
    return [
        Said(one["channel"], one["speaker"], tuple((w["text"], w["start"], w["end"]) for w in one["words"]))
        for one in sorted(truth["utterances"], key=lambda one: one["start"])
    ]


# ---- Amazon Transcribe


def _items(words: Sequence[tuple[str, float, float]], **labels: str) -> list[Json]:
    items: list[Json] = []
    for text, start, end in words:
        word, mark = _split_mark(text)
        times = {"start_time": f"{start:.3f}", "end_time": f"{end:.3f}"}
        alternatives = [{"confidence": "0.9", "content": word}]
        items.append({"type": "pronunciation", "alternatives": alternatives, **times, **labels})
        if mark:
            items.append({"type": "punctuation", "alternatives": [{"confidence": "0.0", "content": mark}], **labels})
    return items


def _split_mark(text: str) -> tuple[str, str]:
    word = text.rstrip(".,?!")
    return word, text[len(word) :]


def _transcribe(turns: Sequence[Said], results: Json) -> Json:
    text = {"transcripts": [{"transcript": " ".join(turn.text for turn in turns)}], "language_code": "en-US"}
    return {"jobName": "job", "accountId": "1", "status": "COMPLETED", "results": {**text, **results}}


def transcribe_channels(turns: Sequence[Said]) -> Json:
    """Amazon Transcribe with channel identification."""
    channels = [
        {"channel_label": f"ch_{n}", "items": [i for t in turns if t.channel == n for i in _items(t.words)]}
        for n in (0, 1)
    ]
    items = [item for turn in turns for item in _items(turn.words, channel_label=f"ch_{turn.channel}")]
    labels = {"channels": channels, "number_of_channels": 2}
    return _transcribe(turns, {"channel_labels": labels, "items": items})


def transcribe_speakers(turns: Sequence[Said]) -> Json:
    """Amazon Transcribe with speaker labels on one channel, told beside the items as in older output."""
    labels = {speaker: f"spk_{n}" for n, speaker in enumerate(dict.fromkeys(turn.speaker for turn in turns))}
    segments = [
        {
            "start_time": f"{turn.start:.3f}",
            "end_time": f"{turn.end:.3f}",
            "speaker_label": labels[turn.speaker],
            "items": [
                {"start_time": f"{start:.3f}", "speaker_label": labels[turn.speaker]} for _, start, _ in turn.words
            ],
        }
        for turn in turns
    ]
    items = [item for turn in turns for item in _items(turn.words)]
    return _transcribe(turns, {"speaker_labels": {"speakers": len(labels), "segments": segments}, "items": items})


def call_analytics(turns: Sequence[Said]) -> Json:
    """Amazon Transcribe Call Analytics: turns by role, in milliseconds."""
    transcript = []
    for turn in turns:
        items: list[Json] = []
        for text, start, end in turn.words:
            word, mark = _split_mark(text)
            items.append({"Type": "pronunciation", "Content": word, "Confidence": "0.9", **_milliseconds(start, end)})
            items += [{"Type": "punctuation", "Content": mark, "Confidence": "0.0"}] if mark else []
        role = "CUSTOMER" if turn.speaker == "customer" else "AGENT"
        transcript.append(
            {"ParticipantRole": role, "Content": turn.text, "Items": items, **_milliseconds(turn.start, turn.end)}
        )
    roles = [{"ParticipantRole": "AGENT"}, {"ParticipantRole": "CUSTOMER"}]
    return {"JobName": "job", "LanguageCode": "en-US", "Participants": roles, "Transcript": transcript}


def contact_lens(turns: Sequence[Said]) -> Json:
    """Amazon Connect Contact Lens: the same without items, speakers by id."""
    participants = [
        {"ParticipantId": "a1", "ParticipantRole": "AGENT"},
        {"ParticipantId": "c1", "ParticipantRole": "CUSTOMER"},
    ]
    transcript = [
        {
            "ParticipantId": "c1" if turn.speaker == "customer" else "a1",
            "Content": turn.text,
            **_milliseconds(turn.start, turn.end),
        }
        for turn in turns
    ]
    metadata = {"ContactId": "55555555-aaaa-4bbb-8ccc-000000000005"}
    return {
        "Participants": participants,
        "Transcript": transcript,
        "CustomerMetadata": metadata,
        "LanguageCode": "en-US",
    }


def _milliseconds(start: float, end: float) -> Json:
    return {"BeginOffsetMillis": round(start * 1000), "EndOffsetMillis": round(end * 1000)}


# ---- AWS PCA


def pca(turns: Sequence[Said], *, with_times: bool = True) -> Json:
    """AWS PCA's parsed file, after its step for Genesys; without times of words as from streams."""
    labels = {"customer": "spk_0", "agent": "spk_1"}
    segments = [
        {
            "SegmentStartTime": turn.start,
            "SegmentEndTime": turn.end,
            "SegmentSpeaker": labels.get(turn.speaker.partition("_")[0], "IVR"),
            "OriginalText": turn.text,
            "DisplayText": turn.text,
            "TextEdited": 0,
            "WordConfidence": [
                {
                    "Text": f" {text}",
                    "Confidence": 0.9 * with_times,
                    "StartTime": start * with_times,
                    "EndTime": end * with_times,
                }
                for text, start, end in turn.words
            ],
            "EntitiesDetected": [],
        }
        for turn in turns
    ]
    speakers = [
        {"Speaker": "spk_1", "DisplayText": "Agent 1", "UserId": "user-1"},
        {"Speaker": "spk_0", "DisplayText": "Customer"},
        {"Speaker": "IVR", "DisplayText": "Genesys IVR"},
    ]
    header = {"LanguageCode": "en-US", "Duration": "12.0", "SpeakerLabels": speakers}
    return {"ConversationAnalytics": header, "SpeechSegments": segments}


def pca_stream(turns: Sequence[Said]) -> Json:
    """The same from a stream, whose words have no times."""
    return pca(turns, with_times=False)


# ---- Whisper and its kin


def whisper(turns: Sequence[Said]) -> Json:
    """openai-whisper with word times; a mix of both channels."""
    segments = [
        {
            "id": n,
            "start": turn.start,
            "end": turn.end,
            "text": f" {turn.text}",
            "avg_logprob": -0.1,
            "words": [
                {"word": f" {w}", "start": start, "end": end, "probability": 0.9} for w, start, end in turn.words
            ],
        }
        for n, turn in enumerate(turns)
    ]
    return {"text": " ".join(turn.text for turn in turns), "segments": segments, "language": "en"}


def whisper_channels(turns: Sequence[Said]) -> Json:
    """The same, each segment with the channel that it was heard on."""
    document = whisper(turns)
    for segment, turn in zip(document["segments"], turns, strict=True):
        segment["channel"] = turn.channel
    return document


def whisper_segments(turns: Sequence[Said]) -> Json:
    """openai-whisper as it writes by default: segments without words."""
    document = whisper(turns)
    for segment in document["segments"]:
        del segment["words"]
    return document


def whisperx(turns: Sequence[Said]) -> Json:
    """WhisperX with diarization: scores for probabilities, and no times for words with digits."""
    labels = {speaker: f"SPEAKER_0{n}" for n, speaker in enumerate(dict.fromkeys(turn.speaker for turn in turns))}
    segments = []
    for turn in turns:
        timed = [{"word": w, "start": start, "end": end, "score": 0.9} for w, start, end in turn.words]
        words = [{"word": one["word"]} if any(map(str.isdigit, str(one["word"]))) else one for one in timed]
        speaker = {"speaker": labels[turn.speaker]}
        segments.append({"start": turn.start, "end": turn.end, "text": turn.text, "words": words, **speaker})
    return {"segments": segments, "word_segments": [], "language": "en"}


def openai_api(turns: Sequence[Said]) -> Json:
    """OpenAI's API, verbose: words beside the segments."""
    document = whisper_segments(turns)
    words = [{"word": w, "start": start, "end": end} for turn in turns for w, start, end in turn.words]
    return {**document, "task": "transcribe", "language": "english", "duration": 12.0, "words": words}


SHAPES: Mapping[str, Callable[[Sequence[Said]], Json]] = {
    maker.__name__: maker
    for maker in (
        transcribe_channels,
        transcribe_speakers,
        call_analytics,
        contact_lens,
        pca,
        pca_stream,
        whisper,
        whisper_channels,
        whisper_segments,
        whisperx,
        openai_api,
    )
}
