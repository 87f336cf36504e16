"""Turns: words of one speaker without a break. They become segments."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pca_pipeline.timeline.floor import Speaker
from pca_pipeline.timeline.spoken import Spoken

_SENTENCE_GAP, _TURN_GAP = 1.0, 2.0  # silence that ends a segment: after a sentence, and within one
_INTERVENING, _INTERVENING_SENTENCE = 0.6, 0.2  # the same, if somebody speaks on the other channel meanwhile


@dataclass(frozen=True, slots=True)
class Turn:
    """What will be a segment."""

    speaker: str
    channel: int
    words: tuple[Spoken, ...]
    confidence: float


def turns_of(said: Sequence[Spoken], speakers: Mapping[int, Speaker]) -> list[Turn]:
    """The turns of a call, ordered by start; `speakers` by the source of each word."""
    found: list[Turn] = []
    for channel in {one.channel for one in said}:
        others = sorted(one.middle for one in said if one.channel != channel)
        found.extend(_split([one for one in said if one.channel == channel], others, speakers))
    return sorted(found, key=lambda turn: (turn.words[0].start, turn.channel))


def _split(own: Sequence[Spoken], others: Sequence[float], speakers: Mapping[int, Speaker]) -> Iterator[Turn]:
    run: list[Spoken] = []
    for one in own:
        if run and _breaks(run[-1], one, others, speakers):
            yield _turn(run, speakers)
            run = []
        run.append(one)
    yield _turn(run, speakers)


def _breaks(before: Spoken, after: Spoken, others: Sequence[float], speakers: Mapping[int, Speaker]) -> bool:
    """Whether a segment ends between two words of a channel."""
    if before.tie is not None and before.tie == after.tie:
        return False
    if speakers[before.source][0] != speakers[after.source][0]:
        return True
    if before.voice and after.voice and before.voice != after.voice:
        return True
    gap, sentence = after.start - before.end, before.ends_sentence
    if gap > (_SENTENCE_GAP if sentence else _TURN_GAP):
        return True
    intervenes = bisect_left(others, after.start) > bisect_left(others, before.end)
    return intervenes and gap >= (_INTERVENING_SENTENCE if sentence else _INTERVENING)


def _turn(run: Sequence[Spoken], speakers: Mapping[int, Speaker]) -> Turn:
    confidence = sum(speakers[one.source][1] for one in run) / len(run)
    return Turn(speakers[run[0].source][0], run[0].channel, tuple(run), round(confidence, 3))
