"""Files moved and written so that none is lost; errors of the disk turned into ones with a way out."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pca_pipeline.errors import FileBusyError, LostFileError, StorageError

COPYING = ".copying.tmp"  # name of a copy until it is whole; left behind when the process is killed
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_DENIED = {errno.EACCES, errno.EPERM, errno.EROFS}


@contextmanager
def storage_errors(folder: Path) -> Iterator[None]:
    """Turn an OSError, whose text may name a caller's file, into a StorageError that names the folder."""
    try:
        yield
    except OSError as error:
        raise _storage_error(error, folder) from None


def _storage_error(error: OSError, folder: Path) -> StorageError:
    if error.errno in _FULL:
        return StorageError(
            f"The disk or quota that holds {folder} is full.",
            "Free space; nothing was lost, and the work goes on by itself.",
        )
    if error.errno in _DENIED:
        return StorageError(
            f"The folder {folder} or a file in it cannot be read or written.",
            "Give the user that runs the pipeline the right to read and write there; nothing was lost.",
        )
    if error.errno == errno.ENOENT:
        return LostFileError(
            f"There is no such file or folder in {folder}.",
            "Check its name; if another program moves files there, let it finish first.",
        )
    reason = os.strerror(error.errno) if error.errno else type(error).__name__
    return StorageError(f"Files in {folder} could not be handled: {reason}.", "Check the disk; nothing was lost.")


def make_folder(folder: Path) -> Path:
    """The folder, made with its parents if need be; what is made is open to its owner only."""
    for path in (*reversed(folder.parents), folder):
        if not path.is_dir():
            path.mkdir(mode=0o700, exist_ok=True)
    return folder


def move(source: Path, target: Path) -> None:
    """Move a file, so that at every instant a whole one is in one of the two places.

    Across file systems it is copied under a temporary name, put in place, and only then removed from its
    source. Raises FileBusyError when the source changed while it was copied.
    """
    make_folder(target.parent)
    try:
        source.rename(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        copy(source, target)
        source.unlink()


def copy(source: Path, target: Path) -> None:
    """A copy that appears whole or not at all. Raises FileBusyError when the source changed meanwhile."""
    temporary = target.with_name(COPYING)
    before = fingerprint(source)
    with storage_errors(make_folder(target.parent)):
        try:
            shutil.copy2(source, temporary, follow_symlinks=False)
            sync(temporary)
            if fingerprint(source) != before:
                raise file_busy(source.parent)
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)


def file_busy(folder: Path) -> FileBusyError:
    """The error for a file that changed under the reader's hands."""
    return FileBusyError(f"A file in {folder} changed while it was taken.", "It is taken by the next sweep.")


def fingerprint(path: Path) -> tuple[int, int]:
    """Size and time of the last change, of a link its own: equal as long as nobody writes."""
    found = path.lstat()
    return found.st_size, found.st_mtime_ns


def is_regular(path: Path) -> bool:
    """Whether that is a file itself, and no link to one: a link may lead anywhere."""
    return stat.S_ISREG(path.lstat().st_mode)


def sync(path: Path) -> None:
    """Return once the file's content, or the folder's list of names, is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sha256(path: Path) -> str:
    """The file's SHA-256, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_json(path: Path, value: object) -> None:
    """Write JSON that appears whole or not at all, readable by its owner only."""
    write_whole(path, json.dumps(value, indent=2).encode())


def write_whole(path: Path, content: bytes) -> None:
    """Write a file that appears whole or not at all, readable by its owner only."""
    temporary = path.with_name(COPYING)
    with storage_errors(make_folder(path.parent)):
        try:
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
            sync(temporary)
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)


def read_json(path: Path) -> Any:
    """The JSON in the file; None where there is no such file. Raises StorageError where it holds something else."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except ValueError:  # not UTF-8, or not JSON, whose error would carry the content
        raise damaged(path) from None


def damaged(path: Path) -> LostFileError:
    """The error for a file of our own about a call that holds something else than was written."""
    return LostFileError(
        f"The file {path.name} of the call {path.parent.name} is damaged.",
        "Restore it; or delete it, and the next sweep puts the call's files back into the drop folder.",
    )


def files_below(folder: Path) -> list[Path]:
    """All files below the folder, ordered."""
    return sorted(path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir())


def remove_unfinished_copies(folder: Path) -> None:
    """Remove what killed processes left half copied below the folder; the originals are where they were."""
    for path in folder.rglob(COPYING):
        path.unlink()


def remove_empty_folders(folder: Path) -> None:
    """Remove the folder and all below it that hold no file."""
    for path, _, _ in os.walk(folder, topdown=False):
        if not any(Path(path).iterdir()):
            Path(path).rmdir()
