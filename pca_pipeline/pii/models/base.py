"""What a model of names is, and what all of them share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from presidio_analyzer import EntityRecognizer

from pca_pipeline.pii.words.stream import Conversation, Turn

ENTITIES = ("PERSON", "LOCATION", "ORGANIZATION")
# What the labels of widespread models mean here (OntoNotes, CoNLL and GLiNER's own words).
LABELS: Mapping[str, str] = {
    "PERSON": "PERSON",
    "PER": "PERSON",
    "person": "PERSON",
    "LOCATION": "LOCATION",
    "LOC": "LOCATION",
    "GPE": "LOCATION",
    "location": "LOCATION",
    "ORGANIZATION": "ORGANIZATION",
    "ORG": "ORGANIZATION",
    "organization": "ORGANIZATION",
}


@dataclass(frozen=True, slots=True)
class Named:
    """Tokens [first, last] of a conversation that name something."""

    entity: str
    first: int
    last: int
    score: float


class NameModel(Protocol):
    """Finds names of people, places and organisations."""

    def find(self, conversation: Conversation) -> Iterable[Named]:
        """What is named in a conversation, in any order."""
        ...


class PresidioModel:
    """A Presidio recognizer with a model of its own, read turn by turn."""

    def __init__(self, recognizer: EntityRecognizer) -> None:
        self._recognizer = recognizer

    def find(self, conversation: Conversation) -> Iterator[Named]:
        """The recognizer's results; offsets of each turn become tokens."""
        for turn in conversation.turns:
            text, offset = text_of(conversation, turn)
            for result in self._recognizer.analyze(text, list(ENTITIES), None):  # type: ignore[arg-type] # unused
                yield from named(
                    conversation, result.entity_type, result.start + offset, result.end + offset, result.score
                )


def folder_of(name: str) -> str:
    """The folder of a model's files; a name would be looked up, and downloaded. Raises FileNotFoundError."""
    if not Path(name).is_dir():
        raise FileNotFoundError(f"there is no folder {name}")
    return name


def text_of(conversation: Conversation, turn: Turn) -> tuple[str, int]:
    """A turn's text and where it begins in the conversation's."""
    tokens = conversation.tokens[turn.first : turn.end]
    return (conversation.text[tokens[0].start : tokens[-1].end], tokens[0].start) if tokens else ("", 0)


def named(conversation: Conversation, entity: str, start: int, end: int, score: float) -> Iterator[Named]:
    """What a model found at characters [start, end)."""
    tokens = conversation.tokens_at(start, end)
    if tokens:
        yield Named(entity, tokens[0], tokens[-1], float(score))
