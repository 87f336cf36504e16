"""Passwords, passcodes and one-time codes."""

from __future__ import annotations

from collections.abc import Iterable

from pca_pipeline.pii.answers import find_answers
from pca_pipeline.pii.questions import Ask
from pca_pipeline.pii.reading import Reading, Span
from pca_pipeline.pii.recognizers.base import DigitsRecognizer


class PasswordRecognizer(DigitsRecognizer):
    """Words or digits that were asked for or named as a password."""

    entity = "PASSWORD"
    asks = frozenset({Ask.PASSWORD})
    lengths = (4, 5, 6, 7, 8)
    with_letters = True

    def find(self, reading: Reading) -> Iterable[Span]:
        """Numbers that were asked for, and the answering clause."""
        yield from super().find(reading)
        yield from find_answers(reading, Ask.PASSWORD)
