"""The vault's file: one SQLite database in the calls folder, for its owner alone, which several workers may write at
once. Every use is one transaction: what is not finished is not there.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from pca_pipeline.errors import StorageError

FILE_NAME = "vault.sqlite"
LOCK_WAIT = 30.0  # seconds; a write takes milliseconds
_SCHEMA = (
    "create table if not exists call_keys (call_id text primary key, wrapped blob not null, key_id text)",
    "create table if not exists sealed (token text primary key, call_id text not null, value blob not null)",
    "create index if not exists sealed_by_call on sealed (call_id)",
    """create table if not exists accesses (number integer primary key, at text not null, user text not null,
    action text not null, call_id text not null, tokens text not null, reason text not null, hash text not null)""",
    *(
        f"create trigger if not exists accesses_no_{act} before {act} on accesses begin "
        "select raise(abort, 'accesses are only added'); end"
        for act in ("update", "delete")
    ),
)


class VaultFile:
    """The file of a calls folder. It is made by the first write."""

    def __init__(self, calls_folder: Path) -> None:
        self.folder = calls_folder
        self._path = calls_folder / FILE_NAME

    def exists(self) -> bool:
        """Whether anything was ever written."""
        return self._path.exists()

    def make(self) -> None:
        """Make the file for its owner alone; SQLite gives its journal the same rights. Raises StorageError."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with suppress(FileExistsError):
                os.close(os.open(self._path, os.O_CREAT | os.O_EXCL, 0o600))
        except OSError as error:
            raise StorageError(
                f"The vault {str(self._path)!r} cannot be made: {error.strerror}.", "Make its folder writable."
            ) from None

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """One connection for one transaction, so that threads and processes share nothing but the file."""
        try:
            with closing(sqlite3.connect(self._path, timeout=LOCK_WAIT, isolation_level=None)) as connection:
                connection.execute("pragma secure_delete = on")  # erased pages are overwritten
                connection.execute("begin immediate")
                _prepare(connection)
                yield connection
                connection.execute("commit")  # an error on the way closes without it: nothing is written
        except sqlite3.Error as error:
            raise StorageError(
                f"The vault {str(self._path)!r} cannot be used: {error.sqlite_errorname}.",
                "If it is busy or the disk is full, try again; if it is damaged, restore a backup.",
            ) from None


def rows(connection: sqlite3.Connection, select: str, *values: str) -> list[tuple[Any, ...]]:
    """What a query answers."""
    return connection.execute(select, values).fetchall()


def _prepare(connection: sqlite3.Connection) -> None:
    """The tables, in a new file and in one from before calls' keys named the master key they are wrapped under."""
    for statement in _SCHEMA:
        connection.execute(statement)
    if not rows(connection, "select 1 from pragma_table_info('call_keys') where name = 'key_id'"):
        connection.execute("alter table call_keys add column key_id text")
