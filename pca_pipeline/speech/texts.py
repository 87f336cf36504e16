"""What all engines share about Whisper's texts: how long one may be, whether it is credible, and its words."""

from __future__ import annotations

import string
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from whisper.timing import merge_punctuations

from pca_pipeline.speech.engine import HeardWord

# openai-whisper's own thresholds (whisper/transcribe.py).
MAX_COMPRESSION_RATIO = 2.4
MIN_MEAN_LOG_PROBABILITY = -1.0
MAX_NO_SPEECH_PROBABILITY = 0.6
MAX_TOKENS = 224  # of one text: half of Whisper's context
TOKENS_PER_SECOND = 12.0  # digits read fast make 5; without a limit a runaway text goes on to `MAX_TOKENS`
SPARE_TOKENS = 12


@dataclass(frozen=True, slots=True)
class Quality:
    """What shows whether a text is credible."""

    mean_log_probability: float  # over its tokens and its end
    compression_ratio: float  # of the text by zlib: high where it repeats itself
    no_speech: float  # probability that nobody speaks, by the model
    ended: bool  # by itself, not by its limit

    @property
    def loops(self) -> bool:
        return self.compression_ratio > MAX_COMPRESSION_RATIO

    @property
    def likely(self) -> bool:
        return self.mean_log_probability >= MIN_MEAN_LOG_PROBABILITY

    @property
    def silence(self) -> bool:
        """Improbable words where probably nobody speaks, by the library's rule."""
        return self.no_speech > MAX_NO_SPEECH_PROBABILITY and not self.likely

    @property
    def acceptable(self) -> bool:
        """Whether no second try is needed."""
        return self.silence or (self.ended and self.likely and not self.loops)

    @property
    def rank(self) -> tuple[bool, bool, bool, float]:
        """Greater for the better of several tries."""
        return self.acceptable, not self.loops, self.ended, self.mean_log_probability


def token_limit(seconds: float) -> int:
    """More tokens than anybody says in that many seconds."""
    return min(int(TOKENS_PER_SECOND * seconds) + SPARE_TOKENS, MAX_TOKENS)


@dataclass(slots=True, repr=False)
class TimedWord:
    """whisper/timing.py's WordTiming, and when the word's first token ends; seconds. Raw."""

    word: str
    tokens: list[int]
    start: float
    end: float
    probability: float
    begun_by: float

    def __repr__(self) -> str:
        return f"TimedWord({self.start:.2f} to {self.end:.2f} s)"


def timed_word(text: str, tokens: list[int], first_token: str, edges: Sequence[float], probability: float) -> TimedWord:
    """A word with the `edges` of its tokens, in seconds: the start of each and the end of the last.

    A first token of several digits or capitals may be spelled out with pauses, so its beginning is kept as it is.
    """
    spelled = sum(character.isdigit() or character.isupper() for character in first_token) > 1
    begun_by = float(edges[0] if spelled else edges[1])
    return TimedWord(text, tokens, float(edges[0]), float(edges[-1]), probability, begun_by)


def heard_words(timings: list[TimedWord]) -> Iterator[HeardWord]:
    """Words with their punctuation; marks that stand alone are left out."""
    merge_punctuations(timings, "\"'“¿([{-", "\"'.。,，!！?？:：”)]}、")
    for timing in timings:
        text = timing.word.strip()
        if text.strip(string.punctuation):
            yield HeardWord(text, timing.start, timing.end, timing.probability, timing.begun_by)
