"""This engine beside openai-whisper's own `transcribe`, on the same audio, weights and machine, call by call in turn.

    python -m benchmarks.speech [--calls DIR] [--limit 8]

`DIR` is a folder as `sample_calls.build` makes it. The peer hears each channel on its own with word times, its other
settings as they come. Speed is seconds of stereo calls per second of wall clock, models loaded beforehand. Words are
compared after Whisper's English normaliser; a word on silence is one that lies half a second from any speech.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import numpy as np
import torch
from rapidfuzz.distance import Levenshtein
from whisper.normalizers import EnglishTextNormalizer

from pca_pipeline import audio
from pca_pipeline.call import Recording
from pca_pipeline.settings import SpeechSettings
from pca_pipeline.speech import load_engine, transcribe
from pca_pipeline.speech.engine import ENGINE_RATE
from pca_pipeline.speech.weights import load_weights

SAMPLES = Path(__file__).parent.parent / "sample_calls"
SILENCE_SECONDS = 0.5
NORMAL = EnglishTextNormalizer()


@dataclass(frozen=True)
class Spoken:
    """A word with its channel, start and end, seconds."""

    channel: int
    text: str
    start: float
    end: float


@dataclass
class Row:
    """What one system did over all calls."""

    name: str
    hear: Callable[[Recording], list[Spoken]]
    seconds: float = 0.0
    audio_seconds: float = 0.0
    words: int = 0
    errors: int = 0
    on_silence: int = 0
    encoded: int = 0
    edges: list[float] = field(default_factory=list)

    def run(self, recording: Recording, truth: list[Spoken]) -> None:
        """One call, timed and compared."""
        begun = time.perf_counter()
        heard = self.hear(recording)
        self.seconds += time.perf_counter() - begun
        self.audio_seconds += recording.duration
        for channel in range(len(recording.channels)):
            self._compare([w for w in heard if w.channel == channel], [w for w in truth if w.channel == channel])

    def _compare(self, heard: list[Spoken], said: list[Spoken]) -> None:
        wanted, got = (NORMAL(" ".join(word.text for word in words)).split() for words in (said, heard))
        self.words += len(wanted)
        self.errors += Levenshtein.distance(wanted, got)
        self.on_silence += sum(not any(_near(word, other) for other in said) for word in heard)
        self.edges += _edge_errors(heard, said)

    def __str__(self) -> str:
        median, late = np.percentile(self.edges, [50, 95]) * 1000
        return (
            f"{self.name:28}{self.audio_seconds / self.seconds:8.1f}{self.errors / self.words:8.1%}"
            f"{self.on_silence:9}{median:9.0f}{late:7.0f}{self.encoded:9}"
        )


def _near(word: Spoken, said: Spoken) -> bool:
    return word.start < said.end + SILENCE_SECONDS and said.start < word.end + SILENCE_SECONDS


def _edge_errors(heard: list[Spoken], said: list[Spoken]) -> list[float]:
    """Distances of starts and ends, seconds, of the words that both sides have in the same order."""
    keys = [[NORMAL(word.text) for word in words] for words in (said, heard)]
    blocks = SequenceMatcher(None, *keys, autojunk=False).get_matching_blocks()
    pairs = [(said[block.a + i], heard[block.b + i]) for block in blocks for i in range(block.size)]
    return [abs(a - b) for one, two in pairs for a, b in ((one.start, two.start), (one.end, two.end))]


def engine_row(settings: SpeechSettings) -> Row:
    """This project's engine as the pipeline uses it, its batch size included."""
    engine: Any = load_engine(settings)

    def hear(recording: Recording) -> list[Spoken]:
        words = transcribe(recording, engine, settings).words
        return [Spoken(word.channel, word.text, word.start, word.end) for word in words]

    return _counted(Row("pca_pipeline", hear), engine._model)


def peer_row(settings: SpeechSettings) -> Row:
    """openai-whisper, channel by channel, each word with its times."""
    model = load_weights(settings)

    def hear(recording: Recording) -> list[Spoken]:
        return [
            Spoken(channel, word["word"].strip(), word["start"], word["end"])
            for channel, samples in enumerate(recording.channels)
            for segment in _transcribed(model, audio.resample(samples, recording.sample_rate, ENGINE_RATE))
            for word in segment["words"]
        ]

    return _counted(Row("openai-whisper transcribe", hear), model)


def _transcribed(model: Any, samples: Any) -> Any:
    return model.transcribe(samples, language="en", word_timestamps=True, fp16=model.device.type == "cuda")["segments"]


def _counted(row: Row, model: Any) -> Row:
    """The row, counting how many 30 s windows the encoder sees."""

    def count(_module: Any, inputs: tuple[torch.Tensor], _output: Any) -> None:
        row.encoded += len(inputs[0])

    model.encoder.register_forward_hook(count)
    return row


def read_calls(folder: Path, limit: int) -> Iterator[tuple[Recording, list[Spoken]]]:
    """Recordings and the words that were said."""
    for path in sorted((folder / "truth").glob("*.truth.json"))[:limit]:
        truth = json.loads(path.read_text())
        said = [
            Spoken(utterance["channel"], word["text"], word["start"], word["end"])
            for utterance in truth["utterances"]
            for word in utterance["words"]
        ]
        yield audio.read(folder / truth["audio"]), said


def main() -> None:
    """Print one line for each system."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=Path, default=SAMPLES)
    parser.add_argument("--limit", type=int, default=8)
    arguments = parser.parse_args()
    settings = SpeechSettings(model=str(SAMPLES / "demo-whisper.pt"))
    rows = [peer_row(settings), engine_row(settings)]
    for recording, truth in read_calls(arguments.calls, arguments.limit):
        for row in rows:
            row.run(recording, truth)
    print(f"{rows[0].audio_seconds / 60:.1f} minutes of calls, {torch.get_num_threads()} threads")
    print(f"{'':28}{'x real':>8}{'WER':>8}{'silence':>9}{'edge ms':>9}{'95th':>7}{'encoded':>9}")
    for row in rows:
        print(row)


if __name__ == "__main__":
    main()
