"""Workers for benchmarks, each in a process of its own, so that its memory can be measured."""

from __future__ import annotations

import multiprocessing
import os
import resource
import sys
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

_STATUS = Path("/proc/self/status")


class Worker:
    """An object in a new process. `make` is called there, and must be importable.

    Calls return when the worker is done, so that several workers never work at once. A worker that does not answer before
    `end`, by `time.monotonic`, is killed, and TimeoutError raised.
    """

    def __init__(self, make: Callable[[], Any], end: float | None = None) -> None:
        self._end = end
        new = multiprocessing.get_context("spawn")  # nothing of this process is inherited, especially no threads
        self._connection, theirs = new.Pipe()
        self._process = new.Process(target=_serve, args=(make, theirs), daemon=True)
        self._process.start()
        theirs.close()
        self._answer()  # made, its models loaded

    def do(self, method: str, *arguments: Any) -> Any:
        """What the object's method returns. Raises RuntimeError with the worker's message if that fails."""
        self._connection.send((method, arguments))
        return self._answer()

    def finish(self) -> int:
        """End the process; its peak memory in bytes."""
        self._connection.send(None)
        peak: int = self._connection.recv()
        self._process.join()
        return peak

    def _answer(self) -> Any:
        left = None if self._end is None else max(0.0, self._end - time.monotonic())
        if not self._connection.poll(left):
            self._process.kill()
            raise TimeoutError("no answer in time")
        failed, answer = self._connection.recv()
        if failed:
            raise RuntimeError(answer)
        return answer


def peak_memory() -> int:
    """The most memory that this process has held at once, bytes."""
    if _STATUS.exists():  # Linux: a process's ru_maxrss begins with that of the process that started it
        line = next(line for line in _STATUS.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _serve(make: Callable[[], Any], connection: Connection) -> None:
    try:
        made = make()
        connection.send((False, None))
        while asked := connection.recv():
            method, arguments = asked
            connection.send((False, getattr(made, method)(*arguments)))
        connection.send(peak_memory())
    except Exception as error:
        connection.send((True, f"{type(error).__name__}: {error}"))
