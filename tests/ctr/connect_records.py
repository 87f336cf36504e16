"""Amazon Connect contact records for the tests of this room, in seconds from one moment."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.ctr.genesys_records import ZERO, Json

BUCKET = "bucket/connect/centre/CallRecordings/2026/03/02"


def at(seconds: float) -> str:
    """A moment as Connect writes it: whole seconds."""
    return (ZERO + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


def queue(start: float, end: float, name: str = "Billing") -> Json:
    """A queue that the contact waits in."""
    return {
        "ARN": f"arn:aws:connect:us-east-1:1:instance/i/queue/queue-{name}",
        "Name": name,
        "EnqueueTimestamp": at(start),
        "DequeueTimestamp": at(end),
        "Duration": round(end - start),
    }


def agent(user: str, answered: float, left: float, hold: float = 0, wrap_up: float = 10) -> Json:
    """An agent's part of a record."""
    return {
        "ARN": f"arn:aws:connect:us-east-1:1:instance/i/agent/{user}",
        "Username": user,
        "RoutingProfile": {"ARN": "arn:aws:connect:us-east-1:1:instance/i/routing-profile/r", "Name": "Basic"},
        "ConnectedToAgentTimestamp": at(answered),
        "AgentInteractionDuration": round(left - answered - hold),
        "CustomerHoldDuration": round(hold),
        "NumberOfHolds": int(hold > 0),
        "LongestHoldDuration": round(hold),
        "AfterContactWorkStartTimestamp": at(left),
        "AfterContactWorkEndTimestamp": at(left + wrap_up),
        "AfterContactWorkDuration": round(wrap_up),
    }


def contact(id_: str, start: float, end: float, **fields: Any) -> Json:
    """One record: an inbound call unless the fields say otherwise, recorded if an agent is in it."""
    recorded = {"Location": f"{BUCKET}/{id_}_20260302T14:30_UTC.wav", "Status": "AVAILABLE", "Type": "AUDIO"}
    base = {
        "AWSContactTraceRecordFormatVersion": "2017-03-10",
        "ContactId": id_,
        "InitialContactId": None,
        "Channel": "VOICE",
        "InitiationMethod": "INBOUND",
        "InitiationTimestamp": at(start),
        "ConnectedToSystemTimestamp": at(start),
        "DisconnectTimestamp": at(end),
        "DisconnectReason": "CUSTOMER_DISCONNECT",
        "LastUpdateTimestamp": at(end + 60),
        "CustomerEndpoint": {"Address": "+16125550123", "Type": "TELEPHONE_NUMBER"},
        "Attributes": {},
        "Agent": None,
        "Queue": None,
        "Recording": recorded if fields.get("Agent") else None,
    }
    return base | fields


def transferred(joined: float = 62, left: float = 60) -> list[Json]:
    """Agent 1 from 20, who hands the call on at 60 to agent 2, who joins; ends at second 120."""
    first = contact(
        "contact-1", 0, left, Queue=queue(8, 20), Agent=agent("ana", 20, left, hold=15), NextContactId="contact-2"
    )
    second = contact(
        "contact-2",
        60,
        120,
        InitialContactId="contact-1",
        PreviousContactId="contact-1",
        InitiationMethod="TRANSFER",
        Agent=agent("ben", joined, 120),
    )
    return [first, second]
