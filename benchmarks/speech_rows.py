"""The rows of `benchmarks.speech`: one system each, with what it heard compared to what was said."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import partial
from typing import Any

import numpy as np
import torch
from rapidfuzz.distance import Levenshtein
from whisper.normalizers import EnglishTextNormalizer

from benchmarks.processes import cores
from pca_pipeline import audio
from pca_pipeline.call import Recording, Samples
from pca_pipeline.settings import SpeechSettings
from pca_pipeline.speech import load_engine, transcribe
from pca_pipeline.speech.engine import ENGINE_RATE, Engine
from pca_pipeline.speech.weights import load_weights

SILENCE_SECONDS = 0.5
NORMAL = EnglishTextNormalizer()
HEADING = (
    f"{'':42}{'x real':>8}{'WER':>8}{'silence':>9}{'start ms':>10}{'95th':>6}{'end ms':>8}{'95th':>6}"
    f"{'MiB':>7}{'encoded':>9}"
)


@dataclass(frozen=True)
class Spoken:
    """A word with its channel, start and end, seconds."""

    channel: int
    text: str
    start: float
    end: float


@dataclass
class Tally:
    """What one system did over all calls."""

    seconds: float = 0.0
    audio_seconds: float = 0.0
    speech_seconds: float = 0.0  # sum of the words said
    words: int = 0
    errors: int = 0
    on_silence: int = 0
    encoded: int = 0
    starts: list[float] = field(default_factory=list)
    ends: list[float] = field(default_factory=list)

    def line(self, name: str, memory: int) -> str:
        """One line under `HEADING`; `memory` in bytes."""
        edges = [f"{x * 1000:.0f}" for part in (self.starts, self.ends) for x in np.percentile(part or [0], [50, 95])]
        return (
            f"{name:42}{self.audio_seconds / self.seconds:8.1f}{self.errors / self.words:8.1%}{self.on_silence:9}"
            f"{edges[0]:>10}{edges[1]:>6}{edges[2]:>8}{edges[3]:>6}"
            f"{memory / 2**20:7.0f}{60 * self.encoded / self.speech_seconds:9.1f}"
        )


@dataclass
class Row:
    """One system, and its tally."""

    hear: Callable[[Recording], list[Spoken]]
    tally: Tally = field(default_factory=Tally)

    def run(self, recording: Recording, truth: list[Spoken]) -> None:
        """One call, timed and compared."""
        begun = time.perf_counter()
        heard = self.hear(recording)
        self.tally.seconds += time.perf_counter() - begun
        self.tally.audio_seconds += recording.duration
        self.tally.speech_seconds += sum(word.end - word.start for word in truth)
        for channel in range(len(recording.channels)):
            self._compare([w for w in heard if w.channel == channel], [w for w in truth if w.channel == channel])

    def tallied(self) -> Tally:
        """The tally so far."""
        return self.tally

    def _compare(self, heard: list[Spoken], said: list[Spoken]) -> None:
        wanted, got = (NORMAL(" ".join(word.text for word in words)).split() for words in (said, heard))
        self.tally.words += len(wanted)
        self.tally.errors += Levenshtein.distance(wanted, got)
        self.tally.on_silence += sum(not any(_near(word, other) for other in said) for word in heard)
        for one, other in _same(heard, said):
            self.tally.starts.append(abs(one.start - other.start))
            self.tally.ends.append(abs(one.end - other.end))


def _near(word: Spoken, said: Spoken) -> bool:
    return word.start < said.end + SILENCE_SECONDS and said.start < word.end + SILENCE_SECONDS


def _same(heard: list[Spoken], said: list[Spoken]) -> Iterator[tuple[Spoken, Spoken]]:
    """The words that both sides have in the same order."""
    ours, theirs = ([NORMAL(word.text) for word in words] for words in (heard, said))
    for block in SequenceMatcher(None, ours, theirs, autojunk=False).get_matching_blocks():
        yield from ((heard[block.a + i], said[block.b + i]) for i in range(block.size))


def engine_row(settings: SpeechSettings) -> Row:
    """This project's engine as the pipeline uses it, its batch size included."""
    engine: Any = load_engine(settings)
    return count_windows(Row(partial(hear_with, engine, settings)), engine._model.encoder)


def hear_with(engine: Engine, settings: SpeechSettings, recording: Recording) -> list[Spoken]:
    """The words of a recording by an engine of this project."""
    words = transcribe(recording, engine, settings).words
    return [Spoken(word.channel, word.text, word.start, word.end) for word in words]


def whisper_row(settings: SpeechSettings, **options: Any) -> Row:
    """openai-whisper, channel by channel, each word with its times, and options of its `transcribe`."""
    model = load_weights(settings.model_copy(update={"compute_type": "float32"}))  # as the library keeps them
    torch.set_num_threads(cores())  # silero-vad, which is loaded too, sets one thread for the whole process
    fixed = {"language": "en", "word_timestamps": True, "fp16": model.device.type == "cuda"}
    return count_windows(Row(partial(_hear_channels, partial(model.transcribe, **fixed, **options))), model.encoder)


def _hear_channels(transcribe_channel: Callable[[Samples], Any], recording: Recording) -> list[Spoken]:
    return [
        Spoken(channel, word["word"].strip(), word["start"], word["end"])
        for channel, samples in enumerate(recording.channels)
        for segment in transcribe_channel(audio.resample(samples, recording.sample_rate, ENGINE_RATE))["segments"]
        for word in segment["words"]
    ]


def count_windows(row: Row, encoder: Any) -> Row:
    """The row, counting how many 30 s windows the encoder, a torch module, sees."""

    def count(_module: Any, inputs: tuple[torch.Tensor], _output: Any) -> None:
        row.tally.encoded += len(inputs[0])

    encoder.register_forward_hook(count)
    return row
