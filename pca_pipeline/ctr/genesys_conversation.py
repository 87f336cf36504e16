"""Genesys Cloud analytics conversation detail, from the query, the async job or the endpoint of one conversation.

The unit is the session: a participant can have several. Parties of an unknown purpose and segments of an unknown type
keep their place on the timeline, as `other`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import chain

from pca_pipeline.call import Direction, IntervalKind, Role, TransferKind
from pca_pipeline.ctr import genesys_identity
from pca_pipeline.ctr.contact import Contact, Ending, Handover, Leg, Stretch
from pca_pipeline.ctr.fields import Document, documents, inner, moment, text, texts
from pca_pipeline.ctr.genesys_metrics import Metrics, by_name, counts, first_seconds, moments, totals

_ROLES: Mapping[str, Role] = {
    "customer": Role.CUSTOMER,
    "external": Role.EXTERNAL,
    "agent": Role.AGENT,
    "user": Role.AGENT,
    "ivr": Role.IVR,
    "botflow": Role.IVR,
    "workflow": Role.IVR,
    "voicesurveyflow": Role.IVR,
    "acd": Role.QUEUE,
    "voicemail": Role.VOICEMAIL,
}

_PERSON = {
    "interact": IntervalKind.TALK,
    "alert": IntervalKind.ALERT,
    "dialing": IntervalKind.ALERT,
    "contacting": IntervalKind.ALERT,
    "hold": IntervalKind.HOLD,
    "parked": IntervalKind.HOLD,
    "barging": IntervalKind.CONFERENCE,
    "wrapup": IntervalKind.WRAP_UP,
}
# `system` is set-up noise of under a second, `delay` the wait before a queue takes over. The customer does not hear a
# supervisor's `monitoring` and `coaching`, but does hear `barging`.
_KINDS: Mapping[Role, Mapping[str, IntervalKind]] = {
    Role.CUSTOMER: _PERSON,
    Role.EXTERNAL: _PERSON,
    Role.AGENT: _PERSON,
    Role.IVR: {"ivr": IntervalKind.IVR, "interact": IntervalKind.IVR},
    Role.QUEUE: {"interact": IntervalKind.QUEUE},
    Role.VOICEMAIL: {"interact": IntervalKind.VOICEMAIL, "voicemail": IntervalKind.VOICEMAIL},
    Role.UNKNOWN: dict.fromkeys(["interact", "hold", "parked", "ivr", "voicemail", "barging"], IntervalKind.OTHER),
}
# In the sessions of callbacks and preview dialing nobody is heard: their calls are sessions of their own.
_OF_CALLBACKS: Mapping[Role, Mapping[str, IntervalKind]] = {
    Role.AGENT: {"wrapup": IntervalKind.WRAP_UP},
    Role.QUEUE: _KINDS[Role.QUEUE],
}
# The rest of the platform's schema: parties that nobody hears, and states in which nobody is heard.
_PURPOSES = _ROLES.keys() | set("api campaign dialer fax group inbound manual outbound station".split())
_SEGMENT_TYPES = {kind for kinds in _KINDS.values() for kind in kinds} | set(
    """
    callback coaching converting delay monitoring scheduled screenmonitoring sharing system transmitting unknown
    uploading
    """.split()
)
_NO_TIMES = ("no segment has usable times", "Fetch the record again when the conversation has ended, and drop that.")
_WORD = re.compile(r"[A-Za-z_]{1,40}")  # the name of a value, never personal data
# Flows that are not IVRs, by the participant's purpose and by the flow's type.
_FLOWS = {
    "botflow": IntervalKind.BOT,
    "BOT": IntervalKind.BOT,
    "DIGITALBOT": IntervalKind.BOT,
    "voicesurveyflow": IntervalKind.SURVEY,
    "VOICESURVEY": IntervalKind.SURVEY,
    "SECURECALL": IntervalKind.SECURE_PAUSE,
}

_RINGING = ("dialing", "contacting")  # ring like `alert`, but are counted by metrics of their own
# Disconnect types are relative to the party: either it hung up itself, or nobody did.
_HUNG_UP = frozenset({"client", "endpoint"})
_FAILED = frozenset({"error", "inactivity", "other", "sessionExpired", "spam", "system", "timeout", "transportFailure"})
_ON_LINE = tuple(set(IntervalKind) - {IntervalKind.ALERT, IntervalKind.WRAP_UP, IntervalKind.OTHER})
_TOGETHER = timedelta(seconds=2)  # within which the legs of an ending call end
_HANDOVERS = {"nBlindTransferred": TransferKind.BLIND, "nConsultTransferred": TransferKind.CONSULT}
_HANDOVERS_BY_END = {
    "transfer": TransferKind.UNKNOWN,
    "conferenceTransfer": TransferKind.UNKNOWN,
    "forwardTransfer": TransferKind.BLIND,
    "consultTransfer": TransferKind.CONSULT,
}


def matches(document: Document) -> bool:
    """Whether a document has participants with sessions; the live Conversations API has `calls` instead."""
    if not isinstance(document.get("participants"), list):
        return False
    if any("calls" in participant for participant in documents(document, "participants")):
        return False
    times = any(key in document for key in ("conversationId", "conversationStart", "conversationEnd"))
    return times or any("sessions" in participant for participant in documents(document, "participants"))


def read(document: Document) -> Contact:
    """The conversation's voice legs. `conversationEnd` is not read: open conference legs put it weeks off."""
    direction = _direction(text(document, "originatingDirection"))
    legs = _with_one_customer(_legs(document, direction))
    return Contact(
        id=text(document, "conversationId"),
        direction=direction,
        started_at=moment(document, "conversationStart"),
        legs=legs,
        ending=_ending(legs),
        language=_language(document),
        attributes=genesys_identity.attributes(document, direction),
        known=genesys_identity.known(document, direction),
        divisions=texts(document, "divisionIds"),
        unusable=None if legs or not any(_voice(document)) else _NO_TIMES,
        notes=tuple(_unknown(document)),
    )


def _voice(document: Document) -> Iterator[Document]:
    """The sessions of calls, of parties who are heard."""
    for participant in documents(document, "participants"):
        if _role(text(participant, "purpose")):
            yield from (one for one in documents(participant, "sessions") if text(one, "mediaType") in (None, "voice"))


def _unknown(document: Document) -> Iterator[str]:
    """Notes on values that the platform did not have when this was written."""
    people = list(documents(document, "participants"))
    sessions = [session for participant in people for session in documents(participant, "sessions")]
    segments = [segment for session in sessions for segment in documents(session, "segments")]
    purposes = dict.fromkeys(text(one, "purpose") for one in people)
    types = dict.fromkeys(text(one, "segmentType") for one in segments)
    for what, values, known in (("purpose", purposes, _PURPOSES), ("segment type", types, _SEGMENT_TYPES)):
        for value in values:
            if value and value not in known and _WORD.fullmatch(value):
                yield f"The record has the {what} {value!r}, which is not known: it is on the timeline as `other`."


def _language(document: Document) -> str | None:
    """The language in which the customer's last flow ended, as a locale: callers choose one at the start."""
    flows = [
        inner(session, "flow")
        for participant in documents(document, "participants")
        for session in documents(participant, "sessions")
    ]
    told = [text(flow, "endingLanguage") or text(flow, "startingLanguage") for flow in flows]
    return next(filter(None, reversed(told)), None)


def _direction(value: str | None) -> Direction:
    return Direction(value) if value in ("inbound", "outbound") else Direction.UNKNOWN


def _legs(document: Document, direction: Direction) -> list[Leg]:
    """The legs of everybody on the line, and what a callback's own sessions add to those of its calls."""
    legs: list[Leg] = []
    rung: list[Leg] = []  # customers, in the other direction than the call
    beside: list[Leg] = []
    for number_, participant in enumerate(documents(document, "participants")):
        role = _role(text(participant, "purpose"))
        for session in documents(participant, "sessions") if role else ():
            media = text(session, "mediaType") or "voice"
            if media != "voice" and not (media == "callback" and role in _OF_CALLBACKS):
                continue
            if role and (leg := _leg(role, participant, session, str(number_))):
                is_rung = role is Role.CUSTOMER and _goes_other_way(session, direction)
                (beside if media == "callback" else rung if is_rung else legs).append(leg)
    legs += [leg if _has_left(legs, by=leg.start) else replace(leg, role=Role.EXTERNAL) for leg in rung]
    return sorted([*legs, *_untold(beside, legs)], key=lambda leg: leg.start)


def _untold(beside: Sequence[Leg], legs: Sequence[Leg]) -> Iterator[Leg]:
    """A callback's after-call work, unless the agent's call has it, and its wait, unless it was during this call."""
    told = {leg.identity for leg in legs if leg.role is Role.AGENT and leg.span(IntervalKind.WRAP_UP)}
    on_line = [span for leg in legs if leg.role is Role.CUSTOMER and (span := leg.span(*_ON_LINE))]
    for leg in beside if legs else ():
        wait = leg.span(IntervalKind.QUEUE)
        if leg.identity not in told and not (wait and any(start < wait[1] < end for start, end in on_line)):
            yield leg


def _role(purpose: str | None) -> Role | None:
    """The role of a participant; None for parties that nobody hears."""
    known = _ROLES.get(purpose or "")
    return Role.UNKNOWN if known is None and purpose and purpose not in _PURPOSES else known


def _goes_other_way(session: Document, direction: Direction) -> bool:
    """Whether a `customer` is an outside party that was conferenced in: called in the opposite direction of the call."""
    way = text(session, "direction")
    return way is not None and direction is not Direction.UNKNOWN and way != direction


def _has_left(legs: Iterable[Leg], by: datetime) -> bool:
    """Whether all customers among the legs had hung up by then: whoever is called after that is being called back."""
    ends = [one.end for leg in legs if leg.role is Role.CUSTOMER for one in leg.stretches]
    return bool(ends) and all(end is not None and end <= by for end in ends)


def _with_one_customer(legs: Sequence[Leg]) -> tuple[Leg, ...]:
    """The first outside party is the customer, and so is one who joins after that one has left; others are external."""
    customers = [leg for leg in legs if leg.role is Role.CUSTOMER]
    same: dict[str, None] = dict.fromkeys(leg.identity for leg in (customers or _external(legs))[:1])
    for leg in customers:
        if _has_left((one for one in customers if one.identity in same), by=leg.start):
            same[leg.identity] = None
    return tuple(
        replace(leg, role=Role.CUSTOMER, identity=next(iter(same)))
        if leg.identity in same and leg.role in (Role.CUSTOMER, Role.EXTERNAL)
        else replace(leg, role=Role.EXTERNAL)
        if leg.role is Role.CUSTOMER
        else leg
        for leg in legs
    )


def _external(legs: Sequence[Leg]) -> list[Leg]:
    return [leg for leg in legs if leg.role is Role.EXTERNAL]


def _leg(role: Role, participant: Document, session: Document, fallback: str) -> Leg | None:
    segments = _in_order(list(documents(session, "segments")))
    kinds = _kinds(role, participant, session)
    stretches = tuple(_stretches(segments, kinds))
    if not stretches:
        return None
    id_, name = _id_and_name(role, participant, session, segments)
    metrics = by_name(session)
    found = totals(metrics, rings_otherwise=any(one.get("segmentType") in _RINGING for one in segments))
    whole = text(session, "mediaType") != "callback"
    return Leg(
        role=role,
        identity=id_ or text(participant, "participantId") or fallback,
        stretches=stretches,
        id=id_,
        name=name,
        consults=moments(metrics, "nConsult"),
        handovers=_handovers(role, metrics, segments, stretches),
        totals={kind: seconds for kind, seconds in found.items() if whole or kind in kinds.values()},
        handled=first_seconds(metrics, "tHandle") if whole else None,
        recorded=session.get("recording") is True,
        wrap_up_code=next((code for one in reversed(segments) if (code := text(one, "wrapUpCode"))), None),
        skills=tuple(dict.fromkeys(chain.from_iterable(texts(one, "requestedRoutingSkillIds") for one in segments))),
        disconnect=next((end for one in reversed(segments) if (end := text(one, "disconnectType"))), None),
        counts=counts(metrics),
        answered_after=first_seconds(metrics, "tAnswered"),
    )


def _kinds(role: Role, participant: Document, session: Document) -> Mapping[str, IntervalKind]:
    """The kind of interval of each type of segment, for a party of that role."""
    if text(session, "mediaType") == "callback":
        return _OF_CALLBACKS[role]
    if role is not Role.IVR:
        return _KINDS[role]
    type_ = text(inner(session, "flow"), "flowType")
    kind = _FLOWS.get(type_ or "") or _FLOWS.get(text(participant, "purpose") or "") or IntervalKind.IVR
    return dict.fromkeys(_KINDS[Role.IVR], kind)


def _id_and_name(
    role: Role, participant: Document, session: Document, segments: Iterable[Document]
) -> tuple[str | None, str | None]:
    """The id and the name that may be shown. Names of people in the record never are."""
    if role is Role.AGENT:
        return text(participant, "userId"), None
    name = text(participant, "participantName")
    if role is Role.QUEUE:
        return next((id_ for segment in segments if (id_ := text(segment, "queueId"))), None), name
    if role is Role.IVR:
        flow = inner(session, "flow")
        return text(flow, "flowId"), text(flow, "flowName") or name
    purpose = text(participant, "purpose") or ""
    return None, purpose if role is Role.UNKNOWN and _WORD.fullmatch(purpose) else None


def _in_order(segments: list[Document]) -> list[Document]:
    """The segments by start; as they are listed if one has no start, since its neighbours then show its place."""
    starts = [start for one in segments if (start := moment(one, "segmentStart"))]
    if len(starts) < len(segments):
        return segments
    return [segments[at] for at in sorted(range(len(segments)), key=starts.__getitem__)]


def _stretches(segments: list[Document], kinds: Mapping[str, IntervalKind]) -> Iterator[Stretch]:
    """The segments that have a place in time. A missing start is the end before it, a missing end the start after it."""
    starts = [moment(one, "segmentStart") for one in segments]
    later: list[datetime | None] = [None]  # for each segment, the next known start; in reverse order
    for start in reversed(starts[1:]):
        later.append(start or later[-1])
    before: datetime | None = None
    for segment, start, after in zip(segments, starts, reversed(later), strict=False):
        end = moment(segment, "segmentEnd")
        type_ = text(segment, "segmentType") or ""
        kind = kinds.get(type_) or (None if type_ in _SEGMENT_TYPES or not type_ else IntervalKind.OTHER)
        start = start or before
        before = end or start
        end = end or after
        if kind and start and (end is None or end > start):
            yield Stretch(kind, start, end, conference=segment.get("conference") is True)


def _ending(legs: Sequence[Leg]) -> Ending | None:
    """Who ended the call: the party, among the last on the line, whose own leg says so.

    The customer's leg comes first; if it only says that somebody else did, the others decide, the last to leave first.
    """
    ends = [(leg, leg.span(*_ON_LINE)) for leg in legs]
    on_line = sorted(((span[1], leg) for leg, span in ends if span), key=lambda one: one[0], reverse=True)
    last = [leg for end, leg in on_line if on_line[0][0] - end <= _TOGETHER and leg.disconnect]
    last.sort(key=lambda leg: leg.role is not Role.CUSTOMER)
    for leg in last:
        if leg.disconnect in _HUNG_UP:
            return Ending(leg.disconnect, leg.role, leg.identity)
    for leg in last:
        if leg.disconnect in _FAILED:
            flow = leg.role in (Role.IVR, Role.VOICEMAIL)  # a flow that has ended
            return Ending(leg.disconnect, leg.role, leg.identity) if flow else Ending(leg.disconnect)
    peers = [leg for leg in last if leg.disconnect == "peer"]
    if peers and not any(leg.role is Role.CUSTOMER for leg in peers):
        return Ending("peer", Role.CUSTOMER, next((leg.identity for leg in legs if leg.role is Role.CUSTOMER), None))
    return None


def _handovers(
    role: Role, metrics: Metrics, segments: list[Document], stretches: tuple[Stretch, ...]
) -> tuple[Handover, ...]:
    """Transfers by an agent who spoke. Metrics say of which kind; how the session ended is the fallback.

    Agents only, since the way from IVR to queue and from queue to agent also ends in `transfer`.
    """
    ends = [one.end for one in stretches if one.end and one.kind in (IntervalKind.TALK, IntervalKind.HOLD)]
    if role is not Role.AGENT or not ends:
        return ()
    counted = tuple(
        Handover(kind, moment(metric, "emitDate") or max(ends))
        for name, kind in _HANDOVERS.items()
        for metric in metrics.get(name, ())
    )
    if counted:
        return counted
    how = {end for segment in segments if (end := text(segment, "disconnectType")) in _HANDOVERS_BY_END}
    if how:
        return (Handover(_HANDOVERS_BY_END[min(how)], max(ends)),)
    return tuple(
        Handover(TransferKind.UNKNOWN, moment(metric, "emitDate") or max(ends))
        for metric in metrics.get("nTransferred", ())
    )
