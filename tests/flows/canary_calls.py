"""Calls that hold two hundred made-up values, as files to drop and as words to be heard. For the canary run."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import numpy.typing as npt
import soundfile

RATE = 8000
WORD_SECONDS = 0.2  # of a word; a digit takes as long
STARTED = datetime(2026, 3, 2, 14, 30, tzinfo=UTC)
DIGITS = "zero one two three four five six seven eight nine".split()
CUSTOMER, AGENT = 0, 1
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Canary:
    """A value that may turn up nowhere. `spoken` is how it is said, `written` how a record or Whisper writes it."""

    kind: str
    written: str
    spoken: str


@dataclass(frozen=True, slots=True)
class CanaryCall:
    """A call: its turns as (channel, text), and its values, which its record and its file's name hold as well."""

    number: int
    turns: tuple[tuple[int, str], ...]
    canaries: tuple[Canary, ...]

    @property
    def name(self) -> str:
        """Of the recording, without suffix: some recorders put the caller into it."""
        values = self._values
        return f"{values['name'].written.replace(' ', '_')}_{values['phone'].written.replace('-', '')}"

    @property
    def record(self) -> Json:
        """A conversation detail whose customer is full of the customer's data."""
        return _record(self.number, self.frames / RATE, self._values)

    @property
    def _values(self) -> dict[str, Canary]:
        return {canary.kind: canary for canary in self.canaries}

    @property
    def words(self) -> list[Json]:
        """Every word with its place, as a recogniser would hear it."""
        heard, at = [], 1.0
        for channel, text in self.turns:
            for word in text.split():
                length = WORD_SECONDS * max(1, sum(map(str.isdigit, word)))
                heard.append({"text": word, "start": at, "end": at + 0.9 * length, "channel": channel})
                at += length
            at += 1.0
        return heard

    @property
    def frames(self) -> int:
        """Length of the recording in samples: each call has another one, by which it is known again."""
        return round((self.words[-1]["end"] + 1.0) * RATE) + self.number


def make_calls(count: int, seed: int) -> list[CanaryCall]:
    """So many calls of ten values each; half of the numbers are said in words, half come in digits."""
    rng = Random(seed)
    return [_make_call(number, rng) for number in range(count)]


def drop(call: CanaryCall, inbox: Path) -> None:
    """Write the recording, in which every word is a burst of noise, and its record."""
    inbox.mkdir(parents=True, exist_ok=True)
    soundfile.write(inbox / f"{call.name}.wav", sound(call).T, RATE, subtype="PCM_16")
    (inbox / f"{call.name}.json").write_text(json.dumps(call.record), encoding="utf-8")


def sound(call: CanaryCall) -> npt.NDArray[np.int16]:
    """16-bit samples, shape (2, n)."""
    rng = np.random.default_rng(call.number)
    samples = rng.normal(0, 0.0005, (2, call.frames))
    for word in call.words:
        first, last = round(word["start"] * RATE), round(word["end"] * RATE)
        samples[word["channel"], first:last] += rng.normal(0, 0.1, last - first)
    return np.rint(np.clip(samples, -1, 1) * 32767).astype("<i2")


def _make_call(number: int, rng: Random) -> CanaryCall:
    first, last, pet = (_name(rng) for _ in range(3))
    values = {
        "name": Canary("name", f"{first} {last}", f"{first} {last}"),
        "card": _number("card", _luhn("4929" + _digits(rng, 11)), 4),
        "ssn": _number("ssn", f"{rng.randint(600, 699)}-{rng.randint(31, 79)}-{rng.randint(2013, 9789)}"),
        "phone": _number("phone", f"612-{rng.randint(432, 897)}-{rng.randint(2013, 9789)}"),
        "cvv": _number("cvv", _digits(rng, 3)),
        "pin": _number("pin", _digits(rng, 4)),
        "account": _number("account", _digits(rng, 10)),
        "email": _email(rng),
        "address": _address(rng),
        "maiden": Canary("maiden", pet, pet),
    }
    said = {
        kind: value.spoken if (number + at) % 2 else value.written for at, (kind, value) in enumerate(values.items())
    }
    return CanaryCall(number, tuple(_turns(said)), tuple(values.values()))


def _turns(said: dict[str, str]) -> Iterator[tuple[int, str]]:
    """What is said: every value is asked for, given, and some are read back."""
    for question, answer, back in (
        ("May I have your full name please?", "My name is {name}.", "Thank you, {name}."),
        ("What is your credit card number?", "It is {card}.", "So that is {card}?"),
        ("What is the security code on the back?", "{cvv}.", "Thank you."),
        ("What is your PIN?", "{pin}.", "Thank you."),
        ("What is your social security number?", "{ssn}.", "I have {ssn}."),
        ("What is your phone number?", "{phone}.", "Thank you."),
        ("What is your account number?", "{account}.", "Thank you."),
        ("What is your email address?", "It is {email}.", "Thank you."),
        ("What is your street address?", "I live at {address}.", "Thank you."),
        ("What is your mother's maiden name?", "It is {maiden}.", "Thank you."),
    ):
        yield AGENT, question
        yield CUSTOMER, answer.format(**said)
        yield AGENT, back.format(**said)


def _record(number: int, seconds: float, values: dict[str, Canary]) -> Json:
    def moment(at: float) -> str:
        return (STARTED + timedelta(hours=number, seconds=at)).isoformat().replace("+00:00", "Z")

    def part(purpose: str, **fields: Any) -> Json:
        talk = {"segmentType": "interact", "segmentStart": moment(0), "segmentEnd": moment(seconds)}
        session = {"mediaType": "voice", "direction": "inbound", "segments": [talk], "metrics": []}
        return (
            {"participantId": f"{purpose}-{number}", "purpose": purpose}
            | fields
            | {"sessions": [session | fields.pop("session", {})]}
        )

    customer = part(
        "customer",
        participantName=values["name"].written,
        session={"ani": f"tel:+1{values['phone'].written.replace('-', '')}", "recording": True},
        attributes={
            "Customer Name": values["name"].written,
            "AccountNumber": values["account"].written,
            "Email": values["email"].written,
            "Street": values["address"].written,
            "MothersName": values["maiden"].written,
            "Verified": values["ssn"].written,
        },
    )
    return {
        "conversationId": f"00000000-0000-4000-8000-{number:012d}",
        "conversationStart": moment(0),
        "conversationEnd": moment(seconds),
        "originatingDirection": "inbound",
        "participants": [customer, part("agent", userId="user-1")],
    }


def _name(rng: Random) -> str:
    """A name that nobody has, of three syllables."""
    starts, ends = (
        "Zv Qu Vl Kz Dzh Xan Bry Thw Gry Wol Yev Jax".split(),
        "ck mund rick vold thar quist gomir zelda".split(),
    )
    return (
        rng.choice(starts)
        + "".join(rng.choice("aeiou") + rng.choice("bdgklmnprvz") for _ in range(2))
        + rng.choice("aeo")
        + rng.choice(ends)
    )


def _digits(rng: Random, count: int) -> str:
    return "".join(str(rng.randint(1, 9)) for _ in range(count))


def _luhn(digits: str) -> str:
    total = sum(int(d) if at % 2 else sum(divmod(2 * int(d), 10)) for at, d in enumerate(digits))
    return f"{digits}{-total % 10}"


def _number(kind: str, written: str, group: int = 0) -> Canary:
    digits = "".join(filter(str.isdigit, written))
    spaced = " ".join(digits[at : at + group] for at in range(0, len(digits), group)) if group else written
    return Canary(kind, spaced, " ".join(DIGITS[int(digit)] for digit in digits))


def _email(rng: Random) -> Canary:
    user, host = _name(rng).lower(), _name(rng).lower()
    return Canary("email", f"{user}@{host}.com", f"{user} at {host} dot com")


def _address(rng: Random) -> Canary:
    number, street = _digits(rng, 4), _name(rng)
    return Canary("address", f"{number} {street} Street", f"{' '.join(DIGITS[int(d)] for d in number)} {street} Street")
