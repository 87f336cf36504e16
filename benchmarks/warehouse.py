"""The warehouse at any size: `python -m benchmarks.warehouse --calls 12000`. The same arguments give the same rows.

Calls are staged in the real format, an eighth of them at a time, and loaded by the real loader, each time in a process of
its own, so that its time and peak memory can be measured. Then every question is asked, over a month and over everything.
A failure is a line in the result, too, and the rest is still measured.
"""

from __future__ import annotations

import argparse
import gc
import json
import multiprocessing
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import duckdb
import pyarrow as pa
from fastapi.testclient import TestClient

from benchmarks.warehouse_calls import SEGMENTS, staged_batch, staged_batches
from pca_pipeline.settings import Settings
from pca_pipeline.warehouse import (
    PublishedReader,
    Question,
    ask,
    erase,
    find_question,
    list_questions,
    load,
    open_readonly,
    publish,
)
from pca_pipeline.warehouse.answers import derived_values
from pca_pipeline.warehouse.staging import staged_schema, write_staged
from pca_pipeline.web import create_app
from pca_pipeline.web.library import find_call

WAVES, IN_A_FILE, ALONE = 8, 1000, 2000
MONTH = {"since": "2025-06-01", "before": "2025-07-01"}
REQUIRED = {"text": "the account"}
ENOUGH = 1.0  # seconds: what takes longer is not repeated


def timed(work: Callable[[], object]) -> float:
    """Seconds that the work takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def best(work: Callable[[], object], times: int) -> float:
    """Seconds of the fastest of several tries; of the first one that takes longer than ENOUGH."""
    fastest = timed(work)
    for _ in range(times - 1):
        if fastest < ENOUGH:
            fastest = min(fastest, timed(work))
    return fastest


def attempt(name: str, measure: Callable[[], object]) -> None:
    """Measure and report. A failure is reported, and does not stop what comes after it."""
    try:
        measure()
    except Exception as error:  # whatever it is, it must not end hours of measuring
        report(name, f"failed: {type(error).__name__}")


def report(name: str, *values: str) -> None:
    """One line of the result."""
    print(f"| {name} | {' | '.join(values)} |", flush=True)


def seconds(value: float) -> str:
    """A time for a person: in milliseconds below a tenth of a second."""
    return f"{value * 1000:.1f} ms" if value < 0.1 else f"{value:.2f} s"


def measured_load(settings: Settings) -> tuple[float, float, int]:
    """Load in a process of its own. Returns seconds, seconds of both cores together, peak memory in MiB."""
    command = [sys.executable, "-m", "benchmarks.warehouse", "--load", settings.model_dump_json()]
    wall, cpu, peak = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return wall, cpu, peak


def load_here(given: str) -> None:
    """The other process of measured_load()."""
    settings = Settings.model_validate_json(given)
    pa.scalar(0)  # imports pandas where it is installed, as pyarrow and DuckDB do at their first value: once a process
    before = time.process_time()
    wall = timed(lambda: load(settings))
    cpu = time.process_time() - before
    print(json.dumps([wall, cpu, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024]))


def fill(settings: Settings, calls: int, words: int) -> None:
    """Stage and load in waves, so that staged files never need much room: first all cores stage, then one loads."""
    files = range(0, calls, IN_A_FILE)
    wave = -(-len(files) // WAVES)
    total = [0.0, 0.0]
    with ProcessPoolExecutor(os.cpu_count(), multiprocessing.get_context("spawn")) as makers:
        for at in range(0, len(files), wave):
            list(makers.map(partial(_stage, settings.staged_folder, calls, words), files[at : at + wave]))
            wall, cpu, peak = measured_load(settings)
            total = [total[0] + wall, total[1] + cpu]
            done = min((at + wave) * IN_A_FILE, calls)
            report(f"load until {done:,} calls", seconds(wall), f"CPU {seconds(cpu)}", f"peak {peak:,} MiB")
    report("load, files of 1,000 calls", *(f"{calls * SEGMENTS / value:,.0f} segments/s" for value in total))


def _stage(folder: Path, calls: int, words: int, first: int) -> None:
    write_staged(staged_batch(first, calls, IN_A_FILE, words), folder, f"calls-{first // IN_A_FILE:06}")


def _ids(batch: pa.Table) -> list[str]:
    return [row[0]["call_id"].as_py() for row in batch["calls"]]


def measure_single_files(settings: Settings, words: int) -> None:
    """Load calls that came in one file each, as from workers, into an empty database."""
    (batch,) = staged_batches(ALONE, ALONE, words, seed=8)
    for at, call_id in enumerate(_ids(batch)):
        write_staged(batch.slice(at, 1).cast(staged_schema()), settings.staged_folder, f"call-{call_id}")
    wall, cpu, _ = measured_load(settings)
    report("load, a file each", *(f"{ALONE * SEGMENTS / value:,.0f} segments/s" for value in (wall, cpu)))


def measure_size(settings: Settings, segments: int) -> None:
    """Bytes of the database, and the length of the text in it as it was spoken."""
    with open_readonly(settings) as connection:
        used = connection.execute("select used_blocks * block_size from pragma_database_size()").fetchone()
        assert used is not None
        size = settings.published_database.stat().st_size
        report("file", f"{size / segments:.1f} bytes a segment", f"{used[0] / segments:.1f} of them in use")
        row = connection.execute("select avg(strlen(text)), avg(len(words)) from segments using sample 1%").fetchone()
    assert row is not None
    report("text, as spoken", f"{row[0]:.1f} bytes a segment", f"{row[1]:.1f} words")


def measure_questions(settings: Settings) -> None:
    """Every question over a month and over everything: time until the first row, and until all rows."""
    print(
        "| question | a month: first row | all rows | everything: first row | all rows |\n|---|---|---|---|---|",
        flush=True,
    )
    for question in list_questions():
        attempt(f"ask {question.name}", partial(measure_question, settings, question, REQUIRED))
    rare = REQUIRED | {"text": "zebra crossing"}  # nobody says it: every text is looked through
    attempt("ask find, not there", partial(measure_question, settings, find_question("find"), rare, "not there"))


def measure_question(settings: Settings, question: Question, required: dict[str, str], of: str = "") -> None:
    """One line of measure_questions()."""
    names = {parameter.name for parameter in question.parameters}
    times = []
    for chosen in (MONTH, {}):
        given = {name: value for name, value in (required | chosen).items() if name in names}
        times += [
            first_row(settings, question.name, given),
            best(partial(ask, question.name, settings, given), 2),
        ]
    report(", ".join(filter(None, (f"ask {question.name}", of))), *map(seconds, times))


def first_row(settings: Settings, name: str, given: dict[str, str]) -> float:
    """Seconds from asking until the first row is there."""
    question = find_question(name)
    values = {one.name: given.get(one.name, one.default) for one in question.parameters}
    return timed(lambda: _first(settings, question, values))


def _first(settings: Settings, question: Question, values: Mapping[str, object]) -> None:
    with open_readonly(settings) as connection:
        connection.execute(question.sql, {**values, **derived_values(connection, question, values)}).fetchone()


def measure_views(settings: Settings) -> None:
    """A thousand rows of every view, and its number of rows."""
    with open_readonly(settings) as connection:
        views = connection.execute("select view_name from duckdb_views() where not internal order by all").fetchall()
        for (view,) in views:
            attempt(f"view {view}", partial(_measure_view, connection, view))


def _measure_view(connection: duckdb.DuckDBPyConnection, view: str) -> None:
    first = timed(lambda: connection.execute(f"from {view} limit 1000").fetchall())
    whole = timed(lambda: connection.execute(f"select count(*) from {view}").fetchall())
    report(f"view {view}", seconds(first), seconds(whole))


def measure_pages(settings: Settings) -> None:
    """One call's page, the list of calls, and opening."""
    reader = PublishedReader(settings)
    with open_readonly(settings) as connection:
        ids = [one for (one,) in connection.execute("select call_id from calls using sample 40").fetchall()]

    def read(one: str) -> None:
        with reader.open() as connection:
            assert find_call(connection, one) is not None

    gc.freeze()  # as `pca serve` does
    read(ids[0])
    pages = [timed(partial(read, one)) for one in ids]
    report("one call, read", seconds(statistics.median(pages)), f"slowest {seconds(max(pages))}")
    client = TestClient(create_app(settings), base_url="http://localhost")
    client.get("/")
    pages = [timed(partial(client.get, f"/calls/{one}")) for one in ids]
    report("one call, page over HTTP", seconds(statistics.median(pages)), f"slowest {seconds(max(pages))}")
    report("list of calls over HTTP", seconds(best(lambda: client.get("/"), 3)))
    report("open", seconds(statistics.median(timed(lambda: open_readonly(settings).__enter__()) for _ in range(5))))


def measure_changes(settings: Settings) -> None:
    """Replacing a call, publishing and erasing."""
    with open_readonly(settings) as connection:
        call_id = connection.execute("select max_by(call_id, call_number) from calls").fetchall()[0][0]
    (batch,) = staged_batches(1, 1, 14, seed=9)
    row = pc_replace(batch, call_id)
    write_staged(row, settings.staged_folder, f"call-{call_id}")
    report("replace a call", seconds(timed(lambda: load(settings))))
    report("publish", seconds(timed(lambda: publish(settings))))
    report("erase a call, both files written anew", seconds(timed(lambda: erase(settings, call=call_id))))


def pc_replace(batch: pa.Table, call_id: str) -> pa.Table:
    """A staged call under another id."""
    rows = batch.to_pylist()
    for table in rows[0].values():
        for row in table or []:
            row["call_id"] = call_id
    return pa.Table.from_pylist(rows, schema=staged_schema())


def main() -> None:
    """Measure in a folder that is removed afterwards."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=12_000)
    parser.add_argument("--words", type=int, default=14, help="mean words of a segment")
    parser.add_argument("--memory", default="8GB", help="most memory that DuckDB may take")
    parser.add_argument("--folder", type=Path, help="where the files lie meanwhile")
    parser.add_argument("--load", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.load:
        load_here(arguments.load)
        return
    print(f"| {arguments.calls:,} calls, {arguments.calls * SEGMENTS:,} segments | wall | |\n|---|---|---|")
    with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
        limits = {"memory_limit": arguments.memory}
        measure_single_files(Settings(folder=Path(folder) / "single", warehouse=limits), arguments.words)
        settings = Settings(folder=Path(folder), warehouse=limits)
        fill(settings, arguments.calls, arguments.words)
        report("publish", seconds(timed(lambda: publish(settings))))
        attempt("file", lambda: measure_size(settings, arguments.calls * SEGMENTS))
        attempt("one call", lambda: measure_pages(settings))
        attempt("questions", lambda: measure_questions(settings))
        attempt("views", lambda: measure_views(settings))
        attempt("changes", lambda: measure_changes(settings))
    report("peak memory, questions and all", f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024:,} MiB")


if __name__ == "__main__":
    main()
