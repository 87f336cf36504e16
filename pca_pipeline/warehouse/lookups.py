"""Queries that look up names, in somebody else's DuckDB file or in anything that DuckDB reads."""

from __future__ import annotations

from pathlib import Path

import duckdb

from pca_pipeline.errors import SetupError
from pca_pipeline.warehouse.results import rows_of


def select(database: Path | None, query: str) -> list[dict[str, object]]:
    """The rows of a query. The file is opened read-only. Raises SetupError."""
    try:
        with duckdb.connect(str(database) if database else ":memory:", read_only=database is not None) as connection:
            return rows_of(connection.execute(query))
    except duckdb.Error as error:
        raise SetupError(
            f"A lookup's query fails: {type(error).__name__}.",
            "Try it in DuckDB; ctr.lookups names the file that it is asked of.",
        ) from error
