"""What each participant did, by the record's segments, checked against the record's own metrics."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from pca_pipeline.call import FLOWS, TALKING, IntervalKind, ParticipantTimes, Role
from pca_pipeline.ctr.consults import SLACK, Consult
from pca_pipeline.ctr.contact import Leg, Span
from pca_pipeline.ctr.participants import Cast

_MISMATCH = 1.0  # seconds by which the record's segments and metrics may differ without a note
_ON_LINE = (*TALKING, IntervalKind.HOLD)
_ANSWERED = timedelta(seconds=2)  # between the end of a queue and the answer of the agent it led to
# The kinds of segments that each account sums; the first is the key of the record's own total.
_ACCOUNTS: dict[str, tuple[IntervalKind, ...]] = {
    "talk": TALKING,
    "hold": (IntervalKind.HOLD,),
    "after_call_work": (IntervalKind.WRAP_UP,),
    "queue_wait": (IntervalKind.QUEUE,),
    "ivr": (*FLOWS, IntervalKind.SECURE_PAUSE),
    "alert": (IntervalKind.ALERT,),
}
_CHECKED = {**_ACCOUNTS, "voicemail": (IntervalKind.VOICEMAIL,)}  # those that the record's own metrics have, too
_HANDLE = ("talk", "hold", "after_call_work")  # accounts that make up the handle time


def accounts(
    legs: Sequence[Leg], consults: Sequence[Consult], cast: Cast
) -> tuple[tuple[ParticipantTimes, ...], tuple[str, ...]]:
    """Each participant's times by the record's segments, and notes where its metrics differ."""
    times: list[ParticipantTimes] = []
    notes: list[str] = []
    parties = [leg for leg in legs if leg.role is not Role.CUSTOMER]
    waits = [span for leg in legs if leg.role is Role.QUEUE and (span := leg.span(IntervalKind.QUEUE))]
    for key in dict.fromkeys(map(cast.key, parties)):
        own = [leg for leg in parties if cast.key(leg) == key]
        seconds = {name: sum(_seconds(leg, name) for leg in own) for name in _ACCOUNTS}
        answer = next((wait for leg in own if (wait := _speed_of_answer(leg, waits, consults)) is not None), None)
        consulting = sum((one.end - one.start).total_seconds() for one in _consults_of(own, consults))
        times.append(
            ParticipantTimes(
                key,
                **{name: round(float(value), 3) for name, value in seconds.items()},
                consult=round(consulting, 3),
                speed_of_answer=None if answer is None else round(answer, 3),
            )
        )
        notes += [f"{key}: {what}." for what in _mismatches(own, legs, waits, consults)]
    return tuple(times), tuple(notes)


def _seconds(leg: Leg, account: str) -> float:
    ended = [(one.start, one.end) for one in leg.stretches if one.kind in _CHECKED[account] and one.end]
    unplaced = {"hold": leg.hold_within, "talk": -leg.hold_within}.get(account, 0.0)
    return max(0.0, sum((end - start).total_seconds() for start, end in ended) + unplaced)


def _consults_of(legs: Sequence[Leg], consults: Sequence[Consult]) -> list[Consult]:
    who = {leg.identity for leg in legs if leg.role in (Role.AGENT, Role.EXTERNAL)}
    return [one for one in consults if who & {one.initiator, one.consulted}]


def _speed_of_answer(leg: Leg, waits: Sequence[Span], consults: Sequence[Consult]) -> float | None:
    """Seconds from the customer's entry into the queue to this agent's answer; None if no queue led to the agent."""
    answered = _answered(leg)
    if answered is None or any(one.consulted == leg.identity and one.covers(answered, answered) for one in consults):
        return None
    led = [start for start, end in waits if start < answered and abs(answered - end) <= _ANSWERED]
    return (answered - max(led)).total_seconds() if led else None


def _answered(leg: Leg) -> datetime | None:
    talk = leg.span(*TALKING) if leg.role is Role.AGENT else None
    return talk[0] if talk else None


def _mismatches(
    own: Sequence[Leg], legs: Sequence[Leg], waits: Sequence[Span], consults: Sequence[Consult]
) -> Iterator[str]:
    """Where the record's metrics and segments differ about one participant."""
    for name, kinds in _CHECKED.items():
        counted = [leg for leg in own if kinds[0] in leg.totals]
        by_metrics = sum(leg.totals[kinds[0]] for leg in counted)
        by_segments = sum(_seconds(leg, name) for leg in counted)
        if abs(by_metrics - by_segments) > _MISMATCH:
            yield f"{name.replace('_', ' ')} is {by_segments:.1f} s by segments, {by_metrics:.1f} s by metrics"
    handled = [leg for leg in own if leg.handled is not None]
    by_metrics = sum(leg.handled or 0.0 for leg in handled)
    by_segments = sum(_seconds(leg, name) for leg in handled for name in _HANDLE)
    if abs(by_metrics - by_segments) > _MISMATCH:
        yield f"handle time is {by_segments:.1f} s by segments, {by_metrics:.1f} s by metrics"
    for leg in own:
        wait = _speed_of_answer(leg, waits, consults) if leg.answered_after is not None else None
        if wait is not None and leg.answered_after is not None and abs(wait - leg.answered_after) > _MISMATCH:
            yield f"answered after {wait:.1f} s by segments, {leg.answered_after:.1f} s by metrics"
    yield from _miscounts(own, legs, consults)


def _miscounts(own: Sequence[Leg], legs: Sequence[Leg], consults: Sequence[Consult]) -> Iterator[str]:
    def told(name: str) -> int:
        return sum(leg.counts.get(name, 0) for leg in own)

    begun = sum(one.initiator == own[0].identity for one in consults)
    if own[0].role is Role.AGENT and told("nConsult") > begun:
        yield f"{begun} consults by segments, {told('nConsult')} by metrics"
    visits = sum(leg.span(IntervalKind.QUEUE) is not None for leg in own)
    if own[0].role is Role.QUEUE and told("nOffered") not in (0, visits):
        yield f"{visits} visits by segments, {told('nOffered')} by metrics"
    kinds = told("nBlindTransferred") + told("nConsultTransferred")
    if told("nTransferred") and kinds and told("nTransferred") != kinds:
        yield f"{kinds} transfers by their kinds, {told('nTransferred')} by all of them"
    if own[0].role is Role.AGENT and not any(leg.handovers for leg in own) and _left_to_another(own, legs):
        yield "another agent follows, though the record has no transfer"


def _left_to_another(own: Sequence[Leg], legs: Sequence[Leg]) -> bool:
    """Whether another agent answered after this one had left, with nobody else on the line."""
    left = max((span[1] for leg in own if (span := leg.span(*_ON_LINE))), default=None)
    others = [leg for leg in legs if leg.role is Role.AGENT and leg.identity != own[0].identity]
    spans = [span for leg in others if (span := leg.span(*_ON_LINE))]
    if left is None or any(start < left - SLACK and end > left + SLACK for start, end in spans):
        return False
    return any(start >= left - SLACK for start, _ in spans)
