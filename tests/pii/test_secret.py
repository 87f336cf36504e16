"""PINs and security codes that are said in parts."""

from __future__ import annotations

import pytest

from tests.pii.conftest import Found

PIN, CVV = "And your PIN?", "What's the security code?"
PIN_OF_CARD, PIN_OF_PHONE = "What is the PIN for your debit card?", "What's the PIN on the phone?"
IN_PARTS = [
    (PIN, ["it starts with four two", "and it ends in one nine"], ["four two", "one nine"]),
    (PIN, ["four two, hang on let me check my notes, one nine"], ["four two", "one nine"]),
    (PIN, ["the first two are eight oh and the last two are six six"], ["eight oh", "six six"]),
    (PIN, ["42 I'm pretty sure, then 19"], ["42", "19"]),
    (PIN, ["seven three, what was it, oh yes, seven, sorry my kid is yelling, two"], ["seven three", "seven", "two"]),
    (PIN_OF_CARD, ["four two, let me check, one nine"], ["four two", "one nine"]),
    (PIN_OF_PHONE, ["four two, let me check, one nine"], ["four two", "one nine"]),
    ("Okay.", ["the pin for my debit card is four two, let me check, one nine"], ["four two", "one nine"]),
    ("Okay.", ["the PIN on the phone is four two, let me check, one nine"], ["four two", "one nine"]),
    (PIN, ["four two one nine, let me check, five six"], ["four two one nine", "five six"]),
    (PIN, ["four two, let me check, one nine, let me check, five six"], ["four two", "one nine", "five six"]),
    (PIN, ["four two one nine, let me check, five"], ["four two one nine", "five"]),
    (CVV, ["seven one and then the last digit is nine"], ["seven one", "nine"]),
    (CVV, ["it's seven, um, then one and the last one's nine"], ["seven, um, then one", "nine"]),
]
NO_PARTS = [
    (PIN, "I have two cards and one of them is from 2019."),
    (PIN, "it's with my other card, I need 2 minutes and about 40 dollars"),
    (PIN, "one second, my account number ends in 19 and the street is 42 Elm Road"),
    ("And your PIN, and how much do you need?", "42, or make that 19"),
    ("Okay.", "I forgot my PIN, the balance was 42 and then it was 19"),
    (CVV, "No but I can wait, it's 5 past 10 here"),
]
BEHIND_THE_WHOLE = [
    ["four two one nine, and I need fifty dollars"],
    ["four two one nine, and I have two kids"],
    ["four two one nine and the other one is with my two cards"],
    ["four two one nine, it worked at two of the branches"],
    ["four two one nine, I'm at 42 Elm Road"],
    ["four two one nine, and I tried it one or two times"],
    ["four two one nine, and there are two, I think"],
    ["four two one nine", "I have tried two times"],
    ["four two one nine, let me check, that was in 2019"],
    ["four two one nine, my flight leaves at five thirty"],
]


@pytest.mark.parametrize(("question", "answers", "parts"), IN_PARTS)
def test_parts_of_a_secret_are_all_found(found: Found, question: str, answers: list[str], parts: list[str]) -> None:
    """With words between, in one turn or over several."""
    turns = [("agent", question)]
    for text in answers:
        turns += [("customer", text), ("agent", "mm-hmm")]
    entity = "CVV" if question is CVV else "PIN"
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


@pytest.mark.parametrize("answers", BEHIND_THE_WHOLE)
def test_numbers_behind_a_whole_secret_are_no_parts(found: Found, answers: list[str]) -> None:
    """Counts, times and amounts that the customer goes on to."""
    turns = [("agent", PIN)]
    for text in answers:
        turns += [("customer", text), ("agent", "mm-hmm")]
    assert [value for entity, value in found(turns) if entity == "PIN"] == ["four two one nine"]
