"""Readers during loading: `python -m benchmarks.warehouse_stress --seconds 600`. Exit code 1 if any of them had an error.

Half of the readers open the published copy for each question, as `pca ask` and a BI tool do, half keep it open as the web
page does, each in a process of its own. Meanwhile calls are loaded, some of them again, one is erased now and then, and
the copy is published. Every reader checks that it sees only whole calls, and never fewer loads than before.
"""

from __future__ import annotations

import argparse
import multiprocessing
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.synchronize import Event
from pathlib import Path

from benchmarks.warehouse_calls import SEGMENTS, staged_batches
from pca_pipeline.settings import Settings
from pca_pipeline.warehouse import PublishedReader, ask, erase, load, open_readonly, publish
from pca_pipeline.warehouse.staging import write_staged
from pca_pipeline.web.library import find_call

WHOLE = f"""
select (select max(call_number) from calls), count(*)
from (select call_number from segments group by call_number having count(*) != {SEGMENTS})
"""
QUESTIONS = ("why-customers-call", "aht-by-queue", "calls")
IN_A_LOAD = 50


@dataclass(frozen=True, slots=True)
class Seen:
    """What happened to one reader."""

    times: list[float]  # seconds of each look
    errors: list[str]


def read(folder: str, keep_open: bool, stop: Event, answers: multiprocessing.Queue[Seen]) -> None:
    """Ask again and again until `stop`."""
    settings = Settings(folder=Path(folder))
    reader = PublishedReader(settings)
    times: list[float] = []
    errors: list[str] = []
    newest = 0
    while not (times and stop.is_set()):  # at least one look, however late it starts
        began = time.perf_counter()
        try:
            newest = _look(settings, reader if keep_open else None, newest, len(times))
        except Exception as error:  # whatever it is, it happened to the reader
            errors.append(f"{type(error).__name__}: {error}")
        times.append(time.perf_counter() - began)
        time.sleep(0.05)
    answers.put(Seen(times, errors))


def _look(settings: Settings, reader: PublishedReader | None, newest: int, turn: int) -> int:
    if reader is None and turn % 2:
        ask(QUESTIONS[turn // 2 % len(QUESTIONS)], settings)
        return newest
    with reader.open() if reader else open_readonly(settings) as connection:
        last, torn = connection.execute(WHOLE).fetchall()[0]
        assert torn == 0, f"{torn} calls are not whole"
        assert last >= newest, "an older copy came after a newer one"
        if reader:
            row = connection.execute("select call_id from calls using sample 1").fetchone()
            assert row is not None
            page = find_call(connection, row[0])
            assert page is not None
            assert len(page.segments) == SEGMENTS
    return int(last)


def write(settings: Settings, until: float) -> Iterator[float]:
    """Load, publish and sometimes erase, at least twice; yields the seconds that each round took."""
    number = 0
    while number < 2 or time.monotonic() < until:
        began = time.perf_counter()
        number += 1
        for batch in staged_batches(IN_A_LOAD, IN_A_LOAD, 14, seed=number % 7):
            write_staged(batch, settings.staged_folder, f"calls-{number:06}")
        load(settings)
        if number % 10 == 0:
            with open_readonly(settings) as connection:
                row = connection.execute("select min(call_id) from calls").fetchone()
            erase(settings, call=row[0] if row else None)
        publish(settings)
        yield time.perf_counter() - began


def stress(seconds: float, readers: int) -> tuple[list[Seen], list[float]]:
    """Run all of it at once. Returns what happened to each reader, and the seconds of each round of the loader."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(folder=Path(folder))
        for batch in staged_batches(IN_A_LOAD, IN_A_LOAD, 14, seed=0):
            write_staged(batch, settings.staged_folder, "calls-000000")
        load(settings)
        publish(settings)
        context = multiprocessing.get_context("spawn")
        stop, answers = context.Event(), context.Queue()
        crowd = [context.Process(target=read, args=(folder, n % 2 == 0, stop, answers)) for n in range(readers)]
        for one in crowd:
            one.start()
        rounds = list(write(settings, time.monotonic() + seconds))
        stop.set()
        seen = [answers.get(timeout=120) for _ in crowd]
        for one in crowd:
            one.join()
        return seen, rounds


def main() -> None:
    """Print what happened."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--readers", type=int, default=10)
    arguments = parser.parse_args()
    seen, rounds = stress(arguments.seconds, arguments.readers)
    times = sorted(seconds for one in seen for seconds in one.times)
    errors = [error for one in seen for error in one.errors]
    print(f"| readers | {len(seen)} |\n|---|---|")
    print(f"| looks | {len(times):,} |")
    print(
        f"| a look: median, 99 of 100, longest | {statistics.median(times):.2f} s, {times[-len(times) // 100]:.2f} s, {times[-1]:.2f} s |"
    )
    print(f"| loads and publications | {len(rounds):,} |")
    print(f"| one of them: median, longest | {statistics.median(rounds):.2f} s, {max(rounds):.2f} s |")
    print(f"| errors | {len(errors)} |")
    for error in sorted(set(errors)):
        print(error, file=sys.stderr)
    sys.exit(1 if errors else 0)


if __name__ == "__main__":
    main()
