"""Days and months of any date: of an admission, an appointment, a discharge. A year alone is none, nor is a weekday."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from pca_pipeline.pii.conversation.reading import Reading, Span
from pca_pipeline.pii.forms.dates import of_feast, spelled_month
from pca_pipeline.pii.recognizers.base import ConversationRecognizer
from pca_pipeline.pii.words.lexicon import FILLERS, FUNCTION_WORDS, MONTHS, WEEKDAYS, word_set
from pca_pipeline.pii.words.number_words import Kind, items_of
from pca_pipeline.pii.words.stream import Token

_PART = r"(?:(?:0?[1-9]|1[0-2])/(?:0?[1-9]|[12]\d|3[01])|(?:0?[1-9]|[12]\d|3[01])/(?:0?[1-9]|1[0-2]))"
_IN_ONE_WORD = re.compile(  # "04-mar-2024", "mid-march", "8/3-8/7", "03/2024"
    rf"(?=.*-)(?:\d{{1,2}}-|mid-|early-|late-)?(?:{'|'.join(MONTHS)})(?:-\d{{1,4}}){{0,2}}|{_PART}-{_PART}"
    r"|(?:0?[1-9]|1[0-2])/(?:19|20)\d\d"
)
_DIGITS = re.compile(r"(?:0?[1-9]|1[0-2])(?:0?[1-9]|[12]\d|3[01])(?:(?:19|20)?\d\d)?")  # "oh three fourteen"
_DENOMINATORS = word_set("2 3 4 5 6 8 10 16")  # of fractions and ratings that are often written
_DAYS_OF_WEEK = WEEKDAYS | word_set("mon tue tues wed weds thu thur thurs fri sat sun")
_NO_MONTHS = word_set("may march mar jan dec sep sept oct nov feb apr jun jul aug")  # unless capitals or words tell
_VERBS = word_set("may march")
_BEHIND_VERBS = word_set("""i you we he she it they be have not also as the on up out over down along in into off well need want get
    cause take include vary your my""")
_BEFORE_MONTH = word_set(
    "in since until till of last next through thru during early late mid every before after from by"
)
_BEFORE_DAY = word_set("""on by since until till from before after through thru between dated around for to starting ending effective
    due was is it's about and or of""")
_BEHIND_DAY = word_set("works thru a today tomorrow yesterday tonight already anyway either instead again")
_BEFORE_FEAST = word_set("on since until till before after by around about from between through and")
_NAMING = word_set("""date dates dated admitted discharged admission discharge appointment appt visit scheduled seen surgery accident
    refill filled due""")
_COUNTED = word_set("one ones time")  # "the first one"
_REACHING = word_set("to through thru until till and or")
_TENS = word_set("twenty thirty")
FIRST_DAY = 4  # that is said without its month; "the second" and "the third" are of anything
LAST_DAY = 31
WITH_YEAR = 5  # digits; fewer may be a time: "scheduled for ten thirty"
NEAR = 3  # words between "admitted" and "3/4"
QUESTION = 10  # last words of a turn that may ask for a date


class CalendarDateRecognizer(ConversationRecognizer):
    """Days with their month, months alone, days alone ("on the 14th"), and numerals that answer "on what date?"."""

    entity = "DATE"

    def find(self, reading: Reading) -> Iterable[Span]:
        """Each with the weekday in front of it and the days that it reaches to: "Monday, March 4th through the 9th"."""
        for first, last in (*_of_month(reading), *_alone(reading), *_of_digits(reading)):
            yield Span(*_grown(reading, first, last), 0.6, "date")


def _of_month(reading: Reading) -> Iterator[tuple[int, int]]:
    """Dates as they are read everywhere; "10/12" may be a fraction."""
    for date in reading.dates:
        if date.year is not None or date.first < date.last or _is_date(reading, date.first):
            yield date.first, date.last


def _alone(reading: Reading) -> Iterator[tuple[int, int]]:
    """Months, days, holidays and "3/4" by themselves."""
    for at, token in enumerate(reading.conversation.tokens):
        if at in reading.dated:
            continue
        if _is_month(reading, at) or _is_holiday(reading, at) or _is_date(reading, at):
            yield at, at
        elif _is_ordinal(token) and _is_day(reading, first := _first_of_day(reading, at), at):
            yield first, at


def _is_month(reading: Reading, at: int) -> bool:
    """Whether a month is named, and nobody may or marches."""
    tokens = reading.conversation.tokens
    token, turn = tokens[at], tokens[at].turn
    month = token.norm.removesuffix("'s")
    if month not in MONTHS or spelled_month(tokens, at):
        return False
    before, behind = _norm(reading, at - 1, turn), _norm(reading, at + 1, turn)
    if month in _VERBS and not token.after and behind in _BEHIND_VERBS:
        return False
    told = before in _BEFORE_MONTH or _norm(reading, at - 2, turn) in MONTHS
    return month not in _NO_MONTHS or token.capital and not token.opens or told


def _is_holiday(reading: Reading, at: int) -> bool:
    """ "On Christmas", "New Year's Eve": as a day, and not "the Christmas party"."""
    tokens = reading.conversation.tokens
    if not of_feast(tokens, at):
        return False
    beside = [place for place in (at - 1, at + 1) if reading.token(place, tokens[at].turn)]
    return _norm(reading, at - 1, tokens[at].turn) in _BEFORE_FEAST or any(of_feast(tokens, one) for one in beside)


def _is_date(reading: Reading, at: int) -> bool:
    """Whether a word is a day and its month, and no fraction: "04-Mar", "admitted 3/4", "on 10/12"."""
    token = reading.conversation.tokens[at]
    if _IN_ONE_WORD.fullmatch(token.norm):
        return True
    items = items_of(token.norm)
    if not items or items[0].kind is not Kind.DATE or not re.fullmatch(_PART, token.norm):
        return False
    before = [_norm(reading, place, token.turn) for place in range(at - NEAR, at)]
    if at in reading.numbers.measured or not _stands_alone(reading, at):
        return False
    if not _NAMING.isdisjoint(before) or before[-1] in _BEFORE_MONTH | _DAYS_OF_WEEK | {"on"}:
        return True
    one, other = token.norm.split("/")
    return not (other in _DENOMINATORS and int(one) <= int(other))


def _is_ordinal(token: Token) -> bool:
    items = items_of(token.norm)
    return bool(items) and items[-1].kind is Kind.ORDINAL and int(items[-1].digits) <= LAST_DAY


def _first_of_day(reading: Reading, at: int) -> int:
    """With the tens and the article in front: "the twenty third"."""
    turn = reading.conversation.tokens[at].turn
    first = at - (_norm(reading, at - 1, turn) in _TENS)
    return first - (_norm(reading, first - 1, turn) == "the")


def _is_day(reading: Reading, first: int, at: int) -> bool:
    """ "Monday the second", "the 14th", "on the fourth": an ordinal, and nothing behind it that it counts."""
    tokens = reading.conversation.tokens
    before, the = _norm(reading, first - 1, tokens[at].turn), tokens[first].norm == "the"
    if before in _DAYS_OF_WEEK:
        return True
    if not _stands_alone(reading, at):
        return False
    if _asked(reading, first):
        return True
    if tokens[at].norm[0].isdigit():
        return the or before in _BEFORE_DAY
    small = first + the == at and int(items_of(tokens[at].norm)[-1].digits) < FIRST_DAY
    return the and (before == "on" if small else before in _BEFORE_DAY)


def _stands_alone(reading: Reading, at: int) -> bool:
    """Whether no noun follows that a number would count."""
    token = reading.conversation.tokens[at]
    behind = reading.token(at + 1, token.turn)
    if behind is None or token.after or behind.segment != token.segment:
        return True
    if behind.norm == "of":
        return _norm(reading, at + 3, token.turn) == "month"
    small = behind.norm in FUNCTION_WORDS or behind.norm in FILLERS or behind.norm in _BEHIND_DAY
    return (small or bool(reading.numbers.items[at + 1])) and behind.norm not in _COUNTED


def _of_digits(reading: Reading) -> Iterator[tuple[int, int]]:
    """Digits that were asked for as a date, that come with a year after its name, or that are said with slashes."""
    tokens = reading.conversation.tokens
    for run in reading.numbers.runs:
        slashes = sum(token.norm in ("slash", "stroke") for token in tokens[run.first : run.last + 1])
        before = {_norm(reading, at, tokens[run.first].turn) for at in range(run.first - NEAR, run.first)}
        named = len(run.digits) >= WITH_YEAR and not _NAMING.isdisjoint(before)
        if _DIGITS.fullmatch(run.digits) and (slashes > 1 or named or _asked(reading, run.first)):
            yield run.first, run.last


def _asked(reading: Reading, first: int) -> bool:
    """Whether the turn before asks for a date, and this one begins with it: "And what day?" "The fourth."."""
    turns, turn = reading.conversation.turns, reading.conversation.tokens[first].turn
    if not turn or reading.conversation.content_between(turns[turn].first, first):
        return False
    question = reading.conversation.tokens[
        max(turns[turn - 1].first, turns[turn - 1].end - QUESTION) : turns[turn].first
    ]
    return any(token.norm in ("date", "dates", "day") for token in question)


def _grown(reading: Reading, first: int, last: int) -> tuple[int, int]:
    """With the weekday and further days of the same month around it."""
    turn = reading.conversation.tokens[first].turn
    while (before := reading.token(first - 1, turn)) and before.norm in _DAYS_OF_WEEK and before.after != ".":
        first -= 1
    while (end := _next_day(reading, last)) > last:
        last = end
    return first, last


def _next_day(reading: Reading, last: int) -> int:
    """The last token of "through the 9th", "and sixth" after a date; `last` itself without one."""
    token = reading.conversation.tokens[last]
    if token.after == "." or _norm(reading, last + 1, token.turn) not in _REACHING:
        return last
    at = last + 2 + (_norm(reading, last + 2, token.turn) == "the")
    at += _norm(reading, at, token.turn) in _TENS
    day = reading.token(at, token.turn)
    return at if day is not None and _is_ordinal(day) and _stands_alone(reading, at) else last


def _norm(reading: Reading, at: int, turn: int) -> str:
    """What a token of a turn says; nothing outside of it."""
    token = reading.token(at, turn)
    return token.norm if token else ""
