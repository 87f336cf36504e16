"""DuckDB's errors as the project's own. Their texts are left out: they may quote values."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import duckdb

from pca_pipeline.errors import DatabaseLockedError, PcaError, StorageError, WarehouseError

_STORAGE = (duckdb.IOException, duckdb.OutOfMemoryException, duckdb.PermissionException, duckdb.TransactionException)


def translated(error: duckdb.Error, path: Path) -> PcaError:
    """A DuckDB error as one of the project's."""
    message = str(error)
    if isinstance(error, duckdb.IOException) and "not a valid DuckDB" in message:
        return WarehouseError(
            f"{path.name} is not a DuckDB database.",
            "The published copy is made anew by `pca publish`; a database is restored from a backup, or warehouse.database "
            "names another file.",
        )
    if is_contended(error):
        return DatabaseLockedError(f"Another process writes to {path.name}.", "Try again.")
    if "encrypt" in message.lower():
        return WarehouseError(
            f"{path.name} cannot be opened with this key: it has another one, or only one of file and setting is encrypted.",
            "Check PCA_MASTER_KEY and warehouse.encrypt.",
        )
    if isinstance(error, (duckdb.CatalogException, duckdb.BinderException)):
        return WarehouseError(f"{path.name} was written by another version.", "Run `pca publish`, then try again.")
    if isinstance(error, _STORAGE):
        free = shutil.disk_usage(path.parent).free / 1e6
        return StorageError(
            f"The database {path.name} cannot be read or written ({type(error).__name__}).",
            f"Check the free space ({free:,.0f} MB) and the permissions of {path.parent}, then try again.",
        )
    return WarehouseError(
        f"DuckDB failed on {path.name} ({type(error).__name__}).",
        "Nothing of this step was written. Run it again; if it fails again, restore a backup of the file.",
    )


def is_contended(error: duckdb.Error) -> bool:
    """Whether another writer was first: trying again can help."""
    message = str(error).lower()
    conflicts = isinstance(error, duckdb.TransactionException) and "conflict" in message
    return conflicts or "database is locked" in message


def holder_of(error: duckdb.Error) -> str | None:
    """Who holds the file, by DuckDB's message; None if the error is not about a lock."""
    message = str(error)
    if "already attached" in message:
        return f"this process (PID {os.getpid()})"
    if "Could not set lock" not in message:
        return None
    found = re.search(r"held in (?P<program>.+?) \(PID (?P<pid>\d+)\)", message)
    return f"{found['program']} (PID {found['pid']})" if found else "another process"
