"""Names for signing in."""

from __future__ import annotations

from collections.abc import Iterable

from pca_pipeline.pii.answers import find_answers
from pca_pipeline.pii.asks import Ask
from pca_pipeline.pii.reading import Reading, Span
from pca_pipeline.pii.recognizers.base import ConversationRecognizer


class UsernameRecognizer(ConversationRecognizer):
    """What answers "what is your user name", or is named so."""

    entity = "USERNAME"

    def find(self, reading: Reading) -> Iterable[Span]:
        """The answering clause of the next turn, or what the speaker names."""
        yield from find_answers(reading, Ask.USERNAME)
