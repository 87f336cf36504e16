"""Work done ahead of its use, in processes or in a thread, and the cores that are available."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import cache
from typing import TypeVar

from pca_pipeline.errors import ProcessDiedError

Item = TypeVar("Item")
Result = TypeVar("Result")


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def map_ahead(function: Callable[[Item], Result], items: Sequence[Item], workers: int) -> Iterator[Result]:
    """Results of `function` for the items, in order. It must be at module level, so that it can be pickled.

    It runs in `workers` processes, or in this one for 0. Raises ProcessDiedError.
    """
    return _map_in_processes(function, items, workers) if workers and len(items) > 1 else map(function, items)


def _map_in_processes(function: Callable[[Item], Result], items: Sequence[Item], workers: int) -> Iterator[Result]:
    try:
        yield from _pool(workers).map(function, items)
    except BrokenProcessPool:
        _pool.cache_clear()  # a broken pool never works again
        raise died("looks for speech") from None


def died(what_it_does: str) -> ProcessDiedError:
    """The error for a process that died."""
    return ProcessDiedError(
        f"A process that {what_it_does} died.",
        "Look in the system's log for the cause, such as too little memory; the next sweep tries again.",
    )


@cache
def _pool(workers: int) -> ProcessPoolExecutor:
    # a process forked while torch has threads could hang
    return ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"), initializer=_take_one_thread)


def _take_one_thread() -> None:
    """Threads of several processes that share cores wait for one another: a twentyfold slowdown was measured."""
    import torch

    torch.set_num_threads(1)


def prefetch(items: Iterator[Item]) -> Iterator[Item]:
    """The items, none of which may be None; each is made in a thread while the one before is used."""
    with ThreadPoolExecutor(1) as thread:
        upcoming = thread.submit(next, items, None)
        while (item := upcoming.result()) is not None:
            upcoming = thread.submit(next, items, None)
            yield item
