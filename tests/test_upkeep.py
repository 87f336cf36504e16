"""The comparison of files and rows, without a flow around it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pca_pipeline import upkeep, warehouse
from pca_pipeline.call import SourceFile
from pca_pipeline.settings import Settings
from tests.factories import make_call


@pytest.mark.parametrize(("kind", "is_lost"), [("audio", True), ("transcript", True), ("record", False)])
def test_only_what_was_dropped_here_can_have_lost_files(tmp_path: Path, kind: str, is_lost: bool) -> None:
    """A call that was imported has never had any: of what it came from, a JSON alone is known."""
    settings = Settings(folder=tmp_path)
    finished = make_call("call-1")
    call = replace(finished.call, files=(SourceFile("a", kind, "0" * 64, 1),))
    warehouse.stage(replace(finished, call=call), settings.staged_folder)
    warehouse.load(settings)
    found = upkeep.inspect(settings)
    assert found.stored == 1
    assert found.without_files == (("call-1",) if is_lost else ())
    assert found.whole != is_lost
