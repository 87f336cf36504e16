"""A contact laid over a recording: intervals, transfers and accounts in the recording's own seconds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from pca_pipeline.call import Interval, IntervalKind, ParticipantTimes, Role, Transfer, TransferKind
from pca_pipeline.ctr.alignment import Clock
from pca_pipeline.ctr.consults import SLACK, Consult
from pca_pipeline.ctr.contact import Handover, Leg, Stretch
from pca_pipeline.ctr.participants import Cast

_MISMATCH = 1.0  # seconds by which the record's segments and its metrics may differ without a remark
_ACCOUNTS = {
    IntervalKind.TALK: "talk",
    IntervalKind.HOLD: "hold",
    IntervalKind.WRAP_UP: "after_call_work",
    IntervalKind.QUEUE: "queue_wait",
    IntervalKind.IVR: "ivr",
    IntervalKind.ALERT: "alert",
}


def intervals(
    legs: Sequence[Leg], consults: Sequence[Consult], cast: Cast, clock: Clock, duration: float
) -> tuple[Interval, ...]:
    """What goes on at the internal side, clipped to the recording, ordered by start."""
    found = [
        Interval(kind, cast.key(leg), round(from_, 3), round(to, 3))
        for leg in legs
        if leg.role is not Role.CUSTOMER
        for stretch in leg.stretches
        for kind, start, end in _pieces(leg, stretch, consults)
        for from_, to in [(max(0.0, clock.seconds(start)), min(duration, clock.seconds(end)))]
        if round(from_, 3) < round(to, 3)
    ]
    return tuple(sorted(found, key=lambda interval: interval.start))


def _pieces(
    leg: Leg, stretch: Stretch, consults: Sequence[Consult]
) -> Iterator[tuple[IntervalKind, datetime, datetime]]:
    """A stretch of talk is a consult wherever one goes on in which the leg takes part."""
    if stretch.end is None:
        return
    start = stretch.start
    if stretch.kind is IntervalKind.TALK:
        for consult in consults:
            begin, end = max(start, consult.start), min(stretch.end, consult.end)
            if leg.identity in (consult.initiator, consult.consulted) and begin < end:
                yield stretch.kind, start, begin
                yield IntervalKind.CONSULT, begin, end
                start = end
    yield stretch.kind, start, stretch.end


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
    """Where the record does not tell the kind, a transfer out of a consult is a consult transfer."""
    if handover.kind is not TransferKind.UNKNOWN:
        return handover.kind
    out_of_consult = consult is not None and handover.at - consult.end <= SLACK
    return TransferKind.CONSULT if out_of_consult else TransferKind.BLIND


def _receiver(leg: Leg, at: datetime, consult: Consult | None, legs: Sequence[Leg]) -> Leg | None:
    """The consulted colleague; else the next person to answer; else where the call was left waiting."""
    others = [other for other in legs if other.role is not Role.CUSTOMER and other is not leg]
    if consult:
        return next((other for other in others if other.identity == consult.consulted), None)
    spans = [(other, other.span(IntervalKind.TALK)) for other in others]
    answers = [(span[0], other) for other, span in spans if span and span[0] >= at - SLACK]
    if answers:
        return min(answers, key=lambda answer: answer[0])[1]
    waits = [other for other in others if other.start >= at - SLACK and other.role is not Role.AGENT]
    return waits[-1] if waits else None


def accounts(legs: Sequence[Leg], cast: Cast) -> tuple[tuple[ParticipantTimes, ...], tuple[str, ...]]:
    """Each participant's times by the record's segments, and notes where its metrics say otherwise."""
    times: list[ParticipantTimes] = []
    notes: list[str] = []
    parties = [leg for leg in legs if leg.role is not Role.CUSTOMER]
    for key in dict.fromkeys(map(cast.key, parties)):
        own = [leg for leg in parties if cast.key(leg) == key]
        seconds = {name: sum(_seconds(leg, kind) for leg in own) for kind, name in _ACCOUNTS.items()}
        times.append(ParticipantTimes(key, **{name: round(float(value), 3) for name, value in seconds.items()}))
        notes.extend(_mismatches(key, own))
    return tuple(times), tuple(notes)


def _seconds(leg: Leg, kind: IntervalKind) -> float:
    ended = [(one.start, one.end) for one in leg.stretches if one.kind is kind and one.end]
    unplaced = {IntervalKind.HOLD: leg.hold_within, IntervalKind.TALK: -leg.hold_within}.get(kind, 0.0)
    return max(0.0, sum((end - start).total_seconds() for start, end in ended) + unplaced)


def _mismatches(key: str, legs: Sequence[Leg]) -> Iterator[str]:
    for kind, name in _ACCOUNTS.items():
        counted = [leg for leg in legs if kind in leg.totals]
        by_metrics = sum(leg.totals[kind] for leg in counted)
        by_segments = sum(_seconds(leg, kind) for leg in counted)
        if abs(by_metrics - by_segments) > _MISMATCH:
            what = name.replace("_", " ")
            yield f"{key}: {what} is {by_segments:.1f} s by segments, {by_metrics:.1f} s by metrics."
