"""The model that comes with the product: a small spaCy recognizer, trained on made-up talk (`names_model/`)."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import spacy
from spacy.pipeline import TrainablePipe

from pca_pipeline.pii.models.base import Named
from pca_pipeline.pii.models.passages import passages, prepare
from pca_pipeline.pii.stream import Conversation

SCORE = 0.55  # spaCy's recognizer gives none
BATCH = 64  # turns


class OwnModel:
    """Loaded once; a few megabytes."""

    def __init__(self, folder: Path | None = None) -> None:
        self._nlp = spacy.load(folder or Path(str(files("pca_pipeline.pii") / "model")))
        prepare(self._nlp.vocab)
        self._recognizer: TrainablePipe = self._nlp.get_pipe("ner")

    def find(self, conversation: Conversation) -> Iterator[Named]:
        """Names of a conversation, turn by turn; the vocabulary forgets its words afterwards."""
        with self._nlp.memory_zone():
            found = list(passages(conversation, self._nlp.vocab))
            docs = self._recognizer.pipe(iter([passage.doc for passage in found]), batch_size=BATCH)
            for passage, doc in zip(found, docs, strict=True):
                for span in doc.ents:
                    if passage.first + span.start >= passage.own:
                        yield Named(span.label_, passage.first + span.start, passage.first + span.end - 1, SCORE)
