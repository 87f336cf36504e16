"""Generated conversations with their personal data marked, from the phrasings in `redaction_talk`.

A phrasing file has small exchanges: `A:` is the agent, `C:` the customer, `[this|that]` one of several wordings, `{card}` a
value, `{card/split}` a value said over several turns. A value stays the same within a conversation, but is said in a new
way each time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from random import Random
from string import ascii_uppercase

from benchmarks.redaction_people import city, favourite, full_name, street
from benchmarks.redaction_speech import TEENS, TENS, UNITS, Speech, below_hundred, in_words

HALVES = ("development", "held")
_TALK = Path(__file__).parent / "redaction_talk"
_CHOICE = re.compile(r"\[([^\[\]]*)\]")
_VALUE = re.compile(r"\{(\w+)(?:/(\w+))?\}([.,?!']?s?)")
_DIGITS: dict[str, tuple[int, tuple[int, ...]]] = {  # length and usual groups
    "card6": (6, (4, 2)), "cvv": (3, ()), "pin": (4, ()), "ssn": (9, (3, 2, 4)), "ssn4": (4, ()), "phone": (10, (3, 3, 4)),
    "phone2": (10, (3, 3, 4)), "account": (10, ()), "bank": (8, ()), "routing": (9, (3, 3, 3)), "sort": (6, (2, 2, 2)),
    "sin": (9, (3, 3, 3)), "nhs": (10, (3, 3, 4)), "zip": (5, ()), "otp": (6, ()), "order": (9, ()), "group": (6, ()),
    "card4": (4, ()),
}  # fmt: skip
_CODES = {  # A is any letter, 9 any digit
    "member": ("A99999999", "AAA999999999", "99999999A", "AA9999999", "999999999"),
    "policy": ("AA9999999", "AAA99999999", "A9999999", "99AA999999"),
    "claim": ("AA999999", "A99999", "999999999", "AAA99999", "99999999"),
    "plate": ("AAA9999", "AA99AAA", "9AAA999", "AAA999", "AA99999"),
    "licence": ("A9999999", "A99999999999", "999999999", "AA999999A", "AAAAA999999AA9AA"),
    "passport": ("999999999", "A99999999", "AA999999"),
    "serial": ("AA99999999", "A9A9999999", "AAA9999999"),
    "code": ("AA9999", "A9AA99", "9A999AA", "1A999AA9999999"),
    "nino": ("AA999999A",),
    "iban": ("GB99AAAA99999999999999", "DE99999999999999999999", "NL99AAAA9999999999", "IE99AAAA99999999999999"),
    "postcode": ("AA99 9AA", "A99 9AA", "AA9 9AA", "AA9A 9AA"),
    "postal": ("A9A 9A9",),
}
ENTITIES = {
    "full": "PERSON", "first": "PERSON", "last": "PERSON", "dob": "DATE_OF_BIRTH", "age": "AGE", "email": "EMAIL_ADDRESS",
    "card": "CREDIT_CARD", "card4": "CREDIT_CARD", "card6": "CREDIT_CARD", "cvv": "CVV", "expiry": "CARD_EXPIRY", "pin": "PIN",
    "ssn": "US_SSN", "ssn4": "US_SSN", "sin": "CA_SIN", "nino": "UK_NINO", "nhs": "UK_NHS", "phone": "PHONE_NUMBER",
    "phone2": "PHONE_NUMBER", "account": "ACCOUNT_NUMBER", "bank": "ACCOUNT_NUMBER", "routing": "ROUTING_NUMBER",
    "sort": "ROUTING_NUMBER", "iban": "IBAN_CODE", "zip": "ZIP_CODE", "postcode": "ZIP_CODE", "postal": "ZIP_CODE",
    "address": "STREET_ADDRESS", "city": "LOCATION", "plate": "LICENSE_PLATE", "licence": "ID_DOCUMENT", "passport": "ID_DOCUMENT",
    "member": "ACCOUNT_NUMBER", "policy": "ACCOUNT_NUMBER", "claim": "ACCOUNT_NUMBER", "order": "ACCOUNT_NUMBER",
    "group": "ACCOUNT_NUMBER", "serial": "DEVICE_ID", "code": "ACCOUNT_NUMBER", "otp": "PASSWORD", "password": "PASSWORD",
    "username": "USERNAME", "pet": "SECURITY_ANSWER", "maiden": "SECURITY_ANSWER", "town": "SECURITY_ANSWER",
    "car": "SECURITY_ANSWER",
}  # fmt: skip
_ACKS = (
    "Okay.",
    "Mhm.",
    "Got it.",
    "Uh-huh.",
    "Right.",
    "Yep.",
    "Go on.",
    "And the rest?",
    "I'm with you.",
    "Yes.",
    "Okay, next?",
)


@dataclass(frozen=True)
class Word:
    """One word and, if it is personal, its entity and which value of the conversation it belongs to."""

    text: str
    entity: str | None = None
    value: int = 0
    needed: bool = True  # False for "um" inside a value, and for what noise left without content


@dataclass(frozen=True)
class Turn:
    """What one speaker says."""

    speaker: str
    words: tuple[Word, ...]


@dataclass(frozen=True)
class Call:
    """A conversation and the agent's name, which is in the record of the call."""

    turns: tuple[Turn, ...]
    agent: str


@cache
def exchanges(half: str) -> dict[str, list[list[tuple[str, str]]]]:
    """The exchanges of a half's phrasing files by section: openings, personal, business, closings."""
    sections: dict[str, list[list[tuple[str, str]]]] = {}
    text = "\n".join(path.read_text(encoding="utf-8") for path in sorted(_TALK.glob(f"{half}*.txt")))
    for part in re.split(r"^== ", text, flags=re.MULTILINE)[1:]:
        name, _, body = part.partition("\n")
        blocks = [block.strip().splitlines() for block in body.strip().split("\n\n")]
        talk = [[("agent" if line[0] == "A" else "customer", line[3:]) for line in block] for block in blocks]
        sections.setdefault(name.strip(), []).extend(talk)
    return sections


def make_call(half: str, form: str, rng: Random) -> Call:
    """A conversation of one half's phrasings in one form."""
    talk, caller = exchanges(half), _Caller(half, form, rng)
    body = rng.sample(talk["personal"], rng.randrange(3, 7)) + rng.sample(talk["business"], rng.randrange(2, 6))
    rng.shuffle(body)
    turns: list[Turn] = []
    for block in (rng.choice(talk["openings"]), *body, rng.choice(talk["closings"])):
        for speaker, text in block:
            turns += caller.say(speaker, text)
    return Call(tuple(turns), caller.agent)


class _Caller:
    """The values of one conversation, said in one form."""

    def __init__(self, half: str, form: str, rng: Random) -> None:
        self._half, self._rng = HALVES.index(half), rng
        self._speech = Speech(form, rng)
        self._values: dict[str, str] = {}
        self._said = 0
        self._british = rng.random() < 0.3
        self._names = full_name(rng, self._half)
        self._date = (rng.randrange(1935, 2006), rng.randrange(1, 13), rng.randrange(1, 29))
        self._expiry = (rng.randrange(1, 13), rng.randrange(2026, 2033))
        self._card = card_number(rng)
        self.agent = full_name(rng, self._half)[0]

    def say(self, speaker: str, text: str) -> Iterator[Turn]:
        """A line of a phrasing file as one turn, or as several where a value is split."""
        text = _CHOICE.sub(lambda match: self._rng.choice(match[1].split("|")), text)
        if "/split}" in text:
            yield from self._split(speaker, text)
            return
        words: list[Word] = []
        at = 0
        for match in _VALUE.finditer(text):
            words += self._plain(text[at : match.start()])
            words += self._value(match[1], match[2] or "", match[3])
            at = match.end()
        words += self._plain(text[at:])
        yield Turn(speaker, tuple(words))

    def _plain(self, text: str) -> list[Word]:
        said = in_words(text) if self._speech.form == "bare" else text
        return [Word(word) for word in said.split() if any(map(str.isalnum, word))]

    def _value(self, key: str, manner: str, tail: str) -> list[Word]:
        if key == "agent":
            return self._plain(self.agent + tail)
        if key == "full" and self._rng.random() < 0.15:
            self._names = full_name(self._rng, self._half)
        self._said += 1
        return self._marked(self._text(key, manner), ENTITIES[key], tail)

    def _marked(self, text: str, entity: str, tail: str = "") -> list[Word]:
        if self._speech.form == "bare":
            text = text.replace("-", " ").lower()
            text = in_words(text) if any(map(str.isdigit, text)) else re.sub(r"[,.?!]", "", text)
        else:
            text += tail
        return [Word(w.lstrip("~"), None if w[0] == "~" else entity, self._said, w[0] != "~") for w in text.split()]

    def _split(self, speaker: str, text: str) -> Iterator[Turn]:
        before, key, after = re.split(r"\{(\w+)/split\}", text)
        entity, pieces = ENTITIES[key], self._speech.pieces(self._number(key))
        for at, piece in enumerate(pieces):
            self._said += 1
            last = at + 1 == len(pieces)
            own = self._marked(self._speech.digits(piece, (len(piece),)), entity, after if last else "")
            yield Turn(speaker, tuple((self._plain(before) if not at else []) + own))
            if not last:
                yield self._heard("agent" if speaker == "customer" else "customer", piece, entity)

    def _heard(self, speaker: str, piece: str, entity: str) -> Turn:
        echo: list[Word] = []
        if self._rng.random() < 0.3:
            self._said += 1
            echo = self._marked(self._speech.digits(piece, (len(piece),)), entity, ".")
        return Turn(
            speaker,
            tuple(echo + self._plain(self._rng.choice(_ACKS)) if self._rng.random() < 0.8 or not echo else echo),
        )

    def _text(self, key: str, manner: str) -> str:
        speech, rng = self._speech, self._rng
        if key in ("full", "first", "last", "maiden"):
            return self._name(key, manner)
        if key == "card" or key in _DIGITS:
            groups = _DIGITS.get(key, (0, (4, 6, 5) if len(self._card) == 15 else (4, 4, 4, 4)))[1]
            number = self._number(key)
            return speech.fixed(number, groups) if manner == "fix" else speech.digits(number, groups)
        if key in _CODES:
            code = self._values.setdefault(key, fill_pattern(rng.choice(_CODES[key]), rng))
            return " ".join(speech.code(part) for part in code.split())
        if key == "dob":
            return speech.date(*self._date, british=self._british)
        if key == "expiry":
            return speech.expiry(*self._expiry)
        if key == "email":
            return speech.email(*self._names, spell=manner == "spell")
        return self._place_or_word(key)

    def _place_or_word(self, key: str) -> str:
        rng, half = self._rng, self._half
        if key == "age":
            age = int(self._values.setdefault(key, str(rng.randrange(18, 95))))
            return below_hundred(age).replace(" ", "-") if self._speech.words else str(age)
        if key == "address":
            number, name = self._values.setdefault(key, f"{rng.randrange(2, 9900)}|{street(rng, half)}").split("|")
            unit = rng.choice(("", "", "", f", apartment {rng.randrange(1, 40)}", f", unit {rng.randrange(2, 9)}"))
            return f"{self._speech.house(number)} {name}{unit}"
        if key == "city":
            return ", ".join(city(rng, half))
        return self._values.setdefault(key, favourite(key, rng, half))

    def _name(self, key: str, manner: str) -> str:
        if key == "maiden":
            return self._values.setdefault(key, full_name(self._rng, self._half)[1])
        name = " ".join(self._names) if key == "full" else self._names[key == "last"]
        spell = {"spell": self._speech.spelled, "nato": self._speech.nato, "like": self._speech.like}
        return spell[manner](name) if manner else name

    def _number(self, key: str) -> str:
        if key == "card":
            return self._card
        if key == "card4":
            return self._card[-4:]
        if key == "card6":
            return self._card[:6]
        if key in ("ssn", "ssn4"):
            whole = self._values.setdefault("ssn", "".join(self._rng.choice("123456789") for _ in range(9)))
            return whole[-4:] if key == "ssn4" else whole
        drawn = "".join(self._rng.choice("0123456789") for _ in range(_DIGITS[key][0] - 1))
        return self._values.setdefault(key, self._rng.choice("23456789") + drawn)


def card_number(rng: Random) -> str:
    """A card number of 15 or 16 digits with a valid check digit."""
    head = rng.choice(("4", "51", "37", "6011", "4", "53"))
    length = 15 if head == "37" else 16
    body = head + "".join(rng.choice("0123456789") for _ in range(length - len(head) - 1))
    doubled = [int(digit) * 2 for digit in body[-1::-2]]
    total = sum(map(int, body[-2::-2])) + sum(value - 9 * (value > 9) for value in doubled)
    return body + str(-total % 10)


def fill_pattern(pattern: str, rng: Random) -> str:
    """A code by its pattern; letters that no recognizer of plates or documents uses are used too."""
    place = {"A": ascii_uppercase.replace("O", "").replace("I", ""), "9": "0123456789"}
    return "".join(rng.choice(place[sign]) if sign in place else sign for sign in pattern)


_HOMOPHONES = {"two": "to", "four": "for", "eight": "ate", "one": "won", "oh": "o", "to": "two", "for": "four", "s": "f", "m": "n",
               "b": "d", "p": "t", "n": "m", "five": "nine", "nine": "five", "dot": "got", "at": "that"}  # fmt: skip
_COMMON = "the and to a of in it is that you I so just like well on be was we now".split()


def noisy(call: Call, rate: float, rng: Random) -> Call:
    """Words dropped, doubled or misheard at a rate. A misheard word that reveals nothing need not be found."""
    return replace(
        call,
        turns=tuple(
            Turn(t.speaker, tuple(w for word in t.words for w in _misheard(word, rate, rng))) for t in call.turns
        ),
    )


def _misheard(word: Word, rate: float, rng: Random) -> list[Word]:
    if rng.random() >= rate:
        return [word]
    kind = rng.random()
    if kind < 0.3:
        return []
    if kind < 0.45:
        return [word, word]
    bare = word.text.strip(".,?!")
    if bare.lower() in _HOMOPHONES:
        said = _HOMOPHONES[bare.lower()]
        return [
            replace(
                word,
                text=said,
                needed=word.needed and len(said) != 2 and said not in ("ate", "won", "for", "got", "that"),
            )
        ]
    if word.entity and bare.lower() in UNITS:
        return [replace(word, text=rng.choice(UNITS))]
    if word.entity and bare.lower() in TEENS + TENS:
        return [replace(word, text=rng.choice(TEENS + TENS[2:]))]
    if word.entity and bare.isdigit():
        at = rng.randrange(len(bare))
        return [replace(word, text=word.text.replace(bare, bare[:at] + rng.choice("0123456789") + bare[at + 1 :]))]
    if word.entity and len(bare) > 4 and bare.isalpha():
        at = rng.randrange(1, len(bare) - 1)
        return [replace(word, text=word.text.replace(bare, bare[:at] + rng.choice("aeiourslt") + bare[at + 1 :]))]
    return [replace(word, text=rng.choice(_COMMON), needed=False)]
