"""Which words stand side by side in a text, as 32 bits, so that a search passes over texts that lack a bit of its phrase.

A Bloom filter with one hash (Bloom 1970, https://doi.org/10.1145/362686.362692): a text of 14 words sets a third of the bits,
and one text in 27 has by chance all that a phrase of four words sets. Of the second word of a pair only its beginning counts,
since the last word of a phrase may be no more than that.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from zlib import crc32

_BITS = 32
_BEGINNING = 2  # letters


def words_of(text: str) -> list[str]:
    """Runs of letters and digits, in small letters."""
    return re.findall(r"\w+", text.lower())


def pair_bits(words: Sequence[str]) -> int:
    """The bits of words that follow each other; a word shorter than the beginning of one sets none with the word before."""
    bits = 0
    for word, following in pairwise(words):
        if len(following) >= _BEGINNING:
            bits |= 1 << crc32(f"{word} {following[:_BEGINNING]}".encode()) % _BITS
    return bits
