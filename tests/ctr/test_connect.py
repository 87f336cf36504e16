from __future__ import annotations

import copy
import random
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_robustness import damage, read

from pca_pipeline.call import CallRecord, CtrQuality, Direction, IntervalKind, Role, TransferKind
from pca_pipeline.ctr import read_record
from pca_pipeline.errors import RecordError
from pca_pipeline.settings import CtrSettings, Settings
from tests.ctr.connect_records import agent, at, contact, queue, transferred
from tests.ctr.genesys_records import ZERO, recording, write

TALK = contact("contact-1", 0, 60, Queue=queue(8, 20), Agent=agent("ana", 20, 60, hold=15))


def record(folder: Path, *documents: object, seconds: float, name: str | None = None) -> CallRecord:
    """The record of a recording of that length and name, from these documents."""
    return read_record(write(folder, *documents), recording(seconds), Settings(), name)


def spans(found: CallRecord, *kinds: str) -> list[tuple[str, str, float, float]]:
    """The intervals of these kinds."""
    return [
        (one.kind.value, one.participant, one.start, one.end)
        for one in found.timeline.intervals
        if not kinds or one.kind in kinds
    ]


def test_a_recording_begins_when_the_agent_answers(tmp_path: Path) -> None:
    """Flow and queue came before it; its start is inferred, and flagged."""
    found = record(tmp_path, TALK, seconds=40)
    assert found.timeline.started_at == ZERO + timedelta(seconds=20)
    assert spans(found) == [("talk", "agent_1", 0.0, 40.0)]
    assert found.timeline.quality is CtrQuality.APPROXIMATE
    assert found.timeline.notes[0].endswith("taken to begin when the agent answers.")


def test_times_of_the_recording_are_taken_where_they_are_told(tmp_path: Path) -> None:
    """Newer records have them in `Recordings`; an automated interaction is a recording of its own."""
    own = {"MediaStreamType": "AUDIO", "ParticipantType": "AGENT", "Location": "b/contact-1_x_UTC.wav"}
    flow = {"MediaStreamType": "AUDIO", "ParticipantType": "IVR", "Location": "b/ivr/contact-1_y_UTC.wav"}
    several = [
        own | {"StartTimestamp": at(20), "StopTimestamp": at(60)},
        flow | {"StartTimestamp": at(0), "StopTimestamp": at(20)},
    ]
    found = record(tmp_path, TALK | {"Recordings": several}, seconds=40)
    assert found.timeline.quality is CtrQuality.EXACT
    assert found.timeline.recording_id == "contact-1_x_UTC"
    found = record(tmp_path, TALK | {"Recordings": several}, seconds=20)
    assert spans(found) == [("ivr", "ivr_1", 0.0, 8.0), ("queue", "queue_1", 8.0, 20.0)]


def test_who_was_on_the_call(tmp_path: Path) -> None:
    """Queue and agent by id, the queue with its name; the customer on the left channel."""
    line = record(tmp_path, TALK, seconds=40).timeline
    assert [(one.key, one.id, one.name) for one in line.participants] == [
        ("customer", None, None),
        ("ivr_1", None, None),
        ("queue_1", "queue-Billing", "Billing"),
        ("agent_1", "ana", None),
    ]
    assert (line.direction, line.external_channel, line.conversation_id) == (Direction.INBOUND, 0, "contact-1")


def test_holds_without_times_are_in_the_accounts_only(tmp_path: Path) -> None:
    """Talk and hold are as long as the record says; a note says what it leaves open."""
    line = record(tmp_path, TALK, seconds=40).timeline
    (times,) = [one for one in line.times if one.participant == "agent_1"]
    assert (times.talk, times.hold, times.after_call_work) == (25.0, 15.0, 10.0)
    assert any("how long holds were, not when" in note for note in line.notes)
    assert not any("by metrics" in note for note in line.notes)


@pytest.mark.parametrize("together", [True, False])
def test_records_of_a_chain_are_one_conversation(tmp_path: Path, together: bool) -> None:
    """In one file or several: both agents, and the transfer between them."""
    documents = [transferred()] if together else transferred()
    line = record(tmp_path, *documents, seconds=58, name="contact-2_20260302T14:31_UTC.wav").timeline
    assert line.conversation_id == "contact-1"
    assert [one.id for one in line.participants if one.role is Role.AGENT] == ["ana", "ben"]
    (transfer,) = line.transfers
    assert (transfer.kind, transfer.from_participant, transfer.to_participant) == (
        TransferKind.BLIND,
        "agent_1",
        "agent_2",
    )


def test_the_recording_is_chosen_by_its_name(tmp_path: Path) -> None:
    """Each leg has a recording of its own, named after its contact."""
    first = record(tmp_path, transferred(), seconds=40, name="contact-1_20260302T14:30_UTC.wav").timeline
    second = record(tmp_path, transferred(), seconds=58, name="contact-2_20260302T14:30_UTC.wav").timeline
    assert (first.started_at, second.started_at) == (ZERO + timedelta(seconds=20), ZERO + timedelta(seconds=62))
    assert first.notes[0] == "Recording contact-1_20260302T14:30_UTC was chosen out of 2 by its id and length."


def test_an_agent_who_stays_on_has_consulted(tmp_path: Path) -> None:
    """The colleague joins, then the first agent leaves: a consult transfer."""
    line = record(tmp_path, transferred(joined=70, left=90), seconds=70, name="contact-1_20260302T14:30_UTC").timeline
    assert [one.kind for one in line.transfers] == [TransferKind.CONSULT]
    consults = [one for one in line.intervals if one.kind is IntervalKind.CONSULT]
    assert {one.participant for one in consults} == {"agent_1", "agent_2"}


def test_a_transfer_out_of_the_platform(tmp_path: Path) -> None:
    """To a number outside, which is not shown."""
    out = {"Type": "TELEPHONE_NUMBER", "Address": "+13035550188"}
    left = TALK | {"TransferCompletedTimestamp": at(50), "TransferredToEndpoint": out}
    found = record(tmp_path, left, seconds=40)
    (transfer,) = found.timeline.transfers
    assert (transfer.to_participant, transfer.at) == ("external_1", 30.0)
    assert "3035550188" not in repr(found)


def test_a_flow_that_moves_the_call_is_no_transfer(tmp_path: Path) -> None:
    """Only agents transfer."""
    first, second = transferred()
    line = record(
        tmp_path, first, second | {"InitiationMethod": "QUEUE_TRANSFER"}, seconds=40, name="contact-1_"
    ).timeline
    assert line.transfers == ()


def test_the_newest_version_of_a_record_counts(tmp_path: Path) -> None:
    """Connect delivers a record at least once, and again when something changed."""
    early = TALK | {"Agent": agent("nobody", 20, 60), "LastUpdateTimestamp": at(61)}
    for documents in ([early, TALK], [TALK, early]):
        line = record(tmp_path, *documents, seconds=40).timeline
        assert [one.id for one in line.participants if one.role is Role.AGENT] == ["ana"]


@pytest.mark.parametrize(
    ("fields", "direction", "ivr"),
    [
        ({}, Direction.INBOUND, True),
        ({"InitiationMethod": "API"}, Direction.INBOUND, True),
        ({"InitiationMethod": "OUTBOUND", "ConnectedToSystemTimestamp": at(22)}, Direction.OUTBOUND, False),
        ({"InitiationMethod": "SOMETHING_NEW"}, Direction.INBOUND, True),
        ({"InitiationMethod": None}, Direction.UNKNOWN, True),
    ],
)
def test_how_a_contact_began(tmp_path: Path, fields: dict[str, object], direction: Direction, ivr: bool) -> None:
    """In calls that agents make, nobody waits in a flow."""
    one = contact("contact-1", 0, 60, Agent=agent("ana", 20, 60)) | fields
    line = record(tmp_path, one, seconds=40).timeline
    assert line.direction is direction
    assert any(who.role is Role.IVR for who in line.participants) is ivr


def test_an_abandoned_contact_has_no_agent(tmp_path: Path) -> None:
    """A queue and nobody who answered."""
    line = record(tmp_path, contact("contact-1", 0, 60, Queue=queue(8, 60)), seconds=60).timeline
    assert [(one.kind, one.start, one.end) for one in line.intervals] == [("ivr", 0, 8), ("queue", 8, 60)]


@pytest.mark.parametrize(
    ("documents", "seconds", "says"),
    [
        ([contact("contact-1", 0, 60, Channel="CHAT")], 60, "no call in it"),
        ([TALK], 400, "does not fit"),
    ],
)
def test_a_record_of_another_call_is_refused(
    tmp_path: Path, documents: list[object], seconds: float, says: str
) -> None:
    """Chats have no recording, and the length must fit."""
    with pytest.raises(RecordError, match=says):
        record(tmp_path, *documents, seconds=seconds)


def test_nothing_personal_is_in_the_timeline(tmp_path: Path) -> None:
    """Only the redactor knows the number and the attributes."""
    found = record(tmp_path, TALK | {"Attributes": {"CustomerName": "June Oakley", "member": "W7781234"}}, seconds=40)
    assert found.known.names == ("June Oakley",)
    assert found.known.numbers == ("+16125550123", "W7781234")
    assert not any(secret in repr(found) for secret in ("Oakley", "6125550123", "W7781234"))


@given(st.randoms(use_true_random=False), st.floats(0, 0.5))
@settings(max_examples=60, deadline=None)
def test_a_damaged_record_gives_a_timeline_or_is_refused(rng: random.Random, share: float) -> None:
    """Whatever is missing or of the wrong type, only RecordError is raised, and intervals stay within the recording."""
    documents = [damage(one, rng, share) for one in transferred()]
    try:
        found = read(*documents, seconds=58)
    except RecordError:
        return
    assert all(0 <= one.start < one.end <= 58 for one in found.timeline.intervals)
    assert all(one.talk >= 0 and one.hold >= 0 for one in found.timeline.times)


def test_no_single_field_is_needed() -> None:
    """A record that lacks any one field is read, or refused for its times."""
    for key in TALK:
        one = copy.deepcopy(TALK)
        del one[key]
        assert read(one, seconds=40).timeline.participants


@pytest.mark.parametrize(
    ("reason", "by"),
    [
        ("CUSTOMER_DISCONNECT", "customer"),
        ("AGENT_DISCONNECT", "agent_1"),
        ("CONTACT_FLOW_DISCONNECT", "ivr_1"),
        ("THIRD_PARTY_DISCONNECT", "external"),
        ("TELECOM_PROBLEM", "system"),
        ("SOMETHING_NEW", "system"),
        (None, None),
    ],
)
def test_who_ended_the_contact(tmp_path: Path, reason: str | None, by: str | None) -> None:
    """By the reason of the last leg; a party that is not in the record is known by its role."""
    record = contact("c-1", 0, 60, Agent=agent("ana", 20, 60), Queue=queue(5, 20), DisconnectReason=reason)
    line = read_record(write(tmp_path, record), recording(40), Settings()).timeline
    assert (line.ended_by, line.ended_how) == (by, reason)


def test_only_named_attributes_leave_the_room(tmp_path: Path) -> None:
    """Only those in the setting; without it, none."""
    record = contact("c-1", 0, 60, Agent=agent("ana", 20, 60), Attributes={"Tier": "gold", "Name": "June Oakley"})
    paths = write(tmp_path, record)
    named = Settings(ctr=CtrSettings(attributes=("Tier", "ani", "Missing")))
    assert read_record(paths, recording(40), named).timeline.attributes == (("Tier", "gold"), ("ani", "+16125550123"))
    assert read_record(paths, recording(40), Settings()).timeline.attributes == ()


def test_a_leg_alone_tells_that_the_others_are_missing(tmp_path: Path) -> None:
    """Under the chain's id, so that both are one conversation; the call did not end with the first leg."""
    first, second = (
        read_record(write(tmp_path, one), recording(seconds), Settings()).timeline
        for one, seconds in zip(transferred(), (40, 58), strict=True)
    )
    assert first.conversation_id == second.conversation_id == "contact-1"
    assert [note for note in first.notes if "The leg after, contact contact-2," in note]
    assert [note for note in second.notes if "The leg before, contact contact-1," in note]
    assert first.ended_by is None and second.ended_by == "customer"
