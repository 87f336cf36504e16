"""Deleting the rows of calls from every table."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from pca_pipeline.warehouse.schema import CALL_TABLES
from pca_pipeline.warehouse.vocabulary import forget_words


def delete_calls(
    connection: duckdb.DuckDBPyConnection, condition: str, values: Mapping[str, object] | None = None
) -> int:
    """Delete the calls that meet a condition on `calls`. Returns the number of rows, in all tables together.

    Rows are found by the calls' numbers, which lie together in blocks: DuckDB skips all other blocks.
    """
    found = connection.execute(f"select call_number from calls where {condition}", values).fetchall()
    if not found:
        return 0
    numbers = [number for (number,) in found]
    forget_words(connection, numbers)
    chosen = "call_number between $first and $last and call_number in (select unnest($numbers))"
    bound = {"first": min(numbers), "last": max(numbers), "numbers": numbers}
    deleted = (connection.execute(f"delete from {table} where {chosen}", bound).fetchone() for table in CALL_TABLES)
    return sum(int(row[0]) for row in deleted if row)
