"""Who is heard: people and machines, their words, and when they speak."""

from __future__ import annotations

from collections.abc import Iterable

from pca_pipeline.call import MACHINES, ON_HOLD, RedactedCall, RedactedSegment, Role
from pca_pipeline.insights.spans import Span, union

BREATH = 0.5  # seconds: a shorter pause between a speaker's words is part of the speech around it


def role_of(call: RedactedCall, speaker: str) -> Role:
    """Role of a speaker; unknown if the timeline has no such participant."""
    return next((one.role for one in call.timeline.participants if one.key == speaker), Role.UNKNOWN)


def is_machine(call: RedactedCall, speaker: str) -> bool:
    """Whether a speaker is a recorded or synthetic voice."""
    return speaker == ON_HOLD or role_of(call, speaker) in MACHINES


def speakers(call: RedactedCall) -> tuple[str, ...]:
    """Keys of all participants, and of voices that are not in the timeline."""
    named = [participant.key for participant in call.timeline.participants]
    return tuple(dict.fromkeys([*named, *sorted({segment.speaker for segment in call.segments})]))


def people(call: RedactedCall) -> tuple[str, ...]:
    """Keys of the speakers who are not machines."""
    return tuple(speaker for speaker in speakers(call) if not is_machine(call, speaker))


def segments_of(call: RedactedCall, speaker: str) -> tuple[RedactedSegment, ...]:
    """A speaker's segments in order of time."""
    own = (segment for segment in call.segments if segment.speaker == speaker)
    return tuple(sorted(own, key=lambda segment: (segment.start, segment.channel)))


def speech(segments: Iterable[RedactedSegment]) -> tuple[Span, ...]:
    """When the words of these segments, including labels, are spoken; breaths are bridged."""
    return union(((word.start, word.end) for segment in segments for word in segment.words), gap=BREATH)


def plain_text(segment: RedactedSegment) -> str:
    """What was said, without the labels."""
    return " ".join(word.text for word in segment.words if word.entity is None)
