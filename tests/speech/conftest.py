"""Models and windows that several tests of speech share."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from whisper.model import ModelDimensions, Whisper

from pca_pipeline import audio
from pca_pipeline.audio import resample
from pca_pipeline.call import Samples
from pca_pipeline.speech.activity import find_speech
from pca_pipeline.speech.engine import ENGINE_RATE
from pca_pipeline.speech.windows import cut_long, pack

SAMPLES = Path(__file__).parents[2] / "sample_calls"
DEMO = SAMPLES / "demo-whisper.pt"


@pytest.fixture(scope="session")
def sample_windows() -> list[Samples]:
    """Windows of very unequal length at 16 kHz, both channels of one call."""
    recording = audio.read(next((SAMPLES / "calls").rglob("billing-late-fee*.wav")))
    return [
        resample(window.samples(channel, recording.sample_rate), recording.sample_rate, ENGINE_RATE)
        for channel, spans in zip(recording.channels, find_speech(recording).spans, strict=True)
        for limit in (4.0, 20.0)
        for window in pack(cut_long(spans, channel, recording.sample_rate, limit), limit)[:4]
    ]


@pytest.fixture(scope="session")
def multilingual_checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny Whisper with all languages and random weights: it knows nothing, but what it hears changes what it says."""
    torch.manual_seed(0)
    dims = ModelDimensions(80, 1500, 64, 2, 1, 51865, 448, 64, 2, 2)
    model = Whisper(dims)
    torch.nn.init.normal_(model.decoder.positional_embedding, std=0.02)  # the library leaves what memory held
    with torch.no_grad():
        model.encoder.conv1.weight *= 10
        for block in model.decoder.blocks:
            for part in (block.cross_attn.query, block.cross_attn.key, block.cross_attn.out):
                part.weight *= 30
    path = tmp_path_factory.mktemp("multilingual") / "tiny-random.pt"
    torch.save({"dims": vars(dims), "model_state_dict": model.state_dict(), "alignment_heads": [[0, 1], [1, 0]]}, path)
    return path


@pytest.fixture(scope="session")
def converted_demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo Whisper as a CTranslate2 model."""
    return _converted(DEMO, tmp_path_factory.mktemp("demo") / "demo-ctranslate2")


@pytest.fixture(scope="session")
def converted_multilingual(tmp_path_factory: pytest.TempPathFactory, multilingual_checkpoint: Path) -> Path:
    """The tiny multilingual Whisper as a CTranslate2 model."""
    return _converted(multilingual_checkpoint, tmp_path_factory.mktemp("multilingual") / "tiny-ctranslate2")


def _converted(checkpoint: Path, folder: Path) -> Path:
    pytest.importorskip("faster_whisper", reason="the extra [faster] is not installed")
    from pca_pipeline.speech.conversion import convert, load

    return convert(load(str(checkpoint)), folder)
