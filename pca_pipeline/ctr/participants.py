"""Who is on the call: the legs of a contact, combined into participants with short keys."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from pca_pipeline.call import CUSTOMER_KEY, INTERNAL_KEY, ON_HOLD, TALKING, UNKNOWN_KEY, IntervalKind, Participant, Role
from pca_pipeline.ctr.contact import Leg
from pca_pipeline.ctr.lookups import Lookups

CUSTOMER = Participant(CUSTOMER_KEY, Role.CUSTOMER)
INTERNAL = Participant(INTERNAL_KEY, Role.UNKNOWN)
UNKNOWN = Participant(UNKNOWN_KEY, Role.UNKNOWN)
HOLD = Participant(ON_HOLD, Role.UNKNOWN)
_VOICEMAIL = "voicemail"


@dataclass(frozen=True, slots=True)
class Cast:
    """The participants of a call, and to which of them each leg belongs."""

    participants: tuple[Participant, ...]
    keys: dict[tuple[Role, str], str]  # (role, Leg.identity) -> Participant.key

    def key(self, leg: Leg) -> str:
        """The key of the leg's participant. Raises KeyError for a leg of another call."""
        return self.keys[leg.role, leg.identity]


def cast_of(legs: Sequence[Leg], lookups: Lookups) -> Cast:
    """The participants, those of each role numbered by when they join; agents who never spoke come last."""
    found: dict[tuple[Role, str], Participant] = {}
    counts: dict[Role, int] = {}
    for leg in sorted(legs, key=_comes_on):
        if leg.role is Role.CUSTOMER:
            found[leg.role, leg.identity] = CUSTOMER
        elif (leg.role, leg.identity) not in found:
            counts[leg.role] = counts.get(leg.role, 0) + 1
            key = f"{leg.role}_{counts[leg.role]}"
            if leg.role is Role.VOICEMAIL and counts[leg.role] == 1:
                key = _VOICEMAIL
            found[leg.role, leg.identity] = _participant(key, leg, lookups)
        found[leg.role, leg.identity] = _with_details(found[leg.role, leg.identity], leg, lookups)
    people = dict.fromkeys([CUSTOMER, *found.values()])
    return Cast(tuple(people), {who: participant.key for who, participant in found.items()})


def with_stand_ins(
    participants: tuple[Participant, ...], kinds: set[IntervalKind], channels: int
) -> tuple[Participant, ...]:
    """The participants, and those that stand for voices that are not in the record."""
    return participants + tuple(_stand_ins(kinds, channels))


def _stand_ins(kinds: set[IntervalKind], channels: int) -> Iterator[Participant]:
    if IntervalKind.HOLD in kinds:
        yield HOLD
    if channels == 1:
        yield UNKNOWN
    elif not kinds - {IntervalKind.ALERT, IntervalKind.WRAP_UP}:
        yield INTERNAL


def _comes_on(leg: Leg) -> tuple[bool, datetime]:
    talk = leg.span(*TALKING) if leg.role is Role.AGENT else None
    return leg.role is Role.AGENT and talk is None, talk[0] if talk else leg.start


def _participant(key: str, leg: Leg, lookups: Lookups) -> Participant:
    participant = Participant(key, leg.role, id=leg.id, name=leg.name)
    names = {Role.AGENT: lookups.agents, Role.QUEUE: lookups.queues}.get(leg.role, {})
    return replace(participant, name=names.get(leg.id or "", leg.name))


def _with_details(participant: Participant, leg: Leg, lookups: Lookups) -> Participant:
    """The participant with what this leg adds: the last wrap-up code, and all skills."""
    if leg.role not in (Role.AGENT, Role.QUEUE) or not (leg.wrap_up_code or leg.skills):
        return participant
    code = leg.wrap_up_code
    skills = (lookups.skills.get(id_, id_) for id_ in leg.skills)
    return replace(
        participant,
        wrap_up=lookups.wrap_up_codes.get(code, code) if code else participant.wrap_up,
        skills=tuple(dict.fromkeys((*participant.skills, *skills))),
    )
