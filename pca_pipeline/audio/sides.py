"""Two channels that are not two sides of a call: both hold the same sound, or one of them none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from pca_pipeline.call import Recording, Samples

_SAME = 1e-3  # energy of the difference of two channels, of that of both: what codecs leave of equal ones is below
_SAME_SECOND = 1e-2  # the same within any one second
_NOISE = 2e-3  # RMS of a difference up to which it is the codec's: the softest voices are at twice this
_SILENT = 1e-3  # amplitude up to which a channel holds no more than the noise of an idle line


def without_double(recording: Recording) -> Recording:
    """The first channel alone where both hold the same sound at the same level and time, else the recording itself."""
    channels = recording.channels
    if len(channels) == 2 and _are_same(channels, recording.sample_rate):
        return replace(recording, channels=channels[:1])
    return recording


def silent_channels(recording: Recording) -> tuple[int, ...]:
    """Channels on which nothing is to be heard."""
    return tuple(
        place for place, channel in enumerate(recording.channels) if max(channel.max(), -channel.min()) <= _SILENT
    )


def _are_same(channels: Samples, second: int) -> bool:
    """Whether they are as a whole and in each second; a few words on one side alone make two sides."""
    both = apart = 0.0
    for at in range(0, channels.shape[1], second):
        left, right = channels[:, at : at + second]
        difference = left - right
        energy, rest = float(np.dot(left, left) + np.dot(right, right)), float(np.dot(difference, difference))
        if rest > _SAME_SECOND * energy + len(left) * _NOISE**2:
            return False
        both, apart = both + energy, apart + rest
    return both > 0.0 and apart <= _SAME * both
