"""Questions that need weeks of calls, customers who call again, and many calls of an agent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pca_pipeline.call import CtrQuality, FinishedCall, Participant, ParticipantTimes, Role
from pca_pipeline.settings import Settings
from pca_pipeline.warehouse import ask, erase, list_questions, load, stage
from tests.factories import CUSTOMER, agent, ivr, make_call, queue

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)


def warehouse(folder: Path, calls: Iterable[FinishedCall]) -> Settings:
    """A calls folder with these calls loaded."""
    settings = Settings(folder=folder)
    for call in calls:
        stage(call, settings.staged_folder)
    load(settings)
    return settings


def calls_at(moment: datetime, count: int) -> list[FinishedCall]:
    """So many calls that begin a minute apart."""
    return [make_call(f"{moment:%m%d%H}-{n}", started_at=moment + timedelta(minutes=n)) for n in range(count)]


@pytest.fixture(scope="module")
def seasons(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Mondays at 9: 2, 4, 2, 4 and then 24 calls; one more on the Tuesday after, which ends the history."""
    mondays = [
        call for week, n in enumerate((2, 4, 2, 4, 24)) for call in calls_at(MONDAY + timedelta(7 * week, 32400), n)
    ]
    return warehouse(tmp_path_factory.mktemp("seasons"), [*mondays, *calls_at(MONDAY + timedelta(29, 32400), 1)])


def test_the_forecast_is_the_mean_of_the_season_with_its_spread(seasons: Settings) -> None:
    """Mondays of 2, 4, 2, 4, 24: mean 7.2, variance 356.8 / 4 = 89.2: 7.2 + 1.96 · √(89.2 · 6/5) = 27.5."""
    answer = ask("volume-forecast", seasons)
    by_hour = {row[0]: row[1:] for row in answer.rows}
    assert len(by_hour) == 7 * 24
    assert by_hour[datetime(2026, 4, 6, 9)] == (7.2, 0, 27.5, 5)
    assert by_hour[datetime(2026, 4, 6, 10)] == (0, 0, 0, 5)


def test_a_forecast_is_never_surer_than_chance(seasons: Settings) -> None:
    """Mondays of 2, 4 and 2: mean 8/3, variance 4/3, that of chance is 8/3: 8/3 + 1.96 · √(8/3 · 4/3) = 6.4."""
    rows = ask("volume-forecast", seasons, {"before": "2026-03-24", "days": 1}).rows
    assert {row[0]: row[1:] for row in rows}[datetime(2026, 3, 23, 9)] == (2.7, 0, 6.4, 3)


def test_an_odd_hour_is_an_anomaly(seasons: Settings) -> None:
    """2, 2, 4, 4, 24: median 4, absolute deviations 0, 0, 2, 2, 20: MAD 2; 20 / 2.9652 = 6.7."""
    assert ask("anomalies", seasons).rows == ((datetime(2026, 3, 30, 9), 24, 4, 6.7, "more", 5),)


@pytest.mark.parametrize("hashed", [False, True], ids=["the vendor's id", "the number's keyed hash"])
def test_who_calls_again_was_not_helped(tmp_path: Path, hashed: bool) -> None:
    """Within the days: repeated. Later, or somebody else: resolved. The last days cannot be known yet."""

    def call(name: str, customer: str | None, day: int) -> FinishedCall:
        people = (Participant("customer", Role.CUSTOMER, None if hashed else customer), queue(1, "B"), agent(1, "Ann"))
        made = make_call(name, participants=people, started_at=MONDAY + timedelta(day))
        return replace(made, call=replace(made.call, customer=customer)) if hashed else made

    calls = [
        call("a", "one", 0),  # again on day 5: repeated
        call("b", "one", 5),  # again only on day 20: resolved
        call("c", "one", 20),  # the last day: too recent
        call("d", "two", 1),  # never again: resolved
        call("e", None, 2),  # nobody knows who
    ]
    settings = warehouse(tmp_path, calls)
    assert ask("repeat-callers", settings).rows == (("(none found)", 5, 1, 2, 0, 66.7, 1, 1),)
    assert ask("repeat-callers", settings, {"days": 4}).rows == (("(none found)", 5, 0, 3, 0, 100, 1, 1),)


def test_an_agent_is_compared_within_queue_and_driver(tmp_path: Path) -> None:
    """Ann takes the short topic, Bob the long one: each is as expected. By queue alone, Bob would be slow."""

    def call(name: str, number: int, topic: str, talk: float) -> FinishedCall:
        people = (CUSTOMER, queue(1, "Billing"), agent(1, name))
        times = [ParticipantTimes("agent_1", talk=talk)]
        return make_call(f"{name}-{number}", participants=people, times=times, drivers=[topic])

    calls = [call("Ann", n, "short", 100 + n % 2) for n in range(4)] + [
        call("Bob", n, "long", 300 + n % 2) for n in range(4)
    ]
    settings = warehouse(tmp_path, calls)
    rows = {row[0]: (row[3], row[4], *row[-3:]) for row in ask("agent-performance", settings, {"at_least": 4}).rows}
    # The interval: 3 · ln(101 / 100) / 2 · √(4/3) / √4 = 0.0086, of 100.5 s.
    assert rows == {"Ann": (100.5, 0, -0.9, 0.9, "as expected"), "Bob": (300.5, 0, -0.9, 0.9, "as expected")}
    rows = {row[0]: (row[3], row[4], row[-1]) for row in ask("agent-performance", settings, {"at_least": 5}).rows}
    assert rows == {"Ann": (200.5, -100, "too few calls"), "Bob": (200.5, 100, "too few calls")}


def test_verdicts_on_agents_go_by_the_typical_call(tmp_path: Path) -> None:
    """Half and twice 100 s, and always some 100 s: means of 125 and 100 s, but none is faster than the other."""

    def call(name: str, number: int, seconds: float) -> FinishedCall:
        people = (CUSTOMER, queue(1, "Billing"), agent(1, name))
        return make_call(f"{name}-{number}", participants=people, times=[ParticipantTimes("agent_1", talk=seconds)])

    calls = [call("Ann", n, 50 if n % 2 else 200) for n in range(4)]
    calls += [call("Bob", n, 98 if n % 2 else 10000 / 98) for n in range(4)]
    rows = ask("agent-performance", warehouse(tmp_path, calls), {"at_least": 4}).rows
    assert [(row[0], row[4], row[-1]) for row in rows] == [("Bob", -12.5, "as expected"), ("Ann", 12.5, "as expected")]


NOBODY = make_call("nobody", participants=(CUSTOMER, ivr(1, "Menu"), queue(1, "Billing")), turns=())
SEVERAL = make_call("several", participants=(CUSTOMER, queue(1, "A"), agent(1, "Ann"), agent(2, "Bob"), queue(2, "B")))
UNRECORDED = make_call(
    "unrecorded", participants=(CUSTOMER, agent(1, None)), started_at=None, quality=CtrQuality.NONE, duration=0
)
ODD = {"no call": [], "no agent": [NOBODY], "several agents": [SEVERAL], "no record": [UNRECORDED]}


@pytest.mark.parametrize("calls", ODD.values(), ids=ODD)
def test_each_question_is_answered_whatever_calls_there_are(calls: list[FinishedCall], tmp_path: Path) -> None:
    """No agent, several, no record, no call at all: an answer, no error, no number that is none, no group counted twice."""
    settings = warehouse(tmp_path, [*calls, make_call("gone")])
    erase(settings, call="gone")
    for question in list_questions():
        answer = ask(question.name, settings, {"text": "bill"} if question.name == "find" else {})
        assert not [value for row in answer.rows for value in row if value != value]
        for place, column in enumerate(answer.columns):
            if column in ("calls", "conversations", "offered"):
                assert all(0 <= int(str(row[place])) <= len(calls) for row in answer.rows), question.name
