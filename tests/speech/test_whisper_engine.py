"""What only the Whisper engine does, with the demo weights on a sample call's own audio."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
import torch
from whisper.tokenizer import get_tokenizer

from pca_pipeline.call import Samples
from pca_pipeline.settings import SpeechSettings
from pca_pipeline.speech import whisper_engine
from pca_pipeline.speech.decoding import Decoded, decode
from pca_pipeline.speech.engine import HeardPassage, Passage
from pca_pipeline.speech.weights import load_weights
from pca_pipeline.speech.whisper_engine import WhisperEngine
from tests.speech.conftest import DEMO

SETTINGS = SpeechSettings(model=str(DEMO))


def _engine(batch_size: int) -> WhisperEngine:
    return WhisperEngine(SETTINGS.model_copy(update={"batch_size": batch_size}))


def _passages(windows: Sequence[Samples]) -> list[Passage]:
    return [Passage(window, 0, "en") for window in windows]


def _texts(heard: Sequence[HeardPassage]) -> list[list[str]]:
    return [[word.text for word in passage.words] for passage in heard]


@pytest.fixture(scope="module")
def alone(sample_windows: list[Samples]) -> list[HeardPassage]:
    """What is heard in the windows of a sample call, one at a time."""
    return _engine(1).hear(_passages(sample_windows))


@pytest.mark.parametrize("batch_size", [3, 16])
def test_batch_and_neighbours_change_no_word(
    alone: list[HeardPassage], sample_windows: list[Samples], batch_size: int
) -> None:
    """Many windows together, in another order: the same words at the same times. CTranslate2 does not promise it."""
    passages = _passages(sample_windows)
    together = _engine(batch_size).hear(passages[::-1])[::-1]
    assert any(passage.words for passage in alone)
    assert _texts(alone) == _texts(together)
    for one, other in zip(alone, together, strict=True):
        assert [word.start for word in one.words] == pytest.approx([word.start for word in other.words], abs=0.021)
        assert [w.probability for w in one.words] == pytest.approx([w.probability for w in other.words], abs=1e-3)


def test_the_encoder_runs_once_for_each_window(sample_windows: list[Samples], monkeypatch: pytest.MonkeyPatch) -> None:
    """Language, decoding, fallback and alignment share what the encoder found."""
    model = load_weights(SETTINGS)
    rows: list[int] = []
    model.encoder.register_forward_hook(lambda _module, inputs, _output: rows.append(len(inputs[0])))
    monkeypatch.setattr(whisper_engine, "load_weights", lambda _: model)
    _engine(4).hear(_passages(sample_windows))
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

    monkeypatch.setattr(whisper_engine, "decode", count)
    engine.hear(_passages(sample_windows))
    assert tries[:2] == [(0.0, len(sample_windows)), (0.2, len(improbable))]
    assert 0 < len(improbable) < len(sample_windows) / 2


def test_hot_words_reach_the_decoder(sample_windows: list[Samples], monkeypatch: pytest.MonkeyPatch) -> None:
    """Before the text of their own row, as if they had just been said."""
    prompts: list[str] = []

    def note(*arguments: Any) -> list[Decoded]:
        prompts.extend(get_tokenizer(False).decode(list(prompt)) for prompt in arguments[3])
        return decode(*arguments)

    monkeypatch.setattr(whisper_engine, "decode", note)
    plain = _passages(sample_windows[:1])
    _engine(4).hear([*plain, replace(plain[0], hot_words=("Acme Care", "Northwind"))])
    without, with_hot_words = prompts[:2]
    assert with_hot_words == f"<|startofprev|> Acme Care, Northwind{without}"


@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no GPU")
def test_a_gpu_hears_the_same(sample_windows: list[Samples]) -> None:
    """Half precision on a GPU, its graphs included, changes few words."""
    cpu = WhisperEngine(SETTINGS.model_copy(update={"device": "cpu"})).hear(_passages(sample_windows))
    gpu = WhisperEngine(SETTINGS.model_copy(update={"device": "cuda"})).hear(_passages(sample_windows))
    words = [
        (a, b) for one, other in zip(_texts(cpu), _texts(gpu), strict=True) for a, b in zip(one, other, strict=False)
    ]
    assert sum(a == b for a, b in words) >= 0.97 * len(words)
