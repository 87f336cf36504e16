"""Drivers: why the customer called. A classifier reads how the call begins, and what phrases of each topic were said."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from itertools import islice
from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from pca_pipeline.call import RedactedCall, Role
from pca_pipeline.errors import SetupError
from pca_pipeline.insights.classifier import load_classifier, words_of
from pca_pipeline.insights.phrases import compile_phrase, normalize
from pca_pipeline.insights.voices import plain_text, role_of, segments_of, speakers

OPENING_WORDS = 150  # of the customer, in which phrases count: about the first two minutes of a conversation
READ_WORDS = 60  # of the customer, that the classifier reads, with what agents say meanwhile
NOTHING = "none"  # the classifier's class of calls about none of the topics
# The first three were set on the development half of benchmarks/insight_labels; its calls have no menus.
LIKELY = 0.25  # the least likelihood of a topic
SECOND_REASON = 0.4  # further topics count from this share of the best one's likelihood
PHRASE = 0.05  # how much likelier a point of its phrases makes a topic, up to three points
MENU = 0.05  # and a menu or queue of its name that the customer chose
FEWEST = 5  # words of the customer: of fewer the classifier can make nothing, and phrases alone count
WHOLE = 3  # points of a phrase that says it all
ENOUGH = 2  # points that name a topic where phrases alone count
PLENTY = 4  # points from which on the classifier sees no difference
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
    own: bool  # of the user's file: the classifier does not know it

    def spoken(self, speech: str) -> int:
        """Sum of the weights of the phrases that were said, each counted once."""
        return sum(weight for pattern, weight in self.phrases if pattern.search(speech))

    def chosen(self, menus: str) -> bool:
        """Whether a menu or queue that the call went through is named after it."""
        return any(pattern.search(menus) for pattern in self.menu)


def name_drivers(call: RedactedCall, own_topics: Path | None = None) -> tuple[str, ...]:
    """Names of up to three topics, most likely first; if the words name none, those of the menus, by name.

    `own_topics` is a TOML file of further topics. Raises SetupError if it cannot be read.
    """
    topics, menus = load_topics(own_topics), _menus(call)
    chosen = {topic.name for topic in topics if topic.chosen(menus)}
    likely = _likelihoods(call, topics)
    ruled_out = likely.pop(NOTHING, 0.0)
    likely = {name: likelihood + MENU * (name in chosen) for name, likelihood in likely.items()}
    floor = max(LIKELY, ruled_out, SECOND_REASON * max(likely.values(), default=0))
    named = sorted((-likelihood, name) for name, likelihood in likely.items() if likelihood >= floor)
    return tuple(name for _, name in named[:MOST]) or tuple(sorted(chosen))[:MOST]


def _likelihoods(call: RedactedCall, topics: Sequence[Topic]) -> dict[str, float]:
    """How likely each topic is, and that it is none. Topics of the user's own go by phrases alone."""
    speech = opening(call)
    points = {topic.name: topic.spoken(speech) for topic in topics}
    is_short = len(speech.split()) < FEWEST
    by_phrases = {topic.name for topic in topics if topic.own or is_short}
    likely = {name: min(1.0, points[name] / WHOLE) for name in by_phrases if points[name] >= ENOUGH}
    if is_short:
        return likely
    classifier = load_classifier("drivers")
    learnt = classifier.likelihoods(opening_terms(call), said_phrases(points, classifier.classes))
    known = points.keys() - by_phrases | {NOTHING}
    return likely | {name: learnt[name] + PHRASE * min(WHOLE, points.get(name, 0)) for name in learnt if name in known}


def said_phrases(points: Mapping[str, int], classes: Iterable[str]) -> list[float]:
    """Points of the classifier's topics as shares of PLENTY, in its order."""
    return [min(PLENTY, points.get(name, 0)) / PLENTY for name in classes if name != NOTHING]


def opening_terms(call: RedactedCall) -> list[str]:
    """What the classifier reads: words of the customer, and those of agents marked as theirs, until it has enough."""
    terms, left = [], READ_WORDS
    for segment in sorted(call.segments, key=lambda segment: (segment.start, segment.channel)):
        role, words = role_of(call, segment.speaker), words_of(plain_text(segment))
        if role is Role.CUSTOMER:
            terms += words[:left]
            left -= len(words)
        elif role is Role.AGENT:
            terms += [f"agent {word}" for word in words]
        if left <= 0:
            break
    return terms


def load_topics(own_topics: Path | None = None) -> tuple[Topic, ...]:
    """The built-in topics and those of the user's file, which is read again if it changed. Raises SetupError."""
    changed = own_topics.stat().st_mtime_ns if own_topics and own_topics.exists() else None
    return _load(own_topics, changed)


@lru_cache(maxsize=16)
def _load(own_topics: Path | None, _modified: int | None) -> tuple[Topic, ...]:
    entries = _parse((files(__package__) / "drivers.toml").read_text(encoding="utf-8"))
    own = {} if own_topics is None else _read(own_topics)
    return tuple(_topic(name, entry, own=name in own) for name, entry in (entries | own).items())


def _read(path: Path) -> dict[str, _TopicEntry]:
    hint = "Write it like pca_pipeline/insights/drivers.toml, or leave the setting insights.drivers out."
    try:
        entries = _parse(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SetupError(f"The topics file {path} cannot be read.", hint) from error
    except (ValueError, ValidationError) as error:
        raise SetupError(f"The topics file {path} is not a TOML file of topics.", hint) from error
    if NOTHING in entries:
        raise SetupError(f"The topics file {path} calls a topic {NOTHING!r}.", "Give it another name.")
    return entries


def _parse(text: str) -> dict[str, _TopicEntry]:
    return TypeAdapter(dict[str, _TopicEntry]).validate_python(tomllib.loads(text))


def _topic(name: str, entry: _TopicEntry, *, own: bool) -> Topic:
    weights = ((entry.strong, 3), (entry.fair, 2), (entry.weak, 1))
    phrases = tuple((compile_phrase(phrase), weight) for group, weight in weights for phrase in group)
    return Topic(name, phrases, tuple(compile_phrase(phrase) for phrase in entry.menu), own)


def opening(call: RedactedCall) -> str:
    """The customer's first words, to menus and to people, in order of time."""
    customers = (key for key in speakers(call) if role_of(call, key) is Role.CUSTOMER)
    segments = (segment for key in customers for segment in segments_of(call, key))
    words = (word for segment in segments for word in plain_text(segment).split())
    return normalize(" ".join(islice(words, OPENING_WORDS)))


def _menus(call: RedactedCall) -> str:
    """Names of the menus and queues that the call went through."""
    parts = [part for part in call.timeline.participants if part.role in {Role.IVR, Role.QUEUE}]
    return normalize(". ".join(part.name for part in parts if part.name))
