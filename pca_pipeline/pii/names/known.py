"""Values that are known already: from the call's record, or because they were found elsewhere in the call.

Names match by spelling, edit distance and sound, since speech recognition misspells them; numbers match by four
digits in a row, since they are read back in parts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import jellyfish
from rapidfuzz.distance import DamerauLevenshtein

from pca_pipeline.pii.forms.numbers import Meaning, Run
from pca_pipeline.pii.words.lexicon import FUNCTION_WORDS, NOT_PEOPLE, is_word

PART = 4  # digits in a row that give a number away


@dataclass(frozen=True, slots=True, repr=False)
class Names:
    """Words of known names, lower case."""

    words: frozenset[str]

    def __bool__(self) -> bool:
        return bool(self.words)

    def __repr__(self) -> str:
        return f"Names({len(self.words)})"

    def matches(self, word: str, capital: bool) -> bool:
        """Whether a word is one of the names or a likely misspelling of one.

        A name that is also an ordinary word ("grace") must be written with a capital in mid-sentence.
        """
        if word in self.words:
            return capital or not is_word(word)
        if len(word) < 4 or is_word(word) or word in NOT_PEOPLE or word in FUNCTION_WORDS:
            return False
        return any(_sounds_like(word, name) for name in self.words)

    def sound_like(self, word: str) -> bool:
        """Whether a word is said as one of the names is: "Alysa" and "Alyssa"."""
        return jellyfish.metaphone(word) in {jellyfish.metaphone(name) for name in self.words}


def known_names(names: Iterable[str]) -> Names:
    """The words of full names; initials and one-letter words are left out."""
    return Names(frozenset(word for name in names for word in re.findall(r"[^\W\d_]{2,}", name.lower())))


@lru_cache(maxsize=65536)
def _sounds_like(word: str, name: str) -> bool:
    """One letter apart (two in long names), or the same Metaphone key and initial sound."""
    if len(name) < 4 or abs(len(word) - len(name)) > 3:
        return False
    allowed = 2 if min(len(word), len(name)) >= 7 else 1
    if word[0] == name[0] and DamerauLevenshtein.distance(word, name, score_cutoff=allowed) <= allowed:
        return True
    key = jellyfish.metaphone(name)
    return len(key) > 2 and jellyfish.metaphone(word) == key


def known_digits(numbers: Iterable[str]) -> frozenset[str]:
    """All four digits in a row of numbers as written."""
    return frozenset(part for number in numbers for part in parts(re.sub(r"\D", "", number)))


def parts(digits: str) -> Iterator[str]:
    """All four digits in a row."""
    return (digits[at : at + PART] for at in range(len(digits) - PART + 1))


def known_numbers(runs: Sequence[Run], values: frozenset[str]) -> Iterator[Run]:
    """Runs that share four digits in a row with known values; amounts with a unit do not count."""
    for run in runs:
        if run.meaning is not Meaning.BUSINESS and not values.isdisjoint(parts(run.digits)):
            yield run
