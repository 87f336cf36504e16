"""Classifiers of short texts: multinomial logistic regression over the words in them, each hashed to a bucket.

`insight_model/train.py` makes the file that they are read from; how good they are: insight_model/MODEL.md. Hashing as in
Weinberger et al., "Feature Hashing for Large Scale Multitask Learning", ICML 2009.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from zlib import crc32

import numpy as np
import numpy.typing as npt

from pca_pipeline.insights.phrases import normalize

Floats = npt.NDArray[np.float32]
BUCKETS = 1 << 15
FILE = "classifiers.npz"
_WORD = re.compile(r"[\w']+|[!?]")
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class TextClassifier:
    """One classifier. Besides words it takes some numbers, each with a meaning of its own."""

    classes: tuple[str, ...]
    rarity: Floats  # (BUCKETS,): inverse document frequency of a bucket's words
    weights: Floats  # (BUCKETS + numbers, classes)
    bias: Floats  # (classes,)

    def likelihoods(self, terms: Iterable[str], numbers: Sequence[float]) -> dict[str, float]:
        """How likely each class is; together they are 1."""
        places, values = weighted(terms, self.rarity)
        scores = self.bias + values @ self.weights[places] + np.array(numbers, np.float32) @ self.weights[BUCKETS:]
        return dict(zip(self.classes, softmax(scores).tolist(), strict=True))


def words_of(text: str) -> list[str]:
    """Words in small letters, question and exclamation marks; all numbers are alike."""
    return _WORD.findall(_NUMBER.sub("0", normalize(text)))


def buckets(terms: Iterable[str]) -> list[int]:
    """The buckets of terms, each once."""
    return sorted({crc32(term.encode()) % BUCKETS for term in terms})


def weighted(terms: Iterable[str], rarity: Floats) -> tuple[list[int], Floats]:
    """The buckets of terms and their weights, whose squares add up to 1."""
    places = buckets(terms)
    values = rarity[places]
    return places, values / max(1e-6, float(np.linalg.norm(values)))


def softmax(scores: Floats) -> Floats:
    """How likely each class is, by its score; classes are the last axis."""
    likely = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(likely / likely.sum(axis=-1, keepdims=True), np.float32)


@cache
def load_classifier(name: str) -> TextClassifier:
    """A classifier of texts that comes with the package."""
    with files(__package__).joinpath(FILE).open("rb") as file, np.load(file) as stored:
        classes = tuple(str(one) for one in stored[f"{name}/classes"])
        rarity, weights, bias = (stored[f"{name}/{part}"].astype(np.float32) for part in ("rarity", "weights", "bias"))
    return TextClassifier(classes, rarity, weights, bias)


@cache
def load_weights(name: str) -> tuple[Floats, Floats]:
    """Weights (numbers, classes) and bias (classes,) of a regression over numbers that comes with the package."""
    with files(__package__).joinpath(FILE).open("rb") as file, np.load(file) as stored:
        weights, bias = (stored[f"{name}/{part}"].astype(np.float32) for part in ("weights", "bias"))
    return weights, bias
