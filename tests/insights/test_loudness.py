from __future__ import annotations

import numpy as np
import pytest

from pca_pipeline.call import MuteSpan, Recording
from pca_pipeline.insights.loudness import measure_loudness
from tests.factories import mute_copy
from tests.insights.calls import RATE, make_call, say


def _recording() -> Recording:
    """Customer: amplitude 1 for 1 s, 0.1 for 1 s, then nothing. Agent: 0.01 for 1 s, then 0.001."""
    square = np.where(np.arange(3 * RATE) % 2, 1.0, -1.0)
    envelope = np.repeat([1.0, 0.1, 0.0], RATE)
    return Recording(
        np.stack([square * envelope, square * np.repeat([0.01, 0.001, 0.001], RATE)]).astype(np.float32),
        RATE,
        "PCM_16",
    )


@pytest.mark.parametrize(
    ("speaker", "start", "end", "muted", "level"),
    [
        ("customer", 0, 1, None, 0.0),
        ("customer", 1, 2, None, -20.0),
        ("customer", 0, 2, None, -2.97),  # mean of 1 and 0.01
        ("customer", 0, 2, (0, 1), -20.0),
        ("customer", 0, 1, (0, 1), None),
        ("customer", 2, 3, None, None),
        ("agent_1", 0, 1, None, -40.0),
        ("agent_1", 0, 2, (0, 1), -42.97),  # muted on the other channel: mean of 0.01² and 0.001²
    ],
)
def test_loudness(
    speaker: str, start: float, end: float, muted: tuple[float, float] | None, level: float | None
) -> None:
    """RMS of the speaker's own channel, the same on the original and on the redacted recording."""
    spans = (MuteSpan(0, *muted, ("NAME",)),) if muted else ()
    call = make_call([say(speaker, start, end)], mute_spans=spans)
    for recording in (_recording(), mute_copy(_recording(), spans, "tone")):
        assert measure_loudness(call, recording, call.segments) == pytest.approx(level, abs=0.01)
