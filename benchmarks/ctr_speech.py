"""What is said in a generated call: turns of words with times, on the channel where they are heard."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Protocol

from pca_pipeline.call import Word

EXTERNAL, INTERNAL = 0, 1
CUSTOMER = "customer"
_TALK = "so I see the order here and it is on the way to you now thank you for that let me look at it again".split()
_MACHINES = frozenset({"ivr", "bot", "queue", "voicemail", "survey"})
_SILENT = frozenset({"ringing"})


@dataclass(frozen=True, slots=True)
class OnLine:
    """Who is heard on the internal channel, truly, between two seconds of the recording."""

    kind: str
    who: str
    start: float
    end: float
    others: tuple[str, ...] = ()  # who is heard there as well, in a conference


@dataclass(frozen=True, slots=True)
class Said:
    """A word and who says it."""

    word: Word
    who: str


class Reader(Protocol):
    """Reads the turns of the internal channel aloud."""

    def lengths(self, speaker: str, words: Sequence[str]) -> list[tuple[float, float]]:
        """Start and end of each word after the turn's start."""

    def keep(self, speaker: str, words: Sequence[str], start: float, end: float) -> None:
        """Play a turn from `start` until it is over or cut off at `end`."""


def speak(line: Sequence[OnLine], dice: Random, reader: Reader | None = None) -> tuple[Said, ...]:
    """The words of a call, ordered by start; if a `reader` reads them aloud, it gives their times."""
    said = [one for stage in line for one in _stage(stage, dice, reader)]
    return tuple(sorted(said, key=lambda one: (one.word.start, one.word.channel)))


def _stage(stage: OnLine, dice: Random, reader: Reader | None) -> Iterator[Said]:
    """What is said while one party is on the line; a change of party cuts it short."""
    if stage.kind in _SILENT or stage.kind == "secure_pause" and stage.who.startswith("user"):
        return
    if stage.kind in ("hold", "consult"):
        yield from _waiting(stage, dice, reader)
        return
    now, speaker = stage.start + dice.uniform(0.05, 1.0), stage.who
    voices = [stage.who, *stage.others, CUSTOMER]
    while now < stage.end:
        words = list(_turn(speaker, now, stage, dice, reader))
        yield from words
        now = (words[-1].word.end if words else stage.end) + _gap(stage, dice)
        speaker = dice.choice([voice for voice in voices if voice != speaker])
        if stage.kind in _MACHINES and dice.random() < 0.7:
            speaker, now = stage.who, now + dice.uniform(0, 8 if stage.kind == "queue" else 1)


def _waiting(stage: OnLine, dice: Random, reader: Reader | None) -> Iterator[Said]:
    """Music, in which speech recognition may find a word or two; in a consult the agent may come back for a moment."""
    if stage.kind == "consult" and dice.random() < 0.3 and stage.end - stage.start > 12:
        yield from _turn(stage.who, dice.uniform(stage.start + 2, stage.end - 8), stage, dice, reader, 6)
    if stage.kind == "hold" and dice.random() < 0.3:
        yield from _turn("hold", dice.uniform(stage.start, stage.end - 1), stage, dice, reader, 4)
    if dice.random() < 0.2:
        yield from _turn(CUSTOMER, dice.uniform(stage.start, stage.end - 1), stage, dice, reader, 4)


def _gap(stage: OnLine, dice: Random) -> float:
    """Seconds between two turns: people answer after a third of a second, or into the other's last word."""
    return dice.gauss(0.4, 0.3) if not stage.others else max(0.05, dice.gauss(0.4, 0.3))


def _turn(
    speaker: str, start: float, stage: OnLine, dice: Random, reader: Reader | None, longest: int = 18
) -> Iterator[Said]:
    """Words of one speaker until the stage ends; a word that is cut by more than half is not heard."""
    if reader is not None and speaker != CUSTOMER:
        yield from _read(speaker, max(start, stage.start), stage.end, dice, reader, longest)
        return
    channel = EXTERNAL if speaker == CUSTOMER else INTERNAL
    now, count = max(start, stage.start), dice.randint(1, longest)
    for place in range(count):
        length, last = dice.uniform(0.12, 0.45), place == count - 1
        if now + length / 2 > stage.end:
            return
        text = dice.choice(_TALK) + ("." if last else "," if dice.random() < 0.1 else "")
        yield Said(Word(text, now, min(now + length, stage.end), 0.9, channel), speaker)
        now += length + (dice.uniform(0.15, 0.5) if text.endswith(",") else dice.uniform(0, 0.08))


def _read(speaker: str, start: float, end: float, dice: Random, reader: Reader, longest: int) -> Iterator[Said]:
    """A turn as it is read aloud, until the stage ends."""
    texts = [dice.choice(_TALK) + ("," if dice.random() < 0.1 else "") for _ in range(dice.randint(1, longest))]
    texts[-1] = texts[-1].rstrip(",") + "."
    reader.keep(speaker, texts, start, end)
    for text, (first, last) in zip(texts, reader.lengths(speaker, texts), strict=True):
        if start + (first + last) / 2 > end:
            return
        yield Said(Word(text, start + first, min(start + last, end), 0.9, INTERNAL), speaker)
