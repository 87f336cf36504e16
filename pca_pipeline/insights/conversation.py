"""How people share the time: silence, talking at once, interruptions, pace."""

from __future__ import annotations

import math
from bisect import bisect_left

from pca_pipeline.call import FLOWS, TALKING, IntervalKind, RedactedCall, RedactedSegment, Role
from pca_pipeline.insights.spans import Span, overlapping, subtract, total, union
from pca_pipeline.insights.voices import people, role_of, segments_of, speech

INTERRUPTION = 0.5  # seconds for which two must speak at once for it to be an interruption, not just an answer
_NOT_TALK = {*FLOWS, IntervalKind.SECURE_PAUSE, IntervalKind.QUEUE, IntervalKind.HOLD, IntervalKind.CONSULT}


def silences(call: RedactedCall) -> tuple[Span, ...]:
    """Stretches of the agents' talk in which nobody is heard, of any length.

    Queue, hold and consult are not talk. Muted time is not silence: there were words. Without intervals, talk lasts from the
    first to the last word of any person.
    """
    muted = ((span.start, span.end) for span in call.mute_spans)
    return subtract(_talk(call), (*speech(call.segments), *muted))


def talk_over(call: RedactedCall) -> tuple[Span, ...]:
    """When at least two people speak at once."""
    return overlapping([speech(segments_of(call, speaker)) for speaker in people(call)])


def count_interruptions(call: RedactedCall, speaker: str) -> int:
    """How often a person began while another spoke, spoke over them for half a second, and outlasted them."""
    if speaker not in people(call):
        return 0
    others = [speech(segments_of(call, other)) for other in people(call) if other != speaker]
    own = speech(segments_of(call, speaker))
    return sum(any(_interrupts(utterance, other) for other in others) for utterance in own)


def words_per_minute(segments: tuple[RedactedSegment, ...]) -> float | None:
    """Pace outside labels, since a label can stand for any number of words; None if there are no other words."""
    labels = [(word.start, word.end) for segment in segments for word in segment.words if word.entity]
    seconds = total(subtract(speech(segments), labels))
    words = sum(word.entity is None for segment in segments for word in segment.words)
    return 60 * words / seconds if words and seconds else None


def _talk(call: RedactedCall) -> tuple[Span, ...]:
    intervals = call.timeline.intervals
    if not intervals:
        voices = union(span for speaker in people(call) for span in speech(segments_of(call, speaker)))
        return ((voices[0][0], voices[-1][1]),) if voices else ()
    talk = (
        (one.start, one.end)
        for one in intervals
        if one.kind in TALKING and role_of(call, one.participant) is Role.AGENT
    )
    return subtract(talk, ((one.start, one.end) for one in intervals if one.kind in _NOT_TALK))


def _interrupts(utterance: Span, other: tuple[Span, ...]) -> bool:
    """`other` is ordered and disjoint: only the last utterance begun before ours can be interrupted."""
    place = bisect_left(other, (utterance[0], -math.inf)) - 1
    if place < 0:
        return False
    _, end = other[place]
    return end - utterance[0] >= INTERRUPTION and utterance[1] > end
