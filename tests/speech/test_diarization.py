from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import pca_pipeline.telemetry  # noqa: F401  (before pyannote is imported)
from pca_pipeline.call import Recording, Word
from pca_pipeline.errors import SetupError
from pca_pipeline.speech.diarization import diarize, label_voices


@pytest.mark.parametrize(
    ("word", "voice"),
    [((0.0, 1.0), "voice_1"), ((1.8, 2.6), "voice_2"), ((1.2, 1.9), "voice_1"), ((3.5, 4.0), None)],
)
def test_a_word_gets_the_voice_that_covers_most_of_it(word: tuple[float, float], voice: str | None) -> None:
    """Words between turns stay without a voice."""
    turns = [(0.0, 1.5, "voice_1"), (1.7, 3.0, "voice_2")]
    (labelled,) = label_voices([Word("word", *word, 0.9, 0)], turns, 0)
    assert labelled.voice == voice


def test_a_missing_pipeline_is_named(tmp_path: Path) -> None:
    """The error says where weights were expected."""
    with pytest.raises(SetupError, match=str(tmp_path)):
        diarize(Recording(np.zeros((1, 8000), np.float32), 8000, "PCM_16"), 0, tmp_path)


@pytest.mark.slow
def test_the_smallest_pipeline_of_pyannote_runs(tmp_path: Path) -> None:
    """Untrained models of pyannote's own classes, loaded from a folder: turns in order, voices by number."""
    from tests.speech.tiny_pyannote import write_pipeline

    write_pipeline(tmp_path)
    samples = np.random.default_rng(0).normal(0, 0.1, (1, 12 * 8000)).astype(np.float32)
    turns = diarize(Recording(samples, 8000, "PCM_16"), 0, tmp_path)
    assert turns
    assert all(0 <= start < end <= 12.1 for start, end, _ in turns)
    assert {voice for _, _, voice in turns} <= {f"voice_{n}" for n in range(1, 10)}
