"""What is said on a generated call: turns of words with times, on the channel where they are heard."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

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


def speak(line: Sequence[OnLine], dice: Random) -> tuple[Said, ...]:
    """The words of a call, ordered by start."""
    said = [one for stage in line for one in _stage(stage, dice)]
    return tuple(sorted(said, key=lambda one: (one.word.start, one.word.channel)))


def _stage(stage: OnLine, dice: Random) -> Iterator[Said]:
    """What is said while one party is on the line; a change of party cuts it short."""
    if stage.kind in _SILENT or stage.kind == "secure_pause" and stage.who.startswith("user"):
        return
    if stage.kind in ("hold", "consult"):
        yield from _waiting(stage, dice)
        return
    now, speaker = stage.start + dice.uniform(0.05, 1.0), stage.who
    voices = [stage.who, *stage.others, CUSTOMER]
    while now < stage.end:
        words = list(_turn(speaker, now, stage, dice))
        yield from words
        now = (words[-1].word.end if words else stage.end) + _gap(stage, dice)
        speaker = dice.choice([voice for voice in voices if voice != speaker])
        if stage.kind in _MACHINES and dice.random() < 0.7:
            speaker, now = stage.who, now + dice.uniform(0, 8 if stage.kind == "queue" else 1)


def _waiting(stage: OnLine, dice: Random) -> Iterator[Said]:
    """Music, to which speech recognition may add a word or two; in a consult the agent may come back for a moment."""
    if stage.kind == "consult" and dice.random() < 0.3 and stage.end - stage.start > 12:
        yield from _turn(stage.who, dice.uniform(stage.start + 2, stage.end - 8), stage, dice, 6)
    if stage.kind == "hold" and dice.random() < 0.3:
        yield from _turn("hold", dice.uniform(stage.start, stage.end - 1), stage, dice, 4)
    if dice.random() < 0.2:
        yield from _turn(CUSTOMER, dice.uniform(stage.start, stage.end - 1), stage, dice, 4)


def _gap(stage: OnLine, dice: Random) -> float:
    """Seconds between two turns: people answer after a third of a second, or into the other's last word."""
    return dice.gauss(0.4, 0.3) if not stage.others else max(0.05, dice.gauss(0.4, 0.3))


def _turn(speaker: str, start: float, stage: OnLine, dice: Random, longest: int = 18) -> Iterator[Said]:
    """Words of one speaker, as far as the stage lasts; a word that it cuts by more than half is not heard."""
    channel = EXTERNAL if speaker == CUSTOMER else INTERNAL
    now, count = max(start, stage.start), dice.randint(1, longest)
    for place in range(count):
        length, last = dice.uniform(0.12, 0.45), place == count - 1
        if now + length / 2 > stage.end:
            return
        text = dice.choice(_TALK) + ("." if last else "," if dice.random() < 0.1 else "")
        yield Said(Word(text, now, min(now + length, stage.end), 0.9, channel), speaker)
        now += length + (dice.uniform(0.15, 0.5) if text.endswith(",") else dice.uniform(0, 0.08))
