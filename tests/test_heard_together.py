"""Calls whose windows are decoded together have the same results as one by one."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from benchmarks.accuracy import sample_settings
from pca_pipeline import audio, pipeline, speech
from pca_pipeline.call import RedactedCall, Transcript
from pca_pipeline.settings import Settings
from pca_pipeline.transcript import read_transcript
from tests.conftest import SAMPLES

pytestmark = pytest.mark.slow

NAMES = ("claims-abandoned-in-queue", "payment-reminder-outbound")


def dropped(folder: Path, calls_at_once: int) -> Settings:
    """A drop folder with two sample calls and a broken file."""
    settings = sample_settings(SAMPLES, folder, pii={"verify_share": 1.0})
    together = settings.speech.model_copy(update={"calls_at_once": calls_at_once})
    settings.inbox_folder.mkdir(parents=True)
    for name in NAMES:
        for path in (SAMPLES / "calls").glob(f"{name}.*"):
            shutil.copy(path, settings.inbox_folder)
    (settings.inbox_folder / "broken.wav").write_bytes(b"RIFF, but no more than that")
    return settings.model_copy(update={"speech": together})


def finished(settings: Settings) -> dict[str, RedactedCall]:
    """The calls that were finished, by id."""
    folders = [path.parent for path in settings.done_folder.rglob("transcript.json")]
    return {call.call_id: call for call in map(read_transcript, folders)}


def spoken(call: RedactedCall) -> list[tuple[str, str, float]]:
    """Who said what when."""
    return [(segment.speaker, segment.text, segment.start) for segment in call.segments]


def test_calls_that_are_heard_together_come_out_as_alone(tmp_path: Path) -> None:
    """Texts, speakers and times are the same, redacted audio is transcribed again, and a broken file does not stop the others."""
    alone, together = dropped(tmp_path / "alone", 1), dropped(tmp_path / "together", 8)
    for settings in (alone, together):
        counts = pipeline.run_sweep(settings).counts()
        assert (counts["done"], counts["failed"]) == (2, 1)
    one, other = finished(alone), finished(together)
    assert one.keys() == other.keys() and len(one) == 2
    for call_id, call in one.items():
        assert spoken(call) == spoken(other[call_id])


def test_a_call_that_cannot_be_heard_takes_no_other_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If a batch fails, each call is transcribed alone, and only the one that fails again is set aside."""
    settings = dropped(tmp_path, 8)
    heard = speech.transcribe_all

    def fragile(requests: Sequence[speech.Request], *rest: object) -> list[Transcript]:
        if any(request.recording.duration < longest for request in requests):
            raise RuntimeError("no memory left")
        return heard(requests, *rest)  # type: ignore[arg-type]

    longest = max(audio.read(SAMPLES / f"calls/{name}.wav").duration for name in NAMES)
    monkeypatch.setattr(speech, "transcribe_all", fragile)
    report = pipeline.run_sweep(settings)
    assert (report.counts()["done"], report.counts()["failed"]) == (1, 2)
    assert "InternalError" in {outcome.error for outcome in report.outcomes}
