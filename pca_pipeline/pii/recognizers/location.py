"""Where people live."""

from __future__ import annotations

from collections.abc import Iterable

from pca_pipeline.pii.conversation.reading import Reading, Span
from pca_pipeline.pii.names.towns import find_towns
from pca_pipeline.pii.recognizers.base import ConversationRecognizer


class LocationRecognizer(ConversationRecognizer):
    """City and state of a residence; a city in passing ("our office in Austin") stays."""

    entity = "LOCATION"

    def find(self, reading: Reading) -> Iterable[Span]:
        """Towns after streets and after "I live in"."""
        yield from find_towns(reading)
