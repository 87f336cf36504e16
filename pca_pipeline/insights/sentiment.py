"""Sentiment of segments, of speakers and of calls. Labels in place of personal data do not count."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from pca_pipeline.call import RedactedCall, RedactedSegment, Role, Sentiment
from pca_pipeline.insights.feelings import NEGATIVE, NEUTRAL, POSITIVE, Turn, feelings
from pca_pipeline.insights.voices import is_machine, plain_text, role_of

LABEL_THRESHOLD = 0.3  # a score from here on is positive, one from -0.3 down negative; set on the development half

Scored = tuple[RedactedSegment, Sentiment]


def score_segments(call: RedactedCall) -> tuple[Sentiment, ...]:
    """Sentiment of each segment, in the call's order. What machines say is neutral, and so is a segment without words."""
    people = [place for place, one in enumerate(call.segments) if not is_machine(call, one.speaker)]
    places = sorted(people, key=lambda place: _moment(call.segments[place]))
    spoken = [call.segments[place] for place in places]
    turns = [Turn(plain_text(one), by_agent=role_of(call, one.speaker) == Role.AGENT) for one in spoken]
    scores = dict(zip(places, score_turns(turns), strict=True))
    return tuple(scores.get(place, Sentiment(0.0, NEUTRAL)) for place in range(len(call.segments)))


def score_text(text: str) -> Sentiment:
    """Sentiment of what a customer says, without anything around it."""
    (sentiment,) = score_turns([Turn(text, by_agent=False)])
    return sentiment


def score_turns(turns: Sequence[Turn]) -> list[Sentiment]:
    """Sentiment of each turn: how likely it is positive, less how likely it is negative."""
    scores = [float(positive - negative) for negative, _, positive in feelings(turns)]
    return [Sentiment(score, _label(score)) for score in scores]


def mean_sentiment(scored: Iterable[Scored]) -> float | None:
    """Mean score, weighted by words outside labels; None if there are no such words."""
    weighted = [(sentiment.score, len(plain_text(segment).split())) for segment, sentiment in scored]
    words = sum(count for _, count in weighted)
    return math.fsum(score * count for score, count in weighted) / words if words else None


def sentiment_change(scored: Sequence[Scored]) -> float | None:
    """Mean of the last quarter minus mean of the first; None if either has no words.

    Quarters divide the time from the first to the last of these segments, so that queue and IVR do not count. A segment
    belongs to the quarter of its middle.
    """
    if not scored:
        return None
    start = min(segment.start for segment, _ in scored)
    end = max(segment.end for segment, _ in scored)
    quarter = (end - start) / 4
    middles = [(segment.start + segment.end) / 2 for segment, _ in scored]
    first = mean_sentiment(one for one, middle in zip(scored, middles, strict=True) if middle <= start + quarter)
    last = mean_sentiment(one for one, middle in zip(scored, middles, strict=True) if middle >= end - quarter)
    return None if first is None or last is None else last - first


def _moment(segment: RedactedSegment) -> tuple[float, float, int, str, str]:
    """The order of time, the same whatever order the segments come in."""
    return segment.start, segment.end, segment.channel, segment.speaker, plain_text(segment)


def _label(score: float) -> str:
    if score >= LABEL_THRESHOLD:
        return POSITIVE
    return NEGATIVE if score <= -LABEL_THRESHOLD else NEUTRAL
