"""What is looked for in texts, written so that DuckDB and Python find the same places.

Punctuation is a recognizer's guess, so any may stand between words; a label is nothing that was said, so words in one are
found only by who looks for labels.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from pca_pipeline.warehouse.word_pairs import pair_bits, words_of

_SIGNS = ".,;:!?…\"'’‘“”„«»¿¡、。–—-"
_BETWEEN = rf"[\s{_SIGNS}]+"  # the hyphen is last, as RE2 and Python have it
_LABEL = r"<[a-z_]+(?:[:#][^<>\s]+)?>"  # <credit_card>, <person:k3f9…>, <person#1f0c…>: of texts in small letters
_NO_LABEL = "<>"
_BEGINS = r"\b"


class Sought(NamedTuple):
    """Words and the regular expressions that find them in texts in small letters, of RE2's and of Python's syntax."""

    parts: list[str]  # the words, without signs at their ends
    words: list[str]  # runs of letters and digits in them: what is told apart without any expression
    pairs: int  # the bits of a phrase's pairs of words, which segments.pairs has in each text with the phrase
    rough: str  # for LIKE, to pass over texts fast: all words of a phrase in their order, or the longest that each place has
    word: str  # where that finds the very places, since it is a single word and all there is; else empty
    pattern: str
    label: str  # to be replaced by <> first: the labels, or nothing where labels are looked for


def seek(text: str, match: str = "phrase") -> Sought:
    """What `text` is looked for by: as a phrase, or all or any of its words.

    A phrase begins where a word does, and ends within one; a single word may be a part of another.
    """
    folded = text.lower().replace("’", "'")
    parts = [part for word in re.split(r"[\s–—-]+", folded) if (part := word.strip(_SIGNS))] or [folded.strip()]
    words = [word for part in parts for word in words_of(part)] or parts
    common = {"phrase": words, "all": [max(words, key=len)], "any": []}[match]
    patterns = [re.escape(part).replace("'", "['’]") for part in parts]
    is_phrase = match == "phrase" and len(parts) > 1
    begins = _BEGINS if is_phrase and re.match(r"\w", parts[0], re.ASCII) else ""
    pattern = _BETWEEN.join(patterns) if match == "phrase" else "|".join(sorted(patterns, key=len, reverse=True))
    return Sought(
        parts,
        words,
        pairs=pair_bits(words if begins else words[1:]) if is_phrase else 0,
        rough="%".join(["", *common, ""]),
        word=pattern if common and pattern.isalnum() else "",
        pattern=begins + pattern,
        label=_NO_LABEL if "<" in text else _LABEL,
    )
