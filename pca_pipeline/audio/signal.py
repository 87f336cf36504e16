"""Samples as signals: offset, resampling and loudness."""

from __future__ import annotations

import math

import numpy as np
from scipy.signal import resample_poly

from pca_pipeline.call import Samples

_BLOCK = 1 << 20  # samples summed at a time: exact enough in float32, and nothing is copied to float64


def without_offset(samples: Samples) -> Samples:
    """The samples around their mean: the constant offset (DC) that analog recorders add is no sound."""
    return samples - samples.mean() if samples.size else samples


def resample(samples: Samples, sample_rate: int, target: int) -> Samples:
    """One channel, shape (n,), at another rate, by a polyphase filter with scipy's Kaiser window.

    The result has ceil(n · target / sample_rate) samples, float32. At the same rate it is the same array.
    """
    if sample_rate == target or samples.size == 0:
        return samples
    divisor = math.gcd(sample_rate, target)
    resampled: Samples = resample_poly(samples, target // divisor, sample_rate // divisor)
    return resampled.astype(np.float32, copy=False)


def loudness_dbfs(samples: Samples) -> float | None:
    """RMS level in dB relative to full scale (1.0): a full-scale sine is -3.01. None for digital silence."""
    flat = samples.reshape(-1)
    blocks = (flat[start : start + _BLOCK] for start in range(0, flat.size, _BLOCK))
    energy = sum(float(np.dot(block, block)) for block in blocks)
    return 10 * math.log10(energy / flat.size) if energy > 0 else None
