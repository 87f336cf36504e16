"""Expiration dates of cards."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from pca_pipeline.pii.conversation.asks import Ask
from pca_pipeline.pii.conversation.questions import Expectation
from pca_pipeline.pii.conversation.reading import Reading, Span
from pca_pipeline.pii.forms.dates import Date
from pca_pipeline.pii.forms.numbers import Meaning, Run
from pca_pipeline.pii.recognizers.base import FAR, ConversationRecognizer
from pca_pipeline.pii.recognizers.card import CARD_LENGTHS
from pca_pipeline.pii.words.lexicon import MONTHS, word_set
from pca_pipeline.pii.words.number_words import Kind, items_of, spell_out

# What else expires in a call centre; asked or said of these, the date is no card's.
_OTHER_THINGS = word_set("""plan policy offer discount promotion promo coverage lease contract warranty subscription membership trial rate
    term quote deal agreement license passport code link voucher coupon points benefits session page cart login request certificate permit prescription rx""")
_LEADS = word_set("and the it's its is expires exp expiry expiration date um uh")
LAST_MONTH = 12
LONGEST_YEAR = 4  # digits
_MONTH_AND_YEAR = re.compile(r"(0?[1-9]|1[0-2])(?:20)?([2-4]\d)")
LATE = 16  # words of content between the question and a month with its year
REACH = 5  # words of content
_DATES = (Kind.DATE, Kind.TIME)  # "04/26" is also written as a time, "04:26"


class ExpiryRecognizer(ConversationRecognizer):
    """Month and year near the word "expires", where a card is talked about."""

    entity = "CARD_EXPIRY"

    def find(self, reading: Reading) -> Iterable[Span]:
        """Dates, and numbers of three to six digits, that an expiration was asked of; the same month and year again."""
        found: set[tuple[int, int]] = set()
        others: list[tuple[int, int]] = []
        for first, last in _candidates(reading):
            scored = list(_scored(reading, first, last))
            yield from scored
            (found.add if scored else others.append)((first, last))
        said = {_month_and_year(reading, *one) for one in found} - {None}
        for first, last in others if said else ():
            if _month_and_year(reading, first, last) in said:
                yield Span(first, last, 0.75, "said again")


def _scored(reading: Reading, first: int, last: int) -> Iterator[Span]:
    if _behind_card(reading, first):
        yield Span(first, last, 0.8, "behind a card number")
    expectations = reading.questions.at(first, last)[:3]
    asked = next((e for e in expectations if e.ask is Ask.EXPIRY), None)
    month = _month_and_year(reading, first, last) is not None
    if asked and asked.own and not month and _names_a_month(reading, first, last):
        return  # "the payoff is good through April 12"
    reach = REACH if asked and asked.own else LATE if month else FAR
    if asked and asked.distance <= reach and not _other(reading, asked, first):
        yield Span(first, last, 0.88, "asked for: expiry")


def _names_a_month(reading: Reading, first: int, last: int) -> bool:
    return any(token.norm in MONTHS for token in reading.conversation.tokens[first : last + 1])


def _month_and_year(reading: Reading, first: int, last: int) -> tuple[int, int] | None:
    """The month and the last two digits of the year that tokens say in any form; None for less or more."""
    tokens = reading.conversation.tokens[first : last + 1]
    months = [MONTHS[token.norm] for token in tokens if token.norm in MONTHS]
    digits = spell_out([item for token in tokens for item in items_of(token.norm)])
    said = _MONTH_AND_YEAR.fullmatch(f"{months[0]}{digits}" if len(months) == 1 else digits)
    return (int(said[1]), int(said[2])) if said else None


def _candidates(reading: Reading) -> Iterator[tuple[int, int]]:
    yield from ((date.first, date.last) for date in reading.dates if not _names_a_day(reading, date))
    yield from ((_month_before(reading, run), run.last) for run in reading.numbers.runs if _plausible(run))
    dated = {at for date in reading.dates for at in range(date.first, date.last + 1)}
    for at, items in enumerate(reading.numbers.items):
        if items and items[0].kind in _DATES and at not in dated:
            yield at, at


def _names_a_day(reading: Reading, date: Date) -> bool:
    """ "Good through December 3rd, 2026"; in "June twenty twenty nine" the twenty is none."""
    said = [item for token in reading.conversation.tokens[date.first : date.last + 1] for item in items_of(token.norm)]
    return any(item.kind is Kind.ORDINAL for item in said) or date.complete and len(spell_out(said)) > LONGEST_YEAR


def _month_before(reading: Reading, run: Run) -> int:
    """The first token of "seven of twenty-nine", "4 slash 27"; the run's own where no month stands before it."""
    turn = reading.conversation.tokens[run.first].turn
    link = reading.token(run.first - 1, turn)
    said = reading.numbers.items[run.first - 2] if run.first > 1 and reading.token(run.first - 2, turn) else ()
    month = bool(said) and len(said[-1].digits) <= 2 and 1 <= int(said[-1].digits) <= LAST_MONTH
    return (
        run.first - 2 if month and link is not None and link.norm in ("of", "slash", "stroke", "oblique") else run.first
    )


def _other(reading: Reading, asked: Expectation, first: int) -> bool:
    return reading.answered(asked, first, sure=False) or _of_something_else(reading, asked.at, first)


def _behind_card(reading: Reading, first: int) -> bool:
    """Right after a card number in the same breath: "4111 ..., 04/26, and the code is ..."."""
    tokens = reading.conversation.tokens
    at = first - 1
    while at >= 0 and tokens[at].norm in _LEADS and tokens[at].turn == tokens[first].turn:
        at -= 1
    run = next((run for run in reading.numbers.runs if run.last == at and tokens[at].turn == tokens[first].turn), None)
    return run is not None and len(reading.chain(run).digits) in CARD_LENGTHS


def _plausible(run: Run) -> bool:
    return 2 <= len(run.digits) <= 6 and run.meaning is not Meaning.BUSINESS


def _of_something_else(reading: Reading, mention: int, date: int) -> bool:
    tokens = reading.conversation.tokens
    until = min(mention + 5, date) if date > mention else mention
    begin = max(0, mention - 6)
    begin = next((at for at in range(mention, begin, -1) if tokens[at].opens), begin)
    around = tokens[begin:until]
    return any(token.norm in _OTHER_THINGS for token in around if token.turn == tokens[mention].turn)
