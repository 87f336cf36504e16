from __future__ import annotations

import json
import statistics
from collections.abc import Sequence
from difflib import SequenceMatcher
from pathlib import Path

import numpy as np
import pytest

from pca_pipeline import audio
from pca_pipeline.call import Recording, Samples, Transcript
from pca_pipeline.settings import SpeechSettings
from pca_pipeline.speech import Engine, HeardWord, load_engine, transcribe

SAMPLES = Path(__file__).parents[2] / "sample_calls"
SETTINGS = SpeechSettings(model=str(SAMPLES / "demo-whisper.pt"), window_seconds=6)


class Stenographer:
    """An engine that writes down one word for each window, to see what it was given."""

    name = "stenographer"
    language = "en"

    def __init__(self) -> None:
        self.windows: list[float] = []

    def hear(self, windows: Sequence[Samples]) -> list[list[HeardWord]]:
        """A word in the first half second of each window."""
        self.windows += [len(window) / 16000 for window in windows]
        return [[HeardWord("word", 0.1, 0.5, 0.9)] for _ in windows]


@pytest.fixture(scope="module")
def engine() -> Engine:
    """The demo Whisper."""
    return load_engine(SETTINGS)


@pytest.fixture(scope="module")
def heard(engine: Engine) -> tuple[Transcript, list[dict[str, object]]]:
    """A sample call as the demo Whisper hears it, and its utterances."""
    truth = json.loads((SAMPLES / "truth/billing-late-fee.truth.json").read_text())
    return transcribe(audio.read(SAMPLES / truth["audio"]), engine, SETTINGS), truth["utterances"]


def test_a_silent_recording_costs_and_says_nothing() -> None:
    """Silence reaches no engine."""
    stenographer = Stenographer()
    transcript = transcribe(Recording(np.zeros((2, 80000), np.float32), 8000, "PCM_16"), stenographer, SETTINGS)
    assert stenographer.windows == []
    assert transcript.words == ()
    assert transcript.stats.mean_probability is None


def test_words_come_back_on_the_recordings_clock() -> None:
    """The first word of a channel lies where its first speech is, and windows are no longer than allowed."""
    truth = json.loads((SAMPLES / "truth/billing-late-fee.truth.json").read_text())
    stenographer = Stenographer()
    transcript = transcribe(audio.read(SAMPLES / truth["audio"]), stenographer, SETTINGS)
    for channel in (0, 1):
        first_said = min(u["start"] for u in truth["utterances"] if u["channel"] == channel)
        first_heard = min(word.start for word in transcript.words if word.channel == channel)
        assert first_heard == pytest.approx(first_said, abs=0.4)
    assert max(stenographer.windows) <= SETTINGS.window_seconds + 0.01
    assert transcript.words == tuple(sorted(transcript.words, key=lambda w: (w.start, w.channel)))


def test_the_demo_model_understands_a_sample_call(heard: tuple[Transcript, list[dict[str, object]]]) -> None:
    """At least 85 % of the words of an unseen call are heard as they were said."""
    transcript, utterances = heard
    said = [_plain(w["text"]) for w in _said(utterances)]
    found = [_plain(word.text) for word in transcript.words]
    same = sum(block.size for block in SequenceMatcher(None, said, found, autojunk=False).get_matching_blocks())
    assert same / len(said) >= 0.85


def test_word_edges_lie_where_the_words_are(heard: tuple[Transcript, list[dict[str, object]]]) -> None:
    """The median edge of a word is within 80 ms: muting stands on this."""
    transcript, utterances = heard
    errors = []
    for channel in (0, 1):
        said = [w for w in _said(utterances) if w["channel"] == channel]
        found = [word for word in transcript.words if word.channel == channel]
        texts = [_plain(w["text"]) for w in said], [_plain(w.text) for w in found]
        for block in SequenceMatcher(None, *texts, autojunk=False).get_matching_blocks():
            for i in range(block.size):
                one, other = said[block.a + i], found[block.b + i]
                errors += [abs(one["start"] - other.start), abs(one["end"] - other.end)]
    assert statistics.median(errors) <= 0.08


def _said(utterances: list[dict[str, object]]) -> list[dict[str, float | str]]:
    words = [w | {"channel": u["channel"]} for u in utterances for w in u["words"]]  # type: ignore[attr-defined]
    return sorted(words, key=lambda w: w["start"])


def _plain(text: object) -> str:
    return "".join(c for c in str(text).lower() if c.isalnum())
