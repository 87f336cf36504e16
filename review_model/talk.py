"""Marked conversations as the network learns from them: their values changed, their writing changed, words misheard."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

from benchmarks.redaction_calls import Call, Turn, Word, noisy
from benchmarks.written_redaction import NEUTRAL, read_conversations
from pca_pipeline.pii.words.lexicon import TITLES, first_names, is_word
from review_model.exchanges import exchanges
from review_model.people import first_name, surname

TALK = Path(__file__).parent / "talk"
NOISE = (0.0, 0.0, 0.0, 0.03, 0.08)  # shares of words misheard, one of which is drawn
UNMARKED, RENAMED = 0.15, 0.8  # shares of conversations in lower case without marks, and with other names
CUT, LONGEST_PIECE = 0.25, 6  # share of which only some turns in a row are left, as of a chat; most turns of these
LABELLED = 0.05  # with labels for values, as in a text that was redacted before
EXCHANGES = 6  # in a snippet
_UNITS = "one two three four five six seven eight nine".split()
_DATED = frozenset({"DATE_OF_BIRTH", "AGE", "CARD_EXPIRY"})  # which other digits could make impossible
_NAMED = frozenset({"PERSON", NEUTRAL})
_MARKS = ".,?!;:"


def conversations(folder: Path = TALK) -> list[Call]:
    """The conversations as they were written."""
    return [written.call for written in read_conversations(folder)]


def changed(call: Call, rng: Random) -> Call:
    """A conversation with other digits and names, here and there in other writing, with words misheard."""
    if rng.random() < LABELLED:
        return _labelled(call)
    if rng.random() < CUT:
        call = _piece(call, rng)
    digits, names = _digits(rng), _Names(rng)
    plain, renamed = rng.random() < UNMARKED, rng.random() < RENAMED
    turns = []
    for turn in call.turns:
        words = (_with_digits(word, digits) for word in turn.words)
        words = (names.changed(word) if renamed else word for word in words)
        turns.append(Turn(turn.speaker, tuple(map(_without_marks, words) if plain else words)))
    agent = names.known.get(call.agent.lower(), call.agent)
    return noisy(replace(call, turns=tuple(turns), agent=agent), rng.choice(NOISE), rng)


def _piece(call: Call, rng: Random) -> Call:
    first = rng.randrange(len(call.turns))
    return replace(call, turns=call.turns[first : first + rng.randint(1, LONGEST_PIECE)])


def _digits(rng: Random) -> dict[str, str]:
    """Which digit stands for which; zero stays, since it is said as a letter."""
    mixed = rng.sample(range(1, 10), 9)
    numerals = {str(at): str(digit) for at, digit in enumerate(mixed, start=1)}
    return numerals | {_UNITS[at - 1]: _UNITS[digit - 1] for at, digit in enumerate(mixed, start=1)}


def _with_digits(word: Word, digits: dict[str, str]) -> Word:
    if word.entity is None or word.entity in _DATED:
        return word
    bare = word.text.strip(_MARKS)
    if bare.lower() in digits:
        said = digits[bare.lower()]
        return replace(word, text=word.text.replace(bare, said.capitalize() if bare[:1].isupper() else said))
    return replace(word, text="".join(digits.get(letter, letter) for letter in word.text))


class _Names:
    """Gives each name of a conversation another one, the same each time."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self.known: dict[str, str] = {}

    def changed(self, word: Word) -> Word:
        match = re.match(r"(\W*)(\w[\w'’-]*?)((?:['’]s)?\W*)$", word.text)
        if word.entity not in _NAMED or match is None or len(match[2]) < 3 or match[2].lower() in TITLES:
            return word
        if not word.needed and is_word(match[2].lower()) or any(map(str.isdigit, match[2])):
            return word
        if re.fullmatch(r"\w(?:-\w)+", match[2]):
            letters = match[2].replace("-", "")
            return self._as(word, match, "-".join(self._other(letters)) if letters.lower() in self.known else match[2])
        return self._as(word, match, self._other(match[2]))

    def _other(self, name: str) -> str:
        key = name.lower()
        if key not in self.known:
            made = first_name(self._rng) if key in first_names() else surname(self._rng)
            self.known[key] = made.split()[0]
        other = self.known[key]
        return other.lower() if name.islower() else other.upper() if name.isupper() else other

    @staticmethod
    def _as(word: Word, match: re.Match[str], name: str) -> Word:
        return replace(word, text=match[1] + name + match[3])


def _without_marks(word: Word) -> Word:
    return replace(word, text=word.text.lower().rstrip(_MARKS) or word.text)


def _labelled(call: Call) -> Call:
    """Labels for values; nothing is left to be found."""
    turns = []
    for turn in call.turns:
        words = [_label(word) if word.entity and word.needed else replace(word, entity=None) for word in turn.words]
        turns.append(Turn(turn.speaker, tuple(one for at, one in enumerate(words) if not at or one != words[at - 1])))
    return replace(call, turns=tuple(turns))


def _label(word: Word) -> Word:
    return Word(f"<{word.entity}>", NEUTRAL, word.value, needed=False)


def snippets(count: int, rng: Random) -> Iterator[Call]:
    """Talk from the wordings, whose names alone are marked: what holds a digit there may be personal or not."""
    source = exchanges(rng)
    for _ in range(count):
        spoken = (turn for _ in range(EXCHANGES) for turn in next(source))
        turns = (Turn(t.speaker, tuple(_word(w.text, w.label, w.name) for w in t.words)) for t in spoken)
        yield Call(tuple(turns), agent="")


def _word(text: str, label: str, name: int) -> Word:
    unsure = any(map(str.isdigit, text))
    return Word(text, label or (NEUTRAL if unsure else None), name, needed=bool(label))
