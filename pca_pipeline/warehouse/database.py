"""The DuckDB file, opened by one writer or by many readers; if another process holds it, they wait."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb

from pca_pipeline.errors import DatabaseLockedError, PcaError, SetupError, WarehouseError
from pca_pipeline.intake.files import storage_errors
from pca_pipeline.intake.ledger import finished_calls
from pca_pipeline.pii.vault.keys import OLD_VARIABLE, VARIABLE
from pca_pipeline.settings import Settings
from pca_pipeline.warehouse import lake, schema
from pca_pipeline.warehouse.copies import copy_database, copy_file
from pca_pipeline.warehouse.encryption import attach_options, load_cipher
from pca_pipeline.warehouse.failures import holder_of, translated
from pca_pipeline.warehouse.literal import quoted
from pca_pipeline.warehouse.staging import staged_calls

_RETRY_SECONDS = 0.2
_MEMORY = 4_000_000_000  # bytes: every question works with a tenth of it and 6 million segments
_PRUNED_BY = 1 << 16  # calls that a join may name and still skip the blocks of all others; DuckDB's default is 50
_BLOCK = 1 << 16  # bytes, in new files; a quarter of DuckDB's default: reading one call takes some 80 blocks
_NOT_FOUND_HINT = "Run `pca run` first, or set warehouse.database to the file you mean."


@contextmanager
def open_database(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """The database for writing, at the newest schema version; an older file is backed up and upgraded.

    Raises DatabaseLockedError if another process holds it for longer than `warehouse.lock_wait_seconds`, WarehouseError for a
    file of a newer version, StorageError if it cannot be written, and SetupError if it is gone: an empty one would be
    published over the last good copy.
    """
    path = settings.database
    _check_not_gone(settings)
    with storage_errors(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
    with _attached(path, settings, read_only=False) as connection:
        if settings.warehouse.lake:
            lake.prepare(connection, settings)
            yield connection
            return
        version = schema.schema_version(connection)
        if version and schema.pending(connection):
            copy_file(connection, path, path.with_name(f"{path.name}.v{version}.backup"))
            schema.drop_indexes(connection)
        schema.migrate(connection)
        schema.create_indexes(connection)
        schema.create_views(connection)
        yield connection


def check_database(settings: Settings) -> None:
    """Raise at once what open_database() would raise on opening the file. Nothing is created or upgraded."""
    _check_not_gone(settings)
    if settings.database.exists() and not settings.warehouse.lake:
        at_once = settings.warehouse.model_copy(update={"lock_wait_seconds": 0.0})
        with _attached(settings.database, settings.model_copy(update={"warehouse": at_once}), read_only=False):
            pass


def rekey(settings: Settings) -> bool:
    """Encrypt the database again under the new master key. False if it is not encrypted under the old one.

    The old key is read from PCA_OLD_MASTER_KEY or its file. Raises SetupError (a key is missing), WarehouseError (neither
    key opens it), DatabaseLockedError and StorageError; then nothing has changed.
    """
    if not settings.warehouse.encrypt or settings.warehouse.lake or not settings.database.exists():
        return False
    try:
        with _attached(settings.database, settings, read_only=False):
            return False
    except WarehouseError:  # under the old key, or another
        pass
    with _attached(settings.database, settings, read_only=False, key=OLD_VARIABLE) as connection:
        connection.execute("checkpoint pca")  # so that nothing is left to be written to the file that is replaced
        copy_database(connection, settings.database, settings)
    return True


@contextmanager
def open_readonly(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published copy for reading; the database itself if nothing was published.

    Each call opens the newest copy, even while older connections are open. Keep a connection for one request only.
    Raises WarehouseError if there is no database, DatabaseLockedError if a writer holds it too long.
    """
    published = settings.published_database
    path = published if published.exists() else settings.database
    if not path.exists():
        raise WarehouseError(f"There is no database {path.name} yet.", _NOT_FOUND_HINT)
    with _attached(path, settings, read_only=True) as connection:
        yield connection


@contextmanager
def second_connection(connection: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    """Another connection to the same open database, for a second thread."""
    cursor = connection.cursor()
    try:
        cursor.execute("use pca")
        yield cursor
    finally:
        cursor.close()


def count_stored(settings: Settings, call_ids: Sequence[str]) -> int:
    """How many of these calls readers can see already."""
    if not settings.database.exists():
        return 0
    with open_readonly(settings) as connection:
        query = "select count(*) from calls where call_id in (select unnest($calls))"
        return int((connection.execute(query, {"calls": list(call_ids)}).fetchone() or [0])[0])


class PublishedReader:
    """The published copy for a server of many requests: opened once, and again after a new copy was swapped in.

    Opening a file takes longer than most questions. A database without a published copy is opened for each request, so
    that readers do not lock out the loader.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._opened: tuple[object, duckdb.DuckDBPyConnection] | None = None

    @contextmanager
    def open(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection to the newest copy, for one request. Raises what open_readonly() raises."""
        path = self._settings.published_database
        if (copy := _version(path)) is None:
            with open_readonly(self._settings) as connection:
                yield connection
            return
        cursor = self._cursor(path, copy)
        try:
            cursor.execute("use pca")
            yield cursor
        except duckdb.Error as error:
            raise translated(error, path) from None
        finally:
            cursor.close()

    def _cursor(self, path: Path, copy: object) -> duckdb.DuckDBPyConnection:
        """A cursor on the open copy. A copy that was swapped out is closed after the last request that reads it."""
        with self._lock:
            if self._opened is None or self._opened[0] != copy:
                self._opened = copy, _connect(path, self._settings, read_only=True)
            return self._opened[1].cursor()

    def let_go(self) -> None:
        """Close a copy that was swapped out, though nobody asks for the new one: until then its blocks stay on the disk."""
        with self._lock:
            if self._opened and self._opened[0] != _version(self._settings.published_database):
                self._opened = None


def _version(path: Path) -> tuple[int, int, int] | None:
    """What tells the file from another one that was swapped in for it; None where there is none."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino, found.st_mtime_ns


def spill_folder(database: Path) -> Path:
    """Where queries put what does not fit into memory. Files of processes that were killed stay there."""
    return database.with_name(f"{database.name}.tmp")


def _check_not_gone(settings: Settings) -> None:
    """Raise SetupError if the file is gone: calls are published, or are finished and no longer wait for the loader."""
    if settings.database.exists() or settings.warehouse.lake:
        return
    if finished_calls(settings) - staged_calls(settings.staged_folder) or _are_published(settings):
        name, copy = settings.database.name, settings.published_database.name
        raise SetupError(
            f"The database {name} is gone: calls were in it.",
            f"Restore it from a backup, or in {settings.folder} run `install -m 600 {copy} {name}`; if it lies elsewhere now, "
            "set warehouse.database. To begin anew, move the calls folder away.",
        )


def _are_published(settings: Settings) -> bool:
    """Whether the published copy has calls, or cannot be read."""
    if not settings.published_database.exists():
        return False
    try:
        with open_readonly(settings) as connection:
            return bool(connection.execute("select 1 from calls limit 1").fetchall())
    except PcaError:
        return True


@contextmanager
def _attached(
    path: Path, settings: Settings, *, read_only: bool, key: str = VARIABLE
) -> Iterator[duckdb.DuckDBPyConnection]:
    connection = _connect(path, settings, read_only=read_only, key=key)
    try:
        yield connection
    except duckdb.Error as error:
        raise translated(error, path) from None
    finally:
        connection.close()


def _connect(path: Path, settings: Settings, *, read_only: bool, key: str = VARIABLE) -> duckdb.DuckDBPyConnection:
    """A new DuckDB instance with the file attached as `pca`, never a cached instance of a replaced file."""
    connection = duckdb.connect(config={"autoinstall_known_extensions": "false"})
    try:
        connection.execute("set enable_progress_bar = false")  # it would print between the data
        connection.execute(f"set dynamic_or_filter_threshold = {_PRUNED_BY}")
        connection.execute(f"set default_block_size = {_BLOCK}")
        _limit_memory(connection, settings.warehouse.memory_limit)
        connection.execute(f"set temp_directory = {quoted(spill_folder(path))}")
        load_cipher(connection, settings)
        if settings.warehouse.lake:
            lake.attach(connection, settings, read_only=read_only)
        else:
            options = attach_options(settings, read_only=read_only, key=key)
            _attach(connection, path, settings.warehouse.lock_wait_seconds, options)
        connection.execute("use pca")
        return connection
    except BaseException as error:
        connection.close()
        if isinstance(error, duckdb.Error):
            raise translated(error, path) from None
        raise


def _limit_memory(connection: duckdb.DuckDBPyConnection, limit: str | None) -> None:
    """Limit memory to what is given, else to 4 GB if DuckDB's own limit, four fifths of the machine's memory, is higher."""
    known = connection.execute("select parse_formatted_bytes(current_setting('memory_limit'))").fetchone()
    if limit or (known and known[0] > _MEMORY):
        connection.execute(f"set memory_limit = '{limit or f'{_MEMORY} B'}'")


def _attach(connection: duckdb.DuckDBPyConnection, path: Path, wait: float, options: str) -> None:
    deadline = time.monotonic() + wait
    while True:
        try:
            connection.execute(f"attach {quoted(path)} as pca {options}")
            return
        except duckdb.Error as error:
            holder = holder_of(error)
            if holder is None:
                raise
            if time.monotonic() >= deadline:
                raise DatabaseLockedError(
                    f"The database {path.name} is held by {holder}.",
                    "Close it there, or let it read the published copy instead; what is staged waits and is "
                    "loaded by the next run.",
                ) from None
        time.sleep(_RETRY_SECONDS)
