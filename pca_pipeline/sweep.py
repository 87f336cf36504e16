"""One sweep over the drop folder: what there is to do, and what became of it."""

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
    """A call to be processed. `key` names it without telling its file's name."""

    key: str
    found: Work = field(repr=False)

    @classmethod
    def of(cls, found: Work) -> WorkItem:
        """By call id if claimed before, else by its file; a late record, which several calls may share, by both."""
        if isinstance(found, Claim):
            return cls(found.call_id, found)
        call = found.call_id if isinstance(found, LateRecord) else ""
        return cls(hashlib.sha256(call.encode() + bytes(found.files[-1])).hexdigest()[:12], found)

    @property
    def audio(self) -> Path | None:
        """The recording; None where only words or records are news."""
        return None if isinstance(self.found, LateRecord) else self.found.audio


@dataclass(frozen=True, slots=True)
class CallOutcome:
    """What became of one call: counts, classes and ids, no content."""

    call_id: str | None
    status: Status
    audio_seconds: float = 0.0
    seconds: dict[str, float] = field(default_factory=dict)  # by step
    error: str | None = None  # class of the error
    stage: str | None = None  # step that failed
    late: bool = False  # only its record was news


@dataclass(frozen=True, slots=True)
class Sweep:
    """One look into the drop folder: what there is to do."""

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
    loaded: int = 0  # calls that entered the database
    unreadable: int = 0  # staged files that are broken and were set aside: what they hold is in no table
    delayed: str | None = None  # why what is staged waits for the next sweep, or some of it: who holds the database
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
        """Whether nothing failed that a person has to see to."""
        counts = self.counts()
        return not (counts["failed"] or counts["rejected"] or counts["unreadable"] or self.unwritten)
