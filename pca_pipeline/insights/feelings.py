"""How people feel, turn by turn: classifiers that learnt from judged conversations, in two steps.

First each turn by its words, with a lexicon's opinion beside them; then with what is said around it: who is angry in one
turn is likelier to be in the next, and agents answer anger otherwise than facts. Each step is a multinomial logistic
regression; `insight_model/train.py` trains them, and insight_model/MODEL.md says how good they are.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from pca_pipeline.insights.classifier import Floats, TextClassifier, load_classifier, load_weights, softmax, words_of
from pca_pipeline.insights.lexicon import lexicon_opinion

NEGATIVE, NEUTRAL, POSITIVE = FEELINGS = ("negative", "neutral", "positive")  # in the order of all arrays here
_LONGEST = 8  # steps of three words
_SURE = 1e-3  # what is added to likelihoods, so that none is without limit
_SILENT = 4  # turns without feeling that are added to each side, so that one turn of a short call weighs little
_INDIFFERENT = (0.0, 1.0, 0.0)  # a turn without words


@dataclass(frozen=True, slots=True)
class Turn:
    """What a person says at a time, without labels."""

    text: str
    by_agent: bool


class Terms(NamedTuple):
    """What the first step reads of a turn: terms to hash, and numbers."""

    terms: list[str]
    numbers: tuple[float, ...]


def feelings(turns: Sequence[Turn]) -> Floats:
    """How likely each of FEELINGS is in each turn of a conversation, in order of time: (turns, 3)."""
    words = load_classifier("words")
    around = surroundings(turns, np.array([by_words(turn, words) for turn in turns], np.float32).reshape(-1, 3))
    likely = np.empty((len(turns), len(FEELINGS)), np.float32)
    for by_agent, name in ((False, "customer_turns"), (True, "agent_turns")):
        own = side(turns, by_agent)
        weights, bias = load_weights(name)
        likely[own] = softmax(around[own] @ weights + bias)
    likely[[not words_of(turn.text) for turn in turns]] = _INDIFFERENT
    return likely


def by_words(turn: Turn, words: TextClassifier) -> tuple[float, ...]:
    """How likely each of FEELINGS is, by the words of a turn alone."""
    if not words_of(turn.text):
        return _INDIFFERENT
    likely = words.likelihoods(*terms(turn))
    return tuple(likely[feeling] for feeling in FEELINGS)


def terms(turn: Turn) -> Terms:
    """Words, pairs of neighbours and length; once more as an agent's, if an agent speaks: some words mean less from them."""
    words = words_of(turn.text)
    pairs = (f"{one} {other}" for one, other in itertools.pairwise(["^", *words, "$"]))
    said = [*words, *pairs, f"#{min(_LONGEST, len(words) // 3)}"]
    return Terms([*said, *(f"agent {one}" for one in said)] if turn.by_agent else said, lexicon_opinion(turn.text))


def surroundings(turns: Sequence[Turn], likely: Floats) -> Floats:
    """What the second step reads: (turns, 8), from how likely each feeling is by words alone, (turns, 3).

    The turn's own log odds; then how negative and how positive the other turns of the same side are (agents, or the rest),
    the one before and the one after, and the turns of the other side. Turns that are not there are neither.
    """
    around = np.zeros((len(turns), 8), np.float32)
    odds = np.log(likely + _SURE)
    around[:, :2] = odds[:, [0, 2]] - odds[:, [1]]
    felt = likely[:, [0, 2]]
    for by_agent in (False, True):
        own, other = side(turns, by_agent), side(turns, not by_agent)
        mine = felt[own]
        around[own, 2:4] = (mine.sum(axis=0) - mine) / (len(own) + _SILENT)
        around[own[1:], 4:6] += mine[:-1] / 2
        around[own[:-1], 4:6] += mine[1:] / 2
        around[own, 6:8] = felt[other].sum(axis=0) / (len(other) + _SILENT)
    return around


def side(turns: Sequence[Turn], by_agent: bool) -> npt.NDArray[np.intp]:
    """Places of the turns of agents, or of the others."""
    return np.flatnonzero(np.array([turn.by_agent for turn in turns], bool) == by_agent)
