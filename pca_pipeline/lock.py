"""One sweep at a time: a lock on the calls folder, which the kernel releases when its holder dies."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from pca_pipeline.errors import StorageError, SweepRunningError

_RETRY_SECONDS = 0.2


@contextmanager
def sweep_lock(folder: Path, wait: float = 0.0) -> Iterator[None]:
    """Hold the calls folder for one sweep. Raises SweepRunningError if somebody else still holds it after `wait` seconds."""
    deadline = time.monotonic() + wait
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = (folder / ".sweep.lock").open("w")
    except OSError as error:
        raise StorageError(
            f"The calls folder {str(folder)!r} cannot be written: {error.strerror}.",
            "Make it writable for this user, or set another `folder`.",
        ) from error
    with file:
        while not _is_locked(file):
            if time.monotonic() >= deadline:
                raise SweepRunningError(
                    f"Another sweep is working on the calls folder {str(folder)!r}.",
                    "Let it finish, then run this again; a sweep takes what another leaves.",
                )
            time.sleep(_RETRY_SECONDS)
        yield


def _is_locked(file: TextIO) -> bool:
    """Whether the lock is ours now."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
