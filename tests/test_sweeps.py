"""What a sweep does when something around it goes wrong: nothing is heard here, so it takes no model."""

from __future__ import annotations

import base64
import os
from collections.abc import Callable, Generator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import soundfile

from pca_pipeline import doctor, intake, pii, pipeline, speech, warehouse
from pca_pipeline.call import SpeechStats, Transcript, Word
from pca_pipeline.errors import AudioError, StorageError
from pca_pipeline.pii import Vault
from pca_pipeline.pipeline import Sweep
from pca_pipeline.settings import Settings
from pca_pipeline.steps import Steps, nobody_watches
from pca_pipeline.transcript import read_transcript
from tests.factories import make_call


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An empty calls folder that takes files at once."""
    return Settings(folder=tmp_path / "calls", intake={"stable_seconds": 0, "record_wait_seconds": 0})


def conclude(settings: Settings) -> pipeline.SweepReport:
    """The end of a sweep in which there was nothing to do."""
    return pipeline.conclude(Sweep((), 0, 0, datetime.now(UTC)), (), settings)


def published(settings: Settings) -> list[tuple[object, ...]]:
    """Calls and failures that readers see."""
    with warehouse.open_readonly(settings) as connection:
        return connection.execute("select call_id from calls union all select call_id from failures").fetchall()


def test_killed_before_it_published_the_next_sweep_does(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Calls that are in the database are not kept from readers until another call comes."""
    warehouse.stage(make_call("first"), settings.staged_folder)
    conclude(settings)
    warehouse.stage(make_call("second"), settings.staged_folder)

    def killed(_settings: Settings) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(warehouse, "publish_news", killed)
        conclude(settings)
    assert published(settings) == [("first",)]
    conclude(settings)
    assert published(settings) == [("first",), ("second",)]


def test_a_sweep_of_failures_alone_is_published(settings: Settings) -> None:
    """`pca ask what-failed` answers before another call succeeds."""
    conclude(settings)
    warehouse.record_failure(settings, intake.Failure.of("bad", AudioError("empty.", "Drop it again."), "audio"))
    conclude(settings)
    assert published(settings) == [("bad",)]


def test_a_broken_staged_file_is_reported(settings: Settings) -> None:
    """A call that is in no table is counted, and the sweep does not pass for one in which all went well."""
    path = warehouse.stage(make_call("first"), settings.staged_folder)
    path.write_bytes(b"")
    report = conclude(settings)
    assert (report.counts()["unreadable"], report.whole) == (1, False)
    assert conclude(settings).whole


def test_a_staged_file_that_cannot_be_read_now_delays_its_call_alone(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The others are loaded, and the report says that some wait."""
    path = warehouse.stage(make_call("first"), settings.staged_folder)
    warehouse.stage(make_call("second"), settings.staged_folder)
    read = Path.read_bytes
    with monkeypatch.context() as patched:
        patched.setattr(Path, "read_bytes", lambda one: read(one.parent if one == path else one))  # an OSError
        report = conclude(settings)
    assert (report.loaded, report.unreadable, report.delayed) == (1, 0, "1 staged files cannot be read now.")
    assert conclude(settings).loaded == 1


def dropped(settings: Settings, *names: str) -> None:
    """Files that are no audio, whatever their names say."""
    settings.inbox_folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (settings.inbox_folder / name).write_bytes(f"RIFF {name}".encode())


def test_a_rejected_file_that_moves_away_ends_no_sweep(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """An upload that was renamed after the look into the inbox; the calls beside it are taken."""
    dropped(settings, "good.wav", "half.upload")
    scan = intake.scan

    def and_then_it_moves(settings: Settings) -> intake.Scan:
        found = scan(settings)
        (settings.inbox_folder / "half.upload").rename(settings.inbox_folder / "whole.wav")
        return found

    monkeypatch.setattr(intake, "scan", and_then_it_moves)
    sweep = pipeline.begin(settings)
    assert (len(sweep.items), sweep.rejected) == (1, 0)


def full_disk(*_arguments: object) -> None:
    """Whatever was to be written."""
    raise StorageError("The disk is full.", "Free space.")


def defect(*_arguments: object) -> None:
    """An error that nobody foresaw, with something in it that must not be told."""
    raise ValueError("John Smith")


@pytest.mark.parametrize("trouble", [full_disk, defect])
@pytest.mark.parametrize(
    ("module", "name", "statuses"),
    [
        (intake, "claim", ["retry", "failed"]),
        (intake, "fail", ["retry", "failed"]),
        (warehouse, "record_failure", ["failed", "failed"]),
    ],
)
def test_trouble_with_one_call_leaves_the_others_alone(
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    trouble: Callable[..., None],
    module: ModuleType,
    name: str,
    statuses: list[str],
) -> None:
    """A full disk when the first of two that are heard together is taken or set aside: the second has its outcome."""
    dropped(settings, "a.wav", "b.wav")
    sweep = pipeline.begin(settings)
    real = getattr(module, name)
    first = iter([trouble])
    monkeypatch.setattr(module, name, lambda *arguments: next(first, real)(*arguments))
    outcomes = pipeline.process_together(sweep.items, settings, pipeline.Tools(None, None))  # type: ignore[arg-type]
    assert [outcome.status for outcome in outcomes] == statuses
    assert "John Smith" not in caplog.text
    assert caplog.records


@pytest.mark.parametrize("deadly", ["a.wav", "b.wav", "c.wav"])
def test_a_call_that_ends_its_process_takes_no_other_along(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, deadly: str
) -> None:
    """Of three that are heard together, whichever it is: it goes to the failed calls, and the others are finished."""
    settings = settings.model_copy(update={"speech": settings.speech.model_copy(update={"calls_at_once": 3})})
    conclude(settings)  # from now on there is a database
    dropped(settings, "a.wav", "b.wav", "c.wav")

    def process(claim: intake.Claim, *_: object) -> Generator[object, object, float]:
        yield claim
        assert claim.audio
        if claim.audio.name == deadly:
            raise KeyboardInterrupt  # nothing is noted, as when the process is killed
        intake.finish(claim, settings)
        return 0.0

    monkeypatch.setattr(pipeline, "process_call", process)
    monkeypatch.setattr(speech, "transcribe_all", lambda requests, *_: requests)

    def sweep() -> None:  # nothing holds a claim when it is left
        with suppress(KeyboardInterrupt):
            for together in pipeline.batches(pipeline.begin(settings).items, settings):
                pipeline.process_together(together, settings, pipeline.Tools(object(), None))  # type: ignore[arg-type]

    for _ in range(settings.intake.max_attempts + 1):
        sweep()
    assert [failure.files for failure in intake.failures(settings)] == [(deadly,)]
    assert intake.status(settings).done == 2


def test_a_recording_has_the_same_speakers_in_a_sweep_and_by_itself(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a record, voices that were told apart on the centre's channel are speakers of their own."""
    settings = settings.model_copy(update={"pii": settings.pii.model_copy(update={"verify_share": 0.0})})
    settings.inbox_folder.mkdir(parents=True)
    file = settings.inbox_folder / "x.wav"
    soundfile.write(file, np.random.default_rng(0).normal(0, 0.05, (8000 * 6, 2)), 8000)
    said = [("hello.", 0.5, 1, "voice_1"), ("hi.", 2.0, 0, None), ("good.", 4.0, 1, "voice_2")]
    words = tuple(Word(text, start, start + 0.3, 0.9, channel, voice) for text, start, channel, voice in said)
    heard = Transcript(words, SpeechStats("made", "en", 1.0, 0.9, 0))
    monkeypatch.setattr(speech, "transcribe_all", lambda requests, *_: [heard for _ in requests])
    tools = pipeline.Tools(object(), pii.Redactor(settings))  # type: ignore[arg-type]
    alone = [one.speaker for one in pipeline.listen(file, (), tools, settings, redact=True)]
    pipeline.process_together(pipeline.begin(settings).items, settings, tools)
    (folder,) = settings.done_folder.glob("*/*")
    assert alone == ["voice_1", "customer", "voice_2"]
    assert [one.speaker for one in read_transcript(folder).segments] == alone


def test_two_late_calls_of_one_record_are_counted_as_two(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    """Each has a key of its own, by which its progress is told."""
    record = (Path("/inbox/both.json"),)
    late = (intake.LateRecord("one", record), intake.LateRecord("other", record))
    monkeypatch.setattr(intake, "scan", lambda _settings: intake.Scan(late=late))
    assert len(pipeline.lengths(pipeline.begin(settings))) == 2


@pytest.mark.parametrize(
    ("inbox", "ok", "says"),
    [("drops", True, "free"), ("unmounted", False, "Mount"), (".", False, "a folder of its own")],
)
def test_the_doctor_knows_an_inbox_that_a_sweep_refuses(tmp_path: Path, inbox: str, ok: bool, says: str) -> None:
    """What stops a sweep is not called well: an unmounted drop folder, and one around the calls folder."""
    (tmp_path / "drops").mkdir()
    checks = {
        check.name: check for check in doctor.examine(Settings(folder=tmp_path / "calls", inbox=tmp_path / inbox))
    }
    assert (checks["drop folder"].ok, says in checks["drop folder"].detail) == (ok, True)


def test_the_doctor_knows_settings_that_a_sweep_refuses(settings: Settings) -> None:
    """A file that they name, and that is not there."""
    settings = settings.model_copy(update={"ctr": settings.ctr.model_copy(update={"agents": "missing.csv"})})
    checks = {check.name: check for check in doctor.examine(settings)}
    assert "missing.csv" in checks["settings"].detail
    assert not checks["settings"].ok


@pytest.mark.parametrize(
    ("language", "others", "ok"),
    [("en", "refuse", True), ("auto", "refuse", True), ("spanish", "refuse", False), ("spanish", "redact", True)],
)
def test_the_doctor_knows_that_redaction_reads_english(tmp_path: Path, language: str, others: str, ok: bool) -> None:
    """A language in which every call would be set aside is not called well."""
    settings = Settings(folder=tmp_path, speech={"language": language}, pii={"other_languages": others})  # type: ignore[arg-type]
    (check,) = (check for check in doctor.examine(settings) if check.name == "language")
    assert check.ok == ok and "pii.other_languages" in check.detail


@pytest.mark.parametrize(
    "name",
    [
        b"jane-doe.pdf",
        "jane\N{NO-BREAK SPACE}doe 3.14.05\N{NARROW NO-BREAK SPACE}PM.pdf".encode(),
        b"jane d\xf6e.pdf",
        b'jane O\'Doe "JD".pdf',
        "Jane\N{NO-BREAK SPACE}6125550123.json".encode(),
        b"\x1b[1mjane\\doe.json",
    ],
)
def test_a_file_that_is_no_call_is_among_the_failures(settings: Settings, name: bytes) -> None:
    """Without its name, which may hold a caller's; nor is that in what stays of it when it was sent back."""
    settings.inbox_folder.mkdir(parents=True)
    (settings.inbox_folder / os.fsdecode(name)).write_text("no call")
    sweep = pipeline.begin(settings)
    pipeline.conclude(sweep, (), settings)
    with warehouse.open_readonly(settings) as connection:
        ((stage, message),) = connection.execute("select stage, message from failures").fetchall()
    assert stage == "intake"
    assert "'[file]'" in message
    (failure,) = intake.failures(settings)
    assert "ane" in failure.message
    intake.retry(settings)
    assert "'[file]'" in (settings.failed_folder / failure.call_id / "error.json").read_text()


@pytest.mark.parametrize("finished", [False, True])
def test_values_of_a_call_that_failed_are_forgotten(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, finished: bool
) -> None:
    """With its record it may be finished under another id, and nobody would erase them by this one."""
    monkeypatch.setenv("PCA_MASTER_KEY", base64.b64encode(bytes(32)).decode())
    settings.inbox_folder.mkdir(parents=True)
    (settings.inbox_folder / "a.wav").write_bytes(b"no audio")
    (item,) = pipeline.begin(settings).items
    claim = intake.claim(item.found, settings)
    Vault(settings.folder).put(claim.call_id, "PERSON", "June Oakley")  # of an earlier attempt
    monkeypatch.setattr(intake, "outputs", lambda *_: settings.done_folder if finished else None)
    pipeline._failed(claim, AudioError("empty.", "Drop it again."), Steps(nobody_watches), settings)
    assert Vault(settings.folder).erase(claim.call_id) == finished


def test_a_call_that_ended_its_processes_is_a_failure_as_any_other(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its values in the vault are forgotten, and the table of failures has it."""
    monkeypatch.setenv("PCA_MASTER_KEY", base64.b64encode(bytes(32)).decode())
    dropped(settings, "a.wav")
    for _ in range(settings.intake.max_attempts):
        (item,) = pipeline.begin(settings).items
        claim = (
            intake.resume(item.found) if isinstance(item.found, intake.Claim) else intake.claim(item.found, settings)
        )
        Vault(settings.folder).put(claim.call_id, "PERSON", "June Oakley")
        claim.lock.close()  # the process ends
    sweep = pipeline.begin(settings)
    assert not sweep.items
    assert len(intake.failures(settings)) == 1
    assert Vault(settings.folder).erase(claim.call_id) == 0
    pipeline.conclude(sweep, (), settings)
    with warehouse.open_readonly(settings) as connection:
        rows = connection.execute("select call_id, stage, error, attempt from failures").fetchall()
    assert rows == [(claim.call_id, "work", "InternalError", settings.intake.max_attempts)]


def test_the_doctor_knows_who_holds_the_database(settings: Settings) -> None:
    """The published copy can be read meanwhile, and no sweep could load."""
    conclude(settings)
    warehouse.publish(settings)
    with warehouse.open_database(settings):
        checks = {check.name: check for check in doctor.examine(settings)}
    assert "held by" in checks["database"].detail
    assert not checks["database"].ok
