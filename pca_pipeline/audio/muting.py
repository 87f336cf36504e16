"""Speech removed from a recording: samples are replaced, never mixed, and the length never changes."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

import numpy as np

from pca_pipeline.call import MuteSpan, Recording, Samples
from pca_pipeline.errors import RedactionError

Fill = Literal["silence", "tone"]

TONE_HZ = 1000  # the broadcasters' bleep
TONE_AMPLITUDE = 0.1  # -20 dB of full scale: heard, and no louder than speech
FADE_SECONDS = 0.005  # of the tone, at both ends and inside the span, so that it does not click
_ROUNDING = 1e-6  # samples; 1.1 s at 8 kHz is sample 8800, though the product is a little more


def mute_in_place(recording: Recording, spans: Sequence[MuteSpan], fill: Fill) -> Recording:
    """Replace every sample of the spans in the recording itself, so that hours of audio are held only once. Returns it.

    `samples_of` says which samples are in a span; they are clipped to the recording.
    Raises RedactionError for a span with an impossible channel or times, since speech would stay in the audio.
    """
    for channel, first, last in list(_sample_spans(recording, spans)):  # checked to the last before any is muted
        recording.channels[channel, first:last] = filling(last - first, recording.sample_rate, fill)
    return recording


def _sample_spans(recording: Recording, spans: Iterable[MuteSpan]) -> Iterator[tuple[int, int, int]]:
    """(channel, first sample, sample after the last), disjoint within a channel, ordered."""
    count, length = recording.channels.shape
    pending: tuple[int, int, int] | None = None
    for span in sorted(spans, key=lambda span: (span.channel, span.start)):
        _check(span, count)
        first, last = samples_of(span, recording.sample_rate)
        first, last = max(0, first), min(length, last)
        if pending and pending[0] == span.channel and first <= pending[2]:
            pending = (span.channel, pending[1], max(last, pending[2]))
        elif first < last:
            if pending:
                yield pending
            pending = (span.channel, first, last)
    if pending:
        yield pending


def samples_of(span: MuteSpan, sample_rate: int) -> tuple[int, int]:
    """The first sample of a span and the one after the last: [floor(start · rate), ceil(end · rate))."""
    return math.floor(span.start * sample_rate + _ROUNDING), math.ceil(span.end * sample_rate - _ROUNDING)


def _check(span: MuteSpan, channels: int) -> None:
    if not 0 <= span.channel < channels:
        message = f"A span to mute lies on channel {span.channel} of a recording with {channels} channel(s)."
    elif not (math.isfinite(span.start) and math.isfinite(span.end) and span.start <= span.end):
        message = f"A span to mute on channel {span.channel} does not end after it starts."
    else:
        return
    raise RedactionError(message, "The call is not published. Check that record and recording belong together.")


def filling(length: int, sample_rate: int, fill: Fill) -> Samples:
    """What replaces removed speech: zeros, or a tone that fades in and out; shape (length,)."""
    if fill == "silence":
        return np.zeros(length, dtype=np.float32)
    at = np.arange(length, dtype=np.float64)
    ramp = np.minimum(at + 1, at[::-1] + 1) / (FADE_SECONDS * sample_rate)
    tone = TONE_AMPLITUDE * np.minimum(ramp, 1.0) * np.sin(2 * np.pi * TONE_HZ / sample_rate * at)
    return tone.astype(np.float32)
