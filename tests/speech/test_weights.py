from __future__ import annotations

from pathlib import Path

import pytest
import torch

from pca_pipeline.errors import SetupError
from pca_pipeline.settings import SpeechSettings
from pca_pipeline.speech.weights import choose_device, choose_precision, find_weights, load_weights, store

DEMO = Path(__file__).parents[2] / "sample_calls/demo-whisper.pt"


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"model": "missing.pt"}, "neither a file nor a Whisper model"),
        ({"model": "turbo", "model_folder": "."}, "turbo"),
        ({"model": __file__}, "could not be loaded"),
    ],
    ids=["no such file", "weights not downloaded", "not a checkpoint"],
)
def test_missing_weights_say_what_to_do(settings: dict[str, str], said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error names the model and the way to get it."""
    monkeypatch.setattr("whisper._download", _no_network)
    with pytest.raises(SetupError) as error:
        load_weights(SpeechSettings(**settings))  # type: ignore[arg-type]
    assert said in error.value.message
    assert error.value.hint


def _no_network(*_: object) -> None:
    raise OSError("no network")


def test_a_model_that_is_not_there_is_not_found(tmp_path: Path) -> None:
    """Looking for weights downloads nothing."""
    with pytest.raises(SetupError):
        find_weights(SpeechSettings(model="turbo", model_folder=tmp_path))
    assert find_weights(SpeechSettings(model=str(DEMO))) == DEMO


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_a_gpu_that_is_asked_for_and_missing_is_an_error() -> None:
    """`auto` goes on with the CPU, `cuda` does not."""
    assert choose_device("auto") == "cpu"
    with pytest.raises(SetupError):
        choose_device("cuda")


def test_alignment_heads_come_with_the_checkpoint() -> None:
    """Loading by path sets the heads that the checkpoint names, not the library's default."""
    stored = torch.load(DEMO, weights_only=True)["alignment_heads"]
    model = load_weights(SpeechSettings(model=str(DEMO), device="cpu"))
    assert sorted(map(tuple, model.alignment_heads.indices().T.tolist())) == sorted(map(tuple, stored))


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_weights_in_half_precision_change_no_bit(dtype: torch.dtype) -> None:
    """Large weights stored in half precision give what casting them at every call gives."""
    cast, stored = (
        load_weights(SpeechSettings(model=str(DEMO), device="cpu", compute_type="float32")) for _ in range(2)
    )
    store(stored.encoder, dtype)
    store(stored.decoder, dtype)
    assert stored.encoder.conv1.weight.dtype == stored.decoder.token_embedding.weight.dtype == dtype
    assert stored.encoder.ln_post.weight.dtype == torch.float32
    cast.decoder.token_embedding.to(dtype)  # the library adds its float32 table of places to what it looks up
    mel = torch.randn(1, cast.dims.n_mels, 3000, generator=torch.Generator().manual_seed(0)).to(dtype)
    tokens = torch.tensor([[50257, 50362, 400, 262]])
    with torch.inference_mode():
        features = [model.encoder(mel) for model in (cast, stored)]
        logits = [model.decoder(tokens, feature) for model, feature in zip((cast, stored), features, strict=True)]
    assert torch.equal(*features)
    assert torch.equal(*logits)


@pytest.mark.parametrize(
    ("compute_type", "said"), [("int8", "faster-whisper"), ("float16", "does not compute")], ids=["int8", "float16"]
)
def test_what_a_processor_cannot_compute_is_refused(compute_type: str, said: str) -> None:
    """Before any weight is loaded, with the way out."""
    with pytest.raises(SetupError, match=said) as error:
        choose_precision(compute_type, "cpu")
    assert error.value.hint


@pytest.mark.parametrize("name", ["_is_avx512_bf16_supported", "_is_amx_tile_supported"])
@pytest.mark.parametrize(("multiplies", "encoder"), [(True, torch.bfloat16), (False, torch.float32)])
def test_a_processor_that_multiplies_bfloat16_encodes_in_it(
    name: str, multiplies: bool, encoder: torch.dtype, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By either kind of instructions; the text decoder stays in float32."""
    for check in ("_is_avx512_bf16_supported", "_is_amx_tile_supported"):
        monkeypatch.setattr(torch.cpu, check, lambda check=check: multiplies and check == name, raising=False)
    assert choose_precision("auto", "cpu") == (encoder, torch.float32)


@pytest.mark.parametrize("setting", ["hot_words", "replacements", "diarization_model"])
def test_what_the_settings_name_is_there_before_a_call_is_heard(setting: str, tmp_path: Path) -> None:
    """A missing file ends the sweep before anything is claimed."""
    from pca_pipeline.speech import load_engine

    with pytest.raises(SetupError, match="missing"):
        load_engine(SpeechSettings(model=str(DEMO), **{setting: tmp_path / "missing"}))


@pytest.mark.parametrize(("language", "said"), [("fr", "English only"), ("klingon", "no language that Whisper knows")])
def test_languages_that_the_model_does_not_know_are_refused(language: str, said: str) -> None:
    """An English model is not asked to write French, and no model Klingon."""
    from pca_pipeline.speech import load_engine

    with pytest.raises(SetupError, match=said):
        load_engine(SpeechSettings(model=str(DEMO), language=language))
