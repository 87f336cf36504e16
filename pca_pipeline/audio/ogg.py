"""The last page of an Ogg file (RFC 3533). It shows a truncated upload, which would play without an error, only shorter."""

from __future__ import annotations

import os
from typing import BinaryIO

_HEAD = 27  # bytes of a page before its table of segments; the last of them is the table's length
_LONGEST = _HEAD + 255 + 255 * 255  # bytes of the largest page
_FLAGS, _LAST = 5, 4  # place of a page's flags, and the flag for the end of the stream
# What ffmpeg and libsndfile leave in the comments. Both mark the end of every stream that they finish.
_CLOSING_WRITERS = (b"Lavf", b"libsndfile")


def lacks_its_end(file: BinaryIO) -> bool:
    """Whether the file is Ogg and was cut within its last page, or before the end mark, if its writer always sets one.

    From other writers, a missing end mark means nothing: some recorders never set it.
    """
    head = file.read(_LONGEST)
    if head[:4] != b"OggS":
        return False
    file.seek(-min(_LONGEST, os.fstat(file.fileno()).st_size), os.SEEK_END)
    tail = file.read()
    page = tail[tail.rfind(b"OggS") :]
    if _is_cut(page):
        return True
    return not page[_FLAGS] & _LAST and any(writer in head for writer in _CLOSING_WRITERS)


def _is_cut(page: bytes) -> bool:
    """Whether a page has fewer bytes than its header promises."""
    if len(page) < _HEAD:
        return True
    segments = page[_HEAD : _HEAD + page[_HEAD - 1]]
    return len(segments) < page[_HEAD - 1] or len(page) < _HEAD + len(segments) + sum(segments)
