"""Drivers: why the customer called, by topics whose weighted phrases occur in what the customer says first."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from itertools import islice
from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from pca_pipeline.call import RedactedCall, Role
from pca_pipeline.errors import SetupError
from pca_pipeline.insights.phrases import compile_phrase, normalize
from pca_pipeline.insights.voices import plain_text, role_of, segments_of, speakers

OPENING_WORDS = 150  # of the customer: about the first two minutes of a conversation
ENOUGH = 2  # lowest score of a topic that counts
SECOND_REASON = 0.5  # further topics count from this share of the best one's score
MOST = 3  # drivers of one call


class _TopicEntry(BaseModel):
    """One topic in a TOML file."""

    model_config = ConfigDict(extra="forbid")

    strong: tuple[str, ...] = ()
    fair: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()
    menu: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Topic:
    """A reason to call and the phrases that show it, each with its weight."""

    name: str
    phrases: tuple[tuple[re.Pattern[str], int], ...]
    menu: tuple[re.Pattern[str], ...]

    def spoken(self, speech: str) -> int:
        """Sum of the weights of the phrases that were said, each counted once."""
        return sum(weight for pattern, weight in self.phrases if pattern.search(speech))

    def chosen(self, menus: str) -> bool:
        """Whether a menu or queue that the call went through is named after it."""
        return any(pattern.search(menus) for pattern in self.menu)


def name_drivers(call: RedactedCall, own_topics: Path | None = None) -> tuple[str, ...]:
    """Names of up to three topics, most likely first; none if nothing is recognized.

    `own_topics` is a TOML file of further topics. Raises SetupError if it cannot be read.
    """
    topics, speech, menus = load_topics(own_topics), _opening(call), _menus(call)
    chosen = {topic.name for topic in topics if topic.chosen(menus)}
    scores = {topic.name: topic.spoken(speech) + (topic.name in chosen) for topic in topics}
    floor = max(ENOUGH, SECOND_REASON * max(scores.values(), default=0))
    named = sorted((-score, name) for name, score in scores.items() if score >= floor)
    return tuple(name for _, name in named[:MOST]) or tuple(sorted(chosen))[:MOST]


def load_topics(own_topics: Path | None = None) -> tuple[Topic, ...]:
    """The built-in topics and those of the user's file, which is read again if it changed. Raises SetupError."""
    changed = own_topics.stat().st_mtime_ns if own_topics and own_topics.exists() else None
    return _load(own_topics, changed)


@lru_cache(maxsize=16)
def _load(own_topics: Path | None, _modified: int | None) -> tuple[Topic, ...]:
    entries = _parse((files(__package__) / "drivers.toml").read_text(encoding="utf-8"))
    if own_topics is not None:
        entries |= _read(own_topics)
    return tuple(_topic(name, entry) for name, entry in entries.items())


def _read(path: Path) -> dict[str, _TopicEntry]:
    hint = "Write it like pca_pipeline/insights/drivers.toml, or leave the setting insights.drivers out."
    try:
        return _parse(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SetupError(f"The topics file {path} cannot be read.", hint) from error
    except (ValueError, ValidationError) as error:
        raise SetupError(f"The topics file {path} is not a TOML file of topics.", hint) from error


def _parse(text: str) -> dict[str, _TopicEntry]:
    return TypeAdapter(dict[str, _TopicEntry]).validate_python(tomllib.loads(text))


def _topic(name: str, entry: _TopicEntry) -> Topic:
    weights = ((entry.strong, 3), (entry.fair, 2), (entry.weak, 1))
    phrases = tuple((compile_phrase(phrase), weight) for group, weight in weights for phrase in group)
    return Topic(name, phrases, tuple(compile_phrase(phrase) for phrase in entry.menu))


def _opening(call: RedactedCall) -> str:
    """The customer's first words, to menus and to people, in order of time."""
    customers = (key for key in speakers(call) if role_of(call, key) is Role.CUSTOMER)
    segments = (segment for key in customers for segment in segments_of(call, key))
    words = (word for segment in segments for word in plain_text(segment).split())
    return normalize(" ".join(islice(words, OPENING_WORDS)))


def _menus(call: RedactedCall) -> str:
    """Names of the menus and queues that the call went through."""
    parts = [part for part in call.timeline.participants if part.role in {Role.IVR, Role.QUEUE}]
    return normalize(". ".join(part.name for part in parts if part.name))
