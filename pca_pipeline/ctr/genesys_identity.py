"""Personal values in a Genesys conversation detail: to be looked for in the words, never to be shown."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pca_pipeline.call import Direction, KnownIdentity
from pca_pipeline.ctr.fields import Document, documents, text

_NAME = re.compile(r"[^\W\d_][^\W\d_.'’-]*(?:[ ,.'’-]+[^\W\d_]+){0,4}\.?")
# Caller id shows where a number is registered when it knows no name: "Minneapolis MN", "TORONTO ON".
_PLACE = re.compile(r".* [A-Z]{2}")
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
_MIN_DIGITS = 4  # fewer are menu choices and counters


def known(document: Document, direction: Direction) -> KnownIdentity:
    """The customer's names and numbers in the record, without doubles, in order of appearance."""
    names = [*_participant_names(document), *_attribute_names(document)]
    numbers = [*_telephone_numbers(document, direction), *_attribute_numbers(document)]
    return KnownIdentity(names=tuple(dict.fromkeys(names)), numbers=tuple(dict.fromkeys(numbers)))


def is_name(value: str) -> bool:
    """Whether a text looks like a person's name rather than a place, a number or a placeholder."""
    placeholder = _PLACE.fullmatch(value) or _NOT_NAMES.fullmatch(value)
    return placeholder is None and _NAME.fullmatch(value) is not None


def _outside(document: Document) -> Iterator[Document]:
    for participant in documents(document, "participants"):
        if text(participant, "purpose") in ("customer", "external"):
            yield participant


def _participant_names(document: Document) -> Iterator[str]:
    for participant in _outside(document):
        callers = [text(session, "callbackUserName") for session in documents(participant, "sessions")]
        for name in (text(participant, "participantName"), *callers):
            if name and is_name(name):
                yield name


def _telephone_numbers(document: Document, direction: Direction) -> Iterator[str]:
    """The customer's side of each session: `ani` of who rang in, `dnis` of who was rung."""
    for participant in _outside(document):
        for session in documents(participant, "sessions"):
            ringing = (text(session, "direction") or direction) == "outbound"
            address = text(session, "dnis", "sessionDnis") if ringing else text(session, "ani")
            listed = session.get("callbackNumbers")
            others = [one for one in listed if isinstance(one, str)] if isinstance(listed, list) else []
            for value in (address, *others):
                bare = re.sub(r"^(tel|sip):|[@;].*$", "", value or "")
                if sum(map(str.isdigit, bare)) >= 7:
                    yield bare


def _attributes(document: Document) -> Iterator[tuple[str, str]]:
    for participant in documents(document, "participants"):
        attributes = participant.get("attributes")
        if isinstance(attributes, dict):
            for key in attributes:
                value = text(attributes, key)
                if value:
                    yield str(key), value


def _attribute_names(document: Document) -> Iterator[str]:
    for key, value in _attributes(document):
        if _NAME_KEY.search(key) and not _OTHER_KEY.search(key) and is_name(value):
            yield value


def _attribute_numbers(document: Document) -> Iterator[str]:
    for _, value in _attributes(document):
        digits = sum(map(str.isdigit, value))
        if digits >= _MIN_DIGITS and _NUMBER.fullmatch(value) and not _MOMENT.fullmatch(value):
            yield value
