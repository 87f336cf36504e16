"""Packing of speech into windows that fill Whisper's 30 s, and mapping of times back to the recording.

Pauses of up to `KEPT_PAUSE_SECONDS` stay as they are, since punctuation depends on them; longer ones shrink.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from pca_pipeline.audio import without_offset
from pca_pipeline.call import Samples
from pca_pipeline.speech.activity import FRAME_SECONDS, VAD, Span, levels_dbfs

KEPT_PAUSE_SECONDS = 1.2
JOIN_SECONDS = 0.6  # silence between two pieces that were further apart in the recording
# A word that reaches no further into a stretch is not in it: the voice detector widens what it finds.
LEAST_REACH_SECONDS = VAD["pad_ms"] / 1000


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the recording that begins `offset` seconds into its window: `speech`, and the short pauses between."""

    speech: tuple[Span, ...]  # seconds of the recording, in order
    offset: float

    @property
    def start(self) -> float:
        return self.speech[0][0]

    @property
    def end(self) -> float:
        return self.speech[-1][1]

    @property
    def shift(self) -> float:
        """From the window's clock to the recording's."""
        return self.start - self.offset

    @property
    def end_offset(self) -> float:
        return self.offset + self.end - self.start


@dataclass(frozen=True, slots=True)
class Window:
    """Pieces of one channel that are decoded together, in order."""

    pieces: tuple[Piece, ...]

    @property
    def seconds(self) -> float:
        return self.pieces[-1].end_offset

    def samples(self, channel: Samples, sample_rate: int) -> Samples:
        """The window's audio: the pieces at their places, around zero, silence between them."""
        window = np.zeros(round(self.seconds * sample_rate) + 1, dtype=np.float32)
        for piece in self.pieces:
            part = without_offset(channel[round(piece.start * sample_rate) : round(piece.end * sample_rate)])
            at = round(piece.offset * sample_rate)
            window[at : at + len(part)] = part[: len(window) - at]
        return window

    def to_recording(self, start: float, end: float, begun_by: float) -> Span:
        """A word's span in the window mapped to the recording, within one piece.

        Alignment finds where a token ends, because the next one attends elsewhere, but counts the pause before a token
        as part of it. So a word begins in the last stretch of speech that it reaches before `begun_by`, the end of its
        first token. whisper/timing.py instead shortens such words to twice the median length, until "a better
        segmentation algorithm based on VAD should be able to replace this".
        """
        reached = [
            (piece, max(start, first - piece.shift))
            for piece in self.pieces
            for first, last in piece.speech
            if min(begun_by, last - piece.shift) - max(start, first - piece.shift) >= LEAST_REACH_SECONDS
        ]
        piece, start = reached[-1] if reached else (self._most(start, end), start)
        return (
            min(max(start + piece.shift, piece.start), piece.end),
            min(max(end + piece.shift, piece.start), piece.end),
        )

    def _most(self, start: float, end: float) -> Piece:
        """The piece that holds most of a span of the window."""
        return max(self.pieces, key=lambda p: min(end, p.end_offset) - max(start, p.offset))


def pack(spans: Iterable[Span], limit: float) -> list[Window]:
    """Windows of at most `limit` seconds that together hold every span, in order. No span may be longer than `limit`."""
    windows: list[list[Piece]] = []
    for speech in _join_near(spans, limit):
        offset = windows[-1][-1].end_offset + JOIN_SECONDS if windows else limit
        if offset + speech[-1][1] - speech[0][0] > limit:
            windows.append([])
            offset = 0.0
        windows[-1].append(Piece(tuple(speech), offset))
    return [Window(tuple(pieces)) for pieces in windows]


def _join_near(spans: Iterable[Span], limit: float) -> Iterator[list[Span]]:
    """Groups of spans with short pauses between them, each up to `limit` seconds long."""
    near: list[Span] = []
    for start, end in spans:
        if near and (start - near[-1][1] > KEPT_PAUSE_SECONDS or end - near[0][0] > limit):
            yield near
            near = []
        near.append((start, end))
    if near:
        yield near


def cut_long(spans: Iterable[Span], channel: Samples, sample_rate: int, limit: float) -> Iterator[Span]:
    """The spans; those longer than `limit` seconds are cut where the last third before it is quietest."""
    for start, end in spans:
        while end - start > limit:
            cut = _quietest(channel, sample_rate, (start + limit * 2 / 3, start + limit))
            yield start, cut
            start = cut
        yield start, end


def _quietest(channel: Samples, sample_rate: int, span: Span) -> float:
    levels = levels_dbfs(channel[round(span[0] * sample_rate) : round(span[1] * sample_rate)], sample_rate)
    width = 5  # 100 ms, so that a cut falls between words rather than within a plosive
    return span[0] + (int(np.convolve(levels, np.ones(width), mode="valid").argmin()) + width / 2) * FRAME_SECONDS
