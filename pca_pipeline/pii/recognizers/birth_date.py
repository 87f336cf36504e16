"""Dates of birth."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from pca_pipeline.pii.dates import Date
from pca_pipeline.pii.lexicon import MONTHS
from pca_pipeline.pii.questions import BUSINESS, Ask
from pca_pipeline.pii.reading import Reading, Span
from pca_pipeline.pii.recognizers.base import DigitsRecognizer
from pca_pipeline.pii.spoken import Kind


class BirthDateRecognizer(DigitsRecognizer):
    """Dates that were asked for as a birthday or named so, and whole dates of long ago."""

    entity = "DATE_OF_BIRTH"
    asks = frozenset({Ask.BIRTH})
    lengths = (4, 5, 6, 7, 8)
    least = 2

    def find(self, reading: Reading) -> Iterable[Span]:
        """Dates in words and numerals, and bare digits that answer the question."""
        yield from (_stretched(reading, span) for span in super().find(reading))
        for date in reading.dates:
            score = _score(reading, date)
            if score:
                yield Span(date.first, date.last, score, "date of birth")


def _stretched(reading: Reading, span: Span) -> Span:
    """Digits that answer the question, with the ordinals and the month beside them: "twenty second nineteen sixty"."""
    tokens, first, last = reading.conversation.tokens, span.first, span.last
    while first and _of_date(reading, first - 1) and tokens[first - 1].segment == tokens[first].segment:
        first -= 1
    while last + 1 < len(tokens) and _of_date(reading, last + 1) and tokens[last + 1].segment == tokens[last].segment:
        last += 1
    return replace(span, first=first, last=last)


def _of_date(reading: Reading, at: int) -> bool:
    items = reading.numbers.items[at]
    return reading.conversation.tokens[at].norm in MONTHS or bool(items) and items[0].kind in (Kind.ORDINAL, Kind.TENS)


def _score(reading: Reading, date: Date) -> float:
    for expectation in reading.questions.at(date.first, date.last):
        if expectation.ask in BUSINESS:
            break
        if expectation.ask is Ask.BIRTH and not date.complete and reading.answered(expectation, date.first, sure=False):
            break
        if expectation.ask is Ask.BIRTH and (date.complete or expectation.distance <= 10):
            return 0.9
    return 0.45 if date.could_be_birth else 0.0
