"""Genesys Cloud: conversation details of the analytics API, conversations of the live API, and recording metadata."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from pca_pipeline.ctr import genesys_conversation, genesys_live, genesys_recording
from pca_pipeline.ctr.capabilities import Capabilities
from pca_pipeline.ctr.contact import Contact, Media
from pca_pipeline.ctr.fields import Document, Entry

name = "Genesys Cloud"
# With dual-channel recording, channel 0 is the external participant. Paused time is usually cut out, but converters may
# pad it: it shows in the audio's length.
capabilities = Capabilities()
_SHAPES = (genesys_live, genesys_conversation, genesys_recording)


def matches(document: Document) -> bool:
    """Whether a document has any of the shapes that Genesys Cloud exports."""
    return any(shape.matches(document) for shape in _SHAPES)


def read(entries: Sequence[Entry]) -> Iterator[Contact | Media]:
    """One contact for each conversation, one media for each recording."""
    for entry in entries:
        shape = next(shape for shape in _SHAPES if shape.matches(entry.document))
        yield replace(shape.read(entry.document), source=entry.source)
