"""A voice that needs no synthesiser: each written word is a tone as long as its spoken form."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sample_calls.spoken import Line

RATE = 8000
SECONDS_PER_LETTER, PAUSE = 0.06, 0.05


def say(
    line: Line, voice: str, *, rate: float = 1.0, pitch: float | None = None
) -> tuple[NDArray[np.float32], tuple[tuple[float, float], ...]]:
    """As `sample_calls.voices.say`; the voice's name sets the pitch."""
    hertz = (pitch or 1.0) * (400 + 50 * (len(voice) % 7))
    parts, words, at = [], [], 0.0
    for piece in line.pieces:
        seconds = SECONDS_PER_LETTER * len(piece.spoken) / rate
        tone = 0.5 * np.sin(2 * np.pi * hertz * np.arange(round(seconds * RATE)) / RATE)
        parts += [tone, np.zeros(round(PAUSE * RATE))]
        words.append((at, at + len(tone) / RATE))
        at += (len(tone) + round(PAUSE * RATE)) / RATE
    return np.concatenate(parts).astype(np.float32), tuple(words)
