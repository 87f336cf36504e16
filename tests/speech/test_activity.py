from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pca_pipeline import audio
from pca_pipeline.call import Recording, Samples
from pca_pipeline.speech import activity
from pca_pipeline.speech.activity import Span, find_speech

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
    assert find_speech(Recording(samples[None], RATE, "PCM_16")).spans == [[]]


@pytest.fixture(scope="module")
def call() -> tuple[Recording, list[dict[str, object]]]:
    """A sample call and its utterances."""
    truth = json.loads((SAMPLES / "truth/card-loss-read-back.truth.json").read_text())
    return audio.read(SAMPLES / truth["audio"]), truth["utterances"]


def test_every_word_lies_in_detected_speech(call: tuple[Recording, list[dict[str, object]]]) -> None:
    """At least 99 % of the words that are said are found, and less than half of the call is decoded."""
    recording, utterances = call
    spans = find_speech(recording).spans
    middles = [
        (u["channel"], (w["start"] + w["end"]) / 2)
        for u in utterances
        for w in u["words"]  # type: ignore[attr-defined]
    ]
    found = [any(a <= at <= b for a, b in spans[channel]) for channel, at in middles]
    assert sum(found) >= 0.99 * len(found)
    assert sum(b - a for channel in spans for a, b in channel) < recording.duration


def test_an_offset_changes_nothing(call: tuple[Recording, list[dict[str, object]]]) -> None:
    """Analog recorders add a constant to every sample; here one as strong as a voice."""
    recording, _ = call
    offset = replace(recording, channels=recording.channels + np.float32([[0.1], [0.0]]))
    found, expected = find_speech(offset), find_speech(recording)
    assert [np.size(spans) for spans in found.doubtful] == [np.size(spans) for spans in expected.doubtful]
    for spans, same in zip(found.spans, expected.spans, strict=True):
        assert np.array(spans) == pytest.approx(np.array(same), abs=0.05)


@pytest.mark.parametrize("loss", [30, 15, 10])
def test_echo_on_the_other_channel_is_not_speech(call: tuple[Recording, list[dict[str, object]]], loss: float) -> None:
    """One side's speech, weaker and 60 ms later on the other channel, is nobody's word there; the other side's is found."""
    recording, _ = call
    echo = np.roll(recording.channels[::-1], round(0.06 * RATE), axis=1) * 10 ** (-loss / 20)
    found = find_speech(replace(recording, channels=recording.channels + echo))
    for spans, doubtful, expected in zip(found.spans, found.doubtful, find_speech(recording).spans, strict=True):
        sure = [span for span in spans if span not in doubtful]
        assert _outside(sure, expected) < 0.1 * _seconds(expected)
        assert _outside(expected, spans) < 0.1 * _seconds(expected)
    echo_alone = find_speech(Recording(np.stack([echo[0], recording.channels[1]]), RATE, "PCM_16"))
    assert echo_alone.spans[0] == []


def _seconds(spans: list[Span]) -> float:
    return sum(end - start for start, end in spans)


def _outside(spans: list[Span], others: list[Span]) -> float:
    """Seconds of spans that lie in none of the others."""
    return sum((end - start) - sum(max(0.0, min(end, b) - max(start, a)) for a, b in others) for start, end in spans)


# dBFS of a talker, of what is 22 dB below, and of a line that the gate just lets through
LOUD, FAINT, LINE = -20.0, -42.0, -50.0


@pytest.mark.parametrize(
    ("voice", "around", "found", "doubted"),
    [
        (LOUD, LINE, True, False),
        (LOUD, LOUD - 3, True, True),  # music, or a queue's voice over it: what is heard decides
        (FAINT, LINE, True, True),  # a soft voice
        (FAINT, FAINT - 3, False, False),  # echo and noise go on before and after
    ],
)
def test_a_voice_rises_from_what_is_around(
    monkeypatch: pytest.MonkeyPatch, voice: float, around: float, found: bool, doubted: bool
) -> None:
    """Beside a talker the detector is sure of one more second, at 6 s, that is as loud as `voice`."""

    def chances(parts: list[Samples]) -> list[list[float]]:
        (part,) = parts
        seconds = np.arange(0, len(part), activity.CHUNK) / RATE
        return [np.where((seconds < 2) | ((seconds >= 6) & (seconds < 7)), 0.95, 0.0).tolist()]

    monkeypatch.setattr(activity, "speech_probabilities", chances)
    talker = noise(2, LOUD)
    samples = np.concatenate([talker, noise(4, around, 1), noise(1, voice, 2), noise(4, around, 3)])
    activity_found = find_speech(Recording(samples[None], RATE, "PCM_16"))
    (spans,), (doubtful,) = activity_found.spans, activity_found.doubtful
    assert any(start < 6.5 < end for start, end in spans) == found
    assert any(start < 6.5 < end for start, end in doubtful) == doubted
    assert spans[0][0] == 0.0


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
