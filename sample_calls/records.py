"""The contact trace record of a spoken call, as Genesys Cloud writes it.

Fields, segment types, metrics and their quirks follow the analytics conversation detail of the Genesys Cloud
platform API: a hand-off is a "transfer" on IVR and queue sessions too, a consult is no segment, neighbouring
segments miss each other by milliseconds, wrap-up outlives the recording.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from random import Random
from typing import Any
from uuid import uuid5

from sample_calls.call import Script
from sample_calls.cast import AGENTS, CENTRE, Cast, queue_id, queue_name
from sample_calls.metadata import Ids, Json, ended, iso, new_id, span
from sample_calls.recording import Interval, Recording

WRAP_UPS = ("Resolved", "Follow-up needed", "Escalated", "Information given")
EDGE_MS = 20  # how far apart the ends of neighbouring segments lie, at most
ABSENT, ABSENT_AFTER = 0.15, timedelta(seconds=7)  # share of longer waits in which the first agent does not answer
CONSULT_ANSWERED, CONSULT_RINGS = 3.2, 2.1  # seconds after its start; seconds of ringing before
CONSULTS_A_QUEUE = 0.35
AGENT_STAGES = ("agent", "hold", "consult", "merge", "pause", "dialing")


@dataclass(frozen=True)
class Leg:
    """Consecutive intervals with one participant on the internal side."""

    kind: str  # ivr, queue, agent, voicemail
    intervals: tuple[Interval, ...]

    @property
    def agent(self) -> int:
        """1 or 2."""
        return self.intervals[0].agent or 0


def conversation(script: Script, cast: Cast, recording: Recording, ids: Ids, rng: Random) -> Json:
    """The analytics conversation detail."""
    return _Writer(script, cast, recording, ids, rng).write()


def _ms(start: datetime, end: datetime) -> int:
    return round((end - start) / timedelta(milliseconds=1))


def _segment(kind: str, start: datetime, end: datetime, **fields: Any) -> Json:
    return {
        "segmentType": kind,
        "segmentStart": iso(start),
        "segmentEnd": iso(end),
        "conference": False,
        **fields,
    }


def _metric(name: str, value: int, at: datetime) -> Json:
    return {"name": name, "value": value, "emitDate": iso(at)}


class _Writer:
    """Writes the participants of one conversation in the order in which they join."""

    def __init__(self, script: Script, cast: Cast, recording: Recording, ids: Ids, rng: Random) -> None:
        self.script, self.cast, self.ids, self.rng = script, cast, ids, rng
        self.ended = ended(recording, ids)
        self.legs = _legs(recording.intervals)
        self.last_wrap_up = self.ended

    def write(self) -> Json:
        """The whole record."""
        participants = [self._customer()]
        for at, leg in enumerate(self.legs):
            following = self.legs[at + 1] if at + 1 < len(self.legs) else None
            participants += self._participants(leg, self.legs[at - 1] if at else None, following)
        return {
            "conversationId": self.ids.conversation,
            "conversationStart": iso(self.ids.conversation_start),
            "conversationEnd": iso(self.last_wrap_up),
            "originatingDirection": self.script.direction,
            "divisionIds": [str(uuid5(CENTRE, "division"))],
            "mediaStatsMinConversationMos": round(self.rng.uniform(4.1, 4.9), 4),
            "mediaStatsMinConversationRFactor": round(self.rng.uniform(82, 93), 4),
            "participants": participants,
        }

    def _participants(self, leg: Leg, before: Leg | None, after: Leg | None) -> list[Json]:
        if leg.kind == "ivr":
            return [self._ivr(leg, after)]
        if leg.kind == "queue":
            absent = self._end(leg) - self._start(leg) > ABSENT_AFTER and self.rng.random() < ABSENT
            return [self._acd(leg, before, after), *([self._no_answer(leg)] if absent else [])]
        if leg.kind == "voicemail":
            return [self._voicemail(leg)]
        agents = [self._agent(leg, before, after)]
        if consult := self._consulted(leg):
            agents += self._consult_queue(consult)
            agents += [] if after else [self._advisor(consult)]
        return agents

    # -- times

    def _at(self, interval: Interval) -> datetime:
        return self.ids.recording_start + span(interval.start + interval.skipped)

    def _until(self, interval: Interval) -> datetime:
        return self._at(interval) + span(interval.seconds)

    def _start(self, leg: Leg) -> datetime:
        first = leg.intervals[0]
        return self.ids.conversation_start + span(0.1) if leg is self.legs[0] else self._at(first)

    def _end(self, leg: Leg) -> datetime:
        return self.ended if leg is self.legs[-1] else self._until(leg.intervals[-1])

    def _jitter(self) -> timedelta:
        return timedelta(milliseconds=self.rng.randrange(-EDGE_MS, EDGE_MS + 1))

    def _consulted(self, leg: Leg) -> Interval | None:
        return next((interval for interval in leg.intervals if interval.kind == "consult"), None)

    # -- participants

    def _participant(self, purpose: str, session: Json, **fields: Any) -> Json:
        peer = {} if purpose == "customer" else {"peerId": self.ids.customer}
        common = {
            "sessionId": self.ids.customer if purpose == "customer" else new_id(self.rng),
            "mediaType": "voice",
            "direction": self.script.direction if purpose != "ivr" else "inbound",
            "ani": f"tel:+1{self.cast.caller.phone}" if self.script.direction == "inbound" else "tel:+18005550199",
            "dnis": "tel:+18005550199" if self.script.direction == "inbound" else f"tel:+1{self.cast.caller.phone}",
            "provider": "Edge",
            **peer,
        }
        return {
            "participantId": new_id(self.rng),
            "purpose": purpose,
            **fields,
            "sessions": [{**common, **session}],
        }

    def _customer(self) -> Json:
        start, caller = self.ids.conversation_start, self.cast.caller
        answered = self._until(self.legs[0].intervals[0]) if self.script.direction == "outbound" else start + span(0.2)
        setup = "dialing" if self.script.direction == "outbound" else "system"
        disconnect = "peer" if self.script.hung_up_by == "agent" else "endpoint"
        segments = [
            _segment(setup, start, answered),
            _segment("interact", answered, self.ended, disconnectType=disconnect),
        ]
        if self.script.shape != "voicemail":
            segments[-1]["queueId"] = queue_id(self.script.queues[0])
        metrics = [
            _metric("nConnected", 1, answered),
            _metric("tConnected", _ms(answered, self.ended), self.ended),
        ]
        name = self.rng.choice((f"{caller.last},{caller.first}".upper(), f"{caller.city} {caller.state}"))
        attributes = {"MemberId": caller.member, "CallerName": f"{caller.first} {caller.last}"}
        extra = {"attributes": attributes} if self.rng.random() < 0.4 else {}
        session = {"recording": True, "segments": segments, "metrics": metrics}
        return self._participant("customer", session, participantName=name, **extra)

    def _ivr(self, leg: Leg, after: Leg | None) -> Json:
        start, end = self._start(leg), self._end(leg)
        target = {"queue": "ACD", "voicemail": "ACD_VOICEMAIL"}.get(after.kind if after else "")
        department = queue_name(self.script.queues[0])
        flow = {
            "flowId": str(uuid5(CENTRE, "flow main")),
            "flowName": "Main Menu",
            "flowType": "INBOUNDCALL",
            "flowVersion": "12.0",
            "entryReason": "tel:+18005550199",
            "entryType": "dnis",
            "exitReason": "TRANSFER" if target else "DISCONNECT",
            "startingLanguage": "en-us",
            "endingLanguage": "en-us",
        }
        if target:
            flow |= {"transferType": target, "transferTargetName": department}
            flow |= {"transferTargetAddress": queue_id(self.script.queues[0])}
        segments = [
            _segment("system", start, start + span(0.05)),
            _segment("ivr", start + span(0.05), end, disconnectType="transfer" if target else "peer"),
        ]
        length = _ms(start + span(0.05), end)
        metrics = [_metric("nFlow", 1, start), _metric("tIvr", length, end)]
        metrics.append(_metric("tFlow", max(length - 150, 0), end))
        return self._participant(
            "ivr", {"flow": flow, "segments": segments, "metrics": metrics}, participantName="Main Menu"
        )

    def _acd(self, leg: Leg, before: Leg | None, after: Leg | None) -> Json:
        start, end = self._start(leg) + span(0.05), self._end(leg)
        name = leg.intervals[0].queue or ""
        segments = [
            _segment("delay", start - span(0.01), start, queueId=queue_id(name)),
            _segment("interact", start, end, queueId=queue_id(name), disconnectType="transfer" if after else "peer"),
        ]
        metrics = [_metric("nOffered", 1, start), _metric("tAcd", _ms(start, end), end)]
        if after is None:
            metrics.append(_metric("tAbandon", _ms(start, end), end))
        elif after.kind == "queue":
            metrics.append(_metric("tFlowOut", _ms(start, end), end))
        session = {"segments": segments, "metrics": metrics, "flowInType": before.kind if before else "ivr"}
        return self._participant("acd", session, participantName=queue_name(name))

    def _voicemail(self, leg: Leg) -> Json:
        start, end = self._start(leg), self._end(leg)
        segments = [
            _segment("system", start, start + span(0.03)),
            _segment("interact", start + span(0.03), end, disconnectType="peer"),
        ]
        return self._participant(
            "voicemail", {"segments": segments, "metrics": [_metric("tVoicemail", _ms(start, end), end)]}
        )

    def _agent(self, leg: Leg, before: Leg | None, after: Leg | None) -> Json:
        end = self._end(leg)
        metrics: list[Json] = []
        setup, start = self._setup(leg, before, metrics)
        disconnect = "transfer" if after else "client" if self.script.hung_up_by == "agent" else "peer"
        queue = {"queueId": queue_id(self._queue_of(leg))}
        segments = [*setup, *self._talk(leg, start, end, queue)]
        segments[-1]["disconnectType"] = disconnect
        metrics += self._transfer(leg, after, end)
        segments.append(self._wrap_up(end, disconnect, queue))
        metrics += _talk_metrics(segments)
        user = self.cast.agents[leg.agent - 1].user_id
        return self._participant("agent", {"segments": segments, "metrics": metrics}, userId=user)

    def _setup(self, leg: Leg, before: Leg | None, metrics: list[Json]) -> tuple[list[Json], datetime]:
        """The segments before an agent talks, and when the talking starts."""
        if self.script.direction == "outbound":
            return self._dialing(leg, metrics)
        if before is None or before.kind == "agent":
            return self._consult_alert(self._consulted(before) if before else None, metrics)
        waited = before.intervals[-1]
        answered, rang = self._end(before) + self._jitter(), self._at(waited)
        alert = rang + span((waited.alert or waited.end) - waited.start)
        waiting = _ms(self._start(before) + span(0.05), self._end(before))
        metrics += [
            _metric("tAlert", _ms(alert, answered), answered),
            _metric("tAnswered", waiting, answered),
        ]
        return [_segment("alert", alert, answered, queueId=queue_id(waited.queue or ""))], answered

    def _dialing(self, leg: Leg, metrics: list[Json]) -> tuple[list[Json], datetime]:
        start, answered = self.ids.conversation_start, self._until(leg.intervals[0])
        dialed = start + span(0.2)
        metrics += [_metric("nOutbound", 1, start), _metric("nOutboundAttempted", 1, start)]
        metrics += [_metric("nOutboundConnected", 1, answered)]
        metrics += [_metric("tContacting", _ms(start, dialed), dialed)]
        metrics += [_metric("tDialing", _ms(dialed, answered), answered)]
        return [_segment("contacting", start, dialed), _segment("dialing", dialed, answered)], answered

    def _consult_alert(self, consult: Interval | None, metrics: list[Json]) -> tuple[list[Json], datetime]:
        """A consulted agent's telephone rings soon after the consult began, well before the transfer."""
        if consult is None:
            raise ValueError("an agent joins who was neither queued for, nor dialled, nor consulted")
        answered = self._consult_answered(consult)
        alert = answered - span(CONSULT_RINGS)
        metrics.append(_metric("tAlert", _ms(alert, answered), answered))
        return [_segment("alert", alert, answered)], answered

    def _consult_answered(self, consult: Interval) -> datetime:
        return self._at(consult) + span(min(CONSULT_ANSWERED, 0.5 * consult.seconds))

    def _consult_queue(self, consult: Interval) -> list[Json]:
        """Some consults ask a queue, not a person: a queue joins although the customer is on hold."""
        if self.rng.random() > CONSULTS_A_QUEUE:
            return []
        start, end, name = self._at(consult) + span(0.1), self._consult_answered(consult), self.script.queues[1]
        segments = [_segment("interact", start, end, queueId=queue_id(name), disconnectType="transfer")]
        metrics = [_metric("nOffered", 1, start), _metric("tAcd", _ms(start, end), end)]
        session = {"segments": segments, "metrics": metrics, "flowInType": "agent"}
        return [self._participant("acd", session, participantName=queue_name(name))]

    def _no_answer(self, leg: Leg) -> Json:
        """An agent whose telephone rang in vain."""
        start = self._start(leg) + span(1.5)
        end = start + span(3.0)
        queue = {"queueId": queue_id(leg.intervals[0].queue or "")}
        segments = [
            _segment("alert", start, end, **queue),
            _segment("wrapup", end, end, disconnectType="system", **queue),
        ]
        metrics = [_metric("tAlert", _ms(start, end), end), _metric("tNotResponding", _ms(start, end), end)]
        metrics.append(_metric("nError", 1, end))
        others = [agent for agent in AGENTS if agent not in self.cast.agents]
        session = {"segments": segments, "metrics": metrics}
        return self._participant("agent", session, userId=self.rng.choice(others).user_id)

    def _talk(self, leg: Leg, start: datetime, end: datetime, queue: Json) -> list[Json]:
        """Interact segments, with the holds between them."""
        segments, since = [], start
        for interval in leg.intervals:
            if interval.kind == "hold":
                segments += [_segment("interact", since, self._at(interval), **queue)]
                segments += [_segment("hold", self._at(interval), self._until(interval), **queue)]
                since = self._until(interval)
        return [*segments, _segment("interact", since, end, **queue)]

    def _transfer(self, leg: Leg, after: Leg | None, end: datetime) -> list[Json]:
        metrics = []
        if consult := self._consulted(leg):
            metrics.append(_metric("nConsult", 1, self._at(consult)))
        if after:
            kind = "nConsultTransferred" if consult else "nBlindTransferred"
            metrics += [_metric("nTransferred", 1, end), _metric(kind, 1, end)]
        return metrics

    def _wrap_up(self, end: datetime, disconnect: str, queue: Json) -> Json:
        start = end - timedelta(milliseconds=self.rng.choice((0, 0, self.rng.randrange(300))))
        stop = end + span(self.rng.uniform(4, 45))
        self.last_wrap_up = max(self.last_wrap_up, stop)
        codes = (*(str(uuid5(CENTRE, f"wrap-up {name}")) for name in WRAP_UPS), "ININ-WRAP-UP-TIMEOUT")
        return _segment("wrapup", start, stop, disconnectType=disconnect, wrapUpCode=self.rng.choice(codes), **queue)

    def _advisor(self, consult: Interval) -> Json:
        """The second agent of a consult that ended without a transfer."""
        metrics: list[Json] = []
        alert, answered = self._consult_alert(consult, metrics)
        left = self._until(consult) + self._jitter()
        segments = [*alert, _segment("interact", answered, left, disconnectType="peer")]
        metrics += _talk_metrics(segments)
        session = {"segments": segments, "metrics": metrics}
        return self._participant("agent", session, userId=self.cast.agents[1].user_id)

    def _queue_of(self, leg: Leg) -> str:
        """The queue that the agent took the call from; a consulted agent stands for the next one."""
        names = [wait.intervals[0].queue for wait in self.legs[: self.legs.index(leg)] if wait.kind == "queue"]
        if leg.agent == 2 and len(names) == 1:
            return self.script.queues[1]
        return names[-1] or self.script.queues[0] if names else self.script.queues[0]


def _legs(intervals: Sequence[Interval]) -> list[Leg]:
    def key(interval: Interval) -> tuple[str, int | None, str | None]:
        kind = "agent" if interval.kind in AGENT_STAGES else interval.kind
        return kind, interval.agent, interval.queue

    return [Leg(kind, tuple(group)) for (kind, *_), group in groupby(intervals, key)]


def _talk_metrics(segments: Sequence[Json]) -> list[Json]:
    """tTalk, tHeld, tAcw and their sums; handle time is talk + held + after-call work."""
    metrics, total = [], {"interact": 0, "hold": 0, "wrapup": 0}
    ends = [datetime.fromisoformat(segment["segmentEnd"]) for segment in segments]
    for segment, end in zip(segments, ends, strict=True):
        if segment["segmentType"] in total:
            length = _ms(datetime.fromisoformat(segment["segmentStart"]), end)
            total[segment["segmentType"]] += length
            name = {"interact": "tTalk", "hold": "tHeld", "wrapup": "tAcw"}[segment["segmentType"]]
            metrics.append(_metric(name, length, end))
    metrics.append(_metric("tTalkComplete", total["interact"], ends[-1]))
    if total["hold"]:
        metrics.append(_metric("tHeldComplete", total["hold"], ends[-1]))
    return [*metrics, _metric("tHandle", sum(total.values()), ends[-1])]
