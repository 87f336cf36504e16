"""Misspelt number words, months and words that name identifiers ("thrity", "febuary", "acount"), set right.

Only these: they decide what the words beside them mean, and a chat or a recognizer that misses one letter of them
must not hide the value.
"""

from __future__ import annotations

from functools import lru_cache

from rapidfuzz.distance import OSA

from pca_pipeline.pii.lexicon import FUNCTION_WORDS, MONTHS, first_names, is_word, surnames, towns, word_set
from pca_pipeline.pii.spoken import ORDINALS, SCALES, TEENS, TENS, TIMES, UNITS

SHORTEST = 5  # letters
_IDENTIFIERS = word_set("""account accounts number numbers address birth birthday security social password passcode maiden mother mothers
    expiration expiry expires routing license licence passport telephone phone postcode email digits credit debit
    savings checking member policy username surname transfer balance amount question dollars""")
_VOCABULARY = frozenset(
    word
    for word in _IDENTIFIERS.union(MONTHS, UNITS, TEENS, TENS, TIMES, SCALES, ORDINALS)
    if len(word) >= SHORTEST and word != "niner"
)


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


_BY_START = {start: tuple(sorted(w for w in _VOCABULARY if w[0] == start)) for start in "abcdefghijklmnopqrstuvwxyz"}
