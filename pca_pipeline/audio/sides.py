"""Two channels that are not two sides of a call: both hold the same sound, or one of them none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from pca_pipeline.call import Recording, Samples

_SAME = 1e-3  # energy of the difference of two channels, of that of both: what codecs leave of equal ones is below
_SILENT = 1e-3  # amplitude up to which a channel holds no more than the noise of an idle line
_BLOCK = 1 << 20  # samples looked at at a time


def without_double(recording: Recording) -> Recording:
    """The first channel alone where both hold the same sound at the same level and time, else the recording itself."""
    channels = recording.channels
    return replace(recording, channels=channels[:1]) if len(channels) == 2 and _are_same(channels) else recording


def silent_channels(recording: Recording) -> tuple[int, ...]:
    """Channels on which nothing is to be heard."""
    return tuple(place for place, channel in enumerate(recording.channels) if np.abs(channel).max() <= _SILENT)


def _are_same(channels: Samples) -> bool:
    both = apart = 0.0
    for at in range(0, channels.shape[1], _BLOCK):
        first, second = channels[:, at : at + _BLOCK]
        difference = first - second
        both += float(np.dot(first, first) + np.dot(second, second))
        apart += float(np.dot(difference, difference))
    return both > 0.0 and apart <= _SAME * both
