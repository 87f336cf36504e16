"""The progress of a sweep: added up, and shown at a terminal."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
import soundfile
from rich.console import Console

from benchmarks.accuracy import sample_settings
from pca_pipeline import audio, console, pipeline
from pca_pipeline.progress import Meter, Standing
from pca_pipeline.settings import Settings
from tests.conftest import SAMPLES
from tests.transcripts import call_analytics, said

CALL = "claims-abandoned-in-queue"  # the shortest sample call


class Clock:
    """A clock that only moves when it is told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_seconds_of_all_calls_are_added_up() -> None:
    """What a call reports while it is transcribed, and all of it when it is done; the length from the header is corrected."""
    clock, seen = Clock(), list[Standing]()
    meter = Meter({"a": 60.0, "b": 100.0}, seen.append, clock=clock)
    clock.now = 3.0
    meter.of("a")(30.0, 90.0)
    assert seen[-1] == Standing(calls=0, of_calls=2, seconds=30.0, of_seconds=190.0, elapsed=3.0)
    assert (seen[-1].speed, seen[-1].seconds_left) == (10.0, 16.0)
    meter.finished("a")
    clock.now = 10.0
    meter.finished("b")  # it failed before it was heard
    assert seen[-1] == Standing(calls=2, of_calls=2, seconds=190.0, of_seconds=190.0, elapsed=10.0)
    assert seen[-1].share == 1.0
    assert all(one.share <= two.share for one, two in pairwise(seen))


def test_looks_lie_apart_but_the_last_is_always_shown() -> None:
    """Each may be a request to a server."""
    clock, seen = Clock(), list[Standing]()
    meter = Meter({"a": 10.0, "b": 10.0}, seen.append, every=2.0, clock=clock)
    for clock.now in (0.5, 1.0, 2.0, 2.6, 3.0):
        meter.of("a")(clock.now, 10.0)
    meter.finished("a")
    meter.finished("b")
    meter.finished("b")  # told by the task and by the flow
    assert [one.elapsed for one in seen] == [0.5, 2.6, 3.0]
    assert (seen[-1].calls, seen[-1].share) == (2, 1.0)


@pytest.mark.parametrize(
    ("standing", "text"),
    [
        (Standing(0, 3, 0.0, 720.0, 0.0), "0 of 3 calls, 0.0 of 12.0 minutes of audio"),
        (
            Standing(1, 3, 240.0, 720.0, 60.0),
            "1 of 3 calls, 4.0 of 12.0 minutes of audio, 4.0 times real time, 2 min left",
        ),
        (
            Standing(1, 3, 700.0, 720.0, 70.0),
            "1 of 3 calls, 11.7 of 12.0 minutes of audio, 10.0 times real time, 2 s left",
        ),
        (
            Standing(1, 9, 3600.0, 72000.0, 3600.0),
            "1 of 9 calls, 60.0 of 1200.0 minutes of audio, 1.0 times real time, 19.0 h left",
        ),
        (Standing(1, 2, 0.0, 0.0, 5.0), "1 of 2 calls"),
    ],
)
def test_a_standing_reads_well(standing: Standing, text: str) -> None:
    """Calls, audio, speed, time left; unknown values are left out."""
    assert str(standing) == text


def test_calls_without_audio_count_as_calls() -> None:
    """Late records, and transcripts without recordings."""
    assert Standing(1, 4, 0.0, 0.0, 1.0).share == 0.25


@pytest.mark.parametrize(("terminal", "shown"), [(True, True), (False, False)])
def test_a_person_at_a_terminal_sees_a_bar(terminal: bool, shown: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """If stderr is piped, nothing is written or measured."""
    out = io.StringIO()
    monkeypatch.setattr(console, "talk", Console(file=out, force_terminal=terminal, width=120))
    with console.shown_progress() as show:
        assert (show is not None) == shown
        if show:
            show(Standing(1, 3, 240.0, 720.0, 60.0))
    assert ("4.0 times real time, 2 min left" in out.getvalue()) == shown
    assert bool(out.getvalue()) == shown


@pytest.fixture
def dropped(tmp_path: Path) -> Iterator[tuple[Settings, float]]:
    """A recording with records and a transcript alone, and the recording's length."""
    settings = sample_settings(SAMPLES, tmp_path)
    settings.inbox_folder.mkdir()
    for path in (SAMPLES / "calls").glob(f"{CALL}*"):
        shutil.copy(path, settings.inbox_folder)
    (settings.inbox_folder / "x.json").write_text(json.dumps(call_analytics([said(0, "customer", 1.0, "Hello.")])))
    yield settings, audio.read(SAMPLES / f"calls/{CALL}.wav").duration


def test_a_sweep_tells_how_far_it_is(dropped: tuple[Settings, float]) -> None:
    """While a call is being transcribed, not only when it is done; with the recording's length from its header."""
    settings, seconds = dropped
    seen: list[Standing] = []
    pipeline.run_sweep(settings, seen.append)
    assert {one.of_calls for one in seen} == {2}
    assert all(one.of_seconds == pytest.approx(seconds, abs=0.1) for one in seen)
    assert any(one.calls == 0 and one.seconds > 0 for one in seen)
    assert (seen[-1].calls, seen[-1].seconds) == (2, pytest.approx(seconds, abs=0.1))


def test_the_length_of_what_is_no_audio_is_nothing(tmp_path: Path) -> None:
    """The error comes when the call is read."""
    (tmp_path / "x.wav").write_bytes(b"no audio")
    assert audio.length(tmp_path / "x.wav") == audio.length(tmp_path / "missing.wav") == 0.0


def test_lengths_are_those_of_the_audio(tmp_path: Path) -> None:
    """For WAV and any other format, by the header alone."""
    recording = audio.read(SAMPLES / f"calls/{CALL}.wav")
    assert audio.length(SAMPLES / f"calls/{CALL}.wav") == pytest.approx(recording.duration, abs=0.01)
    soundfile.write(tmp_path / "x.flac", recording.channels.T, recording.sample_rate)
    assert audio.length(tmp_path / "x.flac") == pytest.approx(recording.duration, abs=0.01)
