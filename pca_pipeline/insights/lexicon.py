"""What a lexicon says of a text: VADER's words and rules, and a small lexicon for telephone calls on top.

VADER: Hutto and Gilbert, "VADER: A Parsimonious Rule-based Model for Sentiment Analysis of Social Media Text", ICWSM 2014.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from pca_pipeline.insights.phrases import compile_phrase, normalize

_THRESHOLD = 0.05  # by VADER's authors: a compound score from here on is positive, one from -0.05 down negative


def lexicon_opinion(text: str) -> tuple[float, float, float, float]:
    """How positive a text is, how negative (0 to 1 each), and whether it counts as the one or the other (0 or 1)."""
    analyzer, phrases = _lexicon()
    tokens = phrases.sub(lambda match: str(match.lastgroup), normalize(text))
    score = float(analyzer.polarity_scores(tokens)["compound"])
    return max(score, 0.0), max(-score, 0.0), float(score >= _THRESHOLD), float(score <= -_THRESHOLD)


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
