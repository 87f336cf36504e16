"""Misspelt words: those that tell what a value is, set right ("thrity", "acount"), and those that are nobody's name.

Only number words, months and words that name identifiers are set right: they decide what the words beside them mean,
and a chat or a recognizer that misses one letter of them must not hide the value.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from rapidfuzz.distance import OSA

from pca_pipeline.pii.words.lexicon import (
    FILLERS,
    FUNCTION_WORDS,
    MONTHS,
    first_names,
    is_word,
    surnames,
    towns,
    word_set,
)
from pca_pipeline.pii.words.number_words import ORDINALS, SCALES, TEENS, TENS, TIMES, UNITS

SHORTEST = 5  # letters
_IDENTIFIERS = word_set("""account accounts number numbers address birth birthday security social password passcode maiden mother mothers
    expiration expiry expires routing license licence passport telephone phone postcode email digits credit debit
    savings checking member policy username surname transfer balance amount question dollars""")
_VOCABULARY = frozenset(
    word
    for word in _IDENTIFIERS.union(MONTHS, UNITS, TEENS, TENS, TIMES, SCALES, ORDINALS)
    if len(word) >= SHORTEST and word != "niner"
)
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
SHORTEST_SLIP = 4
_SWAPPED = word_set("teh hte adn nad yuo fro")  # shorter ones that nobody is called
SHORTEST_RARE = 8  # letters of a word that only resembles a rare one
# Said in nearly every call; a shorter word that is like a rare one may be anybody's name.
_EVERYDAY = word_set("""able add added ahead alright answer anyone anything apply ask asked away awesome
    bear best better big bill bring call card care change charge charged charges check choose city click code confirm copy
    cost credit daily date deal door email ended ends enter error ever every everything excellent explain fee file fill
    find fix floor form found front gave give given goes gone gotcha green half hear heard hello help hold home hope house
    hour hours issue keep kind know knew late later least leave left line list listed live long look lost lovely made make
    matter mean meter mind minute moment month months morning mornings move moved name need needs never new next nice night note noted
    number offer often old online open order other paid part person phone pick place plan press pretty price problem pull
    put rate reach read ready reason receive rest said say says see seen send sent service set short show side sign simple
    since site some someone sound sorted sounds speak spell stay start stop street survey take taken talk tell thing things think
    time times today told tonight took track try turn unit use used user valid verify visit wait want water way week weeks
    welcome went whole whenever wish word work works world write year years yesterday""")


@lru_cache(maxsize=65536)
def is_slip(word: str) -> bool:
    """Whether a lower-case word is in no list and an everyday word with a letter wrong, missing, added or swapped.

    From eight letters on, any dictionary word; below five, only words of the closed classes.
    """
    if word in _SWAPPED:
        return True
    if len(word) < SHORTEST_SLIP or not word.isascii() or not word.isalpha() or _is_other(word):
        return False
    rare, everyday = len(word) >= SHORTEST_RARE, len(word) >= SHORTEST
    return any(
        like in FUNCTION_WORDS or like in FILLERS or everyday and like in _EVERYDAY or rare and is_word(like)
        for like in _one_letter_off(word)
    )


def _one_letter_off(word: str) -> Iterator[str]:
    for at in range(len(word) + 1):
        before, behind = word[:at], word[at:]
        yield before + behind[1:]
        yield before + behind[1:2] + behind[:1] + behind[2:]
        for letter in _LETTERS:
            yield before + letter + behind[1:]
            yield before + letter + behind


@lru_cache(maxsize=65536)
def corrected(word: str) -> str:
    """The word meant, if a lower-case word is no other and one letter or one swap away from it; else the word."""
    if len(word) < SHORTEST or not word.isalpha() or word in _VOCABULARY or _is_other(word):
        return word
    return next((meant for meant in _BY_START.get(word[0], ()) if _misspells(word, meant)), word)


def _is_other(word: str) -> bool:
    return is_word(word) or word in FUNCTION_WORDS or word in first_names() or word in surnames() or word in towns()


def _misspells(word: str, meant: str) -> bool:
    """One wrong or missing letter, two swapped, or one doubled; a plural is another word."""
    longer = len(word) > len(meant)
    doubled = longer and any(
        word[at] == word[at + 1] and word[:at] + word[at + 1 :] == meant for at in range(len(meant))
    )
    return doubled or not longer and OSA.distance(word, meant, score_cutoff=1) <= 1


_BY_START = {start: tuple(sorted(w for w in _VOCABULARY if w[0] == start)) for start in _LETTERS}
