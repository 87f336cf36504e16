"""A timeline for people and programs: what went on step by step, without overlap, and lanes to look at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pca_pipeline.call import Interval, IntervalKind, Participant, Role, Timeline, Transfer, TransferKind
from pca_pipeline.timeline import covered

CONFERENCE = "conference"  # several people of the internal side at once
_QUEUE_WITHIN = 5.0  # seconds between a transfer and the queue that it went to
_MARKS = {
    IntervalKind.ALERT: "·",
    IntervalKind.IVR: "i",
    IntervalKind.QUEUE: "q",
    IntervalKind.VOICEMAIL: "v",
    IntervalKind.WRAP_UP: "w",
    IntervalKind.CONSULT: "▒",
    IntervalKind.HOLD: "░",
    IntervalKind.TALK: "█",
}
LEGEND = "█ talk ░ hold ▒ consult i IVR q queue · rings v voicemail w wrap-up"


class Step(NamedTuple):
    """One stretch of the internal side, seconds. Steps do not overlap. Ids are the vendor's."""

    kind: str  # agent, external, conference, or the value of an IntervalKind
    start: float
    end: float
    participant_id: str  # Participant.key
    role: str
    queue_id: str | None  # the queue itself, or the one that the agent answered for
    queue_name: str | None
    agent_id: str | None


class Move(NamedTuple):
    """One transfer; `kind` is blind, consult, to_queue, external or no_answer; seconds."""

    kind: str
    at: float
    from_: str
    to: str | None


def steps(timeline: Timeline) -> tuple[Step, ...]:
    """What went on, ordered by start: every moment of the recording belongs to one step at most."""
    found: list[Step] = []
    queue: Participant | None = None
    for start, end, covering in covered(timeline):
        who = timeline.participant(covering[0].participant)
        queue = who if who.role is Role.QUEUE else queue
        step = Step(_kind(covering, who), start, end, who.key, who.role.value, *_queue(queue, who), _agent_id(who))
        if found and found[-1].end == start and found[-1]._replace(start=0, end=0) == step._replace(start=0, end=0):
            step = step._replace(start=found.pop().start)
        found.append(step)
    return tuple(found)


def _kind(covering: Sequence[Interval], who: Participant) -> str:
    first = covering[0].kind
    if first is not IntervalKind.TALK:
        return first.value
    people = {one.participant for one in covering if one.kind is IntervalKind.TALK}
    return CONFERENCE if len(people) > 1 else who.role.value


def _queue(queue: Participant | None, who: Participant) -> tuple[str | None, str | None]:
    answers = who.role in (Role.QUEUE, Role.AGENT) and queue is not None
    return (queue.id, queue.name) if answers and queue else (None, None)


def _agent_id(who: Participant) -> str | None:
    return who.id if who.role is Role.AGENT else None


def moves(timeline: Timeline) -> tuple[Move, ...]:
    """The transfers, each with the queue or party that it went to; nobody where none answered."""
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
    """The queue in which the call waits right behind a transfer."""
    waits = (one for one in timeline.intervals if one.kind is IntervalKind.QUEUE)
    return next((one.participant for one in waits if abs(one.start - transfer.at) <= _QUEUE_WITHIN), None)


def document(timeline: Timeline) -> dict[str, object]:
    """The timeline as JSON has it: docs/commands.md, `pca timeline --json`."""
    return {
        "conversation_id": timeline.conversation_id,
        "recording": {
            "id": timeline.recording_id,
            "started_at": timeline.started_at.isoformat() if timeline.started_at else None,
            "direction": timeline.direction.value,
            "external_channel": timeline.external_channel,
            "ctr_quality": timeline.quality.value,
        },
        "intervals": [step._asdict() for step in steps(timeline)],
        "transfers": [{"kind": m.kind, "at": m.at, "from": m.from_, "to": m.to} for m in moves(timeline)],
        "participants": [
            {"participant_id": one.key, "role": one.role.value, "id": one.id, "name": one.name}
            for one in timeline.participants
        ],
        "warnings": list(timeline.notes),
    }


def lanes(timeline: Timeline, width: int = 50) -> Iterator[tuple[str, str]]:
    """A line of `width` characters for each participant with intervals, and what to call it."""
    end = max((one.end for one in timeline.intervals), default=0.0)
    for who in timeline.participants:
        own = [one for one in timeline.intervals if one.participant == who.key]
        if own:
            yield who.name or who.key, _lane(own, width / end if end else 0.0, width)


def _lane(intervals: Sequence[Interval], scale: float, width: int) -> str:
    marks = [" "] * width
    for one in sorted(intervals, key=lambda one: one.kind is IntervalKind.TALK, reverse=True):
        first = min(width - 1, int(one.start * scale))
        for at in range(first, max(first + 1, min(width, round(one.end * scale)))):
            marks[at] = _MARKS[one.kind]
    return "".join(marks)
