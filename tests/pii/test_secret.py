"""PINs and security codes that are said in parts."""

from __future__ import annotations

import pytest

from tests.pii.conftest import Found

PIN, CVV = "And your PIN?", "What's the security code?"
IN_PARTS = [
    (PIN, ["it starts with four two", "and it ends in one nine"], ["four two", "one nine"]),
    (PIN, ["four two, hang on let me check my notes, one nine"], ["four two", "one nine"]),
    (PIN, ["the first two are eight oh and the last two are six six"], ["eight oh", "six six"]),
    (PIN, ["42 I'm pretty sure, then 19"], ["42", "19"]),
    (PIN, ["seven three, what was it, oh yes, seven, sorry my kid is yelling, two"], ["seven three", "seven", "two"]),
    (CVV, ["seven one and then the last digit is nine"], ["seven one", "nine"]),
    (CVV, ["it's seven, um, then one and the last one's nine"], ["seven, um, then one", "nine"]),
]
NO_PARTS = [
    (PIN, "I have two cards and one of them is from 2019."),
    (PIN, "it's with my other card, I need 2 minutes and about 40 dollars"),
    (PIN, "one second, my account number ends in 19 and the street is 42 Elm Road"),
    (CVV, "No but I can wait, it's 5 past 10 here"),
]


@pytest.mark.parametrize(("question", "answers", "parts"), IN_PARTS)
def test_parts_of_a_secret_are_all_found(found: Found, question: str, answers: list[str], parts: list[str]) -> None:
    """With words between, in one turn or over several."""
    turns = [("agent", question)]
    for text in answers:
        turns += [("customer", text), ("agent", "mm-hmm")]
    entity = "PIN" if question is PIN else "CVV"
    assert found(turns) == [(entity, part) for part in parts]


def test_parts_that_are_read_back_are_found_too(found: Found) -> None:
    """The agent's, between the parts and after them."""
    turns = [
        ("agent", PIN),
        ("customer", "first comes four two"),
        ("agent", "I noted down four two"),
        ("customer", "one nine"),
    ]
    assert found([*turns, ("agent", "and after that one nine")]).count(("PIN", "four two")) == 2
    assert found([*turns, ("agent", "and after that one nine")]).count(("PIN", "one nine")) == 2


@pytest.mark.parametrize(("question", "answer"), NO_PARTS)
def test_other_numbers_of_an_answer_are_no_parts(found: Found, question: str, answer: str) -> None:
    """Counts, times and amounts, and values of another kind."""
    assert not {entity for entity, _ in found([("agent", question), ("customer", answer)])} & {"PIN", "CVV"}
