"""Expiration dates of cards."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pca_pipeline.pii.asks import Ask
from pca_pipeline.pii.lexicon import word_set
from pca_pipeline.pii.numbers import Meaning, Run
from pca_pipeline.pii.questions import Expectation
from pca_pipeline.pii.reading import Reading, Span
from pca_pipeline.pii.recognizers.base import FAR, ConversationRecognizer
from pca_pipeline.pii.recognizers.card import CARD_LENGTHS
from pca_pipeline.pii.spoken import Kind, items_of

# What else expires in a call centre; asked or said of these, the date is no card's.
_OTHER_THINGS = word_set("""plan policy offer discount promotion promo coverage lease contract warranty subscription membership trial rate
    term quote deal agreement license passport code link voucher coupon points benefits""")
_LEADS = word_set("and the it's its is expires exp expiry expiration date um uh")
LAST_MONTH = 12
REACH = 5  # words of content
_DATES = (Kind.DATE, Kind.TIME)  # "04/26" is also written as a time, "04:26"


class ExpiryRecognizer(ConversationRecognizer):
    """Month and year near the word "expires", where a card is talked about."""

    entity = "CARD_EXPIRY"

    def find(self, reading: Reading) -> Iterable[Span]:
        """Dates, and numbers of three to six digits, that an expiration was asked of."""
        for first, last in _candidates(reading):
            if _behind_card(reading, first):
                yield Span(first, last, 0.8, "behind a card number")
            expectations = reading.questions.at(first, last)[:3]
            asked = next((e for e in expectations if e.ask is Ask.EXPIRY), None)
            reach = REACH if asked and asked.own else FAR
            if asked and asked.distance <= reach and not _other(reading, asked, first):
                yield Span(first, last, 0.88, "asked for: expiry")


def _candidates(reading: Reading) -> Iterator[tuple[int, int]]:
    tokens = reading.conversation.tokens
    for date in reading.dates:
        last = items_of(tokens[date.last].norm)
        if not (date.year is None and last and last[-1].kind is Kind.ORDINAL):  # "good through december 3rd"
            yield date.first, date.last
    yield from ((_month_before(reading, run), run.last) for run in reading.numbers.runs if _plausible(run))
    dated = {at for date in reading.dates for at in range(date.first, date.last + 1)}
    for at, items in enumerate(reading.numbers.items):
        if items and items[0].kind in _DATES and at not in dated:
            yield at, at


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
    around = tokens[max(0, mention - 6) : until]
    return any(token.norm in _OTHER_THINGS for token in around if token.turn == tokens[mention].turn)
