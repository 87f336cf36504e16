"""The comparison of files and rows, without a flow."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pca_pipeline import upkeep, warehouse
from pca_pipeline.call import FileKind, SourceFile
from pca_pipeline.errors import SweepRunningError
from pca_pipeline.lock import sweep_lock
from pca_pipeline.settings import Settings
from tests.factories import make_call


@pytest.mark.parametrize(
    ("kind", "is_lost"), [(FileKind.AUDIO, True), (FileKind.TRANSCRIPT, True), (FileKind.RECORD, False)]
)
def test_only_what_was_dropped_here_can_have_lost_files(tmp_path: Path, kind: FileKind, is_lost: bool) -> None:
    """An imported call never had any."""
    settings = Settings(folder=tmp_path)
    finished = make_call("call-1")
    call = replace(finished.call, files=(SourceFile("a", kind, "0" * 64, 1),))
    warehouse.stage(replace(finished, call=call), settings.staged_folder)
    warehouse.load(settings)
    found = upkeep.inspect(settings)
    assert found.stored == 1
    assert found.without_files == (("call-1",) if is_lost else ())
    assert found.whole != is_lost


def test_old_calls_are_erased_while_no_sweep_is_at_work(tmp_path: Path) -> None:
    """A sweep would bring them back; the erasure is tried again later."""
    settings = Settings(folder=tmp_path)
    warehouse.stage(make_call("call-1"), settings.staged_folder)
    warehouse.load(settings)
    later = datetime.now(UTC) + timedelta(days=40)
    with sweep_lock(tmp_path), pytest.raises(SweepRunningError) as error:
        upkeep.erase_older(settings, 30, later)
    assert error.value.retryable
    assert upkeep.inspect(settings).stored == 1
    assert upkeep.erase_older(settings, 30, later).calls == 1
    assert upkeep.inspect(settings).stored == 0
