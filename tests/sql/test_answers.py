from __future__ import annotations

from datetime import date, datetime

import pytest

from pca_pipeline.settings import Settings
from pca_pipeline.warehouse import Question, answers, ask, list_questions

NINE, TEN = datetime(2026, 3, 2, 9), datetime(2026, 3, 2, 10)

# (question, parameters, the answer's first rows), worked out by hand from the calls in conftest.py.
ANSWERS: list[tuple[str, dict[str, object], list[tuple[object, ...]]]] = [
    (
        "calls",
        {"since": "2026-03-02", "before": "2026-03-03"},
        [
            ("moved", TEN, "inbound", "Billing → Support", "Bob → Cem", 700, 1, "technical", -0.5, "PERSON 1", "exact"),
            ("plain", NINE, "inbound", "Billing", "Ann", 180, 0, "billing", 0.5, "CREDIT_CARD 1", "exact"),
        ],
    ),
    (
        "aht-by-queue",
        {},
        [("Support", 1, 400, 300, 60, 40, 400), ("Billing", 2, 200, 150, 10, 40, 250)],
    ),
    ("aht-by-queue", {"before": "2026-03-02"}, []),
    (
        "why-customers-call",
        {},
        [
            ("(none found)", 2, 40, None, None, 0.1, None, None),
            ("billing", 2, 40, 150, 0, 0.3, 20, 100),
            ("technical", 1, 20, 650, 1, -0.5, 60, 100),
        ],
    ),
    (
        "what-makes-calls-long",
        {},
        [
            ("driver", "technical", 1, 650, 150, 500, 8.3),
            ("longest silence", "10 s or more", 1, 650, 150, 500, 8.3),
            ("queue", "Support", 1, 650, 150, 500, 8.3),
            ("transfers", "one", 1, 650, 150, 500, 8.3),
        ],
    ),
    (
        "what-makes-them-angry",
        {},
        [
            ("longest silence", "10 s or more", 1, -0.5, 0.5, -1.0),
            ("queue", "Support", 1, -0.5, 0.3, -0.8),
            ("transfers", "one", 1, -0.5, 0.3, -0.8),
            ("driver", "technical", 1, -0.5, 0.23, -0.73),
            ("hold", "held", 2, 0, 0.1, -0.1),
        ],
    ),
    ("transfer-map", {}, [("Billing", "Support", 1, 1, 0, 100)]),
    ("transfer-map", {"by": "agent"}, [("Bob", "Cem", 1, 1, 0, 100)]),
    (
        "agent-performance",
        {},
        [
            ("Ann", 1, 150, 150, 0, 20, 30, 0, 120, 0, 0.2, 0.5),
            ("Bob", 1, 250, 250, 0, 0, 50, 1, 120, 0, 0, -0.5),
            ("Cem", 1, 400, 400, 0, 60, 40, 0, None, None, None, -0.5),
            ("agent_1", 1, None, None, None, None, None, 0, 120, 0, 0, 0.1),
        ],
    ),
    (
        "queue-wait",
        {},
        [("Billing", 3, 2, 1, 0, 0, 43.3, 30, 90, 33.3, 33.3, 20), ("Support", 1, 1, 0, 0, 0, 5, 5, 5, 100, 0, 5)],
    ),
    ("queue-wait", {"target": 30.0}, [("Billing", 3, 2, 1, 0, 0, 43.3, 30, 90, 66.7)]),
    ("ivr-containment", {}, [("Main menu", 2, 1, 50, 0, 1, 30)]),
    (
        "silence-and-talk-over",
        {"limit": 1},
        [("moved", TEN, "Bob → Cem", "technical", 700, 40, 70, 10, 7, 1)],
    ),
    (
        "what-was-redacted",
        {},
        [
            ("CREDIT_CARD", 1, 1, 20, 1, 0, 0.5, 0.9, 0.9),
            ("EMAIL_ADDRESS", 1, 1, 20, 1, 0, 0.5, 0.9, 0.9),
            ("PERSON", 1, 1, 20, 0, 1, 0.5, 0.4, 0.4),
        ],
    ),
    (
        "calls-to-review",
        {},
        [
            (
                "moved",
                TEN,
                "Bob → Cem",
                "technical",
                "unhappy customer, became unhappier, long silence, unsure redaction",
                -0.5,
                "done/2026-03-02/moved/redacted.wav",
            ),
            ("unrecorded", None, "agent_1", None, "no record", 0.1, "done/2026-03-02/unrecorded/redacted.wav"),
        ],
    ),
    (
        "find",
        {"text": "Terrible"},
        [("moved", TEN, 600, "customer", "one moment [PERSON]", "this is »TERRIBLE«", None)],
    ),
    (
        "find",
        {"text": "th", "speaker": "agent", "queue": "billing", "agent": "ANN"},
        [("plain", NINE, 40, "Ann", "my card is [CREDIT_CARD] okay", "»th«ank you very much", None)],
    ),
    ("find", {"text": "th", "queue": "Support", "agent": "ann"}, []),
    ("find", {"text": "welcome"}, []),
    (
        "find",
        {"text": "welcome", "speaker": "ivr"},
        [("contained", datetime(2026, 3, 3, 11), 1, "Main menu", None, "»welcome«", "my balance please")],
    ),
    (
        "find",
        {"text": "work the", "match": "all"},
        [("moved", TEN, 5, "customer", None, "»the« router does not »work«", "one moment [PERSON]")],
    ),
    ("find", {"text": "work the"}, []),
    (
        "find",
        {"text": " balance  terrible ", "match": "any", "speaker": "Customer"},
        [
            ("contained", datetime(2026, 3, 3, 11), 5, "customer", "welcome", "my »balance« please", None),
            ("moved", TEN, 600, "customer", "one moment [PERSON]", "this is »TERRIBLE«", None),
        ],
    ),
    ("misroutes", {}, [("Billing", 3, 1, 33.3, "Support", -15)]),
    (
        "ivr-exits",
        {},
        [("Main menu", "(call ended)", 1, 50, 45, 0.1), ("Main menu", "Billing", 1, 50, 15, 0.5)],
    ),
    ("ivr-sayings", {}, [("my balance please", 1, 1, 100)]),
    ("sentiment-by", {}, [("customer", None, 21, -0.03), ("ivr", None, 1, 0), ("agent", None, 8, 0.1)]),
    ("sentiment-by", {"by": "call"}, [("moved", "moved", 8, -0.5)]),
    ("sentiment-by", {"by": "conversation"}, [("moved", None, 8, -0.5)]),
    ("sentiment-by", {"by": "segment", "limit": 1}, [("the router does not work", "moved", 5, -0.5)]),
    (
        "repeat-callers",
        {},
        [
            ("(none found)", 2, 0, 0, 0, None, 0, 2),
            ("billing", 2, 0, 0, 0, None, 0, 2),
            ("technical", 1, 0, 0, 0, None, 0, 1),
        ],
    ),
    (
        "trend",
        {"by": "day"},
        [
            (date(2026, 3, 2), 2, 2, 3, 0, 66.7, 400, 0),
            (date(2026, 3, 3), 2, 0, 1, 100, 0, None, 0.1),
        ],
    ),
    ("trend", {"by": "month", "target": 30}, [(date(2026, 3, 1), 4, 2, 4, 25, 75, 400, 0.03)]),
    ("volume-forecast", {}, [(datetime(2026, 3, 3), None, None, None, 0)]),
    ("volume-forecast", {"since": "2026-03-02"}, [(datetime(2026, 3, 3), None, None, None, 0)]),
    ("anomalies", {}, []),
    ("volume-by-hour", {}, [(9, 2, 1, 1, 150), (10, 1, 0.5, 0, 650), (11, 1, 0.5, 1, None)]),
    ("volume-by-hour", {"since": "2026-03-03"}, [(9, 1, 1, 1, None), (10, 0, 0, 0, None), (11, 1, 1, 1, None)]),
    ("volume-by-hour", {"zone": "Europe/Berlin"}, [(10, 2, 1, 1, 150)]),
    (
        "sentiment-over-the-call",
        {},
        [("customer", 4, -0.5, None, None, -0.5, 0, 1), ("agent", 3, None, None, None, None, None, 0)],
    ),
    ("what-failed", {}, [("audio", "AudioError", False, 1)]),
]


@pytest.mark.parametrize(("name", "params", "rows"), ANSWERS, ids=[f"{name} {params}" for name, params, _ in ANSWERS])
def test_the_answer_is_right(
    settings: Settings, name: str, params: dict[str, object], rows: list[tuple[object, ...]]
) -> None:
    """Each question gives what was worked out by hand, in that order."""
    answer = ask(name, settings, params)
    width = len(rows[0]) if rows else 0
    assert [row[:width] for row in answer.rows[: len(rows)]] == rows
    if not rows:
        assert answer.rows == ()


def test_each_question_has_an_answer_worked_out_by_hand() -> None:
    """A question without a test is not shipped."""
    assert {question.name for question in list_questions()} == {name for name, _, _ in ANSWERS}


def test_the_open_failure_says_the_way_out(settings: Settings) -> None:
    """A failure that a later attempt mended is not listed; the open one has its message."""
    assert [row[-1] for row in ask("what-failed", settings).rows] == ["lost.wav is empty. Drop it again."]


def test_all_calls_are_listed_those_without_time_last(settings: Settings) -> None:
    """A call without a record is a call."""
    assert [row[0] for row in ask("calls", settings).rows] == ["contained", "abandoned", "moved", "plain", "unrecorded"]


def test_a_search_finds_the_latest_however_few_are_wanted(settings: Settings) -> None:
    """Calls that are looked through only where others do not suffice come after them, and none is lost."""
    places = ask("find", settings, {"text": "E"}).rows
    assert [row[0] for row in places] == [
        "contained",
        "moved",
        "moved",
        "moved",
        "plain",
        "plain",
        "unrecorded",
        "unrecorded",
    ]
    for limit in range(len(places)):
        assert ask("find", settings, {"text": "E", "limit": limit}).rows == places[:limit]


DATED = [question.name for question in list_questions() if "$first_number" in question.sql]


@pytest.mark.parametrize("name", DATED)
@pytest.mark.parametrize("dates", [{"since": "2026-03-03"}, {"before": "2026-03-03"}, {"since": "2027-01-01"}])
def test_passing_over_other_days_changes_no_answer(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, name: str, dates: dict[str, str]
) -> None:
    """The numbers of the days' calls are a short cut: with the numbers of all calls, the answer is the same."""
    given = dates | ({"text": "my"} if name == "find" else {})
    answer = ask(name, settings, given)
    monkeypatch.setattr(answers, "number_range", lambda *_: {"first_number": 0, "last_number": 1000})
    assert ask(name, settings, given) == answer


NUMBERS = [
    (question.name, parameter.name, value)
    for question in list_questions()
    for parameter in question.parameters
    if parameter.kind in ("integer", "number")
    for value in (0, parameter.most)
]


@pytest.mark.parametrize(("name", "parameter", "value"), NUMBERS)
def test_every_number_that_is_allowed_has_an_answer(settings: Settings, name: str, parameter: str, value: int) -> None:
    """None is too large for DuckDB."""
    assert ask(name, settings, {parameter: value} | ({"text": "my"} if name == "find" else {})).columns


@pytest.mark.parametrize("question", list_questions(), ids=lambda question: str(question.name))
def test_what_a_chart_draws_is_a_column(settings: Settings, question: Question) -> None:
    """Each question's measure is among its columns; where words were found is none."""
    answer = ask(question.name, settings, {"text": "my"} if question.name == "find" else {})
    assert (question.chart in answer.columns) == (question.name != "find")
