"""Street addresses."""

from __future__ import annotations

from collections.abc import Iterable

from pca_pipeline.pii.conversation.reading import Reading, Span
from pca_pipeline.pii.names.streets import find_streets
from pca_pipeline.pii.recognizers.base import ConversationRecognizer


class StreetAddressRecognizer(ConversationRecognizer):
    """House number and street, with the apartment after them."""

    entity = "STREET_ADDRESS"

    def find(self, reading: Reading) -> Iterable[Span]:
        """All streets with a number, and those that answer a question."""
        yield from find_streets(reading)
