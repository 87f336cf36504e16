from __future__ import annotations

import itertools

import numpy as np
import pytest

from sample_calls.recording import INTERNAL, Recording, Utterance
from sample_calls.telephone import RATE
from sample_calls.variants import lay_out, roles
from tests.sample_calls.calls import ALL_SHAPES, make_call


def _level(recording: Recording, channel: int, start: float, end: float) -> float:
    heard = recording.audio[round(start * RATE) : round(end * RATE), channel]
    return float(20 * np.log10(np.sqrt(np.mean(np.square(heard))) + 1e-9))


def _on(recording: Recording, channel: int) -> list[Utterance]:
    return [spoken for spoken in recording.utterances if spoken.channel == channel]


@pytest.mark.parametrize("shape", ALL_SHAPES)
def test_every_word_is_audible_where_the_truth_says(shape: str) -> None:
    """Each word's span holds speech on its speaker's channel, far above the noise."""
    recording = make_call(shape).recording
    for spoken in recording.utterances:
        for start, end in spoken.words:
            assert _level(recording, spoken.channel, start, end) > -42


@pytest.mark.parametrize("shape", ALL_SHAPES)
def test_nobody_talks_over_themselves_and_nothing_clips(shape: str) -> None:
    """Utterances of one channel follow each other; the mix stays below full scale and inside the recording."""
    recording = make_call(shape).recording
    assert float(np.abs(recording.audio).max()) < 1.0
    for channel in (0, 1):
        spoken = _on(recording, channel)
        assert all(before.end < after.start for before, after in itertools.pairwise(spoken))
        assert all(0 <= one.start < one.end <= recording.duration for one in spoken)


@pytest.mark.parametrize("shape", ALL_SHAPES)
def test_stages_follow_each_other_without_a_gap(shape: str) -> None:
    """Intervals tile the recording from its start; each utterance of an agent lies in a stage of that agent."""
    recording = make_call(shape).recording
    intervals = recording.intervals
    assert intervals[0].start == 0
    assert all(one.end == pytest.approx(two.start) for one, two in itertools.pairwise(intervals))
    for spoken in recording.utterances:
        if spoken.speaker.startswith("agent"):
            number = int(spoken.speaker[-1])
            assert any(i.agent == number and i.start <= spoken.start and spoken.end <= i.end for i in intervals)


def test_music_plays_on_hold_and_stops_for_a_voice() -> None:
    """Hold music is on the internal channel only, and silent where somebody speaks there."""
    call = make_call("hold")
    held = next(interval for interval in call.recording.intervals if interval.kind == "hold")
    assert _level(call.recording, INTERNAL, held.start + 0.5, held.end - 0.5) > -40
    waiting = next(interval for interval in call.recording.intervals if interval.kind == "queue")
    assert waiting.alert is not None
    assert waiting.start < waiting.alert < waiting.end


def test_one_side_echoes_in_the_other() -> None:
    """What the agent says comes back on the customer's channel within 0.2 s, some 30 dB quieter."""
    recording = make_call("silent_caller").recording
    spoken = next(one for one in recording.utterances if one.speaker == "agent_1")
    first, last, longest = round(spoken.start * RATE), round(spoken.end * RATE), round(0.2 * RATE)
    own = recording.audio[first:last, INTERNAL]
    returned = np.correlate(recording.audio[first : last + longest, 0], own, mode="valid") / np.dot(own, own)
    assert -38 < 20 * np.log10(returned.max()) < -22


def test_a_secure_pause_is_cut_out() -> None:
    """Wall clock passes, the recording does not; all after it knows how much was skipped."""
    intervals = make_call("payment").recording.intervals
    pause = next(interval for interval in intervals if interval.kind == "pause")
    assert pause.start == pause.end
    assert pause.seconds > 10
    assert intervals[-1].skipped == pytest.approx(pause.seconds)


@pytest.mark.parametrize(
    ("layout", "channels", "first"),
    [("stereo", 2, "external"), ("swapped", 2, "internal"), ("mono", 1, "mixed"), ("silent_internal", 2, "external")],
)
def test_a_layout_moves_audio_and_utterances_together(layout: str, channels: int, first: str) -> None:
    """Whatever the layout, every utterance left is audible on the channel it is said to be on."""
    recording = lay_out(make_call("direct").recording, layout)  # type: ignore[arg-type]
    assert recording.audio.shape[1] == channels == len(roles(layout))  # type: ignore[arg-type]
    assert roles(layout)[0] == first  # type: ignore[arg-type]
    assert all(_level(recording, one.channel, one.start, one.end) > -42 for one in recording.utterances)


def test_a_channel_that_was_not_recorded_has_no_utterances() -> None:
    """Where the internal channel is silent, only the customer is heard."""
    recording = lay_out(make_call("direct").recording, "silent_internal")
    assert not recording.audio[:, 1].any()
    assert {one.speaker for one in recording.utterances} == {"customer"}
