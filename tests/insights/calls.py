"""Small redacted calls for the tests of the insights."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from pca_pipeline.call import (
    CtrQuality,
    Direction,
    Interval,
    IntervalKind,
    MuteSpan,
    Participant,
    ParticipantTimes,
    Recording,
    RedactedCall,
    RedactedSegment,
    RedactedWord,
    Role,
    SpeechStats,
    Timeline,
    Transfer,
)

RATE = 8000

CAST = (
    Participant("customer", Role.CUSTOMER),
    Participant("ivr_1", Role.IVR, name="Main menu"),
    Participant("queue_1", Role.QUEUE, name="Front desk"),
    Participant("queue_2", Role.QUEUE, name="Back office"),
    Participant("agent_1", Role.AGENT, name="Kim"),
    Participant("agent_2", Role.AGENT, name="Lee"),
    Participant("agent_3", Role.AGENT, name="Ana"),
)


def say(speaker: str, start: float, end: float, text: str = "word") -> RedactedSegment:
    """A segment whose words share the time evenly; a word in square brackets is a label."""
    texts = text.split()
    edges = np.linspace(start, end, len(texts) + 1).tolist()
    words = tuple(
        RedactedWord(one, edges[i], edges[i + 1], 0.9, one.strip("[].,") if one.startswith("[") else None)
        for i, one in enumerate(texts)
    )
    channel = 0 if speaker == "customer" else 1
    return RedactedSegment(speaker, channel, start, end, 1.0, words)


def interval(kind: str, participant: str, start: float, end: float) -> Interval:
    """An interval by the name of its kind."""
    return Interval(IntervalKind(kind), participant, start, end)


def make_call(
    segments: Iterable[RedactedSegment] = (),
    *,
    participants: tuple[Participant, ...] = CAST,
    intervals: tuple[Interval, ...] = (),
    times: tuple[ParticipantTimes, ...] = (),
    transfers: tuple[Transfer, ...] = (),
    mute_spans: tuple[MuteSpan, ...] = (),
    duration: float = 100.0,
) -> RedactedCall:
    """A redacted call of these parts."""
    quality = CtrQuality.EXACT if intervals or times else CtrQuality.NONE
    timeline = Timeline(None, None, None, Direction.INBOUND, 0, participants, intervals, transfers, times, quality)
    stats = SpeechStats("test", "en", 0.0, None, 0)
    return RedactedCall("call", duration, RATE, 2, timeline, tuple(segments), (), mute_spans, stats, ())


def silent_recording(duration: float = 100.0) -> Recording:
    """Two channels of digital silence."""
    return Recording(np.zeros((2, round(duration * RATE)), np.float32), RATE, "PCM_16")
