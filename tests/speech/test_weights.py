from __future__ import annotations

from pathlib import Path

import pytest
import torch

from pca_pipeline.errors import SetupError
from pca_pipeline.settings import SpeechSettings
from pca_pipeline.speech.weights import choose_device, find_weights, load_weights

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


def test_languages_that_the_model_does_not_know_are_refused() -> None:
    """An English model is not asked to write French."""
    from pca_pipeline.speech import load_engine

    with pytest.raises(SetupError, match="English only"):
        load_engine(SpeechSettings(model=str(DEMO), language="fr"))
