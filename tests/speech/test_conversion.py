"""openai-whisper weights converted for CTranslate2 say the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import whisper
from whisper.tokenizer import get_tokenizer

from pca_pipeline.call import Samples
from pca_pipeline.errors import SetupError
from pca_pipeline.settings import SpeechSettings
from pca_pipeline.speech.weights import load_weights

ctranslate2 = pytest.importorskip("ctranslate2", reason="the extra [faster] is not installed")
tokenizers = pytest.importorskip("tokenizers")

DEMO = Path(__file__).parents[2] / "sample_calls" / "demo-whisper.pt"


def _mels(windows: list[Samples]) -> torch.Tensor:
    return torch.stack(
        [whisper.log_mel_spectrogram(whisper.pad_or_trim(torch.from_numpy(window))) for window in windows]
    )


def _model(folder: Path) -> Any:
    return ctranslate2.models.Whisper(str(folder), compute_type="float32")


def test_a_folder_of_other_things_is_left_alone(tmp_path: Path) -> None:
    """CTranslate2's converter would empty it."""
    from pca_pipeline.speech.conversion import convert

    (tmp_path / "other.pt").write_bytes(b"weights")
    with pytest.raises(SetupError, match="something else"):
        convert(None, tmp_path)
    assert (tmp_path / "other.pt").is_file()


def test_greedy_tokens_are_the_librarys(converted_demo: Path, sample_windows: list[Samples]) -> None:
    """Same tokens, same mean log probability, same probability of no speech, window by window."""
    model = load_weights(SpeechSettings(model=str(DEMO), compute_type="float32"))
    tokenizer = get_tokenizer(model.is_multilingual, num_languages=model.num_languages)
    mels = _mels(sample_windows)
    options = whisper.DecodingOptions(language="en", without_timestamps=True, fp16=False)
    expected = whisper.decode(model, mels, options)
    found = _model(converted_demo).generate(
        ctranslate2.StorageView.from_array(mels.numpy()),
        [[*tokenizer.sot_sequence, tokenizer.no_timestamps]] * len(mels),
        beam_size=1,
        return_scores=True,
        return_no_speech_prob=True,
    )
    assert sum(len(result.tokens) for result in expected) > 100
    for got, wanted in zip(found, expected, strict=True):
        tokens = got.sequences_ids[0]
        assert tokens == wanted.tokens
        assert got.scores[0] * len(tokens) / (len(tokens) + 1) == pytest.approx(wanted.avg_logprob, abs=1e-3)
        assert got.no_speech_prob == pytest.approx(wanted.no_speech_prob, abs=1e-3)


def test_languages_are_the_librarys(
    converted_multilingual: Path, multilingual_checkpoint: Path, sample_windows: list[Samples]
) -> None:
    """A multilingual model stays one, and gives each language the same probability."""
    original = load_weights(SpeechSettings(model=str(multilingual_checkpoint), language="en", compute_type="float32"))
    mels = _mels(sample_windows[:3])
    _, expected = whisper.detect_language(original, mels)
    converted = _model(converted_multilingual)
    assert converted.is_multilingual
    found = converted.detect_language(ctranslate2.StorageView.from_array(mels.numpy()))
    for got, wanted in zip(found, expected, strict=True):
        assert {token[2:-2]: probability for token, probability in got} == pytest.approx(wanted, abs=1e-2)


@pytest.mark.parametrize("name", ["demo", "multilingual"])
def test_heads_and_tokenizer_come_along(request: pytest.FixtureRequest, name: str) -> None:
    """The checkpoint's own alignment heads, and a tokenizer.json with openai-whisper's ids, special tokens included."""
    folder: Path = request.getfixturevalue(f"converted_{name}")
    heads = {"demo": [[1, 0], [1, 1]], "multilingual": [[0, 1], [1, 0]]}[name]
    assert json.loads((folder / "config.json").read_text())["alignment_heads"] == heads
    expected = get_tokenizer(name == "multilingual")
    found = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
    for text in (" Hello, my card's 4111 1111!", "\n\n tab\t é日本 I'LL", " "):
        assert found.encode(text, add_special_tokens=False).ids == expected.encode(text)
    assert {token: found.token_to_id(token) for token in expected.special_tokens} == expected.special_tokens


def test_quantized_to_int8(converted_demo: Path, tmp_path: Path, sample_windows: list[Samples]) -> None:
    """A quantized model takes a quarter of the room and still loads and speaks."""
    from pca_pipeline.speech.conversion import convert, load

    folder = convert(load(str(DEMO)), tmp_path / "int8", "int8")
    sizes = [(path / "model.bin").stat().st_size for path in (folder, converted_demo)]
    assert sizes[0] < 0.5 * sizes[1]
    encoded = ctranslate2.models.Whisper(str(folder)).encode(
        ctranslate2.StorageView.from_array(_mels(sample_windows[:1]).numpy())
    )
    assert np.isfinite(np.array(encoded)).all()


def test_the_command_converts(tmp_path: Path) -> None:
    """`pca convert-model` writes the folder and prints it."""
    from typer.testing import CliRunner

    from pca_pipeline.cli import app

    result = CliRunner().invoke(app, ["convert-model", str(DEMO), str(tmp_path / "int8"), "--quantization", "int8"])
    assert result.exit_code == 0, result.output
    assert result.stdout.strip() == str(tmp_path / "int8")
    assert ctranslate2.contains_model(str(tmp_path / "int8"))
