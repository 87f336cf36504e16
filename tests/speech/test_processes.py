"""What is done ahead."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from threading import Event

import pytest
import torch

from pca_pipeline.errors import ProcessDiedError
from pca_pipeline.speech.processes import cores, map_ahead, prefetch


def test_the_next_is_made_while_the_last_is_used() -> None:
    """Nobody asks for the second item yet, and it is there; all come, in order."""
    made = [Event() for _ in range(3)]

    def items() -> Iterator[int]:
        for number, event in enumerate(made):
            event.set()
            yield number

    coming = prefetch(items())
    assert next(coming) == 0
    assert made[1].wait(timeout=10) and not made[2].is_set()
    assert list(coming) == [1, 2]


def test_what_fails_ahead_fails_where_it_is_used() -> None:
    """The items before it come first."""

    def items() -> Iterator[int]:
        yield 0
        raise OSError("no audio")

    coming = prefetch(items())
    assert next(coming) == 0
    with pytest.raises(OSError, match="no audio"):
        next(coming)


def threads(_: int) -> int:
    """How many threads torch has in this process."""
    return torch.get_num_threads()


@pytest.mark.slow
def test_a_process_takes_one_core() -> None:
    """More would wait for one another, and for the threads of whom they work for."""
    assert list(map_ahead(threads, [0, 1], workers=1)) == [1, 1]


def die(_: int) -> None:
    """What a process does that the system has no memory for."""
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.slow
def test_processes_that_died_are_started_again() -> None:
    """What they died of is told as something to try again; they work for the next."""
    with pytest.raises(ProcessDiedError) as error:
        list(map_ahead(die, [0, 1], workers=1))
    assert error.value.retryable
    assert list(map_ahead(threads, [0, 1], workers=1)) == [1, 1]


def test_where_a_process_s_own_cores_are_not_told_all_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only Linux tells them."""
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 7)
    assert cores() == 7
