"""Business questions: one SQL file each in sql/questions, with a header that says what it answers.

The header is the comment at the top of the file:

    -- Title: Average handle time by queue
    -- Answers: How long does a call take in each queue?
    -- Parameter since (date): only calls from this day on, UTC
    -- Parameter limit (integer) = 20: at most this many rows
    -- Parameter days (integer, at most 366) = 7: days to look ahead
    -- Parameter by (queue|agent) = queue: one of these words
    -- Parameter queue (queue): only calls of this queue, by its name
    -- Chart: aht_seconds
    -- Read: what the columns mean; an indented line
    --   continues the one above it

In the SQL a parameter is `$since`. One without a default is null if it is not given, unless it is `required`:
`-- Parameter text (text, required): …`. `Chart` is the column that `pca ask --chart` draws; a question without it has no
number to draw.

Some values in the SQL are not parameters (answers.py sets them). `$first_number` and `$last_number` are the smallest and
largest number of the calls from `since` to `before`, so that DuckDB can skip the rows of all others. `$words`, `$parts`,
`$rough`, `$word`, `$pattern` and `$label` are what `text` is searched by (search.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from zoneinfo import available_timezones

from pca_pipeline.errors import WarehouseError
from pca_pipeline.warehouse.schema import SQL_FOLDER

_FOLDER = SQL_FOLDER / "questions"
_FIELD = re.compile(r"(?P<field>Title|Answers|Chart|Read): (?P<text>.+)")
_PARAMETER = re.compile(
    r"Parameter (?P<name>\w+) \((?P<kind>text|queue|agent|integer|number|date|zone|\w+(?:\|\w+)+)"
    r"(?P<required>, required)?(?:, at most (?P<most>\d+))?\)"
    r"(?: = (?P<default>[^:]+))?: (?P<text>.+)"
)

_MOST = 100_000_000  # limit of a number without one of its own: DuckDB can still add so many days to a moment
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
    """A parameter of a question.

    `kind` is text, queue or agent (a name that calls have, in any case), integer or number (0 to `most`), date
    (YYYY-MM-DD), zone, or the allowed words, in any case: a|b.
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
    """A parameter with its default, as it is written."""
    given = "…" if parameter.default is None else parameter.default
    return f"**`{parameter.name}`**" if parameter.required else f"`{parameter.name}={given}`"


def parse_value(parameter: Parameter, text: str) -> Value:
    """A value for a parameter, from text. Raises WarehouseError that says what the parameter takes."""
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
    return replace(parameter, default=parse_value(parameter, found["default"])) if found["default"] else parameter


def _header(text: str) -> list[str]:
    """Entries of the header, each joined with its indented lines."""
    entries: list[str] = []
    for line in text.splitlines():
        if not line.startswith("--"):
            break
        if line.startswith("--   ") and entries:
            entries[-1] += " " + line.removeprefix("--").strip()
        else:
            entries.append(line.removeprefix("--").strip())
    return entries
