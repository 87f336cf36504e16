"""Answers that nobody understood: sound as loud as speech, but no words, where a number is being given."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from pca_pipeline.audio import levels_rms
from pca_pipeline.call import Finding, MuteSpan, Recording, Segment
from pca_pipeline.pii.entities import may_be_number, muted_everywhere
from pca_pipeline.pii.sound.dtmf import asked

UNSURE = 0.3  # probability of a word; below, about two of three were wrong
WITHIN = 6.0  # seconds from a question, or from one part of a number, to what was not understood
FRAME_SECONDS = 0.01
AS_LOUD = 0.3  # of the level of the channel's words: 10 dB below it; an echo is fainter
BESIDE = 0.2  # seconds by which the times of words are wrong
BRIDGED = 0.25  # seconds of quiet within a number
SHORTEST = 0.3  # seconds, of one digit
PAD = 0.2  # its first and last sounds are fainter

Frames = npt.NDArray[np.bool_]


def unheard_spans(recording: Recording, segments: Sequence[Segment], findings: Sequence[Finding]) -> Iterator[MuteSpan]:
    """Sound in which nobody says a word, after a question for a number, or after a part of one."""
    questions = [(end, entity) for end, entity in asked(segments) if entity != "NUMBER"]  # menus ask for some number
    parts = [(finding.end, finding.entity) for finding in findings if may_be_number(finding.entity)]
    awaited = sorted(questions + parts)
    if not awaited:
        return
    for channel in range(len(recording.channels)):
        for start, end in _sounding(recording, channel, segments):
            entity = next((entity for at, entity in reversed(awaited) if at - BESIDE <= start < at + WITHIN), None)
            if entity:
                everywhere = range(len(recording.channels)) if muted_everywhere(entity) else (channel,)
                yield from (MuteSpan(place, max(0.0, start - PAD), end + PAD, (entity,)) for place in everywhere)


def _sounding(recording: Recording, channel: int, segments: Sequence[Segment]) -> list[tuple[float, float]]:
    """Stretches of a channel that sound like its words do, while no channel has any. Seconds."""
    levels = levels_rms(recording, channel, FRAME_SECONDS)
    own, any_ = np.zeros(levels.size, np.bool_), np.zeros(levels.size, np.bool_)
    for segment in segments:
        for word in segment.words:
            if segment.channel == channel:
                _mark(own, word.start, word.end)
            if word.probability >= UNSURE:
                _mark(any_, word.start - BESIDE, word.end + BESIDE)
    if not own.any():
        return []
    loud = (levels > AS_LOUD * np.median(levels[own])) & ~any_
    return [(first, last) for first, last in _runs(loud) if last - first >= SHORTEST]


def _mark(frames: Frames, start: float, end: float) -> None:
    frames[max(0, int(start / FRAME_SECONDS)) : max(0, int(end / FRAME_SECONDS) + 1)] = True


def _runs(frames: Frames) -> list[tuple[float, float]]:
    """Start and end of the runs of true frames, short gaps bridged, in seconds."""
    at = np.flatnonzero(frames)
    if not at.size:
        return []
    groups = np.split(at, np.flatnonzero(np.diff(at) > round(BRIDGED / FRAME_SECONDS)) + 1)
    return [(float(run[0]) * FRAME_SECONDS, float(run[-1] + 1) * FRAME_SECONDS) for run in groups]
