"""Personal values in the free fields of a record: to be searched for in the words, never to be shown."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from pca_pipeline.ctr.fields import Document, text

_NAME = re.compile(r"[^\W\d_][^\W\d_.'’-]*(?:[ ,.'’-]+[^\W\d_]+){0,7}\.?")
# Caller id without a name shows where the number is registered: "Minneapolis MN", "TORONTO ON". A town has three letters
# or more and no initial. Codes are left out that people are called ("JONES AL", "NGUYEN KY", "KIM OK", "YO-YO MA"), that
# are parts of surnames ("LA", "DE"), titles or numerals ("MD", "VI"): a town taken for a name costs a word, a name taken
# for a town stays in the transcript.
_PLACE = re.compile(
    r"(?!.*\b\w\b)\w.{2,} (?:A[BKRZ]|BC|C[AT]|DC|FL|G[AU]|I[ADL]|KS|M[BNST]|N[BCDEHJLMSTUVY]|ON|P[ER]|QC|RI|S[CDK]|T[NX]|UT"
    r"|V[AT]|W[AIVY]|YT)"
)
_NOT_NAMES = re.compile(
    r"(anonymous|area|call|caller|cell|customer|external|free|guest|id|mobile|name|not|number|of|out|phone|private"
    r"|restricted|toll|unavailable|unknown|user|wireless|withheld|\W)+",
    re.IGNORECASE,
)
_NAME_KEY = re.compile(r"name|caller|customer|member|patient|holder|contact|client|insured", re.IGNORECASE)
_OTHER_KEY = re.compile(
    r"queue|flow|skill|agent|company|product|department|menu|team|type|status|file|screen|domain|host|script|lang",
    re.IGNORECASE,
)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d.*|[\da-fA-F]{8}(-[\da-fA-F]{4}){3}-[\da-fA-F]{12}")
_NUMBER = re.compile(r"[\w+()./ -]{4,32}")
_MARKS = frozenset({"Mn", "Mc", "Cf"})  # Unicode categories of signs on or between letters, as in Hindi
_MIN_DIGITS = 4  # fewer are menu choices and counters


def is_name(value: str) -> bool:
    """Whether a text looks like a person's name rather than a place, a number or a placeholder."""
    bare = "".join(sign for sign in unicodedata.normalize("NFC", value) if unicodedata.category(sign) not in _MARKS)
    placeholder = _PLACE.fullmatch(bare) or _NOT_NAMES.fullmatch(bare)
    return placeholder is None and _NAME.fullmatch(bare) is not None


def personal_attributes(attributes: Document) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names and numbers in attributes that a contact centre sets, in order."""
    values = [(str(key), value) for key in attributes if (value := text(attributes, key))]
    return tuple(_names(values)), tuple(_numbers(values))


def _names(values: list[tuple[str, str]]) -> Iterator[str]:
    for key, value in values:
        if _NAME_KEY.search(key) and not _OTHER_KEY.search(key) and is_name(value):
            yield value


def _numbers(values: list[tuple[str, str]]) -> Iterator[str]:
    for _, value in values:
        digits = sum(map(str.isdigit, value))
        if digits >= _MIN_DIGITS and _NUMBER.fullmatch(value) and not _MOMENT.fullmatch(value):
            yield value
