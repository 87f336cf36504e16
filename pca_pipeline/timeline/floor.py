"""The floor: who is heard on the internal channel, stretch by stretch, according to the record."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

from pca_pipeline.call import ON_HOLD, TALKING, UNKNOWN_KEY, Interval, IntervalKind, Timeline
from pca_pipeline.timeline.spoken import Spoken

# Records are off by some tenths of a second: a change of speaker is moved to a pause within this many seconds.
SNAP = 0.6
_PAUSE = 0.3  # shortest gap between words in which the speaker may change
TOLERANCE = 0.5  # words this far outside an interval still belong to it

# Who is heard where intervals overlap; the first wins: prompts play to the customer even while an agent is on the line.
AUDIBLE = (
    IntervalKind.VOICEMAIL,
    IntervalKind.SECURE_PAUSE,
    IntervalKind.IVR,
    IntervalKind.BOT,
    IntervalKind.SURVEY,
    IntervalKind.HOLD,
    IntervalKind.CONSULT,
    IntervalKind.CONFERENCE,
    IntervalKind.TALK,
    IntervalKind.QUEUE,
    IntervalKind.OTHER,
)

# Confidence in the speaker, if it is not 1.
_UNSURE = {
    IntervalKind.CONSULT: 0.7,
    IntervalKind.HOLD: 0.7,
    IntervalKind.CONFERENCE: 0.5,
    IntervalKind.OTHER: 0.5,
}
_OVERLAPPED = 0.8  # two people on the internal side at once
_OUTSIDE = 0.5  # between intervals

Speaker = tuple[str, float]  # Participant.key, confidence
Span = tuple[float, float]  # start and end, seconds


class Share(NamedTuple):
    """A stretch of talk, in seconds, and the keys of all parties on the internal channel."""

    start: float
    end: float
    parties: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Who is heard on the internal channel, by the record. Words belong to it from `begins` on."""

    begins: float
    start: float
    end: float
    speaker: str
    confidence: float


def is_mono(timeline: Timeline) -> bool:
    """Whether the customer shares the one channel with everybody else."""
    return any(participant.key == UNKNOWN_KEY for participant in timeline.participants)


def covered(
    timeline: Timeline, kinds: Sequence[IntervalKind] = (*AUDIBLE, IntervalKind.WRAP_UP)
) -> Iterator[tuple[float, float, list[Interval]]]:
    """Stretches without overlap, in seconds, each with the intervals that cover it, the one that is heard first."""
    audible = sorted(
        (one for one in timeline.intervals if one.kind in kinds), key=lambda one: (kinds.index(one.kind), one.start)
    )
    for start, end in pairwise(sorted({edge for one in audible for edge in (one.start, one.end)})):
        covering = [one for one in audible if one.start <= start and end <= one.end]
        if covering:
            yield start, end, covering


def shares(timeline: Timeline) -> tuple[Share, ...]:
    """When people of the internal side talk with the customer, alone or several at once. In order."""
    found: list[Share] = []
    for start, end, covering in covered(timeline, AUDIBLE):
        if covering[0].kind in TALKING:
            found.append(
                Share(start, end, tuple(dict.fromkeys(one.participant for one in covering if one.kind in TALKING)))
            )
    return tuple(found)


def floor_of(timeline: Timeline) -> list[Stretch]:
    """The floor from the intervals; each stretch counts from the middle of the gap before it. Empty without intervals."""
    hold = any(participant.key == ON_HOLD for participant in timeline.participants)
    found: list[Stretch] = []
    for start, end, covering in covered(timeline, AUDIBLE):
        begins = (found[-1].end + start) / 2 if found else start
        found.append(Stretch(begins, start, end, *_heard(covering, hold)))
    return found


def _heard(covering: Sequence[Interval], hold: bool) -> Speaker:
    first = covering[0]
    if first.kind is IntervalKind.HOLD and hold:
        return ON_HOLD, _UNSURE[first.kind]
    people = {one.participant for one in covering if one.kind in TALKING}
    return first.participant, _UNSURE.get(first.kind, _OVERLAPPED if len(people) > 1 else 1.0)


def snapped(floor: Sequence[Stretch], internal: Sequence[Spoken]) -> list[Stretch]:
    """The floor, with changes of speaker that cut through speech moved to the nearest pause."""
    pauses = [
        (one.end, following.start)
        for one, following in pairwise(internal)
        if following.start - one.end >= (0.0 if one.ends_sentence else _PAUSE)
    ]
    moved = list(floor[:1])
    for before, stretch in pairwise(floor):
        begins = stretch.begins
        if before.speaker != stretch.speaker:
            begins = _nearest_pause(begins, pauses)
        moved.append(replace(stretch, begins=max(begins, moved[-1].begins)))
    return moved


def _nearest_pause(at: float, pauses: Iterable[tuple[float, float]]) -> float:
    """The middle of the pause nearest to `at`; `at` itself if it is in a pause, or none is near."""

    def distance(pause: tuple[float, float]) -> float:
        return max(pause[0] - at, at - pause[1], 0.0)

    nearest = min(pauses, key=distance, default=None)
    if nearest is None or not 0 < distance(nearest) <= SNAP:
        return at
    return (nearest[0] + nearest[1]) / 2


def on_floor(at: float, floor: Sequence[Stretch]) -> Speaker:
    """Who has the floor at a moment. Far from any interval it is the nearest one's, with less confidence."""
    stretch = floor[max(0, bisect_right(floor, at, key=lambda one: one.begins) - 1)]
    outside = max(stretch.start - at, at - stretch.end)
    return stretch.speaker, min(_OUTSIDE, stretch.confidence) if outside > TOLERANCE else stretch.confidence
