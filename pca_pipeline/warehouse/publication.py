"""What readers get: the published read-only copy, and exports of every table."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pca_pipeline.errors import StorageError, WarehouseError
from pca_pipeline.settings import Settings
from pca_pipeline.warehouse.database import copy_database, open_database, open_readonly, quoted
from pca_pipeline.warehouse.schema import CALL_TABLES

ExportFormat = Literal["parquet", "csv", "json"]

_COPY_OPTIONS: dict[ExportFormat, str] = {
    "parquet": "format parquet, compression zstd",
    "csv": "format csv, header",
    "json": "format json, array true",
}


def publish(settings: Settings) -> Path:
    """Swap in a fresh read-only copy of the database. Readers of the old copy keep it until they reopen.

    Raises DatabaseLockedError when another process holds the database, WarehouseError when there is none.
    """
    if not settings.database.exists():
        raise WarehouseError(f"There is no database {settings.database.name} yet.", "Run `pca run` first.")
    target = settings.published_database
    with open_database(settings) as connection:
        copy_database(connection, target, settings)
        target.chmod(0o444)  # a reader that asks for writing is told at once, and never locks the others out
    return target


def export(settings: Settings, folder: Path, file_format: ExportFormat = "parquet") -> tuple[Path, ...]:
    """Write each table of calls to a file of its own in `folder`, ordered by call."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"The folder {folder} cannot be made ({error.strerror}).", "Name another one.") from None
    paths = tuple(folder / f"{table}.{file_format}" for table in CALL_TABLES)
    with open_readonly(settings) as connection:
        for table, path in zip(CALL_TABLES, paths, strict=True):
            connection.execute(
                f"copy (from {table} order by call_id, rowid) to {quoted(path)} ({_COPY_OPTIONS[file_format]})"
            )
    return paths
