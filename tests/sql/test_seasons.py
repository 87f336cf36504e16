"""Questions that need weeks of calls, customers who call again, and many calls of an agent."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from pca_pipeline.call import CtrQuality, FinishedCall, Participant, ParticipantTimes, Role
from pca_pipeline.settings import Settings
from pca_pipeline.warehouse import ask, erase, list_questions
from tests.factories import CUSTOMER, agent, ivr, load_calls, make_call, queue

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)


def calls_at(moment: datetime, count: int) -> list[FinishedCall]:
    """So many calls that begin a minute apart."""
    return [make_call(f"{moment:%m%d%H}-{n}", started_at=moment + timedelta(minutes=n)) for n in range(count)]


@pytest.fixture(scope="module")
def seasons(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Mondays at 9: 2, 4, 2, 4 and then 24 calls; one more on the Tuesday after, which ends the history."""
    mondays = [
        call for week, n in enumerate((2, 4, 2, 4, 24)) for call in calls_at(MONDAY + timedelta(7 * week, 32400), n)
    ]
    return load_calls(tmp_path_factory.mktemp("seasons"), *mondays, *calls_at(MONDAY + timedelta(29, 32400), 1))


def forecast(settings: Settings, **params: object) -> dict[object, tuple[object, ...]]:
    """The forecast's rows by hour."""
    return {row[0]: row[1:] for row in ask("volume-forecast", settings, params).rows}


def test_the_forecast_is_the_mean_of_the_season_with_its_spread(seasons: Settings) -> None:
    """Mondays of 2, 4, 2, 4, 24: mean 7.2, variance 89.2: uneven by (89.2 - 7.2) / 7.2². Negative binomial, mean
    7.2 + 0.5 / 5 and variance (7.3 + 1.58 · 7.3²) · 6/5: 2.5 and 97.5 % are at 0 and 37; of an hour without calls, 0 and 1.
    """
    by_hour = forecast(seasons, since="2026-03-02")
    assert len(by_hour) == 7 * 24
    assert by_hour[datetime(2026, 4, 6, 9)] == (7.2, 0, 37, 5)
    assert by_hour[datetime(2026, 4, 6, 10)] == (0, 0, 1, 5)


def test_a_forecast_is_never_surer_than_chance(seasons: Settings) -> None:
    """Mondays of 2, 4 and 2 are more even than chance: negative binomial, mean 8.5 / 3 and variance 8.5 / 3 · 4/3."""
    by_hour = forecast(seasons, since="2026-03-02", before="2026-03-24", days=1)
    assert by_hour[datetime(2026, 3, 23, 9)] == (2.7, 0, 7, 3)


def test_the_forecast_counts_no_part_of_a_day(seasons: Settings) -> None:
    """The data begin on a Monday at 9: unless asked from that day on, it may have had calls before; 4, 2, 4, 24 are left."""
    assert forecast(seasons)[datetime(2026, 4, 6, 9)][::3] == (8.5, 4)


def test_hours_not_seen_yet_are_expected_empty(seasons: Settings) -> None:
    """From a Tuesday to the Sunday after, no Monday is seen."""
    by_hour = forecast(seasons, before="2026-03-10")
    assert len(by_hour) == 7 * 24
    assert by_hour[datetime(2026, 3, 9, 9)] == (None, None, None, 0)
    assert by_hour[datetime(2026, 3, 10, 9)] == (0, 0, 3, 1)


def test_days_are_those_of_the_zone(seasons: Settings) -> None:
    """In Honolulu, Monday's calls at 9 UTC came on Sunday at 23."""
    zone = {"zone": "Pacific/Honolulu"}
    earlier, later = zone | {"before": "2026-03-02"}, zone | {"since": "2026-03-02"}
    assert ask("volume-by-hour", seasons, earlier).rows == ((23, 2, 2, 0, 0),)
    assert ask("volume-by-hour", seasons, later).rows[0][:2] == (23, 35)
    assert [row[:2] for row in ask("trend", seasons, earlier | {"by": "month"}).rows] == [(date(2026, 3, 1), 2)]
    assert forecast(seasons, **later)[datetime(2026, 4, 5, 23)][::3] == (10, 3)  # 4 of a first day that may be a part
    assert ask("anomalies", seasons, later | {"threshold": 3}).rows[0][:2] == (datetime(2026, 3, 29, 23), 24)


def test_an_hour_that_clocks_leave_out_is_no_hour(tmp_path: Path) -> None:
    """In New York, 8 March 2026 has no 2 o'clock: neither is it coming nor did calls stay away."""
    sundays = [datetime(2026, 2, 8, 7, tzinfo=UTC) + timedelta(7 * week) for week in range(4)]
    sundays.append(datetime(2026, 3, 15, 6, tzinfo=UTC))
    settings = load_calls(tmp_path, *(call for sunday in sundays for call in calls_at(sunday, 16)))
    zone = {"zone": "America/New_York"}
    assert ask("anomalies", settings, zone).rows == ()
    coming = forecast(settings, **zone, before="2026-03-08", days=8)
    assert len(coming) == 8 * 24 - 1
    assert datetime(2026, 3, 8, 2) not in coming


def test_an_odd_hour_is_an_anomaly(seasons: Settings) -> None:
    """2, 2, 4, 4, 24: median 4. Twice the roots, of 3/8 more: 3.08, 3.08, 4.18, 4.18, 9.87, MAD 1.10.

    (9.87 - 4.18) / (1.4826 · 1.10 · √(1 + π / 10)) = 3.0
    """
    answer = ask("anomalies", seasons, {"threshold": 3})
    assert answer.rows == ((datetime(2026, 3, 30, 9), 24, 4, 3, "more", 5),)


def test_chance_is_no_anomaly(tmp_path: Path) -> None:
    """Hours of one call, of none and of five by turns: nothing of 5 against a usual 1 is beyond chance."""
    counts = (1, 0, 1, 5, 1)
    calls = [call for week, n in enumerate(counts) for call in calls_at(MONDAY + timedelta(7 * week, 32400), n)]
    assert ask("anomalies", load_calls(tmp_path, *calls)).rows == ()


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
    settings = load_calls(tmp_path, *calls)
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
    settings = load_calls(tmp_path, *calls)
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
    rows = ask("agent-performance", load_calls(tmp_path, *calls), {"at_least": 4}).rows
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
    settings = load_calls(tmp_path, *calls, make_call("gone"))
    erase(settings, call="gone")
    for question in list_questions():
        answer = ask(question.name, settings, {"text": "bill"} if question.name == "find" else {})
        assert not [value for row in answer.rows for value in row if value != value]
        for place, column in enumerate(answer.columns):
            if column in ("calls", "conversations", "offered"):
                assert all(0 <= int(str(row[place])) <= len(calls) for row in answer.rows), question.name
