"""The seam for speech recognition engines: windows of audio in, words with times out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from pca_pipeline.call import Samples
from pca_pipeline.settings import SpeechSettings

ENGINE_RATE = 16_000  # Hz, what every engine is fed


@dataclass(frozen=True, slots=True, repr=False)
class HeardWord:
    """A word as an engine heard it, seconds from its window's start. Raw."""

    text: str
    start: float
    end: float
    probability: float


class Engine(Protocol):
    """What turns audio into words."""

    name: str
    language: str

    def hear(self, windows: Sequence[Samples]) -> list[list[HeardWord]]:
        """Words of each window, in order. A window is float32 at `ENGINE_RATE`, at most 30 s."""
        ...


def load_engine(settings: SpeechSettings) -> Engine:
    """The engine the settings ask for, its weights and those of diarization loaded. Raises SetupError."""
    # torch models load slowly: only when needed
    from pca_pipeline.speech.diarization import load_pipeline
    from pca_pipeline.speech.whisper_engine import WhisperEngine

    if settings.diarization_model:
        load_pipeline(settings.diarization_model)
    return WhisperEngine(settings)
