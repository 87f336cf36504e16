"""Where a call is on its way through the pipeline, and how long each step took."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter


def nobody_watches(_done: float, _of: float) -> None:
    """Progress that nobody sees."""


class Steps:
    """Names the current step, for errors, and sums the wall-clock seconds of each, for reports.

    `progress` is called with the seconds of the recording that are done, and their total.
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
