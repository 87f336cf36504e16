from __future__ import annotations

import json
import os
from pathlib import Path

from pca_pipeline import intake
from pca_pipeline.settings import CtrSettings, Settings


def test_a_table_of_calls_goes_to_each_recording_by_id(tmp_path: Path) -> None:
    """The mapping tells the id's column; a recording's name holds the id."""
    settings = Settings(folder=tmp_path, ctr=CtrSettings(mapping="five9"))
    settings.inbox_folder.mkdir()
    rows = "CALL ID,SESSION ID,TIMESTAMP\n300001,SESSION-300001,x\n300002,SESSION-300002,x\n"
    (settings.inbox_folder / "nightly.csv").write_text(rows)
    for number in (1, 2):
        (settings.inbox_folder / f"session-30000{number}.wav").write_bytes(b"RIFF")
    for path in settings.inbox_folder.iterdir():
        os.utime(path, (1, 1))
    found = intake.scan(settings, now=path.stat().st_ctime + 60)
    assert [(drop.audio.name, len(drop.records)) for drop in found.ready] == [
        ("session-300001.wav", 1),
        ("session-300002.wav", 1),
    ]
    assert [drop.conversation_id for drop in found.ready] == ["session-300001", "session-300002"]


def test_numeric_ids_of_json_find_their_recording(tmp_path: Path) -> None:
    """JSON may have the same id as a number; true is none."""
    settings = Settings(folder=tmp_path, ctr=CtrSettings(mapping="five9"))
    settings.inbox_folder.mkdir()
    rows = [{"CALL ID": 30000001, "SESSION ID": 30000001, "TIMESTAMP": "x"}, {"SESSION ID": True}]
    (settings.inbox_folder / "nightly.json").write_text(json.dumps(rows))
    (settings.inbox_folder / "30000001.wav").write_bytes(b"RIFF")
    for path in settings.inbox_folder.iterdir():
        os.utime(path, (1, 1))
    (found,) = intake.scan(settings, now=path.stat().st_ctime + 60).ready
    assert (found.conversation_id, len(found.records)) == ("30000001", 1)
