"""What the tests of this room share: one engine, and conversations written as pairs of speaker and text."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence

import pytest

from pca_pipeline.call import KnownIdentity, Segment, Word
from pca_pipeline.pii.finder import Finder, load_finder
from pca_pipeline.pii.policy import load_policy
from pca_pipeline.pii.words.stream import Conversation, Line
from pca_pipeline.settings import PiiSettings

Turns = Sequence[tuple[str, str]]


Found = Callable[..., list[tuple[str, str]]]


@pytest.fixture(scope="session")
def finder() -> Finder:
    """The recognizers alone: default threshold, strict policy, no second reading."""
    return load_finder(PiiSettings(model="none"), load_policy("strict"))


@pytest.fixture(scope="session")
def shipped() -> Finder:
    """The engine as it comes."""
    return load_finder(PiiSettings(), load_policy("strict"))


@pytest.fixture(scope="session")
def found(finder: Finder) -> Found:
    """Entity and text of everything that the recognizers find in turns."""
    return finding(finder)


@pytest.fixture(scope="session")
def found_as_shipped(shipped: Finder) -> Found:
    """Entity and text of everything that is found in turns."""
    return finding(shipped)


def finding(finder: Finder) -> Found:
    """What a finder finds, as entity and text."""

    def find(turns: Turns, known: KnownIdentity | None = None) -> list[tuple[str, str]]:
        stream = conversation(turns)
        return [
            (claim.entity, stream.text[stream.tokens[claim.first].start : stream.tokens[claim.last].end])
            for claim in finder.find(stream, known or KnownIdentity())
        ]

    return find


def conversation(turns: Turns) -> Conversation:
    """Turns as one stream."""
    return Conversation([Line(speaker, tuple(text.split(" "))) for speaker, text in turns])


def call(turns: Turns, seconds_per_word: float = 0.5) -> list[Segment]:
    """Turns as segments of a call, one word after the other; the customer is on channel 0."""
    segments, start = [], 0.0
    for speaker, text in turns:
        channel = 0 if speaker == "customer" else 1
        words = []
        for word in text.split(" "):
            length = seconds_per_word * max(1, sum(map(str.isdigit, word)) * 0.6)
            words.append(Word(word, round(start, 3), round(start + 0.9 * length, 3), 0.9, channel))
            start += length
        segments.append(Segment(speaker, channel, tuple(words)))
        start += 0.5
    return segments


@pytest.fixture
def master_key(monkeypatch: pytest.MonkeyPatch) -> bytes:
    """A master key, set in the environment."""
    key = bytes(range(32))
    monkeypatch.setenv("PCA_MASTER_KEY", base64.b64encode(key).decode())
    monkeypatch.delenv("PCA_MASTER_KEY_FILE", raising=False)
    return key
