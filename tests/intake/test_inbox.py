from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from drops import CONVERSATION, conversation, drop, metadata, names, settings_for

from pca_pipeline import intake
from pca_pipeline.errors import AudioError, RecordError, SetupError, StorageError
from pca_pipeline.intake import Reason
from pca_pipeline.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Production's waits."""
    return settings_for(tmp_path / "calls", stable_seconds=10, record_wait_seconds=900)


def reasons(found: intake.Scan, settings: Settings) -> dict[str, Reason]:
    """Reasons to wait, by name."""
    return {str(item.path.relative_to(settings.inbox_folder)): item.reason for item in found.waiting}


def test_an_inbox_that_is_not_there_is_made(settings: Settings) -> None:
    """The first sweep of a new installation finds nothing and makes private folders."""
    assert intake.scan(settings) == intake.Scan()
    assert settings.inbox_folder.stat().st_mode & 0o777 == 0o700
    assert settings.folder.stat().st_mode & 0o777 == 0o700


def test_a_named_inbox_must_be_there(tmp_path: Path) -> None:
    """A mount that is missing is not an empty inbox."""
    with pytest.raises(StorageError, match="not there"):
        intake.scan(settings_for(tmp_path / "calls", inbox=tmp_path / "mnt" / "drop"))


@pytest.mark.parametrize(("age", "ready"), [(0, False), (9.5, False), (10.5, True)])
def test_files_are_taken_when_they_rest(settings: Settings, age: float, ready: bool) -> None:
    """A recording with its record is ready once neither changed for `stable_seconds`."""
    drop(settings, "x.wav")
    drop(settings, "x.json", conversation(CONVERSATION))
    found = intake.scan(settings, now=time.time() + age)
    assert bool(found.ready) is ready
    assert set(reasons(found, settings).values()) == (set() if ready else {Reason.BUSY})


def test_a_growing_file_waits(settings: Settings) -> None:
    """Every write starts the wait again, even when the writer sets the file's date to the past."""
    path = drop(settings, "x.wav")
    past = time.time() - 3600
    with path.open("ab") as file:
        file.write(b"more")
    os.utime(path, (past, past))
    assert reasons(intake.scan(settings), settings) == {"x.wav": Reason.BUSY}


@pytest.mark.parametrize(
    "name", ["x.wav.part", "x.wav.tmp", "x.wav~", ".x.wav.A7f2", "~x.wav", "x.wav.filepart", "X.WAV.CRDOWNLOAD"]
)
def test_unfinished_names_wait(settings: Settings, name: str) -> None:
    """Uploaders rename when they are done, however long that takes."""
    drop(settings, name)
    assert reasons(intake.scan(settings, now=time.time() + 1e6), settings) == {name: Reason.TEMPORARY}


def test_a_recording_waits_for_its_record_and_then_goes_without(settings: Settings) -> None:
    """For `record_wait_seconds` from its arrival."""
    drop(settings, "x.wav")
    assert reasons(intake.scan(settings, time.time() + 800), settings) == {"x.wav": Reason.RECORD}
    (ready,) = intake.scan(settings, time.time() + 1000).ready
    assert ready.records == ()


def test_metadata_alone_is_not_the_record(settings: Settings) -> None:
    """The recording's own metadata does not say who spoke: the conversation's record is waited for."""
    drop(settings, "x.wav")
    drop(settings, "x.wav_call_metadata.json", metadata("r", CONVERSATION))
    found = intake.scan(settings, time.time() + 100)
    assert set(reasons(found, settings).values()) == {Reason.RECORD}
    (ready,) = intake.scan(settings, time.time() + 1000).ready
    assert len(ready.records) == 1


def test_a_record_waits_for_its_recording(settings: Settings) -> None:
    """As long as it takes."""
    drop(settings, "x.json", conversation(CONVERSATION))
    assert reasons(intake.scan(settings, time.time() + 1e7), settings) == {"x.json": Reason.RECORDING}


@pytest.mark.parametrize(("days", "age", "given_up"), [(None, 900, False), (30, 29, False), (30, 31, True)])
def test_a_record_whose_recording_never_comes(
    settings: Settings, days: float | None, age: float, given_up: bool
) -> None:
    """It is given up after `orphan_days`, whatever it holds; one whose recording is there, or just comes, is not."""
    settings = settings.model_copy(update={"intake": settings.intake.model_copy(update={"orphan_days": days})})
    drop(settings, "lost.json", conversation(CONVERSATION))
    drop(settings, "unknown.json", {"hello": "world"})
    drop(settings, "x.wav")
    drop(settings, "x.json", conversation("0d3ab1c6-1111-4222-8333-444455556666"))
    drop(settings, "y.json", conversation("0d3ab1c6-1111-4222-8333-444455557777"))
    now = time.time() + age * 86400
    os.utime(drop(settings, "y.wav"), (now, now))  # is being written
    found = intake.scan(settings, now=now)
    lost = {"lost.json", "unknown.json"}
    assert {one.path.name for one in found.rejected} == (lost if given_up else set())
    assert set(reasons(found, settings)) == {"y.wav", "y.json"} | (set() if given_up else lost)
    assert [one.audio.name for one in found.ready if one.audio] == ["x.wav"]


def test_a_recording_waits_while_its_record_is_written(tmp_path: Path) -> None:
    """Even past the wait for a record: it is on its way."""
    settings = settings_for(tmp_path / "calls", stable_seconds=0, record_wait_seconds=0)
    drop(settings, "x.wav")
    drop(settings, "x.json.part", "{")
    drop(settings, ".hidden.json", "{")
    assert names([item.audio for item in intake.scan(settings).ready], settings) == ["x.wav"]
    drop(settings, "x.json", conversation(CONVERSATION))
    busy = settings_for(tmp_path / "calls", stable_seconds=10, record_wait_seconds=0)
    later = time.time() + 20
    os.utime(settings.inbox_folder / "x.json", (later - 1, later - 1))
    assert reasons(intake.scan(busy, later), busy)["x.wav"] is Reason.BUSY


@pytest.mark.parametrize(
    ("name", "content", "error"),
    [
        ("empty.wav", b"", AudioError),
        ("empty.json", b"", RecordError),
        ("text.json", b"hello", RecordError),
        ("half.json", b'{"conversationId": "x", ', RecordError),
        ("number.json", b"42", RecordError),
        ("nothing.json", b"[]", RecordError),
        ("deep.json", b"[" * 200_000, RecordError),
        ("latin.json", b'{"name": "\xe9"}', RecordError),
        ("notes.txt", b"hello", AudioError),
        ("video.mp4", b"hello", AudioError),
        ("noname", b"hello", AudioError),
    ],
)
def test_what_can_never_be_a_call_is_rejected(
    settings: Settings, name: str, content: bytes, error: type[Exception]
) -> None:
    """Once complete, with an error that names it; the file stays until it is set aside."""
    drop(settings, name, content)
    assert intake.scan(settings).rejected == ()
    (rejected,) = intake.scan(settings, time.time() + 11).rejected
    assert type(rejected.error) is error
    assert name in rejected.error.message
    assert "beside it" not in rejected.error.hint
    assert rejected.path.exists()


def test_an_empty_recording_takes_its_record_along(settings: Settings) -> None:
    """Otherwise the record would wait forever."""
    drop(settings, "x.wav", b"")
    record = drop(settings, "x.json", conversation(CONVERSATION))
    found = intake.scan(settings, time.time() + 11)
    assert found.rejected[0].records == (record,)
    assert "beside it" in found.rejected[0].error.hint  # dropped without it, the call would have no record
    assert found.waiting == ()


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + b'{"conversationId": "x", "participants": []}',
        '{"conversationId": "x", "participants": []}'.encode("utf-16"),
        b'{"conversationId": "x",\n "participants": []}\n',
        b'{"conversationId": "x", "participants": []}\n\n{"conversationId": "y", "participants": []}\n',
        b'[{"conversationId": "x", "participants": []}]',
        b'{"conversations": [{"conversationId": "x", "participants": []}], "totalHits": 1}',
    ],
)
def test_records_of_any_layout_are_read(settings: Settings, content: bytes) -> None:
    """Byte order marks, UTF-16, JSON lines, lists, wrappers."""
    drop(settings, "some.json", content)
    drop(settings, "x.wav")
    (ready,) = intake.scan(settings, time.time() + 11).ready
    assert len(ready.records) == 1


def test_links_and_devices_stay(settings: Settings, tmp_path: Path) -> None:
    """Moving a link would leave the speech where it is: it waits, with the reason."""
    target = tmp_path / "elsewhere.wav"
    target.write_bytes(b"audio")
    settings.inbox_folder.mkdir(parents=True)
    (settings.inbox_folder / "link.wav").symlink_to(target)
    os.mkfifo(settings.inbox_folder / "pipe.wav")
    found = reasons(intake.scan(settings, time.time() + 1e6), settings)
    assert found == {"link.wav": Reason.SPECIAL, "pipe.wav": Reason.SPECIAL}


@pytest.mark.parametrize("inbox", [".", "..", "calls", "link", "calls/work", "calls/done/2026-03-02", "calls/sealed"])
def test_an_inbox_among_the_pipelines_own_files_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, inbox: str
) -> None:
    """Its database would be set aside as no recording, and redacted audio be taken for new calls; links hide nothing."""
    calls = tmp_path / "calls"
    calls.mkdir()
    (tmp_path / "link").symlink_to(calls, target_is_directory=True)
    (tmp_path / inbox).mkdir(parents=True, exist_ok=True)
    monkeypatch.chdir(tmp_path)
    for folder in (calls, Path("calls")):
        with pytest.raises(SetupError, match="drop folder"):
            intake.scan(settings_for(folder, inbox=tmp_path / inbox))
    assert not (calls / "done" / "ledger.sqlite").exists()


@pytest.mark.parametrize("inbox", ["calls/inbox", "calls/drops", "drops", "calls-inbox"])
def test_an_inbox_of_its_own_may_lie_anywhere(tmp_path: Path, inbox: str) -> None:
    """Beside the calls folder, or in it."""
    settings = settings_for(tmp_path / "calls", inbox=tmp_path / inbox)
    drop(settings, "x.wav")
    assert names([item.audio for item in intake.scan(settings).ready], settings) == ["x.wav"]


def test_nothing_found_shows_a_file_name(settings: Settings) -> None:
    """Names of files hold telephone numbers; what is logged of a scan does not."""
    for name in ("5550100.wav", "5550100.json", "5550101.txt", "5550102.json", "5550103.wav"):
        content = conversation("c-1") if name == "5550100.json" else None
        drop(settings, name, content)
    later = time.time() + 1e4
    found = intake.scan(settings, later)
    assert (len(found.ready), len(found.rejected)) == (2, 2)
    shown = repr((found.ready, found.waiting, found.late)) + repr(intake.scan(settings).waiting)
    assert "55501" not in shown


def test_a_full_inbox_is_looked_at_quickly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """4,000 files take well under 4 s; a second look reads no record again, and no look reads audio."""
    settings = settings_for(tmp_path / "calls")
    for number in range(2000):
        drop(settings, f"call {number}.wav")
        drop(settings, f"call {number}.json", conversation(f"c-{number}", fill=["x"] * 1000))
    started = time.process_time()
    assert len(intake.scan(settings).ready) == 2000
    assert time.process_time() - started < 4
    monkeypatch.setattr(Path, "read_bytes", lambda path: pytest.fail(f"read {path} again"))
    assert len(intake.scan(settings).ready) == 2000
