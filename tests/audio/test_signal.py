from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pca_pipeline import audio


def sine(hertz: float, seconds: float, sample_rate: int, amplitude: float = 1.0) -> np.ndarray:
    """A tone."""
    at = np.arange(round(seconds * sample_rate)) / sample_rate
    return (amplitude * np.sin(2 * np.pi * hertz * at)).astype(np.float32)


@pytest.mark.parametrize(("rate", "target"), [(8000, 16000), (44100, 16000), (48000, 16000), (11025, 16000)])
def test_resampling_keeps_the_tone(rate: int, target: int) -> None:
    """A 440 Hz tone is the same 440 Hz tone at the new rate, edges aside."""
    found = audio.resample(sine(440, 1, rate), rate, target)
    assert (found.dtype, found.shape) == (np.float32, (target,))
    middle = slice(target // 10, -target // 10)
    assert np.abs(found - sine(440, 1, target))[middle].max() < 0.01


def test_resampling_to_the_same_rate_copies_nothing() -> None:
    """The same array is returned."""
    samples = sine(440, 1, 16000)
    assert audio.resample(samples, 16000, 16000) is samples


@given(count=st.integers(0, 3000), rate=st.sampled_from([8000, 11025, 22050, 48000]))
def test_the_length_after_resampling_is_exact(count: int, rate: int) -> None:
    """ceil(n · target / rate) samples, so that times stay where they are."""
    assert audio.resample(np.zeros(count, np.float32), rate, 16000).shape == (math.ceil(count * 16000 / rate),)


@pytest.mark.parametrize(
    ("samples", "dbfs"),
    [
        (np.ones(100, np.float32), 0.0),
        (sine(100, 1, 8000), -3.01),
        (sine(100, 1, 8000, amplitude=0.1), -23.01),
        (np.full(3_000_000, 0.5, np.float32), -6.02),
        (np.zeros(100, np.float32), None),
        (np.zeros(0, np.float32), None),
    ],
)
def test_loudness_is_rms_to_full_scale(samples: np.ndarray, dbfs: float | None) -> None:
    """0 dBFS is a constant 1.0; silence has no level."""
    found = audio.loudness_dbfs(samples)
    assert found is None if dbfs is None else found == pytest.approx(dbfs, abs=0.01)
