"""The record shapes that can be read: the built-in ones, and those that installed packages add."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.metadata import entry_points
from typing import Protocol

from pca_pipeline.ctr import genesys_conversation, genesys_recording
from pca_pipeline.ctr.contact import Contact, Media
from pca_pipeline.ctr.fields import Document
from pca_pipeline.errors import SetupError

ENTRY_POINTS = "pca_pipeline.ctr_shapes"


class RecordShape(Protocol):
    """One shape of document. A module with these two functions is one; so is any object."""

    def matches(self, document: Document) -> bool:
        """Whether the document has this shape, judged by its fields alone."""

    def read(self, document: Document) -> Contact | Media:
        """The document as a contact or as media. Must cope with any field missing or of a wrong type."""


@cache
def shapes() -> Sequence[RecordShape]:
    """All known shapes, outside packages first so that they can refine a built-in one. Raises SetupError."""
    return (*_installed(), genesys_conversation, genesys_recording)


def _installed() -> list[RecordShape]:
    found = []
    for point in sorted(entry_points(group=ENTRY_POINTS), key=lambda point: point.name):
        try:
            found.append(point.load())
        except Exception as error:
            raise SetupError(
                f"The record shape {point.name} of an installed package does not load.",
                f"Mend or remove the package that defines {point.value}.",
            ) from error
    return found
