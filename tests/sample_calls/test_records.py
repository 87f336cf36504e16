from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest

from sample_calls import metadata
from sample_calls.build import Conversation
from tests.sample_calls.calls import ALL_SHAPES, make_call

TOLERANCE = 0.35  # seconds by which real records miss each other


def _seconds(call: Conversation, moment: str) -> float:
    """Seconds after the recording's start, by the clock."""
    return (datetime.fromisoformat(moment) - call.ids.recording_start).total_seconds()


def _sessions(call: Conversation, purpose: str) -> list[dict[str, Any]]:
    participants = call.detail["participants"]
    return [session for one in participants if one["purpose"] == purpose for session in one["sessions"]]


def _segments(call: Conversation, purpose: str, kind: str) -> list[tuple[float, float]]:
    return [
        (_seconds(call, segment["segmentStart"]), _seconds(call, segment["segmentEnd"]))
        for session in _sessions(call, purpose)
        for segment in session["segments"]
        if segment["segmentType"] == kind
    ]


def _metrics(call: Conversation, purpose: str) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for session in _sessions(call, purpose):
        for metric in session["metrics"]:
            found.setdefault(metric["name"], []).append(metric["value"])
    return found


@pytest.mark.parametrize("shape", ALL_SHAPES)
def test_an_agent_speaks_within_their_own_segments(shape: str) -> None:
    """Every utterance of an agent lies in an interact segment of that agent's user id."""
    call = make_call(shape)
    skipped = {interval.start: interval.seconds for interval in call.recording.intervals if interval.kind == "pause"}
    for spoken in call.recording.utterances:
        if not spoken.speaker.startswith("agent"):
            continue
        user = call.cast.agents[int(spoken.speaker[-1]) - 1].user_id
        moved = sum(seconds for at, seconds in skipped.items() if at < spoken.start)
        spans = [
            (_seconds(call, segment["segmentStart"]), _seconds(call, segment["segmentEnd"]))
            for one in call.detail["participants"]
            if one.get("userId") == user
            for segment in one["sessions"][0]["segments"]
            if segment["segmentType"] == "interact"
        ]
        inside = [a - TOLERANCE <= spoken.start + moved and spoken.end + moved <= b + TOLERANCE for a, b in spans]
        assert any(inside)


@pytest.mark.parametrize("shape", ALL_SHAPES)
def test_a_record_names_no_agent_and_hangs_on_the_customer(shape: str) -> None:
    """Agents are ids only; every other session points at the customer's."""
    call = make_call(shape)
    for participant in call.detail["participants"]:
        assert ("participantName" not in participant) == (participant["purpose"] in ("agent", "voicemail"))
        for session in participant["sessions"]:
            assert participant["purpose"] == "customer" or session["peerId"] == call.ids.customer


@pytest.mark.parametrize("shape", ALL_SHAPES)
def test_metrics_agree_with_segments(shape: str) -> None:
    """Handle time is talk + held + after-call work, and each is the length of its segments."""
    for session in _sessions(make_call(shape), "agent"):
        values = {metric["name"]: metric["value"] for metric in session["metrics"]}
        if "tHandle" not in values:
            continue
        parts = values["tTalkComplete"] + values.get("tHeldComplete", 0) + values.get("tAcw", 0)
        assert values["tHandle"] == parts
        lengths = [
            datetime.fromisoformat(one["segmentEnd"]) - datetime.fromisoformat(one["segmentStart"])
            for one in session["segments"]
            if one["segmentType"] in ("interact", "hold", "wrapup")
        ]
        assert values["tHandle"] == sum(lengths, timedelta()) / timedelta(milliseconds=1)


@pytest.mark.parametrize("shape", ALL_SHAPES)
def test_segments_run_forward_and_wrap_up_outlives_the_call(shape: str) -> None:
    """No segment ends before it starts; after-call work ends after the recording."""
    call = make_call(shape)
    for purpose in ("customer", "ivr", "acd", "agent", "voicemail"):
        for session in _sessions(call, purpose):
            assert all(one["segmentStart"] <= one["segmentEnd"] for one in session["segments"])
    assert all(end > start for start, end in _segments(call, "agent", "wrapup") if end > call.recording.duration)


@pytest.mark.parametrize(
    ("shape", "present", "absent"),
    [
        ("blind_transfer", "nBlindTransferred", "nConsult"),
        ("consult_transfer", "nConsultTransferred", "nBlindTransferred"),
        ("consult_return", "nConsult", "nTransferred"),
        ("hold", "tHeld", "nConsult"),
        ("direct", "tTalk", "nTransferred"),
        ("outbound", "nOutbound", "tAnswered"),
    ],
)
def test_the_kind_of_transfer_is_in_the_metrics(shape: str, present: str, absent: str) -> None:
    """Disconnect types say "transfer" for all kinds; the metrics tell them apart."""
    metrics = _metrics(make_call(shape), "agent")
    assert present in metrics
    assert absent not in metrics


def test_a_consulted_agent_overlaps_the_first() -> None:
    """The second agent's interact segment starts before the first agent's ends."""
    first, second = _segments(make_call("consult_transfer"), "agent", "interact")[-2:]
    assert first[0] < second[0] < first[1] < second[1]


def test_an_abandoned_call_has_no_agent() -> None:
    """The queue reports the abandonment, the customer hung up."""
    call = make_call("abandoned")
    assert "tAbandon" in _metrics(call, "acd")
    assert "tTalk" not in _metrics(call, "agent")
    assert _sessions(call, "customer")[0]["segments"][-1]["disconnectType"] == "endpoint"


def test_a_pause_is_annotated_and_accounts_for_the_missing_audio() -> None:
    """Wall-clock length minus the pauses is the audio's length."""
    call = make_call("payment")
    record = metadata.recording_metadata(call.recording, call.ids)
    length = datetime.fromisoformat(record["endTime"]) - datetime.fromisoformat(record["startTime"])
    (pause,) = record["annotations"]
    assert pause["reason"] == "SecurePause"
    missing = length.total_seconds() - call.recording.duration
    assert missing == pytest.approx(pause["durationMs"] / 1000, abs=0.005)


def test_three_shapes_of_the_recordings_record_agree() -> None:
    """API, plain and export name the same recording and the same start."""
    call = make_call("payment")
    plain = metadata.recording_metadata(call.recording, call.ids)
    api = metadata.api_recording(call.recording, call.ids)
    export = metadata.export_metadata(call.script, call.recording, call.ids)
    assert plain["recordingId"] == api["id"] == export["recordingId"]
    starts = {datetime.fromisoformat(one["startTime"]) for one in (plain, api, export)}
    assert len(starts) == 1


def test_many_recordings_start_after_their_conversation() -> None:
    """Audio zero is not the conversation's start: about half of the recordings begin a second or more later."""
    leads = []
    for seed in range(200):
        ids = metadata.new_ids(Random(seed))
        leads.append((ids.recording_start - ids.conversation_start).total_seconds())
    assert min(leads) >= 0
    assert 60 < sum(lead >= 1 for lead in leads) < 140
