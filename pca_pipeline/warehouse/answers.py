"""Answers to business questions, from the published copy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

import duckdb

from pca_pipeline.errors import WarehouseError
from pca_pipeline.settings import Settings
from pca_pipeline.warehouse.database import open_readonly
from pca_pipeline.warehouse.questions import Parameter, Question, Value, find_question, parse_value
from pca_pipeline.warehouse.search import seek

_LARGEST = 2**63 - 1
_RANGE = """
select coalesce(min(call_number), 0), coalesce(max(call_number), -1)
from calls
where ($since is null or started_at >= $since)
    and ($before is null or started_at < $before)
"""
_NAMED = ("queue", "agent")  # kinds of parameters that are roles of participants
_HAS = "select 1 from participants where role = $1 and lower(coalesce(name, id, participant)) = lower($2) limit 1"
_NAMES = (
    "select distinct coalesce(name, id, participant) as name from participants where role = $1 order by lower(name)"
)
_FEW = 8  # names in an error message
_NEAR = 3  # names like the one asked for; so many people may be listed


@dataclass(frozen=True, slots=True)
class Answer:
    """A table: names of the columns, then rows of plain Python values."""

    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]


def ask(name: str, settings: Settings, params: Mapping[str, object] | None = None) -> Answer:
    """Answer a question from the published copy. Values are bound, never put into the SQL.

    Raises WarehouseError for an unknown question, a parameter it does not have or a value of the wrong kind.
    """
    question = find_question(name)
    values = _bound(question, params or {})
    with open_readonly(settings) as connection:
        _refuse_unknown(connection, question, values)
        try:
            result = connection.execute(question.sql, values | derived_values(connection, question, values))
            columns = tuple(column[0] for column in result.description or ())
            return Answer(columns, tuple(tuple(map(_shown, row)) for row in result.fetchall()))
        except (duckdb.CatalogException, duckdb.BinderException):
            raise WarehouseError(
                f"The question {name!r} does not fit the database.",
                "It was published by another version: run `pca publish`, then ask again.",
            ) from None


def derived_values(
    connection: duckdb.DuckDBPyConnection, question: Question, values: Mapping[str, object]
) -> dict[str, object]:
    """The values in the question's SQL that are not parameters."""
    sought = seek(str(values["text"]), str(values["match"]))._asdict() if "$pattern" in question.sql else {}
    return {**number_range(connection, question, values), **sought}


def number_range(
    connection: duckdb.DuckDBPyConnection, question: Question, values: Mapping[str, object]
) -> dict[str, Value]:
    """Values of $first_number and $last_number; none where the question's SQL has neither."""
    if "$first_number" not in question.sql:
        return {}
    dates = {name: values[name] for name in ("since", "before")}
    if not any(dates.values()):
        return {"first_number": 0, "last_number": _LARGEST}
    first, last = connection.execute(_RANGE, dates).fetchall()[0]
    return {"first_number": first, "last_number": last}


def _bound(question: Question, given: Mapping[str, object]) -> dict[str, Value]:
    """A value for each parameter of the question."""
    known = {parameter.name for parameter in question.parameters}
    for name in given:
        if name not in known:
            names = ", ".join(sorted(known)) or "none"
            raise WarehouseError(f"{question.name!r} has no parameter {name!r}.", f"It has: {names}.")
    return {parameter.name: _value(parameter, given.get(parameter.name)) for parameter in question.parameters}


def _value(parameter: Parameter, given: object) -> Value:
    if parameter.required and (given is None or not str(given).strip()):
        raise WarehouseError(f"The parameter {parameter.name!r} is missing.", f"It is: {parameter.description}.")
    return parameter.default if given is None else parse_value(parameter, str(given))


def _refuse_unknown(connection: duckdb.DuckDBPyConnection, question: Question, values: Mapping[str, Value]) -> None:
    """Raise WarehouseError for a queue or an agent that no call has: the answer would be empty."""
    for parameter in question.parameters:
        role, name = parameter.kind, values[parameter.name]
        if role not in _NAMED or name is None or connection.execute(_HAS, [role, name]).fetchone():
            continue
        names = [str(one) for (one,) in connection.execute(_NAMES, [role]).fetchall()]
        hint = _others(role, str(name), names) if names else f"There is no {role} at all."
        raise WarehouseError(f"No call has the {role} {name!r}.", hint)


def _others(role: str, name: str, names: Sequence[str]) -> str:
    """Names like the one asked for, else how to see all of them; never a list of many people."""
    if near := get_close_matches(name, names, _NEAR, cutoff=0.4):
        return f"There are: {', '.join(near)}{', …' if len(near) < len(names) else ''}."
    if role == "agent" and len(names) > _NEAR:
        return f"There are {len(names)} agents: `pca ask agent-performance` names them."
    return f"There are: {', '.join(names[:_FEW])}{', …' if len(names) > _FEW else ''}."


def _shown(value: object) -> object:
    """A small negative number that is rounded away is 0, not -0."""
    return value + 0.0 if isinstance(value, float) else value
