from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from pca_pipeline import audio
from pca_pipeline.call import Recording, Samples
from pca_pipeline.speech import activity
from pca_pipeline.speech.activity import find_speech, speech_spans

SAMPLES = Path(__file__).parents[2] / "sample_calls"
RATE = 8000


def noise(seconds: float, dbfs: float, seed: int = 0) -> Samples:
    """White noise of that level."""
    samples = np.random.default_rng(seed).normal(0, 10 ** (dbfs / 20), round(seconds * RATE))
    return samples.astype(np.float32)


def music(seconds: float) -> Samples:
    """A slow arpeggio, as waiting callers hear it."""
    t = np.arange(round(seconds * RATE)) / RATE
    notes = np.array([262, 330, 392, 523])[(t // 0.6).astype(int) % 4]
    return (0.1 * np.sin(2 * np.pi * notes * t) * np.exp(-(t % 0.6) * 3)).astype(np.float32)


@pytest.mark.parametrize(
    "samples",
    [np.zeros(5 * RATE, np.float32), noise(5, -70), noise(5, -45), music(5), np.zeros(100, np.float32)],
    ids=["zeros", "line noise", "loud noise", "music", "shorter than a frame"],
)
def test_nobody_speaks_in_silence_noise_and_music(samples: Samples) -> None:
    """What is not speech is never decoded."""
    assert speech_spans(Recording(samples[None], RATE, "PCM_16")) == [[]]


@pytest.fixture(scope="module")
def call() -> tuple[Recording, list[dict[str, object]]]:
    """A sample call and its utterances."""
    truth = json.loads((SAMPLES / "truth/card-loss-read-back.truth.json").read_text())
    return audio.read(SAMPLES / truth["audio"]), truth["utterances"]


def test_every_word_lies_in_detected_speech(call: tuple[Recording, list[dict[str, object]]]) -> None:
    """At least 99 % of the words that are said are found, and less than half of the call is decoded."""
    recording, utterances = call
    spans = speech_spans(recording)
    middles = [
        (u["channel"], (w["start"] + w["end"]) / 2)
        for u in utterances
        for w in u["words"]  # type: ignore[attr-defined]
    ]
    found = [any(a <= at <= b for a, b in spans[channel]) for channel, at in middles]
    assert sum(found) >= 0.99 * len(found)
    assert sum(b - a for channel in spans for a, b in channel) < recording.duration


def test_echo_on_the_other_channel_is_not_speech(call: tuple[Recording, list[dict[str, object]]]) -> None:
    """One side's speech, 30 dB down and 60 ms later on the other channel, is nobody's word there."""
    voice = call[0].channels[1]
    echo = np.roll(voice, round(0.06 * RATE)) * 10 ** (-30 / 20)
    spans = speech_spans(Recording(np.stack([echo, voice]), RATE, "PCM_16"))
    assert spans[0] == []
    assert spans[1]


@pytest.mark.parametrize(("surest", "doubted"), [(0.95, False), (0.7, True)])
def test_a_stretch_without_a_sure_moment_is_doubted(
    monkeypatch: pytest.MonkeyPatch, surest: float, doubted: bool
) -> None:
    """It still is a stretch of speech: what is heard in it decides."""

    def chances(parts: list[Samples]) -> list[list[float]]:
        return [[surest] * -(-len(part) // activity.CHUNK) for part in parts]

    monkeypatch.setattr(activity, "speech_probabilities", chances)
    quiet = np.zeros(RATE, np.float32)
    found = find_speech(Recording(np.concatenate([quiet, noise(1, -20), quiet])[None], RATE, "PCM_16"))
    ((span,),) = found.spans
    assert found.doubtful == ([[span]] if doubted else [[]])
