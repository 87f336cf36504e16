"""The interface of speech recognition engines: passages of audio in, words with times out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from pca_pipeline.call import Samples
from pca_pipeline.settings import SpeechSettings

ENGINE_RATE = 16_000  # Hz; every engine takes this rate
MAX_SECONDS = 30.0  # of one passage: what Whisper's encoder takes in
# A group's language is detected by so many passages: some minutes of speech, where Whisper itself takes the first 30 s.
LANGUAGE_PASSAGES = 8


@dataclass(frozen=True, slots=True, repr=False)
class Passage:
    """Speech of one channel to recognize: float32 at `ENGINE_RATE`, shape (n,), at most `MAX_SECONDS`. Raw.

    Passages of one `group` are one channel of one recording. Where `language` is None it is detected for the whole
    group, by its first `LANGUAGE_PASSAGES`. `hot_words` are names and terms that are likely to be said.
    """

    samples: Samples
    group: int
    language: str | None
    hot_words: tuple[str, ...] = ()

    @property
    def seconds(self) -> float:
        return len(self.samples) / ENGINE_RATE

    def __repr__(self) -> str:
        return f"Passage(group {self.group}, {self.seconds:.2f} s)"


@dataclass(frozen=True, slots=True, repr=False)
class HeardWord:
    """A word as an engine heard it; times are seconds from its passage's start. Raw.

    `start` may lie in a pause before the word, which begins by `begun_by` at the latest.
    """

    text: str
    start: float
    end: float
    probability: float
    begun_by: float


@dataclass(frozen=True, slots=True, repr=False)
class HeardPassage:
    """What was heard in a passage. Raw."""

    words: tuple[HeardWord, ...]
    language: str
    no_speech: float  # probability that nobody speaks, by the model

    def __repr__(self) -> str:
        return f"HeardPassage({len(self.words)} words, {self.language})"


def for_language_detection(passages: Sequence[Passage]) -> frozenset[int]:
    """Indices of the passages by which the languages of their groups are detected."""
    chosen, of_group = set(), Counter[int]()
    for index, passage in enumerate(passages):
        of_group[passage.group] += 1
        if passage.language is None and of_group[passage.group] <= LANGUAGE_PASSAGES:
            chosen.add(index)
    return frozenset(chosen)


class Engine(Protocol):
    """A speech recognition model in memory."""

    name: str

    def hear(self, passages: Sequence[Passage]) -> list[HeardPassage]:
        """What is said in each passage, in order. The engine decides which passages it decodes together."""
        ...


def load_engine(settings: SpeechSettings) -> Engine:
    """The engine of the settings; it and everything else that they name is loaded. Raises SetupError.

    With several GPUs, there is one engine on each.
    """
    # imported here: torch and models load slowly
    import torch

    from pca_pipeline.speech.diarization import load_pipeline
    from pca_pipeline.speech.engine_pool import EnginePool
    from pca_pipeline.speech.vocabulary import check_vocabulary

    check_vocabulary(settings)
    if settings.diarization_model:
        load_pipeline(settings.diarization_model)
    gpus = 0 if settings.device == "cpu" else torch.cuda.device_count()
    return EnginePool(settings, range(gpus)) if gpus > 1 else load_single_engine(settings)


def load_single_engine(settings: SpeechSettings) -> Engine:
    """One engine on one device, its weights loaded. Raises SetupError."""
    if settings.engine == "faster-whisper":
        from pca_pipeline.speech.faster_whisper_engine import FasterWhisperEngine

        return FasterWhisperEngine(settings)
    from pca_pipeline.speech.whisper_engine import WhisperEngine

    return WhisperEngine(settings)
