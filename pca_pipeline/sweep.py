"""One sweep over the drop folder: what there is to do, and its outcome."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal

from pca_pipeline.intake import Claim, Drop, LateRecord

Work = Drop | LateRecord | Claim
Status = Literal["done", "duplicate", "failed", "retry"]


@dataclass(frozen=True, slots=True)
class WorkItem:
    """A call to be processed. `key` identifies it without revealing its file name."""

    key: str
    found: Work = field(repr=False)

    @classmethod
    def of(cls, found: Work) -> WorkItem:
        """The key is the call id if it was claimed before, else from its file; for a late record, which calls may share, both."""
        if isinstance(found, Claim):
            return cls(found.call_id, found)
        call = found.call_id if isinstance(found, LateRecord) else ""
        return cls(hashlib.sha256(call.encode() + bytes(found.files[-1])).hexdigest()[:12], found)

    @property
    def audio(self) -> Path | None:
        """The recording; None if only a transcript or a record is new."""
        return None if isinstance(self.found, LateRecord) else self.found.audio


@dataclass(frozen=True, slots=True)
class CallOutcome:
    """The outcome of one call: counts, classes and ids, no content."""

    call_id: str | None
    status: Status
    audio_seconds: float = 0.0
    seconds: dict[str, float] = field(default_factory=dict)  # by step
    error: str | None = None  # class of the error
    stage: str | None = None  # step that failed
    late: bool = False  # only its record was new


@dataclass(frozen=True, slots=True)
class Sweep:
    """What one look into the drop folder found to do."""

    items: tuple[WorkItem, ...]
    waiting: int
    rejected: int
    started_at: datetime


@dataclass(frozen=True, slots=True)
class SweepReport:
    """What one sweep did."""

    outcomes: tuple[CallOutcome, ...]
    waiting: int
    rejected: int
    seconds: float
    loaded: int = 0  # calls that were written to the database
    unreadable: int = 0  # broken staged files that were set aside: their calls are in no table
    delayed: str | None = None  # why staged calls, or some of them, wait for the next sweep: who holds the database
    unwritten: str | None = None  # why the database or its published copy could not be written, and what to do

    def counts(self) -> dict[str, int]:
        """The report as numbers by name."""
        statuses = Counter(outcome.status for outcome in self.outcomes)
        return {
            **{status: statuses[status] for status in ("done", "duplicate", "failed", "retry")},
            "late": sum(outcome.late for outcome in self.outcomes),
            "loaded": self.loaded,
            "waiting": self.waiting,
            "rejected": self.rejected,
            "unreadable": self.unreadable,
        }

    @property
    def whole(self) -> bool:
        """Whether nothing failed that needs a person."""
        counts = self.counts()
        return not (counts["failed"] or counts["rejected"] or counts["unreadable"] or self.unwritten)
