"""The Whisper engine with the demo weights on a sample call's own audio."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from whisper.audio import N_SAMPLES, log_mel_spectrogram, pad_or_trim
from whisper.timing import find_alignment
from whisper.tokenizer import get_tokenizer

from pca_pipeline import audio
from pca_pipeline.audio import resample
from pca_pipeline.call import Samples
from pca_pipeline.settings import SpeechSettings
from pca_pipeline.speech.activity import speech_spans
from pca_pipeline.speech.alignment import align
from pca_pipeline.speech.engine import ENGINE_RATE
from pca_pipeline.speech.weights import load_weights
from pca_pipeline.speech.whisper_engine import WhisperEngine
from pca_pipeline.speech.windows import cut_long, pack

SAMPLES = Path(__file__).parents[2] / "sample_calls"
SETTINGS = SpeechSettings(model=str(SAMPLES / "demo-whisper.pt"))


@pytest.fixture(scope="module")
def windows() -> list[Samples]:
    """Windows of very unequal length, both channels of one call."""
    recording = audio.read(next((SAMPLES / "calls").rglob("billing-late-fee*.wav")))
    return [
        resample(window.samples(channel, recording.sample_rate), recording.sample_rate, ENGINE_RATE)
        for channel, spans in zip(recording.channels, speech_spans(recording), strict=True)
        for limit in (4.0, 20.0)
        for window in pack(cut_long(spans, channel, recording.sample_rate, limit), limit)[:4]
    ]


def _engine(batch_size: int) -> WhisperEngine:
    return WhisperEngine(SETTINGS.model_copy(update={"batch_size": batch_size}))


@pytest.mark.parametrize("batch_size", [3, 16])
def test_batch_and_neighbours_change_no_word(windows: list[Samples], batch_size: int) -> None:
    """One window at a time, many together, in another order: the same words at the same times."""
    alone = _engine(1).hear(windows)
    together = _engine(batch_size).hear(windows[::-1])[::-1]
    assert any(alone)
    for one, other in zip(alone, together, strict=True):
        assert [word.text for word in one] == [word.text for word in other]
        assert [word.start for word in one] == pytest.approx([word.start for word in other], abs=0.021)
        assert [word.probability for word in one] == pytest.approx([word.probability for word in other], abs=1e-3)


def test_a_row_stops_at_its_own_limit(windows: list[Samples], monkeypatch: pytest.MonkeyPatch) -> None:
    """A window decoded beside a longer one gets no more tokens than alone, even when it would go on."""
    monkeypatch.setattr("pca_pipeline.speech.whisper_engine.TOKENS_PER_SECOND", 1.0)
    monkeypatch.setattr("pca_pipeline.speech.whisper_engine.SPARE_TOKENS", 2)
    short, long = min(windows, key=len), max(windows, key=len)
    alone = _engine(1).hear([short])[0]
    beside = _engine(2).hear([short, long])[0]
    assert [word.text for word in beside] == [word.text for word in alone]


def test_alignment_is_the_librarys(windows: list[Samples]) -> None:
    """Times and probabilities of a batch are those of `whisper.timing.find_alignment`, window by window."""
    model = load_weights(SETTINGS)
    tokenizer = get_tokenizer(model.is_multilingual, num_languages=model.num_languages, language="en")
    texts = [tokenizer.encode(" thank you for calling how can I help"), tokenizer.encode(" four seven one"), []]
    seconds = [len(window) / ENGINE_RATE for window in windows[:3]]
    mels = torch.stack(
        [log_mel_spectrogram(pad_or_trim(torch.from_numpy(w), N_SAMPLES), model.dims.n_mels) for w in windows[:3]]
    )
    with torch.no_grad():
        batch = align(model, tokenizer, model.embed_audio(mels), texts, seconds)
    for row, text in enumerate(texts):
        expected = find_alignment(model, tokenizer, text, mels[row], int(seconds[row] * 100))
        assert [word.word for word in batch[row]] == [word.word for word in expected]
        for got, wanted in zip(batch[row], expected, strict=True):
            assert (got.start, got.end) == pytest.approx((wanted.start, wanted.end), abs=0.021)
            assert got.probability == pytest.approx(wanted.probability, abs=1e-4)


def test_the_encoder_runs_once_for_each_window(windows: list[Samples]) -> None:
    """Decoding, fallback and alignment share what the encoder found."""
    engine = _engine(4)
    rows: list[int] = []
    engine._model.encoder.register_forward_hook(lambda _module, inputs, _output: rows.append(len(inputs[0])))
    engine.hear(windows)
    assert sum(rows) == len(windows)
