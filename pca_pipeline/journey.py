"""The customer's way through a call: steps without overlap, transfers, and both as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from pca_pipeline.call import TALKING, Interval, IntervalKind, Participant, Role, Timeline, Transfer, TransferKind
from pca_pipeline.timeline import covered

_HANDED_WITHIN = 2.0  # seconds between a transfer and the end of the step that it ended
_BESIDE = (IntervalKind.WRAP_UP, IntervalKind.ALERT, IntervalKind.OTHER)  # not steps of the customer's way
_QUEUE_WITHIN = 5.0  # seconds between a transfer and the queue that it went to


class Step(NamedTuple):
    """One stretch of the internal side, seconds. Steps do not overlap. Ids are the vendor's."""

    kind: str  # agent or external for talk, else the value of an IntervalKind
    start: float
    end: float
    participant_id: str  # Participant.key
    role: str
    queue_id: str | None  # the queue itself, or the one the agent answered from
    queue_name: str | None
    agent_id: str | None
    # routed (by a flow, or out of a queue), answered, abandoned, voicemail, transferred, continued (by the same party,
    # as after a hold), left (others continue), ended (with the call or its recording), done (wrap-up)
    outcome: str = ""


class Move(NamedTuple):
    """One transfer; `kind` is blind, consult, to_queue, external or no_answer; seconds."""

    kind: str
    at: float
    from_: str
    to: str | None


def whole_way(timeline: Timeline) -> tuple[Step, ...]:
    """The steps of the whole call, including those before the recording, at negative seconds, and after its end."""
    intervals = sorted((*timeline.intervals, *timeline.outside), key=lambda one: one.start)
    return steps(replace(timeline, intervals=tuple(intervals)))


def steps(timeline: Timeline) -> tuple[Step, ...]:
    """The steps within the recording, ordered by start; every moment belongs to one step at most."""
    found: list[Step] = []
    queue: Participant | None = None
    for start, end, covering in covered(timeline):
        who = timeline.participant(covering[0].participant)
        queue = who if who.role is Role.QUEUE else queue
        step = Step(_kind(covering, who), start, end, who.key, who.role.value, *_queue(queue, who), _agent_id(who))
        if found and found[-1].end == start and found[-1]._replace(start=0, end=0) == step._replace(start=0, end=0):
            step = step._replace(start=found.pop().start)
        found.append(step)
    return tuple(step._replace(outcome=_outcome(step, found[at + 1 :], timeline)) for at, step in enumerate(found))


def _outcome(step: Step, later: Sequence[Step], timeline: Timeline) -> str:
    """How a step ended: see `Step.outcome`."""
    if step.kind == IntervalKind.WRAP_UP:
        return "done"
    handed = (one.at for one in timeline.transfers if one.from_participant == step.participant_id)
    if any(step.end - _HANDED_WITHIN <= at <= step.end + _HANDED_WITHIN for at in handed):
        return "transferred"
    following = next((one for one in later if one.kind not in _BESIDE), None)
    if step.kind == IntervalKind.QUEUE:
        return _outcome_of_queue(following)
    if following is None:
        return "ended"
    if step.role == Role.IVR:
        return "routed"
    return "continued" if _goes_on(step, later) else "left"


def _outcome_of_queue(following: Step | None) -> str:
    if following is None:
        return "abandoned"
    if following.role in (Role.VOICEMAIL, Role.QUEUE, Role.IVR):
        return "voicemail" if following.role == Role.VOICEMAIL else "routed"
    return "answered"


def _goes_on(step: Step, later: Sequence[Step]) -> bool:
    return any(one.participant_id == step.participant_id and one.kind not in _BESIDE for one in later)


def _kind(covering: Sequence[Interval], who: Participant) -> str:
    first = covering[0].kind
    if first is not IntervalKind.TALK:
        return first.value
    people = {one.participant for one in covering if one.kind in TALKING}
    return IntervalKind.CONFERENCE.value if len(people) > 1 else who.role.value


def _queue(queue: Participant | None, who: Participant) -> tuple[str | None, str | None]:
    answers = who.role in (Role.QUEUE, Role.AGENT) and queue is not None
    return (queue.id, queue.name) if answers and queue else (None, None)


def _agent_id(who: Participant) -> str | None:
    return who.id if who.role is Role.AGENT else None


def moves(timeline: Timeline) -> tuple[Move, ...]:
    """The transfers, each with the queue or party it went to, if anybody answered."""
    return tuple(_move(transfer, timeline) for transfer in timeline.transfers)


def _move(transfer: Transfer, timeline: Timeline) -> Move:
    receiver = timeline.participant(transfer.to_participant) if transfer.to_participant else None
    queue = _queue_behind(transfer, timeline) if transfer.kind is not TransferKind.CONSULT else None
    if queue or receiver and receiver.role is Role.QUEUE:
        return Move("to_queue", transfer.at, transfer.from_participant, queue or transfer.to_participant)
    if receiver is None:
        return Move("no_answer", transfer.at, transfer.from_participant, None)
    kind = "external" if receiver.role is Role.EXTERNAL else transfer.kind.value
    return Move(kind, transfer.at, transfer.from_participant, receiver.key)


def _queue_behind(transfer: Transfer, timeline: Timeline) -> str | None:
    """The queue in which the call waits right after a transfer, whether or not that was recorded."""
    waits = [one for one in (*timeline.outside, *timeline.intervals) if one.kind is IntervalKind.QUEUE]
    ends = {(one.participant, one.end) for one in waits}
    begun = (
        one for one in waits if (one.participant, one.start) not in ends
    )  # the recording's edge may cut a wait in two
    return next((one.participant for one in begun if abs(one.start - transfer.at) <= _QUEUE_WITHIN), None)


def document(timeline: Timeline) -> dict[str, object]:
    """The timeline as `pca timeline --json` prints it: see docs/commands.md."""
    return {
        "conversation_id": timeline.conversation_id,
        "recording": {
            "id": timeline.recording_id,
            "started_at": timeline.started_at.isoformat() if timeline.started_at else None,
            "direction": timeline.direction.value,
            "external_channel": timeline.external_channel,
            "external_party": timeline.external_party,
            "ctr_quality": timeline.quality.value,
        },
        "ended": {"by": timeline.ended_by, "how": timeline.ended_how},
        "intervals": [step._asdict() for step in steps(timeline)],
        "transfers": [{"kind": m.kind, "at": m.at, "from": m.from_, "to": m.to} for m in moves(timeline)],
        "participants": [
            {"participant_id": one.key, "role": one.role.value, "id": one.id, "name": one.name}
            for one in timeline.participants
        ],
        "warnings": list(timeline.notes),
    }
