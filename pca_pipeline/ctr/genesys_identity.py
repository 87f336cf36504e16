"""Personal values in a Genesys conversation detail: to be searched for in the words, never to be shown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from pca_pipeline.call import Direction, KnownIdentity
from pca_pipeline.ctr.fields import Document, documents, text
from pca_pipeline.ctr.personal import is_name, personal_attributes


def known(document: Document, direction: Direction) -> KnownIdentity:
    """The customer's names and numbers in the record, without duplicates, in order of appearance."""
    personal = list(_personal(document))
    addresses = list(_telephone_numbers(document, direction))
    names = [*_participant_names(document), *chain.from_iterable(names for names, _ in personal)]
    numbers = [*addresses, *chain.from_iterable(numbers for _, numbers in personal)]
    return KnownIdentity(
        names=tuple(dict.fromkeys(names)),
        numbers=tuple(dict.fromkeys(numbers)),
        customer=next(iter([*addresses, *_contacts(document)]), None),
    )


def attributes(document: Document, direction: Direction) -> dict[str, str]:
    """Attributes set by the contact centre and fields that identify the customer, by name; the first of duplicates wins."""
    found: dict[str, str] = {}
    for participant in documents(document, "participants"):
        own = participant.get("attributes")
        for key, value in own.items() if isinstance(own, dict) else ():
            if isinstance(value, str | int | float):
                found.setdefault(str(key), str(value))
    for participant in _outside(document):
        if name := text(participant, "participantName"):
            found.setdefault("participantName", name)
        for session in documents(participant, "sessions"):
            for key in ("ani", "dnis"):
                if (value := text(session, key)) and (text(session, "direction") or direction) == direction:
                    found.setdefault(key, value)
    return found


def _outside(document: Document) -> Iterator[Document]:
    for participant in documents(document, "participants"):
        if text(participant, "purpose") in ("customer", "external"):
            yield participant


def _contacts(document: Document) -> Iterator[str]:
    for participant in _outside(document):
        if contact := text(participant, "externalContactId"):
            yield contact


def _participant_names(document: Document) -> Iterator[str]:
    for participant in _outside(document):
        callers = [text(session, "callbackUserName") for session in documents(participant, "sessions")]
        for name in (text(participant, "participantName"), *callers):
            if name and is_name(name):
                yield name


def _telephone_numbers(document: Document, direction: Direction) -> Iterator[str]:
    """The customer's number in each session: `ani` if they called, `dnis` if they were called."""
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


def _personal(document: Document) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    for participant in documents(document, "participants"):
        own = participant.get("attributes")
        if isinstance(own, dict):
            yield personal_attributes(own)
