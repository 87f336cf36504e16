"""Words with their channel, raw or redacted."""

from __future__ import annotations

from dataclasses import dataclass, field

from pca_pipeline.call import RedactedWord, Word


@dataclass(frozen=True, slots=True)
class Spoken:
    """A word or a label on its channel."""

    source: int  # index into the words that were given, ordered by start within a channel
    channel: int
    start: float
    end: float
    text: str = field(repr=False)
    voice: str | None = None
    tie: int | None = None  # words with the same tie stay in one segment

    @property
    def middle(self) -> float:
        return (self.start + self.end) / 2

    @property
    def ends_sentence(self) -> bool:
        return ends_sentence(self.text)


def ends_sentence(word: str) -> bool:
    """Whether a word is the last of a sentence, by its punctuation."""
    return word.rstrip("\"')").endswith((".", "?", "!"))


def spoken(source: int, word: Word | RedactedWord, channel: int, voice: str | None = None) -> Spoken:
    """A word of a call on its channel; `source` is its place among all that are given."""
    return Spoken(source, channel, word.start, word.end, word.text, voice)
