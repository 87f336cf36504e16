"""Train the classifiers of drivers and of feelings from judged conversations.

    python -m insight_model.train --out pca_pipeline/insights/classifiers.npz

Learns from the conversations that `judged.txt` judges, those of `talk/` here and of review_model/talk, and feelings also
from the single turns of `lines.txt`. What benchmarks/insight_labels judges is not among them. Five minutes on one core.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix, vstack
from sklearn.linear_model import LogisticRegression

from benchmarks.insights import CUSTOMER, FEELINGS, Judged, read_judged, redacted_call
from benchmarks.written_redaction import read_conversations
from pca_pipeline.call import RedactedCall
from pca_pipeline.insights.classifier import BUCKETS, Floats, TextClassifier, buckets, weighted
from pca_pipeline.insights.drivers import NOTHING, load_topics, opening, opening_terms, said_phrases
from pca_pipeline.insights.feelings import Turn, by_words, surroundings, terms
from pca_pipeline.insights.voices import plain_text
from review_model.talk import TALK

FOLDER = Path(__file__).parent
# Inverse of the regularization, set on the development half of benchmarks/insight_labels.
DRIVERS, WORDS, SURROUNDINGS = 10.0, 3.0, 10.0
FOLDS = 5
Arrays = dict[str, object]
Example = tuple[str, Sequence[str], Sequence[float]]  # class, terms, numbers


@dataclass(frozen=True, slots=True)
class Felt:
    """A conversation's turns in order, and the feeling in each."""

    number: int
    turns: Sequence[Turn]
    feelings: Sequence[str]


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


def felt_conversations(judged: Sequence[tuple[Judged, RedactedCall]]) -> Iterator[Felt]:
    """What people say in each call, and how they feel."""
    for one, call in judged:
        customers, agents = iter(one.customer), iter(one.agent)
        turns = [Turn(plain_text(segment), by_agent=segment.speaker != CUSTOMER) for segment in call.segments]
        yield Felt(one.number, turns, [next(agents if turn.by_agent else customers) for turn in turns])


def felt_lines(path: Path = FOLDER / "lines.txt") -> Iterator[Felt]:
    """Single turns, each a conversation of its own: lines of `sign speaker: text`."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
        head, _, text = line.partition(": ")
        sign, speaker = head.split()
        yield Felt(number, [Turn(text, by_agent=speaker == "A")], [FEELINGS[sign]])


def train_feelings(conversations: Sequence[Felt]) -> dict[str, Arrays]:
    """Both steps of pca_pipeline/insights/feelings.py.

    The second learns from what the first says of conversations that it did not see.
    """
    around, kinds = [], []
    for fold in range(FOLDS):
        words = text_classifier(train_words([one for one in conversations if one.number % FOLDS != fold]))
        for one in conversations:
            if one.number % FOLDS == fold:
                likely = np.array([by_words(turn, words) for turn in one.turns], np.float32)
                around.append(surroundings(one.turns, likely))
                kinds += [(turn.by_agent, feeling) for turn, feeling in zip(one.turns, one.feelings, strict=True)]
    rows, agents = np.concatenate(around), np.array([by_agent for by_agent, _ in kinds])
    feelings = np.array([feeling for _, feeling in kinds])
    return {
        "words": train_words(conversations),
        "customer_turns": train_numbers(rows[~agents], feelings[~agents]),
        "agent_turns": train_numbers(rows[agents], feelings[agents]),
    }


def train_words(conversations: Sequence[Felt]) -> Arrays:
    """The first step: each turn by its words."""
    turns = ((turn, feeling) for one in conversations for turn, feeling in zip(one.turns, one.feelings, strict=True))
    return train([(feeling, *terms(turn)) for turn, feeling in turns], WORDS, balanced=False)


def train_numbers(rows: Floats, classes: Floats) -> Arrays:
    """A regression over numbers."""
    model = LogisticRegression(C=SURROUNDINGS, max_iter=800).fit(rows, classes)
    return {"weights": model.coef_.T, "bias": model.intercept_}


def train(examples: Sequence[Example], strength: float, balanced: bool) -> Arrays:
    """A classifier of texts; `balanced` makes each class as important as the others."""
    rarity = inverse_frequency([terms for _, terms, _ in examples])
    rows = vstack([row(terms, numbers, rarity) for _, terms, numbers in examples])
    model = LogisticRegression(C=strength, max_iter=400, class_weight="balanced" if balanced else None)
    model.fit(rows, [name for name, _, _ in examples])
    return {"classes": model.classes_.astype(str), "rarity": rarity, "weights": model.coef_.T, "bias": model.intercept_}


def text_classifier(arrays: Arrays) -> TextClassifier:
    """What was learnt, as the product uses it."""
    parts = (np.asarray(arrays[name], np.float32) for name in ("rarity", "weights", "bias"))
    return TextClassifier(tuple(map(str, np.asarray(arrays["classes"]))), *parts)


def inverse_frequency(texts: Sequence[Sequence[str]]) -> Floats:
    """How rare each bucket's words are; what no text has is as rare as can be."""
    counts = np.bincount([place for terms in texts for place in buckets(terms)], minlength=BUCKETS)
    return (np.log((1 + len(texts)) / (1 + counts)) + 1).astype(np.float32)


def row(terms: Sequence[str], numbers: Sequence[float], rarity: Floats) -> csr_matrix:
    """A text as the classifier reads it."""
    places, weights = weighted(terms, rarity)
    columns = [*places, *range(BUCKETS, BUCKETS + len(numbers))]
    return csr_matrix(([*weights, *numbers], ([0] * len(columns), columns)), (1, BUCKETS + len(numbers)))


def half_precision(array: object) -> np.ndarray:
    """Numbers in 16 bits; names as they are."""
    values = np.asarray(array)
    return values.astype(np.float16) if np.issubdtype(values.dtype, np.floating) else values


def main() -> None:
    """Train them, and write them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("pca_pipeline/insights/classifiers.npz"))
    out, judged = parser.parse_args().out, judged_calls()
    models = {"drivers": train(list(driver_examples(judged)), DRIVERS, balanced=True)}
    models |= train_feelings([*felt_conversations(judged), *felt_lines()])
    arrays = {
        f"{model}/{name}": half_precision(array) for model, parts in models.items() for name, array in parts.items()
    }
    np.savez_compressed(out, **arrays)  # type: ignore[arg-type]
    print(f"learnt from {len(judged)} conversations")


if __name__ == "__main__":
    main()
