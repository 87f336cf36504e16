from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insight_model.train import text_classifier, train
from pca_pipeline.insights.classifier import BUCKETS, load_classifier, weighted, words_of


def test_what_was_learnt_is_recognized() -> None:
    """Trained on three topics, it tells texts with their words apart, and a number tells more than no word."""
    texts = [("birds", "my bird sings"), ("cats", "my cat meows"), ("dogs", "my dog barks")] * 10
    examples = [(topic, words_of(text), [float(topic == "cats")]) for topic, text in texts]
    classifier = text_classifier(train(examples, strength=10, balanced=True))
    assert classifier.classes == ("birds", "cats", "dogs")
    assert classifier.likelihoods(words_of("the dog barks"), [0])["dogs"] > 0.7
    assert classifier.likelihoods([], [1])["cats"] > 0.5


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("I'd like 2 of them!", ["i'd", "like", "0", "of", "them", "!"]),
        ("It’s 1,200?", ["it's", "0", "0", "?"]),
        ("", []),
    ],
)
def test_words(text: str, words: list[str]) -> None:
    """Small letters, plain apostrophes, and numbers that are all alike."""
    assert words_of(text) == words


@settings(deadline=None, max_examples=60)
@given(st.lists(st.text(max_size=8), max_size=30))
def test_likelihoods_add_up_to_one(terms: list[str]) -> None:
    """Whatever is read; and how often a term stands there does not matter."""
    classifier = load_classifier("drivers")
    numbers = [0.0] * (len(classifier.weights) - BUCKETS)
    likely = classifier.likelihoods(terms, numbers)
    assert sum(likely.values()) == pytest.approx(1, abs=1e-4)
    assert likely == classifier.likelihoods(terms * 2, numbers)
    _, values = weighted(terms, classifier.rarity)
    assert float(np.square(values).sum()) == pytest.approx(1 if terms else 0, abs=1e-4)
