"""The last page of an Ogg file (RFC 3533), to tell a truncated upload: it plays without a complaint, but shorter."""

from __future__ import annotations

import os
from typing import BinaryIO

_HEAD = 27  # bytes of a page before its table of segments, whose length is the last of them
_LONGEST = _HEAD + 255 + 255 * 255  # bytes of the largest page


def ends_within_a_page(file: BinaryIO) -> bool:
    """Whether the file is Ogg and its last page promises more bytes than there are.

    A missing mark for the end of the stream is no sign: some recorders never set it.
    """
    if file.read(4) != b"OggS":
        return False
    file.seek(-min(_LONGEST, os.fstat(file.fileno()).st_size), os.SEEK_END)
    tail = file.read()
    page = tail[tail.rfind(b"OggS") :]
    if len(page) < _HEAD:
        return True
    segments = page[_HEAD : _HEAD + page[_HEAD - 1]]
    return len(segments) < page[_HEAD - 1] or len(page) < _HEAD + len(segments) + sum(segments)
