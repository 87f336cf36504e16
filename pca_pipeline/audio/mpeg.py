"""The frames of an MP3 file (ISO/IEC 11172-3, 13818-3), counted: the only way to its length without an encoder's header."""

from __future__ import annotations

import mmap
from dataclasses import dataclass
from typing import BinaryIO

# Kilobits a second by the header's index, for layer III of MPEG-1, and of MPEG-2 and 2.5.
_KBITS = (
    (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
)
_RATES = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}  # by version bits
_HEADERS = (b"Xing", b"Info", b"VBRI")  # written by encoders into the first frame
_ID3 = 10  # bytes of the header of a tag before the sound


@dataclass(frozen=True, slots=True)
class Frames:
    """The frames of an MP3 file without an encoder's header."""

    seconds: float
    whole: bool  # the last one is complete


@dataclass(frozen=True, slots=True)
class _Frame:
    length: int  # bytes, its header included
    seconds: float


def count_frames(file: BinaryIO) -> Frames | None:
    """The frames of a file of layer III that is not empty; None for other formats, or if an encoder wrote the length.

    Counting stops at anything that is not a frame, such as a tag after the sound.
    """
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        return _count(data)


def _count(data: mmap.mmap) -> Frames | None:
    at = _behind_tag(data)
    first = _frame(data, at)
    if first is None or _frame(data, at + first.length) is None:
        return None
    if any(mark in data[at : at + first.length] for mark in _HEADERS):
        return None
    seconds, frame = 0.0, _frame(data, at)
    while frame and at + frame.length <= len(data):
        at, seconds = at + frame.length, seconds + frame.seconds
        frame = _frame(data, at)
    return Frames(seconds, whole=frame is None)


def _behind_tag(data: mmap.mmap) -> int:
    """Where the sound begins: after an ID3v2 tag, whose length has seven bits in each byte."""
    if data[:3] != b"ID3" or len(data) < _ID3:
        return 0
    a, b, c, d = data[6:_ID3]
    return _ID3 + (a << 21 | b << 14 | c << 7 | d)


def _frame(data: mmap.mmap, at: int) -> _Frame | None:
    """The frame whose header is at that place; None if there is none."""
    head = data[at : at + 4]
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE6 != 0xE2:  # eleven bits of sync, layer III
        return None
    version, bits, rate = head[1] >> 3 & 3, head[2] >> 4, head[2] >> 2 & 3
    if version not in _RATES or bits in (0, 15) or rate == 3:
        return None
    hertz, samples = _RATES[version][rate], 1152 if version == 3 else 576
    kbits = _KBITS[0 if version == 3 else 1][bits]
    return _Frame(samples * 125 * kbits // hertz + (head[2] >> 1 & 1), samples / hertz)
