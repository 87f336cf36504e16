from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from pca_pipeline.call import (
    CtrQuality,
    Direction,
    IntervalKind,
    Role,
    SpeechStats,
    Timeline,
    Transcript,
    TransferKind,
    Word,
)
from pca_pipeline.ctr import read_record
from pca_pipeline.errors import RecordError
from pca_pipeline.journey import steps
from pca_pipeline.settings import CtrSettings, Settings
from pca_pipeline.timeline import attribute, with_detected_channels
from tests.ctr.genesys_records import (
    ZERO,
    Json,
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


def timeline(folder: Path, *documents: object, seconds: float = 132.0, channels: int = 2) -> Timeline:
    """The timeline of a recording of that length, from these documents."""
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
    """The agent who asked talks to the customer again after the colleague has left."""
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
    """From the moment when all parties hear each other, both agents talk."""
    record = conversation(
        customer(0, 60),
        agent("user-1", segment("interact", 0, 60), metrics=(metric("nConsult", 0.001, 20),)),
        agent("user-2", segment("interact", 24, 30), segment("interact", 30, 50, conference=True)),
    )
    line = timeline(tmp_path, record, media(0, 60), seconds=60)
    assert ("consult", "agent_2", 24.0, 30.0) in spans(line, "consult")
    assert spans(line, "conference") == [("conference", "agent_1", 30.0, 50.0), ("conference", "agent_2", 30.0, 50.0)]


def test_a_colleague_who_comes_into_a_conference_is_not_consulted(tmp_path: Path) -> None:
    """All parties hear each other from the start."""
    record = conversation(
        customer(0, 60),
        agent("user-1", segment("interact", 0, 60)),
        agent("user-2", segment("interact", 20, 50, conference=True)),
    )
    line = timeline(tmp_path, record, media(0, 60), seconds=60)
    assert spans(line, "consult") == []
    assert spans(line, "conference") == [("conference", "agent_1", 20.0, 50.0), ("conference", "agent_2", 20.0, 50.0)]


@pytest.mark.parametrize(("answered", "to"), [(True, "agent_2"), (False, "queue_2")])
def test_a_blind_transfer_goes_to_who_answers_or_the_queue(tmp_path: Path, answered: bool, to: str) -> None:
    """Only agents transfer: the same word in sessions of IVR and queue means nothing."""
    line = timeline(tmp_path, blind_transfer(answered), media(0, 100), seconds=100)
    assert [(one.kind, one.from_participant, one.to_participant, one.at) for one in line.transfers] == [
        (TransferKind.BLIND, "agent_1", to, 60.0)
    ]


def test_second_zero_is_the_recordings_start_and_intervals_are_clipped(tmp_path: Path) -> None:
    """A recording that starts late shifts everything; what is outside it is cut off or left out."""
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
    """A missing end is the next segment's start, or the recording's end if nothing follows, in any order."""
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
    """A callback's waiting session in the same conversation is not part of the call."""
    record = conversation(customer(0, 30), agent("user-1", segment("interact", 0, 30)))
    waiting = participant("acd", segment("interact", 0, 20), session_mediaType="callback")
    record["participants"].append(waiting)
    assert spans(timeline(tmp_path, record, media(0, 30), seconds=30), "queue") == []


def test_the_customer_is_the_first_party_in_the_calls_direction(tmp_path: Path) -> None:
    """Somebody called during an inbound call is external, whatever the record says."""
    record = conversation(
        participant("customer", segment("interact", 30, 60), session_direction="outbound"),
        customer(0, 60),
        agent("user-1", segment("interact", 0, 40)),
    )
    line = timeline(tmp_path, record, media(0, 60), seconds=60)
    assert ("conference", "external_1", 30.0, 40.0) in spans(line, "conference")
    assert ("talk", "external_1", 40.0, 60.0) in spans(line, "talk")


def test_only_agents_transfer(tmp_path: Path) -> None:
    """Everybody else's leg that ends in a transfer was moved by them."""
    record = conversation(
        participant("customer", segment("interact", 0, 60, disconnectType="transfer")),
        agent("user-1", segment("interact", 0, 60)),
    )
    assert timeline(tmp_path, record, media(0, 60), seconds=60).transfers == ()


def test_voicemail_is_a_participant_of_its_own(tmp_path: Path) -> None:
    """The prompt before the tone belongs to the voicemail."""
    record = conversation(customer(0, 40), ivr(0, 10), participant("voicemail", segment("interact", 10, 40)))
    line = timeline(tmp_path, record, media(0, 40), seconds=40)
    assert spans(line, "voicemail") == [("voicemail", "voicemail", 10.0, 40.0)]
    assert line.participant("voicemail").role is Role.VOICEMAIL


def test_segments_that_contradict_metrics_are_noted(tmp_path: Path) -> None:
    """A difference of more than a second is noted with both values."""
    record = conversation(
        customer(0, 30),
        agent("user-1", segment("interact", 0, 30), metrics=(metric("tTalkComplete", 20, 30),)),
    )
    assert timeline(tmp_path, record, media(0, 30), seconds=30).notes == (
        "agent_1: talk is 30.0 s by segments, 20.0 s by metrics.",
    )


@pytest.mark.parametrize(("channels", "others"), [(2, "internal"), (1, "unknown")])
def test_without_a_record_the_channels_decide(channels: int, others: str) -> None:
    """A missing record is not an error; the quality shows it."""
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
    """The timeline is that of the recording in the record, else of the conversation; a note says so."""
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
    """Agents get their display name, which the redactor also gets."""
    agents = tmp_path / "agents.csv"
    agents.write_text("user_id,name\nuser-1,Ana Ruiz\n", encoding="utf-8")
    settings = Settings(ctr=CtrSettings(agents=agents))
    record = read_record(write(tmp_path, consult_transfer(), media(0, 132)), recording(132), settings)
    assert record.timeline.participant("agent_1").name == "Ana Ruiz"
    assert record.timeline.participant("agent_2").name is None
    assert record.known.agent_names == ("Ana Ruiz",)


def test_nothing_personal_is_in_the_timeline(tmp_path: Path) -> None:
    """Only the redactor knows the customer's name, number and attributes."""
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
        ([conversation()], 30, "no call in it: it has only other media"),
        ([conversation(agent("ana", segment("interact", 20, 5)))], 30, "no segment has usable times"),
        ([conversation(participant("agent", segment("interact", 1), session_segments=[]))], 30, "no segment has"),
        (
            [conversation(participant("agent", segment("interact", 5, 20), session_mediaType="chat"))],
            30,
            "only other media",
        ),
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
    """Wrap-up after the recording's end is in the accounts, not in the intervals."""
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


def flow(kind: str, start: float, end: float, purpose: str = "ivr") -> Json:
    """A flow of that type."""
    return participant(purpose, segment("ivr", start, end), session_flow={"flowId": kind, "flowType": kind})


@pytest.mark.parametrize(
    ("made", "kind"),
    [
        (flow("INBOUNDCALL", 10, 20), "ivr"),
        (flow("BOT", 10, 20), "bot"),
        (flow("DIGITALBOT", 10, 20, "botflow"), "bot"),
        (participant("botflow", segment("ivr", 10, 20)), "bot"),
        (flow("VOICESURVEY", 10, 20), "survey"),
        (participant("voicesurveyflow", segment("interact", 10, 20)), "survey"),
        (flow("SECURECALL", 10, 20), "secure_pause"),
        (flow("SOMETHING_NEW", 10, 20, "workflow"), "ivr"),
        (participant("voicemail", segment("interact", 10, 20)), "voicemail"),
    ],
)
def test_flows_are_told_apart(tmp_path: Path, made: Json, kind: str) -> None:
    """By the flow's type, else by the participant's purpose; an unknown type is an IVR."""
    line = timeline(tmp_path, conversation(customer(0, 30), made), media(0, 30), seconds=30)
    assert [(one.kind.value, one.start, one.end) for one in line.intervals] == [(kind, 10.0, 20.0)]
    assert not line.notes


@pytest.mark.parametrize(("reason", "found"), [("SecurePause", 1), ("secure_pause", 1), ("Hold", 0), ("Pause", 0)])
def test_a_secure_pause_in_the_audio_is_an_interval(tmp_path: Path, reason: str, found: int) -> None:
    """It belongs to the agent on the line; other pauses are not intervals."""
    pauses = [{"realtimeLocation": 20_000, "durationMs": 15_000, "reason": reason}]
    record = conversation(customer(0, 60), agent("user-1", segment("interact", 0, 60)))
    line = timeline(tmp_path, record, media(0, 60, annotations=pauses), seconds=60)
    assert spans(line, "secure_pause") == [("secure_pause", "agent_1", 20.0, 35.0)] * found


def test_a_secure_pause_that_is_cut_out_leaves_no_interval(tmp_path: Path) -> None:
    """It is not in the audio."""
    pauses = [{"realtimeLocation": 20_000, "durationMs": 15_000, "reason": "SecurePause"}]
    record = conversation(customer(0, 60), agent("user-1", segment("interact", 0, 60)))
    line = timeline(tmp_path, record, media(0, 60, annotations=pauses), seconds=45)
    assert spans(line, "secure_pause") == []


def test_three_parties_are_a_conference_and_a_hand_off_is_not(tmp_path: Path) -> None:
    """Two people on the line for a second are handing over."""
    for overlap, kinds in ((1, {"talk"}), (10, {"talk", "conference"})):
        record = conversation(
            customer(0, 60),
            agent("user-1", segment("interact", 0, 30 + overlap)),
            participant("external", segment("interact", 30, 60), session_direction="outbound"),
        )
        line = timeline(tmp_path, record, media(0, 60), seconds=60)
        assert {one.kind.value for one in line.intervals} == kinds


def test_a_conference_with_somebody_whom_the_record_lacks(tmp_path: Path) -> None:
    """The segment says so."""
    record = conversation(
        customer(0, 60), agent("user-1", segment("interact", 0, 20), segment("interact", 20, 60, conference=True))
    )
    line = timeline(tmp_path, record, media(0, 60), seconds=60)
    assert spans(line, "conference") == [("conference", "agent_1", 20.0, 60.0)]


def ends(customer_end: str | None, agent_end: str | None, **more: Json) -> Json:
    """A call of customer and agent whose sessions end that way."""
    return conversation(
        customer(0, 60) | {"sessions": [session_ending("interact", customer_end)]},
        agent("user-1", segment("interact", 0, 60, disconnectType=agent_end)),
        *more.values(),
    )


def session_ending(kind: str, how: str | None) -> Json:
    """A voice session of a minute that ends that way."""
    return {"mediaType": "voice", "direction": "inbound", "segments": [segment(kind, 0, 60, disconnectType=how)]}


@pytest.mark.parametrize(
    ("record", "by", "how"),
    [
        (ends("endpoint", "peer"), "customer", "endpoint"),
        (ends("peer", "client"), "agent_1", "client"),
        (ends("peer", "endpoint"), "agent_1", "endpoint"),
        (ends(None, "peer"), "customer", "peer"),
        (ends(None, "client"), "agent_1", "client"),
        (ends("error", "peer"), "system", "error"),
        (ends("peer", "transportFailure"), "system", "transportFailure"),
        (ends("peer", "peer"), None, None),
        (ends(None, None), None, None),
        (ends("peer", "nothing_known"), None, None),
        (
            conversation(
                customer(0, 60) | {"sessions": [session_ending("interact", "peer")]},
                agent("user-1", segment("interact", 0, 40, disconnectType="client")),
                participant("voicesurveyflow", segment("ivr", 40, 60, disconnectType="system")),
            ),
            "ivr_1",
            "system",
        ),
    ],
)
def test_who_ended_the_call_and_how(tmp_path: Path, record: Json, by: str | None, how: str | None) -> None:
    """Disconnect types are relative to the party; an agent who left before a survey did not end the call."""
    line = timeline(tmp_path, record, media(0, 60), seconds=60)
    assert (line.ended_by, line.ended_how) == (by, how)


def test_consults_and_speed_of_answer_are_accounted_for(tmp_path: Path) -> None:
    """The consult of both agents; the wait in the queue for the first: the second was asked, not answered."""
    line = timeline(tmp_path, consult_transfer(), media(0, 132), seconds=132)
    times = {one.participant: one for one in line.times}
    assert times["agent_1"].consult == times["agent_2"].consult == pytest.approx(33.4)
    assert times["agent_1"].speed_of_answer == pytest.approx(10.39)
    assert times["agent_2"].speed_of_answer is None
    assert not line.notes


@pytest.mark.parametrize(
    ("metrics", "note"),
    [
        ((metric("tAnswered", 12.4, 20),), None),
        ((metric("tAnswered", 60, 20),), "agent_1: answered after 12.0 s by segments, 60.0 s by metrics."),
        ((metric("nConsult", 0.001, 59.9),), "agent_1: 0 consults by segments, 1 by metrics."),
        (
            (
                metric("nTransferred", 0.001, 60),
                metric("nTransferred", 0.001, 60),
                metric("nBlindTransferred", 0.001, 60),
            ),
            "agent_1: 1 transfers by their kinds, 2 by all of them.",
        ),
    ],
)
def test_metrics_that_say_otherwise_are_noted(tmp_path: Path, metrics: tuple[Json, ...], note: str | None) -> None:
    """Segments count, and the difference is told."""
    one = agent("user-1", segment("interact", 20, 60), metrics=metrics)
    line = timeline(tmp_path, conversation(customer(0, 60), queue(8, 20), one), media(0, 60), seconds=60)
    assert list(line.notes) == ([note] if note else [])


def test_an_agent_who_follows_without_a_transfer_is_noted(tmp_path: Path) -> None:
    """The record does not say how the call got there."""
    record = conversation(
        customer(0, 60), agent("user-1", segment("interact", 0, 30)), agent("user-2", segment("interact", 31, 60))
    )
    line = timeline(tmp_path, record, media(0, 60), seconds=60)
    assert line.notes == ("agent_1: another agent follows, though the record has no transfer.",)


def test_only_named_fields_of_the_customer_leave_the_room(tmp_path: Path) -> None:
    """Attributes, the customer's number and name, if they are named in the setting; never in a repr."""
    caller = customer(0, 60, attributes={"Tier": "gold", "Birth": "1971"}, participantName="June Oakley")
    paths = write(tmp_path, conversation(caller, agent("user-1", segment("interact", 0, 60))), media(0, 60))
    named = Settings(ctr=CtrSettings(attributes=("Tier", "ani", "participantName")))
    line = read_record(paths, recording(60), named).timeline
    assert dict(line.attributes) == {"Tier": "gold", "ani": "tel:+16125550123", "participantName": "June Oakley"}
    assert "June" not in repr(line) and "gold" not in repr(line)
    assert read_record(paths, recording(60), Settings()).timeline.attributes == ()


def test_the_language_is_that_of_the_last_flow(tmp_path: Path) -> None:
    """Callers choose one at the start: how a flow ended counts more than how it began."""
    first = flow("INBOUNDCALL", 0, 5)
    first["sessions"][0]["flow"] |= {"startingLanguage": "en-us", "endingLanguage": "es-us"}
    record = conversation(customer(0, 30), first, flow("BOT", 5, 10), agent("u", segment("interact", 10, 30)))
    read = read_record(write(tmp_path, record, media(0, 30)), recording(30), Settings())
    assert read.language == "es-us"


def test_what_lies_outside_of_the_recording_is_kept_apart(tmp_path: Path) -> None:
    """Before second 0 and after the end; the intervals are clipped to the recording."""
    line = timeline(tmp_path, consult_transfer(), media(10, 110), seconds=100)
    before = [(one.kind.value, one.start, one.end) for one in line.outside if one.end <= 0]
    assert before == [("ivr", -9.9, -5.0), ("queue", -4.95, 0.0)]
    assert {(one.kind.value, one.end) for one in line.outside if one.start >= 100} == {
        ("talk", 122.0),
        ("wrap_up", 109.3),
        ("wrap_up", 140.0),
    }


def test_values_that_are_not_known_are_kept_in_their_place(tmp_path: Path) -> None:
    """A party with an unknown purpose, and an unknown state of a known party: they speak only if nobody else does."""
    newcomer = participant("hologram", segment("alert", 8, 10), segment("interact", 10, 20))
    second = agent("user-1", segment("interact", 18, 25), segment("teleport", 25, 30))
    idle = participant("station", segment("interact", 0, 30))
    line = timeline(tmp_path, conversation(customer(0, 30), newcomer, second, idle), media(0, 30), seconds=30)
    assert [(one.kind.value, one.participant, one.start, one.end) for one in line.intervals] == [
        ("other", "unknown_1", 10.0, 20.0),
        ("talk", "agent_1", 18.0, 25.0),
        ("other", "agent_1", 25.0, 30.0),
    ]
    assert (line.participant("unknown_1").role, line.participant("unknown_1").name) == (Role.UNKNOWN, "hologram")
    assert [(one.kind, one.end) for one in steps(line)] == [("other", 18.0), ("agent", 25.0), ("other", 30.0)]
    words = tuple(Word("so", at, at + 0.3, 0.9, 1) for at in (12.0, 19.0, 28.0))
    said = attribute(Transcript(words, SpeechStats("made", "en", 0.0, None, 0)), line)
    assert [(one.speaker, one.confidence) for one in said] == [("unknown_1", 0.5), ("agent_1", 1.0), ("agent_1", 0.5)]


def test_a_recording_of_a_consult_is_without_the_customer(tmp_path: Path) -> None:
    """Two colleagues, each on a channel. Whatever they say does not mean swapped channels."""
    line = timeline(tmp_path, consult_transfer(), media(66.4, 94.2, mediaSubtype="Consult"), seconds=27.8)
    assert line.external_party == "agent_2" and "agent_2 is taken" in line.notes[-1]
    words = [Word(f"so{at}", 2.0 + at, 2.8 + at, 0.9, 0) for at in range(20)]
    heard = Transcript((*words, Word("yes", 24.0, 24.3, 0.9, 1)), SpeechStats("made", "en", 0.0, None, 0))
    said = attribute(heard, with_detected_channels(heard, line))
    assert [(one.speaker, one.confidence) for one in said] == [("agent_2", 0.7), ("agent_1", 0.7)]
    trunk = timeline(tmp_path, consult_transfer(), media(66.4, 94.2), seconds=27.8)
    assert trunk.external_party == "customer"
    alone = conversation(customer(0, 60), agent("user-1", segment("interact", 0, 60)))
    one_side = timeline(tmp_path, alone, media(10, 40, mediaSubtype="Consult"), seconds=30)
    assert "none of them is the customer" in one_side.notes[-1]


def test_values_that_are_not_known_are_told(tmp_path: Path) -> None:
    """An unknown purpose and an unknown type of segment: the rest is read, and a note mentions them."""
    newcomer = participant("hologram", segment("interact", 10, 20))
    newcomer["sessions"][0]["segments"][0]["segmentType"] = "teleport"
    line = timeline(tmp_path, conversation(customer(0, 30), newcomer), media(0, 30), seconds=30)
    notes = " ".join(line.notes)
    assert "purpose 'hologram'" in notes and "segment type 'teleport'" in notes
    assert [one.key for one in line.participants if one.role is Role.CUSTOMER] == ["customer"]
    known = timeline(tmp_path, conversation(customer(0, 30), ivr(0, 8)), media(0, 30), seconds=30)
    assert "not known" not in " ".join(known.notes)


def called_back(*, other_participant: bool) -> Json:
    """In the queue until 20, called back at 100: the callback's own sessions have the queue and the after-call work."""
    first = customer(0, 20)
    again = participant(
        "customer", segment("dialing", 96, 100), segment("interact", 100, 150), session_direction="outbound"
    )
    second = [again] if other_participant else []
    if not other_participant:
        first["sessions"] += again["sessions"]
    by = agent("user-1", segment("interact", 100, 150), session_direction="outbound")
    by["sessions"] += participant(
        "agent",
        segment("interact", 80, 150),
        segment("wrapup", 150, 165, wrapUpCode="code-1"),
        metrics=(metric("tAcw", 15, 165), metric("tHandle", 85, 165)),
        session_mediaType="callback",
    )["sessions"]
    waits = participant(
        "acd",
        segment("interact", 20, 80, queueId="queue-Billing"),
        session_mediaType="callback",
        participantName="Billing",
    )
    return conversation(first, *second, ivr(0, 8), queue(8, 20), waits, by)


@pytest.mark.parametrize("other_participant", [True, False])
def test_who_is_called_back_is_the_customer(tmp_path: Path, other_participant: bool) -> None:
    """Even as a separate participant, since nobody else was on the line. What the callback says about the agent is kept."""
    line = timeline(tmp_path, called_back(other_participant=other_participant), media(100, 150), seconds=50)
    assert [one.key for one in line.participants] == ["customer", "ivr_1", "queue_1", "agent_1"]
    assert spans(line, "talk", "conference", "queue") == [("talk", "agent_1", 0.0, 50.0)]
    assert line.participant("agent_1").wrap_up == "code-1"
    times = {one.participant: one for one in line.times}
    assert (times["agent_1"].talk, times["agent_1"].after_call_work, times["queue_1"].queue_wait) == (50, 15, 72)
    assert line.notes == ()


def test_an_outside_party_that_joins_is_not_the_customer(tmp_path: Path) -> None:
    """The caller is still there."""
    joins = participant("customer", segment("interact", 30, 50), session_direction="outbound")
    record = conversation(customer(0, 60), agent("user-1", segment("interact", 0, 60)), joins)
    assert "external_1" in [one.key for one in timeline(tmp_path, record, media(0, 60), seconds=60).participants]


def test_moments_weeks_away_are_put_within_what_can_be_stored(tmp_path: Path) -> None:
    """A callback four weeks after the call: milliseconds of 32 bits end before that."""
    weeks = 28 * 86_400
    record = conversation(
        customer(0, 20),
        ivr(0, 8),
        queue(8, weeks - 5),
        participant("customer", segment("interact", weeks, weeks + 50), session_direction="outbound"),
        agent("user-1", segment("interact", weeks, weeks + 50), session_direction="outbound"),
    )
    line = timeline(tmp_path, record, media(weeks, weeks + 50), seconds=50)
    assert min(one.start for one in line.outside) == -20 * 86_400
    assert {one.participant: one.queue_wait for one in line.times}["queue_1"] == 24 * 86_400
    assert any("20 days" in note for note in line.notes)


def test_a_wait_of_days_is_told_whole(tmp_path: Path) -> None:
    """A callback after six days: all of it can be stored."""
    days = 6 * 86_400
    record = conversation(
        customer(0, 20),
        queue(8, days - 5),
        participant("customer", segment("interact", days, days + 50), session_direction="outbound"),
        agent("user-1", segment("interact", days, days + 50), session_direction="outbound"),
    )
    line = timeline(tmp_path, record, media(days, days + 50), seconds=50)
    assert {one.participant: one.queue_wait for one in line.times}["queue_1"] == days - 13
    assert line.notes == ()


def test_names_are_whole_signs_in_their_composed_form(tmp_path: Path) -> None:
    """No half emoji, which no database accepts, and no accent apart from its letter, which no transcript has."""
    record = conversation(
        customer(0, 60, participantName="Jose\u0301 Nun\u0303ez"),
        queue(0, 5, name="Billing \ud83d"),
        agent("user-1", segment("interact", 5, 60)),
    )
    found = read_record(write(tmp_path, record), recording(60), Settings())
    assert found.timeline.participant("queue_1").name == "Billing ?"
    assert found.known.names == ("José Nuñez",)
