"""Contact trace records: who was on the call when, read from what the telephony platform exports."""

from pca_pipeline.ctr.capabilities import Capabilities, PauseMode
from pca_pipeline.ctr.contact import Contact, Handover, Leg, Media, Pause, Stretch
from pca_pipeline.ctr.fields import Document, Entry
from pca_pipeline.ctr.lookups import Lookups, Query, read_lookups
from pca_pipeline.ctr.record import read_contacts, read_record
from pca_pipeline.ctr.vendors import Vendor

__all__ = [
    "Capabilities",
    "Contact",
    "Document",
    "Entry",
    "Handover",
    "Leg",
    "Lookups",
    "Media",
    "Pause",
    "PauseMode",
    "Query",
    "Stretch",
    "Vendor",
    "read_contacts",
    "read_lookups",
    "read_record",
]
