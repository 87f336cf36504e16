"""Answers to security questions."""

from __future__ import annotations

from collections.abc import Iterable

from pca_pipeline.pii.answers import find_answers
from pca_pipeline.pii.asks import Ask
from pca_pipeline.pii.reading import Reading, Span
from pca_pipeline.pii.recognizers.base import ConversationRecognizer

SURE = 0.9  # surer than that a word of the answer is a person's name: "Mr. Kowalski"


class SecurityAnswerRecognizer(ConversationRecognizer):
    """Whatever answers "what is your mother's maiden name" and its like."""

    entity = "SECURITY_ANSWER"

    def find(self, reading: Reading) -> Iterable[Span]:
        """The answering clause of the next turn, or what the speaker names."""
        for span in find_answers(reading, Ask.SECURITY):
            before = reading.token(span.first - 1, reading.conversation.tokens[span.first].turn)
            article = before is not None and before.norm == "the"
            yield Span(span.first - article, span.last, SURE, span.why)
