"""Calls that are heard together: each goes its way until it needs to know what is said, and all are told at once."""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator, Iterable, Sequence
from functools import partial
from typing import Generic, TypeVar

from pca_pipeline import speech
from pca_pipeline.call import Transcript
from pca_pipeline.settings import Settings

_log = logging.getLogger(__name__)
T = TypeVar("T")
Way = Generator[speech.Request, Transcript, T]  # a call's: it asks for what is said, and ends with something


class Underway(Generic[T]):
    """A call on its way. It stands where it asks for something to be heard, or at its end."""

    def __init__(self, way: Way[T]) -> None:
        """Begins the way."""
        self._way = way
        self._request: speech.Request | None = None
        self._outcome: T | None = None
        self._go(partial(next, way))

    @property
    def waits(self) -> bool:
        """Whether it asks for something."""
        return self._request is not None

    @property
    def request(self) -> speech.Request:
        """What it asks for."""
        assert self._request is not None
        return self._request

    @property
    def outcome(self) -> T:
        """What the way ended with."""
        assert self._outcome is not None
        return self._outcome

    def advance(self, answer: Transcript | Exception) -> None:
        """Tell what was heard, or why nothing was; the call goes on from there."""
        if isinstance(answer, Exception):
            self._go(partial(self._way.throw, answer))
        else:
            self._go(partial(self._way.send, answer))

    def _go(self, step: Callable[[], speech.Request]) -> None:
        self._request = None  # its samples are not held any longer than the call holds them
        try:
            self._request = step()
        except StopIteration as stop:
            self._outcome = stop.value


def walk_together(ways: Iterable[Way[T]], settings: Settings, engine: speech.Engine | None) -> list[T]:
    """All ways to their ends, in order; what they ask for at the same time is heard together."""
    calls = [Underway(way) for way in ways]
    while waiting := [call for call in calls if call.waits]:
        answers = _hear([call.request for call in waiting], settings, engine)
        for call, answer in zip(waiting, answers, strict=True):
            call.advance(answer)
    return [call.outcome for call in calls]


def hear(requests: Sequence[speech.Request], settings: Settings, engine: speech.Engine | None) -> list[Transcript]:
    """A transcript of each request."""
    assert engine is not None  # whoever has audio loads one
    return speech.transcribe_all(requests, engine, settings.speech)


def _hear(
    requests: Sequence[speech.Request], settings: Settings, engine: speech.Engine | None
) -> list[Transcript | Exception]:
    """As `hear`; where something fails, each alone, so that one bad call does not take the others."""
    try:
        return [*hear(requests, settings, engine)]
    except Exception as error:
        if len(requests) == 1:
            return [error]
        _log.warning(
            "%d calls could not be heard together (%s); each is heard alone.", len(requests), type(error).__name__
        )
        return [answer for request in requests for answer in _hear([request], settings, engine)]
