from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pca_pipeline.call import CtrQuality, Direction, IntervalKind, Role, Timeline
from pca_pipeline.ctr import Capabilities, Contact, Leg, Media, Pause, PauseMode, Stretch, read_record
from pca_pipeline.ctr.alignment import Clock, align
from pca_pipeline.errors import RecordError
from pca_pipeline.settings import Settings
from tests.ctr.genesys_records import (
    ZERO,
    Json,
    agent,
    conversation,
    customer,
    ivr,
    media,
    participant,
    queue,
    recording,
    segment,
    write,
)

# Two pauses, placed without counting the one before.
WITHOUT_EARLIER = [{"absoluteLocation": place, "durationMs": 5000} for place in (10_000, 47_000)]
TALK = conversation(customer(0, 100), agent("user-1", segment("interact", 0, 50), segment("interact", 50, 100)))


def pause(start: float, seconds: float, reason: str = "SecurePause", **fields: object) -> Json:
    """A pause on the wall clock."""
    base = {"reason": reason, "realtimeLocation": round(start * 1000), "durationMs": round(seconds * 1000)}
    return base | fields


def timeline(folder: Path, *documents: object, seconds: float) -> Timeline:
    """The timeline of a recording of that length, from these documents."""
    return read_record(write(folder, *documents), recording(seconds), Settings()).timeline


def second_talk(line: Timeline) -> float:
    """Where the second stretch of talk starts in the audio: second 50 of the wall clock."""
    return [one.start for one in line.intervals if one.kind is IntervalKind.TALK][1]


@pytest.mark.parametrize(
    ("annotations", "seconds", "start", "quality"),
    [
        ([], 100, 50, CtrQuality.EXACT),
        ([pause(20, 15)], 85, 35, CtrQuality.APPROXIMATE),
        ([pause(60, 15)], 85, 50, CtrQuality.APPROXIMATE),
        ([pause(40, 30)], 70, 40, CtrQuality.APPROXIMATE),  # the second talk starts within the pause
        ([pause(20, 15)], 100, 50, CtrQuality.EXACT),  # silence, nothing cut
        ([pause(20, 15), pause(10, 8, "Hold")], 85, 35, CtrQuality.APPROXIMATE),  # only one kind is cut
        ([pause(10, 5), pause(30, 5)], 90, 40, CtrQuality.APPROXIMATE),
        (WITHOUT_EARLIER, 90, 45, CtrQuality.APPROXIMATE),
        ([pause(10, 10), pause(30, 10)], 82.4, 32.4, CtrQuality.APPROXIMATE),  # a tone of 1.2 s stands for each
    ],
)  # fmt: skip
def test_pauses_are_cut_or_silent_as_the_length_shows(
    tmp_path: Path, annotations: list[Json], seconds: float, start: float, quality: CtrQuality
) -> None:
    """Times after a pause move by what is missing from the audio; if nothing is missing, they stay."""
    line = timeline(tmp_path, TALK, media(0, 100, annotations=annotations), seconds=seconds)
    assert second_talk(line) == start
    assert line.quality is quality


@pytest.mark.parametrize(
    ("mode", "start"), [(PauseMode.CUT, 49.2), (PauseMode.SILENCE, 50.0), (PauseMode.UNKNOWN, 50.0)]
)
def test_pauses_too_short_to_tell_follow_the_vendor(mode: PauseMode, start: float) -> None:
    """Differences of up to a second prove nothing: there, the platform's usual way decides."""
    moments = [ZERO + timedelta(seconds=second) for second in (0, 50, 100)]
    leg = Leg(Role.AGENT, "user-1", (Stretch(IntervalKind.TALK, moments[0], moments[2]),))
    media = Media("r", "c", moments[0], moments[2], (Pause(10, 10.8, "Pause"),), capabilities=Capabilities(pauses=mode))
    clock = align(Contact("c", Direction.INBOUND, None, (leg,)), media, 99.6).clock
    assert clock.seconds(moments[1]) == pytest.approx(start)


def test_audio_that_begins_with_an_agent_is_laid_there() -> None:
    """If a platform records from the answer on, second 0 is when the first agent connects."""
    spans = [(Role.CUSTOMER, 0, 100), (Role.AGENT, 30, 100)]
    legs = tuple(
        Leg(role, role, (Stretch(IntervalKind.TALK, *(ZERO + timedelta(seconds=one) for one in span)),))
        for role, *span in spans
    )
    contact = Contact("c", Direction.INBOUND, None, legs, capabilities=Capabilities(ivr_in_audio=False))
    assert align(contact, None, 70).clock.zero == ZERO + timedelta(seconds=30)
    assert align(contact, None, 68).clock.zero == ZERO + timedelta(seconds=30)


def test_hold_that_the_trunk_does_not_record_is_taken_out(tmp_path: Path) -> None:
    """If audio is too short by the length of all holds, the holds were not recorded."""
    talk = [segment("interact", 0, 20), segment("hold", 20, 50), segment("interact", 50, 100)]
    record = conversation(customer(0, 100), agent("user-1", *talk))
    line = timeline(tmp_path, record, media(0, 100), seconds=70)
    assert second_talk(line) == 20
    assert "hold" in line.notes[0]


def test_a_length_that_nothing_explains_is_noted(tmp_path: Path) -> None:
    """The call goes on, flagged."""
    line = timeline(tmp_path, TALK, media(0, 100), seconds=90)
    assert line.quality is CtrQuality.APPROXIMATE
    assert line.notes == ("The audio is 10.0 s shorter than its record says; times may be off.",)


@pytest.mark.parametrize(
    ("seconds", "starts_at"),
    [
        (100.0, 0.0),  # as long as the customer's leg
        (96.0, 4.0),  # recordings begin late
        (70.0, 30.0),  # as long as the agent's leg: a station-side recording
    ],
)
def test_without_metadata_the_start_is_inferred(tmp_path: Path, seconds: float, starts_at: float) -> None:
    """It is always flagged and noted, even if it fits."""
    record = conversation(customer(0, 100), ivr(0, 20), queue(20, 30), agent("user-1", segment("interact", 30, 100)))
    line = timeline(tmp_path, record, seconds=seconds)
    assert line.started_at == ZERO + timedelta(seconds=starts_at)
    assert line.quality is CtrQuality.APPROXIMATE
    assert len(line.notes) == 1


def test_a_leg_that_was_never_closed_is_no_measure(tmp_path: Path) -> None:
    """Conference legs end weeks after the call in real records."""
    other = participant("customer", segment("interact", 60, 5_000_000), session_direction="outbound")
    record = conversation(customer(0, 100), agent("user-1", segment("interact", 0, 100)), other)
    assert timeline(tmp_path, record, seconds=100).started_at == ZERO
    assert timeline(tmp_path, record, media(0, 100), seconds=100).quality is CtrQuality.EXACT


def test_work_after_the_call_is_no_open_call(tmp_path: Path) -> None:
    """A one-minute record, fetched during wrap-up, does not belong to a quarter of an hour of audio."""
    record = conversation(customer(0, 60), agent("user-1", segment("interact", 0, 60), segment("wrapup", 60)))
    with pytest.raises(RecordError, match="does not fit"):
        timeline(tmp_path, record, seconds=900)


def test_many_kinds_of_pauses_take_no_time(tmp_path: Path) -> None:
    """An unusual record does not delay the others."""
    pauses = [pause(place, 1, f"reason {place}") for place in range(0, 60, 2)]
    line = timeline(tmp_path, TALK, media(0, 100, annotations=pauses), seconds=70)
    assert second_talk(line) == 25


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.floats(0.5, 30), st.floats(0.5, 30)), max_size=5),
    st.lists(st.floats(0, 300), min_size=2, max_size=10).map(sorted),
)
def test_the_clock_never_runs_backwards(gaps: list[tuple[float, float]], seconds: list[float]) -> None:
    """Later moments are never earlier in the audio, and audio seconds come back from the wall clock."""
    cuts, end = [], 0.0
    for before, length in gaps:
        cuts.append((end + before, end + before + length))
        end = cuts[-1][1]
    clock = Clock(ZERO, tuple(cuts))
    heard = [clock.seconds(ZERO + timedelta(seconds=second)) for second in seconds]
    assert all(later >= earlier - 1e-9 for earlier, later in pairwise(heard))
    for second in seconds:
        assert clock.seconds(clock.moment(second)) == pytest.approx(second, abs=1e-5)
