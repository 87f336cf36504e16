"""How far a sweep has come: calls and seconds of audio done, speed and time left, reported to whoever watches."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from time import monotonic


@dataclass(frozen=True, slots=True)
class Standing:
    """The state of a sweep at one moment. Audio is counted in seconds; calls without audio only count as calls."""

    calls: int
    of_calls: int
    seconds: float
    of_seconds: float
    elapsed: float  # seconds since the first call was started

    @property
    def share(self) -> float:
        """The share that is done, 0 to 1: of the audio, or of the calls if there is none."""
        if self.calls == self.of_calls:
            return 1.0
        return self.seconds / self.of_seconds if self.of_seconds else self.calls / self.of_calls

    @property
    def speed(self) -> float | None:
        """Times real time; None before any audio is done."""
        return self.seconds / self.elapsed if self.seconds and self.elapsed else None

    @property
    def seconds_left(self) -> float | None:
        """At the speed so far; None before any audio is done."""
        return (self.of_seconds - self.seconds) / self.speed if self.speed else None

    def __str__(self) -> str:
        audio = f"{self.seconds / 60:.1f} of {self.of_seconds / 60:.1f} minutes of audio" if self.of_seconds else ""
        speed = f"{self.speed:.1f} times real time" if self.speed else ""
        left = _spoken(self.seconds_left) if self.seconds_left else ""
        return ", ".join(filter(None, (f"{self.calls} of {self.of_calls} calls", audio, speed, left)))


Show = Callable[[Standing], None]


class Meter:
    """Adds up the progress that calls of a sweep report, from any thread, and shows it."""

    def __init__(
        self, lengths: Mapping[str, float], show: Show, every: float = 0.0, clock: Callable[[], float] = monotonic
    ) -> None:
        """`lengths` are seconds of audio by call. Except for the last time, `show` is called every `every` seconds at most."""
        self._lengths = dict(lengths)
        self._done = dict.fromkeys(lengths, 0.0)
        self._through: set[str] = set()
        self._show, self._every, self._clock = show, every, clock
        self._began = clock()
        self._shown = -float("inf")
        self._lock = threading.Lock()

    def of(self, key: str) -> Callable[[float, float], None]:
        """A function to which a call reports its progress: seconds done, of how many."""
        return partial(self._heard, key)

    def finished(self, key: str) -> None:
        """Report that a call is done, whatever its outcome. Reporting it twice changes nothing."""
        with self._lock:
            if key in self._through:
                return
            self._through.add(key)
            self._done[key] = self._lengths[key]
            self._tell(last=len(self._through) == len(self._lengths))

    def _heard(self, key: str, done: float, of: float) -> None:
        with self._lock:
            self._lengths[key] = of
            self._done[key] = min(done, of)
            self._tell(last=False)

    def _tell(self, *, last: bool) -> None:
        now = self._clock()
        if last or now - self._shown >= self._every:
            self._shown = now
            self._show(
                Standing(
                    calls=len(self._through),
                    of_calls=len(self._lengths),
                    seconds=sum(self._done.values()),
                    of_seconds=sum(self._lengths.values()),
                    elapsed=now - self._began,
                )
            )


def _spoken(seconds: float) -> str:
    """About how long, for a person."""
    if seconds < 90:
        return f"{seconds:.0f} s left"
    return f"{seconds / 60:.0f} min left" if seconds < 5400 else f"{seconds / 3600:.1f} h left"
