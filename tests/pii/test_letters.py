from __future__ import annotations

import pytest

from tests.pii.conftest import Found, Turns

ASKED: Turns = [("agent", "What's your user name?"), ("customer", "It's thebluehen45.")]


@pytest.mark.parametrize(
    ("turns", "letters"),
    [
        ([("agent", "Is that T or D as in David?")], ["T", "D as in David"]),
        ([("agent", "With L as in lion or with X?"), ("customer", "L, dear.")], ["L as in lion", "X", "L"]),
        ([("agent", "was that b or p"), ("customer", "b as in boy")], ["b", "p", "b as in boy"]),
        ([("agent", "is it an n or an m"), ("customer", "november")], ["n", "m", "november"]),
        ([("agent", "did you say e or i"), ("customer", "e dear")], ["e", "i", "e"]),
        ([("agent", "Okay, and is that H as in house, or A?")], ["H as in house", "A"]),
        ([("customer", "It's H as in house, not Q as in queen.")], ["H as in house", "Q as in queen"]),
        ([("customer", "No, no, N as in Nancy.")], ["N as in Nancy"]),
        ([("agent", "Got it."), ("customer", "Sorry, that should be an E, not an A.")], ["E", "A"]),
        ([("customer", "it's h not x as in x ray")], ["h", "x as in x ray"]),
    ],
)
def test_letters_of_corrections_belong_to_the_value_before(turns: Turns, letters: list[str], found: Found) -> None:
    """The one that was heard and the right one, by whomever."""
    assert found([*ASKED, *turns]) == [("USERNAME", text) for text in ["thebluehen45", *letters]]


@pytest.mark.parametrize(
    "turns",
    [
        [("agent", "Would you like plan B or C?"), ("customer", "Plan B.")],
        [("customer", "I take vitamin D, not B.")],
        [("agent", "Is it a Q or a K on the form?")],
        [("agent", "Is it Q or X?")],
        [("customer", "No, no, I said so."), ("agent", "Did I?")],
        [("agent", "Anything else?"), ("customer", "No. Is there a form for the tax, B or C?")],
    ],
)
def test_other_letters_stay(turns: Turns, found: Found) -> None:
    """Those of plans and grades, words of one letter, and what the value does not have."""
    assert [text for _, text in found([*ASKED, *turns])] == ["thebluehen45"]


def test_letters_without_a_value_stay(found: Found) -> None:
    """Nothing was said that they could belong to."""
    assert found([("agent", "Is it a Q or a K?"), ("customer", "It's a K, not a Q.")]) == []
