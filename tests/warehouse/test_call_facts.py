"""What the loader derives from a call, and the same after an older file is upgraded."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from pca_pipeline.call import (
    FinishedCall,
    Interval,
    IntervalKind,
    ParticipantTimes,
    Transfer,
    TransferKind,
)
from pca_pipeline.settings import Settings
from pca_pipeline.warehouse import load, open_database, stage_all
from pca_pipeline.warehouse.schema import migrations
from tests.factories import CUSTOMER, Turn, agent, make_call, queue

WORDS = ["my", "bill", "is", "[PERSON]", "[CREDIT_CARD]", "wrong", "yes"]
TOPICS = ["billing", "claim", "complaint"]


def some_call(number: int, dice: random.Random) -> FinishedCall:
    """A call of a few turns, some of them redacted, through a queue to an agent."""
    turns = [
        Turn(
            dice.choice(["customer", "agent_1", "nobody"]),
            5.0 * at,
            " ".join(dice.choices(WORDS, k=4)),
            dice.choice([-0.5, 0.0, 0.25]),
        )
        for at in range(dice.randint(0, 12))
    ]
    return make_call(
        f"call-{number}",
        turns=turns,
        duration=70,
        participants=dice.sample(
            [
                CUSTOMER,
                queue(1, f"Queue {number % 3}"),
                agent(1, f"Agent {number % 5}"),
                queue(2, "Second"),
                agent(2, "Rang"),
            ],
            k=5,
        ),
        intervals=[
            Interval(IntervalKind.QUEUE, f"queue_{dice.randint(1, 2)}", start := dice.randint(0, 20), start + 5),
            Interval(IntervalKind.TALK, "agent_1", dice.randint(0, 20), 30),
            Interval(IntervalKind.TALK, "agent_2", dice.randint(0, 40), 50),
            Interval(IntervalKind.QUEUE, "queue_1", 50, 55),
            Interval(IntervalKind.TALK, "agent_1", 55, 60),
        ][: number % 6],
        transfers=[Transfer(TransferKind.BLIND, "agent_1", "agent_2", 30)] if number % 3 else [],
        times=[
            ParticipantTimes("agent_1", talk=30.0),
            dice.choice([ParticipantTimes("agent_2", alert=9.0), ParticipantTimes("agent_2", talk=5.0, consult=9.0)]),
        ][: number % 5],
        drivers=dice.sample(TOPICS, k=number % 3),
    )


ROUNDED = "* replace (round(sentiment, 6) as sentiment)"  # sums in another order
LISTS = "(call_id, agents, queues, drivers, findings, redacted)"


@pytest.mark.parametrize(
    ("migration", "table", "names", "columns"),
    [
        ("0005_call_facts.sql", "call_facts", LISTS, "call_id, drivers, findings, redacted"),
        ("0010_sentiment_quarters.sql", "sentiment_quarters", "", ROUNDED),
    ],
)
def test_an_upgraded_file_has_what_the_loader_writes(
    settings: Settings, migration: str, table: str, names: str, columns: str
) -> None:
    """The statement of the migration, over the rows of loaded calls, gives the same rows."""
    dice = random.Random(7)
    stage_all([some_call(number, dice) for number in range(40)], settings.staged_folder)
    load(settings)
    (step,) = (one for one in migrations() if one.name == migration)
    statement = step.sql.split(f"insert into {table}\n")[1].partition(";")[0]
    with open_database(settings) as connection:
        kept = connection.execute(f"select {columns} from {table} order by all").fetchall()
        upgraded = connection.execute(f"select {columns} from ({statement}) as gathered{names} order by all").fetchall()
    assert len(kept) >= 40
    assert kept == upgraded


def test_an_upgraded_file_knows_who_said_what_was_redacted(settings: Settings) -> None:
    """The migration finds the speakers that the loader writes, and keeps the findings in their order."""
    dice = random.Random(7)
    stage_all([some_call(number, dice) for number in range(40)], settings.staged_folder)
    load(settings)
    (step,) = (one for one in migrations() if one.name == "0018_finding_speakers.sql")
    with open_database(settings) as connection:
        kept = connection.execute("from findings").fetchall()
        connection.execute("alter table findings drop column speaker")
        connection.execute(step.sql)
        assert connection.execute("from findings").fetchall() == kept
    assert len({row[-1] for row in kept}) > 1


MENDED = ("participants", "agent_legs", "queue_visits", "call_facts")


def test_an_upgraded_file_knows_who_spoke_with_the_customer(settings: Settings) -> None:
    """The migration mends what earlier versions kept of agents whose telephone only rang and of calls that came back."""
    dice = random.Random(7)
    stage_all([outside(some_call(number, dice), dice) for number in range(60)], settings.staged_folder)
    load(settings)
    (step,) = (one for one in migrations() if one.name == "0020_connected_agents.sql")
    with open_database(settings) as connection:
        kept = {table: connection.execute(f"from {table} order by all").fetchall() for table in MENDED}
        assert {row[-1] for row in kept["participants"]} == {True, False, None}
        connection.execute("alter table participants drop column connected; delete from agent_legs")
        connection.execute("update call_facts set agents = ['?'], queues = []; update queue_visits set outcome = '?'")
        connection.execute(step.sql)
        for table, rows in kept.items():
            assert connection.execute(f"from {table} order by all").fetchall() == rows, table


def outside(made: FinishedCall, dice: random.Random) -> FinishedCall:
    """The call in a recording that started late: some of its intervals are before the first sample."""
    timeline = made.call.timeline
    before = tuple(one for one in timeline.intervals if one.start < 15 and one.participant != "agent_2")
    moved = tuple(replace(one, start=one.start - 60.0, end=one.end - 60.0) for one in before)
    if dice.random() < 0.5:
        return made
    rest = tuple(one for one in timeline.intervals if one not in before)
    return replace(made, call=replace(made.call, timeline=replace(timeline, intervals=rest, outside=moved)))
