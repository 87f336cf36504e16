"""Train the classifier of drivers from judged conversations.

    python -m insight_model.train --out pca_pipeline/insights/classifiers.npz

Learns from the conversations that `judged.txt` judges: those of `talk/` here and of review_model/talk. Those of
benchmarks/insight_labels are not among them. A minute on one core.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix, vstack
from sklearn.linear_model import LogisticRegression

from benchmarks.insights import Judged, read_judged, redacted_call
from benchmarks.written_redaction import read_conversations
from pca_pipeline.call import RedactedCall
from pca_pipeline.insights.classifier import BUCKETS, Floats, buckets, weighted
from pca_pipeline.insights.drivers import NOTHING, load_topics, opening, opening_terms, said_phrases
from review_model.talk import TALK

FOLDER = Path(__file__).parent
STRENGTH = 10.0  # inverse of the regularization, set on the development half of benchmarks/insight_labels
Example = tuple[str, Sequence[str], Sequence[float]]  # class, terms, numbers


def judged_calls() -> list[tuple[Judged, RedactedCall]]:
    """What there is to learn from."""
    written = chain(read_conversations(TALK), read_conversations(FOLDER / "talk"))
    calls = {one.number: one for one in written}
    return [(one, redacted_call(calls[one.number])) for one in read_judged(FOLDER / "judged.txt")]


def driver_examples(judged: Sequence[tuple[Judged, RedactedCall]]) -> Iterator[Example]:
    """The main topic of each call, and how it begins."""
    topics = sorted(load_topics(), key=lambda topic: topic.name)
    for one, call in judged:
        speech = opening(call)
        points = {topic.name: topic.spoken(speech) for topic in topics}
        yield (*one.topics, NOTHING)[0], opening_terms(call), said_phrases(points, points)


def train(examples: Sequence[Example]) -> dict[str, object]:
    """A classifier's arrays, each class as important as the others."""
    rarity = inverse_frequency([terms for _, terms, _ in examples])
    rows = vstack([row(terms, numbers, rarity) for _, terms, numbers in examples])
    model = LogisticRegression(C=STRENGTH, max_iter=400, class_weight="balanced")
    model.fit(rows, [name for name, _, _ in examples])
    arrays = {"rarity": rarity, "weights": model.coef_.T, "bias": model.intercept_}
    return {name: array.astype(np.float16) for name, array in arrays.items()} | {"classes": model.classes_.astype(str)}


def inverse_frequency(texts: Sequence[Sequence[str]]) -> Floats:
    """How rare each bucket's words are; what no text has is as rare as can be."""
    counts = np.bincount([place for terms in texts for place in buckets(terms)], minlength=BUCKETS)
    return (np.log((1 + len(texts)) / (1 + counts)) + 1).astype(np.float32)


def row(terms: Sequence[str], numbers: Sequence[float], rarity: Floats) -> csr_matrix:
    """A text as the classifier reads it."""
    places, weights = weighted(terms, rarity)
    columns = [*places, *range(BUCKETS, BUCKETS + len(numbers))]
    return csr_matrix(([*weights, *numbers], ([0] * len(columns), columns)), (1, BUCKETS + len(numbers)))


def main() -> None:
    """Train it, and write it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("pca_pipeline/insights/classifiers.npz"))
    judged = judged_calls()
    arrays = {f"drivers/{name}": array for name, array in train(list(driver_examples(judged))).items()}
    np.savez_compressed(parser.parse_args().out, **arrays)  # type: ignore[arg-type]
    print(f"learnt from {len(judged)} conversations")


if __name__ == "__main__":
    main()
