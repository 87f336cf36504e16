"""The vendor-neutral record: one contact, its legs, and the recordings made of it, in wall-clock time.

Vendors' modules read their documents into these; nothing after them knows any vendor.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from pca_pipeline.call import Direction, IntervalKind, KnownIdentity, Role, TransferKind
from pca_pipeline.ctr.capabilities import Capabilities
from pca_pipeline.ctr.fields import Document

Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Stretch:
    """One kind of activity on a leg. `end` is None if the record leaves it open."""

    kind: IntervalKind
    start: datetime
    end: datetime | None = None
    conference: bool = False  # more than two parties hear each other


@dataclass(frozen=True, slots=True)
class Handover:
    """The moment when a leg handed the contact on."""

    kind: TransferKind
    at: datetime


@dataclass(frozen=True, slots=True)
class Ending:
    """Who ended the contact, and how in the vendor's own word. Without a role: the platform or the network."""

    how: str
    role: Role | None = None
    identity: str | None = None  # Leg.identity; None if only the role is known


@dataclass(frozen=True, slots=True)
class Leg:
    """One party's connection to the contact. Legs with the same `identity` and role are one participant."""

    role: Role
    identity: str  # user id, queue id, flow id, or whatever else identifies the party
    stretches: tuple[Stretch, ...]
    id: str | None = None  # the vendor's id, safe to show
    name: str | None = None  # of a queue or flow; never of a person
    consults: tuple[datetime, ...] = ()  # moments at which this leg began to consult somebody
    handovers: tuple[Handover, ...] = ()
    totals: Mapping[IntervalKind, float] = field(default_factory=dict)  # seconds, by the vendor's own metrics
    recorded: bool = False  # the vendor says that a recording was made at this leg
    wrap_up_code: str | None = None
    skills: tuple[str, ...] = ()  # ids of those requested
    hold_within: float = 0.0  # seconds of hold somewhere in its talk, if the record does not say when
    disconnect: str | None = None  # how the leg ended, in the vendor's own word
    counts: Mapping[str, int] = field(default_factory=dict)  # by the vendor's own metrics: transfers, consults
    answered_after: float | None = None  # seconds of the customer's wait, by the vendor's own metric
    handled: float | None = None  # seconds of talk, hold and after-call work together, by the vendor's own metric

    @property
    def start(self) -> datetime:
        return self.stretches[0].start

    def span(self, *kinds: IntervalKind) -> Span | None:
        """First start and last known end of stretches of these kinds; None if there is no time between them."""
        starts = [stretch.start for stretch in self.stretches if stretch.kind in kinds]
        ends = [stretch.end for stretch in self.stretches if stretch.kind in kinds and stretch.end]
        return (min(starts), max(ends)) if starts and ends and min(starts) < max(ends) else None


@dataclass(frozen=True, slots=True)
class Contact:
    """One conversation, with legs that have at least one stretch each, ordered by start."""

    id: str | None
    direction: Direction
    started_at: datetime | None
    legs: tuple[Leg, ...]
    known: KnownIdentity = field(default_factory=KnownIdentity)
    divisions: tuple[str, ...] = ()  # ids
    ending: Ending | None = None
    language: str | None = None  # of the customer, as the vendor names it
    unusable: tuple[str, str] | None = None  # why a call in it has no legs, and what to do
    notes: tuple[str, ...] = ()  # what a person should know about the record; no content
    # May identify the customer: leaves this package only if the setting `ctr.attributes` says so.
    attributes: Mapping[str, str] = field(default_factory=dict, repr=False)
    # Of a contact that comes in several documents: what may be kept of them, to be read again with those that come later.
    # Nothing personal.
    legs_to_keep: tuple[Document, ...] = field(default=(), repr=False)
    source: str = ""  # name of the file it was read from
    capabilities: Capabilities = field(default_factory=Capabilities)  # of the platform that it comes from

    def closed(self, at: datetime) -> Contact:
        """The same contact with open stretches ending at that moment; those that begin later are left out."""
        legs = (replace(leg, stretches=_closed(leg.stretches, at)) for leg in self.legs)
        return replace(self, legs=tuple(leg for leg in legs if leg.stretches))

    def of(self, *roles: Role) -> tuple[Leg, ...]:
        """The legs of these roles, ordered by start."""
        return tuple(leg for leg in self.legs if leg.role in roles)

    @property
    def span(self) -> Span | None:
        """From the start to the last moment when somebody was connected; after-call work does not count."""
        kinds = set(IntervalKind) - {IntervalKind.WRAP_UP, IntervalKind.OTHER}
        spans = [span for leg in self.legs if (span := leg.span(*kinds))]
        if not spans:
            return None
        starts = [start for start, _ in spans] + ([self.started_at] if self.started_at else [])
        return min(starts), max(end for _, end in spans)


def _closed(stretches: tuple[Stretch, ...], at: datetime) -> tuple[Stretch, ...]:
    ended = (stretch if stretch.end else replace(stretch, end=at) for stretch in stretches)
    return tuple(stretch for stretch in ended if stretch.end and stretch.end > stretch.start)


@dataclass(frozen=True, slots=True)
class Pause:
    """A pause of the recording, in seconds of wall-clock time from its start."""

    start: float
    end: float
    reason: str  # as the vendor writes it: "SecurePause", "Hold", ...


@dataclass(frozen=True, slots=True)
class Media:
    """What the vendor says about one recording of a contact."""

    id: str | None
    contact_id: str | None
    started_at: datetime | None
    ended_at: datetime | None
    pauses: tuple[Pause, ...] = ()  # ordered, without overlap
    kind: str | None = None  # "Trunk", "Station", "Consult", ...
    inferred: str | None = None  # how its start was found, if it is not in the record: "when ..."
    source: str = ""  # name of the file it was read from
    capabilities: Capabilities = field(default_factory=Capabilities)  # of the platform that it comes from

    @property
    def seconds(self) -> float | None:
        """Wall-clock length, pauses included."""
        if self.started_at is None or self.ended_at is None or self.ended_at <= self.started_at:
            return None
        return (self.ended_at - self.started_at).total_seconds()
