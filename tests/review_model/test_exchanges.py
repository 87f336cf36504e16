"""The wordings whose names are marked."""

from __future__ import annotations

import re
from itertools import islice
from random import Random

import pytest

pytest.importorskip("faker")

from review_model.exchanges import exchanges, wordings

SLOTS = set(
    "first last full spelled nick agent org place state street num money date time product brand "
    "drug abbr letters model code".split()
)


def test_every_line_is_an_exchange() -> None:
    """Turns of agents and customers, known slots, brackets that close."""
    for line in wordings():
        assert all(re.match(r"[AC]: ", turn) for turn in line.split(" / ")), line
        assert set(re.findall(r"\{([a-z]+)\d?\}", line)) <= SLOTS, line
        assert line.count("[") == line.count("]"), line


def test_names_are_marked_whole() -> None:
    """Words of names carry a label, all others none, and nothing of the notation is left."""
    labels = set()
    for turns in islice(exchanges(Random(1)), 500):
        for word in (word for turn in turns for word in turn.words):
            assert not re.search(r"[\[\]{}|]", word.text)
            assert bool(word.label) <= bool(word.name)
            labels.add(word.label)
    assert labels == {"", "PERSON", "LOCATION", "ORGANIZATION"}
