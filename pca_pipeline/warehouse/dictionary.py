"""The data dictionary: every table, view and column with its comment, as Markdown.

`make docs` writes docs/data-dictionary.md.
"""

from __future__ import annotations

import sys

import duckdb

from pca_pipeline.warehouse import schema

_HEAD = """# Data dictionary

What the DuckDB file holds. This page is made from the comments in the database itself:
`select table_name, column_name, comment from duckdb_columns()` shows the same.

Every `TIMESTAMP` is UTC. Columns ending in `_ms` count milliseconds, those ending in `_seconds` seconds. Views
(`v_…`) keep their names and columns between versions; build reports on them.
"""

_RELATIONS = """
select view_name, 'view', comment from duckdb_views() where not internal
union all
select table_name, 'table', comment from duckdb_tables() where not internal
order by 2 desc, 1
"""

_COLUMNS = "select column_name, data_type, comment from duckdb_columns() where table_name = ? order by column_index"


def data_dictionary() -> str:
    """The dictionary of the newest schema, views first."""
    with duckdb.connect() as connection:
        schema.migrate(connection)
        schema.create_views(connection)
        relations = connection.execute(_RELATIONS).fetchall()
        return _HEAD + "".join(_section(connection, *relation) for relation in relations)


def _section(connection: duckdb.DuckDBPyConnection, name: str, kind: str, comment: str) -> str:
    rows = connection.execute(_COLUMNS, [name]).fetchall()
    columns = "".join(f"| `{column}` | {data_type} | {text} |\n" for column, data_type, text in rows)
    return f"\n## {name} ({kind})\n{comment}\n\n| column | type | meaning |\n|---|---|---|\n{columns}"


if __name__ == "__main__":
    sys.stdout.write(data_dictionary())
