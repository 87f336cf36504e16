"""The same questions about the same calls, elsewhere: `python -m benchmarks.warehouse_peers --calls 10000`.

Compared with the warehouse's DuckDB file: the same warehouse as a lake, its Parquet export read by DuckDB, SQLite with an
index on what each question looks up, and pandas with everything it needs in memory already. Each question is written in
the peer's own way and must give the same answer; times are the best of three.
"""

from __future__ import annotations

import argparse
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow.parquet as pq

from benchmarks.warehouse import best, seconds
from benchmarks.warehouse_calls import SEGMENTS, staged_batches
from pca_pipeline.settings import Settings
from pca_pipeline.warehouse import export, load, open_readonly, publish
from pca_pipeline.warehouse.staging import write_staged

PHRASE = "the account"
TABLES = {
    "calls": ["call_id", "started_at", "duration_ms"],
    "segments": ["call_id", "segment", "speaker", "start_ms", "text", "sentiment"],
    "drivers": ["call_id", "rank", "driver"],
    "call_metrics": ["call_id", "handle_ms"],
}
QUESTIONS = {
    "why customers call": "select driver, count(*) from drivers where rank = 1 group by driver order by driver",
    "handle time by driver": "select driver, round(avg(handle_ms)) from drivers join call_metrics using (call_id) "
    "where rank = 1 group by driver order by driver",
    "sentiment by speaker": "select speaker, round(avg(sentiment), 3) from segments group by speaker order by speaker",
    "a phrase in all segments": f"select count(*) from segments where text like '%{PHRASE}%'",
    "one call's segments": "select segment, text from segments where call_id = '{call}' order by segment",
}

Rows = list[tuple[object, ...]]
Asked = Mapping[str, Callable[[], Rows]]


def by_sql(execute: Callable[[str], Rows], call: str) -> Asked:
    """The questions, asked of something that speaks SQL."""
    return {name: partial(execute, sql.format(call=call)) for name, sql in QUESTIONS.items()}


def of_pandas(frames: Mapping[str, pd.DataFrame], call: str) -> Asked:
    """The questions, asked of data frames."""
    segments, metrics = frames["segments"], frames["call_metrics"]
    first = frames["drivers"][frames["drivers"]["rank"] == 1]

    def handled() -> Rows:
        return _pairs(first.merge(metrics, on="call_id").groupby("driver")["handle_ms"].mean().round())

    def one_call() -> Rows:
        found = segments[segments["call_id"] == call].sort_values("segment")
        return list(found[["segment", "text"]].itertuples(index=False, name=None))

    return {
        "why customers call": lambda: _pairs(first.groupby("driver").size()),
        "handle time by driver": handled,
        "sentiment by speaker": lambda: _pairs(segments.groupby("speaker")["sentiment"].mean().round(3)),
        "a phrase in all segments": lambda: [(int(segments["text"].str.contains(PHRASE, regex=False).sum()),)],
        "one call's segments": one_call,
    }


def _pairs(series: pd.Series) -> Rows:
    return list(series.sort_index().items())


def fill(settings: Settings, calls: int) -> None:
    """Stage made-up calls and load them."""
    for number, batch in enumerate(staged_batches(calls, 1000, 14)):
        write_staged(batch, settings.staged_folder, f"calls-{number:06}")
    load(settings)
    publish(settings)


def fill_sqlite(connection: sqlite3.Connection, folder: Path) -> None:
    """The tables, from Parquet, with an index on each call_id."""
    for table, columns in TABLES.items():
        connection.execute(f"create table {table} ({', '.join(columns)})")
        into = f"insert into {table} values ({', '.join('?' * len(columns))})"
        for batch in pq.ParquetFile(folder / f"{table}.parquet").iter_batches(columns=columns):
            values = [
                batch[name].cast("string").to_pylist() if name == "started_at" else batch[name].to_pylist()
                for name in columns
            ]
            connection.executemany(into, zip(*values, strict=True))
        connection.execute(f"create index {table}_call on {table} (call_id)")
    connection.commit()


def rounded(rows: Rows) -> Rows:
    """Answers to two places: engines round halves and add floats differently."""
    return [
        tuple(round(float(value), 2) if isinstance(value, (int, float)) else value for value in row) for row in rows
    ]


def main() -> None:
    """Measure in a folder that is removed afterwards."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=10_000)
    parser.add_argument("--folder", type=Path, help="where the files lie meanwhile")
    parser.add_argument("--no-pandas", action="store_true", help="leave out what must fit into memory")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=arguments.folder) as name:
        folder = Path(name)
        settings = Settings(folder=folder)
        shared = Settings(folder=folder / "beside", warehouse={"lake": folder / "lake"})
        fill(settings, arguments.calls)
        fill(shared, arguments.calls)
        export(settings, folder / "parquet")
        with opened(folder, settings, shared, in_memory=not arguments.no_pandas) as peers:
            compare(peers)
        print_sizes(folder, settings, arguments.calls)


@contextmanager
def opened(folder: Path, settings: Settings, shared: Settings, in_memory: bool) -> Iterator[dict[str, Asked]]:
    """Every peer, with the calls in it, by name."""
    exported = folder / "parquet"
    with (
        closing(sqlite3.connect(folder / "calls.sqlite")) as lite,
        duckdb.connect() as parquet,
        open_readonly(settings) as file,
        open_readonly(shared) as lake,
    ):
        fill_sqlite(lite, exported)
        for table in TABLES:
            parquet.execute(f"create view {table} as from read_parquet('{exported / table}.parquet')")
        row = file.execute("select call_id from calls order by call_id limit 1 offset 77").fetchone()
        assert row is not None
        peers = {
            "warehouse": by_sql(lambda sql: file.execute(sql).fetchall(), row[0]),
            "DuckLake": by_sql(lambda sql: lake.execute(sql).fetchall(), row[0]),
            "Parquet, DuckDB": by_sql(lambda sql: parquet.execute(sql).fetchall(), row[0]),
            "SQLite": by_sql(lambda sql: lite.execute(sql).fetchall(), row[0]),
        }
        yield peers | {"pandas": of_pandas(read_frames(exported), row[0])} if in_memory else peers


def read_frames(exported: Path) -> dict[str, pd.DataFrame]:
    """The tables that pandas is asked about, in memory."""
    return {table: pd.read_parquet(exported / f"{table}.parquet", columns=names) for table, names in TABLES.items()}


def print_sizes(folder: Path, settings: Settings, calls: int) -> None:
    """Print how many bytes each peer needs for a segment."""
    sizes = (
        [settings.published_database],
        (folder / "lake" / "data").rglob("segments/**/*.parquet"),
        [folder / "parquet" / "segments.parquet"],
        [folder / "calls.sqlite"],
    )
    total = (sum(path.stat().st_size for path in paths) for paths in sizes)
    print(
        "| bytes a segment (DuckLake, Parquet: segments alone; SQLite: no words; pandas: in memory) | "
        f"{' | '.join(f'{size / calls / SEGMENTS:.0f}' for size in total)} |"
    )


def compare(peers: Mapping[str, Asked]) -> None:
    """Print a line for each question; all answers must be the same."""
    print(f"| question | {' | '.join(peers)} |\n|---|{'---|' * len(peers)}")
    for question in QUESTIONS:
        answers = [rounded(asked[question]()) for asked in peers.values()]
        assert all(answer == answers[0] for answer in answers), question
        times = (seconds(best(asked[question], 3)) for asked in peers.values())
        print(f"| {question} | {' | '.join(times)} |", flush=True)


if __name__ == "__main__":
    main()
