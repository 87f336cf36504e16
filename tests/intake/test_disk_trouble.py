"""Full disks and forbidden folders, for real: limits and rights of a child process."""

from __future__ import annotations

import json
import os
import resource
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from drops import CONVERSATION, claim_only, conversation, drop, files_in, finish_only, settings_for

from pca_pipeline import intake
from pca_pipeline.errors import LostFileError, StorageError
from pca_pipeline.settings import Settings
from pca_pipeline.transcript import read_transcript, write_transcript
from tests.factories import make_call

NOBODY = 65534


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A drop folder that any user may enter, with a call in it."""
    for folder in (tmp_path, *tmp_path.parents[:2]):
        folder.chmod(0o755)
    settings = settings_for(tmp_path / "calls")
    drop(settings, "5550100.wav", b"speech" * 100)
    drop(settings, "5550100.json", conversation(CONVERSATION))
    intake.status(settings)
    return settings


def storage_error_in_child(limit: Callable[[], None], work: Callable[[], object]) -> str:
    """The text of the StorageError that the work raises in a child process under the limit."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            limit()
            work()
        except StorageError as error:
            os.write(writing, str(error).encode())
            os._exit(0)
        except BaseException as error:
            os.write(writing, repr(error).encode())
        os._exit(1)
    os.close(writing)
    _, status = os.waitpid(child, 0)
    with os.fdopen(reading) as pipe:
        text = pipe.read()
    assert status == 0, text
    return text


def full_disk() -> None:
    """No file can grow any more."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))


def other_user() -> None:
    """A user without rights, where the tests run as root."""
    if os.geteuid() == 0:
        os.setgid(NOBODY)
        os.setuid(NOBODY)


def test_a_full_disk_when_a_call_is_taken(settings: Settings) -> None:
    """The call is in the inbox as before, and taken when there is space."""
    (found,) = intake.scan(settings).ready
    text = storage_error_in_child(full_disk, lambda: intake.claim(found, settings))
    assert "full" in text
    assert "5550100" not in text
    intake.stale(settings)
    assert len(finish_only(settings)) == 20
    assert files_in(settings.folder) == []


def test_a_full_disk_when_a_call_is_finished(settings: Settings) -> None:
    """The originals stay until the outputs are safe; the call is finished by the next sweep."""
    claim = claim_only(settings)
    (claim.out / "audio.wav").write_bytes(b"redacted")
    assert "full" in storage_error_in_child(full_disk, lambda: intake.finish(claim, settings))
    claim.lock.close()
    (again,) = intake.stale(settings)
    assert again.audio is not None
    assert again.audio.read_bytes() == b"speech" * 100


def test_a_full_disk_when_what_is_kept_of_a_call_is_written(settings: Settings) -> None:
    """It passes, and is no defect of the call."""
    claim = claim_only(settings)
    for work in (lambda: write_transcript(make_call().call, claim.out), lambda: intake.keep_legs(claim, [{"leg": 1}])):
        assert "full" in storage_error_in_child(full_disk, work)


@pytest.mark.parametrize("content", [None, '{"call_id": "de', "{}"], ids=["removed", "cut", "another"])
def test_a_transcript_that_was_lost_is_told(tmp_path: Path, content: str | None) -> None:
    """With its folder; a record that comes late waits among the failed calls for a person to restore it."""
    if content is not None:
        (tmp_path / "transcript.json").write_text(content)
    with pytest.raises(LostFileError, match=tmp_path.name):
        read_transcript(tmp_path)


@pytest.mark.parametrize("folder", ["inbox", "work", "done"])
def test_folders_without_rights(settings: Settings, folder: str) -> None:
    """The error names a folder and what to do; the call stays in the inbox and goes through when rights are given."""
    (found,) = intake.scan(settings).ready
    places = [settings.folder, *(path for path in settings.folder.rglob("*"))]
    for path in places:
        path.chmod(0o777 if path.is_dir() else 0o666)
    (settings.folder / folder).chmod(0o555)
    if folder == "done":
        (settings.done_folder / "ledger.sqlite").chmod(0o444)
        text = storage_error_in_child(
            other_user,
            lambda: intake.finish(intake.claim(found, settings), settings),  # type: ignore[arg-type]
        )
    else:
        text = storage_error_in_child(other_user, lambda: intake.claim(found, settings))
    assert f"calls/{folder}" in text
    assert "5550100" not in text
    for path in places:
        if path.exists():
            path.chmod(0o777 if path.is_dir() else 0o666)
    for claim in intake.stale(settings):
        intake.finish(claim, settings)
    if intake.scan(settings).ready:
        finish_only(settings)
    assert files_in(settings.folder) == []
    assert intake.status(settings).done == 1


def reasons_of_another_user(settings: Settings, closed: Path, mode: int) -> dict[str, str]:
    """What waits in the inbox and why, as a user sees it who may do everything but with one file or folder."""
    for path in (settings.folder, *settings.folder.rglob("*")):
        path.chmod(0o777 if path.is_dir() else 0o666)
    closed.chmod(mode)

    def look() -> None:
        waits = {item.path.name: item.reason.name for item in intake.scan(settings).waiting}
        raise StorageError(json.dumps(waits), "")

    return dict(json.loads(storage_error_in_child(other_user, look)))


def test_an_unreadable_recording_waits(settings: Settings) -> None:
    """The others are not held up by it."""
    assert reasons_of_another_user(settings, drop(settings, "x.wav"), 0) == {"x.wav": "UNREADABLE"}


@pytest.mark.parametrize("mode", [0o000, 0o444, 0o111], ids=["closed", "listed only", "passed only"])
def test_an_unreadable_folder_waits(settings: Settings, mode: int) -> None:
    """Such as the lost+found of a file system of its own: the others are not held up by it."""
    folder = drop(settings, "deep/lost+found/x.wav").parent
    assert reasons_of_another_user(settings, folder, mode) == {"lost+found": "UNREADABLE"}


def test_a_ledger_that_is_none(settings: Settings) -> None:
    """A damaged ledger stops the sweep before anything is taken."""
    (settings.done_folder / "ledger.sqlite").write_bytes(b"no database" * 1000)
    with pytest.raises(StorageError, match="ledger"):
        intake.scan(settings)
    assert len(files_in(settings.inbox_folder)) == 2
