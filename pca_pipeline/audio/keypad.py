"""Keys pressed on a telephone, found by the tones of ITU-T Q.23: a row and a column, each one of four frequencies.

The limits are those of ITU-T Q.24. Speech and music contain such pairs for moments, but hardly ever alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pca_pipeline.audio.signal import without_offset
from pca_pipeline.call import Recording, Samples

ROWS, COLUMNS = (697, 770, 852, 941), (1209, 1336, 1477, 1633)  # Hz
KEYS = "123A456B789C*0#D"  # row by row
FRAME_SECONDS, HOP_SECONDS = 0.025, 0.01
SHORTEST_FRAMES = 2  # that fit within 40 ms, the shortest tone that Q.24 requires to be recognized
INTERRUPTION_SECONDS = 0.02  # Q.24: a break of 10 ms or less does not end a tone; here by whole frames
COLUMN_OVER_ROW_DB, ROW_OVER_COLUMN_DB = 4.0, 8.0  # Q.24 (AT&T): the twist that a line may add
TWIST_MARGIN_DB = 2.0  # codecs and the recorder add some
PURE = 0.75  # share of the sound's power that must be in the two tones
FAINTEST = 1e-5  # mean power; -50 dBFS
_BLOCK = 8_192  # frames examined together

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, repr=False)
class KeyPress:
    """One key on one channel; times in seconds. The key is as raw as a spoken digit."""

    key: str
    channel: int
    start: float
    end: float

    def __repr__(self) -> str:
        return f"KeyPress(channel {self.channel}, {self.start:.2f}-{self.end:.2f} s)"


def key_presses(recording: Recording) -> tuple[KeyPress, ...]:
    """All keys heard on any channel, ordered by start. An echo on the other channel counts as a key there, too."""
    found = [
        press
        for channel, samples in enumerate(recording.channels)
        for press in _presses(_keys(samples, recording.sample_rate), channel)
    ]
    return tuple(sorted(found, key=lambda press: (press.start, press.channel)))


def _keys(samples: Samples, sample_rate: int) -> npt.NDArray[np.int8]:
    """For each frame the index of its key, or -1; shape (n_frames,)."""
    size, hop = round(FRAME_SECONDS * sample_rate), round(HOP_SECONDS * sample_rate)
    if samples.size < size:
        return np.empty(0, dtype=np.int8)
    window = np.hanning(size + 2)[1:-1].astype(np.float32)
    tones = _tones(size, sample_rate)
    frames = np.lib.stride_tricks.sliding_window_view(samples, size)[::hop]
    blocks = (without_offset(frames[at : at + _BLOCK]) * window for at in range(0, len(frames), _BLOCK))
    return np.concatenate([_key_of_each(block, tones, window) for block in blocks])


def _tones(size: int, sample_rate: int) -> Floats:
    """Cosines, then sines, of the eight frequencies; shape (size, 16)."""
    phases = 2 * np.pi / sample_rate * np.outer(np.arange(size), (*ROWS, *COLUMNS))
    return np.concatenate([np.cos(phases), np.sin(phases)], axis=1).astype(np.float32)


def _key_of_each(frames: Floats, tones: Floats, window: Floats) -> npt.NDArray[np.int8]:
    """Index of the key of each windowed frame, or -1 if its sound is not just two tones."""
    parts = frames @ tones
    powers = 2 * (parts[:, :8] ** 2 + parts[:, 8:] ** 2) / window.sum() ** 2
    total = np.einsum("ij,ij->i", frames, frames) / np.dot(window, window)
    row, column = powers[:, :4].max(axis=1), powers[:, 4:].max(axis=1)
    twist = 10 * np.log10((column + 1e-12) / (row + 1e-12))
    pressed = (total > FAINTEST) & (row + column > PURE * total)
    pressed &= (twist < COLUMN_OVER_ROW_DB + TWIST_MARGIN_DB) & (twist > -ROW_OVER_COLUMN_DB - TWIST_MARGIN_DB)
    index = 4 * powers[:, :4].argmax(axis=1) + powers[:, 4:].argmax(axis=1)
    return np.where(pressed, index, -1).astype(np.int8)


def _presses(keys: npt.NDArray[np.int8], channel: int) -> Iterator[KeyPress]:
    """Runs of frames with one key that last long enough."""
    at = np.flatnonzero(keys >= 0)
    if not at.size:
        return
    broken = (np.diff(at) > 1 + round(INTERRUPTION_SECONDS / HOP_SECONDS)) | (np.diff(keys[at]) != 0)
    for run in np.split(at, np.flatnonzero(broken) + 1):
        if run.size >= SHORTEST_FRAMES:
            start, end = float(run[0] * HOP_SECONDS), float(run[-1] * HOP_SECONDS + FRAME_SECONDS)
            yield KeyPress(KEYS[keys[run[0]]], channel, start, end)
