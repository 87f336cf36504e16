"""What is looked for in texts, written so that DuckDB and Python find the same places.

Punctuation is a recognizer's guess, so any may stand between words; a label is nothing that was said, so words in one are
found only by who looks for labels.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_SIGNS = ".,;:!?…\"'’‘“”„«»¿¡、。–—-"
_BETWEEN = rf"[\s{_SIGNS}]+"  # the hyphen is last, as RE2 and Python have it
_LABEL = r"<[a-z_]+(?:[:#][^<>\s]+)?>"  # <credit_card>, <person:k3f9…>, <person#1f0c…>: of texts in small letters
_NO_LABEL = "<>"


class Sought(NamedTuple):
    """Words and the regular expressions that find them in texts in small letters, of RE2's and of Python's syntax."""

    parts: list[str]  # the words, without signs at their ends
    words: list[str]  # runs of letters and digits in them: what is told apart without any expression
    rough: str  # for LIKE, to pass over texts fast: all words of a phrase in their order, or the longest that each place has
    word: str  # where that finds the very places, since it is a single word and all there is; else empty
    pattern: str
    label: str  # to be replaced by <> first: the labels, or nothing where labels are looked for


def seek(text: str, match: str = "phrase") -> Sought:
    """What `text` is looked for by: as a phrase, or all or any of its words."""
    folded = text.lower().replace("’", "'")
    parts = [part for word in re.split(r"[\s–—-]+", folded) if (part := word.strip(_SIGNS))] or [folded.strip()]
    words = [word for part in parts for word in re.findall(r"\w+", part)] or parts
    common = {"phrase": words, "all": [max(words, key=len)], "any": []}[match]
    patterns = [re.escape(part).replace("'", "['’]") for part in parts]
    pattern = _BETWEEN.join(patterns) if match == "phrase" else "|".join(sorted(patterns, key=len, reverse=True))
    word = pattern if common and pattern.isalnum() else ""
    return Sought(parts, words, "%".join(["", *common, ""]), word, pattern, _NO_LABEL if "<" in text else _LABEL)
