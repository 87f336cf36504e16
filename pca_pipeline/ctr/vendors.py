"""The vendors whose records can be read: the built-in ones, and those added by installed packages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Protocol

from pca_pipeline.ctr import connect, genesys
from pca_pipeline.ctr.capabilities import Capabilities
from pca_pipeline.ctr.contact import Contact, Media
from pca_pipeline.ctr.fields import Document, Entry
from pca_pipeline.ctr.flat import FlatRecords
from pca_pipeline.errors import SetupError
from pca_pipeline.mapping import load_mapping
from pca_pipeline.settings import CtrSettings

ENTRY_POINTS = "pca_pipeline.ctr_vendors"


class Vendor(Protocol):
    """A reader of one vendor's records: any module or object with these four names."""

    @property
    def name(self) -> str:
        """The vendor's name, as people know it."""

    @property
    def capabilities(self) -> Capabilities:
        """What its records and its recordings contain."""

    def matches(self, document: Document) -> bool:
        """Whether a document is one of this vendor's, judged by its fields alone."""

    def read(self, entries: Sequence[Entry]) -> Iterable[Contact | Media]:
        """Contacts and media from all documents of one call, which may lie in several files.

        Must cope with any field missing or of a wrong type.
        """


def vendors(settings: CtrSettings) -> Sequence[Vendor]:
    """All known vendors; those of installed packages first, so that they can refine a built-in one. Raises SetupError."""
    mapped = (FlatRecords(load_mapping(settings.mapping)),) if settings.mapping else ()
    return (*installed_vendors(), *mapped, genesys, connect)


@cache
def installed_vendors() -> tuple[Vendor, ...]:
    """The vendors that installed packages add, by the names of their entry points. Raises SetupError."""
    return tuple(_loaded(point) for point in sorted(entry_points(group=ENTRY_POINTS), key=lambda point: point.name))


def _loaded(point: EntryPoint) -> Vendor:
    try:
        vendor: Vendor = point.load()
    except Exception as error:
        raise SetupError(
            f"The vendor {point.name} of an installed package does not load.",
            f"Mend or remove the package that defines {point.value}.",
        ) from error
    return vendor
