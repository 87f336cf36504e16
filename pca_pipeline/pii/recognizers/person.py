"""Names of people."""

from __future__ import annotations

from collections.abc import Iterable

from pca_pipeline.pii.conversation.reading import Reading, Span
from pca_pipeline.pii.names.kinship import kin
from pca_pipeline.pii.names.people import find_names
from pca_pipeline.pii.recognizers.base import ConversationRecognizer


class PersonRecognizer(ConversationRecognizer):
    """Names by cue, question, list and spelling."""

    entity = "PERSON"

    def find(self, reading: Reading) -> Iterable[Span]:
        """All names, whoever's they are; whether an agent's own is kept is decided afterwards."""
        yield from find_names(reading)
        yield from kin(reading)
