from __future__ import annotations

import numpy as np
import pytest

from pca_pipeline.audio import find_pauses, sounds
from pca_pipeline.call import Recording

RATE = 8000


def bursts(*times: tuple[float, float], noise: float = 0.001, seconds: float = 6.0, offset: float = 0.0) -> Recording:
    """Loud between some moments, otherwise quiet, around a constant offset."""
    rng = np.random.default_rng(5)
    samples = rng.normal(offset, noise, round(seconds * RATE))
    for start, end in times:
        samples[round(start * RATE) : round(end * RATE)] += rng.normal(0, 0.1, round(end * RATE) - round(start * RATE))
    return Recording(samples.astype(np.float32)[None], RATE, "PCM_16")


@pytest.mark.parametrize(("noise", "offset"), [(0.0, 0.0), (0.001, 0.0), (0.005, 0.0), (0.001, 0.1)])
def test_the_nearest_pause_is_found_on_either_side(noise: float, offset: float) -> None:
    """Where the sound ends and where it began, over background noise."""
    pauses = find_pauses(bursts((1.0, 2.0), (2.5, 3.0), noise=noise, offset=offset), 0, 1.4, 1.8)
    assert pauses.next(1.8, 0.5) == pytest.approx(2.0, abs=0.02)
    assert pauses.last(1.4, 0.5) == pytest.approx(1.0, abs=0.02)
    assert (pauses.next(2.2, 0.5), pauses.last(2.2, 0.5)) == (pytest.approx(2.2), pytest.approx(2.2))


def test_a_pause_out_of_reach_is_none() -> None:
    """Speech that continues for longer, and a channel that is loud throughout."""
    pauses = find_pauses(bursts((1.0, 2.0)), 0, 1.4, 1.6)
    assert (pauses.next(1.5, 0.3), pauses.last(1.5, 0.3)) == (None, None)
    assert find_pauses(bursts((0.0, 6.0)), 0, 3.0, 3.5).next(3.5, 2.0) is None


def test_the_silence_of_a_consonant_is_no_pause() -> None:
    """0.08 s of closure between two bursts of one word."""
    pauses = find_pauses(bursts((1.0, 1.4), (1.48, 2.0)), 0, 1.2, 1.3)
    assert pauses.next(1.3, 0.9) == pytest.approx(2.0, abs=0.02)


def test_silent_means_no_sound_at_all() -> None:
    """Between bursts, over one, and beyond the recording."""
    pauses = find_pauses(bursts((1.0, 2.0)), 0, 1.0, 3.0)
    assert (pauses.silent(2.5, 3.0), pauses.silent(1.9, 3.0), pauses.silent(9.0, 9.5)) == (True, False, True)


def test_a_channel_sounds_where_it_is_no_echo_of_the_other() -> None:
    """Speech on one channel is heard; its echo on the other, 20 dB lower, is not, nor is line noise."""
    loud = bursts((1.0, 2.0)).channels[0]
    both = Recording(np.stack([loud / 10, loud]), RATE, "PCM_16")
    found = list(sounds(both))
    assert {channel for channel, _, _ in found} == {1}
    assert (found[0][1], found[-1][2]) == (pytest.approx(1.0), pytest.approx(2.0))
