"""Sentiment of what people say: VADER's lexicon and rules, and a small lexicon for telephone calls on top.

VADER: Hutto and Gilbert, "VADER: A Parsimonious Rule-based Model for Sentiment Analysis of Social Media
Text", ICWSM 2014. Labels in place of personal data are left out before a text is scored.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from pca_pipeline.call import RedactedCall, RedactedSegment, Sentiment
from pca_pipeline.insights.phrases import compile_phrase, normalize
from pca_pipeline.insights.voices import is_machine, plain_text

LABEL_THRESHOLD = 0.05  # by VADER's authors: a compound score from here on is positive, one from -0.05 down negative
NEUTRAL = Sentiment(0.0, "neutral")

Scored = tuple[RedactedSegment, Sentiment]


def score_segments(call: RedactedCall) -> tuple[Sentiment, ...]:
    """Sentiment of each segment, in the call's order. What machines say is neutral."""
    return tuple(
        NEUTRAL if is_machine(call, segment.speaker) else score_text(plain_text(segment)) for segment in call.segments
    )


def score_text(text: str) -> Sentiment:
    """Sentiment of a text without labels."""
    analyzer, phrases = _lexicon()
    tokens = phrases.sub(lambda match: str(match.lastgroup), normalize(text))
    score = float(analyzer.polarity_scores(tokens)["compound"])
    return Sentiment(score, _label(score))


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


def _label(score: float) -> str:
    if score >= LABEL_THRESHOLD:
        return "positive"
    return "negative" if score <= -LABEL_THRESHOLD else "neutral"


@cache
def _lexicon() -> tuple[SentimentIntensityAnalyzer, re.Pattern[str]]:
    """VADER, and one pattern of all telephone phrases. Each is a group named after the word that stands for it in VADER.

    Longer phrases come first, so that "no thank you" is found before "thank you". Single words keep their spelling, since
    VADER has rules for some: "no" negates the next word. Neutral words have no entry, since VADER strengthens even a 0
    after "so".
    """
    analyzer = SentimentIntensityAnalyzer()
    sections = tomllib.loads((files(__package__) / "phone_words.toml").read_text(encoding="utf-8"))
    valences = {phrase: valence for section in sections.values() for phrase, valence in section.items()}
    groups = []
    for index, phrase in enumerate(sorted(valences, key=lambda phrase: (-len(phrase.split()), phrase))):
        token = phrase if phrase.isalpha() else f"phone_phrase_{index}"
        analyzer.lexicon.pop(token, None)
        if valences[phrase]:
            analyzer.lexicon[token] = valences[phrase]
        if token != phrase:
            groups.append(f"(?P<{token}>{compile_phrase(phrase).pattern})")
    return analyzer, re.compile("|".join(groups))
