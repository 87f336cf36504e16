"""Names, letters of names, passwords, answers and addresses as people say them among other things."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Found = Callable[..., list[tuple[str, str]]]
A, C = "agent", "customer"
SPELLED = [(A, "How do you spell your last name?"), (C, "D-A-Y")]
PLATE = [(A, "Can you give me the plate number?")]
PORTAL = [(A, "What's the password?")]

GOES = [
    # letters asked about and told again
    ([*SPELLED, (A, "Was that D or P?"), (C, "D as in delta.")], "PERSON", "D as in delta"),
    ([*SPELLED, (A, "was that d or p")], "PERSON", "p"),
    # letters of plates, by themselves and read back
    ([*PLATE, (C, "HCW...")], "LICENSE_PLATE", "HCW"),
    ([*PLATE, (C, "DT 64 XKZ."), (A, "Sorry, after DT, could you say the rest again?")], "LICENSE_PLATE", "DT"),
    # names
    ([(A, "Okay."), (C, "hang on siti i'm on the phone")], "PERSON", "siti"),
    ([(A, "Who's the cardholder?"), (C, "it says iris long")], "PERSON", "iris long"),
    # passwords with the manner of their letters
    ([*PORTAL, (C, "thunder with a capital t 27 dollar sign")], "PASSWORD", "thunder with a capital t 27 dollar sign"),
    ([*PORTAL, (C, "Fisherman, all lowercase.")], "PASSWORD", "Fisherman, all lowercase"),
    # answers, after something else too
    ([(A, "What's the memorable place you gave us?"), (C, "Grandma's porch.")], "SECURITY_ANSWER", "Grandma's porch"),
    (
        [(A, "What was your school mascot?"), (C, "Hello? Are you still there?"), (A, "Yes."), (C, "The Blue Devils.")],
        "SECURITY_ANSWER",
        "The Blue Devils",
    ),
    # e-mail addresses
    ([(C, "i use the lucky lady at gmail dot com")], "EMAIL_ADDRESS", "the lucky lady at gmail dot com"),
    ([(C, "send it to tyler and rosa twenty two at msn dot com")], "EMAIL_ADDRESS", "tyler and rosa twenty two at msn dot com"),
    # ages and years
    ([(A, "And your age?"), (C, "twenty three years young")], "AGE", "twenty three"),
    ([(A, "Date of birth?"), (C, "one twenty four"), (A, "and what year"), (C, "oh eighty five")], "DATE_OF_BIRTH", "eighty five"),
]  # fmt: skip
STAYS = [
    [*SPELLED, (A, "Was that a problem or a question?")],
    [(A, "Okay."), (C, "Hang on, let me look.")],
    [(A, "Okay."), (C, "The bank told me to call.")],
    [(A, "What password were you trying?")],
    [*PLATE, (C, "One second.")],
]


@pytest.mark.parametrize(("turns", "entity", "value"), GOES)
def test_words_of_people_are_found_whole(
    found_as_shipped: Found, turns: list[tuple[str, str]], entity: str, value: str
) -> None:
    """The last turn's value, whole and of its kind."""
    assert found_as_shipped(turns)[-1:] == [(entity, value)]


@pytest.mark.parametrize("turns", STAYS)
def test_talk_beside_them_stays(found_as_shipped: Found, turns: list[tuple[str, str]]) -> None:
    """Nothing is found in the last turn."""
    assert len(found_as_shipped(turns)) == len(found_as_shipped(turns[:-1]))
