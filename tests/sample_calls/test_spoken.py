"""What is said and how it is written."""

from __future__ import annotations

import re
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("faker", reason="the extra `samples` builds calls")

from sample_calls.spoken import SLOTS, fill, persona, say_digits, say_word

RANDOMS = st.integers(0, 2**32).map(Random)
DIGIT = {"zero": "0", "oh": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6",
         "seven": "7", "eight": "8", "nine": "9"}  # fmt: skip


@settings(deadline=None)  # the first name drawn reads the tables of names
@given(RANDOMS, st.sampled_from(sorted(SLOTS)))
def test_pieces_are_words(random: Random, slot: str) -> None:
    """Every slot gives written words without white space and sounds in plain letters."""
    line = fill(f"It is {{{slot}}}.", persona(random), random)
    assert line.written.startswith("It is ") and line.written.endswith(".")
    for piece in line.pieces:
        assert re.fullmatch(r"\S+", piece.written)
        assert re.fullmatch(r"[a-z', ]+", piece.spoken)


@settings(deadline=None)  # the first name drawn reads the tables of names
@given(RANDOMS)
def test_a_persona_is_whole(random: Random) -> None:
    """A card number passes the Luhn check, and a persona is the same for the same seed."""
    seed = random.getrandbits(32)
    who = persona(Random(seed))
    doubled = [int(digit) * (2 - at % 2) for at, digit in enumerate(who.card)]
    assert sum(sum(divmod(digit, 10)) for digit in doubled) % 10 == 0
    assert who == persona(Random(seed))


@settings(deadline=None)  # the first name drawn reads the tables of names
@given(RANDOMS, st.text("0123456789", min_size=1, max_size=10))
def test_digits_are_said_one_by_one(random: Random, digits: str) -> None:
    """Said digits spell the number again, "double" and "oh" included."""
    said = re.sub(r"double (\w+)", r"\1 \1", say_digits(digits, random)).split()
    assert "".join(DIGIT[word] for word in said) == digits


@pytest.mark.parametrize(
    ("slot", "entity", "written"),
    [
        ("card", "CREDIT_CARD", r"\d{4} \d{4} \d{4} \d{4}"),
        ("ssn", "US_SSN", r"\d{3}-\d{2}-\d{4}"),
        ("phone", "PHONE_NUMBER", r"\d{3}-\d{3}-\d{4}"),
        ("email", "EMAIL_ADDRESS", r"[a-z0-9.]+ at [a-z]+\.com"),
        ("last_spelled", "PERSON", r"[A-Z](-[A-Z])+"),
        ("dob", "DATE_OF_BIRTH", r"[A-Z][a-z]+ \d+, \d{4}|\d+-\d+-\d{4}"),
        ("expiry", "CARD_EXPIRY", r"[A-Z][a-z]+ \d{4}|\d{1,2}-\d\d"),
        ("plate", "LICENSE_PLATE", r"[A-Z]{3} \d{4}"),
        ("amount", None, r"\$[\d,]+(\.\d\d)?"),
        ("n", None, "[a-z]+"),
    ],
)
def test_values_are_written_as_whisper_writes_them(slot: str, entity: str | None, written: str) -> None:
    """A slot's pieces carry its entity and have the shape a transcript has."""
    for seed in range(30):
        random = Random(seed)
        value = fill(f"It is {{{slot}}}", persona(random), random).pieces[2:]
        assert re.fullmatch(written, " ".join(piece.written for piece in value))
        assert {piece.entity for piece in value} == {entity}


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("401k,", "four oh one kay"),
        ("IRA", "i r ay"),
        ("PIN?", "pin"),
        ("I've", "i've"),
        ("12", "twelve"),
        ("Follow-up", "follow up"),
    ],
)
def test_ordinary_words_are_said_as_people_say_them(word: str, said: str) -> None:
    """Abbreviations and numbers of a template have a spoken form."""
    assert say_word(word) == said


def test_an_unknown_slot_is_an_error() -> None:
    """A misspelt slot does not pass silently."""
    with pytest.raises(KeyError):
        fill("It is {nmae}.", persona(Random(0)), Random(0))
