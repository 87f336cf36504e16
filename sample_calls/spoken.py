"""What a caller says and how Whisper writes it: made-up personas, and line templates filled with their values.

>>> from random import Random
>>> rng = Random(0)
>>> fill("My PIN is {pin}.", persona(rng), rng).pieces[-1].spoken
'four zero three five'
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from random import Random

from faker.providers.person.en_US import Provider as UsNames
from num2words import num2words

from sample_calls import vocabulary

DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
PAUSE = tuple(",.?!;:")  # written marks after which a speaker pauses
SAID_AS = {  # words whose sound does not follow from their letters
    "401k": "four oh one kay", "403b": "four oh three bee", "24/7": "twenty four seven", "a.m.": "ay em", "p.m.": "pee em",
    "pin": "pin", "ok": "okay", "uh-huh": "uh huh", "mm-hmm": "mm hmm", "911": "nine one one", "1099": "ten ninety nine",
}  # fmt: skip
LETTERS = {"a": "ay"}  # alone, synthesisers read it as the article


@dataclass(frozen=True)
class Piece:
    """One written word and its sound."""

    written: str  # whitespace-free, punctuation attached, as Whisper writes it: "4111", "4,", "219-09-9999."
    spoken: str  # lower-case words; a comma where a pause belongs
    entity: str | None = None  # PII entity, None for ordinary words
    value_id: str | None = None  # which of the persona's values this is a part of


@dataclass(frozen=True)
class Line:
    """One utterance."""

    pieces: tuple[Piece, ...]

    @property
    def written(self) -> str:
        """The transcript, punctuation and case included."""
        return " ".join(piece.written for piece in self.pieces)

    @property
    def spoken(self) -> str:
        """The text for the synthesiser."""
        return " ".join(self.sounds)

    @property
    def sounds(self) -> tuple[str, ...]:
        """Spoken form of each piece, a comma added where the written mark asks for a pause."""
        return tuple(
            piece.spoken + "," * (piece.written.endswith(PAUSE) and not piece.spoken.endswith(","))
            for piece in self.pieces
        )


@dataclass(frozen=True)
class Persona:
    """One caller's made-up data, in canonical form (digits without grouping), with the company and agents they reach."""

    first: str
    last: str
    agent_first: str
    agent2_first: str
    company: str
    department: str
    department2: str
    product: str
    issue: str
    relation: str
    phone: str
    email_local: str
    email_host: str
    ssn: str
    dob: tuple[str, int, int]  # month, day, year
    age: int
    street: str
    house: int
    city: str
    state: str
    zip: str
    card: str  # 16 digits that pass the Luhn check
    expiry: tuple[int, int]  # month, year
    cvv: str
    pin: str
    account: str
    policy: str  # two letters, then digits
    claim: str
    member: str
    case: str
    maiden: str
    pet: str
    school: str
    password: str  # a word, then two digits
    plate: str  # three letters, then four digits


def persona(random: Random) -> Persona:
    """Draw a caller; names follow their frequency in the United States."""
    first, last = _first_name(random), _last_name(random)
    department, department2 = random.sample(vocabulary.DEPARTMENTS, 2)
    born = random.randrange(1938, 2006)
    city, state = random.choice(vocabulary.CITIES).split(", ")
    street_name = random.choice(vocabulary.STREETS) if random.random() < 0.6 else _last_name(random)
    return Persona(
        first=first,
        last=last,
        agent_first=_first_name(random),
        agent2_first=_first_name(random),
        company=random.choice(vocabulary.COMPANIES),
        department=department,
        department2=department2,
        product=random.choice(vocabulary.PRODUCTS),
        issue=random.choice(vocabulary.ISSUES),
        relation=random.choice(vocabulary.RELATIONS),
        phone=f"{random.randrange(201, 990)}{random.randrange(200, 1000)}{_digits(random, 4)}",
        email_local=_email_local(first.lower(), last.lower(), random),
        email_host=random.choice(vocabulary.MAIL_HOSTS),
        ssn=f"{random.randrange(100, 666):03}{random.randrange(1, 100):02}{random.randrange(1, 10000):04}",
        dob=(random.choice(vocabulary.MONTHS), random.randrange(1, 29), born),
        age=2024 - born,
        street=f"{street_name} {random.choice(vocabulary.STREET_KINDS)}",
        house=random.choice((random.randrange(10, 1000), random.randrange(100, 10000))),
        city=city,
        state=state,
        zip=_digits(random, 5),
        card=_card(random),
        expiry=(random.randrange(1, 13), random.randrange(2025, 2033)),
        cvv=_digits(random, 3),
        pin=_digits(random, 4),
        account=_digits(random, random.randrange(7, 11)),
        policy=_letters(random, 2) + _digits(random, random.randrange(6, 8)),
        claim=_digits(random, random.randrange(6, 9)),
        member=_digits(random, 9),
        case=_digits(random, 6),
        maiden=_last_name(random),
        pet=random.choice(vocabulary.PETS),
        school=random.choice(vocabulary.SCHOOLS),
        password=f"{random.choice(vocabulary.PASSWORD_WORDS)}{random.randrange(10, 100)}",
        plate=_letters(random, 3) + _digits(random, 4),
    )


def fill(template: str, persona: Persona, random: Random) -> Line:
    """Fill `{slots}` of a template such as "My name is {name}."; raises KeyError for an unknown slot."""
    pieces: list[Piece] = []
    for word in template.split():
        before, slot, after = _SLOT.fullmatch(word).groups() if "{" in word else ("", None, "")  # type: ignore[union-attr]
        pieces += _attach(before, SLOTS[slot](persona, random), after) if slot else [Piece(word, say_word(word))]
    first = pieces[0]
    keeps_case = first.entity in ("EMAIL_ADDRESS", "PASSWORD")
    capital = first.written if keeps_case else first.written[0].upper() + first.written[1:]
    return Line((Piece(capital, first.spoken, first.entity, first.value_id), *pieces[1:]))


def say_word(word: str) -> str:
    """Spoken form of an ordinary written word: "401k," -> "four oh one kay", "IVR" -> "i v r"."""
    bare = word.strip(',.?!;:"()') if word.lower() not in SAID_AS else word
    if (said := SAID_AS.get(bare.lower())) is not None:
        return said
    if bare.isdigit():
        return _number(int(bare))
    if 2 <= len(bare) <= 4 and bare.isalpha() and bare.isupper():
        return _spell(bare)
    return re.sub(r"[^a-z' ]+", " ", bare.lower()).strip() or bare.lower()


def say_digits(digits: str, random: Random, pairs: float = 0.0) -> str:
    """Digits the ways people say them: "oh" or "zero", "double four", or (with chance `pairs`) "forty one eleven"."""
    if len(digits) == 4 and random.random() < pairs:
        return f"{_pair(digits[:2])} {_pair(digits[2:])}"
    zero = random.choice(("zero", "zero", "oh"))
    words = [zero if digit == "0" else DIGITS[int(digit)] for digit in digits]
    if len(digits) > 2 and random.random() < 0.12:
        for at in range(len(words) - 1, 0, -1):
            if words[at] == words[at - 1]:
                words[at - 1 : at + 1] = [f"double {words[at]}"]
                break
    return " ".join(words)


_SLOT = re.compile(r"([^{]*)\{(\w+)\}(\S*)")


def _attach(before: str, pieces: Sequence[Piece], after: str) -> list[Piece]:
    """Put the template's punctuation around a slot's pieces; a trailing word part such as "'s" is said too."""
    said = re.sub(r"[^a-z']", "", after)
    first, last = pieces[0], pieces[-1]
    if len(pieces) == 1:
        return [Piece(before + first.written + after, first.spoken + said, first.entity, first.value_id)]
    opening = Piece(before + first.written, first.spoken, first.entity, first.value_id)
    closing = Piece(last.written + after, last.spoken + said, last.entity, last.value_id)
    return [opening, *pieces[1:-1], closing]


def _words(text: str, entity: str | None = None, value_id: str | None = None) -> list[Piece]:
    return [Piece(word, say_word(word) if entity is None else _name(word), entity, value_id) for word in text.split()]


def _name(word: str) -> str:
    return re.sub(r"[^a-z' ]+", " ", word.lower()).strip()


def _grouped(
    digits: str, sizes: Sequence[int], random: Random, entity: str, value_id: str, pairs: float = 0.0
) -> list[Piece]:
    """Digits in spoken groups, a pause and a space between two groups."""
    groups, start = [], 0
    for size in sizes:
        groups.append(digits[start : start + size])
        start += size
    said = [say_digits(group, random, pairs) for group in groups]
    return [
        Piece(group, sound + "," * (at + 1 < len(said)), entity, value_id)
        for at, (group, sound) in enumerate(zip(groups, said, strict=True))
    ]


def _long_number(digits: str, random: Random, entity: str, value_id: str) -> list[Piece]:
    """An account-like number in one breath or in groups of three or four."""
    if len(digits) <= 6 and random.random() < 0.5:
        return _grouped(digits, [len(digits)], random, entity, value_id)
    size = random.choice((3, 4))
    sizes = [size] * (len(digits) // size)
    rest = len(digits) - sum(sizes)
    return _grouped(digits, [*sizes, rest] if rest > 1 else [*sizes[:-1], size + rest], random, entity, value_id)


def _letters_and_digits(value: str, random: Random, entity: str, value_id: str) -> list[Piece]:
    letters = value.rstrip("0123456789")
    digits = _grouped(value[len(letters) :], [len(value) - len(letters)], random, entity, value_id)
    return [Piece(letters, _spell(letters), entity, value_id), *digits]


def _phone(who: Persona, random: Random) -> list[Piece]:
    area, exchange, line = who.phone[:3], who.phone[3:6], who.phone[6:]
    said = [say_digits(area, random), say_digits(exchange, random), say_digits(line, random, pairs=0.15)]
    return [Piece(f"{area}-{exchange}-{line}", ", ".join(said), "PHONE_NUMBER", "phone")]


def _ssn(who: Persona, random: Random) -> list[Piece]:
    groups = (who.ssn[:3], who.ssn[3:5], who.ssn[5:])
    return [Piece("-".join(groups), ", ".join(say_digits(group, random) for group in groups), "US_SSN", "ssn")]


def _email(who: Persona, random: Random) -> list[Piece]:
    """Whisper writes "at": the library's default decoding suppresses "@" (`Tokenizer.non_speech_tokens`)."""
    said = re.sub(r"\d+", lambda match: f" {say_digits(match[0], random)} ", who.email_local)
    words = [(who.email_local, " ".join(said.replace(".", " dot ").split())), ("at", "at"), _host(who)]
    return [Piece(written, sound, "EMAIL_ADDRESS", "email") for written, sound in words]


def _email_spelled(who: Persona, random: Random) -> list[Piece]:
    pieces = []
    for part in re.findall(r"[a-z]+|\d+|\.", who.email_local):
        if part.isdigit():
            pieces.append((part, say_digits(part, random)))
        elif part.isalpha():
            pieces.append(("-".join(part.upper()), _spell(part)))
        else:
            pieces.append(("dot", "dot"))
    pieces += [("at", "at"), _host(who)]
    return [Piece(written, said, "EMAIL_ADDRESS", "email") for written, said in pieces]


def _host(who: Persona) -> tuple[str, str]:
    """Written and spoken form of the part after the "at"."""
    said = {"gmail": "gee mail", "aol": "ay o l", "icloud": "i cloud", "hotmail": "hot mail"}
    return f"{who.email_host}.com", f"{said.get(who.email_host, who.email_host)} dot com"


def _dob(who: Persona, random: Random) -> list[Piece]:
    month, day, year = who.dob
    if random.random() < 0.1:
        number = vocabulary.MONTHS.index(month) + 1
        said = f"{_number(number)}, {_number(day)}, {_year(year)}"
        return [Piece(f"{number}-{day}-{year}", said, "DATE_OF_BIRTH", "dob")]
    words = [(month, month.lower()), (f"{day},", _ordinal(day)), (str(year), _year(year))]
    return [Piece(written, said, "DATE_OF_BIRTH", "dob") for written, said in words]


def _expiry(who: Persona, random: Random) -> list[Piece]:
    month, year = who.expiry
    style = random.randrange(3)
    if style == 0:
        name = vocabulary.MONTHS[month - 1]
        words = [(name, name.lower()), (str(year), _year(year))]
    elif style == 1:
        words = [
            (
                f"{month:02}-{year % 100}",
                f"{say_digits(f'{month:02}', random) if month < 10 else _number(month)} {_pair(str(year)[2:])}",
            )
        ]
    else:
        words = [(f"{month}-{year % 100}", f"{_number(month)} {_pair(str(year)[2:])}")]
    return [Piece(written, said, "CARD_EXPIRY", "expiry") for written, said in words]


def _address(who: Persona, random: Random) -> list[Piece]:
    pieces = [Piece(str(who.house), _house(who.house, random), "STREET_ADDRESS", "address")]
    return pieces + _words(who.street, "STREET_ADDRESS", "address")


def _house(number: int, random: Random) -> str:
    digits = str(number)
    if random.random() < 0.25:
        return say_digits(digits, random)
    if len(digits) == 4 and digits[2:] != "00":
        return f"{_pair(digits[:2])} {_pair(digits[2:])}"
    if len(digits) == 3 and digits[1:] != "00" and random.random() < 0.6:
        return f"{DIGITS[int(digits[0])]} {_pair(digits[1:])}"
    return _number(number)


def _amount(random: Random, low: int, high: int) -> list[Piece]:
    dollars = int(low * (high / low) ** random.random())  # small sums are commoner than large ones
    if random.random() < 0.65:
        return [Piece(f"${dollars:,}", f"{_number(dollars)} {'dollar' if dollars == 1 else 'dollars'}")]
    cents = random.choice((25, 49, 50, 75, 95, 99, random.randrange(10, 100)))
    said = (
        f"{_number(dollars)} dollars and {_number(cents)} cents"
        if dollars >= 100 or random.random() < 0.5
        else (f"{_number(dollars)} {_number(cents)}")
    )
    return [Piece(f"${dollars:,}.{cents:02}", said)]


def _count(number: int) -> list[Piece]:
    return [Piece(DIGITS[number] if number < 10 else str(number), _number(number))]


def _date(random: Random) -> list[Piece]:
    day = random.randrange(1, 32)
    month = random.choice(vocabulary.MONTHS)
    return [Piece(month, month.lower()), Piece(str(day), _ordinal(day))]


def _business_year(random: Random) -> list[Piece]:
    year = random.randrange(1995, 2027)
    return [Piece(str(year), _year(year))]


def _password(who: Persona, _: Random) -> list[Piece]:
    word, digits = who.password[:-2], who.password[-2:]
    return [Piece(who.password, f"{word} {_pair(digits)}", "PASSWORD", "password")]


def _spelled(word: str, entity: str, value_id: str) -> list[Piece]:
    letters = re.sub(r"[^A-Z]", "", word.upper())
    return [Piece("-".join(letters), _spell(letters), entity, value_id)]


def _card_group(at: int) -> Callable[[Persona, Random], list[Piece]]:
    return lambda who, random: _grouped(who.card[4 * at : 4 * at + 4], [4], random, "CREDIT_CARD", "card", pairs=0.08)


SLOTS: dict[str, Callable[[Persona, Random], list[Piece]]] = {
    "first": lambda who, _: _words(who.first, "PERSON", "first"),
    "last": lambda who, _: _words(who.last, "PERSON", "last"),
    "name": lambda who, _: _words(f"{who.first} {who.last}", "PERSON", "name"),
    "last_spelled": lambda who, _: _spelled(who.last, "PERSON", "last"),
    "first_spelled": lambda who, _: _spelled(who.first, "PERSON", "first"),
    "agent_first": lambda who, _: _words(who.agent_first, "PERSON", "agent_first"),
    "agent2_first": lambda who, _: _words(who.agent2_first, "PERSON", "agent2_first"),
    "company": lambda who, _: _words(who.company),
    "department": lambda who, _: _words(who.department),
    "department2": lambda who, _: _words(who.department2),
    "product": lambda who, _: _words(who.product),
    "issue": lambda who, _: _words(who.issue),
    "relation": lambda who, _: _words(who.relation),
    "amount": lambda _, random: _amount(random, 5, 5000),
    "balance": lambda _, random: _amount(random, 100, 200_000),
    "weekday": lambda _, random: _words(random.choice(vocabulary.WEEKDAYS)),
    "month": lambda _, random: _words(random.choice(vocabulary.MONTHS)),
    "date": lambda _, random: _date(random),
    "year": lambda _, random: _business_year(random),
    "n": lambda _, random: _count(random.randrange(1, 10)),
    "several": lambda _, random: _count(random.randrange(2, 10)),
    "day_count": lambda _, random: _count(random.choice((2, 3, 4, 5, 7, 10, 12, 14, 15, 20, 21, 30, 45, 60, 90))),
    "phone": _phone,
    "email": _email,
    "email_spelled": _email_spelled,
    "ssn": _ssn,
    "ssn_last4": lambda who, random: _grouped(who.ssn[-4:], [4], random, "US_SSN", "ssn", pairs=0.1),
    "dob": _dob,
    "age": lambda who, _: [Piece(str(who.age), _number(who.age), "AGE", "age")],
    "city": lambda who, _: _words(who.city, "LOCATION", "city"),
    "state": lambda who, _: _words(who.state, "LOCATION", "state"),
    "zip": lambda who, random: _grouped(who.zip, [5], random, "ZIP_CODE", "zip"),
    "address": _address,
    "card": lambda who, random: _grouped(who.card, [4] * 4, random, "CREDIT_CARD", "card", pairs=0.06),
    "card_1": _card_group(0),
    "card_2": _card_group(1),
    "card_3": _card_group(2),
    "card_4": _card_group(3),
    "card_last4": lambda who, random: _grouped(who.card[-4:], [4], random, "CREDIT_CARD", "card", pairs=0.1),
    "expiry": _expiry,
    "cvv": lambda who, random: _grouped(who.cvv, [3], random, "CVV", "cvv"),
    "pin": lambda who, random: _grouped(who.pin, [4], random, "PIN", "pin", pairs=0.08),
    "account": lambda who, random: _long_number(who.account, random, "ACCOUNT_NUMBER", "account"),
    "policy": lambda who, random: _letters_and_digits(who.policy, random, "ACCOUNT_NUMBER", "policy"),
    "claim": lambda who, random: _long_number(who.claim, random, "ACCOUNT_NUMBER", "claim"),
    "member": lambda who, random: _long_number(who.member, random, "ACCOUNT_NUMBER", "member"),
    "case": lambda who, random: _long_number(who.case, random, "ACCOUNT_NUMBER", "case"),
    "maiden": lambda who, _: _words(who.maiden, "SECURITY_ANSWER", "maiden"),
    "pet": lambda who, _: _words(who.pet, "SECURITY_ANSWER", "pet"),
    "school": lambda who, _: _words(who.school, "SECURITY_ANSWER", "school"),
    "password": _password,
    "plate": lambda who, random: _letters_and_digits(who.plate, random, "LICENSE_PLATE", "plate"),
}


def _number(number: int) -> str:
    return re.sub(r"[^a-z]+", " ", str(num2words(number)).replace(" and ", " "))


def _ordinal(number: int) -> str:
    return str(num2words(number, to="ordinal")).replace("-", " ")


def _pair(digits: str) -> str:
    """Two digits as one number: "41" forty one, "05" oh five, "00" hundred."""
    if digits == "00":
        return "hundred"
    return f"oh {DIGITS[int(digits[1])]}" if digits[0] == "0" else _number(int(digits))


def _year(year: int) -> str:
    century, rest = divmod(year, 100)
    return _number(year) if 2000 <= year < 2010 else f"{_number(century)} {_pair(f'{rest:02}')}"


def _spell(letters: str) -> str:
    return " ".join(LETTERS.get(letter, letter) for letter in letters.lower())


def _digits(random: Random, count: int) -> str:
    return "".join(random.choices("0123456789", k=count))


def _letters(random: Random, count: int) -> str:
    return "".join(random.choices("ABCDEFGHJKLMNPRSTUVWXYZ", k=count))


def _card(random: Random) -> str:
    """Fifteen digits and the Luhn check digit."""
    body = random.choice("4456") + _digits(random, 14)
    doubled = sum(sum(divmod(2 * int(digit), 10)) for digit in body[::2])
    total = doubled + sum(int(digit) for digit in body[1::2])
    return body + str(-total % 10)


def _email_local(first: str, last: str, random: Random) -> str:
    last = re.sub(r"[^a-z]", "", last)
    style = random.randrange(5)
    number = str(random.randrange(2, 100))
    return (f"{first}.{last}", f"{first}{last}", f"{first[0]}{last}", f"{first}{number}", f"{last}.{first}{number}")[
        style
    ]


@cache
def _name_table(kind: str) -> tuple[tuple[str, ...], tuple[float, ...]]:
    if kind == "first":
        tables = (UsNames.first_names_female, UsNames.first_names_male)
        pairs = [(name, weight) for table in tables for name, weight in table.items()]
    else:
        pairs = list(UsNames.last_names.items())
    names, weights = zip(*pairs, strict=True)
    return names, weights


def _first_name(random: Random) -> str:
    return random.choices(*_name_table("first"))[0]


def _last_name(random: Random) -> str:
    return random.choices(*_name_table("last"))[0]
