from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from benchmarks import speech_speed

LATER = time.monotonic() + 3600


class Here:
    """A worker of this process."""

    def __init__(self, make: Callable[[], Any], _end: float) -> None:
        self._made = make()

    def do(self, method: str, *arguments: Any) -> Any:
        return getattr(self._made, method)(*arguments)

    def finish(self) -> int:
        return 7 * 2**20


class Hearer:
    """A system that needs so many seconds for each turn, one after the other."""

    def __init__(self, name: str, turns: list[tuple[str, int, int]], seconds: list[float]) -> None:
        self._name, self._turns, self._seconds = name, turns, iter(seconds)

    def seconds(self, first: int, last: int) -> float:
        self._turns.append((self._name, first, last))
        taken = next(self._seconds, None)
        if taken is None:
            raise TimeoutError
        return taken


@pytest.fixture(autouse=True)
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """No process is started."""
    monkeypatch.setattr(speech_speed, "Worker", Here)


def test_systems_hear_the_same_windows_in_turn_and_the_fastest_turn_counts() -> None:
    """What changes on the machine between two turns meets all systems."""
    turns: list[tuple[str, int, int]] = []
    makers: Any = {"one": partial(Hearer, "one", turns, [8.0, 4.0]), "two": partial(Hearer, "two", turns, [2.0, 6.0])}
    one, two = speech_speed.measure(makers, turns=2, batch_size=4, end=LATER)
    assert turns == [("one", 0, 4), ("two", 0, 4), ("one", 4, 8), ("two", 4, 8)]
    assert one.split() == ["one", "28.0", "1000", "7", "2"]
    assert two.split() == ["two", "56.0", "500", "7", "2"]


@pytest.mark.parametrize(
    ("seconds", "end", "expected"),
    [
        ([8.0], LATER, "one 14.0 2000 - 1"),  # the second turn takes too long: its process is gone
        ([], LATER, "one no time left"),
        ([8.0, 8.0], 0.0, "one no time left"),
    ],
    ids=["ended in a turn", "ended in the first", "never begun"],
)
def test_a_line_tells_what_there_was_no_time_for(seconds: list[float], end: float, expected: str) -> None:
    """Turns that were heard count also where the time ends."""
    makers: Any = {"one": partial(Hearer, "one", [], seconds)}
    (line,) = speech_speed.measure(makers, turns=2, batch_size=4, end=end)
    assert line.split() == expected.split()
