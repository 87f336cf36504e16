"""Ages, expiry dates and dates of birth: answered late, in parts, read back, and what only looks like them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Found = Callable[..., list[tuple[str, str]]]
A, C = "agent", "customer"
HOW_OLD = [(A, "How old are you?"), (C, "I'm 68 but I feel older.")]
EXPIRES = [(A, "And the card's expiry?"), (C, "it's september twenty six")]

GOES = [
    # ages
    ([*HOW_OLD, (A, "At 68, you have a couple of options.")], "AGE", "68"),
    ([*HOW_OLD, (A, "Okay, 68.")], "AGE", "68"),
    ([(A, "How old is the account holder?"), (C, "let's see eighty seven years old")], "AGE", "eighty seven"),
    ([(A, "How old is the policy holder?"), (C, "81 years old.")], "AGE", "81"),
    ([(A, "How old will you be?"), (C, "One moment, the other phone rings."), (A, "No rush."), (C, "26.")], "AGE", "26"),
    ([(A, "Okay."), (C, "The kids are seventeen and five, they need it.")], "AGE", "seventeen and five"),
    ([(A, "Okay."), (C, "he just turned four")], "AGE", "four"),
    ([(A, "How old are you?"), (C, "Let me put you on speaker."), (A, "Sure."), (C, "27, believe it?")], "AGE", "27"),
    ([(A, "How old are you?"), (C, "I have fifty four years.")], "AGE", "fifty four"),
    ([(A, "Okay."), (C, "stress is no good for me at 63")], "AGE", "63"),
    ([(A, "Okay."), (C, "My grandmother is 77 and she does this herself.")], "AGE", "77"),
    ([(A, "Okay."), (C, "I'm on a fixed income, I'm 41, I can't.")], "AGE", "41"),
    ([(A, "Okay."), (C, "it's for the shop i'm eighty eight years old what if")], "AGE", "eighty eight"),
    ([(A, "So you're eighty four, do you have the number?")], "AGE", "eighty four"),
    ([(A, "Okay."), (C, "At 75, I'm one big condition.")], "AGE", "75"),
    ([(A, "Okay."), (C, "that is early for a man of seventy seven")], "AGE", "seventy seven"),
    ([(A, "Okay."), (C, "She still lives alone at 84.")], "AGE", "84"),
    ([(A, "Okay."), (C, "it is for my mum's sixtieth")], "AGE", "sixtieth"),
    ([(A, "Okay."), (C, "It's her 40th birthday.")], "AGE", "40th"),
    ([(A, "Okay."), (C, "I ride the bus with a three-year-old.")], "AGE", "three-year-old"),
    ([(A, "Okay."), (C, "I have a 6 year old who broke it")], "AGE", "6"),
    ([(A, "Okay."), (C, "my kids come too, they're 4 and 7")], "AGE", "4 and 7"),
    ([(A, "Okay."), (C, "I'm going on 80, you know.")], "AGE", "80"),
    ([(A, "Okay."), (C, "the oldest is sixteen she's learning to drive")], "AGE", "sixteen"),
    ([(A, "Okay."), (C, "our little one turns eleven on saturday")], "AGE", "eleven"),
    ([(A, "Okay."), (C, "My three are 9, 6 and 4, so it's never quiet.")], "AGE", "9, 6 and 4"),
    ([(A, "Okay."), (C, "the girls are nine and eleven auntie's here")], "AGE", "nine and eleven"),
    # expiry dates
    ([*EXPIRES, (A, "09/26, thank you.")], "CARD_EXPIRY", "09/26"),
    ([*EXPIRES, (A, "Just to confirm, September 26?")], "CARD_EXPIRY", "September 26"),
    ([(A, "And the expiry?"), (C, "february two thousand thirty one")], "CARD_EXPIRY", "february two thousand thirty one"),
    (
        [(A, "Exp date?"), (C, "Hold on, my reading glasses."), (A, "No worries, mine are gone today too."), (C, "09/31.")],
        "CARD_EXPIRY",
        "09/31",
    ),
    ([(A, "That's the special rate. When does the card expire?"), (C, "Jul 2026")], "CARD_EXPIRY", "Jul 2026"),
    # dates of birth
    ([(A, "When were you born?"), (C, "the sixth of july"), (A, "And what year?"), (C, "uh fifty one")], "DATE_OF_BIRTH", "fifty one"),
    ([(A, "I have 28 Feb 1980 on file, is that still right?")], "DATE_OF_BIRTH", "28 Feb 1980"),
]  # fmt: skip
STAYS = [
    [(A, "You must start by April 1st after you turn 73.")],
    [(A, "Retirement age is 67 for anyone born in 1960 or later.")],
    [(A, "There is no fee until age 24, and the minimum is $25.")],
    [(A, "If you're 65 or older you get a discount.")],
    [(A, "You have to be 18.")],
    [(A, "Children 12 and under are free.")],
    [(A, "And how old's the account, do you remember?"), (C, "'88 or '89. I was working on the pipeline.")],
    [(A, "You're 12 in the queue.")],
    [(A, "You're 14 on the waiting list.")],
    [(C, "He's 10 minutes away.")],
    [(C, "he's 2nd in line")],
    [(C, "I was eighty, now it's more.")],
    [(C, "The boiler is a fifteen year old.")],
    [(C, "I have a 6 year old car.")],
    [(C, "It's for our 25th wedding anniversary.")],
    [*HOW_OLD, (A, "Press 1 for 68 channels, $68 or 68 days.")],
    [(C, "The kids are two hours late.")],
    [(A, "The payoff is good through February 8th, 2025.")],
    [(A, "The meter is at 63.")],
    [(C, "They charged us at 45.")],
    [(A, "How old is your boiler?"), (C, "About 15 years old.")],
]


@pytest.mark.parametrize(("turns", "entity", "value"), GOES)
def test_values_answered_late_or_said_again(
    found_as_shipped: Found, turns: list[tuple[str, str]], entity: str, value: str
) -> None:
    """The last turn's value, whole and of its kind."""
    assert found_as_shipped(turns)[-1:] == [(entity, value)]


@pytest.mark.parametrize("turns", STAYS)
def test_ages_and_dates_of_rules_stay(found_as_shipped: Found, turns: list[tuple[str, str]]) -> None:
    """Nothing is found in the last turn."""
    assert len(found_as_shipped(turns)) == len(found_as_shipped(turns[:-1]))
