"""What bad input gets, in one sweep: an error that names the file and the way out, and the other calls unharmed."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from benchmarks.accuracy import sample_settings
from pca_pipeline import audio, intake, pipeline, warehouse
from pca_pipeline.errors import SetupError
from pca_pipeline.settings import Settings
from tests.conftest import SAMPLES

pytestmark = pytest.mark.slow
GOOD = "claims-abandoned-in-queue"  # the shortest sample call
NAMES = [
    "a name with spaces.wav",
    "quotes'and\"quotes.wav",
    "new\nline.wav",
    "звонок-電話.wav",
    "same.wav",
    "b/same.wav",
]


def wav(path: Path, channels: int = 2, seconds: float = 1.0) -> None:
    """A soundless recording."""
    samples = np.zeros((round(8000 * seconds), channels), np.float32)
    soundfile.write(path, samples, 8000, subtype="PCM_16")


def truncated(path: Path) -> None:
    """A minute by its header, six seconds by its size."""
    wav(path, seconds=60)
    path.write_bytes(path.read_bytes()[:100_000])


BAD_RECORDINGS: dict[str, tuple[Callable[[Path], object], str]] = {
    "truncated.wav": (truncated, "AudioError"),
    "empty.wav": (lambda path: path.write_bytes(b""), "AudioError"),
    "text.wav": (lambda path: path.write_text("not audio at all"), "AudioError"),
    "no-samples.wav": (lambda path: wav(path, seconds=0), "AudioError"),
    "five-channels.wav": (lambda path: wav(path, channels=5), "AudioError"),
}
BAD_RECORDS = {
    "not-json": "this is not JSON",
    "other-vendor": json.dumps({"ContactTraceRecord": {"vendorContact": 7}}),
    "other-call": None,  # the record of a conversation that was much shorter than the recording
}


def drop_good(inbox: Path, name: str = GOOD) -> None:
    """The shortest sample call with its records."""
    inbox.mkdir(parents=True, exist_ok=True)
    for path in (SAMPLES / "calls").glob(f"{GOOD}*"):
        shutil.copy(path, inbox / path.name.replace(GOOD, name))


def drop_bad_records(inbox: Path) -> None:
    """Recordings, each with a record that is not JSON, of no known shape, or of another call."""
    for at, (name, text) in enumerate(BAD_RECORDS.items()):
        wav(inbox / f"{name}.wav", seconds=900 + at)
        (inbox / f"{name}.json").write_text(text or record_of_another_call())


def record_of_another_call() -> str:
    """The record of a conversation of half a minute, beside a recording of fifteen."""
    text = (SAMPLES / f"calls/{GOOD}.json").read_text()
    own_id = json.loads(text)["conversationId"]
    return text.replace(own_id, "00000000-0000-4000-8000-000000000001")


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, pipeline.SweepReport]:
    """One sweep over a good call among bad ones."""
    settings = sample_settings(SAMPLES, tmp_path_factory.mktemp("bad"))
    inbox = settings.inbox_folder
    drop_good(inbox)
    for name, (write, _) in BAD_RECORDINGS.items():
        write(inbox / name)
    drop_bad_records(inbox)
    return settings, pipeline.run_sweep(settings)


@pytest.mark.parametrize("name", [*BAD_RECORDINGS, *(f"{name}.json" for name in BAD_RECORDS)])
def test_each_bad_file_is_set_aside_with_a_reason(name: str, swept: tuple[Settings, pipeline.SweepReport]) -> None:
    """The failed folder holds the file itself, unchanged in name, and an error that names it and the way out."""
    settings, _ = swept
    (failure,) = [one for one in intake.status(settings).failed if name in one.files]
    expected = BAD_RECORDINGS[name][1] if name in BAD_RECORDINGS else "RecordError"
    assert failure.error == expected
    assert failure.hint
    assert Path(name).stem in failure.message or any(Path(file).name in failure.message for file in failure.files)
    assert list((settings.failed_folder / failure.call_id).rglob(name))


def test_the_good_call_is_unharmed(swept: tuple[Settings, pipeline.SweepReport]) -> None:
    """One bad file stops nobody; a recording whose record is not JSON goes on without it."""
    settings, report = swept
    assert report.counts()["done"] == 2
    assert warehouse.ask("calls", settings).rows


def test_nothing_is_lost(swept: tuple[Settings, pipeline.SweepReport]) -> None:
    """Every file that was dropped and did not become a call is in the failed folder."""
    settings, _ = swept
    kept = {path.name for path in settings.failed_folder.rglob("*") if path.is_file()} - {"error.json"}
    records = {"not-json.json", "other-vendor.json", "other-call.json"}
    assert kept == set(BAD_RECORDINGS) | records | {"other-vendor.wav", "other-call.wav"}


def test_a_mended_record_succeeds(tmp_path: Path) -> None:
    """Mend the file in the failed folder, `pca retry`, sweep: the call gets its speakers."""
    settings = sample_settings(SAMPLES, tmp_path)
    drop_good(settings.inbox_folder)
    (settings.inbox_folder / f"{GOOD}.json").write_text("{")
    assert pipeline.run_sweep(settings).rejected == 1
    (failure,) = intake.status(settings).failed
    (broken,) = (settings.failed_folder / failure.call_id).rglob(f"{GOOD}.json")
    shutil.copy(SAMPLES / f"calls/{GOOD}.json", broken)
    assert intake.retry(settings) == (failure.call_id,)
    (outcome,) = pipeline.run_sweep(settings).outcomes
    assert (outcome.status, outcome.late) == ("done", True)


def test_any_file_name_will_do(tmp_path: Path) -> None:
    """Spaces, quotes, newlines, other scripts, one name twice: each is its own call."""
    settings = sample_settings(SAMPLES, tmp_path)
    for at, name in enumerate(NAMES):
        (settings.inbox_folder / name).parent.mkdir(parents=True, exist_ok=True)
        wav(settings.inbox_folder / name, seconds=1 + at)
    assert pipeline.run_sweep(settings).counts()["done"] == len(NAMES)
    assert len(warehouse.ask("calls", settings).rows) == len(NAMES)


def test_a_file_that_is_being_written_waits(tmp_path: Path) -> None:
    """A fresh file is left alone until it rests."""
    settings = sample_settings(SAMPLES, tmp_path, intake={"stable_seconds": 3600, "record_wait_seconds": 0})
    drop_good(settings.inbox_folder)
    report = pipeline.run_sweep(settings)
    assert (report.outcomes, report.waiting) == ((), 3)


def test_four_hours_are_just_longer(tmp_path: Path) -> None:
    """A recording of four hours, nearly all of it silence, becomes a call like any other."""
    settings = sample_settings(SAMPLES, tmp_path)
    settings.inbox_folder.mkdir()
    spoken = audio.read(SAMPLES / f"calls/{GOOD}.wav").channels
    with soundfile.SoundFile(settings.inbox_folder / "long.wav", "w", 8000, 2, "ULAW") as file:
        for _ in range(4 * 60):
            file.write(np.zeros((60 * 8000, 2), np.float32))
        file.write(spoken.T)
    (outcome,) = pipeline.run_sweep(settings).outcomes
    assert (outcome.status, outcome.audio_seconds > 4 * 3600) == ("done", True)


@pytest.mark.parametrize(
    ("section", "setting", "value", "named"),
    [
        ("speech", "model", "missing.pt", r"missing\.pt"),
        ("speech", "diarization_model", "missing", "diarization"),
        ("audio", "output_format", "mp3", "ffmpeg"),
        ("ctr", "agents", "missing.csv", r"missing\.csv"),
        ("insights", "drivers", "missing.toml", r"missing\.toml"),
        ("pii", "recognizers", "missing.yaml", r"missing\.yaml"),
    ],
)
def test_without_what_the_settings_name_nothing_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, section: str, setting: str, value: str, named: str
) -> None:
    """The sweep stops before it claims a call, and says what is missing."""
    monkeypatch.setattr(shutil, "which", lambda _: None)
    settings = sample_settings(SAMPLES, tmp_path, **{section: {setting: value}})
    drop_good(settings.inbox_folder)
    with pytest.raises(SetupError, match=named):
        pipeline.run_sweep(settings)
    assert len(list(settings.inbox_folder.iterdir())) == 3


def test_a_held_database_delays_loading_only(tmp_path: Path) -> None:
    """Another process holds the file: the call is done and staged, the report names the holder, the next sweep loads."""
    settings = sample_settings(SAMPLES, tmp_path, warehouse={"lock_wait_seconds": 0.2})
    drop_good(settings.inbox_folder)
    hold = f"import duckdb, sys; c = duckdb.connect({str(settings.database)!r}); print('held', flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", hold], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout and holder.stdin
        holder.stdout.readline()
        report = pipeline.run_sweep(settings)
        assert report.loaded == 0
        assert str(holder.pid) in str(report.delayed)
        holder.stdin.close()
    assert pipeline.run_sweep(settings).loaded == 1


def test_a_header_that_lies_is_read_by_what_is_there(tmp_path: Path) -> None:
    """A streamed WAV, whose length was never filled in, is a call like any other."""
    settings = sample_settings(SAMPLES, tmp_path)
    settings.inbox_folder.mkdir()
    path = settings.inbox_folder / "streamed.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((2, 2, 8000, 0, "NONE", ""))
        file.writeframes(bytes(4 * 8000))
    content = bytearray(path.read_bytes())
    content[4:8] = content[40:44] = b"\xff\xff\xff\xff"
    path.write_bytes(content)
    (outcome,) = pipeline.run_sweep(settings).outcomes
    assert (outcome.status, outcome.audio_seconds) == ("done", 1.0)
