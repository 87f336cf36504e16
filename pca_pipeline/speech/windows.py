"""Packing of speech into windows that fill Whisper's 30 s, and the way back to the recording's clock.

Pauses up to `KEPT_PAUSE_SECONDS` stay as they are, since punctuation depends on them; longer ones shrink.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from pca_pipeline.call import Samples
from pca_pipeline.speech.activity import FRAME_SECONDS, Span, frame_levels

KEPT_PAUSE_SECONDS = 1.2
JOIN_SECONDS = 0.6  # silence between two pieces that were further apart in the recording


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the recording, [start, end) seconds, that begins `offset` seconds into its window."""

    start: float
    end: float
    offset: float

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
        """The window's audio: the pieces at their offsets, silence between them."""
        window = np.zeros(round(self.seconds * sample_rate) + 1, dtype=np.float32)
        for piece in self.pieces:
            part = channel[round(piece.start * sample_rate) : round(piece.end * sample_rate)]
            at = round(piece.offset * sample_rate)
            window[at : at + len(part)] = part[: len(window) - at]
        return window

    def to_recording(self, start: float, end: float) -> Span:
        """A span of the window on the recording's clock, kept inside the piece that holds most of it."""
        piece = max(self.pieces, key=lambda p: min(end, p.end_offset) - max(start, p.offset))
        shift = piece.start - piece.offset
        return (
            min(max(start + shift, piece.start), piece.end),
            min(max(end + shift, piece.start), piece.end),
        )


def pack(spans: Iterable[Span], limit: float) -> list[Window]:
    """Windows of at most `limit` seconds that hold every span, in order. No span may be longer than `limit`."""
    windows: list[list[Piece]] = []
    for start, end in _join_near(spans, limit):
        offset = windows[-1][-1].end_offset + JOIN_SECONDS if windows else limit
        if offset + end - start > limit:
            windows.append([])
            offset = 0.0
        windows[-1].append(Piece(start, end, offset))
    return [Window(tuple(pieces)) for pieces in windows]


def _join_near(spans: Iterable[Span], limit: float) -> Iterator[Span]:
    """Spans with short pauses between them become one, up to `limit` seconds."""
    current: Span | None = None
    for start, end in spans:
        if current and start - current[1] <= KEPT_PAUSE_SECONDS and end - current[0] <= limit:
            current = (current[0], end)
            continue
        if current:
            yield current
        current = (start, end)
    if current:
        yield current


def cut_long(spans: Iterable[Span], channel: Samples, sample_rate: int, limit: float) -> Iterator[Span]:
    """The same spans, those longer than `limit` seconds cut at the quietest moment of their last third."""
    for start, end in spans:
        while end - start > limit:
            cut = _quietest(channel, sample_rate, (start + limit * 2 / 3, start + limit))
            yield start, cut
            start = cut
        yield start, end


def _quietest(channel: Samples, sample_rate: int, span: Span) -> float:
    levels = frame_levels(channel[round(span[0] * sample_rate) : round(span[1] * sample_rate)], sample_rate)
    width = 5  # 100 ms, so that a cut falls between words rather than within a plosive
    return span[0] + (int(np.convolve(levels, np.ones(width), mode="valid").argmin()) + width / 2) * FRAME_SECONDS
