"""Two channels that are not two sides of a call: both have the same sound, or one has none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from pca_pipeline.call import Recording, Samples

_SAME = 1e-3  # energy of the difference of two channels, as a share of both: codecs leave less between equal ones
_SAME_SECOND = 1e-2  # the same within any one second
_NOISE = 2e-3  # RMS of a difference that may be a codec's: the softest voices have twice as much
_SILENT = 1e-3  # largest amplitude of the noise of an idle line


def without_double(recording: Recording) -> Recording:
    """The first channel alone if both have the same sound at the same level and time, else the recording itself."""
    channels = recording.channels
    if len(channels) == 2 and _are_same(channels, recording.sample_rate):
        return replace(recording, channels=channels[:1])
    return recording


def silent_channels(recording: Recording) -> tuple[int, ...]:
    """Channels on which nothing can be heard."""
    return tuple(place for place, channel in enumerate(recording.channels) if np.ptp(channel) <= 2 * _SILENT)


def _are_same(channels: Samples, second: int) -> bool:
    """Whether two channels are the same as a whole and in each second: a few words on one alone make two sides."""
    both = apart = 0.0
    for at in range(0, channels.shape[1], second):
        left, right = channels[:, at : at + second]
        difference = left - right
        energy, rest = float(np.dot(left, left) + np.dot(right, right)), float(np.dot(difference, difference))
        if rest > _SAME_SECOND * energy + len(left) * _NOISE**2:
            return False
        both, apart = both + energy, apart + rest
    return both > 0.0 and apart <= _SAME * both
