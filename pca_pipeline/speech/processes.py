"""Work done ahead in processes of its own."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


def map_ahead(function: Callable[[Item], Result], items: Sequence[Item], workers: int) -> Iterator[Result]:
    """What a function of a module makes of each item, in order: in so many processes, or here, one by one, with none."""
    return _pool(workers).map(function, items) if workers and len(items) > 1 else map(function, items)


@cache
def _pool(workers: int) -> ProcessPoolExecutor:
    # a process that was forked beside torch's threads could hang
    return ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"))
