"""Consults: the stretches in which an agent speaks with a colleague while the customer waits on hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pca_pipeline.call import FLOWS, IntervalKind, Role, TransferKind
from pca_pipeline.ctr.contact import Contact, Leg

# Sessions overlap by some tens of milliseconds when a call is handed on; a consult lasts longer.
SLACK = timedelta(seconds=0.5)
_AUTOMATED = (Role.IVR, Role.QUEUE)


@dataclass(frozen=True, slots=True)
class Consult:
    """One consult. `consulted` is None if the colleague is not in this conversation's record."""

    initiator: str  # Leg.identity
    consulted: str | None
    start: datetime
    end: datetime

    def covers(self, start: datetime, end: datetime) -> bool:
        """Whether the consult contains a stretch of the record, give or take SLACK."""
        return self.start - SLACK <= start and end <= self.end + SLACK


@dataclass(frozen=True, slots=True)
class _Person:
    """A leg of somebody on the call, with the moments of joining and leaving."""

    leg: Leg
    arrives: datetime
    leaves: datetime


def find_consults(contact: Contact) -> tuple[Consult, ...]:
    """All consults, ordered by start: those in the record's metrics, and overlaps of two agents.

    A consult lasts until the transfer, the end of the consulted leg, or the moment when all parties hear each other.
    """
    people = list(_people(contact))
    found: list[Consult] = []
    for person in people:
        if person.leg.role is Role.AGENT:
            found.extend(_named(person, people))
    for person in people:
        if person.leg.role is Role.AGENT:
            found.extend(_overlapping(person, people, contact, found))
    return tuple(sorted(found, key=lambda consult: consult.start))


def is_inside(leg: Leg, consults: Sequence[Consult]) -> bool:
    """Whether an agent went through this flow or queue during a consult, and not the customer."""
    span = leg.span(*FLOWS, IntervalKind.QUEUE)
    return leg.role in _AUTOMATED and span is not None and any(one.covers(*span) for one in consults)


def _people(contact: Contact) -> Iterator[_Person]:
    for leg in contact.of(Role.AGENT, Role.EXTERNAL):
        span = leg.span(IntervalKind.TALK, IntervalKind.HOLD)
        if span:
            yield _Person(leg, *span)


def _named(person: _Person, people: Sequence[_Person]) -> Iterator[Consult]:
    for start in person.leg.consults:
        limit = min([person.leaves, *(later for later in person.leg.consults if later > start)])
        joined = [
            other
            for other in people
            if other.leg.identity != person.leg.identity and start - SLACK <= other.arrives < limit
        ]
        consult = _consult(person, min(joined, key=lambda other: other.arrives, default=None), start)
        if consult:
            yield consult


def _overlapping(
    person: _Person, people: Sequence[_Person], contact: Contact, known: Sequence[Consult]
) -> Iterator[Consult]:
    """Consults with colleagues who join while this person is on the call, if no metric has them."""
    for other in people:
        overlap = min(person.leaves, other.leaves) - other.arrives
        if (
            other.leg.role is not Role.AGENT
            or other.leg.identity == person.leg.identity
            or not person.arrives < other.arrives
            or overlap <= SLACK
            or any(consult.covers(other.arrives, other.arrives) for consult in known)
        ):
            continue
        consult = _consult(person, other, _way_begins(other, contact, after=person.arrives))
        if consult:
            yield consult


def _way_begins(consulted: _Person, contact: Contact, after: datetime) -> datetime:
    """When the way to a colleague begins: with the flow and the queue that led there, if any."""
    start = consulted.arrives
    for leg in reversed(contact.of(*_AUTOMATED)):
        span = leg.span(*FLOWS, IntervalKind.QUEUE)
        if span and after + SLACK < span[0] <= start and abs(start - span[1]) <= 4 * SLACK:
            start = span[0]
    return start


def _consult(person: _Person, consulted: _Person | None, start: datetime) -> Consult | None:
    """The consult that begins at `start`; None if nothing tells its end, or it has no length."""
    ends = [one.at for one in person.leg.handovers if consulted or one.kind is TransferKind.CONSULT]
    together: list[datetime] = []
    if consulted:
        ends += [person.leaves, consulted.leaves]
        both = (*person.leg.stretches, *consulted.leg.stretches)
        together = [stretch.start for stretch in both if stretch.conference and stretch.start >= start - SLACK]
    end = min([*(at for at in ends if at > start), *together], default=start)
    if end - start <= SLACK:
        return None
    return Consult(person.leg.identity, consulted.leg.identity if consulted else None, start, end)
