"""Copies of an open database, which appear whole or not at all."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from pca_pipeline.intake.files import storage_errors, sync
from pca_pipeline.settings import Settings
from pca_pipeline.warehouse.encryption import attach_options
from pca_pipeline.warehouse.literal import quoted


def copy_database(connection: duckdb.DuckDBPyConnection, target: Path, settings: Settings) -> None:
    """Write a consistent, compact copy of an open database, atomically, without anything that was deleted."""
    with _replacement(target) as partial:
        connection.execute(f"attach {quoted(partial)} as copy_target {attach_options(settings)}")
        try:
            connection.execute("copy from database pca to copy_target")
        finally:
            connection.execute("detach copy_target")


def copy_file(connection: duckdb.DuckDBPyConnection, source: Path, target: Path, mode: int = 0o600) -> None:
    """Copy the file of an open database as it is, atomically: far faster than writing every table again."""
    connection.execute("checkpoint pca")
    with _replacement(target) as partial:
        shutil.copyfile(source, partial)
        partial.chmod(mode)


@contextmanager
def _replacement(target: Path) -> Iterator[Path]:
    """Yields where to write a file that replaces the target once it is complete on the disk; on an error, it is removed.

    Raises StorageError.
    """
    partial = target.with_name(f".{target.name}.partial")
    with storage_errors(target.parent):
        target.parent.mkdir(parents=True, exist_ok=True)
        _remove(partial)
        try:
            yield partial
            sync(partial)
            partial.replace(target)
        finally:
            _remove(partial)


def _remove(database: Path) -> None:
    """Remove a database's file and its write-ahead log."""
    for path in (database, database.with_name(f"{database.name}.wal")):
        path.unlink(missing_ok=True)
