"""The made-up talk that the recognizer of names is trained on."""

from __future__ import annotations

import re
from itertools import islice
from random import Random

import pytest

pytest.importorskip("faker")

from names_model.exchanges import TALK, exchanges, wordings
from names_model.train import TALK as FILES
from names_model.train import examples, new_model

SLOTS = set(
    "first last full spelled nick agent org place state street num money date time product brand "
    "drug abbr letters model code".split()
)


@pytest.mark.parametrize("name", FILES)
def test_every_line_is_an_exchange(name: str) -> None:
    """Turns of agents and customers, known slots, brackets that close."""
    for line in (TALK / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            assert all(re.match(r"[AC]: ", turn) for turn in line.split(" / ")), line
            assert set(re.findall(r"\{([a-z]+)\d?\}", line)) <= SLOTS, line
            assert line.count("[") == line.count("]"), line


def test_names_are_marked_whole() -> None:
    """Words of names carry a label, all others none, and nothing of the notation is left."""
    labels = set()
    for turns in islice(exchanges(FILES, "train", Random(1)), 500):
        for word in (word for turn in turns for word in turn.words):
            assert not re.search(r"[\[\]{}|]", word.text)
            assert bool(word.label) <= bool(word.name)
            labels.add(word.label)
    assert labels == {"", "PERSON", "LOCATION", "ORGANIZATION"}


def test_wordings_for_tests_are_not_trained_on() -> None:
    """A tenth of the lines is held out."""
    lines = {part: set(wordings(FILES, part)) for part in ("train", "test")}
    assert lines["train"] and lines["test"] and not lines["train"] & lines["test"]


def test_examples_hold_what_is_marked() -> None:
    """Entities of the documents are those of the words, and an untrained model can learn from them."""
    nlp, rng = new_model(), Random(2)
    found = list(islice(examples(exchanges(FILES, "train", rng), nlp, rng), 100))
    assert {span.label_ for example in found for span in example.reference.ents} >= {"PERSON", "LOCATION"}
    optimizer = nlp.initialize(lambda: found)
    losses = [nlp.update(found, sgd=optimizer)["ner"] for _ in range(30)]
    assert min(losses[-5:]) < losses[0] / 2
