"""One sweep at a time, even if its process is killed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from pca_pipeline.errors import StorageError, SweepRunningError
from pca_pipeline.lock import sweep_lock


def test_second_holder_is_turned_away_and_let_in_afterwards(tmp_path: Path) -> None:
    """While the folder is held nobody else gets it; after that anybody does."""
    with sweep_lock(tmp_path), pytest.raises(SweepRunningError, match="Another sweep"), sweep_lock(tmp_path):
        pass
    with sweep_lock(tmp_path):
        pass


def test_a_killed_holder_holds_nothing(tmp_path: Path) -> None:
    """The kernel releases the lock of a dead process, so that nobody has to remove it."""
    code = (
        "import sys, time; from pathlib import Path; from pca_pipeline.lock import sweep_lock\n"
        "with sweep_lock(Path(sys.argv[1])): print('held', flush=True); time.sleep(60)"
    )
    holder = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(SweepRunningError), sweep_lock(tmp_path):
        pass
    holder.kill()
    holder.communicate()
    with sweep_lock(tmp_path):
        pass


def test_errors_within_a_sweep_pass_and_free_the_folder(tmp_path: Path) -> None:
    """An error inside is not reported as a lock, and the folder is free again."""
    with pytest.raises(BlockingIOError), sweep_lock(tmp_path):
        raise BlockingIOError
    with sweep_lock(tmp_path):
        pass


def test_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    """A calls folder below a file is an error with the folder's name and what to do."""
    (tmp_path / "file").touch()
    with (
        pytest.raises(StorageError, match=r"calls folder .*file/calls.*cannot be written"),
        sweep_lock(tmp_path / "file" / "calls"),
    ):
        pass
