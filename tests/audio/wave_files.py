"""Recordings and WAV files made by hand for the tests of the audio room."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import soundfile

from pca_pipeline.call import Recording, Samples


def speech_like(seconds: float, sample_rate: int = 8000, channels: int = 2, seed: int = 1) -> Samples:
    """Noise that swells and fades like speech, different on each channel. Shape (channels, samples)."""
    count = round(seconds * sample_rate)
    noise = np.random.default_rng(seed).standard_normal((channels, count)) * 0.1
    swell = np.abs(np.sin(np.arange(count) / sample_rate * 3))
    return np.clip(noise * swell, -1, 1).astype(np.float32)


def recording(seconds: float, sample_rate: int = 8000, channels: int = 2, subtype: str = "PCM_16") -> Recording:
    """A recording in memory."""
    return Recording(speech_like(seconds, sample_rate, channels), sample_rate, subtype)


def write_wav(path: Path, samples: Samples, sample_rate: int = 8000, subtype: str = "PCM_16") -> Path:
    """A well-formed WAV file."""
    soundfile.write(path, samples.T, sample_rate, subtype=subtype, format="WAV")
    return path


def raw_wav(
    data: bytes,
    *,
    data_size: int | None = None,
    riff_size: int | None = None,
    before: bytes = b"",
    after: bytes = b"",
    sample_rate: int = 8000,
    channels: int = 2,
) -> bytes:
    """A 16-bit PCM WAV file built chunk by chunk, with any length in its header."""
    width = 2 * channels
    fmt = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, channels, sample_rate, sample_rate * width, width, 16)
    size = len(data) if data_size is None else data_size
    body = b"WAVE" + fmt + before + struct.pack("<4sI", b"data", size) + data + after
    return struct.pack("<4sI", b"RIFF", len(body) if riff_size is None else riff_size) + body
