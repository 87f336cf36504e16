"""Dates of birth."""

from __future__ import annotations

from collections.abc import Iterable

from pca_pipeline.pii.dates import Date
from pca_pipeline.pii.questions import BUSINESS, Ask
from pca_pipeline.pii.reading import Reading, Span
from pca_pipeline.pii.recognizers.base import DigitsRecognizer


class BirthDateRecognizer(DigitsRecognizer):
    """Dates that were asked for as a birthday or named so, and whole dates of long ago."""

    entity = "DATE_OF_BIRTH"
    asks = frozenset({Ask.BIRTH})
    lengths = (4, 5, 6, 7, 8)
    least = 2

    def find(self, reading: Reading) -> Iterable[Span]:
        """Dates in words and numerals, and bare digits that answer the question."""
        yield from super().find(reading)
        for date in reading.dates:
            score = _score(reading, date)
            if score:
                yield Span(date.first, date.last, score, "date of birth")


def _score(reading: Reading, date: Date) -> float:
    for expectation in reading.questions.at(date.first, date.last):
        if expectation.ask in BUSINESS:
            break
        if expectation.ask is Ask.BIRTH and (date.complete or expectation.distance <= 10):
            return 0.9
    return 0.45 if date.could_be_birth else 0.0
