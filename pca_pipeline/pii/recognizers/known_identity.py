"""Names and numbers that the call's record itself holds."""

from __future__ import annotations

from collections.abc import Iterable

from pca_pipeline.pii.conversation.reading import Reading, Span
from pca_pipeline.pii.names.known import known_digits, known_names, known_numbers
from pca_pipeline.pii.names.shapes import base
from pca_pipeline.pii.recognizers.base import ConversationRecognizer


class KnownNameRecognizer(ConversationRecognizer):
    """Names of the record, also where speech recognition misspelt them."""

    entity = "PERSON"

    def find(self, reading: Reading) -> Iterable[Span]:
        """Single words that are, or sound like, a part of a known name."""
        names = known_names(reading.known.names)
        if names:
            for at, token in enumerate(reading.conversation.tokens):
                if names.matches(base(token), token.capital and not token.opens):
                    yield Span(at, at, 0.9, "in the record")


class KnownNumberRecognizer(ConversationRecognizer):
    """Numbers of the record, whole or in parts of four digits and more."""

    entity = "ACCOUNT_NUMBER"

    def find(self, reading: Reading) -> Iterable[Span]:
        """Runs that share four digits in a row with a known number."""
        values = known_digits(reading.known.numbers)
        for run in known_numbers(reading.numbers.runs, values):
            yield Span(run.first, run.last, 0.7, "in the record")
