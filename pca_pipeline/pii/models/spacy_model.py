"""A spaCy pipeline that the user has: a package such as en_core_web_lg, or a folder."""

from __future__ import annotations

from collections.abc import Iterator

import spacy

from pca_pipeline.pii.models.base import LABELS, Named, named, text_of
from pca_pipeline.pii.words.stream import Conversation

SCORE = 0.6  # spaCy's recognizer gives none
_NOT_NEEDED = ["lemmatizer", "attribute_ruler", "tagger", "parser", "morphologizer"]


class SpacyModel:
    """Its recognizer of named entities alone."""

    def __init__(self, name: str) -> None:
        self._nlp = spacy.load(name, exclude=_NOT_NEEDED)

    def find(self, conversation: Conversation) -> Iterator[Named]:
        """Names, turn by turn, since people who do not follow each other's words confuse a model of written text."""
        with self._nlp.memory_zone():
            texts = [text_of(conversation, turn) for turn in conversation.turns]
            for doc, offset in self._nlp.pipe(texts, as_tuples=True):
                for span in doc.ents:
                    if span.label_ in LABELS:
                        start, end = span.start_char + offset, span.end_char + offset
                        yield from named(conversation, LABELS[span.label_], start, end, SCORE)
