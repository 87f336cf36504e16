"""Results of queries as rows by name."""

from __future__ import annotations

from typing import Any

import duckdb


def rows_of(result: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """All rows of a query that was executed, by the names of its columns."""
    columns = [column[0] for column in result.description or ()]
    return [dict(zip(columns, row, strict=True)) for row in result.fetchall()]
