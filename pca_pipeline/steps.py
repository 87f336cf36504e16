"""Where a call is on its way, and how long each part of the way took."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter


def nobody_watches(_done: float, _of: float) -> None:
    """Progress that is not shown."""


class Steps:
    """Names the step at work, for errors, and sums its wall-clock seconds, for reports.

    `progress` is told how many seconds of the recording are done, of how many.
    """

    def __init__(self, progress: Callable[[float, float], None] = nobody_watches) -> None:
        self.progress = progress
        self.current = "intake"
        self.seconds = defaultdict[str, float](float)

    @contextmanager
    def __call__(self, name: str) -> Iterator[None]:
        """Run the step `name`. If it raises, `current` still names it."""
        self.current = name
        started = perf_counter()
        try:
            yield
        finally:
            self.seconds[name] += perf_counter() - started
