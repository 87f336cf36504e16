"""Answers to security questions."""

from __future__ import annotations

from collections.abc import Iterable

from pca_pipeline.pii.answers import find_answers
from pca_pipeline.pii.asks import Ask
from pca_pipeline.pii.reading import Reading, Span
from pca_pipeline.pii.recognizers.base import ConversationRecognizer


class SecurityAnswerRecognizer(ConversationRecognizer):
    """Whatever answers "what is your mother's maiden name" and its like."""

    entity = "SECURITY_ANSWER"

    def find(self, reading: Reading) -> Iterable[Span]:
        """The answering clause of the next turn, or what the speaker names."""
        yield from find_answers(reading, Ask.SECURITY)
