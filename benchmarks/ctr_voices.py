"""Generated calls read aloud: each party of the internal channel has its own synthesised voice, over a telephone.

Needs the packages that sample_calls.voices names. Words have the times at which the voices say them.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from random import Random

import numpy as np
import numpy.typing as npt

from benchmarks.ctr_speech import INTERNAL
from pca_pipeline.call import Recording
from sample_calls import telephone
from sample_calls.spoken import Line, Piece
from sample_calls.voices import SAMPLE_RATE, VOICES, say

# Voices of different origin: none is another one made larger or smaller. Two are women's of similar pitch.
PEOPLE = ("rms", "awb", "slt-large", "kal-small", "espeak-f3", "espeak-m3", "espeak-f2", "espeak-gb-m7")
_MACHINE = "slt"
_NOISE_DB = -48.0


class Voices:
    """A reader with a voice for each speaker; the sound is kept for `recording`."""

    def __init__(self, seed: int) -> None:
        self.dice = Random(f"voices {seed}")
        self.free = self.dice.sample(PEOPLE, len(PEOPLE))
        self.of: dict[str, str] = {}
        self.said: list[tuple[float, float, npt.NDArray[np.float32]]] = []  # start, end, sound
        self.levels: dict[str, float] = {}

    def lengths(self, speaker: str, words: Sequence[str]) -> list[tuple[float, float]]:
        """Start and end of each word after the turn's start."""
        return [*_spoken(self._voice(speaker), tuple(words))[1]]

    def keep(self, speaker: str, words: Sequence[str], start: float, end: float) -> None:
        """Play a turn from `start` until it is over or cut off at `end`."""
        sound, _ = _spoken(self._voice(speaker), tuple(words))
        level = self.levels.setdefault(speaker, self.dice.uniform(-26, -18))
        self.said.append((start, end, telephone.at_level(sound, level)))

    def _voice(self, speaker: str) -> str:
        if not speaker.startswith(("user", "external")):
            return _MACHINE
        if speaker not in self.of:
            self.of[speaker] = self.free.pop()
        return self.of[speaker]

    def recording(self, seconds: float) -> Recording:
        """Two channels as a recorder has them: band, G.711, line noise. The customer's is only noise."""
        rng = np.random.default_rng(self.dice.randrange(2**32))
        mixed = np.zeros(round(seconds * SAMPLE_RATE) + SAMPLE_RATE, np.float32)
        for start, end, sound in self.said:
            first = round(start * SAMPLE_RATE)
            piece = sound[: max(0, min(round(end * SAMPLE_RATE), len(mixed)) - first)]
            mixed[first : first + len(piece)] += piece
        noise = [telephone.noise(len(mixed), _NOISE_DB, "line", rng) for _ in range(2)]
        internal = telephone.mu_law(telephone.band(mixed) + noise[INTERNAL])
        channels = np.stack([noise[1 - INTERNAL], internal])[:, : round(seconds * SAMPLE_RATE)]
        return Recording(channels.astype(np.float32), SAMPLE_RATE, "ULAW")


@cache
def _spoken(voice: str, words: tuple[str, ...]) -> tuple[npt.NDArray[np.float32], tuple[tuple[float, float], ...]]:
    pieces = tuple(Piece(word, word.strip(".,").lower() + "," * word.endswith((",", "."))) for word in words)
    sound, times = say(Line(pieces), VOICES[voice])
    first = times[0][0]
    return sound[round(first * SAMPLE_RATE) :], tuple((start - first, end - first) for start, end in times)
