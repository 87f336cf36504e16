"""Business questions: one SQL file each in sql/questions, with a header that says what it answers.

A header is comment lines at the head of the file:

    -- Title: Average handle time by queue
    -- Answers: How long does a call take in each queue?
    -- Parameter since (date): only calls from this day on, UTC
    -- Parameter limit (integer) = 20: at most this many rows
    -- Parameter days (integer, at most 366) = 7: days to look ahead
    -- Parameter by (queue|agent) = queue: one of these words
    -- Parameter queue (queue): only calls of this queue, by its name
    -- Chart: aht_seconds
    -- Read: what the columns mean; a line that is indented
    --   goes on with the one above it

In the SQL a parameter is `$since`. Without a default it is null where it is not given, unless it is `required`:
`-- Parameter text (text, required): …`. `Chart` is the column that
`pca ask --chart` draws; a question without it answers with nothing to measure.

`$first_number` and `$last_number` are no parameters: they are the smallest and
largest number of the calls from `since` to `before`, so that DuckDB passes over the rows of all others. Nor are `$words`,
`$parts`, `$needle`, `$pattern` and `$label`: they are what `text` is looked for by (search.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from zoneinfo import available_timezones

import duckdb

from pca_pipeline.errors import WarehouseError
from pca_pipeline.settings import Settings
from pca_pipeline.warehouse.database import open_readonly
from pca_pipeline.warehouse.schema import SQL_FOLDER
from pca_pipeline.warehouse.search import seek

_FOLDER = SQL_FOLDER / "questions"
_FIELD = re.compile(r"(?P<field>Title|Answers|Chart|Read): (?P<text>.+)")
_PARAMETER = re.compile(
    r"Parameter (?P<name>\w+) \((?P<kind>text|queue|agent|integer|number|date|zone|\w+(?:\|\w+)+)"
    r"(?P<required>, required)?(?:, at most (?P<most>\d+))?\)"
    r"(?: = (?P<default>[^:]+))?: (?P<text>.+)"
)

_LARGEST = 2**63 - 1
_MOST = 100_000_000  # of a number that has no bound of its own: as many days are still a moment to DuckDB
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
_NEAR = 3  # of people, and of names that are like the one asked for

Value = str | int | float | date | None


def _zone(text: str) -> str:
    if text not in available_timezones():
        raise ValueError
    return text


_KINDS: dict[str, tuple[Callable[[str], Value], str]] = {
    "text": (lambda text: " ".join(text.split()), "text"),
    "queue": (str.strip, "the name or id of a queue"),
    "agent": (str.strip, "the name or id of an agent"),
    "integer": (int, "a whole number from 0 to {most:,}"),
    "number": (float, "a number from 0 to {most:,}"),
    "date": (date.fromisoformat, "a day as YYYY-MM-DD"),
    "zone": (_zone, "a time zone as in Europe/Berlin"),
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a question can be asked with.

    `kind` is text, queue or agent (a name that calls have, in any case), integer or number (0 to `most`), date
    (YYYY-MM-DD), zone, or the words allowed, in any case: a|b.
    """

    name: str
    kind: str
    description: str
    default: Value = None
    required: bool = False
    most: int = _MOST


@dataclass(frozen=True, slots=True)
class Question:
    """A business question and the SQL that answers it."""

    name: str
    title: str
    answers: str
    reading: str
    parameters: tuple[Parameter, ...]
    sql: str
    chart: str | None = None  # the column of its measure


@dataclass(frozen=True, slots=True)
class Answer:
    """A table: names of the columns, then rows of plain Python values."""

    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]


def list_questions(folder: Path = _FOLDER) -> tuple[Question, ...]:
    """All questions, by name."""
    return tuple(_question(path) for path in sorted(folder.glob("*.sql")))


def find_question(name: str, folder: Path = _FOLDER) -> Question:
    """The question of that name. Raises WarehouseError that lists the names there are."""
    questions = {question.name: question for question in list_questions(folder)}
    if name not in questions:
        raise WarehouseError(f"There is no question {name!r}.", f"Ask one of: {', '.join(questions)}.")
    return questions[name]


def question_table(folder: Path = _FOLDER) -> str:
    """All questions with their parameters, as the Markdown table of docs/sql.md."""
    rows = (
        f"| `{one.name}` | {one.answers} | {', '.join(_brief(parameter) for parameter in one.parameters)} |\n"
        for one in list_questions(folder)
    )
    return "| question | answers | parameters |\n|---|---|---|\n" + "".join(rows)


def _brief(parameter: Parameter) -> str:
    """A parameter with its default, as one writes it."""
    given = "…" if parameter.default is None else parameter.default
    return f"**`{parameter.name}`**" if parameter.required else f"`{parameter.name}={given}`"


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


def _shown(value: object) -> object:
    """What is less than nothing by less than it is rounded to is 0, not -0."""
    return value + 0.0 if isinstance(value, float) else value


def derived_values(
    connection: duckdb.DuckDBPyConnection, question: Question, values: Mapping[str, object]
) -> dict[str, object]:
    """What the question's SQL has that is no parameter."""
    sought = seek(str(values["text"]), str(values["match"]))._asdict() if "$pattern" in question.sql else {}
    return {**number_range(connection, question, values), **sought}


def number_range(
    connection: duckdb.DuckDBPyConnection, question: Question, values: Mapping[str, object]
) -> dict[str, Value]:
    """What the question's SQL has as $first_number and $last_number; nothing where it has neither."""
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
    return parameter.default if given is None else _read(parameter, str(given))


def _read(parameter: Parameter, text: str) -> Value:
    kind, name = parameter.kind, parameter.name
    if "|" in kind:
        text = text.lower()
        if text not in kind.split("|"):
            raise WarehouseError(
                f"The parameter {name!r} has an invalid value.", f"It is one of: {kind.replace('|', ', ')}."
            )
    reader, meaning = _KINDS.get(kind, _KINDS["text"])
    try:
        value = reader(text)
        if isinstance(value, int | float) and not 0 <= value <= parameter.most:
            raise ValueError
        return value
    except ValueError:
        raise WarehouseError(
            f"The parameter {name!r} must be {meaning.format(most=parameter.most)}.",
            "`pca ask QUESTION --explain` describes its parameters.",
        ) from None


def _refuse_unknown(connection: duckdb.DuckDBPyConnection, question: Question, values: Mapping[str, Value]) -> None:
    """Raise WarehouseError for the name of a queue or an agent that no call has: its answer would be empty."""
    for parameter in question.parameters:
        role, name = parameter.kind, values[parameter.name]
        if role not in _NAMED or name is None or connection.execute(_HAS, [role, name]).fetchone():
            continue
        names = [str(one) for (one,) in connection.execute(_NAMES, [role]).fetchall()]
        hint = _others(role, str(name), names) if names else f"There is no {role} at all."
        raise WarehouseError(f"No call has the {role} {name!r}.", hint)


def _others(role: str, name: str, names: Sequence[str]) -> str:
    """Names that are like it, else how to see those there are; no list of many people."""
    if near := get_close_matches(name, names, _NEAR, cutoff=0.4):
        return f"There are: {', '.join(near)}{', …' if len(near) < len(names) else ''}."
    if role == "agent" and len(names) > _NEAR:
        return f"There are {len(names)} agents: `pca ask agent-performance` names them."
    return f"There are: {', '.join(names[:_FEW])}{', …' if len(names) > _FEW else ''}."


def _question(path: Path) -> Question:
    text = path.read_text("utf-8")
    fields: dict[str, str] = {}
    parameters: list[Parameter] = []
    for entry in _header(text):
        if found := _FIELD.fullmatch(entry):
            fields[found["field"]] = found["text"]
        elif found := _PARAMETER.fullmatch(entry):
            parameters.append(_parameter(found))
        else:
            raise WarehouseError(f"The header of {path.name} has a line of no known form.", "See sql/questions.")
    if missing := {"Title", "Answers", "Read"} - fields.keys():
        raise WarehouseError(f"The header of {path.name} lacks {', '.join(sorted(missing))}.", "Add it.")
    title, answers, reading = (fields[name] for name in ("Title", "Answers", "Read"))
    return Question(path.stem, title, answers, reading, tuple(parameters), text, fields.get("Chart"))


def _parameter(found: re.Match[str]) -> Parameter:
    most = int(found["most"] or _MOST)
    parameter = Parameter(found["name"], found["kind"], found["text"], None, bool(found["required"]), most)
    return replace(parameter, default=_read(parameter, found["default"])) if found["default"] else parameter


def _header(text: str) -> list[str]:
    """Entries of the leading comment, each joined with its indented lines."""
    entries: list[str] = []
    for line in text.splitlines():
        if not line.startswith("--"):
            break
        if line.startswith("--   ") and entries:
            entries[-1] += " " + line.removeprefix("--").strip()
        else:
            entries.append(line.removeprefix("--").strip())
    return entries
