"""What the second reading may not add, however sure the networks are: nobody's numbers, names and places.

They read neither digits nor rare words, so that these look to them like what is personal.
"""

from __future__ import annotations

from collections.abc import Iterator

from pca_pipeline.pii.claims import Claim
from pca_pipeline.pii.conversation.asks import Ask
from pca_pipeline.pii.conversation.reading import Reading
from pca_pipeline.pii.conversation.signs import JOINTS
from pca_pipeline.pii.forms.business import is_measure, is_toll_free
from pca_pipeline.pii.forms.spelling import Spelling
from pca_pipeline.pii.names.shapes import FORMS_OF_ADDRESS, base, is_abbreviation, is_brand, is_quality, is_verb
from pca_pipeline.pii.words.lexicon import (
    NOT_PEOPLE,
    THINGS,
    TWO_WORD_NATIONS,
    WITHOUT_APOSTROPHE,
    first_names,
    is_word,
    surnames,
    towns,
    word_set,
)
from pca_pipeline.pii.words.misspelling import is_slip
from pca_pipeline.pii.words.number_words import ORDINALS
from pca_pipeline.pii.words.stream import Token

SHORTEST_PLURAL = 4  # letters
MOST_OF_A_JOURNEY = 5  # words in front of a town
_APOSTROPHES = "'’‘"
_WAITS = word_set("second seconds sec secs minute minutes moment")
_FIELDS = word_set("field fields box column section tag")
_ON_THE_WAY = word_set("to from via through in into out")
_JOURNEYS = word_set("""fly flying flew flown flight flights connecting connection layover landed landing departing departs arriving
    arrives boarding cruise ferry trip trips train bus coach travel travelling traveling
    travelled traveled bag bags luggage suitcase holiday vacation honeymoon tickets fare fares""")
_STAYING = word_set("move moved moving relocated relocating ship shipped deliver delivered post mail home")
_BEFORE_LETTERS = word_set("a an extra another silent")  # "with an e", "an extra L"
_AGREED, _AGREED_ABROAD = word_set("yes yeah correct no right"), word_set("si sí oui ja da ok")


def nobodys(reading: Reading) -> set[int]:
    """Tokens that are nobody's, word by word, and those of numbers that firms pay for and of kinds of numbers."""
    free = {
        at
        for run in reading.numbers.runs
        if run.meaning and is_toll_free(run.digits)
        for at in range(run.first, run.last + 1)
    }
    kinds = {at for one in reading.letters if _names_a_kind(reading, one) for at in range(one.first, one.last + 1)}
    naming = {at for at in reading.naming if reading.is_numeric(at + 1)}  # the word in "Order 88213"
    return free | kinds | naming | set(_words(reading))


def _words(reading: Reading) -> Iterator[int]:
    """ "One second", the field of a form, a limit ("250/500"), "the second one is", a yes in another tongue."""
    tokens, items = reading.conversation.tokens, reading.numbers.items
    for at, token in enumerate(tokens):
        following = tokens[at + 1].norm if at + 1 < len(tokens) else ""
        if items[at] and following in _WAITS:
            yield from (at, at + 1)
        elif _is_letter_alone(reading, at):
            yield from (at - 1, at)
        elif token.norm == "one" and not reading.is_numeric(at):
            yield from (at - 1, at) if at and tokens[at - 1].norm in ORDINALS else (at,)
        elif _is_field(reading, at) or _is_limit(token) or following in _AGREED and token.norm in _AGREED_ABROAD:
            yield at


def _is_letter_alone(reading: Reading, at: int) -> bool:
    """A letter that is spoken of: "with a y, not an i"."""
    before, letter = reading.conversation.tokens[max(0, at - 1)], reading.conversation.tokens[at].norm
    spoken_of = before.norm in _BEFORE_LETTERS and not before.after
    return spoken_of and len(letter) == 1 and letter.isalpha() and letter != "a"


def _is_field(reading: Reading, at: int) -> bool:
    """ "The email field"."""
    return reading.conversation.tokens[at].norm in _FIELDS and at - 1 in reading.naming


def _is_limit(token: Token) -> bool:
    """ "250/500"."""
    return "/" in token.norm and is_measure(token.norm)


def _names_a_kind(reading: Reading, letters: Spelling) -> bool:
    """ "P P S number"."""
    behind = reading.token(letters.last + 1, reading.conversation.tokens[letters.last].turn)
    return behind is not None and behind.norm == "number" and not reading.conversation.tokens[letters.last].after


def names_a_thing(reading: Reading, at: int) -> bool:
    """Whether a word is part of a brand that is called like a person, or follows one, or is a verb that is also a name."""
    return any(is_brand(reading, at - back) for back in range(min(at, 2) + 1)) or is_verb(reading, at)


def is_nobody(reading: Reading, claim: Claim) -> bool:
    """Whether what looks like a person, a place to live or an age is none: a year is not, "since '89"."""
    if claim.entity == "LOCATION":
        return _is_no_home(reading, claim)
    if claim.entity == "AGE":
        return _is_year(reading, claim.first)
    return claim.entity == "PERSON" and _is_no_person(reading, claim)


def _is_year(reading: Reading, at: int) -> bool:
    """ "'89"."""
    start = reading.conversation.tokens[at].start
    return start > 0 and reading.conversation.text[start - 1] in _APOSTROPHES


def _is_no_home(reading: Reading, claim: Claim) -> bool:
    """Where a journey goes, and everyday words that nobody asked for: "I'm in traffic", "by Zelle"."""
    said = reading.conversation.tokens[claim.first].norm
    if _is_travelled(reading, claim.first):
        return True
    other = (is_word(said) or said in THINGS) and said not in towns()
    return claim.first == claim.last and other and not reading.asked(claim.first, claim.last, Ask.TOWN, Ask.ADDRESS)


def _is_travelled(reading: Reading, at: int) -> bool:
    """Whether a town is where a journey begins or ends: "I flew from Boise to Reno"."""
    tokens = reading.conversation.tokens
    before = [token for token in tokens[max(0, at - MOST_OF_A_JOURNEY) : at] if token.turn == tokens[at].turn]
    words = [token.norm for token in before]
    travels = not _JOURNEYS.isdisjoint(words) and _STAYING.isdisjoint(words)
    return travels and words[-1] in _ON_THE_WAY and not before[-1].after


def _is_no_person(reading: Reading, claim: Claim) -> bool:
    """Everyday words that nobody asked for, a thing, a form of address, a country, or how somebody is."""
    said = reading.conversation.tokens[claim.first : claim.last + 1]
    alone = len(said) == 1
    if alone and is_quality(reading, claim.first):
        return True
    customers = reading.conversation.turn_of(claim.first).role == "customer"
    if customers and reading.asked(claim.first, claim.last, Ask.NAME):
        return False
    return alone and _is_no_name(reading, claim.first) or all(is_slip(token.norm) for token in said)


def _is_no_name(reading: Reading, at: int) -> bool:
    token = reading.conversation.tokens[at]
    following = reading.token(at + 1, token.turn)
    nation = following is not None and (token.norm, following.norm) in TWO_WORD_NATIONS
    hasty = _lacks_apostrophe(token.norm) and not token.capital
    return nation or hasty or _names_nobody(token) or _is_small_word(reading, at)


def _names_nobody(token: Token) -> bool:
    """A brand, an abbreviation or a form of address: "Geico", "ROKMDA", "Brigadier"."""
    name = base(token)
    listed = name in first_names() or name in surnames()
    capitals = len(name) > 1 and token.text.isupper() and is_abbreviation(token)
    thing = capitals or name in NOT_PEOPLE and not is_word(name)
    return name in FORMS_OF_ADDRESS or thing and not listed


def _lacks_apostrophe(word: str) -> bool:
    """ "Itll", "wifes", "branchs": a word with an ending, as it is typed in haste; not "brooks"."""
    ended = word.endswith("s") and is_word(word[:-1]) and len(word) > SHORTEST_PLURAL
    return word in WITHOUT_APOSTROPHE or ended and word not in first_names() and word not in surnames()


def _is_small_word(reading: Reading, at: int) -> bool:
    """Whether an ordinary word among others lacks the capital that names have around it: "live long and prosper"."""
    token = reading.conversation.tokens[at]
    beside = [reading.token(near, token.turn) for near in (at - 1, at + 1)]
    among = all(one is None or is_word(one.norm) and one.norm not in JOINTS for one in beside)
    return among and token.cased and not token.capital and is_word(token.norm)
