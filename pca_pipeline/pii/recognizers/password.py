"""Passwords, passcodes and one-time codes."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pca_pipeline.pii.answers import find_answers
from pca_pipeline.pii.asks import Ask
from pca_pipeline.pii.reading import Reading, Span
from pca_pipeline.pii.recognizers.base import DigitsRecognizer

# What only a password looks like, wherever it stands: "Walnut!Tree9", "blue-heron-tractor-9".
_SHAPE = re.compile(
    r"(?<!\S)(?:(?=\S*[A-Za-z]{3})(?=\S*\d)[A-Za-z\d_-]+[!#$%^*][A-Za-z\d!#$%^*_-]*[A-Za-z\d!*$]"
    r"|[A-Za-z]{3,}(?:-[A-Za-z]{3,}){1,5}-\d{1,4})(?![\w@])"
)


class PasswordRecognizer(DigitsRecognizer):
    """Words or digits that were asked for or named as a password."""

    entity = "PASSWORD"
    asks = frozenset({Ask.PASSWORD, Ask.PASSCODE})
    lengths = (4, 5, 6, 7, 8)
    with_letters = True

    def find(self, reading: Reading) -> Iterable[Span]:
        """Numbers that were asked for, the answering clause, and words that can be nothing else."""
        yield from super().find(reading)
        yield from find_answers(reading, Ask.PASSWORD)
        for match in _SHAPE.finditer(reading.conversation.text):
            tokens = reading.conversation.tokens_at(*match.span())
            yield Span(tokens[0], tokens[-1], 0.6, "shape")
