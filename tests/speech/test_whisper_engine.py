"""The Whisper engine with the demo weights on a sample call's own audio, and a multilingual one with random weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from whisper.tokenizer import get_tokenizer

from pca_pipeline.call import Samples
from pca_pipeline.settings import SpeechSettings
from pca_pipeline.speech.decoding import Decoded, decode
from pca_pipeline.speech.engine import HeardPassage, Passage
from pca_pipeline.speech.whisper_engine import WhisperEngine
from tests.speech.conftest import DEMO

SETTINGS = SpeechSettings(model=str(DEMO))


def _engine(batch_size: int) -> WhisperEngine:
    return WhisperEngine(SETTINGS.model_copy(update={"batch_size": batch_size}))


def _passages(windows: Sequence[Samples]) -> list[Passage]:
    return [Passage(window, 0, "en") for window in windows]


def _texts(heard: Sequence[HeardPassage]) -> list[list[str]]:
    return [[word.text for word in passage.words] for passage in heard]


@pytest.mark.parametrize("batch_size", [3, 16])
def test_batch_and_neighbours_change_no_word(sample_windows: list[Samples], batch_size: int) -> None:
    """One window at a time, many together, in another order: the same words at the same times."""
    passages = _passages(sample_windows)
    alone = _engine(1).hear(passages)
    together = _engine(batch_size).hear(passages[::-1])[::-1]
    assert any(passage.words for passage in alone)
    assert _texts(alone) == _texts(together)
    for one, other in zip(alone, together, strict=True):
        assert [word.start for word in one.words] == pytest.approx([word.start for word in other.words], abs=0.021)
        assert [w.probability for w in one.words] == pytest.approx([w.probability for w in other.words], abs=1e-3)


def test_a_row_stops_at_its_own_limit(sample_windows: list[Samples], monkeypatch: pytest.MonkeyPatch) -> None:
    """A window decoded beside a longer one gets no more tokens than alone, even when it would go on."""
    monkeypatch.setattr("pca_pipeline.speech.texts.TOKENS_PER_SECOND", 1.0)
    monkeypatch.setattr("pca_pipeline.speech.texts.SPARE_TOKENS", 2)
    short, long = _passages([min(sample_windows, key=len), max(sample_windows, key=len)])
    assert _texts(_engine(2).hear([short, long]))[0] == _texts(_engine(1).hear([short]))[0]


def test_the_encoder_runs_once_for_each_window(sample_windows: list[Samples]) -> None:
    """Language, decoding, fallback and alignment share what the encoder found."""
    engine = _engine(4)
    rows: list[int] = []
    engine._model.encoder.register_forward_hook(lambda _module, inputs, _output: rows.append(len(inputs[0])))
    engine.hear(_passages(sample_windows))
    assert sum(rows) == len(sample_windows)


def test_only_rows_that_fail_are_decoded_again(sample_windows: list[Samples], monkeypatch: pytest.MonkeyPatch) -> None:
    """Second tries hold the failing rows of a batch, and nothing else."""
    engine = _engine(16)
    tries: list[tuple[float, int]] = []
    improbable: list[int] = []

    def count(*arguments: Any) -> list[Decoded]:
        texts = decode(*arguments)
        if not tries:  # the first row of the greedy try is made improbable: it must be tried again
            texts[0] = replace(texts[0], log_probabilities=(-9.0,) * (len(texts[0].tokens) + 1))
            improbable[:] = [row for row, text in enumerate(texts) if text.mean_log_probability < -1]
        tries.append((arguments[5], len(texts)))
        return texts

    monkeypatch.setattr("pca_pipeline.speech.whisper_engine.decode", count)
    engine.hear(_passages(sample_windows))
    assert tries[:2] == [(0.0, len(sample_windows)), (0.2, len(improbable))]
    assert 0 < len(improbable) < len(sample_windows) / 2


def test_a_language_is_detected_for_a_group(multilingual_checkpoint: Path, sample_windows: list[Samples]) -> None:
    """Passages of one channel are all in the language that is likeliest over them; what is told is kept."""
    engine = WhisperEngine(SpeechSettings(model=str(multilingual_checkpoint), language="auto", batch_size=2))
    unknown = [Passage(window, index % 2, None) for index, window in enumerate(sample_windows[:5])]
    heard = engine.hear([*unknown, Passage(sample_windows[0], 2, "fr")])
    assert heard[0].language == heard[2].language == heard[4].language
    assert heard[1].language == heard[3].language
    assert heard[5].language == "fr"
    assert {passage.language for passage in heard} <= set(get_tokenizer(True).all_language_codes)


def test_hot_words_reach_the_decoder_and_only_their_row(sample_windows: list[Samples]) -> None:
    """Rows with prompts of their own share a batch with rows that have none, which hear the same as before."""
    engine = _engine(4)
    plain = _passages(sample_windows[:2])
    prompted = replace(plain[1], hot_words=("Acme Care", "Northwind"))
    prompt = engine._prompt(prompted, "en")
    assert "Acme Care, Northwind" in get_tokenizer(False).decode([token for token in prompt if token < 50256])
    assert _texts(engine.hear([plain[0], prompted]))[0] == _texts(engine.hear(plain))[0]


@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no GPU")
def test_a_gpu_hears_the_same(sample_windows: list[Samples]) -> None:
    """Half precision on a GPU, its graphs included, changes few words."""
    cpu = WhisperEngine(SETTINGS.model_copy(update={"device": "cpu"})).hear(_passages(sample_windows))
    gpu = WhisperEngine(SETTINGS.model_copy(update={"device": "cuda"})).hear(_passages(sample_windows))
    words = [
        (a, b) for one, other in zip(_texts(cpu), _texts(gpu), strict=True) for a, b in zip(one, other, strict=False)
    ]
    assert sum(a == b for a, b in words) >= 0.97 * len(words)
