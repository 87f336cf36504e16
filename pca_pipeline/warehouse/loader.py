"""The loader, the only writer: it moves everything staged into the database, whole calls at a time."""

from __future__ import annotations

import logging
import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from pca_pipeline.errors import DatabaseLockedError, WarehouseError
from pca_pipeline.settings import Settings
from pca_pipeline.warehouse import lake
from pca_pipeline.warehouse.database import open_database
from pca_pipeline.warehouse.deletion import delete_calls
from pca_pipeline.warehouse.failures import is_contended
from pca_pipeline.warehouse.schema import DERIVED_TABLES, STAGED_TABLES, derivation
from pca_pipeline.warehouse.staging import Staged, read_staged, staged_files, subject
from pca_pipeline.warehouse.transaction import transaction
from pca_pipeline.warehouse.vocabulary import add_words, forget_words

_log = logging.getLogger(__name__)
_BATCH_BYTES = 128 << 20  # of staged files in one transaction, some 5,000 calls: limits memory, not the result
_ROW_GROUP = 122_880  # rows inserted in one chunk: whole row groups, stored by one thread
_CHECKPOINT = "1GB"  # of the write-ahead log: the default, 16 MB, rewrites the tables' ends after every batch
_KEYS = {"calls": "call_id", "runs": "run_id", "failures": "failure_id"}
_VERSION = "call_id, model, code_version, settings_version, ctr_quality"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did. `unreadable` has the new names, ending in `.unreadable`, of broken staged files."""

    calls: tuple[str, ...] = ()
    unreadable: tuple[Path, ...] = ()
    left: tuple[Path, ...] = ()  # staged files that could not be read this time, and wait for the next load


@dataclass(frozen=True, slots=True)
class _Batch:
    """The content of staged files. Each part has the rows of one call after the other, by time, in one layout."""

    subjects: tuple[str, ...]
    parts: tuple[pa.Table, ...]
    broken: tuple[Path, ...]
    left: tuple[Path, ...]


def load(settings: Settings) -> Loaded:
    """Load everything staged; a call that is already there is replaced as a whole. Repeating a load changes nothing.

    Staged files are removed only after the commit: if the process is killed in between, the next load does the same again.
    Raises DatabaseLockedError if another process holds the database; then everything stays staged.
    """
    if not staged_files(settings.staged_folder):
        return Loaded()
    calls: list[str] = []
    unreadable: list[Path] = []
    left: list[Path] = []
    with open_database(settings) as connection:
        versions = _versions(settings.staged_folder)  # now that no other loader can take any
        connection.execute(f"set checkpoint_threshold = '{_CHECKPOINT}'")
        for batch in _read_ahead(_batches(versions)):
            calls += _patiently(
                settings, partial(_load_batch, connection, batch, in_lake=bool(settings.warehouse.lake))
            )
            remove_staged(path for subject in batch.subjects for path in versions[subject])
            unreadable += map(_set_aside, batch.broken)
            left += batch.left
        _patiently(settings, partial(add_words, connection))
    return Loaded(tuple(sorted(calls)), tuple(unreadable), tuple(left))


def _versions(folder: Path) -> dict[str, list[Path]]:
    """Staged files by subject, the newest last."""
    versions: dict[str, list[Path]] = defaultdict(list)
    for path in staged_files(folder):
        versions[subject(path)].append(path)
    return versions


def _set_aside(broken: Path) -> Path:
    """Rename a broken file so that it is not loaded again, and log that: its call is in no table."""
    _log.error("The staged file %s is broken and set aside: what it holds is not in the database.", broken.name)
    return broken.rename(broken.with_suffix(".unreadable"))


def remove_staged(files: Iterable[Path]) -> None:
    """Remove staged files that are in the database, in their order, so that an older one is never left."""
    for path in files:
        path.unlink(missing_ok=True)


def _batches(versions: dict[str, list[Path]]) -> Iterator[list[Path]]:
    """The newest staged file of each subject, the oldest first, in batches."""
    newest = sorted((paths[-1] for paths in versions.values()), key=lambda path: path.stem.rpartition("-")[2])
    batch: list[Path] = []
    size = 0
    for path in newest:
        batch.append(path)
        size += _size(path)
        if size >= _BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _size(path: Path) -> int:
    """Size in bytes; 0 for a file that is gone or out of reach, for which reading it will raise the error."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _read_ahead(batches: Iterator[list[Path]]) -> Iterator[_Batch]:
    """Read each batch while the one before it is being loaded."""
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
    sound: dict[str, Staged] = {}
    broken, left = [], []
    schemas: dict[bytes, pa.Schema] = {}
    for path in files:
        try:
            sound[subject(path)] = read_staged(path, schemas)
        except WarehouseError:
            broken.append(path)
        except FileNotFoundError:  # another loader of the same lake took it
            continue
        except OSError as error:  # too many open files, a network file system out of reach: temporary
            _log.warning("The staged file %s cannot be read now: %s.", path.name, error.strerror)
            left.append(path)
    layouts: dict[bytes, list[pa.Table]] = defaultdict(
        list
    )  # some may have been staged by an older version of this program
    for table, layout in _newest(sound.values()):
        layouts[layout].append(table)
    memory = pa.system_memory_pool()  # takes a third of the time of Arrow's own pool
    parts = (
        pa.concat_tables(sorted(tables, key=_start)).combine_chunks(memory_pool=memory) for tables in layouts.values()
    )
    return _Batch(tuple(sound), tuple(parts), tuple(broken), tuple(left))


def _newest(files: Iterable[Staged]) -> Iterator[Staged]:
    """Files from the newest to the oldest, without calls that are in a newer one, too: imports may repeat some."""
    seen: set[str] = set()
    for table, layout in reversed(list(files)):
        ids = _ids(table)
        fresh = [call_id not in seen for call_id in ids] or [True] * table.num_rows
        seen.update(ids)
        if any(fresh):
            yield Staged(table if all(fresh) else table.filter(pa.array(fresh)), layout)


def _ids(table: pa.Table) -> list[str]:
    """Ids of the calls in a staged table; none in one of runs or failures."""
    return _rows(table, "calls")["call_id"].to_pylist() if "calls" in table.schema.names else []


def _start(part: pa.Table) -> tuple[bool, datetime | None, str]:
    """A key to sort by time, so that calls of the same days are close together in the file; unknown times come last."""
    if "calls" not in part.schema.names:
        return (True, None, "")
    first = part["calls"][0][0]
    started_at = first["started_at"].as_py()
    return (started_at is None, started_at or datetime.min, first["call_id"].as_py())


def _patiently(settings: Settings, work: Callable[[], T]) -> T:
    """Run `work`. For a lake, retry while another loader conflicts, for up to `warehouse.lock_wait_seconds`.

    Raises DatabaseLockedError.
    """
    deadline = time.monotonic() + settings.warehouse.lock_wait_seconds
    while True:
        try:
            return work()
        except duckdb.Error as error:
            if not (settings.warehouse.lake and is_contended(error)):
                raise
            if time.monotonic() >= deadline:
                raise DatabaseLockedError(
                    "Other loaders keep the lake busy.", "The next run loads what is staged."
                ) from None
        time.sleep(random.uniform(0.05, 0.5))


def _load_batch(connection: duckdb.DuckDBPyConnection, batch: _Batch, *, in_lake: bool = False) -> list[str]:
    """Load a batch in one transaction. Returns the ids of its calls."""
    calls: list[str] = []
    with transaction(connection):
        for part in batch.parts:
            tables = {name: _rows(part, name) for name in part.schema.names}
            for name in _KEYS.keys() & tables.keys():
                _replace(connection, name, tables[name])
            first = lake.next_number() if in_lake else _next_number(connection)
            for name, rows in tables.items():
                _insert(connection, name, rows if name not in STAGED_TABLES else _numbered(rows, part[name], first))
            last = first + len(part) - 1
            if "calls" in tables:
                forget_words(connection, range(first, last + 1))
                connection.execute(f"insert into call_versions ({_VERSION}) select {_VERSION} from calls_staged")
                _derive(connection, first, last)
                calls += tables["calls"]["call_id"].to_pylist()
    return calls


def _rows(part: pa.Table, table: str) -> pa.Table:
    """The staged rows of a table, from the lists of all calls."""
    return pa.Table.from_struct_array(pa.chunked_array([c.flatten() for c in part[table].chunks]))


def _next_number(connection: duckdb.DuckDBPyConnection) -> int:
    row = connection.execute("select coalesce(max(call_number), 0) + 1 from calls").fetchone()
    return int(row[0]) if row else 1


def _numbered(rows: pa.Table, lists: pa.ChunkedArray, first: int) -> pa.Table:
    """Rows with the numbers of their calls, which count up from `first` in the order of the lists."""
    calls = pc.list_parent_indices(lists)
    return rows.append_column("call_number", pc.add(calls, pa.scalar(first, pa.int64())))


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: pa.Table) -> None:
    """Insert row group by row group: with a table in one piece, a second thread would wait and use up a core."""
    if rows.num_rows:
        connection.register(f"{table}_staged", pa.Table.from_batches(rows.to_batches(max_chunksize=_ROW_GROUP)))
        connection.execute(f"insert into {table} by name from {table}_staged")


def _derive(connection: duckdb.DuckDBPyConnection, first: int, last: int) -> None:
    """Fill the tables that are derived from others, for the calls with these numbers."""
    for table in DERIVED_TABLES:
        connection.execute(f"insert into {table} by name {derivation(table, first, last)}")


def _replace(connection: duckdb.DuckDBPyConnection, table: str, rows: pa.Table) -> None:
    """Delete what the rows replace: for calls, their rows in every table."""
    key = _KEYS[table]
    connection.register("arriving", rows.select([key]))
    if table == "calls":
        delete_calls(connection, "call_id in (select call_id from arriving)")
    else:
        connection.execute(f"delete from {table} where {key} in (select {key} from arriving)")
