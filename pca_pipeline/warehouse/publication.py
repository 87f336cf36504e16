"""What readers get: the published read-only copy, and exports of every table."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import duckdb

from pca_pipeline.errors import PcaError, StorageError, WarehouseError
from pca_pipeline.settings import Settings
from pca_pipeline.warehouse.aws_export import write_aws
from pca_pipeline.warehouse.copies import copy_file
from pca_pipeline.warehouse.database import open_database, open_readonly
from pca_pipeline.warehouse.literal import quoted
from pca_pipeline.warehouse.schema import CALL_TABLES

ExportFormat = Literal["parquet", "csv", "json", "aws"]

_STATE = """
select
    (select max(version) from schema_migrations),
    (select count(*) from call_versions),
    (select count(*) from failures),
    (select count(*) from erasures)
"""
# Read-only for all: a reader that opens the copy for writing gets an error at once, and never locks out the others.
_MODES = {"owner": 0o400, "group": 0o440, "all": 0o444}
_COPY_OPTIONS: dict[ExportFormat, str] = {
    "parquet": "format parquet, compression zstd",
    "csv": "format csv, header",
    "json": "format json, array true",
}
_NO_MONTH = "month=__HIVE_DEFAULT_PARTITION__"  # Hive's name of the partition without a value
_SHEETS = {"v_calls": "started_at, call_id", "v_segments": "call_id, segment"}  # views for a person, and their order
_NESTED = re.compile(r"(STRUCT|MAP)\(|.*\]")  # types that do not exist in CSV


def publish(settings: Settings) -> Path:
    """Swap in a new read-only copy of the database. Readers of the old copy keep it until they reopen it.

    A lake needs none: each reader has a snapshot of its own.

    Raises DatabaseLockedError if another process holds the database, WarehouseError if there is none.
    """
    if not settings.database.exists():
        raise WarehouseError(f"There is no database {settings.database.name} yet.", "Run `pca run` first.")
    target = settings.published_database
    if settings.warehouse.lake:
        return target
    with open_database(settings) as connection:
        copy_file(connection, settings.database, target, _MODES[settings.warehouse.published_to])
    return target


def publish_news(settings: Settings) -> None:
    """Publish if the copy lacks calls, failures, erasures or tables that the database has.

    A large file is not copied just for the counts of sweeps that did nothing. Raises what `publish` raises.
    """
    if settings.warehouse.lake:
        return
    with open_database(settings) as connection:
        held = _state(connection)
    if held != _published_state(settings):
        publish(settings)


def _published_state(settings: Settings) -> tuple[int, ...] | None:
    """The state of the copy; None if there is none, if it cannot be read, or is of an older version."""
    if not settings.published_database.exists():
        return None
    try:
        with open_readonly(settings) as connection:
            return _state(connection)
    except PcaError:
        return None


def _state(connection: duckdb.DuckDBPyConnection) -> tuple[int, ...]:
    """Numbers that differ between two states of a database: each load of a call adds a row, only erasures remove any."""
    return tuple(connection.execute(_STATE).fetchone() or ())


def export(
    settings: Settings, folder: Path, file_format: ExportFormat = "parquet", *, by_month: bool = False
) -> tuple[Path, ...]:
    """Write each table of calls to a file of its own in `folder`, ordered by call; as aws, one file per call.

    As csv, lists are JSON, and v_calls and v_segments are written as well, for spreadsheets. With `by_month`, Parquet in a
    folder per table, with a folder in it for each month in which calls began. Raises StorageError if `folder` cannot be
    written, or has such folders already.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with open_readonly(settings) as connection:
            if file_format == "aws":
                return tuple(write_aws(connection, folder))
            if by_month:
                return tuple(_write_months(connection, folder))
            sheets = _write_sheets(connection, folder) if file_format == "csv" else ()
            return (*_write_tables(connection, folder, file_format), *sheets)
    except OSError as error:
        raise StorageError(f"{folder} cannot be written ({error.strerror}).", "Name another folder.") from None


def _write_tables(connection: duckdb.DuckDBPyConnection, folder: Path, file_format: ExportFormat) -> Iterator[Path]:
    for table in CALL_TABLES:
        path = folder / f"{table}.{file_format}"
        columns = _flat(connection, table) if file_format == "csv" else "*"
        rows = f"select {columns} from {table} order by call_id, rowid"
        connection.execute(f"copy ({rows}) to {quoted(path)} ({_COPY_OPTIONS[file_format]})")
        yield path


def _write_sheets(connection: duckdb.DuckDBPyConnection, folder: Path) -> Iterator[Path]:
    """Write views as CSV with a byte order mark: without one, Excel does not expect Unicode."""
    for view, order in _SHEETS.items():
        path = folder / f"{view}.csv"
        columns = f'{_flat(connection, view, for_sheet=True)} rename (call_id as "\ufeffcall_id")'
        rows = f"select {columns} from {view} order by {order}"
        connection.execute(f"copy ({rows}) to {quoted(path)} ({_COPY_OPTIONS['csv']})")
        yield path


def _flat(connection: duckdb.DuckDBPyConnection, relation: str, *, for_sheet: bool = False) -> str:
    """All columns, with lists and structures as JSON, which every program reads: names in them may contain commas.

    `for_sheet`: text that a spreadsheet would run as a formula gets an apostrophe before it.
    """
    described = connection.execute(f"describe {relation}").fetchall()
    changed = [f"to_json({name}) as {name}" for name, kind, *_ in described if _NESTED.match(kind)]
    if for_sheet:
        texts = (name for name, kind, *_ in described if kind == "VARCHAR" and name != "call_id")
        changed += [rf"regexp_replace({name}, '^[-=+@\t\r]', '''\0') as {name}" for name in texts]
    return f"* replace ({', '.join(changed)})" if changed else "*"


def _write_months(connection: duckdb.DuckDBPyConnection, folder: Path) -> Iterator[Path]:
    """Write Hive partitions: calls/month=2026-03/data_0.parquet. A call without a start counts by when it was loaded."""
    if taken := [table for table in CALL_TABLES if (folder / table).exists()]:
        raise StorageError(f"{folder} holds {taken[0]} already.", "Name a new folder, or remove what is there.")
    month = "strftime(coalesce(calls.started_at, calls.loaded_at), '%Y-%m') as month"
    for table in CALL_TABLES:
        joined = "" if table == "calls" else "join calls using (call_number)"
        rows = f"select {table}.*, {month} from {table} {joined} order by call_number"
        options = f"{_COPY_OPTIONS['parquet']}, partition_by (month)"
        connection.execute(f"copy ({rows}) to {quoted(folder / table)} ({options})")
        if not any((folder / table).glob("*")):  # a table without rows has no month, but readers need its columns
            (folder / table / _NO_MONTH).mkdir(parents=True)
            empty = quoted(folder / table / _NO_MONTH / "data_0.parquet")
            connection.execute(f"copy (select * from {table}) to {empty} ({_COPY_OPTIONS['parquet']})")
        yield folder / table
