from __future__ import annotations

import numpy as np
import pytest
import torch
from silero_vad import load_silero_vad

from pca_pipeline import audio
from pca_pipeline.call import Samples
from pca_pipeline.speech.voice_detector import CHUNK, VAD_RATE, speech_probabilities
from tests.speech.conftest import SAMPLES


def test_probabilities_are_the_packages() -> None:
    """Many stretches at once, of any length: what the package says of each, chunk by chunk."""
    recording = audio.read(SAMPLES / "calls/billing-late-fee.wav")
    voice = audio.resample(recording.channels[0], recording.sample_rate, VAD_RATE)
    parts = [voice[:40_000], voice[50_000:50_100], voice[60_000:60_000], voice[70_000:220_001], voice[:CHUNK]]
    for part, found in zip(parts, speech_probabilities(parts), strict=True):
        assert found == pytest.approx(_by_the_package(part), abs=1e-4)
    assert speech_probabilities([np.zeros(0, np.float32)]) == [[]]
    assert speech_probabilities([]) == []


def _by_the_package(part: Samples) -> list[float]:
    if not len(part):
        return []
    whole = np.pad(part, (0, -len(part) % CHUNK))
    with torch.inference_mode():
        found: list[float] = load_silero_vad().audio_forward(torch.tensor(whole)[None], VAD_RATE)[0].tolist()
    return found
