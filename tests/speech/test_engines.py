"""What holds for every engine behind the seam: the same tests for each."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from whisper.tokenizer import LANGUAGES

from pca_pipeline.call import Samples
from pca_pipeline.errors import SetupError
from pca_pipeline.settings import SpeechSettings
from pca_pipeline.speech import engine, load_engine
from pca_pipeline.speech.engine import ENGINE_RATE, Engine, HeardPassage, HeardWord, Passage

SAMPLES = Path(__file__).parents[2] / "sample_calls"
ENGINES = ["whisper", "faster-whisper"]
FRAME_SECONDS = 0.02  # word times are multiples of it

Load = Callable[..., Engine]


@pytest.fixture(scope="module", params=ENGINES)
def kind(request: pytest.FixtureRequest) -> str:
    """Each engine's name in the settings."""
    return str(request.param)


@pytest.fixture(scope="module")
def load_demo(kind: str, request: pytest.FixtureRequest) -> Load:
    """Loads the engine with the demo weights, in float32, and more settings."""
    model = SAMPLES / "demo-whisper.pt" if kind == "whisper" else request.getfixturevalue("converted_demo")
    return lambda **more: load_engine(_settings(kind, model, **more))


@pytest.fixture(scope="module")
def multilingual(kind: str, request: pytest.FixtureRequest) -> Engine:
    """The engine with a tiny model of all languages, of random weights."""
    name = "multilingual_checkpoint" if kind == "whisper" else "converted_multilingual"
    return load_engine(_settings(kind, request.getfixturevalue(name), batch_size=2))


@pytest.fixture(scope="module")
def heard(load_demo: Load, sample_windows: list[Samples]) -> list[HeardPassage]:
    """What the engine hears in the windows of a sample call, four at a time."""
    return load_demo(batch_size=4).hear(_passages(sample_windows))


def _settings(kind: str, model: Path, **more: object) -> SpeechSettings:
    given = {"engine": kind, "model": str(model), "compute_type": "float32", "language": "en", "batch_size": 4}
    return SpeechSettings.model_validate(given | more)


def _passages(windows: Sequence[Samples], language: str | None = None) -> list[Passage]:
    return [Passage(window, 0, language) for window in windows]


def _texts(heard: Sequence[HeardPassage]) -> list[list[str]]:
    return [[word.text for word in passage.words] for passage in heard]


def test_results_have_the_seams_types(heard: list[HeardPassage], sample_windows: list[Samples]) -> None:
    """A result for each passage, in plain Python's numbers, of which nothing is shown by accident."""
    assert len(heard) == len(sample_windows)
    for passage in heard:
        assert isinstance(passage, HeardPassage)
        assert passage.language == "en"
        assert type(passage.no_speech) is float
        assert 0 <= passage.no_speech <= 1
        for word in passage.words:
            assert isinstance(word, HeardWord)
            assert [type(value) for value in (word.start, word.end, word.probability)] == [float] * 3
            assert 0 <= word.probability <= 1
            assert re.search(r"\w", word.text)
            assert word.text == word.text.strip()
        said = [word.text for word in passage.words if len(word.text) > 7]
        assert not [text for text in said if text in repr(passage) + repr(passage.words)]


def test_words_are_in_order_inside_the_passage(heard: list[HeardPassage], sample_windows: list[Samples]) -> None:
    """No word begins before the one before it, nor reaches beyond the passage."""
    assert sum(len(passage.words) for passage in heard) > 100
    for passage, window in zip(heard, sample_windows, strict=True):
        starts = [word.start for word in passage.words]
        assert starts == sorted(starts)
        for word in passage.words:
            assert 0 <= word.start <= word.end <= len(window) / ENGINE_RATE + FRAME_SECONDS


@pytest.mark.parametrize("seconds", [0.5, 5.0, 30.0])
def test_silence_gives_nothing(load_demo: Load, seconds: float) -> None:
    """No word where nobody speaks, and no passage where there is none."""
    silence = np.zeros(round(seconds * ENGINE_RATE), dtype=np.float32)
    engine = load_demo()
    assert [passage.words for passage in engine.hear(_passages([silence]))] == [()]
    assert engine.hear([]) == []


def test_the_same_again_is_heard_the_same(load_demo: Load, sample_windows: list[Samples]) -> None:
    """What an engine heard before changes nothing, second tries included."""
    noise = np.random.default_rng(0).standard_normal(4 * ENGINE_RATE).astype(np.float32) * 0.1
    passages = _passages([*sample_windows[:2], noise])
    engine = load_demo()
    first = engine.hear(passages)
    engine.hear(passages[::-1])
    assert _texts(engine.hear(passages)) == _texts(first)


def test_a_passage_stops_at_its_own_limit(
    load_demo: Load, sample_windows: list[Samples], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A short passage beside a long one gets no more tokens than alone, even where it would go on."""
    monkeypatch.setattr("pca_pipeline.speech.texts.TOKENS_PER_SECOND", 1.0)
    monkeypatch.setattr("pca_pipeline.speech.texts.SPARE_TOKENS", 2)
    both = [min(sample_windows, key=len), max(sample_windows, key=len)]
    engine = load_demo()
    assert _texts(engine.hear(_passages(both)))[0] == _texts(engine.hear(_passages(both[:1])))[0]


def test_english_only_models_detect_nothing(load_demo: Load, sample_windows: list[Samples]) -> None:
    """A model that knows English only says English whatever is asked."""
    heard = load_demo().hear([Passage(sample_windows[0], 0, language) for language in (None, "en", "de")])
    assert [passage.language for passage in heard] == ["en"] * 3


def test_an_english_only_model_refuses_another_language(load_demo: Load) -> None:
    """The error says which setting helps."""
    with pytest.raises(SetupError, match=r"English only.*speech.model"):
        load_demo(language="de")


def test_languages_are_detected_for_each_group(multilingual: Engine, sample_windows: list[Samples]) -> None:
    """Passages of a group share one language, one of Whisper's; what is told is not asked."""
    parts = [window[:ENGINE_RATE] for window in sample_windows[:6]]
    alone = multilingual.hear([Passage(part, group, None) for group, part in enumerate(parts)])
    assert len({passage.language for passage in alone}) > 2  # or nothing would be shown below
    passages = [Passage(part, index % 2, None) for index, part in enumerate(parts)]
    told = [replace(passages[0], group=2, language="de"), replace(passages[1], group=3, language="ja")]
    heard = multilingual.hear([*passages, *told])
    assert len({passage.language for passage in heard[0:6:2]}) == 1
    assert len({passage.language for passage in heard[1:6:2]}) == 1
    assert all(passage.language in LANGUAGES for passage in heard)
    assert [passage.language for passage in heard[6:]] == ["de", "ja"]


def test_the_first_passages_tell_a_language(
    multilingual: Engine, sample_windows: list[Samples], monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many come behind them in the same batch."""
    parts = [window[:ENGINE_RATE] for window in sample_windows[:6]]
    alone = [passage.language for passage in multilingual.hear([Passage(p, at, None) for at, p in enumerate(parts)])]
    other = next(at for at, language in enumerate(alone) if language != alone[0])
    monkeypatch.setattr(engine, "LANGUAGE_PASSAGES", 1)
    of_one = [Passage(parts[at], 0, None) for at in (0, other, other)]
    assert {passage.language for passage in multilingual.hear(of_one)} == {alone[0]}


def test_hot_words_are_taken_passage_by_passage(load_demo: Load, sample_windows: list[Samples]) -> None:
    """Passages with hot words, with others and with none are heard together; too many do no harm."""
    names = ("Acme Care Plus", "Kowalski")
    passages = _passages(sample_windows[:3])
    mixed = [passages[0], replace(passages[1], hot_words=names), replace(passages[2], hot_words=names * 100)]
    engine = load_demo()
    heard = engine.hear(mixed)
    assert len(heard) == 3
    assert _texts(heard)[0] == _texts(engine.hear(passages[:1]))[0]


def test_engines_agree(converted_demo: Path, sample_windows: list[Samples]) -> None:
    """With the same weights in float32 both engines hear the same: words, times and probabilities."""
    one, other = (
        load_engine(_settings(kind, model)).hear(_passages(sample_windows))
        for kind, model in (("whisper", SAMPLES / "demo-whisper.pt"), ("faster-whisper", converted_demo))
    )
    alike = [pair for pair in zip(one, other, strict=True) if _texts(pair[:1]) == _texts(pair[1:])]
    assert len(alike) > 0.8 * len(sample_windows)  # second tries differ: samples there, searches here
    for ours, theirs in alike:
        assert ours.no_speech == pytest.approx(theirs.no_speech, abs=1e-3)
        for word, same in zip(ours.words, theirs.words, strict=True):
            assert (word.start, word.end) == pytest.approx((same.start, same.end), abs=0.021)
            assert word.probability == pytest.approx(same.probability, abs=0.05)
