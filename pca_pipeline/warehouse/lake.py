"""The same tables as a lake on shared storage: Parquet files, and a DuckLake catalog that says which of them are valid.

Many loaders and readers can use it at once: on one machine with a catalog in SQLite, on several with one in PostgreSQL. A
load is a snapshot: readers see all of it or nothing. DuckLake has no keys and no comments on columns of views; everything
else in the schema is there (https://ducklake.select/docs).
"""

from __future__ import annotations

import random
import sqlite3
import time
from contextlib import closing

import duckdb

from pca_pipeline.errors import DatabaseLockedError, SetupError
from pca_pipeline.settings import Settings
from pca_pipeline.warehouse import schema
from pca_pipeline.warehouse.extensions import load_extension
from pca_pipeline.warehouse.literal import quoted

_NUMBERS = 1 << 15  # numbers that a load may take: more than a batch has calls
_COLUMNS = """
select column_name, data_type, column_default, comment
from duckdb_columns()
where table_name = ?
order by column_index
"""


def attach(connection: duckdb.DuckDBPyConnection, settings: Settings, *, read_only: bool) -> None:
    """Attach the lake of the settings as `pca`. Raises SetupError if a package is missing, or `encrypt` is set."""
    if settings.warehouse.encrypt:
        raise SetupError("A lake is not encrypted by this program.", "Encrypt its storage, and set encrypt = false.")
    assert settings.warehouse.lake is not None
    catalog = settings.warehouse.lake_catalog or f"sqlite:{settings.database}"
    load_extension(connection, "ducklake", "A lake")
    if (kind := catalog.partition(":")[0]) in ("sqlite", "postgres"):
        load_extension(connection, f"{kind}_scanner", f"A catalog in {kind}")
    # Inlined rows would be in the catalog, where erased rows stay in free pages.
    options = f"data_path {quoted(f'{settings.warehouse.lake}/data/')}, data_inlining_row_limit 0"
    connection.execute(f"attach {quoted(f'ducklake:{catalog}')} as pca ({options}{', read_only' if read_only else ''})")


def prepare(connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Create the tables and views of an attached lake that has none; upgrade an older one to the newest version."""
    if schema.schema_version(connection):
        if schema.pending(connection):
            schema.migrate(connection)
            schema.create_views(connection, comments=False)
        return
    with duckdb.connect() as model:
        schema.migrate(model)
        connection.begin()
        for name, comment in model.execute("select table_name, comment from duckdb_tables()").fetchall():
            _create(connection, name, comment, model.execute(_COLUMNS, [name]).fetchall())
        connection.execute("alter table calls set partitioned by (year(started_at), month(started_at))")
        steps = model.execute("select version, name, code_version from schema_migrations").fetchall()
        connection.executemany("insert into schema_migrations (version, name, code_version) values (?, ?, ?)", steps)
        connection.commit()
    schema.create_views(connection, comments=False)
    settings.database.touch()  # if the catalog is elsewhere, this file shows that there is one


def _create(connection: duckdb.DuckDBPyConnection, name: str, comment: str, columns: list[tuple[str, ...]]) -> None:
    declared = ", ".join(
        f"{column} {kind}" + (f" default {default}" if default and default != "NULL" else "")
        for column, kind, default, _ in columns
    )
    connection.execute(f"create table {name} ({declared})")
    connection.execute(f"comment on table {name} is {quoted(comment)}")
    for column, _, _, meaning in columns:
        connection.execute(f"comment on column {name}.{column} is {quoted(meaning)}")


def next_number() -> int:
    """The first of a range of call numbers that no other loader takes: by the clock, random within a millisecond."""
    return (time.time_ns() // 1_000_000 << 22) + random.randrange(1 << 7) * _NUMBERS


def forget(connection: duckdb.DuckDBPyConnection) -> None:
    """Remove deleted rows from the files: rewrite those that have some, and drop all former snapshots."""
    connection.execute("call ducklake_rewrite_data_files('pca', delete_threshold => 0)")
    connection.execute("call ducklake_expire_snapshots('pca', older_than => now())")
    connection.execute("call ducklake_cleanup_old_files('pca', cleanup_all => true)")
    connection.execute("call ducklake_delete_orphaned_files('pca', cleanup_all => true)")


def clean_catalog(settings: Settings) -> None:
    """Remove what was deleted from a catalog in SQLite. Raises DatabaseLockedError if somebody else is writing.

    The catalog has each column's smallest and largest value, and free pages. One in PostgreSQL is up to those who run it.
    """
    if settings.warehouse.lake_catalog:
        return
    try:
        with closing(sqlite3.connect(settings.database, timeout=settings.warehouse.lock_wait_seconds)) as catalog:
            with catalog:
                catalog.execute("update ducklake_table_column_stats set min_value = null, max_value = null")
            catalog.execute("vacuum")
    except sqlite3.OperationalError:
        raise DatabaseLockedError(
            "Another process writes to the lake's catalog.", "Erase again when it is done."
        ) from None
