"""What is personal and what only looks like it: each class of both, beside what tells them apart."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Found = Callable[..., list[tuple[str, str]]]
A, C = "agent", "customer"

GOES = [
    # the end of a number, however it is marked
    ("", "move it to checking ...8120 please", "...8120"),
    ("", "from savings x5518 to the other one", "x5518"),
    ("", "the account that finishes oh two six", "oh two six"),
    ("And the two digits behind it, the suffix?", "Oh two. That's my son's.", "Oh two"),
    # digits that are counted
    ("What's the student ID?", "U, then four zeros, then 7-1-8-8-3.", "U, then four zeros, then 7-1-8-8-3"),
    ("What's the social?", "219, 09, four nines.", "219, 09, four nines"),
    ("A cell number?", "It is plus 39, 3-4-7, 5-5-5, 0-1, 6-2.", "plus 39, 3-4-7, 5-5-5, 0-1, 6-2"),
    # letters in front, in a turn of their own
    ("Can I take your National Insurance number?", "it's J for Juliet, K for Kilo", "J for Juliet, K for Kilo"),
    # codes by what they open
    ("Anything for the driver?", "the gate code is 1958", "1958"),
    ("Can you read me one of the recovery codes?", "it's Kilo Papa 9 4 4 2", "Kilo Papa 9 4 4 2"),
    # cards in one breath
    ("Expiration?", "Zero four, two nine. Code 9-0-8.", "9-0-8"),
    ("And it's good through?", "Seven of twenty-nine.", "Seven of twenty-nine"),
    # dates of birth
    ("What's your date of birth?", "Christmas Day, 1970.", "Christmas Day, 1970"),
    ("And the year of birth?", "1958", "1958"),
    # ages
    ("And her name?", "sofia she's six", "six"),
    # addresses
    ("And where are you?", "1470 El Camino Real, in Burlingame.", "1470 El Camino Real"),
    ("", "picked up at 908 South Tamarack, yesterday", "908 South Tamarack"),
    ("Do you want it shipped?", "yeah to the house six oh five magnolia", "six oh five magnolia"),
    ("Can I take the house number?", "it's forty one", "forty one"),
    ("We can ship him.", "Yes. 1022 Sycamore Hollow.", "1022 Sycamore Hollow"),
    # e-mail
    ("And your e-mail?", "thornberry dot crew of five at gmail", "thornberry dot crew of five at gmail"),
    ("email?", "big red truck ninety nine at yahoo dot com", "big red truck ninety nine at yahoo dot com"),
    ("and the email", "tango tango six two at fastmail dot com", "tango tango six two at fastmail dot com"),
    ("", "it should be m underscore talbot", "m underscore talbot"),
    # initials
    ("", "The bill says D. Marchetti on it.", "D. Marchetti"),
    ("What's the routing number?", "got a pen two sixty nine four forty sixty eight", "two sixty nine four forty sixty eight"),
]  # fmt: skip
STAYS = [
    "I have 12 years left on it.",
    "At 65 you qualify for the plan.",
    "There's a blown fuse on transformer 118-B.",
    "Upload it with form DE-1101 and it clears.",
    "Have it sent to store 5530 by noon.",
    "It's SKU 88-4410-JN that was picked.",
    "The app says ERR 4012 again.",
    "I was on MJ 816 from Calgary.",
    "It's the DSL 250, 39.95 a month.",
    "You pay 29.4p and 14.1p.",
    "We received £1,049 + £25 + £129.99 = £1,203.99.",
    "Under IBR they would count both incomes.",
    "My NetID is new.",
    "The Harley is in the garage.",
    "It ships from Reno tomorrow.",
    "C for Charlie, I said.",
    "The Dayton office opens at nine.",
    "Drive-up till one.",
    "Will it erase my address book? We have like 60 fax contacts.",
    "they sent the d c d seven nine six",
    "so brown bins are every other tuesday",
]


@pytest.mark.parametrize(("question", "text", "value"), GOES)
def test_what_is_personal_goes(found: Found, question: str, text: str, value: str) -> None:
    """Every word of the value is found, under whatever labels."""
    turns = [(A, question), (C, text)] if question else [(A, "Okay."), (C, text)]
    said = " ".join(part for _, part in found(turns)).replace(",", "").replace(".", " ").split()
    assert set(value.replace(",", "").replace(".", " ").split()) <= set(said)


@pytest.mark.parametrize("text", STAYS)
def test_what_only_looks_personal_stays(found: Found, text: str) -> None:
    """Things, amounts, places in passing and abbreviations; organisations stay by policy."""
    assert [one for one in found([(A, "Okay."), (C, text)]) if one[0] not in ("ORGANIZATION", "LOCATION")] == []


def test_a_thing_stays_a_thing_when_it_is_named_again(found: Found) -> None:
    """Room 1412 is no number of a person the second time."""
    turns = [(C, "Last time I was in room 1412 and it was nice."), (A, "I can request 1412, but can't promise it.")]
    assert [one for one in found(turns) if one[0] != "ORGANIZATION"] == []


def test_words_of_an_address_go_wherever_they_are_said(found: Found) -> None:
    """The domain of a found address, said again by itself."""
    turns = [(A, "What's your email?"), (C, "m talbot at northpier dot io"), (A, "Is northpier one word?")]
    assert ("northpier" in [text for _, text in found(turns)]) is True


NOBODYS = [
    # toll-free numbers that an agent tells
    ("Your date of birth?", A, "Great, send the fax to", "1 866 555 2273."),
    ("I have a number you can call back.", A, "It is", "877-772-1213, then option 4."),
    ("Okay.", A, "If you lose it again, call", "0808 157 0192."),
    ("Okay.", A, "Ring us on", "0345 600 0199, Monday to Friday."),
    # codes of what is done, sold or paid
    ("And the phone number?", A, "The NDC is", "0093-7214-01."),
    ("Okay.", A, "The BIN is", "610014."),
    ("Okay.", A, "The zone is number", "4417."),
    # what begins no answer
    ("What's your password?", C, "Sorry", "about that."),
    ("What's your favorite teacher's name?", C, "Hello?", "Are you still there?"),
    ("Okay.", A, "It's 1 to 5,", "5 being the best."),
    ("What's the expiration date?", C, "It says the session expired,", "AJ 88."),
]  # fmt: skip


@pytest.mark.parametrize(("question", "speaker", "lead", "rest"), NOBODYS)
def test_what_is_nobodys_stays_whatever_was_asked_for(
    found: Found, question: str, speaker: str, lead: str, rest: str
) -> None:
    """What stays: words, numbers and codes of the firm's."""
    turns = [(A, question), (C, "Hold on."), (speaker, f"{lead} {rest}")]
    assert [text for _, text in found(turns) if text in rest] == []


def test_a_toll_free_number_that_reads_back_a_customers_goes(found: Found) -> None:
    """Misheard by one digit, so that it is not the same."""
    turns = [(A, "What's your license number?"), (C, "It's 88 86 47 41 44."), (A, "So I have 8886474143.")]
    assert "8886474143" in [text for _, text in found(turns)]
