"""Made-up talk with its names marked, from the wordings in `wordings/`, as speech recognition and chats would write it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from random import Random

from review_model import people

WORDINGS = Path(__file__).parent / "wordings"
_CHOICE = re.compile(r"\[([^\[\]]*)\]")
_SLOT = re.compile(r"\{([a-z]+)(\d?)\}")
_LABELS = {"first": "PERSON", "last": "PERSON", "full": "PERSON", "spelled": "PERSON", "nick": "PERSON", "agent": "PERSON",
           "org": "ORGANIZATION", "place": "LOCATION"}  # fmt: skip
_DISFLUENCIES = ("um", "uh", "er", "like", "you know", "I mean", "well", "so", "yeah", "okay")
_MONTHS = "January February March April May June July August September October November December".split()
_UNITS = "zero one two three four five six seven eight nine".split()
_PLANS = (
    "Saver Plus Premium Gold Silver Basic Family Unlimited Advantage Complete Select Flex Smart Home Total Care".split()
)
_NICKS = """Al Abby Andy Barb Bea Ben Beth Bill Bob Cat Charlie Chris Cindy Dan Dave Deb Di Don Ed Ellie Fran Fred Gabe Gus Hal
    Jackie Jake Jen Jim Joe Jo Josh Kat Ken Kit Larry Liz Lou Mags Matt Meg Mike Mo Nate Ned Nick Pam Pat Pete Ray Rick Rob Ron
    Sam Sandy Sid Sue Ted Tim Tom Tony Val Vic Walt Will Zach Zoe""".split()


@dataclass(frozen=True, slots=True)
class Word:
    """A word, and the name that it is a part of: names with one number are one name."""

    text: str
    label: str = ""
    name: int = 0


@dataclass(frozen=True, slots=True)
class Turn:
    """What one speaker says."""

    speaker: str
    words: tuple[Word, ...]


@dataclass
class _Values:
    """The values of one exchange, made when first named."""

    rng: Random
    known: dict[str, str] = field(default_factory=dict)

    def get(self, slot: str, number: str) -> str:
        key = slot + number
        if key not in self.known:
            self.known[key] = self._made(slot, number)
        return self.known[key]

    def _made(self, slot: str, number: str) -> str:
        rng = self.rng
        match slot:
            case "first" | "agent":
                return people.first_name(rng)
            case "last":
                return people.surname(rng)
            case "full":
                middle = f" {rng.choice('ABCDEGHJKLMNPRST')}." if rng.random() < 0.05 else ""
                return f"{self.get('first', number)}{middle} {self.get('last', number)}"
            case "spelled":
                return _spelled(self.get("last", number), rng)
            case "nick":
                return rng.choice(_NICKS)
            case "org":
                return people.organisation(rng)
            case "place":
                return people.place(rng)
            case "state":
                return rng.choice(people.STATES)
            case "brand":
                return people.brand(rng)
            case "drug":
                return people.medicine(rng)
            case "street":
                return people.street(rng)
            case _:
                return _figure(slot, rng)


def exchanges(rng: Random) -> Iterator[tuple[Turn, ...]]:
    """Endless exchanges, each in one of the ways that transcripts are written."""
    lines = wordings()
    while True:
        turns = _spoken(rng.choice(lines), rng)
        yield _written(turns, rng)


@cache
def wordings() -> tuple[str, ...]:
    """The lines of all files."""
    texts = (path.read_text(encoding="utf-8") for path in sorted(WORDINGS.glob("*.txt")))
    lines = (line.strip() for text in texts for line in text.splitlines())
    return tuple(line for line in lines if re.match(r"[AC]:", line))


def _spoken(line: str, rng: Random) -> list[Turn]:
    """One wording of a line with its values."""
    while _CHOICE.search(line):
        line = _CHOICE.sub(lambda match: rng.choice(match[1].split("|")), line, count=1)
    values, names = _Values(rng), iter(range(1, 1000))
    turns = []
    for part in re.split(r"\s+/\s+(?=[AC]:)", line):
        speaker, _, text = part.partition(":")
        words = tuple(_joined(_words(text, values, names)))
        if words:
            turns.append(Turn("agent" if speaker.strip() == "A" else "customer", words))
    return turns


def _words(text: str, values: _Values, names: Iterator[int]) -> Iterator[Word]:
    at = 0
    pieces: list[tuple[str, str, int]] = []
    for match in _SLOT.finditer(text):
        pieces.append((text[at : match.start()], "", 0))
        slot, number = match[1], match[2]
        pieces.append((values.get(slot, number), _LABELS.get(slot, ""), next(names)))
        at = match.end()
    pieces.append((text[at:], "", 0))
    # Marks and endings that touch a value ("{first}'s", "({org})") stand with it in one word.
    open_word, owner = "", ("", 0)
    for piece, label, name in pieces:
        for sign in re.findall(r"\s+|[^\s]+", piece):
            if sign.isspace():
                if open_word:
                    yield Word(open_word, *owner)
                open_word, owner = "", ("", 0)
            else:
                open_word += sign
                owner = (label, name) if label else owner
    if open_word:
        yield Word(open_word, *owner)


def _joined(words: Iterable[Word]) -> Iterator[Word]:
    """Names that follow each other without a mark are one: "{first} {last}"."""
    before = Word("")
    for word in words:
        goes_on = word.label and word.label == before.label and before.text[-1:].isalnum()
        before = replace(word, name=before.name) if goes_on else word
        yield before


def _written(turns: list[Turn], rng: Random) -> tuple[Turn, ...]:
    """As a recognizer or a person would write it."""
    way = rng.random()
    change: Callable[[str], str]
    turns = [Turn(turn.speaker, tuple(_disfluent(turn.words, rng))) for turn in turns]
    if way < 0.42:
        change = str
    elif way < 0.82:
        change = _bare
    elif way < 0.9:
        change = str.lower
    elif way < 0.95:
        return tuple(Turn(t.speaker, tuple(_small_name(word) for word in t.words)) for t in turns)
    else:
        change = _unmarked
    written = (
        Turn(turn.speaker, tuple(Word(change(w.text), w.label, w.name) for w in turn.words if change(w.text)))
        for turn in turns
    )
    return tuple(turn for turn in written if turn.words)


def _disfluent(words: tuple[Word, ...], rng: Random) -> Iterator[Word]:
    for at, word in enumerate(words):
        inside = at and word.name and words[at - 1].name == word.name
        if not inside and rng.random() < 0.025:
            yield from (Word(text) for text in rng.choice(_DISFLUENCIES).split())
        if not word.label and rng.random() < 0.012:
            continue  # a word that was not heard
        yield word
        if not word.label and rng.random() < 0.012:
            yield word


def _bare(text: str) -> str:
    return re.sub(r"[^\w'@&+-]+", "", text).lower().strip("'-")


def _unmarked(text: str) -> str:
    return re.sub(r"[.,?!;:]+$", "", text)


def _small_name(word: Word) -> Word:
    """Speech recognition writes names that it takes for words without a capital."""
    return Word(word.text.lower(), word.label, word.name) if word.label == "PERSON" else word


def _spelled(name: str, rng: Random) -> str:
    letters = [letter for letter in name.upper() if letter.isalpha()]
    return rng.choice(("-".join(letters), " ".join(letters), ", ".join(letters)))


def _letters(rng: Random) -> str:
    return "".join(rng.choices("ABCDEFGHIJKLMNOPRSTUVWXZ", k=rng.randrange(2, 6)))


def _digits(rng: Random, least: int, end: int) -> str:
    return "".join(rng.choices("0123456789", k=rng.randrange(least, end)))


def _figure(slot: str, rng: Random) -> str:
    match slot:
        case "num":
            digits = _digits(rng, 2, 9)
            return digits if rng.random() < 0.5 else " ".join(_UNITS[int(digit)] for digit in digits)
        case "money":
            return rng.choice((f"${rng.randrange(5, 900)}", f"{_UNITS[rng.randrange(2, 10)]} hundred dollars"))
        case "date":
            return f"{rng.choice(_MONTHS)} {rng.randrange(1, 29)}{rng.choice(('', 'th'))}"
        case "time":
            return rng.choice(
                (f"{rng.randrange(1, 12)} o'clock", f"{rng.randrange(1, 12)}:30", "noon", "half past two")
            )
        case "product":
            return f"{rng.choice(_PLANS)} {rng.choice(_PLANS)}"
        case "abbr":
            return _letters(rng)
        case "letters":
            return rng.choice((" ", " ", "-", ". ")).join(_letters(rng))
        case "model":
            return _letters(rng)[: rng.randrange(1, 4)] + rng.choice(("", "", " ", "-")) + _digits(rng, 1, 5)
        case "code":
            start = _letters(rng) if rng.random() < 0.6 else _digits(rng, 1, 4)
            return start + rng.choice(("-", "", " ")) + _digits(rng, 2, 6)
        case _:
            raise ValueError(f"no slot is called {slot}")
