"""What only the faster-whisper engine does: how its weights are found, and its second tries."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pca_pipeline.call import Samples
from pca_pipeline.doctor import examine
from pca_pipeline.errors import SetupError
from pca_pipeline.settings import Settings, SpeechSettings
from pca_pipeline.speech import faster_whisper_engine
from pca_pipeline.speech.engine import Passage
from pca_pipeline.speech.faster_whisper_engine import FasterWhisperEngine, find_model, load_model

pytest.importorskip("faster_whisper", reason="the extra [faster] is not installed")

DEMO = Path(__file__).parents[2] / "sample_calls" / "demo-whisper.pt"


def _settings(model: object, **more: Any) -> SpeechSettings:
    return SpeechSettings(engine="faster-whisper", model=str(model), **more)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, bool]]:
    """What would have been asked of the network or its cache, which has nothing: name, and whether only here."""
    questions: list[tuple[str, bool]] = []

    def download(name: str, local_files_only: bool = False, **_: object) -> str:
        questions.append((name, local_files_only))
        raise OSError("nothing there")

    monkeypatch.setattr(faster_whisper_engine.faster_whisper, "download_model", download)
    return questions


@pytest.mark.parametrize("model", [DEMO, "models/not-there", "Systran/faster-whisper-tiny", "tiny-own"])
def test_what_is_no_model_never_reaches_the_network(asked: list[tuple[str, bool]], model: object) -> None:
    """A checkpoint of openai-whisper and a path with a slip in it are errors that tell how to convert."""
    with pytest.raises(SetupError, match=r"no speech model.*pca convert-model"):
        load_model(_settings(model))
    assert asked == []


def test_a_name_is_looked_for_here_before_it_is_downloaded(asked: list[tuple[str, bool]]) -> None:
    """Where the weights are here already, nothing is asked of the network; where none can be had, the error says so."""
    with pytest.raises(SetupError, match="'tiny' could not be loaded"):
        load_model(_settings("tiny"))
    assert asked == [("tiny", True), ("tiny", False)]


def test_looking_alone_downloads_nothing(asked: list[tuple[str, bool]]) -> None:
    """`pca doctor` tells that weights are missing, and fetches none."""
    with pytest.raises(SetupError, match="not on this machine"):
        find_model(_settings("tiny"))
    assert asked == [("tiny", True)]


def test_a_folder_without_a_model_is_named(tmp_path: Path) -> None:
    """The error says what a folder must hold, and which compute types there are."""
    with pytest.raises(SetupError, match=r"could not be loaded.*model\.bin.*int8"):
        load_model(_settings(tmp_path))


def test_without_the_extra_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chosen and not installed."""
    monkeypatch.setattr(faster_whisper_engine, "ctranslate2", None)
    with pytest.raises(SetupError, match=r"pip install .*\[faster\]"):
        load_model(_settings("tiny"))


def test_doctor_finds_the_folder(converted_demo: Path) -> None:
    """The check of `pca doctor` names the folder that would be loaded."""
    (check,) = [one for one in examine(Settings(speech=_settings(converted_demo))) if one.name == "speech model"]
    assert check.ok and check.detail.startswith(str(converted_demo))


class UnsureAtFirst:
    """A model that believes nothing of one row of its first batch."""

    def __init__(self, model: Any, row: int) -> None:
        self._model, self._row = model, row
        self.batches: list[int] = []  # rows of each

    def __getattr__(self, name: str) -> Any:
        return getattr(self._model, name)

    def generate(self, encoded: Any, prompts: Sequence[Sequence[int]], **options: Any) -> list[SimpleNamespace]:
        """What the model writes; of that row with a log-probability that is too low."""
        results = self._model.generate(encoded, prompts, **options)
        unsure = None if self.batches else self._row
        self.batches.append(len(prompts))
        return [
            SimpleNamespace(
                sequences_ids=result.sequences_ids,
                scores=[-9.0] if row == unsure else result.scores,
                no_speech_prob=result.no_speech_prob,
            )
            for row, result in enumerate(results)
        ]


def test_rows_that_fail_are_searched_for_again(
    converted_demo: Path, sample_windows: list[Samples], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only the rows that fail are decoded again, and the first acceptable text counts."""
    settings = _settings(converted_demo, compute_type="float32", batch_size=4)
    passages = [Passage(window, 0, "en") for window in sorted(sample_windows, key=len)[:3]]
    expected = FasterWhisperEngine(settings).hear(passages)
    model = UnsureAtFirst(load_model(settings), row=1)
    monkeypatch.setattr(faster_whisper_engine, "load_model", lambda _: model)
    heard = FasterWhisperEngine(settings).hear(passages)
    assert model.batches == [3, 1]
    assert [heard[0], heard[2]] == [expected[0], expected[2]]
    assert heard[1].words
