"""Locks that end with their process: a claim whose process was killed is free, one in work is not.

They are `flock` locks, which NFS carries to other machines. Every claim's lock is taken and every claim's
folder is made and removed under the lock of the work folder, held for moments only.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from pca_pipeline.intake.files import make_folder

LOCK_NAME = "lock"


@contextmanager
def work_lock(work: Path) -> Iterator[None]:
    """Nobody else takes, makes or removes claims meanwhile. Waits for whoever does."""
    with (make_folder(work) / ".lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def lock_claim(folder: Path) -> TextIO | None:
    """The claim's lock, held until closed or the process ends; None while another holder lives."""
    file = (folder / LOCK_NAME).open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file
