from __future__ import annotations

import pytest

from pca_pipeline.pii.spelling import find_spellings
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
    ],
)
def test_letters_said_one_by_one(text: str, letters: list[str]) -> None:
    """All the ways of spelling give the letters; the words "I" and "a" do not."""
    found = find_spellings(conversation([("customer", text)]))
    assert [spelling.letters for spelling in found] == letters
