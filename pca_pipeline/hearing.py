"""Transcribe several calls in one batch.

Each call is a generator that yields a `speech.Request` where it needs words; the batch is transcribed, and each generator
is resumed with its `Transcript`.
"""

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
CallCoroutine = Generator[speech.Request, Transcript, T]  # yields what to transcribe, returns the call's outcome


class RunningCall(Generic[T]):
    """A call that is being processed: suspended at a request for a transcript, or done."""

    def __init__(self, coroutine: CallCoroutine[T]) -> None:
        """Runs the call up to its first request."""
        self._coroutine = coroutine
        self._request: speech.Request | None = None
        self._outcome: T | None = None
        self._go(partial(next, coroutine))

    @property
    def is_waiting(self) -> bool:
        """Whether it waits for a transcript."""
        return self._request is not None

    @property
    def request(self) -> speech.Request:
        """What it waits for."""
        assert self._request is not None
        return self._request

    @property
    def outcome(self) -> T:
        """What the call returned."""
        assert self._outcome is not None
        return self._outcome

    def advance(self, answer: Transcript | Exception) -> None:
        """Resume the call with its transcript, or with the error that left it without one."""
        if isinstance(answer, Exception):
            self._go(partial(self._coroutine.throw, answer))
        else:
            self._go(partial(self._coroutine.send, answer))

    def _go(self, step: Callable[[], speech.Request]) -> None:
        self._request = None  # its samples are not held any longer than the call holds them
        try:
            self._request = step()
        except StopIteration as stop:
            self._outcome = stop.value


def run_together(coroutines: Iterable[CallCoroutine[T]], settings: Settings, engine: speech.Engine | None) -> list[T]:
    """Run all calls to their ends, and return their outcomes in order; what waits at the same time is one batch."""
    calls = [RunningCall(coroutine) for coroutine in coroutines]
    while waiting := [call for call in calls if call.is_waiting]:
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
