"""The loader: the only writer. Everything staged goes into the database, whole calls at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path

import duckdb
import pyarrow as pa

from pca_pipeline.settings import Settings
from pca_pipeline.warehouse.database import open_database
from pca_pipeline.warehouse.schema import CALL_TABLES
from pca_pipeline.warehouse.staging import read_staged, staged_files, subject
from pca_pipeline.warehouse.transaction import transaction

_BATCH = 2000  # calls in one transaction: bounds memory, changes nothing in the result
_KEYS = {"calls": "call_id", "runs": "run_id", "failures": "failure_id"}
_VERSION = "call_id, model, code_version, settings_version, ctr_quality"


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did. `unreadable` are staged files that were set aside, renamed to end in `.unreadable`."""

    calls: tuple[str, ...] = ()
    unreadable: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class _Batch:
    """Staged files, read. Each part holds the rows of one call after the other, by time, in one layout."""

    subjects: tuple[str, ...]
    parts: tuple[pa.Table, ...]
    broken: tuple[Path, ...]


def load(settings: Settings) -> Loaded:
    """Load all that is staged; a call that is already there is replaced as a whole. Repeating changes nothing.

    Staged files are removed only after the commit: killed in between, the next load does the same again.
    Raises DatabaseLockedError when another process holds the database; what is staged stays.
    """
    files = staged_files(settings.staged_folder)
    if not files:
        return Loaded()
    versions: dict[str, list[Path]] = defaultdict(list)
    for path in files:
        versions[subject(path)].append(path)
    calls: list[str] = []
    unreadable: list[Path] = []
    with open_database(settings) as connection:
        for batch in _read_ahead(_batches(versions)):
            calls += _load_batch(connection, batch)
            remove_staged(path for subject in batch.subjects for path in versions[subject])
            unreadable += [path.rename(path.with_suffix(".unreadable")) for path in batch.broken]
    return Loaded(tuple(sorted(calls)), tuple(unreadable))


def remove_staged(files: Iterable[Path]) -> None:
    """Remove staged files that are in the database, in their order: never an older one last."""
    for path in files:
        path.unlink(missing_ok=True)


def _batches(versions: dict[str, list[Path]]) -> Iterator[list[Path]]:
    """The newest staged file of each subject, oldest first, a batch at a time; a file of many calls is a batch."""
    newest = sorted((paths[-1] for paths in versions.values()), key=lambda path: path.stem.rpartition("-")[2])
    for many, group in groupby(newest, lambda path: path.name.startswith("calls-")):
        paths = list(group)
        size = 1 if many else _BATCH
        yield from (paths[at : at + size] for at in range(0, len(paths), size))


def _read_ahead(batches: Iterator[list[Path]]) -> Iterator[_Batch]:
    """Read each batch while the one before it is loaded."""
    with ThreadPoolExecutor(1) as reader:
        pending = None
        for files in batches:
            following = reader.submit(_read, files)
            if pending:
                yield pending.result()
            pending = following
        if pending:
            yield pending.result()


def _read(files: Sequence[Path]) -> _Batch:
    sound: dict[str, pa.Table] = {}
    broken = []
    for path in files:
        try:
            sound[subject(path)] = read_staged(path)
        except (pa.ArrowException, OSError):
            broken.append(path)
    parts = (pa.concat_tables(sorted(tables, key=_start)).combine_chunks() for tables in _layouts(sound.values()))
    return _Batch(tuple(sound), tuple(parts), tuple(broken))


def _layouts(tables: Iterable[pa.Table]) -> list[list[pa.Table]]:
    """Tables of equal schema together; an older version of this program may have staged some."""
    layouts: list[list[pa.Table]] = []
    for table in tables:
        for layout in layouts:
            if layout[0].schema.equals(table.schema):
                layout.append(table)
                break
        else:
            layouts.append([table])
    return layouts


def _start(part: pa.Table) -> tuple[bool, datetime | None, str]:
    """Sorts by time, so that the calls of a range of days lie together in the file; those of unknown time last."""
    if "calls" not in part.schema.names:
        return (True, None, "")
    first = part["calls"][0][0]
    started_at = first["started_at"].as_py()
    return (started_at is None, started_at or datetime.min, first["call_id"].as_py())


def _load_batch(connection: duckdb.DuckDBPyConnection, batch: _Batch) -> list[str]:
    """Load a batch in one transaction. Returns the ids of its calls."""
    calls: list[str] = []
    with transaction(connection):
        for part in batch.parts:
            tables = {name: _rows(part, name) for name in part.schema.names}
            for name in _KEYS.keys() & tables.keys():
                _replace(connection, name, tables[name])
            for name, rows in tables.items():
                _insert(connection, name, rows)
            if "calls" in tables:
                connection.execute(f"insert into call_versions ({_VERSION}) select {_VERSION} from calls_staged")
                calls += tables["calls"]["call_id"].to_pylist()
    return calls


def _rows(part: pa.Table, table: str) -> pa.Table:
    """The staged rows of a table, out of the lists of all calls."""
    return pa.Table.from_struct_array(pa.chunked_array([c.flatten() for c in part[table].chunks]))


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: pa.Table) -> None:
    if rows.num_rows:
        connection.register(f"{table}_staged", rows)
        connection.execute(f"insert into {table} by name from {table}_staged")


def _replace(connection: duckdb.DuckDBPyConnection, table: str, rows: pa.Table) -> None:
    """Delete what the rows bring anew; of a call, its rows in every table."""
    key = _KEYS[table]
    connection.register("arriving", rows.select([key]))
    known = f"where {key} in (select {key} from arriving)"
    row = connection.execute(f"delete from {table} {known}").fetchone()
    if table == "calls" and row and row[0]:
        for other in CALL_TABLES:
            connection.execute(f"delete from {other} {known}")
