from __future__ import annotations

import pytest

from pca_pipeline.pii.forms.spelling import find_spellings
from tests.pii.conftest import conversation


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("S-M-I-T-H", ["smith"]),
        ("it's s m i t h", ["smith"]),
        ("S as in Sam, M as in Mary, I, T, H", ["smith"]),
        ("sierra mike india tango hotel", ["smith"]),
        ("s for sugar, m for mother", ["sm"]),
        ("m i double l e r", ["miller"]),
        ("I have a dog", []),
        ("at two p m", []),
        ("m as in mary i l as in larry like larry e as in echo", ["mile"]),
        ("x ray two, x ray y", ["xy"]),
        ("five nine o and i was born", []),
        ("s m i here in igloo t as in tango h", ["smith"]),
        ("m as in mary a for robert c like charlie h as in henry", ["mach"]),
        ("g for charlie a like adam r like roger", ["gar"]),
        ("m a some t i n e z", ["matinez"]),
        ("y as in in yellow b as in bob a for apple a for adam", ["ybaa"]),
        ("i like apples and a tea for two", []),
        ("plan b is a better deal", []),
        ("it's d like dog", ["d"]),
        ("it's x ray", []),
        ("was that A as in Adam", ["a"]),
        ("i like ice for a while", []),
        ("a as in adam or h as in house", ["a", "h"]),
        ("h as in henry not a as in apple", ["h", "a"]),
        ("fox trot lima two fox trot mike", ["fl", "fm"]),
        ("a fox and a hen", []),
    ],
)
def test_letters_said_one_by_one(text: str, letters: list[str]) -> None:
    """All the ways of spelling give the letters; the words "I" and "a" do not."""
    found = find_spellings(conversation([("customer", text)]))
    assert [spelling.letters for spelling in found] == letters


@pytest.mark.parametrize(
    "text",
    [
        "j-e-double f-e-r-s-o-n",
        "know as in victor e as in elephant r as in romeo",
        "k a n n for girl",
        "o as in oscar n as in nancy just as in igloo igloo",
        "p for peter peter a as in adam",
    ],
)
def test_examples_of_misheard_letters_belong_to_the_spelling(text: str) -> None:
    """A spelling takes the words that recognition made of its first and its last letter."""
    tokens = conversation([("customer", text)])
    (spelling,) = find_spellings(tokens)
    assert (spelling.first, spelling.last) == (0, len(tokens.tokens) - 1)
