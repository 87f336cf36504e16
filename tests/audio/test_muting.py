from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pca_pipeline import audio
from pca_pipeline.call import MuteSpan, Recording
from pca_pipeline.errors import RedactionError
from tests.audio.wave_files import recording
from tests.factories import mute_copy


def span(channel: int, start: float, end: float) -> MuteSpan:
    """A span over a card number."""
    return MuteSpan(channel, start, end, ("CREDIT_CARD",))


@pytest.mark.parametrize("fill", ["silence", "tone"])
@settings(deadline=None)
@given(
    spans=st.lists(
        st.builds(
            lambda channel, start, length: span(channel, start, start + length),
            st.integers(0, 1),
            st.floats(-0.2, 1.2),
            st.floats(0, 0.6),
        ),
        max_size=6,
    )
)
def test_spans_are_replaced_and_nothing_else(fill: audio.Fill, spans: list[MuteSpan]) -> None:
    """Within a span nothing depends on what was said; outside it nothing changes, and neither does the length."""
    spoken, other = recording(1.0), Recording(recording(1.0).channels * -0.7, 8000, "PCM_16")
    inside = np.zeros((2, 8000), dtype=bool)
    for item in spans:
        first, last = math.floor(item.start * 8000 + 1e-6), math.ceil(item.end * 8000 - 1e-6)
        inside[item.channel, max(0, first) : max(0, last)] = True
    muted, muted_other = mute_copy(spoken, spans, fill), mute_copy(other, spans, fill)
    assert muted.channels.shape == spoken.channels.shape
    assert np.array_equal(muted.channels[~inside], spoken.channels[~inside])
    assert np.array_equal(muted.channels[inside], muted_other.channels[inside])
    assert np.array_equal(spoken.channels, recording(1.0).channels)


@pytest.mark.parametrize(
    ("start", "end", "first", "last"),
    [(0.1, 0.2, 800, 1600), (1.1, 1.4, 8800, 11200), (0.00001, 0.00026, 0, 3), (0.3, 0.7, 2400, 5600)],
)
def test_edges_are_sample_exact(start: float, end: float, first: int, last: int) -> None:
    """Times on a sample mute from it on, others include the sample they are in; rounding adds none."""
    whole = Recording(np.full((1, 16000), 0.5, np.float32), 8000, "PCM_16")
    muted = np.flatnonzero(mute_copy(whole, [span(0, start, end)], "silence").channels[0] == 0)
    assert (muted[0], muted[-1] + 1, muted.size) == (first, last, last - first)


def test_silence_is_digital_silence() -> None:
    """Zeros, from the first sample to the last: a fade of the speech would keep some of it."""
    assert not mute_copy(recording(1.0), [span(0, 0.25, 0.5)], "silence").channels[0, 2000:4000].any()


def test_the_tone_fades_within_the_span() -> None:
    """1000 Hz at -20 dB, 5 ms of fade at both ends; very short spans have a tone, too."""
    tone = mute_copy(recording(1.0), [span(1, 0.25, 0.75)], "tone").channels[1, 2000:6000]
    spectrum = np.abs(np.fft.rfft(tone))
    assert np.argmax(spectrum) * 8000 / tone.size == pytest.approx(1000)
    assert np.abs(tone).max() == pytest.approx(0.1, abs=0.001)
    assert max(np.abs(tone[:2]).max(), np.abs(tone[-2:]).max()) < 0.01
    assert np.isfinite(mute_copy(recording(1.0), [span(0, 0.1, 0.1003)], "tone").channels).all()


def test_overlapping_spans_are_one() -> None:
    """Two findings over the same words sound like one tone, without a click between."""
    apart = mute_copy(recording(1.0), [span(0, 0.2, 0.5), span(0, 0.4, 0.8), span(0, 0.8, 0.9)], "tone")
    together = mute_copy(recording(1.0), [span(0, 0.2, 0.9)], "tone")
    assert np.array_equal(apart.channels, together.channels)


@pytest.mark.parametrize(
    "bad", [span(2, 0, 1), span(-1, 0, 1), span(0, 1, 0.5), span(0, math.nan, 1), span(0, 0, math.inf)]
)
def test_a_span_that_cannot_be_muted_stops_the_call(bad: MuteSpan) -> None:
    """Fail closed: personal data outside the recording must not count as muted."""
    with pytest.raises(RedactionError):
        mute_copy(recording(1.0), [bad], "silence")


def test_muting_in_place_holds_the_recording_once() -> None:
    """The same samples as in a copy, in the recording's own memory; a bad span leaves all of it as it was."""
    spans, mine = [span(0, 0.2, 0.5), span(1, 0.4, 0.8)], recording(1.0)
    expected = mute_copy(mine, spans, "tone")
    with pytest.raises(RedactionError):
        audio.mute_in_place(mine, [*spans, span(2, 0, 1)], "tone")
    assert np.array_equal(mine.channels, recording(1.0).channels)
    muted = audio.mute_in_place(mine, spans, "tone")
    assert np.shares_memory(muted.channels, mine.channels)
    assert np.array_equal(muted.channels, expected.channels)
