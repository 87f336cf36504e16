from __future__ import annotations

import numpy as np
import pytest

from pca_pipeline import audio
from pca_pipeline.call import Recording, Samples
from tests.audio.wave_files import speech_like

SIDES = speech_like(2)


def recording(first: Samples, second: Samples) -> Recording:
    """Of two channels."""
    return Recording(np.stack([first, second]).astype(np.float32), 8000, "PCM_16")


@pytest.mark.parametrize(
    ("second", "channels"),
    [
        (SIDES[0], 1),
        (SIDES[0] + np.random.default_rng(1).normal(0, 1e-3, SIDES[0].shape), 1),
        (SIDES[1], 2),
        (0.3 * SIDES[0], 2),
        (0 * SIDES[0], 2),
    ],
    ids=["same", "same but for a codec", "other side", "echo", "silence"],
)
def test_the_same_sound_on_both_channels_is_one_side(second: Samples, channels: int) -> None:
    """Differences by a codec do not count; an echo is softer, and is not the same sound."""
    found = audio.without_double(recording(SIDES[0], second))
    assert found.channels.shape == (channels, SIDES.shape[1])
    assert np.array_equal(found.channels[0], SIDES[0].astype(np.float32))


def test_a_second_on_one_side_alone_makes_two_sides() -> None:
    """However long the rest is, and however soft that second is."""
    shared = np.tile(SIDES[0], 60)
    shared[8000 * 30 : 8000 * 31] = 0
    second = shared.copy()
    second[8000 * 30 : 8000 * 31] = 0.006 * np.sin(np.arange(8000) / 4)
    whole = recording(shared, second)
    assert audio.without_double(whole) is whole


def test_silence_on_both_is_no_double() -> None:
    """Nothing shows that the sides would have been the same."""
    silence = recording(0 * SIDES[0], 0 * SIDES[0])
    assert audio.without_double(silence) is silence
    assert audio.silent_channels(silence) == (0, 1)


@pytest.mark.parametrize("offset", [0.0, 0.05])
def test_a_channel_with_an_idle_line_is_silent(offset: float) -> None:
    """Noise of a few sample steps, and a recorder's constant offset."""
    idle = np.random.default_rng(1).integers(-8, 8, SIDES[0].shape) / 32768
    assert audio.silent_channels(recording(idle + offset, SIDES[0])) == (0,)
