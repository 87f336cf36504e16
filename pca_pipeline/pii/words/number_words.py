"""Spoken and written number words: what each token says, and the digits that a sequence of them spells.

The forms are those of telephone speech: digit words, "oh", double and triple, teens and tens in pairs, hundreds
and thousands, and the ways speech recognition writes them down ("4111 1111", "4111,", "4-1-1-1", "$4,111").
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache

UNITS = {word: str(digit) for digit, word in enumerate("zero one two three four five six seven eight nine".split())} | {
    "niner": "9",
    "nought": "0",
}
TEENS = {
    word: str(number)
    for number, word in enumerate(
        "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split(), start=10
    )
}
TENS = {
    word: str(10 * number)
    for number, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2)
} | {"fourty": "40"}
TIMES = {"double": 2, "triple": 3, "treble": 3, "quadruple": 4}
# "Four zeros", "three 2s"; "ones" stays out, since it stands for things ("the new ones").
PLURALS = {
    "zeros": "0", "zeroes": "0", "ohs": "0", "oh's": "0", "noughts": "0", "twos": "2", "threes": "3", "fours": "4",
    "fives": "5", "sixes": "6", "sevens": "7", "eights": "8", "nines": "9",
} | {f"{digit}s": str(digit) for digit in range(10)}  # fmt: skip
SCALES = {"hundred": 100, "thousand": 1000}
ORDINALS = {
    word: number
    for number, word in enumerate(
        """first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth
        fifteenth sixteenth seventeenth eighteenth nineteenth twentieth""".split(),
        start=1,
    )
} | {"thirtieth": 30}
MOST_HOURS, MOST_MINUTES = 12, 59  # on a clock
ZERO_LETTERS = frozenset({"o", "oh"})  # zero only beside another digit

_PLAIN = re.compile(r"\+?\d+(?:[-._]\d+)*(?:,\d+)*")
_DECIMAL = re.compile(r"[$£€]?[\d,]+\.\d{1,2}")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+")
_MONEY = re.compile(r"[$£€][\d,]+(?:\.\d+)?[a-z]*")
_TIME = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?(?:[ap]m)?|(?:1[0-2]|[1-9])[ap]m")
_ON_A_NETWORK = re.compile(r"(?:\d{1,3}\.){3}\d{1,3}")  # an IP address is no number
_MONTH = r"(?:0?[1-9]|1[0-2])"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_DATE = re.compile(
    rf"(?:{_MONTH}([/.-]){_DAY}|{_DAY}([/.-]){_MONTH})(?:\1|\2)(?:(?:19|20)?\d\d)"
    rf"|(?:19|20)\d\d([/.-]){_MONTH}\3{_DAY}|{_MONTH}/(?:\d\d|20\d\d)|{_DAY}/{_MONTH}"
)
_ORDINAL = re.compile(r"(\d+)(?:st|nd|rd|th)")
# Names of products and forms that look like codes.
_BUSINESS_CODE = re.compile(
    r"\d{3}[kb]s?|\d{1,4}(?:k|m|gb|mb|g|x|d|p|s|in|ft|lb|mg|ml|kg)|w-?\d|24/7|covid-?\d+|[\d.,]+%"
)


class Kind(Enum):
    """What a number word is."""

    UNIT = auto()  # one spoken digit
    TEEN = auto()
    TENS = auto()
    SCALE = auto()  # hundred, thousand
    TIMES = auto()  # double, triple
    PLURAL = auto()  # "zeros", as often as the digit before it says
    ZERO = auto()  # "oh", if a digit is beside it
    WRITTEN = auto()  # digits, with or without grouping signs
    CODE = auto()  # letters and at least three digits in one word
    MONEY = auto()
    QUANTITY = auto()  # decimals and thousands with their comma
    TIME = auto()
    DATE = auto()
    ORDINAL = auto()
    BUSINESS = auto()  # percent, "401k"


@dataclass(frozen=True, slots=True, repr=False)
class Item:
    """One number word."""

    kind: Kind
    digits: str  # what it adds to a digit string; for SCALE and TIMES the factor


@lru_cache(maxsize=65536)
def items_of(norm: str) -> tuple[Item, ...]:
    """The number words in one token; none for other words. "forty-one" holds two."""
    if norm in PLURALS:
        return (Item(Kind.PLURAL, PLURALS[norm]),)
    if norm[:1].isalpha():
        single = _word(norm)
        if single:
            return (single,)
        if "-" in norm:
            parts = [_word(part) for part in norm.split("-")]
            if all(parts):
                return tuple(part for part in parts if part)
    if "@" in norm or not any(map(str.isdigit, norm)):
        return ()
    item = _written(norm)
    return (item,) if item else ()


def _word(norm: str) -> Item | None:
    for kind, table in ((Kind.UNIT, UNITS), (Kind.TEEN, TEENS), (Kind.TENS, TENS)):
        if norm in table:
            return Item(kind, table[norm])
    if norm in SCALES:
        return Item(Kind.SCALE, str(SCALES[norm]))
    if norm in TIMES:
        return Item(Kind.TIMES, str(TIMES[norm]))
    if norm in ZERO_LETTERS:
        return Item(Kind.ZERO, "0")
    if norm in ORDINALS:
        return Item(Kind.ORDINAL, str(ORDINALS[norm]))
    return None


def _written(norm: str) -> Item | None:
    digits = re.sub(r"\D", "", norm)
    if _ON_A_NETWORK.fullmatch(norm):
        return None
    kinds = (
        (_BUSINESS_CODE, Kind.BUSINESS),
        (_MONEY, Kind.MONEY),
        (_TIME, Kind.TIME),
        (_DATE, Kind.DATE),
        (_THOUSANDS, Kind.QUANTITY),
        (_DECIMAL, Kind.QUANTITY),
        (_ORDINAL, Kind.ORDINAL),
        (_PLAIN, Kind.WRITTEN),
    )
    for pattern, kind in kinds:
        if pattern.fullmatch(norm):
            return Item(kind, digits)
    if len(digits) >= 3 or len(digits) == 2 and len(norm) <= 4:
        return Item(Kind.CODE, digits)
    return None


def spell_out(items: Sequence[Item]) -> str:
    """The digits that number words spell: "forty one eleven" is 4111, "two thousand five" 2005, "double oh" 00."""
    digits = ""
    at = 0
    while at < len(items):
        part, at = _next_digits(items, at)
        digits += part
    return digits


def is_list(items: Sequence[Item]) -> bool:
    """Whether number words may be times in a row ("nine fifteen ten thirty"), prices that end alike, or ages or sizes."""
    said = _pairs(items)
    hours, minutes = said[::2], said[1::2]
    if said in (sorted(said, key=int), sorted(said, key=int, reverse=True)):
        return True
    if len(hours) != len(minutes) or any(len(one) != len("00") for one in minutes):
        return False
    clock = all(1 <= int(one) <= MOST_HOURS for one in hours) and all(int(one) <= MOST_MINUTES for one in minutes)
    return clock or len(set(minutes)) < len(minutes)


def _pairs(items: Sequence[Item]) -> list[str]:
    """Numbers below a hundred, "oh five" among them."""
    said: list[str] = []
    at = 0
    while at < len(items):
        number, at = _below_hundred(items, at)
        joins = bool(said) and said[-1] == "0" and len(number) == 1
        said[-1 if joins else len(said) :] = ["0" + number if joins else number]
    return said


def digits_in(texts: Iterable[str]) -> int:
    """How many digits the words of a number say together: "double" says none by itself."""
    items: list[Item] = []
    unread = 0
    for text in texts:
        said = items_of(text.lower().strip(".,?!;:"))
        items += said
        unread += 0 if said else sum(map(str.isdigit, text))
    return len(spell_out(items)) + unread


def _next_digits(items: Sequence[Item], at: int) -> tuple[str, int]:
    item = items[at]
    if item.kind is Kind.TIMES:
        following = items[at + 1].digits if at + 1 < len(items) else ""
        return following * int(item.digits), at + 2
    if item.kind is Kind.SCALE:
        return item.digits[1:], at + 1
    if item.kind is Kind.PLURAL:
        return "", at + 1
    if at + 1 < len(items) and items[at + 1].kind is Kind.PLURAL and len(item.digits) == 1:
        return items[at + 1].digits * int(item.digits), at + 2
    number, after = _below_hundred(items, at)
    if after < len(items) and items[after].kind is Kind.SCALE and item.kind is not Kind.WRITTEN:
        return _scaled(items, int(number), after)
    return number, after


def _below_hundred(items: Sequence[Item], at: int) -> tuple[str, int]:
    item = items[at]
    following = items[at + 1] if at + 1 < len(items) else None
    if item.kind is Kind.TENS and following and following.kind is Kind.UNIT and following.digits != "0":
        return item.digits[0] + following.digits, at + 2
    return item.digits, at + 1


def _scaled(items: Sequence[Item], number: int, at: int) -> tuple[str, int]:
    """A cardinal from its first scale word on; digits said one by one after it are no part of it."""
    total = number * int(items[at].digits)
    at += 1
    while at < len(items):
        if items[at].kind not in (Kind.UNIT, Kind.TEEN, Kind.TENS) or _said_singly(items, at):
            break
        more, after = _below_hundred(items, at)
        if after < len(items) and items[after].kind is Kind.SCALE:
            total += int(more) * int(items[after].digits)
            at = after + 1
            continue
        return str(total + int(more)), after
    return str(total), at


def _said_singly(items: Sequence[Item], at: int) -> bool:
    pair = items[at : at + 2]
    return len(pair) == 2 and all(item.kind in (Kind.UNIT, Kind.ZERO) for item in pair)
