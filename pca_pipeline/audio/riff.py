"""The header of a RIFF/WAVE file, read chunk by chunk, to distinguish a wrong length from a truncated recording."""

from __future__ import annotations

import os
import struct
from dataclasses import dataclass
from typing import BinaryIO

_CHUNK = struct.Struct("<4sI")
# Writers that cannot seek back (a pipe, a stream, a crash) leave a length near 2 GiB or 4 GiB, or 0: ffmpeg
# writes 0xFFFFFFFF, SoX 0x7FFFF000 and a little more, others 0xFFFFFFFF less the header.
_STREAMED_FROM = 0x7FFF_F000


@dataclass(frozen=True, slots=True)
class WaveHeader:
    """Where the samples of a RIFF/WAVE file are, and how many bytes its header promises. Lengths in bytes."""

    size_at: int  # position of the four bytes that hold the data chunk's length
    promised: int  # length of the data chunk by the header
    present: int  # bytes between the start of the samples and the end of the file
    byte_rate: int  # bytes a second
    followed: bool  # more chunks come after the samples, just where the header says

    @property
    def streamed(self) -> bool:
        """The writer never knew the length: everything up to the file's end is audio."""
        return self.promised >= _STREAMED_FROM and self.promised > self.present

    @property
    def truncated(self) -> bool:
        """Over a second of the promised audio is missing."""
        return not self.streamed and self.promised - self.present > self.byte_rate

    @property
    def too_short(self) -> bool:
        """The header stopped counting: over a second of audio, or all of it, is beyond what it promises."""
        beyond = self.present - self.promised
        return not self.followed and beyond > 0 and (self.promised == 0 or beyond > self.byte_rate)


def read_header(file: BinaryIO) -> WaveHeader | None:
    """The header of a RIFF/WAVE file; None for other formats, and for files without samples."""
    size = os.fstat(file.fileno()).st_size
    head = file.read(12)
    if len(head) < 12 or head[:4] != b"RIFF" or head[8:] != b"WAVE":
        return None
    position, byte_rate = 12, 0
    while (chunk := _chunk(file, position)) is not None:
        name, length = chunk
        start = position + _CHUNK.size
        if name == b"fmt " and length >= 12:
            byte_rate = int.from_bytes(file.read(12)[8:], "little")
        if name == b"data":
            followed = _chunk_fits(file, start + length + length % 2, size)
            return WaveHeader(position + 4, length, size - start, byte_rate, followed)
        position = start + length + length % 2
    return None


def _chunk(file: BinaryIO, position: int) -> tuple[bytes, int] | None:
    """Name and length of the chunk at that position. Afterwards the file is at its content."""
    file.seek(position)
    head = file.read(_CHUNK.size)
    return _CHUNK.unpack(head) if len(head) == _CHUNK.size else None


def _chunk_fits(file: BinaryIO, position: int, size: int) -> bool:
    """Whether a well-formed chunk starts there, and ends within the file."""
    chunk = _chunk(file, position)
    if chunk is None:
        return False
    name, length = chunk
    return name.isascii() and name.decode("ascii").isprintable() and position + _CHUNK.size + length <= size
