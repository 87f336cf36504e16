"""The schema: numbered migrations and views, kept as SQL files, and the tables they make."""

from __future__ import annotations

import re
from dataclasses import dataclass
from graphlib import TopologicalSorter
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import duckdb

from pca_pipeline.errors import WarehouseError
from pca_pipeline.warehouse.transaction import transaction

SQL_FOLDER = Path(__file__).parents[2] / "sql"  # beside the package, in a checkout and when installed

STAGED_TABLES = (
    "calls",
    "files",
    "participants",
    "intervals",
    "transfers",
    "segments",
    "findings",
    "mute_spans",
    "call_facts",
    "call_metrics",
    "participant_metrics",
    "sentiment_quarters",
    "drivers",
    "enrichments",
    "journey_steps",
    "call_attributes",
)
DERIVED_TABLES = ("agent_legs", "queue_visits")  # filled by the loader, from sql/derived in this order
CALL_TABLES = STAGED_TABLES + DERIVED_TABLES


_COLUMN_COMMENT = re.compile(r"^comment on column .*\n", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Migration:
    """One step of the schema."""

    version: int
    name: str
    sql: str


def code_version() -> str:
    """Version of the installed package; "unknown" if it is not installed."""
    try:
        return version("pca-pipeline")
    except PackageNotFoundError:
        return "unknown"


def migrations(folder: Path = SQL_FOLDER / "schema") -> tuple[Migration, ...]:
    """All migrations, by number: files named like `0001_calls.sql`."""
    paths = sorted(folder.glob("[0-9]*.sql"))
    return tuple(Migration(int(re.split("_", p.stem)[0]), p.name, p.read_text("utf-8")) for p in paths)


def derivation(table: str, first: int, last: int) -> str:
    """SQL that computes the rows of a derived table for the calls with these numbers."""
    sql = (SQL_FOLDER / "derived" / f"{table}.sql").read_text("utf-8")
    return sql.replace("$first", str(first)).replace("$last", str(last))


def schema_version(connection: duckdb.DuckDBPyConnection) -> int:
    """Number of the last migration of an open database; 0 for an empty one."""
    known = "select 1 from duckdb_tables() where table_name = 'schema_migrations' and not temporary"
    if connection.execute(known).fetchone() is None:
        return 0
    row = connection.execute("select max(version) from schema_migrations").fetchone()
    return int(row[0]) if row and row[0] else 0


def pending(connection: duckdb.DuckDBPyConnection, folder: Path = SQL_FOLDER / "schema") -> tuple[Migration, ...]:
    """Migrations that an open database lacks. Raises WarehouseError if it is newer than this program."""
    steps = migrations(folder)
    current = schema_version(connection)
    if current > steps[-1].version:
        raise WarehouseError(
            f"The database has schema version {current}, and this program knows versions up to {steps[-1].version}.",
            "Install the newer pca_pipeline that wrote it, or set warehouse.database to another file.",
        )
    return tuple(step for step in steps if step.version > current)


def migrate(connection: duckdb.DuckDBPyConnection, folder: Path = SQL_FOLDER / "schema") -> None:
    """Bring an open database to the newest version, each migration in its own transaction."""
    for step in pending(connection, folder):
        try:
            with transaction(connection):
                connection.execute(step.sql)
                connection.execute(
                    "insert into schema_migrations (version, name, code_version) values (?, ?, ?)",
                    [step.version, step.name, code_version()],
                )
        except duckdb.Error as error:
            raise WarehouseError(
                f"The migration {step.name} failed ({type(error).__name__}).",
                "The database is as it was before. If it holds tables of something else, "
                "set warehouse.database to another file.",
            ) from error


def create_indexes(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the index that finds a conversation within a millisecond. Only in a file: a lake has no indexes."""
    connection.execute("create index if not exists calls_by_conversation on calls (conversation_id)")


def drop_indexes(connection: duckdb.DuckDBPyConnection) -> None:
    """Drop the indexes before a migration: DuckDB cannot change columns of a table that has one."""
    connection.execute("drop index if exists calls_by_conversation")


def create_views(
    connection: duckdb.DuckDBPyConnection, folder: Path = SQL_FOLDER / "views", *, comments: bool = True
) -> None:
    """(Re)create the views in one transaction, each after those it reads; other views are left alone.

    Without `comments`, their columns have none.
    """
    views = {path.stem: path.read_text("utf-8") for path in folder.glob("*.sql")}
    reads = {name: (set(re.findall(r"\bv_\w+", sql)) & views.keys()) - {name} for name, sql in views.items()}
    with transaction(connection):
        for name in TopologicalSorter(dict(sorted(reads.items()))).static_order():
            connection.execute(views[name] if comments else _COLUMN_COMMENT.sub("", views[name]))
