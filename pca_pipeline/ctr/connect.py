"""Amazon Connect contact records: one for each leg, chained by contact ids.

Times are whole seconds, holds are totals, and a record may be delivered again: the newest counts. Fields are those of
the data model of contact records (docs.aws.amazon.com/connect/latest/adminguide/ctr-data-model.html).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import chain

from pca_pipeline.call import Direction, IntervalKind, KnownIdentity, Role, TransferKind
from pca_pipeline.ctr.capabilities import Capabilities, PauseMode
from pca_pipeline.ctr.contact import Contact, Ending, Handover, Leg, Media, Stretch
from pca_pipeline.ctr.fields import Document, Entry, documents, inner, moment, number, plausible_seconds, text
from pca_pipeline.ctr.personal import personal_attributes

name = "Amazon Connect"
# Customers are on the left channel, agents on the right; a recording starts when an agent answers, and is silent while
# it is suspended.
capabilities = Capabilities(hold_intervals=False, ivr_in_audio=False, pauses=PauseMode.SILENCE)

_OWN = frozenset(
    {
        "AWSContactTraceRecordFormatVersion",
        "ConnectedToSystemTimestamp",
        "ContactId",
        "DisconnectTimestamp",
        "InitiationMethod",
        "InitiationTimestamp",
    }
)
_OUTBOUND = frozenset({"OUTBOUND", "EXTERNAL_OUTBOUND", "CALLBACK"})
_BY_AGENT = "TRANSFER"  # initiation of a leg after a transfer by an agent; QUEUE_TRANSFER is done by a flow
_UNHEARD = frozenset({"MONITOR"})  # a supervisor who listens
# Who ended a contact, by DisconnectReason; any other reason is the platform's or the network's.
_ENDED_BY = {
    "CUSTOMER_DISCONNECT": Role.CUSTOMER,
    "AGENT_DISCONNECT": Role.AGENT,
    "BARGED": Role.AGENT,
    "THIRD_PARTY_DISCONNECT": Role.EXTERNAL,
    "CONTACT_FLOW_DISCONNECT": Role.IVR,
    "FLOW_DISCONNECT": Role.IVR,
}
# Fields of a record that are kept: who was on the line when, and which recording belongs to whom.
_KEPT = frozenset(
    "AWSContactTraceRecordFormatVersion ContactId InitialContactId PreviousContactId NextContactId Channel InitiationMethod"
    " InitiationTimestamp ConnectedToSystemTimestamp DisconnectTimestamp DisconnectReason LastUpdateTimestamp"
    " TransferCompletedTimestamp".split()
)
_KEPT_WITHIN = {
    "Agent": frozenset(
        "ARN Username ConnectedToAgentTimestamp AgentInteractionDuration CustomerHoldDuration AfterContactWorkStartTimestamp"
        " AfterContactWorkEndTimestamp AfterContactWorkDuration".split()
    ),
    "Queue": frozenset("ARN Name EnqueueTimestamp DequeueTimestamp Duration".split()),
}
_KEPT_OF_RECORDINGS = frozenset("MediaStreamType Type ParticipantType StartTimestamp StopTimestamp".split())
_OVERLAP = timedelta(seconds=2)  # rounding, twice; if two agents are on the line for longer, it is a consult


def matches(document: Document) -> bool:
    """Whether a document has two of the fields that every record has."""
    return len(_OWN & document.keys()) >= 2


def read(entries: Sequence[Entry]) -> Iterator[Contact | Media]:
    """One contact for each chain of records, and the media of all of them.

    Identities come from every version of a record, everything else from the newest.
    """
    chains: dict[str, list[Entry]] = defaultdict(list)
    versions: dict[str, list[Document]] = defaultdict(list)
    for entry in entries:
        versions[_chain_id(entry.document)].append(entry.document)
    for entry in _newest(entries):
        chains[_chain_id(entry.document)].append(entry)
    for id_, links in chains.items():
        records = sorted((link.document for link in links), key=_start)
        contact = _contact(id_, records, links[0].source)
        yield replace(contact, known=_known(sorted(versions[id_], key=_start)))
        yield from chain.from_iterable(_media(id_, link) for link in links)


def _newest(entries: Sequence[Entry]) -> list[Entry]:
    """The last version of each record, by its own timestamp; of equal ones the later file."""
    best: dict[str | int, Entry] = {}
    for place, entry in enumerate(entries):
        id_ = text(entry.document, "ContactId") or place
        if id_ not in best or _updated(entry.document) >= _updated(best[id_].document):
            best[id_] = entry
    return list(best.values())


def _updated(record: Document) -> datetime:
    return moment(record, "LastUpdateTimestamp") or datetime.min.replace(tzinfo=UTC)


def _start(record: Document) -> datetime:
    found = moment(record, "InitiationTimestamp", "ConnectedToSystemTimestamp", "DisconnectTimestamp")
    return found or datetime.max.replace(tzinfo=UTC)


def _chain_id(record: Document) -> str:
    return text(record, "InitialContactId", "ContactId") or ""


def _contact(id_: str, records: Sequence[Document], source: str) -> Contact:
    voice = [record for record in records if text(record, "Channel") in (None, "VOICE")]
    heard = [record for record in voice if text(record, "InitiationMethod") not in _UNHEARD]
    legs = sorted(chain.from_iterable(_legs(record, heard) for record in heard), key=lambda leg: leg.start)
    return Contact(
        id=id_ or None,
        direction=_direction(records[0]),
        started_at=moment(records[0], "InitiationTimestamp"),
        legs=tuple(legs),
        ending=_ending(records, legs),
        notes=tuple(_unseen(records)),
        attributes=_attributes(records),
        legs_to_keep=tuple(map(_kept, records)) if id_ else (),
        source=source,
    )


def _kept(record: Document) -> Document:
    """The record without numbers, attributes and anything else that is not known to be harmless."""
    kept: dict[str, object] = {key: value for key, value in record.items() if key in _KEPT and _is_scalar(value)}
    for key, names in _KEPT_WITHIN.items():
        if own := {name: value for name, value in inner(record, key).items() if name in names and _is_scalar(value)}:
            kept[key] = own
    if recordings := [_kept_recording(one) for one in _recordings(record)]:
        kept["Recordings"] = recordings
    return kept


def _kept_recording(recording: Document) -> Document:
    kept: dict[str, object] = {
        name: value for name, value in recording.items() if name in _KEPT_OF_RECORDINGS and _is_scalar(value)
    }
    return kept | {"Location": (text(recording, "Location") or "").rpartition("/")[2]}


def _is_scalar(value: object) -> bool:
    return isinstance(value, str | int | float)


def _unseen(records: Sequence[Document]) -> Iterator[str]:
    """Notes on legs of the chain whose records are missing."""
    here = {text(record, "ContactId") for record in records}
    for record in records:
        before, after = text(record, "PreviousContactId"), text(record, "NextContactId")
        if before and before not in here:
            yield f"The leg before, contact {before}, is not in the record: who handed it on is not known."
        if after and after not in here:
            yield f"The leg after, contact {after}, is not in the record: whether and to whom it was handed on is not known."


def _ending(records: Sequence[Document], legs: Sequence[Leg]) -> Ending | None:
    """Who ended the last leg of the chain: of several agents, the one who left last. A transfer ends no contact."""
    ended = [record for record in records if moment(record, "DisconnectTimestamp")]
    here = {text(record, "ContactId") for record in records}
    last = max(ended, key=lambda record: moment(record, "DisconnectTimestamp") or _start(record), default=None)
    reason = text(last, "DisconnectReason") if last else None
    if last is None or reason is None or text(last, "NextContactId") not in (None, *here):
        return None
    role = _ENDED_BY.get(reason)
    identity = next((leg.identity for leg in reversed(legs) if leg.role is role), None)
    return Ending(reason, role, identity)


def _attributes(records: Sequence[Document]) -> dict[str, str]:
    """Attributes set by flows, and the customer's number; later legs override earlier ones."""
    found: dict[str, str] = {}
    for record in records:
        if number_ := text(inner(record, "CustomerEndpoint"), "Address"):
            found["ani"] = number_
        if number_ := text(inner(record, "SystemEndpoint"), "Address"):
            found["dnis"] = number_
        found |= {str(key): str(value) for key, value in inner(record, "Attributes").items() if value is not None}
    return found


def _direction(first: Document) -> Direction:
    method = text(first, "InitiationMethod")
    if method is None:
        return Direction.UNKNOWN
    return Direction.OUTBOUND if method in _OUTBOUND else Direction.INBOUND


# ---- legs


def _legs(record: Document, records: Sequence[Document]) -> Iterator[Leg]:
    """Everybody in one record: customer, flow, queue, agent, and an outside party that the call was transferred to."""
    agent, queue = inner(record, "Agent"), inner(record, "Queue")
    begun = moment(record, "ConnectedToSystemTimestamp", "InitiationTimestamp")
    answered = moment(agent, "ConnectedToAgentTimestamp")
    ended = moment(record, "DisconnectTimestamp") or moment(agent, "AfterContactWorkStartTimestamp")
    queued = moment(queue, "EnqueueTimestamp")
    yield from _leg(Role.CUSTOMER, "customer", IntervalKind.TALK, begun, ended)
    yield from _leg(Role.IVR, "flow", IntervalKind.IVR, begun, queued or answered or ended)
    yield from _queue_leg(queue, queued, answered or ended)
    if answered:
        yield _agent_leg(record, agent, answered, ended, records)
    left = moment(record, "TransferCompletedTimestamp")
    yield from _leg(Role.EXTERNAL, f"transferred {left}", IntervalKind.TALK, left, ended)


def _leg(role: Role, identity: str, kind: IntervalKind, start: datetime | None, end: datetime | None) -> Iterator[Leg]:
    if start and (end is None or end > start):
        yield Leg(role, identity, (Stretch(kind, start, end),))


def _queue_leg(queue: Document, start: datetime | None, end: datetime | None) -> Iterator[Leg]:
    end = moment(queue, "DequeueTimestamp") or end
    if start and (end is None or end > start):
        id_ = _last_part(text(queue, "ARN"))
        yield Leg(
            role=Role.QUEUE,
            identity=id_ or text(queue, "Name") or "queue",
            stretches=(Stretch(IntervalKind.QUEUE, start, end),),
            id=id_,
            name=text(queue, "Name"),
            totals=_totals(queue, {IntervalKind.QUEUE: "Duration"}),
        )


def _agent_leg(
    record: Document, agent: Document, answered: datetime, ended: datetime | None, records: Sequence[Document]
) -> Leg:
    hold = _seconds(agent, "CustomerHoldDuration") or 0.0
    left = _left(agent, answered, ended)
    who = text(agent, "Username") or _last_part(text(agent, "ARN"))
    consult, handovers = _handed_on(record, left or ended, records)
    return Leg(
        role=Role.AGENT,
        identity=who or f"agent {answered}",
        stretches=(Stretch(IntervalKind.TALK, answered, left), *_wrap_up(agent)),
        id=who,
        consults=(consult,) if consult else (),
        handovers=handovers,
        totals=_totals(
            agent,
            {IntervalKind.HOLD: "CustomerHoldDuration", IntervalKind.WRAP_UP: "AfterContactWorkDuration"},
        ),
        recorded=any(True for _ in _recordings(record)),
        hold_within=hold,
    )


def _left(agent: Document, answered: datetime, ended: datetime | None) -> datetime | None:
    """When the agent left the line: at the start of after-call work, at the latest at the contact's own end."""
    talked, held = _seconds(agent, "AgentInteractionDuration"), _seconds(agent, "CustomerHoldDuration") or 0.0
    told = moment(agent, "AfterContactWorkStartTimestamp")
    by_length = answered + timedelta(seconds=talked + held) if talked is not None else None
    ends = [end for end in (told or by_length, ended) if end and end > answered]
    return min(ends, default=None)


def _wrap_up(agent: Document) -> Iterator[Stretch]:
    start, end = moment(agent, "AfterContactWorkStartTimestamp"), moment(agent, "AfterContactWorkEndTimestamp")
    if start and end and end > start:
        yield Stretch(IntervalKind.WRAP_UP, start, end)


def _totals(document: Document, keys: Mapping[IntervalKind, str]) -> dict[IntervalKind, float]:
    values = {kind: _seconds(document, key) for kind, key in keys.items()}
    return {kind: value for kind, value in values.items() if value is not None}


def _handed_on(
    record: Document, left: datetime | None, records: Sequence[Document]
) -> tuple[datetime | None, tuple[Handover, ...]]:
    """The start of a consult, if the agent stayed on after a colleague joined, and the transfer."""
    out = moment(record, "TransferCompletedTimestamp")
    following = next((one for one in records if _follows(one, record)), None)
    if following is None or text(following, "InitiationMethod") != _BY_AGENT:
        return None, (Handover(TransferKind.UNKNOWN, out),) if out else ()
    begun = moment(following, "InitiationTimestamp")
    joined = moment(inner(following, "Agent"), "ConnectedToAgentTimestamp")
    if begun and joined and left and left - joined > _OVERLAP:
        return begun, (Handover(TransferKind.CONSULT, left),)
    at = begun or joined
    return None, (Handover(TransferKind.BLIND, at),) if at else ()


def _follows(one: Document, record: Document) -> bool:
    id_ = text(record, "ContactId")
    return text(one, "PreviousContactId") == id_ or text(one, "ContactId") == text(record, "NextContactId")


# ---- recordings


def _media(id_: str, entry: Entry) -> Iterator[Media]:
    """The recordings of one record. Their times may be null; an agent's recording starts when the agent answers."""
    record, agent = entry.document, inner(entry.document, "Agent")
    answered = moment(agent, "ConnectedToAgentTimestamp")
    ended = moment(record, "DisconnectTimestamp")
    left = _left(agent, answered, ended) if answered else ended
    for recording in _recordings(record):
        bot = text(recording, "ParticipantType") == "IVR"
        told = moment(recording, "StartTimestamp")
        system = moment(record, "ConnectedToSystemTimestamp")
        yield Media(
            id=_file_name(text(recording, "Location")) or text(record, "ContactId"),
            contact_id=id_ or None,
            started_at=told or (system if bot else answered),
            ended_at=moment(recording, "StopTimestamp") or (None if told or bot else left),
            kind="ivr" if bot else None,
            source=entry.source,
            inferred=None if told else "with the flow" if bot else "when the agent answers",
        )


def _recordings(record: Document) -> Iterator[Document]:
    listed = list(documents(record, "Recordings")) or [inner(record, "Recording")]
    for recording in listed:
        if text(recording, "MediaStreamType", "Type") in (None, "AUDIO") and recording:
            yield recording


def _file_name(location: str | None) -> str | None:
    """The recording's own name: `<contact id>_<time>_UTC`."""
    return re.sub(r"\.\w+$", "", location.rpartition("/")[2]) if location else None


# ---- fields


def _seconds(document: Document, key: str) -> float | None:
    return plausible_seconds(number(document, key))


def _last_part(arn: str | None) -> str | None:
    return arn.rpartition("/")[2] if arn else None


def _known(records: Sequence[Document]) -> KnownIdentity:
    """The customer's number, and names and numbers in the attributes: to be searched for, never shown."""
    addresses = [text(inner(record, "CustomerEndpoint"), "Address") for record in records]
    attributes = [personal_attributes(inner(record, "Attributes")) for record in records]
    names = chain.from_iterable(names for names, _ in attributes)
    numbers = chain(filter(None, addresses), chain.from_iterable(numbers for _, numbers in attributes))
    return KnownIdentity(
        names=tuple(dict.fromkeys(names)),
        numbers=tuple(dict.fromkeys(numbers)),
        customer=next(filter(None, addresses), None),
    )
