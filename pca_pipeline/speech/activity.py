"""Where somebody speaks on a channel: an energy gate against silence and echo, then silero-vad.

Whisper invents words on silence, and half of a stereo call is silence on each channel. The gate is cheap and
runs on everything; the voice detector runs only on what the gate lets through.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from silero_vad import get_speech_timestamps, load_silero_vad

from pca_pipeline.audio import resample
from pca_pipeline.call import Recording, Samples

Span = tuple[float, float]  # start and end, seconds

FRAME_SECONDS = 0.02
FLOOR_DBFS = -60.0  # below this nothing is speech: line noise of a digital trunk lies around -70 dBFS
RANGE_DB = 35.0  # how far below a channel's loud frames speech still is speech
ECHO_DB = 18.0  # a frame that much below the other channel's is its echo: hybrids return -20 dB and less
ECHO_SPREAD_SECONDS = 0.12  # an echo comes this much later at most on a local network
GATE_PAD_SECONDS = 0.15  # kept around loud frames, so that soft consonants stay
VAD_RATE = 8000  # Hz; silero-vad knows 8 and 16 kHz
VAD_THRESHOLD = 0.3  # lower than silero's 0.5: a lost word costs more than a decoded cough
VAD_PAD_MS = 120
VAD_MIN_SILENCE_MS = 200


def speech_spans(recording: Recording) -> list[list[Span]]:
    """Stretches of speech for each channel, in order, seconds."""
    levels = np.stack([frame_levels(samples, recording.sample_rate) for samples in recording.channels])
    return [
        [
            span
            for region in _regions(_gate(levels, channel))
            for span in _voiced(recording.channels[channel], recording.sample_rate, region)
        ]
        for channel in range(len(levels))
    ]


def frame_levels(samples: Samples, sample_rate: int) -> npt.NDArray[np.float32]:
    """RMS level of each 20 ms frame in dBFS, shape (n_frames,); the rest of the last frame is left out."""
    size = round(FRAME_SECONDS * sample_rate)
    frames = samples[: len(samples) // size * size].reshape(-1, size)
    power = np.einsum("ij,ij->i", frames, frames, dtype=np.float32) / size
    return np.asarray(10 * np.log10(np.maximum(power, 1e-12)), dtype=np.float32)


def _gate(levels: npt.NDArray[np.float32], channel: int) -> npt.NDArray[np.bool_]:
    """Frames of `channel` that can hold speech. `levels` has shape (n_channels, n_frames)."""
    own = levels[channel]
    if own.size == 0:
        return np.zeros(0, dtype=np.bool_)
    loud = np.percentile(own, 99)
    active = own > max(FLOOR_DBFS, loud - RANGE_DB)
    for other in np.delete(levels, channel, axis=0):
        active &= own > _spread(other, ECHO_SPREAD_SECONDS) - ECHO_DB
    return _dilate(active, GATE_PAD_SECONDS)


def _spread(levels: npt.NDArray[np.float32], seconds: float) -> npt.NDArray[np.float32]:
    """Each frame's maximum over itself and the frames up to `seconds` before it."""
    width = round(seconds / FRAME_SECONDS)
    padded = np.concatenate([np.full(width, -120.0, dtype=np.float32), levels])
    return np.asarray(np.lib.stride_tricks.sliding_window_view(padded, width + 1).max(axis=1))


def _dilate(active: npt.NDArray[np.bool_], seconds: float) -> npt.NDArray[np.bool_]:
    width = round(seconds / FRAME_SECONDS)
    return np.convolve(active, np.ones(2 * width + 1), mode="same") > 0.5


def _regions(active: npt.NDArray[np.bool_]) -> list[Span]:
    """Runs of true frames as seconds."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], active.astype(np.int8), [0]])))
    return [(a * FRAME_SECONDS, b * FRAME_SECONDS) for a, b in edges.reshape(-1, 2).tolist()]


def _voiced(samples: Samples, sample_rate: int, region: Span) -> list[Span]:
    """Speech within a region, by silero-vad."""
    start = region[0]
    part = samples[round(start * sample_rate) : round(region[1] * sample_rate)]
    found: list[dict[str, int]] = get_speech_timestamps(
        torch.from_numpy(resample(part, sample_rate, VAD_RATE)),
        _detector(),
        threshold=VAD_THRESHOLD,
        sampling_rate=VAD_RATE,
        min_speech_duration_ms=80,
        min_silence_duration_ms=VAD_MIN_SILENCE_MS,
        speech_pad_ms=VAD_PAD_MS,
    )
    return [(start + span["start"] / VAD_RATE, start + span["end"] / VAD_RATE) for span in found]


@cache
def _detector() -> Any:
    """The model that ships within the silero-vad package."""
    threads = torch.get_num_threads()
    detector = load_silero_vad()
    torch.set_num_threads(threads)  # the package sets one thread for the whole process
    return detector
