"""One sweep at a time: a lock on the calls folder that the kernel drops when its holder dies."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pca_pipeline.errors import StorageError, SweepRunningError


@contextmanager
def sweep_lock(folder: Path) -> Iterator[None]:
    """Hold the calls folder for one sweep. Raises SweepRunningError at once if somebody else holds it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = (folder / ".sweep.lock").open("w")
    except OSError as error:
        raise StorageError(
            f"The calls folder {str(folder)!r} cannot be written: {error.strerror}.",
            "Make it writable for this user, or set another `folder`.",
        ) from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SweepRunningError(
                f"Another sweep is working on the calls folder {str(folder)!r}.",
                "Let it finish, then run this again; a sweep takes what another leaves.",
            ) from None
        yield
