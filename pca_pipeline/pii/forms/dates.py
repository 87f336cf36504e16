"""Dates as they are written and said, in any order of day, month and year."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pca_pipeline.pii.forms.spelling import NATO
from pca_pipeline.pii.words.lexicon import MONTHS, word_set
from pca_pipeline.pii.words.number_words import TENS, Item, Kind, items_of, spell_out
from pca_pipeline.pii.words.stream import Conversation, Token

_LINKS = frozenset({"of", "the", "in", "and", "um", "uh", "er"})
_YEAR = re.compile(r"(?:19|20)\d\d")
_SHORT_YEAR = re.compile(r"'?\d\d")
# Days that people say for a date: "Christmas Day, 1970".
FEASTS = word_set("""christmas easter halloween thanksgiving valentine's valentines patrick's patricks groundhog boxing independence
    year's years juneteenth""")
_DAYS = word_set("day eve")
_NUMERALS = (Kind.UNIT, Kind.TEEN, Kind.TENS, Kind.SCALE, Kind.ZERO, Kind.WRITTEN, Kind.ORDINAL)
OLDEST = 1900  # year of birth of people who call for themselves
LEAST_AGE = 14  # in years, of the same


@dataclass(frozen=True, slots=True)
class Date:
    """A date: tokens [first, last]; the year as written, None where none was said."""

    first: int
    last: int
    year: int | None
    complete: bool  # day, month and year

    @property
    def could_be_birth(self) -> bool:
        """A whole date long enough ago."""
        return self.complete and self.year is not None and is_birth_year(self.year)


def is_birth_year(year: int) -> bool:
    """Whether somebody who calls may be born in it."""
    return OLDEST <= year <= date.today().year - LEAST_AGE


def find_dates(conversation: Conversation) -> tuple[Date, ...]:
    """Dates with a month's name, and dates written in numerals with slashes, dots or dashes."""
    tokens = conversation.tokens
    found: list[Date] = []
    for at, token in enumerate(tokens):
        if found and at <= found[-1].last:
            continue
        if token.norm in MONTHS and not spelled_month(tokens, at):
            found += _around_month(tokens, at, found[-1].last if found else -1)
        elif day_of_month := _ordinal_month(tokens, at):
            found.append(day_of_month)
        elif token.norm[:1].isdigit() and len(token.norm) > 4:
            items = items_of(token.norm)
            if items and items[0].kind is Kind.DATE:
                year = _year_of_numeric(token.norm)
                found.append(Date(at, at, year, year is not None))
    return tuple(found)


def spelled_month(tokens: Sequence[Token], at: int) -> bool:
    """ "November" among letters and words of the spelling alphabet is an N."""
    near = [token.norm for token in tokens[max(0, at - 3) : at + 4] if token.turn == tokens[at].turn]
    return tokens[at].norm in NATO and any(
        norm in NATO and norm not in MONTHS or len(norm) == 1 and norm.isalpha() and norm not in "ioa" for norm in near
    )


def _ordinal_month(tokens: Sequence[Token], at: int) -> Date | None:
    """ "The fourteenth of the sixth, sixty two", "4th of the 9th 1982": a month as an ordinal after "of"."""
    if at + 1 == len(tokens) or tokens[at + 1].norm != "of" or not _ordinal(tokens[at], 31):
        return None
    turn = tokens[at].turn
    norms = [token.norm if token.turn == turn else "" for token in tokens[at + 1 : at + 4]]
    if norms[0] != "of":
        return None
    month = at + 3 if norms[1:2] == ["the"] else at + 2
    if month >= len(tokens) or tokens[month].turn != turn or not _ordinal(tokens[month], 12):
        return None
    first = at - 1 if at and tokens[at - 1].norm in TENS and tokens[at - 1].turn == turn else at
    first = first - 1 if first and tokens[first - 1].norm == "the" and tokens[first - 1].turn == turn else first
    last, _, year = _after(tokens, month, turn, day_known=True)
    return Date(first, last, year, year is not None)


def _ordinal(token: Token, most: int) -> bool:
    items = items_of(token.norm)
    return len(items) > 0 and items[-1].kind is Kind.ORDINAL and int(items[-1].digits) <= most


def _around_month(tokens: Sequence[Token], month: int, floor: int) -> list[Date]:
    """The date around a month's name, if a day or a year stands beside it."""
    turn = tokens[month].turn
    first = _day_before(tokens, month, turn, floor)
    if first < month and tokens[month - 1].norm != "of" and _ordinal_after(tokens, month, turn):
        first = month  # "wait a second, December twenty sixth"
    last, day, year = _after(tokens, month, turn, day_known=first < month)
    day = day or first < month
    if not day and year is None:
        return []
    if year is None:
        year, first = _year_before(tokens, first, turn, floor)
    return [Date(first, last, year, day and year is not None)]


def _day_before(tokens: Sequence[Token], month: int, turn: int, floor: int) -> int:
    """The first token of a day before the month: "the fourth of March", "4 March", "twenty first of May"."""
    at = month - 1
    while at > floor and tokens[at].norm in _LINKS - {"in", "and"} and tokens[at].turn == turn:
        at -= 1
    if at <= floor or tokens[at].turn != turn or tokens[at].after == ".":
        return month
    items = items_of(tokens[at].norm)
    if not items or items[-1].kind not in (Kind.ORDINAL, Kind.WRITTEN, Kind.UNIT, Kind.TEEN, Kind.TENS):
        return month
    counted = at - 1 > floor and tokens[at - 1].norm in ("a", "one", "per", "every")  # "wait a second"
    if len(items[-1].digits) > 2 or int(items[-1].digits) > 31 or counted:
        return month
    linked = tokens[at + 1].norm in _LINKS
    if items[-1].kind is not Kind.ORDINAL and not linked and tokens[at].after:
        return month
    before = items_of(tokens[at - 1].norm) if at - 1 > floor and tokens[at - 1].turn == turn else ()
    tens = bool(before) and before[-1].kind is Kind.TENS and items[-1].kind in (Kind.ORDINAL, Kind.UNIT)
    if tens and int(before[-1].digits) > 30:
        return month  # "nineteen fifty nine, April six"
    if tens:
        at -= 1
    article = at - 1 > floor and tokens[at - 1].norm == "the" and tokens[at - 1].turn == turn
    return at - 1 if article else at


def _ordinal_after(tokens: Sequence[Token], month: int, turn: int) -> bool:
    following = [t for t in tokens[month + 1 : month + 3] if t.turn == turn]
    return any(item.kind is Kind.ORDINAL for token in following for item in items_of(token.norm))


def _year_before(tokens: Sequence[Token], first: int, turn: int, floor: int) -> tuple[int | None, int]:
    """A year said first: "1982, March 4"."""
    at = first - 1
    if at > floor and tokens[at].turn == turn and _YEAR.fullmatch(tokens[at].norm):
        return int(tokens[at].norm), at
    for length in (4, 3, 2):  # "nineteen eighty two, March fourth"
        begin = first - length
        words = tokens[begin:first] if begin > floor else ()
        items = [item for token in words if token.turn == turn for item in items_of(token.norm)]
        if len(items) == length and items[0].digits in ("19", "20", "2") and _YEAR.fullmatch(spell_out(items)):
            return int(spell_out(items)), begin
    return None, first


def _after(tokens: Sequence[Token], month: int, turn: int, day_known: bool) -> tuple[int, bool, int | None]:
    """Last token, whether a day and which year follow a month's name."""
    numerals: list[tuple[int, Item]] = []
    at = month + 1
    while at < len(tokens) and tokens[at].turn == turn and at - month <= 8:
        items = items_of(tokens[at].norm.lstrip("'"))
        if items and all(item.kind in _NUMERALS for item in items):
            numerals += [(at, item) for item in items]
        elif tokens[at].norm not in _LINKS or (tokens[at].norm == "and" and not numerals):
            break
        at += 1
    if _half_of_day(tokens, at):  # "november third, eleven oh eight a m"
        numerals = numerals[: 0 if day_known else _length_of_day(numerals)]
    return _day_and_year(numerals, month, day_known)


def _half_of_day(tokens: Sequence[Token], at: int) -> bool:
    said = "".join(token.norm for token in tokens[at : at + 2] if token.turn == tokens[at - 1].turn)
    return said.replace(".", "").startswith(("am", "pm")) and tokens[at].norm in ("a", "p", "am", "pm", "a.m", "p.m")


def _day_and_year(numerals: list[tuple[int, Item]], month: int, day_known: bool) -> tuple[int, bool, int | None]:
    day_items = 0 if day_known else _length_of_day(numerals)
    rest = numerals[day_items:]
    last = numerals[day_items - 1][0] if day_items else month
    for count in range(min(5, len(rest)), 0, -1):
        items = [item for _, item in rest[:count]]
        if count < len(rest) and rest[count][0] == rest[count - 1][0]:
            continue
        year = year_of(spell_out([Item(Kind.UNIT, "0") if i.kind is Kind.ZERO else i for i in items]))
        said = spell_out(items)
        a_day = len(said) <= 2 and int(said or 0) <= 31
        if year is not None and not (a_day and not (day_items or day_known)):
            return rest[count - 1][0], bool(day_items), year
    return last, bool(day_items), None


def _length_of_day(numerals: Sequence[tuple[int, Item]]) -> int:
    """How many of the first number words say a day of the month."""
    if not numerals:
        return 0
    first = numerals[0][1]
    if first.kind is Kind.TENS and len(numerals) > 1 and first.digits in ("20", "30"):
        second = numerals[1][1]
        if (
            second.kind in (Kind.UNIT, Kind.ORDINAL)
            and len(second.digits) == 1
            and first.digits[0] + second.digits <= "31"
        ):
            return 2
    if first.kind is Kind.TENS and int(first.digits) >= 30 and len(numerals) > 1 and numerals[1][1].kind is Kind.UNIT:
        return 0  # "May thirty two" is a year
    if first.kind is Kind.UNIT and len(numerals) > 1 and numerals[1][1].kind is Kind.SCALE:
        return 0  # and so is "May two thousand two"
    if first.kind in (Kind.UNIT, Kind.ZERO) and first.digits == "0" and len(numerals) > 1:
        return 2
    if first.kind is Kind.SCALE or len(first.digits) > 2 or not 1 <= int(first.digits) <= 31:
        return 0
    return 1


def year_of(digits: str) -> int | None:
    """A year of four or two digits; None if the digits are no year of living memory."""
    if _YEAR.fullmatch(digits):
        return int(digits)
    if _SHORT_YEAR.fullmatch(digits):
        return 1900 + int(digits) if int(digits) > 29 else 2000 + int(digits)
    return None


def _year_of_numeric(norm: str) -> int | None:
    parts = re.split(r"[/.-]", norm)
    if len(parts) < 3:
        return None
    return int(parts[0]) if len(parts[0]) == 4 else year_of(parts[2])


def of_feast(tokens: Sequence[Token], at: int) -> bool:
    """ "Christmas", "New Year's Eve", "Groundhog Day": whether a token is a part of a feast's name."""
    said, turn = tokens[at].norm, tokens[at].turn
    before, behind = (
        tokens[i].norm if 0 <= i < len(tokens) and tokens[i].turn == turn else "" for i in (at - 1, at + 1)
    )
    day = said in _DAYS and before in FEASTS
    return said in FEASTS or day or said == "new" and behind in ("year's", "years")
