"""Answers to security questions."""

from __future__ import annotations

from collections.abc import Iterable

from pca_pipeline.pii.conversation.answers import find_answers
from pca_pipeline.pii.conversation.asks import Ask
from pca_pipeline.pii.conversation.reading import Reading, Span
from pca_pipeline.pii.recognizers.base import ConversationRecognizer
from pca_pipeline.pii.words.lexicon import TITLES

_LED_BY = TITLES | {"the", "our", "my"}  # which belong to an answer: "the Blue Devils", "Our Lady of Lourdes"
SURE = 0.9  # surer than that a word of the answer is a person's name: "Mr. Kowalski"


class SecurityAnswerRecognizer(ConversationRecognizer):
    """Whatever answers "what is your mother's maiden name" and its like."""

    entity = "SECURITY_ANSWER"

    def find(self, reading: Reading) -> Iterable[Span]:
        """The answering clause of the next turn, or what the speaker names."""
        for span in find_answers(reading, Ask.SECURITY):
            before = reading.token(span.first - 1, reading.conversation.tokens[span.first].turn)
            led = before is not None and not before.after and before.norm in _LED_BY
            yield Span(span.first - led, span.last, SURE, span.why)
