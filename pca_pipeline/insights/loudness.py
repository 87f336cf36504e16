"""Loudness of speech, in dBFS RMS on the speaker's own channel."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from pca_pipeline.audio import loudness_dbfs
from pca_pipeline.call import Recording, RedactedCall, RedactedSegment
from pca_pipeline.insights.spans import subtract


def measure_loudness(
    call: RedactedCall, recording: Recording | None, segments: Iterable[RedactedSegment]
) -> float | None:
    """Loudness of these segments together; None if nothing is audible, or there is no recording.

    Muted spans are left out, so that the original and the redacted recording have the same loudness.
    """
    if recording is None:
        return None
    pieces = [np.zeros(0, np.float32)]
    for segment in segments:
        muted = [(span.start, span.end) for span in call.mute_spans if span.channel == segment.channel]
        for start, end in subtract([(segment.start, segment.end)], muted):
            first, last = round(start * recording.sample_rate), round(end * recording.sample_rate)
            pieces.append(recording.channels[segment.channel, first:last])
    return loudness_dbfs(np.concatenate(pieces))
