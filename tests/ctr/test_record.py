from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from genesys_records import (
    ZERO,
    agent,
    blind_transfer,
    consult_transfer,
    conversation,
    customer,
    ivr,
    media,
    metric,
    participant,
    queue,
    recording,
    segment,
    write,
)

from pca_pipeline.call import CtrQuality, Direction, IntervalKind, Role, Timeline, TransferKind
from pca_pipeline.ctr import read_record
from pca_pipeline.errors import RecordError
from pca_pipeline.settings import CtrSettings, Settings


def timeline(folder: Path, *documents: object, seconds: float = 132.0, channels: int = 2) -> Timeline:
    """The timeline that these documents give a recording of that length."""
    record = read_record(write(folder, *documents), recording(seconds, channels), Settings())
    return record.timeline


def spans(line: Timeline, *kinds: str) -> list[tuple[str, str, float, float]]:
    """The intervals of these kinds."""
    rows = [(one.kind.value, one.participant, one.start, one.end) for one in line.intervals]
    return [row for row in rows if row[0] in kinds]


def test_a_consult_transfer_is_laid_out_as_the_customer_heard_it(tmp_path: Path) -> None:
    """Talk is a consult until the transfer; the flow and queue inside it are not the customer's."""
    line = timeline(tmp_path, consult_transfer(), media(0, 132))
    assert line.quality is CtrQuality.EXACT
    assert line.direction is Direction.INBOUND
    assert line.notes == ()
    assert spans(line, "ivr", "queue", "talk", "hold", "consult") == [
        ("ivr", "ivr_1", 0.1, 5.0),
        ("queue", "queue_1", 5.05, 15.44),
        ("talk", "agent_1", 15.44, 40.0),
        ("hold", "agent_1", 40.0, 50.0),
        ("talk", "agent_1", 50.0, 60.8),
        ("consult", "agent_1", 60.8, 94.2),
        ("consult", "agent_2", 66.4, 94.2),
        ("talk", "agent_2", 94.2, 132.0),
    ]
    (transfer,) = line.transfers
    assert (transfer.kind, transfer.from_participant, transfer.to_participant, transfer.at) == (
        TransferKind.CONSULT,
        "agent_1",
        "agent_2",
        94.2,
    )


def test_participants_are_numbered_by_when_they_come_on_and_named_safely(tmp_path: Path) -> None:
    """Queues and flows carry the record's names, agents only ids, the customer nothing."""
    line = timeline(tmp_path, consult_transfer(), media(0, 132))
    assert [(one.key, one.role, one.id, one.name) for one in line.participants] == [
        ("customer", Role.CUSTOMER, None, None),
        ("ivr_1", Role.IVR, "flow-Main Menu", "Main Menu"),
        ("queue_1", Role.QUEUE, "queue-Billing", "Billing"),
        ("agent_1", Role.AGENT, "user-1", None),
        ("agent_2", Role.AGENT, "user-2", None),
        ("hold", Role.UNKNOWN, None, None),
    ]


def test_a_consult_is_found_without_metrics(tmp_path: Path) -> None:
    """Two agents at once are a consult, which began with the flow on the way to the second one."""
    record = consult_transfer()
    for one in record["participants"]:
        one["sessions"][0]["metrics"] = []
    line = timeline(tmp_path, record, media(0, 132))
    assert spans(line, "consult") == [
        ("consult", "agent_1", 60.8, 94.2),
        ("consult", "agent_2", 66.4, 94.2),
    ]
    assert [(one.kind, one.to_participant) for one in line.transfers] == [(TransferKind.CONSULT, "agent_2")]


def test_a_consult_without_transfer_ends_with_the_colleague(tmp_path: Path) -> None:
    """The agent who asked talks to the customer again once the colleague has left."""
    record = conversation(
        customer(0, 60),
        agent("user-1", segment("interact", 0, 60), metrics=(metric("nConsult", 0.001, 20),)),
        agent("user-2", segment("interact", 24, 40)),
    )
    line = timeline(tmp_path, record, media(0, 60), seconds=60)
    assert spans(line, "talk", "consult") == [
        ("talk", "agent_1", 0.0, 20.0),
        ("consult", "agent_1", 20.0, 40.0),
        ("consult", "agent_2", 24.0, 40.0),
        ("talk", "agent_1", 40.0, 60.0),
    ]
    assert line.transfers == ()


def test_a_conference_is_no_consult(tmp_path: Path) -> None:
    """From the moment all parties hear each other on, both agents talk."""
    record = conversation(
        customer(0, 60),
        agent("user-1", segment("interact", 0, 60), metrics=(metric("nConsult", 0.001, 20),)),
        agent("user-2", segment("interact", 24, 30), segment("interact", 30, 50, conference=True)),
    )
    line = timeline(tmp_path, record, media(0, 60), seconds=60)
    assert ("consult", "agent_2", 24.0, 30.0) in spans(line, "consult")
    assert ("talk", "agent_2", 30.0, 50.0) in spans(line, "talk")


@pytest.mark.parametrize(("answered", "to"), [(True, "agent_2"), (False, "queue_2")])
def test_a_blind_transfer_goes_to_who_answers_or_the_queue(tmp_path: Path, answered: bool, to: str) -> None:
    """Only agents transfer: the same word on IVR and queue sessions counts for nothing."""
    line = timeline(tmp_path, blind_transfer(answered), media(0, 100), seconds=100)
    assert [(one.kind, one.from_participant, one.to_participant, one.at) for one in line.transfers] == [
        (TransferKind.BLIND, "agent_1", to, 60.0)
    ]


def test_second_zero_is_the_recordings_start_and_intervals_are_clipped(tmp_path: Path) -> None:
    """A recording that starts late shifts everything; what lies outside of it is cut off or left out."""
    line = timeline(tmp_path, consult_transfer(), media(10, 110), seconds=100)
    assert line.started_at == ZERO + timedelta(seconds=10)
    assert spans(line, "ivr") == []
    assert spans(line, "queue") == [("queue", "queue_1", 0.0, 5.44)]
    assert spans(line, "talk")[-1] == ("talk", "agent_2", 84.2, 100.0)
    times = {one.participant: one for one in line.times}
    assert times["agent_2"].after_call_work == 18.0
    assert (times["agent_1"].talk, times["agent_1"].hold, times["queue_1"].queue_wait) == (68.76, 10.0, 10.39)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1), (1, 2, 0)])
def test_open_segments_end_with_the_recording(tmp_path: Path, order: tuple[int, ...]) -> None:
    """A missing end is the next segment's start, and the recording's end where nothing follows, in any order."""
    segments = (segment("interact", 2), segment("hold", 20), segment("interact", 30))
    record = conversation(customer(0, None), agent("user-1", *(segments[at] for at in order)))
    line = timeline(tmp_path, record, media(0, 40), seconds=40)
    assert spans(line, "talk", "hold") == [
        ("talk", "agent_1", 2.0, 20.0),
        ("hold", "agent_1", 20.0, 30.0),
        ("talk", "agent_1", 30.0, 40.0),
    ]


def test_one_user_in_several_sessions_is_one_agent(tmp_path: Path) -> None:
    """Agents are told apart by user id; one who only rang is numbered after those who spoke."""
    record = conversation(
        customer(0, 60),
        agent("rang-out", segment("alert", 1, 5)),
        agent("user-1", segment("interact", 5, 20)),
        agent("user-2", segment("interact", 20, 40)),
        agent("user-1", segment("interact", 40, 60)),
    )
    line = timeline(tmp_path, record, media(0, 60), seconds=60)
    assert [one.id for one in line.participants if one.role is Role.AGENT] == ["user-1", "user-2", "rang-out"]
    assert [row[1] for row in spans(line, "talk")] == ["agent_1", "agent_2", "agent_1"]


def test_only_voice_sessions_count(tmp_path: Path) -> None:
    """A callback's waiting session in the same conversation is no part of the call."""
    record = conversation(customer(0, 30), agent("user-1", segment("interact", 0, 30)))
    waiting = participant("acd", segment("interact", 0, 20), session_mediaType="callback")
    record["participants"].append(waiting)
    assert spans(timeline(tmp_path, record, media(0, 30), seconds=30), "queue") == []


def test_the_customer_is_the_first_party_in_the_calls_direction(tmp_path: Path) -> None:
    """Somebody rung up during an inbound call is external, whatever the record calls them."""
    record = conversation(
        participant("customer", segment("interact", 30, 60), session_direction="outbound"),
        customer(0, 60),
        agent("user-1", segment("interact", 0, 40)),
    )
    line = timeline(tmp_path, record, media(0, 60), seconds=60)
    assert ("talk", "external_1", 30.0, 60.0) in spans(line, "talk")


def test_only_agents_transfer(tmp_path: Path) -> None:
    """Everybody else's leg that ends in a transfer was moved by them."""
    record = conversation(
        participant("customer", segment("interact", 0, 60, disconnectType="transfer")),
        agent("user-1", segment("interact", 0, 60)),
    )
    assert timeline(tmp_path, record, media(0, 60), seconds=60).transfers == ()


def test_voicemail_is_a_participant_of_its_own(tmp_path: Path) -> None:
    """The prompt before the tone is nobody's speech but the voicemail's."""
    record = conversation(customer(0, 40), ivr(0, 10), participant("voicemail", segment("interact", 10, 40)))
    line = timeline(tmp_path, record, media(0, 40), seconds=40)
    assert spans(line, "voicemail") == [("voicemail", "voicemail", 10.0, 40.0)]
    assert line.participant("voicemail").role is Role.VOICEMAIL


def test_segments_that_contradict_metrics_are_noted(tmp_path: Path) -> None:
    """Nothing is hidden: a difference of more than a second is told with both values."""
    record = conversation(
        customer(0, 30),
        agent("user-1", segment("interact", 0, 30), metrics=(metric("tTalkComplete", 20, 30),)),
    )
    assert timeline(tmp_path, record, media(0, 30), seconds=30).notes == (
        "agent_1: talk is 30.0 s by segments, 20.0 s by metrics.",
    )


@pytest.mark.parametrize(("channels", "others"), [(2, "internal"), (1, "unknown")])
def test_without_a_record_the_channels_decide(channels: int, others: str) -> None:
    """No record is no error: the quality says so."""
    line = read_record([], recording(30, channels), Settings()).timeline
    assert line.quality is CtrQuality.NONE
    assert [one.key for one in line.participants] == ["customer", others]


@pytest.mark.parametrize(
    ("documents", "starts_at", "ends"),
    [([consult_transfer()], 0.0, 132.0), ([consult_transfer(), media(10, 110)], 10.0, 100.0)],
)
def test_a_record_can_be_read_without_audio(
    tmp_path: Path, documents: list[object], starts_at: float, ends: float
) -> None:
    """The timeline of the recording that the record tells of, else of the conversation; noted."""
    line = read_record(write(tmp_path, *documents), None, Settings()).timeline
    assert line.started_at == ZERO + timedelta(seconds=starts_at)
    assert max(one.end for one in line.intervals) == ends
    assert line.notes[0] == "Without audio, lengths are the record's own."


def test_recording_metadata_alone_still_names_the_call(tmp_path: Path) -> None:
    """Ids and the start are kept, with a note on what is missing."""
    line = timeline(tmp_path, media(0, 30), seconds=30)
    assert (line.quality, line.recording_id, line.started_at) == (CtrQuality.NONE, "recording-1", ZERO)
    assert len(line.notes) == 1


def test_names_come_from_the_lookups(tmp_path: Path) -> None:
    """Agents get their display name, which is also told to the redactor."""
    agents = tmp_path / "agents.csv"
    agents.write_text("user_id,name\nuser-1,Ana Ruiz\n", encoding="utf-8")
    settings = Settings(ctr=CtrSettings(agents=agents))
    record = read_record(write(tmp_path, consult_transfer(), media(0, 132)), recording(132), settings)
    assert record.timeline.participant("agent_1").name == "Ana Ruiz"
    assert record.timeline.participant("agent_2").name is None
    assert record.known.agent_names == ("Ana Ruiz",)


def test_nothing_personal_is_in_the_timeline(tmp_path: Path) -> None:
    """The customer's name, number and attributes are known to the redactor and to nobody else."""
    caller = customer(0, 30, participantName="OAKLEY,JUNE", attributes={"MemberId": "W7781234"})
    record = conversation(caller, agent("user-1", segment("interact", 0, 30)))
    read = read_record(write(tmp_path, record, media(0, 30)), recording(30), Settings())
    assert read.known.names == ("OAKLEY,JUNE",)
    assert read.known.numbers == ("+16125550123", "W7781234")
    assert not any(secret in repr(read) for secret in ("OAKLEY", "6125550123", "W7781234"))


@pytest.mark.parametrize(
    ("documents", "seconds", "says"),
    [
        ([consult_transfer(), media(86_400, 86_532)], 132, "No moment"),
        ([consult_transfer(), media(0, 132, conversationId="another")], 132, "another conversation"),
        ([consult_transfer()], 600, "does not fit"),
        ([consult_transfer(), media(0, 132)], 600, "does not fit"),
        ([consult_transfer(), media(0, 132)], 20, "does not fit"),
        ([conversation()], 30, "no call in it"),
        ([{"ContactId": "1", "Agent": {}}], 30, "no known record shape"),
    ],
)
def test_a_record_of_another_call_is_refused(
    tmp_path: Path, documents: list[object], seconds: float, says: str
) -> None:
    """The error names a file and says why."""
    with pytest.raises(RecordError, match=says) as caught:
        timeline(tmp_path, *documents, seconds=seconds)
    assert "record-" in caught.value.message
    assert str(tmp_path) not in str(caught.value)


def test_alerts_and_wrap_up_are_kept_inside_the_recording(tmp_path: Path) -> None:
    """Wrap-up that outlives the recording is in the accounts, not in the intervals."""
    line = timeline(tmp_path, consult_transfer(), media(0, 132))
    assert spans(line, "wrap_up") == [("wrap_up", "agent_1", 94.2, 119.3)]
    assert {one.kind for one in line.intervals} <= set(IntervalKind)
    assert {one.participant: one.after_call_work for one in line.times}["agent_2"] == 18.0


def test_two_flows_are_two_participants(tmp_path: Path) -> None:
    """A survey after the talk is not the menu before it."""
    record = conversation(
        customer(0, 60),
        ivr(0, 8),
        queue(8, 20),
        agent("u", segment("interact", 20, 50)),
        ivr(50, 60, "Survey"),
    )
    line = timeline(tmp_path, record, media(0, 60), seconds=60)
    assert [row[1] for row in spans(line, "ivr")] == ["ivr_1", "ivr_2"]
