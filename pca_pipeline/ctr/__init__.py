"""Contact trace records: who was on the call when, read from what the telephony platform exports."""

from pca_pipeline.ctr.contact import Contact, Handover, Leg, Media, Pause, Stretch
from pca_pipeline.ctr.lookups import Lookups, read_lookups
from pca_pipeline.ctr.record import read_record
from pca_pipeline.ctr.shapes import RecordShape

__all__ = [
    "Contact",
    "Handover",
    "Leg",
    "Lookups",
    "Media",
    "Pause",
    "RecordShape",
    "Stretch",
    "read_lookups",
    "read_record",
]
