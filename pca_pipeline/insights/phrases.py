"""Phrases as people write them in a data file, to be found in spoken text.

`card*` is any word that begins with `card`; `lost ... card` allows up to three words in between. A phrase never extends
beyond the end of a sentence.
"""

from __future__ import annotations

import re

_WORD = r"[\w']+"
_BETWEEN = r"[^\w'.?!]+"
_GAP = rf"(?:{_WORD}{_BETWEEN}){{0,3}}?"


def normalize(text: str) -> str:
    """Lower case, with plain apostrophes."""
    return text.lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")


def compile_phrase(phrase: str) -> re.Pattern[str]:
    """The pattern that finds a phrase in normalized text."""
    expression = ""
    for part in normalize(phrase).split():
        if part == "...":
            expression += _GAP
        else:
            expression += re.escape(part).replace(r"\*", r"[\w']*") + _BETWEEN
    return re.compile(rf"(?<![\w']){expression.removesuffix(_BETWEEN)}(?![\w'])")
