from __future__ import annotations

import json
from pathlib import Path

import pytest

from pca_pipeline.call import Timeline
from pca_pipeline.ctr import read_record
from pca_pipeline.errors import StorageError
from pca_pipeline.settings import Settings
from tests.ctr.genesys_records import agent, conversation, customer, media, recording, segment, write

TALK = conversation(customer(0, 60), agent("user-1", segment("interact", 0, 60)))


def keep(folder: Path) -> Path:
    """What a first record kept about its recording, from second ten of the conversation to its end."""
    kept = folder / "recording-call.json"
    told = read_record(write(folder, media(10, 60, recordingId="Trunk-1")), recording(50), Settings()).media
    kept.write_text(json.dumps(told), encoding="utf-8")
    return kept


def late(folder: Path, kept: Path, *documents: object) -> Timeline:
    """The timeline of a record that arrives later."""
    return read_record(write(folder, *documents), recording(50), Settings(), kept_media=kept).timeline


def test_the_name_of_the_file_that_told_it_is_not_kept(tmp_path: Path) -> None:
    """People choose file names, and they may name a caller."""
    assert "record-0" not in keep(tmp_path).read_text(encoding="utf-8")


@pytest.mark.parametrize("id_", ["Trunk-1", "TRUNK-1"])
def test_a_recording_that_is_told_again_counts_as_told_now(tmp_path: Path, id_: str) -> None:
    """Exports differ in the case of ids."""
    kept = keep(tmp_path)
    assert late(tmp_path, kept, TALK).recording_id == "Trunk-1"
    again = late(tmp_path, kept, TALK, media(5, 55, recordingId=id_))
    assert again.recording_id == id_
    assert [(one.start, one.end) for one in again.intervals if one.kind.value == "talk"] == [(0, 50)]
    assert again.notes == ()


@pytest.mark.parametrize("content", [b"", b'{"id": "June Oak', b'{"id": {"name": "June Oakley"}}', b"\xff"])
def test_a_damaged_file_is_named(tmp_path: Path, content: bytes) -> None:
    """With what to do, and without its content."""
    kept = keep(tmp_path)
    kept.write_bytes(content)
    with pytest.raises(StorageError, match=kept.name) as raised:
        late(tmp_path, kept, TALK)
    assert "June" not in str(raised.value) and raised.value.__cause__ is None and raised.value.__suppress_context__
