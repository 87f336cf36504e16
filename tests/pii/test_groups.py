"""Digits of a number that recognition wrote as amounts, times or decimals, and amounts and times beside numbers."""

from __future__ import annotations

import pytest

from pca_pipeline.call import KnownIdentity
from pca_pipeline.pii.conversation.reading import ConversationEngine
from tests.pii.conftest import Found, Turns, conversation

PIN = ("agent", "What's your PIN?")
PHONE = ("agent", "What's the best phone number for you?")
ACCOUNT = ("agent", "Can I have your account number?")


def groups(turns: Turns) -> list[str]:
    """The groups that are digits of a number."""
    reading = ConversationEngine().read(conversation(turns), KnownIdentity())
    return [reading.conversation.tokens[at].text for at in sorted(reading.groups)]


@pytest.mark.parametrize(
    ("turns", "digits"),
    [
        ([PIN, ("customer", "Sure, it's $78.88.")], ["$78.88"]),
        ([PIN, ("customer", "One second. I have it here. 26.45.")], ["26.45"]),
        ([PIN, ("customer", "It might be 54:55, that's what I always use.")], ["54:55"]),
        ([PHONE, ("customer", "I have 8064, $22.77, 31.")], ["$22.77"]),
        ([PHONE, ("customer", "51:93, 6,466, 07")], ["51:93", "6,466"]),
        ([ACCOUNT, ("customer", "It starts with 4186."), ("agent", "Mhm."), ("customer", "then $12.51")], ["$12.51"]),
        ([ACCOUNT, ("customer", "40:99, $66.68"), ("agent", "Go ahead."), ("customer", "And 24:11.")],
         ["40:99", "$66.68", "24:11"]),
        ([("agent", "And the last four?"), ("customer", "Last four is 82.26.")], ["82.26"]),
        ([("agent", "Your name and the last four of your social?"), ("customer", "Ann Lee, 3/27/1971, $52.10.")],
         ["$52.10"]),
        ([("customer", "My account number is $40.99, $66.68.")], ["$40.99", "$66.68"]),
        ([("agent", "I have a phone ending in 19:63, is that right?")], ["19:63"]),
        ([("agent", "I see 5616, $76.18, 8801 in the system.")], ["$76.18"]),
        ([("customer", "I got a text that says $44.22 is my code but I never asked for it.")], ["$44.22"]),
        ([PIN, ("customer", "4862."), ("agent", "So 48:62, correct?")], ["48:62"]),
        ([ACCOUNT, ("customer", "7701 6199, oops, $91.99.")], ["$91.99"]),
        ([ACCOUNT, ("customer", "4, um, $21.11, um, two 1s.")], ["$21.11"]),
    ],
)  # fmt: skip
def test_digits_that_look_like_amounts_or_times(turns: Turns, digits: list[str]) -> None:
    """By the question, by what is named, by the digits around them or before them, and by what they repeat."""
    assert groups(turns) == digits


@pytest.mark.parametrize(
    "turns",
    [
        [("customer", "It was $45.50, and then $20.00.")],
        [("customer", "Call me at 10:30.")],
        [("agent", "Your card was $45.50. The fee on your account is $12.00.")],
        [("agent", "Invoice 44821, $59.99, $12.00.")],
        [ACCOUNT, ("customer", "44821-5502, $59.99.")],
        [("agent", "Your card ends in 4821. $45.50.")],
        [("agent", "Your factor for 2006 is 1,361.63, and in 2019, $45.00.")],
        [PHONE, ("customer", "10:30 works for me.")],
        [PHONE, ("customer", "The same."), ("agent", "And the time?"), ("customer", "10:30.")],
        [ACCOUNT, ("customer", "12345678."), ("agent", "Thanks. Your bill is $48.16."), ("customer", "$48.16?")],
        [ACCOUNT, ("customer", "I don't have it. The amount was $45.50.")],
        [("agent", "What's the account number and the amount?"), ("customer", "$45.50.")],
    ],
)
def test_amounts_and_times_beside_numbers(turns: Turns) -> None:
    """Prices, fees, bills and times stay what they are, though numbers are asked for and said."""
    assert groups(turns) == []


def test_a_number_in_groups_of_all_looks_is_one_finding(found: Found) -> None:
    """The whole number is found as what was asked for."""
    turns = [("agent", "What's the card number?"), ("customer", "$48.16, 53:33, 3143, $98.86.")]
    assert found(turns) == [("CREDIT_CARD", "$48.16, 53:33, 3143, $98.86")]
