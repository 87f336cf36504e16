"""Where somebody speaks on a channel: an energy gate against silence and echo, then silero-vad.

Whisper invents words on silence, and half of a stereo call is silence on each channel. The gate is cheap and
runs on everything; the voice detector runs only on what the gate lets through, on many stretches at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pca_pipeline.audio import resample, without_offset
from pca_pipeline.call import Recording, Samples
from pca_pipeline.speech.voice_detector import CHUNK, VAD_RATE, speech_probabilities, stretches

Span = tuple[float, float]  # start and end, seconds

FRAME_SECONDS = 0.02
FLOOR_DBFS = -60.0  # below this nothing is speech: line noise of a digital trunk lies around -70 dBFS
RANGE_DB = 35.0  # how far below a channel's loud frames speech still is speech
ECHO_DB = 18.0  # a frame that much below the other channel's is its echo: hybrids return -20 dB and less
ECHO_SPREAD_SECONDS = 0.12  # an echo comes this much later at most on a local network
GATE_PAD_SECONDS = 0.15  # kept around loud frames, so that soft consonants stay
# A threshold lower than silero's 0.5: a lost word costs more than a decoded cough.
VAD = {"threshold": 0.3, "least_ms": 80, "silence_ms": 200, "pad_ms": 120}
# What a whole stretch must reach, measured on 71 minutes of generated calls: true stretches peak at 0.89 and more and
# lie at most 10 dB below their channel's loud frames, what is none mostly below 0.9 or 25 dB and more below.
LIKELY, SURE = 0.5, 0.9  # the detector's surest moment; 0.5 is silero's own threshold
QUIET_DB, FAINT_DB = 20.0, 25.0  # how far below, at most, where the detector is not sure, and where it is
# A talker rises from what is around; echo, noise and music that are taken for speech go on before and after it.
RISE_DB = 6.0  # twice the amplitude; a voice as loud as a noise still has louder frames than that
AROUND_SECONDS = 1.0  # before and after, of what is no speech
VAD_BATCH_SECONDS = 600.0  # of audio judged together


@dataclass(frozen=True, slots=True)
class Activity:
    """Stretches of speech for each channel, in order, seconds, and those among them that the detector doubts."""

    spans: list[list[Span]]
    doubtful: list[list[Span]]  # faint, no louder than around, or never sure: a soft voice, a breath, music, an echo

    def doubting(self, machines: Sequence[Sequence[Span]]) -> Activity:
        """The same, stretches doubtful also where a record has music or a machine, for each channel, and nobody else."""
        if not machines:
            return self
        doubtful = [
            [span for span in spans if span in doubted or any(start <= sum(span) / 2 < end for start, end in known)]
            for spans, doubted, known in zip(self.spans, self.doubtful, machines, strict=True)
        ]
        return Activity(self.spans, doubtful)


def find_speech(recording: Recording) -> Activity:
    """Where somebody speaks on each channel, and where that is not sure."""
    levels = np.stack([levels_dbfs(samples, recording.sample_rate) for samples in recording.channels])
    regions = [(channel, region) for channel in range(len(levels)) for region in _regions(_gate(levels, channel))]
    found = _judged(levels, list(_voiced(recording, regions)))
    voiced = [[one for one in found if one.channel == channel and one.is_voice] for channel in range(len(levels))]
    return Activity(
        [[one.span for one in stretches] for stretches in voiced],
        [[one.span for one in stretches if not one.is_sure] for stretches in voiced],
    )


def levels_dbfs(samples: Samples, sample_rate: int) -> npt.NDArray[np.float32]:
    """RMS level around the mean of each 20 ms frame in dBFS, shape (n_frames,); the rest of the last is left out."""
    size = round(FRAME_SECONDS * sample_rate)
    frames = samples[: len(samples) // size * size].reshape(-1, size)
    power = np.einsum("ij,ij->i", frames, frames, dtype=np.float32) / size - frames.mean(axis=1) ** 2
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


@dataclass(frozen=True, slots=True)
class _Stretch:
    """What the detector takes for speech."""

    channel: int
    span: Span
    peak: float  # probability at its surest moment
    below: float  # how far its loud frames lie below its channel's, dB
    above: float  # how far they lie above what is no speech before and after it, the louder of both, dB

    @property
    def is_voice(self) -> bool:
        """Coughs, clicks and rests of echo pass the detector's low threshold; a talker's own stretches differ by 10 dB."""
        return self.peak >= LIKELY and self.below < (FAINT_DB if self._stands_out else QUIET_DB)

    @property
    def is_sure(self) -> bool:
        return self._stands_out and self.below < QUIET_DB

    @property
    def _stands_out(self) -> bool:
        return self.peak >= SURE and self.above >= RISE_DB


def _judged(levels: npt.NDArray[np.float32], found: Sequence[tuple[int, Span, float]]) -> list[_Stretch]:
    """Stretches of channels beside their channel's levels. `levels` has shape (n_channels, n_frames)."""
    silent = np.ones(levels.shape, dtype=np.bool_)
    for channel, span, _ in found:
        silent[channel, _frames(span)] = False
    silence = [np.flatnonzero(frames) for frames in silent]
    loud = [np.percentile(own, 99) if own.size else -np.inf for own in levels]
    stretches = []
    for channel, span, peak in found:
        level = _level(levels[channel][_frames(span)], 90)
        around = max(_level(levels[channel][side], 80) for side in _sides(silence[channel], span))
        stretches.append(_Stretch(channel, span, peak, float(loud[channel] - level), float(level - around)))
    return stretches


def _frames(span: Span) -> slice:
    return slice(int(span[0] / FRAME_SECONDS), int(span[1] / FRAME_SECONDS) + 1)


def _sides(frames: npt.NDArray[np.int64], span: Span) -> Iterator[npt.NDArray[np.int64]]:
    """Those of `frames`, in order, that lie nearest before a span, then after it, `AROUND_SECONDS` each."""
    count, within = round(AROUND_SECONDS / FRAME_SECONDS), _frames(span)
    before, behind = np.searchsorted(frames, [within.start, within.stop])
    yield frames[max(0, before - count) : before]
    yield frames[behind : behind + count]


def _level(levels: npt.NDArray[np.float32], percentile: float) -> float:
    return float(np.percentile(levels, percentile)) if levels.size else -np.inf


def _voiced(recording: Recording, regions: Sequence[tuple[int, Span]]) -> Iterator[tuple[int, Span, float]]:
    """Speech within regions of channels, by silero-vad, in the same order, with its surest moment's probability."""
    for batch in _batches(regions):
        parts = [_part(recording, channel, region) for channel, region in batch]
        for (channel, region), part, chances in zip(batch, parts, speech_probabilities(parts), strict=True):
            for first, last in stretches(chances, len(part), **VAD):
                peak = max(chances[first // CHUNK : last // CHUNK + 1])
                yield channel, (region[0] + first / VAD_RATE, region[0] + last / VAD_RATE), peak


def _batches(regions: Sequence[tuple[int, Span]]) -> Iterator[list[tuple[int, Span]]]:
    """Neighbours, of `VAD_BATCH_SECONDS` together, so that the memory that is needed does not grow with a call."""
    batch: list[tuple[int, Span]] = []
    for region in regions:
        batch.append(region)
        if sum(end - start for _, (start, end) in batch) > VAD_BATCH_SECONDS:
            yield batch
            batch = []
    yield batch


def _part(recording: Recording, channel: int, region: Span) -> Samples:
    first, last = (round(second * recording.sample_rate) for second in region)
    return resample(without_offset(recording.channels[channel][first:last]), recording.sample_rate, VAD_RATE)
