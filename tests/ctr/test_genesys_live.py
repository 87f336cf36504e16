from __future__ import annotations

import copy
from pathlib import Path

import pytest
from test_robustness import places, read

from pca_pipeline.call import CallRecord, Direction, Role, TransferKind
from pca_pipeline.ctr import read_record
from pca_pipeline.settings import Settings
from tests.ctr.genesys_records import Json, at, media, recording, write


def call(*segments: tuple[str, float, float], direction: str = "inbound", **fields: object) -> Json:
    """One call of a participant."""
    told = [{"type": kind, "startTime": at(start), "endTime": at(end)} for kind, start, end in segments]
    return {"id": "call", "state": "terminated", "direction": direction, "segments": told} | fields


def participant(purpose: str, one: Json, **fields: object) -> Json:
    """A participant with one call."""
    return {
        "id": f"p-{purpose}",
        "purpose": purpose,
        "startTime": one["segments"][0]["startTime"],
        "calls": [one],
    } | fields


def conversation() -> Json:
    """Flow, queue, agent 1, who consults agent 2 and hands over; ends at second 100."""
    wrapped = {"afterCallWork": {"startTime": at(80), "endTime": at(90), "state": "complete"}}
    return {
        "id": "conversation-1",
        "startTime": at(0),
        "divisions": [{"division": {"id": "division-1"}}],
        "participants": [
            participant("customer", call(("interact", 0, 100)), name="OAKLEY,JUNE", ani="tel:+16125550123"),
            participant("ivr", call(("ivr", 0, 8)), name="Main Menu"),
            participant("acd", call(("Interact", 8, 20)), queueId="q1", queueName="Billing", name="+18005550100"),
            participant(
                "agent",
                call(("alert", 18, 20), ("interact", 20, 80), disconnectType="transfer.consult", **wrapped),
                userId="user-1",
                consultParticipantId="p-second",
                wrapup={"code": "code-1"},
            ),
            participant("agent", call(("interact", 62, 100)), userId="user-2")
            | {"id": "p-second", "startTime": at(60)},
        ],
    }


def record(folder: Path, document: Json) -> CallRecord:
    """Its record of a recording of 100 seconds."""
    return read_record(write(folder, document, media(0, 100)), recording(100), Settings())


def test_the_live_shape_tells_what_the_analytics_do(tmp_path: Path) -> None:
    """Parties, the consult, the transfer, and after-call work."""
    line = record(tmp_path, conversation()).timeline
    assert line.conversation_id == "conversation-1"
    assert line.direction is Direction.INBOUND
    assert [one.id for one in line.participants if one.role is Role.AGENT] == ["user-1", "user-2"]
    assert line.participant("queue_1").name == "Billing"
    spans = {(one.kind.value, one.participant): (one.start, one.end) for one in line.intervals}
    assert spans["ivr", "ivr_1"] == (0, 8)
    assert spans["consult", "agent_1"] == (60, 80)
    assert spans["wrap_up", "agent_1"] == (80, 90)
    assert [(one.kind, one.at, one.to_participant) for one in line.transfers] == [(TransferKind.CONSULT, 80, "agent_2")]


def test_a_call_without_segments_is_one(tmp_path: Path) -> None:
    """It begins when it was connected."""
    document = conversation()
    for one in document["participants"]:
        (own,) = one["calls"]
        span = own.pop("segments")
        own |= {"connectedTime": span[-1]["startTime"], "disconnectedTime": span[-1]["endTime"]}
    line = record(tmp_path, document).timeline
    assert ("queue", 8.0, 20.0) in {(one.kind.value, one.start, one.end) for one in line.intervals}
    assert ("ivr", 0.0, 8.0) in {(one.kind.value, one.start, one.end) for one in line.intervals}


def test_names_of_people_are_not_shown(tmp_path: Path) -> None:
    """The live API has names of agents, too; only those from the lookups are used."""
    document = conversation()
    document["participants"][3]["name"] = "Ana Ruiz"
    found = record(tmp_path, document)
    assert found.known.names == ("OAKLEY,JUNE",)
    assert not any(secret in repr(found) for secret in ("OAKLEY", "Ruiz", "6125550123"))


@pytest.mark.parametrize("place", range(0, len(list(places(conversation()["participants"]))), 3))
def test_no_single_field_is_needed(place: int) -> None:
    """Whatever is missing, there is a timeline."""
    damaged = copy.deepcopy(conversation())
    parent, key = list(places(damaged["participants"]))[place]
    if isinstance(parent, dict):
        del parent[key]  # type: ignore[arg-type]
    assert read(damaged, media(0, 100), seconds=100).timeline.participants
