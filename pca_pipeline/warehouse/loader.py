"""The loader: the only writer. Everything staged goes into the database, whole calls at a time."""

from __future__ import annotations

import glob
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from pca_pipeline.settings import Settings
from pca_pipeline.warehouse.database import open_database
from pca_pipeline.warehouse.schema import CALL_TABLES
from pca_pipeline.warehouse.staging import STAGED_TABLES, staged_files, subject
from pca_pipeline.warehouse.transaction import transaction

_BATCH = 1000  # calls in one transaction: bounds memory, changes nothing in the result

# The staged rows of a batch, by time, so that the calls of a range of days lie together in the file.
_READ = """
create or replace temp table batch as
from read_parquet($files, union_by_name := true)
order by calls[1].started_at, calls[1].call_id, runs[1].run_id, failures[1].failure_id
"""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did. `unreadable` are staged files that were set aside, renamed to end in `.unreadable`."""

    calls: tuple[str, ...] = ()
    unreadable: tuple[Path, ...] = ()


def load(settings: Settings) -> Loaded:
    """Load all that is staged; a call that is already there is replaced as a whole. Repeating changes nothing.

    Staged files are removed only after the commit: killed in between, the next load does the same again.
    Raises DatabaseLockedError when another process holds the database; what is staged stays.
    """
    files = staged_files(settings.staged_folder)
    if not files:
        return Loaded()
    calls: list[str] = []
    unreadable: list[Path] = []
    with open_database(settings) as connection:
        for batch in _batches(files):
            loaded, broken = _load_sound(connection, list(batch.values()))
            done = batch.keys() - {subject(path) for path in broken}
            remove_staged(path for path in files if subject(path) in done)
            calls += loaded
            unreadable += [path.rename(path.with_suffix(".unreadable")) for path in broken]
    return Loaded(tuple(sorted(calls)), tuple(unreadable))


def remove_staged(files: Iterable[Path]) -> None:
    """Remove staged files that are in the database, in their order: never an older one last."""
    for path in files:
        path.unlink(missing_ok=True)


def _batches(files: Sequence[Path]) -> Iterator[dict[str, Path]]:
    """The newest staged file of each subject, a batch at a time."""
    newest = iter({subject(path): path for path in files}.items())
    while batch := dict(islice(newest, _BATCH)):
        yield batch


def _load_sound(connection: duckdb.DuckDBPyConnection, files: Sequence[Path]) -> tuple[list[str], list[Path]]:
    """Load a batch without its broken files. Returns the calls that were loaded, and the broken files."""
    try:
        return _load_batch(connection, files), []
    except duckdb.Error:
        broken = [path for path in files if not _is_sound(path)]
        if not broken:
            raise
    sound = [path for path in files if path not in broken]
    return (_load_batch(connection, sound) if sound else []), broken


def _load_batch(connection: duckdb.DuckDBPyConnection, files: Sequence[Path]) -> list[str]:
    with transaction(connection):
        connection.execute(_READ, {"files": [glob.escape(str(path)) for path in files]})
        if _delete(connection, "calls", key="calls[1].call_id"):
            for table in CALL_TABLES:
                _delete(connection, table, key="calls[1].call_id")
        _delete(connection, "runs", key="runs[1].run_id")
        _delete(connection, "failures", key="failures[1].failure_id")
        for table in STAGED_TABLES:
            connection.execute(f"insert into {table} by name select unnest({table}, max_depth := 2) from batch")
        found = connection.execute("select calls[1].call_id from batch where len(calls) > 0").fetchall()
    return [call_id for (call_id,) in found]


def _delete(connection: duckdb.DuckDBPyConnection, table: str, key: str) -> int:
    """Delete the rows of a table that the batch brings anew; `key` is their key within the batch."""
    column = key.rpartition(".")[2]
    row = connection.execute(f"delete from {table} where {column} in (select {key} from batch)").fetchone()
    return int(row[0]) if row else 0


def _is_sound(path: Path) -> bool:
    try:
        return bool(pq.read_table(path).num_rows == 1)
    except (pa.ArrowException, OSError):
        return False
