"""Where somebody speaks on a channel: an energy gate against silence and echo, then silero-vad.

Whisper invents words on silence, and half of a stereo call is silence on each channel. The gate is cheap and runs on
everything; the voice detector runs only on what passes the gate, on many stretches at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pca_pipeline.audio import resample, without_offset
from pca_pipeline.call import Recording, Samples
from pca_pipeline.speech.voice_detector import CHUNK, VAD_RATE, speech_probabilities, speech_stretches

Span = tuple[float, float]  # start and end, seconds

FRAME_SECONDS = 0.02
FLOOR_DBFS = -60.0  # below this nothing is speech: line noise of a digital trunk is around -70 dBFS
RANGE_DB = 35.0  # nor further than this below a channel's loud frames
ECHO_DB = 18.0  # a frame this far below the other channel's is its echo: hybrids return -20 dB or less
LOUDEST_ECHO_DB = 6.0  # nor is a stronger echo than this expected: half the amplitude
ECHO_RANGE_DB = 6.0  # of an echo's frames above their median
TALKING_DB = 15.0  # below a channel's loud frames somebody surely talks
ECHO_SPREAD_SECONDS = 0.12  # the longest delay of an echo on a local network
GATE_PAD_SECONDS = 0.15  # kept around loud frames, so that soft consonants stay
# The threshold is lower than silero's 0.5: a lost word costs more than a decoded cough.
VAD = {"threshold": 0.3, "least_ms": 80, "silence_ms": 200, "pad_ms": 120}
# Limits for whole stretches, from 71 minutes of generated calls: speech peaks at 0.89 or more and is at most 10 dB
# below its channel's loud frames; other sound mostly peaks below 0.9, or is 25 dB or more below.
LIKELY, SURE = 0.5, 0.9  # the highest probability within a stretch; 0.5 is silero's own threshold
QUIET_DB, FAINT_DB = 20.0, 25.0  # furthest below the loud frames, where the detector is not sure, and where it is
# A voice stands out from the sound around it; echo, noise and music mistaken for speech go on before and after.
RISE_DB = 6.0  # twice the amplitude; a voice in noise of its own level still has frames that much louder
AROUND_SECONDS = 1.0  # of other sound on each side
VAD_BATCH_SECONDS = 600.0  # of audio in one batch


@dataclass(frozen=True, slots=True)
class Activity:
    """Stretches of speech on each channel, in order, in seconds, and those among them that are doubtful."""

    spans: list[list[Span]]
    doubtful: list[list[Span]]  # faint, no louder than what is around, or never sure: a soft voice, breath, music, echo

    def doubting(self, machines: Sequence[Sequence[Span]]) -> Activity:
        """The same with more doubtful stretches: those where, by the record, a channel has but music or a machine."""
        if not machines:
            return self
        doubtful = [
            [span for span in spans if span in doubted or any(start <= sum(span) / 2 < end for start, end in known)]
            for spans, doubted, known in zip(self.spans, self.doubtful, machines, strict=True)
        ]
        return Activity(self.spans, doubtful)


def find_speech(recording: Recording) -> Activity:
    """Where somebody speaks on each channel, and which of it is doubtful."""
    levels = np.stack([levels_dbfs(samples, recording.sample_rate) for samples in recording.channels])
    regions = [(channel, region) for channel in range(len(levels)) for region in _regions(_gate(levels, channel))]
    found = _judged(levels, list(_voiced(recording, regions)))
    voiced = [[one for one in found if one.channel == channel and one.is_voice] for channel in range(len(levels))]
    return Activity(
        [[one.span for one in stretches] for stretches in voiced],
        [[one.span for one in stretches if not one.is_sure] for stretches in voiced],
    )


def levels_dbfs(samples: Samples, sample_rate: int) -> npt.NDArray[np.float32]:
    """RMS level of each whole 20 ms frame around its mean, in dBFS, shape (n_frames,)."""
    size = round(FRAME_SECONDS * sample_rate)
    frames = samples[: len(samples) // size * size].reshape(-1, size)
    power = np.einsum("ij,ij->i", frames, frames, dtype=np.float32) / size - frames.mean(axis=1) ** 2
    return np.asarray(10 * np.log10(np.maximum(power, 1e-12)), dtype=np.float32)


def _gate(levels: npt.NDArray[np.float32], channel: int) -> npt.NDArray[np.bool_]:
    """Frames of `channel` that may hold speech. `levels` has shape (n_channels, n_frames)."""
    own = levels[channel]
    if own.size == 0:
        return np.zeros(0, dtype=np.bool_)
    loud = np.percentile(own, 99)
    active = own > max(FLOOR_DBFS, loud - RANGE_DB)
    for other in np.delete(levels, channel, axis=0):
        echoed = _spread(other, ECHO_SPREAD_SECONDS)
        active &= own > echoed - _echo_loss(own, other, echoed)
    return _dilate(active, GATE_PAD_SECONDS)


def _echo_loss(own: npt.NDArray[np.float32], other: npt.NDArray[np.float32], echoed: npt.NDArray[np.float32]) -> float:
    """How far below what is `echoed` a frame counts as echo, dB: `ECHO_DB`, or less where the line returns more.

    While the other side talks, most frames of a channel hold its echo, or less.
    """
    talking = other > np.percentile(other, 99) - TALKING_DB
    loss = np.median((echoed - own)[talking])
    return float(np.clip(loss - ECHO_RANGE_DB, LOUDEST_ECHO_DB, ECHO_DB))


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
    """What the voice detector takes for speech."""

    channel: int
    span: Span
    peak: float  # the detector's highest probability
    below: float  # how far its loud frames are below its channel's, dB
    above: float  # how far they are above the louder of the other sounds before and after it, dB

    @property
    def is_voice(self) -> bool:
        """Coughs, clicks and remains of echo also pass the detector's low threshold."""
        return self.peak >= LIKELY and self.below < (FAINT_DB if self._stands_out else QUIET_DB)

    @property
    def is_sure(self) -> bool:
        return self._stands_out and self.below < QUIET_DB

    @property
    def _stands_out(self) -> bool:
        return self.peak >= SURE and self.above >= RISE_DB


def _judged(levels: npt.NDArray[np.float32], found: Sequence[tuple[int, Span, float]]) -> list[_Stretch]:
    """Stretches with their levels compared to their channel's. `levels` has shape (n_channels, n_frames)."""
    other = np.ones(levels.shape, dtype=np.bool_)  # frames in no stretch
    for channel, span, _ in found:
        other[channel, _frames(span)] = False
    others = [np.flatnonzero(frames) for frames in other]
    loud = [np.percentile(own, 99) if own.size else -np.inf for own in levels]
    stretches = []
    for channel, span, peak in found:
        level = _level(levels[channel][_frames(span)], 90)
        around = max(_level(levels[channel][side], 80) for side in _sides(others[channel], span))
        stretches.append(_Stretch(channel, span, peak, float(loud[channel] - level), float(level - around)))
    return stretches


def _frames(span: Span) -> slice:
    return slice(int(span[0] / FRAME_SECONDS), int(span[1] / FRAME_SECONDS) + 1)


def _sides(frames: npt.NDArray[np.int64], span: Span) -> Iterator[npt.NDArray[np.int64]]:
    """The last of `frames` before a span, then the first after it, `AROUND_SECONDS` of each. `frames` are in order."""
    count, within = round(AROUND_SECONDS / FRAME_SECONDS), _frames(span)
    before, behind = np.searchsorted(frames, [within.start, within.stop])
    yield frames[max(0, before - count) : before]
    yield frames[behind : behind + count]


def _level(levels: npt.NDArray[np.float32], percentile: float) -> float:
    return float(np.percentile(levels, percentile)) if levels.size else -np.inf


def _voiced(recording: Recording, regions: Sequence[tuple[int, Span]]) -> Iterator[tuple[int, Span, float]]:
    """Speech in regions of channels, by silero-vad, in the same order: channel, span and highest probability."""
    for batch in _batches(regions):
        parts = [_part(recording, channel, region) for channel, region in batch]
        for (channel, region), part, probabilities in zip(batch, parts, speech_probabilities(parts), strict=True):
            for first, last in speech_stretches(probabilities, len(part), **VAD):
                peak = max(probabilities[first // CHUNK : last // CHUNK + 1])
                yield channel, (region[0] + first / VAD_RATE, region[0] + last / VAD_RATE), peak


def _batches(regions: Sequence[tuple[int, Span]]) -> Iterator[list[tuple[int, Span]]]:
    """Regions in order, some `VAD_BATCH_SECONDS` in each batch, so that a long call needs no more memory."""
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
