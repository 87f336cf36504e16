from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from pca_pipeline.errors import WarehouseError
from pca_pipeline.settings import Settings
from pca_pipeline.warehouse import Parameter, Question, ask, list_questions, load, open_database, question_table, stage
from pca_pipeline.warehouse.search import Sought
from tests.factories import CUSTOMER, agent, make_call

QUESTION = """-- Title: A title
-- Answers: What?
-- Parameter since (date): only from this day on: UTC
-- Parameter limit (integer) = 20: rows
-- Parameter days (integer, at most 366) = 7: ahead
-- Parameter text (text, required): words
-- Chart: calls
-- Read: one line
--   and another
select 1
"""


def test_a_header_is_read(tmp_path: Path) -> None:
    """Fields, parameters with defaults, and continued lines."""
    (tmp_path / "a-name.sql").write_text(QUESTION)
    (question,) = list_questions(tmp_path)
    assert question.name == "a-name"
    assert (question.title, question.answers, question.reading) == ("A title", "What?", "one line and another")
    assert question.chart == "calls"
    assert question.parameters == (
        Parameter("since", "date", "only from this day on: UTC"),
        Parameter("limit", "integer", "rows", 20),
        Parameter("days", "integer", "ahead", 7, most=366),
        Parameter("text", "text", "words", required=True),
    )


@pytest.mark.parametrize("line", ["-- Title: A title", "-- Read: one line"])
def test_an_incomplete_header_is_refused(tmp_path: Path, line: str) -> None:
    """A question that does not say what it is cannot be listed."""
    (tmp_path / "x.sql").write_text(QUESTION.replace(line + "\n", ""))
    with pytest.raises(WarehouseError, match=r"x\.sql"):
        list_questions(tmp_path)


def test_a_line_of_no_known_form_is_refused(tmp_path: Path) -> None:
    """A misspelt field is not ignored."""
    (tmp_path / "x.sql").write_text(QUESTION.replace("(date)", "(day)"))
    with pytest.raises(WarehouseError, match=r"x\.sql has a line"):
        list_questions(tmp_path)


def test_the_guide_lists_each_question() -> None:
    """docs/sql.md has every question and its parameters."""
    assert question_table() in (Path(__file__).parents[2] / "docs/sql.md").read_text("utf-8")


@pytest.mark.parametrize("question", list_questions(), ids=lambda question: str(question.name))
def test_declared_parameters_are_used_and_used_ones_declared(question: Question) -> None:
    """What the header names is what the SQL takes."""
    body = "\n".join(line for line in question.sql.splitlines() if not line.startswith("--"))
    used = set(re.findall(r"\$(\w+)", body)) - {"first_number", "last_number", *Sought._fields}
    assert used == {parameter.name for parameter in question.parameters}


@pytest.mark.parametrize(
    ("name", "params", "message"),
    [
        ("no-such", {}, "no question 'no-such'"),
        ("calls", {"sinse": "2026-01-01"}, "no parameter 'sinse'"),
        ("calls", {"since": "yesterday"}, "'since' must be a day as YYYY-MM-DD"),
        ("calls", {"limit": "many"}, "'limit' must be a whole number"),
        ("find", {}, "'text' is missing"),
        ("transfer-map", {"by": "team"}, "'by' has an invalid value"),
        ("volume-forecast", {"zone": "Mars"}, "'zone' must be a time zone"),
        ("calls", {"limit": -1}, "'limit' must be a whole number"),
        ("calls", {"limit": "9" * 20}, "'limit' must be a whole number from 0 to 100,000,000"),
        ("repeat-callers", {"days": 367}, "'days' must be a whole number from 0 to 366"),
        ("queue-wait", {"target": -1}, "'target' must be a number from 0"),
        ("queue-wait", {"target": "nan"}, "'target' must be a number from 0"),
        ("queue-wait", {"target": "inf"}, "'target' must be a number from 0"),
        ("find", {"text": " "}, "'text' is missing"),
        ("find", {"text": "a", "speaker": "custom"}, "'speaker' has an invalid value"),
    ],
)
def test_a_wrong_question_is_explained(settings: Settings, name: str, params: dict[str, object], message: str) -> None:
    """The error names what is wrong, before any database is opened."""
    with pytest.raises(WarehouseError, match=message):
        ask(name, settings, params)


@pytest.mark.parametrize(
    ("params", "message", "hint"),
    [
        ({"queue": "Biling"}, "No call has the queue 'Biling'", "There are: Billing."),
        ({"agent": "ann "}, None, None),
        ({"agent": "Zoe"}, "No call has the agent 'Zoe'", "There are: Ann."),
    ],
)
def test_a_name_that_no_call_has_is_told(
    settings: Settings, params: dict[str, str], message: str | None, hint: str | None
) -> None:
    """There is no empty answer: the error lists the names there are. Their case does not matter."""
    stage(make_call(), settings.staged_folder)
    load(settings)
    if message is None:
        assert len(ask("find", settings, {"text": "bill"} | params).rows) == 1
        return
    with pytest.raises(WarehouseError, match=message) as error:
        ask("find", settings, {"text": "bill"} | params)
    assert error.value.hint == hint


@pytest.mark.parametrize(
    ("name", "hint"),
    [("Ken", "There are 9 agents: `pca ask agent-performance` names them."), ("Aime", "There are: Aimee, ….")],
)
def test_an_unknown_agent_gets_no_list_of_people(settings: Settings, name: str, hint: str) -> None:
    """Only similar names."""
    names = ["Aimee", "Bob", "Zoltan", "Ruth", "Doyle", "Yvo", "Sushil", "Wu", "Igor"]
    people = [CUSTOMER, *(agent(number, one) for number, one in enumerate(names, 1))]
    stage(make_call(participants=people), settings.staged_folder)
    load(settings)
    with pytest.raises(WarehouseError) as error:
        ask("find", settings, {"text": "bill", "agent": name})
    assert error.value.hint == hint


@pytest.mark.parametrize("since", ["2026-03-02", date(2026, 3, 2)])
def test_values_are_taken_as_text_or_as_they_are(settings: Settings, since: object) -> None:
    """A command line gives text, a program gives values."""
    stage(make_call(), settings.staged_folder)
    load(settings)
    assert len(ask("calls", settings, {"since": since}).rows) == 1


def test_values_never_become_sql(settings: Settings) -> None:
    """Text that looks like SQL is text."""
    stage(make_call(), settings.staged_folder)
    load(settings)
    assert ask("find", settings, {"text": "' or 1 = 1 --"}).rows == ()


def test_a_copy_of_another_version_is_explained(settings: Settings) -> None:
    """If a question's view is missing, the error says to publish again."""
    with open_database(settings) as connection:
        connection.execute("drop view v_call_factors; drop view v_calls")
    with pytest.raises(WarehouseError, match="pca publish"):
        ask("calls", settings)
