"""Kill a real process at every step it takes on the file system, and let the next sweep go on."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from drops import (
    CONVERSATION,
    OTHER_CONVERSATION,
    OTHER_RECORDING,
    RECORDING,
    conversation,
    drop,
    files_in,
    metadata,
    settings_for,
)

from pca_pipeline import intake
from pca_pipeline.errors import AudioError, FileBusyError, ProcessDiedError
from pca_pipeline.settings import Settings

STEPS = {"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "fcntl.flock", "sqlite3.connect"}
SHARED_MEMORY = Path("/dev/shm")  # in memory, so that a hundred sweeps take seconds
SPOKEN = (b"first half", b"second half", b"other", b"alone", b"broken")


def fill(settings: Settings) -> None:
    """Two recordings of a conversation and one of another, with one record of both; one alone and once more, one that
    fails, a record that is none.
    """
    for name, content, recording_id in (("a", SPOKEN[0], RECORDING), ("b", SPOKEN[1], OTHER_RECORDING)):
        drop(settings, f"{name}.wav", content)
        drop(settings, f"{name}.wav_metadata.json", metadata(recording_id, CONVERSATION))
    drop(settings, f"{OTHER_CONVERSATION}.wav", SPOKEN[2])
    drop(settings, "detail.json", conversation(CONVERSATION, OTHER_CONVERSATION))
    drop(settings, "c.wav", SPOKEN[3])
    drop(settings, "d/c again.wav", SPOKEN[3])
    drop(settings, "e.wav", SPOKEN[4])
    drop(settings, "text.json", "no record")


def sweep(settings: Settings) -> None:
    """What the pipeline does with a drop folder, with copying for speech recognition."""
    for claim in intake.stale(settings):
        process(claim, settings)
    found = intake.scan(settings)
    for rejected in found.rejected:
        intake.reject(rejected, settings)
    for item in (*found.late, *found.ready):
        try:
            claim = intake.claim(item, settings)
        except FileBusyError:
            continue
        if isinstance(claim, intake.Claim):
            process(claim, settings)


def process(claim: intake.Claim, settings: Settings) -> None:
    """Leave an output that says what it was made from, and a sealed original; fail the broken recording."""
    if claim.audio is not None and claim.audio.read_bytes() == b"broken":
        intake.fail(claim, AudioError("Broken.", "Mend it."), "audio", settings)
        return
    if claim.audio is not None:
        (claim.out / "audio").write_bytes(b"redacted " + claim.audio.read_bytes())
        (claim.out / "records").write_text(str(len(claim.records)))
        (claim.out / "sealed").mkdir()
        (claim.out / "sealed" / f"{claim.call_id}.wav.sealed").write_bytes(b"sealed " + claim.audio.read_bytes())
    intake.finish(claim, settings)


def killed_at(step: int, work: Callable[[], None]) -> bool:
    """Run the work in a child that gets SIGKILL before its n-th step; False if it ended before that."""
    child = os.fork()
    if child == 0:
        steps = 0

        def count(event: str, _: object) -> None:
            nonlocal steps
            steps += event in STEPS
            if event in STEPS and steps == step:
                os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(count)
        try:
            work()
        except BaseException:
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    assert code in (0, -signal.SIGKILL)
    return code != 0


def inputs(settings: Settings) -> Counter[bytes]:
    """Contents of all original recordings that are anywhere in the folders."""
    folders = {settings.folder, settings.inbox_folder}
    paths = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    return Counter(c for path in set(paths) if (c := path.read_bytes()) in SPOKEN)


def outputs(settings: Settings) -> dict[bytes, str]:
    """What every finished recording was made from, with the number of its records."""
    found = {p.read_bytes(): (p.parent / "records").read_text() for p in settings.done_folder.rglob("audio")}
    assert len(found) == len(list(settings.done_folder.rglob("audio")))
    return found


def sealed(settings: Settings) -> set[bytes]:
    """What the sealed originals were made from."""
    return {path.read_bytes() for path in settings.sealed_folder.rglob("*.sealed")}


FINISHED = {b"redacted first half": "2", b"redacted second half": "2", b"redacted other": "1", b"redacted alone": "0"}


def check_after_kill(settings: Settings, across: bool) -> None:
    """Nothing is lost and nothing doubled: a copy is on its way only where there is no rename."""
    left, done = inputs(settings), {path.read_bytes() for path in settings.done_folder.rglob("audio")}
    for content in SPOKEN:
        assert left[content] >= 1 or {b"redacted " + content, b"sealed " + content} <= done | sealed(settings)
        assert left[content] <= (2 if content == b"alone" else 1) + across


def check_in_the_end(settings: Settings) -> None:
    """Every call finished once with its records, the broken one and the bad record set aside, nothing else left."""
    assert outputs(settings) == FINISHED
    assert sealed(settings) == {made.replace(b"redacted", b"sealed") for made in FINISHED}
    assert inputs(settings) == {b"broken": 1}
    assert files_in(settings.work_folder) == []
    assert files_in(settings.inbox_folder) == []
    assert sorted(f for failure in intake.failures(settings) for f in failure.files) == ["e.wav", "text.json"]


@pytest.mark.parametrize("across", [False, True], ids=["one file system", "two file systems"])
def test_killed_anywhere_the_next_sweeps_finish(tmp_path: Path, across: bool) -> None:
    """At the steps of a whole sweep, from the first to the last."""
    memory = SHARED_MEMORY if SHARED_MEMORY.is_dir() else tmp_path
    if across and memory.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("only one file system is to hand")
    step, killed = 1, True
    while killed:
        with tempfile.TemporaryDirectory(dir=memory) as fast, tempfile.TemporaryDirectory(dir=tmp_path) as slow:
            settings = settings_for(Path(slow if across else fast) / "calls", inbox=Path(fast) / "inbox")
            fill(settings)
            killed = killed_at(step, lambda settings=settings: sweep(settings))
            check_after_kill(settings, across)
            for _ in range(2):
                sweep(settings)
            check_in_the_end(settings)
        step += 1 + step // (3 if across else 15)  # ever fewer: later calls repeat the steps of the earlier
    assert step > 80


def test_originals_of_a_finished_call_never_come_back(tmp_path: Path) -> None:
    """At every single step of one call: once it is in the ledger, the next sweep only deletes."""
    step, killed = 1, True
    while killed:
        with tempfile.TemporaryDirectory(dir=SHARED_MEMORY if SHARED_MEMORY.is_dir() else tmp_path) as folder:
            settings = settings_for(Path(folder) / "calls")
            drop(settings, "c.wav", b"alone")
            killed = killed_at(step, lambda settings=settings: sweep(settings))
            finished = intake.status(settings).done
            claims = intake.stale(settings)
            assert not (finished and claims)
            assert inputs(settings)[b"alone"] == 1 - intake.status(settings).done
        step += 1
    assert step > 40


def test_a_process_that_dies_every_time_is_stopped(tmp_path: Path) -> None:
    """A recording that brings the process down goes to the failed calls after `max_attempts`."""
    settings = settings_for(tmp_path, max_attempts=3)
    drop(settings, "x.wav")
    (found,) = intake.scan(settings).ready
    assert killed_at(10_000, lambda: os.kill(os.getpid(), signal.SIGKILL) if intake.claim(found, settings) else None)
    for attempt in (2, 3):
        for _ in range(2):  # a claim that was taken up and not resumed has no attempt behind it
            (claim,) = intake.stale(settings)
            assert claim.attempt == attempt
            claim.lock.close()
        intake.resume(claim)
    assert intake.stale(settings) == ()
    (failure,) = intake.failures(settings)
    assert (failure.error, failure.attempt, failure.files) == ("InternalError", 3, ("x.wav",))
    assert failure.message.startswith("In 3 of 3 attempts")


@pytest.mark.parametrize(("deaths", "error"), [(0, "ProcessDiedError"), (1, "InternalError")])
def test_deaths_are_told_from_errors(tmp_path: Path, deaths: int, error: str) -> None:
    """Two errors that may pass, and a death or none before somebody allows no more attempts."""
    settings = settings_for(tmp_path, max_attempts=4)
    drop(settings, "x.wav")
    (found,) = intake.scan(settings).ready
    claim = intake.claim(found, settings)
    for _ in range(2):
        assert isinstance(claim, intake.Claim)
        intake.fail(claim, ProcessDiedError("It died.", "See to its memory."), "audio", settings)
        (claim,) = intake.stale(settings)
    if deaths:
        intake.resume(claim)
    claim.lock.close()
    assert intake.stale(settings_for(tmp_path, max_attempts=2)) == ()
    (failure,) = intake.failures(settings)
    assert failure.error == error
    assert not deaths or failure.message.startswith("In 1 of 3 attempts")


def test_a_living_process_keeps_its_claim(tmp_path: Path) -> None:
    """However long it takes, from another process, too."""
    settings = settings_for(tmp_path)
    drop(settings, "x.wav")
    (found,) = intake.scan(settings).ready
    claim = intake.claim(found, settings)
    assert isinstance(claim, intake.Claim)
    assert intake.stale(settings) == ()
    child = os.fork()
    if child == 0:
        os._exit(len(intake.stale(settings)))
    assert os.waitpid(child, 0)[1] == 0
    claim.lock.close()
    assert len(intake.stale(settings)) == 1
