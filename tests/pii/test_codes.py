from __future__ import annotations

import pytest

from pca_pipeline.call import KnownIdentity
from pca_pipeline.pii.conversation.reading import ConversationEngine
from pca_pipeline.pii.forms.codes import grown, is_locator
from tests.pii.conftest import Found, Turns, conversation


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("it's AB 074700", ["ab074700"]),
        ("k x r three four one", ["kxr341"]),
        ("W as in Whiskey, 12, B as in boy", ["w12b"]),
        ("sierra november one seven oh", ["sn170"]),
        ("TS76LRU.", ["ts76lru"]),
        ("US 46931604", ["us46931604"]),
        ("i e four nine h y", ["ie49hy"]),
        ("double five uh x ray nine", ["55x9"]),
        ("H5F 4-Z-6", ["h5f4z6"]),
        ("b one c oh", ["b1c0"]),
        ("Sure, A, 499", ["a499"]),
        ("it's IT 80 X 2663", ["it80x2663"]),
        ("5-CAJZD", ["5cajzd"]),
        ("1 hgtz 9085 hn 544655", ["1hgtz9085hn544655"]),
        ("I read the old one. Bravo, 666633", ["b666633"]),
        ("capital r as in roger seven capital t two", ["r7t2"]),
        ("fox trot lima six", ["fl6"]),
        ("a 6-digit number", []),
        ("it's a 2019 Honda", []),
        ("since 2009 I believe", []),
        ("I paid a hundred", []),
        ("at 5pm or 10:30", []),
        ("between ten a m and two p m", []),
        ("S M I T H", []),
    ],
)
def test_letters_and_digits_in_a_row_are_one_code(text: str, codes: list[str]) -> None:
    """Spelled, with examples, in the spelling alphabet or written; articles, pronouns and times are no part."""
    reading = ConversationEngine().read(conversation([("customer", text)]), KnownIdentity())
    assert [code.text for code in reading.codes] == codes


@pytest.mark.parametrize(
    ("text", "around", "whole"),
    [
        ("it's z in zebra n as nancy o eight eight nine", "eight", "z in zebra n as nancy o eight eight nine"),
        ("d foxtrot well foxtrot fifty seven one h thanks", "fifty", "d foxtrot well foxtrot fifty seven one h"),
        ("five eight v for victor please", "five", "five eight v for victor"),
        ("12345 for 20 dollars", "12345", "12345"),
        ("12345 and I have a dog", "12345", "12345"),
    ],
)
def test_letters_around_a_code_belong_to_it(text: str, around: str, whole: str) -> None:
    """Examples, and letters beyond one word that was misheard; no numbers beyond one."""
    stream = conversation([("customer", text)])
    at = [token.norm for token in stream.tokens].index(around)
    first, last = grown(stream.tokens, at, at, frozenset())
    assert stream.text[stream.tokens[first].start : stream.tokens[last].end] == whole


@pytest.mark.parametrize(
    ("word", "code"),
    [("DBVHMZ", True), ("bytzyd", True), ("EMLAVY", True), ("CANCEL", False), ("Dbvhmz", False), ("garcia", False),
     ("GARCIA", False), ("AB", False), ("xasas", False), ("INTERNATIONALLY", False)],
)  # fmt: skip
def test_words_that_can_only_be_codes(word: str, code: bool) -> None:
    """Capitals that are no word and no name, and heaps of consonants."""
    assert is_locator(word) is code


BOOKING = ("agent", "Do you have the booking reference?")


@pytest.mark.parametrize(
    ("turns", "codes"),
    [
        ([BOOKING, ("customer", "Let me see here. DBVHMZ."), ("agent", "So DBVHMZ, right?")], ["DBVHMZ", "DBVHMZ"]),
        ([BOOKING, ("customer", "It's Q-L-J-Z-Q-N."), ("agent", "On QLJZQN I see two seats.")],
         ["Q-L-J-Z-Q-N", "QLJZQN"]),
        ([("customer", "My confirmation code is tmhwen.")], ["tmhwen"]),
        ([BOOKING, ("customer", "I think you sent it to my wife, her phone is a GZTWQ.")], []),
        ([("customer", "The TMHWEN is broken.")], []),
    ],
)  # fmt: skip
def test_codes_of_letters_alone(found: Found, turns: Turns, codes: list[str]) -> None:
    """Where a code was asked for or is named, and where a found one is said again."""
    assert [text for entity, text in found(turns) if entity == "ACCOUNT_NUMBER"] == codes
