from __future__ import annotations

import json
from pathlib import Path

import pytest
from drops import CONVERSATION, claim_only, conversation, drop, files_in, finish_only, settings_for

from pca_pipeline import intake
from pca_pipeline.errors import AudioError, LostFileError, PcaError, ProcessDiedError, StorageError
from pca_pipeline.settings import Settings

PERMANENT = AudioError("The recording has 5 channels.", "Export it as stereo.")
PASSING = ProcessDiedError("The process died.", "See to its memory.")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Files are taken at once."""
    return settings_for(tmp_path / "calls")


def failed(settings: Settings, error: PcaError = PERMANENT) -> tuple[str, Path]:
    """The one ready call, failed for good: its id and its folder."""
    claim = claim_only(settings)
    (claim.out / "half.wav").write_bytes(b"unredacted, perhaps")
    return claim.call_id, intake.fail(claim, error, "audio", settings)


def test_a_failed_call_keeps_its_files_and_its_reason(settings: Settings) -> None:
    """Input under its own names, half-made outputs gone, a reason and a way out for a person."""
    drop(settings, "a/x.wav", b"speech")
    drop(settings, "a/x.json", conversation(CONVERSATION))
    call_id, folder = failed(settings)
    assert folder == settings.failed_folder / call_id
    assert sorted(path.name for path in folder.iterdir()) == ["error.json", "input"]
    assert files_in(folder / "input") == ["a/x.json", "a/x.wav"]
    reason = json.loads((folder / "error.json").read_text())
    assert {key: reason[key] for key in ("call_id", "stage", "error", "message", "hint", "retryable", "attempt")} == {
        "call_id": call_id,
        "stage": "audio",
        "error": "AudioError",
        "message": PERMANENT.message,
        "hint": PERMANENT.hint,
        "retryable": False,
        "attempt": 1,
    }
    assert sorted(reason["files"]) == ["a/x.json", "a/x.wav"]
    assert f"pca retry {call_id}" in reason["retry"]
    assert files_in(settings.work_folder) == []
    (listed,) = intake.failures(settings)
    assert (listed.call_id, listed.error, listed.stage) == (call_id, "AudioError", "audio")


def test_a_number_in_a_files_name_is_not_told(settings: Settings) -> None:
    """Recorders name files after callers: the reason tells neither the names' nor the message's number."""
    drop(settings, "+1 415 555 0123/20260105T100000_4155550123.wav")
    _, folder = failed(settings, AudioError("The recording '4155550123.wav' is empty.", "Export it again."))
    reason = json.loads((folder / "error.json").read_text())
    assert reason["files"] == ["[number]/20260105T100000_[number].wav"]
    assert reason["message"] == "The recording '[number].wav' is empty."
    assert files_in(folder / "input") == ["+1 415 555 0123/20260105T100000_4155550123.wav"]


def test_a_retry_goes_through(settings: Settings) -> None:
    """After the cause is mended the call is taken with its record and its old names, and finished."""
    drop(settings, "a/x.wav", b"broken")
    drop(settings, "a/x.json", conversation(CONVERSATION))
    call_id, folder = failed(settings)
    (folder / "input" / "a" / "x.wav").write_bytes(b"mended")
    assert intake.retry(settings, [call_id]) == (call_id,)
    assert intake.failures(settings) == ()
    claim = claim_only(settings)
    assert {file.name for file in claim.files} == {"a/x.wav", "a/x.json"}
    assert claim.attempt == 1
    intake.finish(claim, settings)
    assert files_in(settings.folder) == []
    assert (folder / "error.json").exists()


def test_what_stays_of_a_failure_names_no_file(settings: Settings) -> None:
    """A caller's name in a file's name is told as long as the file lies beside it, and no longer."""
    drop(settings, "calls of May/Bogdan Ostrowski.wav")
    call_id, folder = failed(settings, AudioError("The recording 'Bogdan Ostrowski.wav' is empty.", "Export it again."))
    assert intake.failures(settings)[0].files == ("calls of May/Bogdan Ostrowski.wav",)
    intake.retry(settings, [call_id])
    assert "Bogdan" not in (folder / "error.json").read_text()
    assert json.loads((folder / "error.json").read_text())["message"] == "The recording '[file]' is empty."


def test_a_retry_may_go_without_the_record(settings: Settings) -> None:
    """A person may remove a file of a failed call."""
    drop(settings, "x.wav")
    drop(settings, "x.json", conversation(CONVERSATION))
    _, folder = failed(settings)
    (folder / "input" / "x.json").unlink()
    intake.retry(settings)
    assert claim_only(settings).records == ()


def test_every_failure_is_kept(settings: Settings) -> None:
    """A second failure of the same call does not overwrite the first, nor a third the second."""
    drop(settings, "x.wav", b"speech")
    call_id, first = failed(settings)
    intake.retry(settings)
    _, second = failed(settings)
    drop(settings, "x.wav", b"speech")
    _, third = failed(settings)
    assert [path.name for path in (first, second, third)] == [call_id, f"{call_id}-2", f"{call_id}-3"]
    assert all((path / "error.json").exists() for path in (first, second, third))
    assert not (first / "input").exists()
    assert intake.retry(settings) == (call_id,)
    assert len(intake.scan(settings).ready) == 2


def test_a_retry_touches_only_what_was_asked(settings: Settings) -> None:
    """And leaves new files of the same name in the inbox alone."""
    ids = []
    for content in (b"1", b"2"):
        drop(settings, "x.wav", content)
        ids.append(failed(settings)[0])
    drop(settings, "x.wav", b"3")
    assert intake.retry(settings, [ids[1], "nonsense"]) == (ids[1],)
    assert [failure.call_id for failure in intake.failures(settings)] == [ids[0]]
    assert sorted(found.audio.read_bytes() for found in intake.scan(settings).ready) == [b"2", b"3"]


@pytest.mark.parametrize("error", [PASSING, LostFileError("transcript.json is damaged.", "Restore it.")])
def test_passing_errors_are_tried_again_by_themselves(settings: Settings, error: PcaError) -> None:
    """Until `max_attempts`; then a person sees all that happened."""
    drop(settings, "x.wav")
    claim = claim_only(settings)
    for attempt in (1, 2):
        assert claim.attempt == attempt
        assert intake.fail(claim, error, "staging", settings) == claim.folder
        assert intake.failures(settings) == ()
        (claim,) = intake.stale(settings)
    folder = intake.fail(claim, error, "staging", settings)
    assert folder.parent == settings.failed_folder
    reason = json.loads((folder / "error.json").read_text())
    assert (reason["attempt"], [item["attempt"] for item in reason["earlier"]]) == (3, [1, 2])
    assert intake.stale(settings) == ()


def test_a_full_disk_uses_up_no_attempt(settings: Settings) -> None:
    """However many sweeps it lasts, the call waits in work, and has all its attempts when there is space again."""
    drop(settings, "x.wav")
    claim = claim_only(settings)
    for _ in range(settings.intake.max_attempts + 2):
        assert claim.attempt == 1
        assert intake.fail(claim, StorageError("The disk is full.", "Free space."), "staging", settings) == claim.folder
        (claim,) = intake.stale(settings)
        intake.resume(claim)
    assert intake.fail(claim, PASSING, "staging", settings) == claim.folder
    (claim,) = intake.stale(settings)
    assert claim.attempt == 2
    claim.lock.close()


@pytest.mark.parametrize("name", ["x.json", "notes.txt", "empty.wav"])
def test_rejected_files_are_set_aside_and_can_come_back(settings: Settings, name: str) -> None:
    """With the reason; mended, they are taken like any other."""
    drop(settings, name, b"" if name == "empty.wav" else b"no record")
    (rejected,) = intake.scan(settings).rejected
    folder = intake.reject(rejected, settings)
    assert files_in(folder / "input") == [name]
    assert intake.scan(settings) == intake.Scan()
    assert json.loads((folder / "error.json").read_text())["stage"] == "intake"
    intake.retry(settings)
    assert len(intake.scan(settings).rejected) == 1


def test_a_mended_record_finds_its_finished_call(settings: Settings) -> None:
    """A record that was not JSON, sent back: its call went on without and takes it late."""
    drop(settings, "x.wav")
    drop(settings, "x.json", "not JSON")
    found = intake.scan(settings)
    folder = intake.reject(found.rejected[0], settings)
    call_id = finish_only(settings)
    (folder / "input" / "x.json").write_text(json.dumps(conversation(CONVERSATION)))
    intake.retry(settings)
    assert [late.call_id for late in intake.scan(settings).late] == [call_id]


@pytest.mark.parametrize("content", [None, '{"call_id": ,}', "[]", "\xff"], ids=["removed", "cut", "list", "bytes"])
def test_a_reason_that_cannot_be_read(settings: Settings, content: str | None) -> None:
    """A failed call is listed and sent back even without it."""
    drop(settings, "x.wav")
    call_id, folder = failed(settings)
    (folder / "error.json").unlink()
    if content is not None:
        (folder / "error.json").write_text(content, encoding="latin-1")
    (listed,) = intake.failures(settings)
    assert (listed.call_id, listed.error) == (call_id, "unknown")
    assert [one.call_id for one in intake.unfinished(settings)] == [call_id]
    assert intake.retry(settings) == (call_id,)
    assert not (folder / "error.json").exists()
