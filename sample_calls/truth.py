"""The ground truth of a call: every utterance, word and piece of personal data, with exact times."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from sample_calls.call import Script
from sample_calls.cast import Cast, queue_id
from sample_calls.recording import Interval, Recording, Utterance
from sample_calls.spoken import Piece
from sample_calls.telephone import RATE

Json = dict[str, Any]
MARKS = ".,?!;:"


def truth(
    name: str,
    audio: str,
    conversation: str,
    script: Script,
    cast: Cast,
    recording: Recording,
    roles: tuple[str, ...],
) -> Json:
    """The truth file's content. `recording` is as the file holds it, `roles` says who is on each channel."""
    return {
        "call": name,
        "audio": audio,
        "duration": round(recording.duration, 4),
        "conversation_id": conversation,
        "scenario": {"shape": script.shape, "topic": script.topic, "mood": script.mood},
        "channels": [{"channel": channel, "role": role} for channel, role in enumerate(roles)],
        "utterances": [_utterance(spoken, cast) for spoken in recording.utterances],
        "pii": [finding for at, spoken in enumerate(recording.utterances) for finding in _pii(spoken, at)],
        "timeline": [_interval(interval, cast) for interval in recording.intervals],
    }


def _utterance(spoken: Utterance, cast: Cast) -> Json:
    return {
        "channel": spoken.channel,
        "start": round(spoken.start, 4),
        "end": round(spoken.end, 4),
        "speaker": spoken.speaker,
        "agent_id": _agent_id(spoken.speaker, cast),
        "text": spoken.line.written,
        "words": [
            {"text": piece.written, "start": round(start, 4), "end": round(end, 4)}
            for piece, (start, end) in zip(spoken.line.pieces, spoken.words, strict=True)
        ],
    }


def _pii(spoken: Utterance, utterance: int) -> Iterator[Json]:
    """Neighbouring pieces of one value make one finding."""

    def value(numbered: tuple[int, Piece]) -> tuple[str | None, str | None]:
        return numbered[1].entity, numbered[1].value_id

    for (entity, value_id), group in groupby(enumerate(spoken.line.pieces), value):
        if entity is None:
            continue
        pieces = list(group)
        first, last = pieces[0][0], pieces[-1][0]
        start, end = spoken.words[first][0], spoken.words[last][1]
        yield {
            "entity": entity,
            "value": " ".join(piece.written for _, piece in pieces).strip(MARKS),
            "value_id": value_id,
            "channel": spoken.channel,
            "utterance": utterance,
            "words": [first, last],
            "start": round(start, 4),
            "end": round(end, 4),
            "start_sample": round(start * RATE),
            "end_sample": round(end * RATE),
        }


def _interval(interval: Interval, cast: Cast) -> Json:
    kind = {"merge": "consult", "pause": "secure_pause"}.get(interval.kind, interval.kind)
    participant = f"agent_{interval.agent}" if interval.agent else interval.kind
    identity = queue_id(interval.queue) if interval.queue else _agent_id(participant, cast)
    return {
        "kind": kind,
        "participant": participant,
        "id": identity,
        "start": round(interval.start, 4),
        "end": round(interval.end, 4),
    }


def _agent_id(speaker: str, cast: Cast) -> str | None:
    return cast.agents[int(speaker[-1]) - 1].user_id if speaker.startswith("agent") else None
