"""Pauses in the sound around a moment, long enough that a word must be over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pca_pipeline.audio.signal import without_offset
from pca_pipeline.call import Recording, Samples

FRAME_SECONDS = 0.01
SHORTEST_SECONDS = 0.12  # a stop consonant within a word is silent for up to 0.1 s
AROUND_SECONDS = 4.0  # of sound by which to judge what is loud and what is quiet
NOISE_RATIO = 2.0  # 6 dB above the quietest tenth is still background
LEAST_RATIO, MOST_RATIO = 0.02, 0.1  # limits of quiet, as ratios to the level of speech: 34 and 20 dB below it
_SOUND_SECONDS = 0.1
_AUDIBLE = 10 ** (-50 / 20)  # of full scale: line noise of a digital trunk is around -70 dBFS
_ECHO = 10 ** (-15 / 20)  # of the other channel's level: hybrids return -20 dB or less


@dataclass(frozen=True, slots=True)
class Pauses:
    """Frames of a stretch of one channel: which are in a pause, and which contain any sound."""

    origin: float  # seconds, where the first frame begins
    paused: npt.NDArray[np.bool_]
    sounding: npt.NDArray[np.bool_]

    def next(self, at: float, reach: float) -> float | None:
        """When the first pause within `reach` seconds after a moment begins; in a pause, the moment itself."""
        first = self._frame(at)
        found = np.flatnonzero(self.paused[first : self._frame(at + reach) + 1])
        return max(at, self.origin + (first + int(found[0])) * FRAME_SECONDS) if found.size else None

    def last(self, at: float, reach: float) -> float | None:
        """When the last pause within `reach` seconds before a moment ends; in a pause, the moment itself."""
        first = self._frame(at - reach)
        found = np.flatnonzero(self.paused[first : self._frame(at) + 1])
        return min(at, self.origin + (first + int(found[-1]) + 1) * FRAME_SECONDS) if found.size else None

    def begins(self, at: float) -> float | None:
        """When the pause at that moment began; None outside pauses."""
        return self._edge(at, -1)

    def ends(self, at: float) -> float | None:
        """When the pause at that moment ends; None outside pauses."""
        return self._edge(at, 1)

    def _edge(self, at: float, step: int) -> float | None:
        frame = self._frame(at)
        if frame >= self.paused.size or not self.paused[frame]:
            return None
        run = self.paused[frame:] if step > 0 else self.paused[frame::-1]
        length = int(np.argmin(run)) if not run.all() else run.size
        return self.origin + (frame + length if step > 0 else frame - length + 1) * FRAME_SECONDS

    def silent(self, start: float, end: float) -> bool:
        """Whether there is no sound at all between two moments."""
        return not self.sounding[self._frame(start) : self._frame(end) + 1].any()

    def _frame(self, at: float) -> int:
        return max(0, int((at - self.origin) / FRAME_SECONDS))


def find_pauses(recording: Recording, channel: int, start: float, end: float) -> Pauses:
    """The pauses of a channel between two moments, and for AROUND_SECONDS before and after.

    What counts as quiet depends on the sound there: near its quietest tenth, and well below its loudest twentieth.
    """
    rate = recording.sample_rate
    first = max(0, round((start - AROUND_SECONDS) * rate))
    levels = _levels(recording.channels[channel, first : max(first, round((end + AROUND_SECONDS) * rate))], rate)
    if not levels.size:
        return Pauses(first / rate, np.empty(0, np.bool_), np.empty(0, np.bool_))
    floor, loud = np.percentile(levels, 10), np.percentile(levels, 95)
    quiet = levels <= np.clip(NOISE_RATIO * floor, LEAST_RATIO * loud, MOST_RATIO * loud)
    return Pauses(first / rate, _long_runs(quiet, round(SHORTEST_SECONDS / FRAME_SECONDS)), ~quiet)


def levels_rms(recording: Recording, channel: int, seconds: float) -> npt.NDArray[np.float64]:
    """RMS of each whole frame of a channel, shape (n_frames,), computed minute by minute."""
    size = round(seconds * recording.sample_rate)
    block = size * round(60 / seconds)
    samples = recording.channels[channel]
    levels = [_levels(samples[at : at + block], recording.sample_rate, seconds) for at in range(0, samples.size, block)]
    return np.concatenate(levels) if levels else np.empty(0)


def sounds(recording: Recording) -> Iterator[tuple[int, float, float]]:
    """Frames in which a channel is audible, and not as the echo of the other: channel, start and end in seconds."""
    levels = [levels_rms(recording, channel, _SOUND_SECONDS) for channel in range(len(recording.channels))]
    for channel, own in enumerate(levels):
        others = np.max([one for at, one in enumerate(levels) if at != channel], axis=0) if len(levels) > 1 else 0.0
        for frame in np.flatnonzero((own > _AUDIBLE) & (own > _ECHO * others)).tolist():
            yield channel, frame * _SOUND_SECONDS, (frame + 1) * _SOUND_SECONDS


def _levels(samples: Samples, rate: int, seconds: float = FRAME_SECONDS) -> npt.NDArray[np.float64]:
    """RMS of each whole frame, shape (n_frames,)."""
    size = round(seconds * rate)
    frames = without_offset(samples[: samples.size // size * size].reshape(-1, size))
    return np.asarray(np.sqrt(np.mean(np.square(frames, dtype=np.float64), axis=1)))


def _long_runs(quiet: npt.NDArray[np.bool_], least: int) -> npt.NDArray[np.bool_]:
    """Only the runs of at least that many true frames."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], quiet.astype(np.int8), [0]])))
    kept = np.zeros_like(quiet)
    for first, last in edges.reshape(-1, 2):
        kept[first:last] = last - first >= least
    return kept
