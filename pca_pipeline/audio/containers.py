"""The size that a file states, in containers other than RIFF/WAVE: a smaller file is a truncated upload."""

from __future__ import annotations

import struct
from typing import BinaryIO

_WAVE64 = b"riff\x2e\x91\xcf\x11\xa5\xd6\x28\xdb\x04\xc1\x00\x00"
# Writers that cannot seek back leave the largest length, or one near it. No recording of a call is that long.
_UNKNOWN_FROM = 0x7F00_0000


def promised_size(file: BinaryIO) -> int | None:
    """Bytes of an RF64, Wave64, AIFF or AU file by its own header; None if it does not say."""
    file.seek(0)
    head = file.read(36)
    if len(head) < 36:
        return None
    size = _size(head)
    return size if size and size < _UNKNOWN_FROM else None


def _size(head: bytes) -> int | None:
    """The size by EBU Tech 3306 (RF64), Sony's Wave64, AIFF-C, or the header of Sun's audio files in either byte order."""
    if head[:4] in (b"RF64", b"BW64") and head[12:16] == b"ds64":
        return int.from_bytes(head[20:28], "little") + 8
    if head[:16] == _WAVE64:
        return int.from_bytes(head[16:24], "little")
    if head[:4] == b"FORM" and head[8:12] in (b"AIFF", b"AIFC"):
        return int.from_bytes(head[4:8], "big") + 8
    if head[:4] in (b".snd", b"dns."):
        offset, length = struct.unpack(">II" if head[:4] == b".snd" else "<II", head[4:12])
        return int(offset + length)
    return None
