"""Steps without overlap, transfers by where they went, and lanes in the terminal."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.attribution import timeline_of
from benchmarks.ctr_records import CLEAN, KINDS, make_call
from pca_pipeline.call import (
    Interval,
    IntervalKind,
    Participant,
    Role,
    Timeline,
    Transfer,
    TransferKind,
)
from pca_pipeline.charts import lanes
from pca_pipeline.journey import document, moves, steps, whole_way
from tests.factories import make_timeline

PARTICIPANTS = (
    Participant("customer", Role.CUSTOMER),
    Participant("queue_1", Role.QUEUE, "q-1", "Billing"),
    Participant("agent_1", Role.AGENT, "u-1", "Ana Ruiz"),
    Participant("queue_2", Role.QUEUE, "q-2", "Claims"),
    Participant("agent_2", Role.AGENT, "u-2", "Ben Ode"),
    Participant("external_1", Role.EXTERNAL),
)


def timeline(*intervals: tuple[str, str, float, float], transfers: tuple[Transfer, ...] = ()) -> Timeline:
    """A timeline of (kind, participant, start, end)."""
    return make_timeline(*intervals, participants=PARTICIPANTS, transfers=transfers, notes=("one note",))


def test_steps_have_no_overlap_and_name_queue_and_agent() -> None:
    """An agent answers from the queue before; two people at once are a conference; equal neighbours are one step."""
    found = steps(
        timeline(
            ("queue", "queue_1", 0.0, 10.0),
            ("alert", "agent_1", 5.0, 10.0),
            ("talk", "agent_1", 10.0, 20.0),
            ("talk", "agent_1", 20.0, 50.0),
            ("talk", "agent_2", 40.0, 60.0),
            ("wrap_up", "agent_1", 50.0, 70.0),
        )
    )
    assert [(one.kind, one.start, one.end, one.participant_id) for one in found] == [
        ("queue", 0.0, 10.0, "queue_1"),
        ("agent", 10.0, 40.0, "agent_1"),
        ("conference", 40.0, 50.0, "agent_1"),
        ("agent", 50.0, 60.0, "agent_2"),
        ("wrap_up", 60.0, 70.0, "agent_1"),
    ]
    assert [one.outcome for one in found] == ["answered", "continued", "left", "ended", "done"]
    assert (found[1].queue_id, found[1].queue_name, found[1].agent_id) == ("q-1", "Billing", "u-1")
    assert (found[0].queue_name, found[0].agent_id) == ("Billing", None)


@pytest.mark.parametrize(
    ("kind", "to", "behind", "expected"),
    [
        (TransferKind.BLIND, "agent_2", (), ("blind", "agent_2")),
        (TransferKind.BLIND, "agent_2", (("queue", "queue_2", 31.0, 40.0),), ("to_queue", "queue_2")),
        (TransferKind.BLIND, "queue_2", (), ("to_queue", "queue_2")),
        (TransferKind.BLIND, None, (), ("no_answer", None)),
        (TransferKind.BLIND, "external_1", (), ("external", "external_1")),
        (TransferKind.CONSULT, "agent_2", (("queue", "queue_2", 31.0, 40.0),), ("consult", "agent_2")),
    ],
)
def test_transfers_are_told_by_where_they_went(
    kind: TransferKind, to: str | None, behind: tuple[tuple[str, str, float, float], ...], expected: tuple[str, str]
) -> None:
    """A queue right after a blind transfer is where it went; without anybody it is no_answer."""
    talk = ("talk", "agent_1", 0.0, 30.0)
    (move,) = moves(timeline(talk, *behind, transfers=(Transfer(kind, "agent_1", to, 30.0),)))
    assert (move.kind, move.to, move.from_, move.at) == (*expected, "agent_1", 30.0)


@pytest.mark.parametrize(
    ("at", "outside", "inside", "kind"),
    [
        (-30.0, (-30.0, -5.0), (), "to_queue"),  # it waited before the recording began
        (-30.0, (-30.0, 0.0), (0.0, 10.0), "to_queue"),  # and went on waiting in it
        (40.0, (40.0, 60.0), (), "to_queue"),  # behind the recording's end
        (
            -3.0,
            (-50.0, 0.0),
            (0.0, 10.0),
            "blind",
        ),  # it waited long before the transfer; only the recording begins here
        (-30.0, (-90.0, -60.0), (), "blind"),
    ],
)
def test_a_queue_outside_of_the_recording_is_where_a_transfer_went(
    at: float, outside: tuple[float, float], inside: tuple[float, float] | tuple[()], kind: str
) -> None:
    """Before second 0 and after the end as within."""
    within = [("queue", "queue_2", *inside)] if inside else []
    line = timeline(*within, transfers=(Transfer(TransferKind.BLIND, "agent_1", "agent_2", at),))
    (move,) = moves(replace(line, outside=(Interval(IntervalKind.QUEUE, "queue_2", *outside),)))
    assert (move.kind, move.to) == (kind, "queue_2" if kind == "to_queue" else "agent_2")


def test_the_document_has_the_documented_keys() -> None:
    """No customer's name, and the notes as warnings."""
    found = document(timeline(("talk", "agent_1", 0.0, 30.0)))
    assert list(found) == [
        "conversation_id",
        "recording",
        "ended",
        "intervals",
        "transfers",
        "participants",
        "warnings",
    ]
    assert found["warnings"] == ["one note"]
    (interval,) = found["intervals"]  # type: ignore[misc]
    assert set(interval) >= {"kind", "start", "end", "participant_id", "role", "queue_id", "queue_name", "agent_id"}


def test_lanes_show_each_participant_in_proportion() -> None:
    """Half of the call in the queue, half with the agent."""
    shown = dict(lanes(timeline(("queue", "queue_1", 0.0, 30.0), ("talk", "agent_1", 30.0, 60.0)), width=10))
    assert shown == {"Billing": "qqqqq     ", "Ana Ruiz": "     █████"}
    assert dict(lanes(replace(timeline(), participants=PARTICIPANTS))) == {}


@given(st.integers(0, 10**6), st.sampled_from(list(KINDS)))
@settings(max_examples=60, deadline=None)
def test_steps_of_any_lawful_call_lie_in_the_recording_without_overlap(seed: int, kind: str) -> None:
    """On records with realistic noise."""
    call = make_call(seed, kind)
    line = timeline_of(call)
    found = steps(line)
    assert all(before.end <= after.start for before, after in pairwise(whole_way(line)))
    assert all(0 <= one.start < one.end <= call.seconds + 0.01 for one in found)
    assert all(before.end <= after.start for before, after in pairwise(found))


@pytest.mark.parametrize(
    ("kind", "outcomes"),
    [
        ("holds", {"routed", "answered", "continued", "ended", "done"}),
        ("blind transfer to a queue", {"routed", "answered", "transferred", "ended", "done"}),
        ("consult transfer", {"routed", "answered", "continued", "transferred", "ended", "done"}),
        ("voicemail", {"routed", "voicemail", "ended"}),
        ("abandoned", {"routed", "abandoned"}),
        ("survey", {"routed", "answered", "left", "ended", "done"}),
        ("bot", {"routed", "answered", "ended", "done"}),
    ],
)
def test_the_outcome_of_each_step(kind: str, outcomes: set[str]) -> None:
    """On clean records of whole calls: each step has an outcome, and the last one before wrap-up ends the call."""
    found = [steps(timeline_of(make_call(seed, kind, CLEAN))) for seed in range(40, 46)]
    assert {one.outcome for some in found for one in some} <= outcomes
    for some in found:
        ways = [one.outcome for one in some if one.kind not in ("wrap_up", "alert")]
        assert ways[-1] in ("ended", "abandoned") and not {"ended", "abandoned"} & set(ways[:-1])


def test_the_whole_way_has_what_the_recording_lacks() -> None:
    """For a recording from the agent's answer on: the queue before it, and the wrap-up after it; a step across its edge is one step."""
    line = replace(
        timeline(("talk", "agent_1", 0.0, 30.0)),
        outside=(
            Interval(IntervalKind.QUEUE, "queue_1", -12.0, -1.0),
            Interval(IntervalKind.TALK, "agent_1", -1.0, 0.0),
            Interval(IntervalKind.WRAP_UP, "agent_1", 30.0, 40.0),
        ),
    )
    assert [(one.kind, one.start, one.end, one.outcome) for one in whole_way(line)] == [
        ("queue", -12.0, -1.0, "answered"),
        ("agent", -1.0, 30.0, "ended"),
        ("wrap_up", 30.0, 40.0, "done"),
    ]
    assert [one.kind for one in steps(line)] == ["agent"]
