from __future__ import annotations

import re
from pathlib import Path

import pytest

from pca_pipeline.call import Interval, IntervalKind
from pca_pipeline.settings import Settings
from pca_pipeline.warehouse import load, open_readonly, stage
from tests.factories import CUSTOMER, agent, make_call, queue

DOCS = Path(__file__).parents[2] / "docs"
QUERIES = re.findall(r"```sql\n(.+?)```", (DOCS / "sql.md").read_text("utf-8"), re.DOTALL)


def rows(settings: Settings, query: str) -> list[tuple[object, ...]]:
    """What a query finds in the published copy."""
    with open_readonly(settings) as connection:
        return connection.execute(query).fetchall()


@pytest.mark.parametrize("query", QUERIES)
def test_the_queries_in_the_guide_work(settings: Settings, query: str) -> None:
    """What docs/sql.md shows can be typed as it stands, and finds something but for words nobody said."""
    found = rows(settings, query)
    assert found or "%cancel%" in query


def test_the_guide_shows_five() -> None:
    """The five queries that an analyst types first."""
    assert len(QUERIES) == 5


@pytest.mark.parametrize(
    ("agent", "queue"),
    [("Ann", "Billing"), ("Bob", "Billing"), ("Cem", "Support"), ("agent_1", "(no queue)")],
)
def test_an_agent_has_the_queue_the_call_came_from(settings: Settings, agent: str, queue: str) -> None:
    """By time where the recording heard the wait, else by the order of participants."""
    assert rows(settings, f"select queue from v_agent_legs where agent = '{agent}'") == [(queue,)]


def test_time_decides_before_order(tmp_path: Path) -> None:
    """Where the record lists all queues before all agents, the waits tell which queue an agent answered."""
    settings = Settings(folder=tmp_path)
    spans = [("queue_2", 0, 5), ("agent_1", 5, 50), ("queue_1", 50, 60), ("agent_2", 60, 90)]
    call = make_call(
        participants=(CUSTOMER, queue(1, "Billing"), queue(2, "Support"), agent(1, "Ann"), agent(2, "Bob")),
        intervals=[
            Interval(IntervalKind.QUEUE if who.startswith("queue") else IntervalKind.TALK, who, start, end)
            for who, start, end in spans
        ],
    )
    stage(call, settings.staged_folder)
    load(settings)
    query = "select agent, queue from v_agent_legs order by agent"
    assert rows(settings, query) == [("Ann", "Support"), ("Bob", "Billing")]


def test_without_a_record_times_are_unknown_not_zero(settings: Settings) -> None:
    """Nothing is averaged that nobody knows."""
    unknown = "handle_seconds, transfers, answered, non_talk_seconds, longest_silence_seconds"
    query = f"select {unknown}, customer_sentiment from v_calls where ctr_quality = 'none'"
    assert rows(settings, query) == [(None, None, None, None, None, 0.1)]
    assert rows(settings, "select factor from v_call_factors where call_id = 'unrecorded'") == [("driver",)]
    assert rows(settings, "select answered from v_conversations where conversation_id = 'unrecorded'") == [(None,)]


def test_each_view_has_its_grain(settings: Settings) -> None:
    """Joins neither lose rows nor double them."""
    for view, table in [("v_calls", "calls"), ("v_segments", "segments"), ("v_findings", "findings")]:
        assert rows(settings, f"select count(*) from {view}") == rows(settings, f"select count(*) from {table}")
    assert rows(settings, "select count(*), count(distinct conversation_id) from v_conversations") == [(5, 5)]
    assert rows(settings, "select count(*) from v_participants") == rows(settings, "select count(*) from participants")


def test_recordings_of_one_conversation_are_counted_once(tmp_path: Path) -> None:
    """Each of them has the record of the whole: its handle time and transfers are not theirs together."""
    settings = Settings(folder=tmp_path)
    for number in (1, 2):
        handled = {"handle_seconds": 300.0, "transfers": 1}
        stage(make_call(f"call-{number}", conversation_id="c-1", metrics=handled), settings.staged_folder)
    load(settings)
    query = "select calls, duration_seconds, handle_seconds, transfers from v_conversations"
    assert rows(settings, query) == [(2, 200.0, 300.0, 1)]


def test_a_finding_knows_who_said_it(settings: Settings) -> None:
    """The role comes from the segment's speaker."""
    query = "select entity, speaker_role from v_findings order by entity"
    assert rows(settings, query) == [("CREDIT_CARD", "customer"), ("EMAIL_ADDRESS", "customer"), ("PERSON", "agent")]


def test_the_journey_of_a_call_is_rows(settings: Settings) -> None:
    """Step by step, with names and how each ended; Bob's transfer lay at the end of his talk."""
    query = "select kind, name, queue, seconds, outcome from v_journey where call_id = '{}' order by step"
    assert rows(settings, query.format("plain")) == [
        ("ivr", "Main menu", None, 15.0, "routed"),
        ("queue", "Billing", "Billing", 10.0, "answered"),
        ("agent", "Ann", "Billing", 120.0, "ended"),
    ]
    assert rows(settings, query.format("moved")) == [
        ("agent", "Bob", None, 200.0, "transferred"),
        ("queue", "Support", "Support", 5.0, "answered"),
        ("agent", "Cem", "Support", 360.0, "ended"),
    ]
    assert rows(settings, query.format("abandoned")) == [("queue", "Billing", "Billing", 90.0, "abandoned")]


def test_recorded_voices_are_marked(settings: Settings) -> None:
    """Those of IVR, queue and hold; not people's, and nobody's without a record."""
    query = "select distinct speaker_role from v_segments where automated is {} order by all"
    assert rows(settings, query.format("true")) == [("ivr",)]
    assert rows(settings, query.format("false")) == [("agent",), ("customer",)]
