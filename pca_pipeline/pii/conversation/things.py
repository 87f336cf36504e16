"""Numbers and codes that name things and no people: products, parts, errors, forms, rooms, flights."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pca_pipeline.pii.forms.business import STREET_UNITS, is_tail
from pca_pipeline.pii.forms.codes import NAMES_OF_THINGS, Code
from pca_pipeline.pii.words.lexicon import FUNCTION_WORDS, NOT_PEOPLE, is_word, word_set

if TYPE_CHECKING:
    from pca_pipeline.pii.conversation.reading import Reading
    from pca_pipeline.pii.forms.numbers import Run

LONGEST_MODEL = 6  # letters and digits of a product's name
MOST_LINKS = 3
_FLIGHT = re.compile(r"[a-z]{2}\d{1,4}|[a-z]\d\d{1,4}")
_MODEL_YEAR = re.compile(r"(?:19|20)\d\d(?=[a-z])")  # of "the 2017 F-150"
_BOARDED = word_set("on aboard taking take took catch caught missed off be that's so")  # "I was on MJ 816"
_ARTICLES = ("the", "a", "an")
# What stands before a noun: "on transformer 118-B", "with form DE-1101", "says error 31".
_BEFORE_NOUNS = word_set("""the a an this that your our my on in at to with from for of by per says said shows showing
    sku model part error flight room store""")
_LINKS = word_set("number no code is it's says")
_NO_NOUNS = word_set("""try use put type enter press pound hash star dial text call ring it's is was are be have has had get got
    see say read ended ending ends with and or then plus dash about just only like even exactly""")


def is_thing(reading: Reading, code: Code | Run) -> bool:
    """Whether the words in front of a code, or its own first word, say that it names a thing."""
    tokens = reading.conversation.tokens
    turn = tokens[code.first].turn
    if is_tail(tokens, code.first, code.last) or code.first - 1 in reading.asking:
        return False  # "ends in 26", "sort code 20-00-00"
    if code.last > code.first and tokens[code.first].norm in NAMES_OF_THINGS:
        return True
    before = reading.token(code.first - 1, turn)
    if before is None or before.after:
        return False
    if (
        before.norm in NAMES_OF_THINGS
        or isinstance(code, Code)
        and before.norm in _BOARDED
        and _FLIGHT.fullmatch(code.text)
    ):
        return True
    if before.norm in _ARTICLES:
        return isinstance(code, Code) and len(_MODEL_YEAR.sub("", code.text, 1)) <= LONGEST_MODEL
    if before.norm in _LINKS:
        return _is_linked(reading, code.first - 1)
    if not isinstance(code, Code) and len(code.digits) > LONGEST_MODEL:
        return False  # "got a pen? Forty one ..."
    further = reading.token(code.first - 2, turn)
    return (
        further is not None
        and further.norm in _BEFORE_NOUNS
        and not further.after
        and _is_noun(reading, code.first - 1)
    )


def _is_linked(reading: Reading, at: int) -> bool:
    """Whether links lead back to what names a thing: "the zone is number"; none that asks: "the gate code is"."""
    turn = reading.conversation.tokens[at].turn
    for place in range(at - 1, at - 1 - MOST_LINKS, -1):
        token = reading.token(place, turn)
        if token is None or token.after or place in reading.asking:
            return False
        if token.norm in NAMES_OF_THINGS:
            return True
        if token.norm not in _LINKS:
            return False
    return False


def _is_noun(reading: Reading, at: int) -> bool:
    """Whether a word, after one that nouns follow, can be a noun that is no name and asks for nothing."""
    token = reading.conversation.tokens[at]
    closed = (
        token.norm in FUNCTION_WORDS
        or token.norm in _NO_NOUNS
        or token.norm in STREET_UNITS
        or token.norm in NOT_PEOPLE
    )
    return is_word(token.norm) and not closed and at not in reading.naming and not reading.numbers.items[at]
