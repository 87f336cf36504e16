"""Memory does not grow with a recording's length, but for the recording itself."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import torch

from benchmarks.processes import Worker
from benchmarks.speech_memory import SAMPLES, repeated
from pca_pipeline import audio
from pca_pipeline.settings import SpeechSettings
from pca_pipeline.speech import HeardPassage, HeardWord, Passage, transcribe

SHORT, LONG = 16, 48  # minutes; with the first all parts that are held together are full
ALLOWED = 48 * 2**20  # bytes more for 32 minutes; looking for speech in all of it at once takes 10 MiB a minute


class Babbling:
    """An engine that needs no memory and hears a word in each half second, no two alike in a row."""

    name = "babbling"

    def hear(self, passages: Sequence[Passage]) -> list[HeardPassage]:
        """Words up to each passage's end."""
        return [
            HeardPassage(
                tuple(
                    HeardWord("ab"[half % 2], half / 2, half / 2 + 0.5, 0.9, half / 2 + 0.2)
                    for half in range(int(2 * passage.seconds))
                ),
                "en",
                0.0,
            )
            for passage in passages
        ]


class Call:
    """A sample call over and over, in a process of its own."""

    def __init__(self, minutes: int) -> None:
        torch.set_num_threads(1)  # threads that wait for one another would cost more than they compute
        self._recording = repeated(audio.read(SAMPLES / "calls/billing-late-fee.wav"), minutes / 60)

    def bytes(self) -> int:
        """The recording's own."""
        return self._recording.channels.nbytes

    def words(self) -> int:
        """How many words are heard."""
        return len(transcribe(self._recording, Babbling(), SpeechSettings()).words)


def _heard(minutes: int) -> tuple[int, int]:
    """Words of a call, and the most memory that hearing it took, without the recording."""
    worker = Worker(partial(Call, minutes))
    words, recording = worker.do("words"), worker.do("bytes")
    return words, worker.finish() - recording


def test_memory_does_not_grow_with_the_recording() -> None:
    """Speech is looked for, packed and resampled part by part."""
    (few, short), (many, long) = _heard(SHORT), _heard(LONG)
    assert many > 0.9 * LONG / SHORT * few
    assert long - short < ALLOWED
