"""A contact laid over a recording: intervals and transfers in the recording's own seconds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from pca_pipeline.call import TALKING, Interval, IntervalKind, Role, Transfer, TransferKind
from pca_pipeline.ctr.alignment import Clock
from pca_pipeline.ctr.consults import SLACK, Consult
from pca_pipeline.ctr.contact import Handover, Leg, Media, Span, Stretch
from pca_pipeline.ctr.participants import Cast

_HAND_OFF = timedelta(seconds=2)  # up to so long, two people on the line are handing over, not in a conference
_SECURE = "securepause"  # the reason of such a pause; only its letters are compared

Bounds = tuple[float, float]  # seconds


def intervals(
    legs: Sequence[Leg], consults: Sequence[Consult], cast: Cast, clock: Clock, within: Bounds
) -> tuple[Interval, ...]:
    """The intervals of the internal side between two seconds of the recording, ordered by start."""
    first, last = within
    talks = _talks(legs, consults)
    pieces = (
        (leg, *piece)
        for leg in legs
        if leg.role is not Role.CUSTOMER
        for stretch in leg.stretches
        for piece in _pieces(leg, stretch, consults, talks)
    )
    clipped = (
        Interval(
            kind,
            cast.key(leg),
            round(max(first, clock.seconds(start)), 3),
            round(min(last, clock.seconds(end)), 3),
        )
        for leg, kind, start, end in pieces
    )
    return tuple(sorted((one for one in clipped if one.start < one.end), key=lambda interval: interval.start))


def _talks(legs: Sequence[Leg], consults: Sequence[Consult]) -> list[tuple[Leg, Span]]:
    """Who speaks with the customer, from when to when: talk that is not in a consult."""
    return [
        (leg, (start, end))
        for leg in legs
        if leg.role in (Role.AGENT, Role.EXTERNAL)
        for stretch in leg.stretches
        if stretch.kind in TALKING and stretch.end
        for start, end, consulting in _cut((stretch.start, stretch.end), _own(leg, consults))
        if not consulting
    ]


def _own(leg: Leg, consults: Sequence[Consult]) -> list[Span]:
    return [(one.start, one.end) for one in consults if leg.identity in (one.initiator, one.consulted)]


def _cut(whole: Span, spans: Sequence[Span]) -> Iterator[tuple[datetime, datetime, bool]]:
    """A stretch in pieces, each with whether it is in one of the spans, which are ordered by start."""
    start, end = whole
    for first, last in spans:
        first, last = max(start, first), min(end, last)
        if first < last:
            if start < first:
                yield start, first, False
            yield first, last, True
            start = last
    if start < end:
        yield start, end, False


def _pieces(
    leg: Leg, stretch: Stretch, consults: Sequence[Consult], talks: Sequence[tuple[Leg, Span]]
) -> Iterator[tuple[IntervalKind, datetime, datetime]]:
    """A stretch in pieces: talk is a consult while the leg takes part in one, and a conference while others talk, too."""
    if stretch.end is None:
        return
    if stretch.kind is not IntervalKind.TALK:
        yield stretch.kind, stretch.start, stretch.end
        return
    for start, end, consulting in _cut((stretch.start, stretch.end), _own(leg, consults)):
        if consulting:
            yield IntervalKind.CONSULT, start, end
            continue
        shared = _shared(leg, (start, end), talks)
        if not shared and stretch.conference:  # with somebody who is not in the record
            shared = [(start, end)]
        for first, last, together in _cut((start, end), shared):
            yield IntervalKind.CONFERENCE if together else IntervalKind.TALK, first, last


def _shared(leg: Leg, whole: Span, talks: Sequence[tuple[Leg, Span]]) -> list[Span]:
    """When somebody else talks to the customer too, for longer than it takes to hand over."""
    overlaps = [
        (max(whole[0], start), min(whole[1], end))
        for other, (start, end) in talks
        if (other.role, other.identity) != (leg.role, leg.identity)
    ]
    return sorted(span for span in overlaps if span[1] - span[0] > _HAND_OFF)


def with_secure_pauses(
    intervals: Sequence[Interval], media: Media | None, clock: Clock, duration: float
) -> tuple[Interval, ...]:
    """The intervals, with the recording's secure pauses, as far as they are in the audio.

    Each belongs to whoever is on the line, whose words around it may extend into it.
    """
    found = list(intervals)
    for pause in media.pauses if media and media.started_at else ():
        assert media is not None and media.started_at is not None
        moments = (media.started_at + timedelta(seconds=one) for one in (pause.start, pause.end))
        start, end = (min(max(0.0, round(clock.seconds(one), 3)), duration) for one in moments)
        on = [one for one in intervals if one.start < end and start < one.end and one.kind in TALKING]
        reason = "".join(filter(str.isalpha, pause.reason)).lower()
        if reason == _SECURE and start < end and on:
            found.append(replace(on[0], kind=IntervalKind.SECURE_PAUSE, start=start, end=end))
    return tuple(sorted(found, key=lambda interval: interval.start))


def transfers(legs: Sequence[Leg], consults: Sequence[Consult], cast: Cast, clock: Clock) -> tuple[Transfer, ...]:
    """Every transfer by an agent: its kind, from whom, to whom, when."""
    found = []
    for leg in legs:
        for handover in leg.handovers:
            consult = _last_consult(leg, handover.at, consults)
            kind = _kind(handover, consult)
            to = _receiver(leg, handover.at, consult if kind is TransferKind.CONSULT else None, legs)
            at = round(clock.seconds(handover.at), 3)
            found.append(Transfer(kind, cast.key(leg), cast.key(to) if to else None, at))
    return tuple(sorted(found, key=lambda transfer: transfer.at))


def _last_consult(leg: Leg, at: datetime, consults: Sequence[Consult]) -> Consult | None:
    own = [consult for consult in consults if consult.initiator == leg.identity and consult.start < at]
    return own[-1] if own else None


def _kind(handover: Handover, consult: Consult | None) -> TransferKind:
    """The kind of a transfer; if the record does not have it, a transfer at the end of a consult is a consult transfer."""
    if handover.kind is not TransferKind.UNKNOWN:
        return handover.kind
    out_of_consult = consult is not None and handover.at - consult.end <= SLACK
    return TransferKind.CONSULT if out_of_consult else TransferKind.BLIND


def _receiver(leg: Leg, at: datetime, consult: Consult | None, legs: Sequence[Leg]) -> Leg | None:
    """The consulted colleague, else the next person to answer, else where the call was left waiting."""
    others = [other for other in legs if other.role is not Role.CUSTOMER and other is not leg]
    if consult:
        return next((other for other in others if other.identity == consult.consulted), None)
    spans = [(other, other.span(*TALKING)) for other in others]
    answers = [(span[0], other) for other, span in spans if span and span[0] >= at - SLACK]
    if answers:
        return min(answers, key=lambda answer: answer[0])[1]
    waits = [other for other in others if other.start >= at - SLACK and other.role is not Role.AGENT]
    return waits[-1] if waits else None
