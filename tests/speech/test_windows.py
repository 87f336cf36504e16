from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pca_pipeline.speech.windows import cut_long, pack

LIMIT = 28.0
RATE = 8000
gaps_and_lengths = st.lists(st.tuples(st.floats(0.05, 40), st.floats(0.1, 60)), max_size=40)


def spans_from(pairs: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Spans in order from gaps and lengths."""
    ends = list(itertools.accumulate(gap + length for gap, length in pairs))
    return [(end - length, end) for end, (_, length) in zip(ends, pairs, strict=True)]


@given(gaps_and_lengths)
def test_every_span_is_packed_once_and_no_window_is_too_long(pairs: list[tuple[float, float]]) -> None:
    """Packing loses no speech, keeps the order and stays within the limit."""
    spans = [(start, min(end, start + LIMIT)) for start, end in spans_from(pairs)]
    windows = pack(spans, LIMIT)
    pieces = [piece for window in windows for piece in window.pieces]
    assert all(window.seconds <= LIMIT + 1e-6 for window in windows)
    assert all(a.end <= b.start for a, b in itertools.pairwise(pieces))
    assert all(any(p.start <= start and end <= p.end for p in pieces) for start, end in spans)


@given(gaps_and_lengths, st.floats(0, 1), st.floats(0.02, 0.4))
def test_times_map_back_exactly(pairs: list[tuple[float, float]], where: float, length: float) -> None:
    """A span of a window within a piece comes back to where the recording has it."""
    for window in pack([(s, min(e, s + LIMIT)) for s, e in spans_from(pairs)], LIMIT):
        for piece in window.pieces:
            start = piece.start + where * max(0.0, piece.end - piece.start - length)
            end = min(start + length, piece.end)
            shift = piece.offset - piece.start
            mapped = window.to_recording(start + shift, end + shift, start + shift)
            assert mapped == pytest.approx((start, end), abs=1e-6)


@pytest.mark.parametrize(
    ("spans", "word", "begun_by", "expected"),
    [
        ([(0.0, 0.6), (8.0, 12.0)], (0.0, 1.6), 1.6, (8.0, 8.4)),  # noise of .6 s, a joint, .4 s of the word
        ([(0.0, 0.6), (1.5, 6.0)], (0.0, 1.9), 1.9, (1.5, 1.9)),  # the same with the pause that stays
        ([(0.0, 2.0), (8.0, 12.0)], (1.5, 2.7), 2.7, (1.5, 2.0)),  # into what the detector added: nothing of it
        ([(0.0, 2.0), (8.0, 12.0)], (1.5, 3.0), 1.9, (1.5, 2.0)),  # its first token ends before the joint
        ([(0.0, 2.0), (3.0, 6.0)], (1.5, 4.0), 1.9, (1.5, 4.0)),  # a long word: both stretches hold parts of it
        ([(0.0, 2.0), (3.0, 6.0)], (1.5, 4.0), 1.5, (1.5, 4.0)),  # nothing known of its beginning
        ([(0.0, 0.1), (8.0, 12.0)], (0.0, 0.1), 0.1, (0.0, 0.1)),  # shorter than a reach
    ],
)
def test_a_word_begins_in_the_last_stretch_it_reaches(
    spans: list[tuple[float, float]], word: tuple[float, float], begun_by: float, expected: tuple[float, float]
) -> None:
    """A pause and the noise in it belong to no word; what is said after its first token is kept."""
    (window,) = pack(spans, LIMIT)
    assert window.to_recording(*word, begun_by) == pytest.approx(expected)


def test_window_audio_holds_its_pieces_and_silence_between() -> None:
    """The audio of a window is the recording's at each piece, around its mean, and zeros in the joints."""
    channel = np.linspace(0.1, 1, 40 * RATE, dtype=np.float32)
    first, second = channel[1 * RATE : 2 * RATE], channel[11 * RATE : int(12.5 * RATE)]
    (window,) = pack([(1.0, 2.0), (11.0, 12.5)], LIMIT)
    samples = window.samples(channel, RATE)
    assert np.array_equal(samples[: 1 * RATE], first - first.mean())
    assert np.array_equal(samples[int(1.6 * RATE) : int(3.1 * RATE)], second - second.mean())
    assert not samples[1 * RATE : int(1.6 * RATE)].any()


def test_short_pauses_stay_and_long_ones_shrink() -> None:
    """A pause of a second is kept as it is, one of eight seconds becomes a joint."""
    near, far = pack([(0.0, 2.0), (3.0, 4.0)], LIMIT), pack([(0.0, 2.0), (10.0, 11.0)], LIMIT)
    assert near[0].seconds == pytest.approx(4.0)
    assert far[0].seconds == pytest.approx(3.6)


def test_long_speech_is_cut_where_it_is_quiet() -> None:
    """Forty seconds without a pause are cut in the dip, not in the middle of a word."""
    channel = np.random.default_rng(0).normal(0, 0.1, 40 * RATE).astype(np.float32)
    channel[int(22.0 * RATE) : int(22.3 * RATE)] = 0.0
    first, second = cut_long([(0.0, 40.0)], channel, RATE, LIMIT)
    assert first[0] == 0.0 and second[1] == 40.0 and first[1] == second[0]
    assert 22.0 <= first[1] <= 22.3
