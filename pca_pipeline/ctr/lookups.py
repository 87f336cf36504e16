"""Names behind ids, from the contact centre's own data: CSV or Parquet files, or queries of a DuckDB file."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import pyarrow as arrow
import pyarrow.parquet as parquet

from pca_pipeline.errors import SetupError
from pca_pipeline.settings import CtrSettings

Row = Mapping[str, object]
# Runs a query, in a database file or without one, and returns its rows. Passed in, since this package knows no database.
Query = Callable[[Path | None, str], Iterable[Row]]

_QUERY = re.compile(r"\s*(select|from|with)\s", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Lookups:
    """Display names by id. An id that is not here is shown as it is."""

    agents: Mapping[str, str] = field(default_factory=dict)
    queues: Mapping[str, str] = field(default_factory=dict)
    wrap_up_codes: Mapping[str, str] = field(default_factory=dict)
    divisions: Mapping[str, str] = field(default_factory=dict)
    skills: Mapping[str, str] = field(default_factory=dict)


def no_queries(_database: Path | None, _query: str) -> Iterable[Row]:
    """Stands for a `Query` where there is none. Raises SetupError."""
    raise SetupError("Names cannot be queried here.", "Let the settings of `ctr` point to CSV or Parquet files.")


def read_lookups(settings: CtrSettings, query: Query = no_queries) -> Lookups:
    """The names that the settings point to; files that changed are read again. Raises SetupError."""

    def names(source: str | Path | None, key: str) -> Mapping[str, str]:
        return _names(source, key, settings.lookups, query) if source else {}

    return Lookups(
        agents=names(settings.agents, "user_id"),
        queues=names(settings.queues, "queue_id"),
        wrap_up_codes=names(settings.wrap_up_codes, "wrap_up_code"),
        divisions=names(settings.divisions, "division_id"),
        skills=names(settings.skills, "skill_id"),
    )


def _names(source: str | Path, key: str, database: Path | None, query: Query) -> Mapping[str, str]:
    is_query = isinstance(source, str) and _QUERY.match(source) is not None
    file = database if is_query else Path(source)
    try:
        changed = file.stat().st_mtime_ns if file else None
        if not is_query:
            return _of_file(Path(source), key, changed)
        return (
            _of_query(query, database, str(source), key, changed) if changed else _by_id(query(None, str(source)), key)
        )
    except (OSError, ValueError, csv.Error, arrow.ArrowException) as error:  # a UnicodeDecodeError is a ValueError
        what = "a query of `ctr`" if is_query else repr(Path(source).name)
        raise SetupError(
            f"The names in {what} cannot be read as the columns {key} and name.",
            f"A lookup of `ctr` is a UTF-8 CSV file, a Parquet file or a query with the columns {key} and name.",
        ) from error


@lru_cache(maxsize=16)
def _of_file(path: Path, key: str, _modified: int | None) -> Mapping[str, str]:
    if path.suffix.lower() == ".parquet":
        return _by_id(parquet.read_table(path).to_pylist(), key)
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file, skipinitialspace=True)
        if not {key, "name"} <= set(reader.fieldnames or ()):
            raise ValueError("columns are missing")
        return _by_id(reader, key)


@lru_cache(maxsize=16)
def _of_query(query: Query, database: Path, text: str, key: str, _modified: int | None) -> Mapping[str, str]:
    return _by_id(query(database, text), key)


def _by_id(rows: Iterable[Row], key: str) -> Mapping[str, str]:
    try:
        pairs = [(row[key], row["name"]) for row in rows]
    except KeyError:
        raise ValueError("columns are missing") from None
    return {str(id_).strip(): str(name).strip() for id_, name in pairs if id_ and name}
