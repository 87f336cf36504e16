"""What looks like personal data and is nobody's, each with what stands like it and is."""

from __future__ import annotations

import pytest

from tests.pii.conftest import Found, Turns

ADDRESS = [("agent", "and your address please"), ("customer", "four hundred maple street in dayton ohio")]
METER = ("agent", "could you go to the meter and read it to me")
STATEMENTS = ("agent", "what's the account number on the statements")
PASSWORD = ("agent", "what's your password")
BIRTHDAY = ("agent", "When is your birthday?")
PASSCODE = ("agent", "and what is your passcode")


def _texts(found: list[tuple[str, str]]) -> list[str]:
    return [text for _, text in found]


@pytest.mark.parametrize(
    ("turns", "text", "personal"),
    [
        ([*ADDRESS, ("agent", "the bill is four hundred and sixty dollars")], "four hundred", False),
        ([*ADDRESS, ("agent", "so it is four hundred maple right")], "four hundred maple", True),
        ([("agent", "Forward it to 7726, please."), ("customer", "7726. Does it spell something?")], "7726", False),
        ([("agent", "Text STOP to 10223 and it ends."), ("customer", "Okay.")], "10223", False),
        ([("agent", "You can text it to 10223.")], "10223", False),
        ([("agent", "I'll text it to 4471, is that right?")], "4471", True),
        ([METER, ("customer", "okay it says 0 4 7 1 8")], "0 4 7 1 8", False),
        ([("agent", "And what's the reading?"), ("customer", "0, 4, 7, 1, 8.")], "0, 4, 7, 1, 8", False),
        ([METER, ("customer", "04718."), ("agent", "So 04718. That looks about right.")], "04718", False),
        ([("agent", "And the meter's serial number?"), ("customer", "0, 4, 7, 1, 8.")], "0, 4, 7, 1, 8", True),
        ([("customer", "I've got the stub. Check number 2206.")], "2206", False),
        ([("customer", "The account number is 00417730.")], "00417730", True),
        ([("agent", "What's your PIN?"), ("customer", "2206.")], "2206", True),
        ([("agent", "Coverage is 100/300/50 with a $500 deductible.")], "100/300/50", False),
        ([("agent", "And your date of birth?"), ("customer", "10/30/50")], "10/30/50", True),
        ([("agent", "your passcode, the four digit one"), ("customer", "it's four one seven nine")], "one", False),
        ([("agent", "your passcode, the four digit one"), ("customer", "one four seven nine")], "one four seven nine", True),
        ([("agent", "Is the address still 1950 Juniper Way? Does anyone under 25 drive the car?")], "25 drive", False),
        ([("agent", "what is your address"), ("customer", "twenty five harbor drive")], "twenty five harbor drive", True),
        ([("customer", "my number is 209-555-0186."), ("agent", "We close at 6.")], "6", False),
        ([("customer", "my number is 209-555-0186."), ("agent", "Close, but it's a 6.")], "6", True),
        ([STATEMENTS, ("customer", "I've sent you 2021, 2022, 2023, and a photo.")], "2021, 2022, 2023", False),
        ([STATEMENTS, ("customer", "It's 2021, 2022, 2044.")], "2021, 2022, 2044", True),
        ([("customer", "my checking account, its for forty nine ninety nine")], "forty nine ninety nine", False),
        ([("customer", "my checking account, its forty nine ninety nine")], "forty nine ninety nine", True),
        ([("customer", "my checking account, its for forty nine eighty one")], "forty nine eighty one", True),
        ([("agent", "which policy is it"), ("customer", "it's the 2011 Wanderer")], "2011", False),
        ([("agent", "which policy is it"), ("customer", "it's 2011, the Wanderer")], "2011", True),
        ([("agent", "which policy is it"), ("customer", "it's the 2017 B-150")], "2017 B-150", False),
        ([("agent", "which policy is it"), ("customer", "it's 2017 B-150")], "2017 B-150", True),
        ([("agent", "happy birthday so i have you on the twenty eighth at nine fifteen")], "the twenty eighth", False),
        ([("agent", "happy birthday so i have you on the twenty eighth")], "the twenty eighth", True),
        ([BIRTHDAY, ("customer", "March 3rd, 1961 at 4 in the morning.")], "March 3rd, 1961 at 4", True),
        ([("agent", "Your Rx expires on 6/30.")], "6/30", False),
        ([("agent", "The payoff is $6,418, good through April 12.")], "April 12", False),
        ([("customer", "My card is good through April 28.")], "April 28", True),
        ([("agent", "It's done, you're good until September of 2028.")], "September of 2028", False),
        ([("customer", "The card is good until September of 2028.")], "September of 2028", True),
    ],
)  # fmt: skip
def test_numbers(found: Found, turns: Turns, text: str, personal: bool) -> None:
    """Amounts behind an address, short codes, meters, checks, limits, hours."""
    assert (text in _texts(found(turns))) == personal


@pytest.mark.parametrize(
    ("turns", "text", "personal"),
    [
        ([("agent", "Thank you, Brigadier. Comments are published.")], "Brigadier", False),
        ([("agent", "Thank you, Benedict. Comments are published.")], "Benedict", True),
        ([("customer", "tell auntie to roll over")], "auntie", False),
        ([("customer", "tell benedict to roll over")], "benedict", True),
        ([("customer", "Oh, thank Christ. I was worried.")], "Christ", False),
        ([("customer", "Thursday. I get my hair done Fridays.")], "Fridays", False),
        ([("customer", "English is okay, but slowly, I am from Poland, and my wife also.")], "Poland", False),
        ([("customer", "I am from Poland, Ohio, and my wife also.")], "Poland, Ohio", True),
        ([("agent", "I'm originally from Omaha myself, we get snow.")], "Omaha", False),
        ([("customer", "I'm originally from Omaha, we get snow.")], "Omaha", True),
        ([("customer", "It's number 9, by the lake."), ("agent", "Perfect. So ZRKMDA is a shop.")], "ZRKMDA", False),
        ([("agent", "Your booking reference?"), ("customer", "It's ZRKMDA.")], "ZRKMDA", True),
        ([("agent", "What's your user name?"), ("customer", "Oh boy, let me look.")], "boy, let me look", False),
        ([PASSCODE, ("customer", "Let me look. Where did I put that thing?")], "thing", False),
        ([("agent", "Pick a new password."), ("customer", "Okay, I put walleye.")], "walleye", True),
        ([("agent", "Pick a new password."), ("customer", "Okay, I put them under the walleye.")], "them under the walleye", False),
        ([("agent", "Your password is on the card.")], "card", False),
        ([PASSWORD, ("customer", "it's on the sticker")], "sticker", False),
        ([PASSWORD, ("customer", "it's sticker")], "sticker", True),
        ([PASSWORD, ("customer", "it's on sticker 22")], "sticker 22", True),
        ([("agent", "Think of a password, at least 10 characters.")], "least", False),
    ],
)  # fmt: skip
def test_words(found: Found, turns: Turns, text: str, personal: bool) -> None:
    """Forms of address, days, countries, an agent's home, codes that nobody gave."""
    assert (text in _texts(found(turns))) == personal
