"""Random but valid Genesys conversations and the truth about them: who is on the line, and who says each word.

Records have the noise of real ones: boundaries some milliseconds apart or overlapping, a recorder whose clock differs
from the platform's, open ends, missing fields, lists out of order. The truth has none.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from benchmarks.ctr_speech import OnLine, Reader, Said, speak

Json = dict[str, Any]
ZERO = datetime(2026, 3, 2, 14, 30, tzinfo=UTC)
_CONFERENCE_LEFT_OPEN = timedelta(days=60)  # by which conversationEnd was off in real conference records


@dataclass(frozen=True, slots=True)
class Noise:
    """How far a record is from the truth: seconds, and shares of what is left out or out of order."""

    edge: float = 0.02  # neighbours miss each other by this much, either way
    clock: float = 0.3  # the recorder's clock is off by up to this much
    wrap_up: float = 0.3  # wrap-up begins up to this much before the talk ends
    left_out: float = 0.0  # share of optional fields that are missing
    open_ends: float = 0.0  # share of segments without an end
    shuffled: float = 0.0  # share of lists that are out of order


CLEAN = Noise(0.0, 0.0, 0.0)
REAL = Noise(left_out=0.02, open_ends=0.01, shuffled=0.2)


@dataclass(frozen=True, slots=True)
class MadeCall:
    """A conversation's record, its recording's, and the truth in the recording's own seconds."""

    kind: str
    conversation: Json
    recording: Json
    seconds: float
    line: tuple[OnLine, ...]  # the internal channel, without overlap
    said: tuple[Said, ...]
    transfers: tuple[tuple[str, str, str], ...]  # kind, from, to
    ended_by: str | None  # the customer, or who of those on the line; None where the record cannot tell


@dataclass(slots=True)
class _Session:
    """One voice session of a participant, in true seconds."""

    purpose: str
    who: str
    segments: list[tuple[str, float, float, Json]] = field(default_factory=list)
    metrics: list[tuple[str, float, float]] = field(default_factory=list)  # name, seconds, when
    fields: Json = field(default_factory=dict)
    since: float = 0.0  # start of the interaction that goes on
    over: bool = False

    def add(self, kind: str, start: float, end: float, **fields: Any) -> None:
        """A segment, if it has any length."""
        if end > start:
            self.segments.append((kind, start, end, fields))


class Script:
    """A call as it happens: each stage advances the clock, and writes what the platform would."""

    def __init__(self, dice: Random, direction: str = "inbound") -> None:
        self.dice, self.now, self.direction = dice, 0.2, direction
        self.line: list[OnLine] = []
        self.sessions: list[_Session] = []
        self.transfers: list[tuple[str, str, str]] = []
        self.pauses: list[tuple[float, float]] = []
        self.customer = self._session("customer", "customer", direction=direction, recording=True)
        self.agents = self.queues = self.outsiders = 0
        self.ended_by: str | None = None

    def _session(self, purpose: str, who: str, **fields: Any) -> _Session:
        session = _Session(purpose, who, fields=fields, since=self.now)
        self.sessions.append(session)
        return session

    def advance(self, low: float, high: float) -> tuple[float, float]:
        """Let some seconds pass. Returns when they began and ended."""
        start, self.now = self.now, self.now + self.dice.uniform(low, high)
        return start, self.now

    def put_on_line(self, kind: str, who: str, start: float, end: float, *others: str) -> None:
        """Let a party be heard, with `others` if it shares the line."""
        if end > start:
            self.line.append(OnLine(kind, who, start, end, others))

    # ---- machines

    def flow(self, name: str, purpose: str = "ivr", kind: str = "ivr", flow_type: str = "INBOUNDCALL") -> None:
        """An automated flow that the customer goes through."""
        start, end = self.advance(4, 40)
        session = self._flow_session(name, purpose, flow_type, start, end)
        session.add("system", start, start + 0.05)
        self.put_on_line(kind, session.who, start, end)

    def _flow_session(self, name: str, purpose: str, flow_type: str, start: float, end: float) -> _Session:
        flow = {"flowId": f"flow-{name}", "flowName": name, "flowType": flow_type, "exitReason": "TRANSFER"}
        session = self._session(purpose, f"flow-{name}", flow=flow)
        session.add("ivr", start, end, disconnectType="transfer")
        session.metrics += [("tIvr", end - start, end), ("nFlow", 0.001, start)]
        return session

    def queue(self, low: float = 2, high: float = 90) -> _Session:
        """A queue that the customer waits in."""
        start, end = self.advance(low, high)
        session = self._queue_session(start, end)
        self.put_on_line("queue", session.who, start, end)
        return session

    def _queue_session(self, start: float, end: float) -> _Session:
        self.queues += 1
        session = self._session("acd", f"queue-{self.queues}", flowInType="ivr")
        session.add("delay", start, start + 0.01)
        session.add("interact", start, end, queueId=session.who, disconnectType="transfer")
        session.metrics += [("nOffered", 0.001, start), ("tAcd", end - start, end)]
        return session

    def voicemail(self) -> None:
        """The customer leaves a message."""
        start, end = self.advance(15, 60)
        session = self._session("voicemail", "voicemail")
        session.add("interact", start, end)
        session.metrics.append(("tVoicemail", end - start, end))
        self.put_on_line("voicemail", "voicemail", start, end)

    # ---- agents

    def agent(self, alert: float | None = None) -> _Session:
        """Another agent answers; the telephone rang while the customer was still in the queue."""
        self.agents += 1
        before = self.sessions[-1]
        session = self._session("agent", f"user-{self.agents}")
        session.add("alert", self.now - (self.dice.uniform(0.05, 5) if alert is None else alert), self.now)
        (_, rang, answered, _) = session.segments[0] if session.segments else ("", self.now, self.now, {})
        session.metrics += [("tAlert", answered - rang, answered)] if answered > rang else []
        if before.purpose == "acd":  # the platform repeats the wait in the queue for the agent it led to
            session.metrics += [("tAnswered", seconds, at) for name, seconds, at in before.metrics if name == "tAcd"]
        return session

    def talk(self, agent: _Session, low: float = 10, high: float = 90) -> None:
        """Agent and customer talk."""
        self.put_on_line("talk", agent.who, *self.advance(low, high))

    def _interact(self, session: _Session, until: float, **fields: Any) -> None:
        session.add("interact", session.since, until, **fields)
        session.metrics.append(("tTalk", until - session.since, until))
        session.since = until

    def hold(self, agent: _Session) -> None:
        """The customer is on hold: only the agent's session says so."""
        self._interact(agent, self.now)
        start, end = self.advance(5, 50)
        agent.add("hold", start, end)
        agent.metrics.append(("tHeld", end - start, end))
        agent.since = end
        self.put_on_line("hold", "hold", start, end)

    def consult(self, agent: _Session, through_queue: bool = False) -> _Session:
        """The agent speaks with a colleague, who may be found through a flow and a queue; no hold is written."""
        start = self.now
        agent.metrics.append(("nConsult", 0.001, start))
        if through_queue:
            middle = self.dice.uniform(start + 2, start + 15)
            self._flow_session("Agent Help", "ivr", "INBOUNDCALL", start, middle)
            self.now = middle + self.dice.uniform(1, 15)
            self._queue_session(middle, self.now)
        else:
            self.advance(1, 10)
        colleague = self.agent()
        self.advance(5, 60)
        self.put_on_line("consult", agent.who, start, self.now)
        return colleague

    def leave(self, session: _Session, how: str, *metrics: str) -> None:
        """A party leaves the call; an agent has work to do after it."""
        self._interact(session, self.now, disconnectType=how)
        talk = sum(end - start for kind, start, end, _ in session.segments if kind == "interact")
        held = sum(end - start for kind, start, end, _ in session.segments if kind == "hold")
        session.metrics.append(("tTalkComplete", talk, self.now))
        session.metrics += [("tHeldComplete", held, self.now)] if held else []
        session.metrics += [(name, 0.001, self.now) for name in metrics]
        session.over = True
        if session.purpose == "agent":
            work = self.dice.uniform(1, 60)
            session.add("wrapup", self.now, self.now + work, disconnectType=how, wrapUpCode="ININ-WRAP-UP-TIMEOUT")
            session.metrics += [("tAcw", work, self.now + work), ("tHandle", talk + held + work, self.now + work)]

    def hand_over(self, agent: _Session, to: str, kind: str, *metrics: str) -> None:
        """The agent transfers the call."""
        self.transfers.append((kind, agent.who, to))
        self.leave(agent, "transfer", "nTransferred", *metrics)

    def rings_out(self) -> _Session:
        """A telephone rings and nobody answers."""
        start, end = self.advance(8, 25)
        session = self.agent(end - start)
        session.metrics += [("tNotResponding", end - start, end), ("nError", 0.001, end)]
        session.over = True
        return session

    # ---- outside parties, and all of them at once

    def outside(self, purpose: str = "external") -> _Session:
        """A party at an outside number joins."""
        self.outsiders += 1
        way = "outbound" if self.direction == "inbound" else "inbound"
        return self._session(purpose, f"external-{self.outsiders}", direction=way)

    def conference(self, agent: _Session, other: _Session) -> None:
        """The customer, the agent and another party hear each other."""
        for session in (agent, other):
            if self.now > session.since:
                self._interact(session, self.now)
            session.since = self.now
        start, end = self.advance(10, 90)
        for session in (agent, other):
            session.add("interact", start, end, conference=True)
            session.metrics.append(("tTalk", end - start, end))
            session.since = end
        self.put_on_line("conference", agent.who, start, end, other.who)

    def secure_pause(self, agent: _Session) -> None:
        """The recorder is silenced while a card is read out."""
        start, end = self.advance(5, 30)
        self.pauses.append((start, end))
        self.put_on_line("secure_pause", agent.who, start, end)

    def payment(self, agent: _Session) -> None:
        """A payment flow takes the card while the agent is still on."""
        start, end = self.advance(8, 30)
        session = self._flow_session("Payment", "ivr", "SECURECALL", start, end)
        self.put_on_line("secure_pause", session.who, start, end)
        assert agent.since <= start

    def end(self, by_customer: bool | None = None) -> None:
        """Whoever is still on the line leaves it."""
        by_customer = self.dice.random() < 0.6 if by_customer is None else by_customer
        on_line = [
            one.who for one in self.sessions if not one.over and one.purpose in ("agent", "external", "customer")
        ]
        self.ended_by = "customer" if by_customer else next((who for who in on_line if who != "customer"), None)
        for session in self.sessions:
            if not session.over and (session.purpose == "agent" or session.who.startswith("external")):
                self.leave(session, "peer" if by_customer else "client")
        self.customer.add("interact", 0.2, self.now, disconnectType="endpoint" if by_customer else "peer")


# ---- what can happen


def _greeted(script: Script) -> _Session:
    if script.dice.random() < 0.8:
        script.flow("Main Menu")
    script.queue()
    agent = script.agent()
    script.talk(agent)
    return agent


def _holds(script: Script) -> None:
    agent = _greeted(script)
    for _ in range(script.dice.randint(1, 3)):
        script.hold(agent)
        script.talk(agent)


def _blind(script: Script) -> None:
    agent = _greeted(script)
    script.hand_over(agent, f"queue-{script.queues + 1}", "to_queue", "nBlindTransferred")
    script.queue()
    script.talk(script.agent())


def _direct(script: Script) -> None:
    agent = _greeted(script)
    script.hand_over(agent, f"user-{script.agents + 1}", "blind", "nBlindTransferred")
    start, end = script.advance(1, 8)
    script.put_on_line("ringing", "ringing", start, end)
    script.talk(script.agent(end - start))


def _consult(script: Script) -> None:
    agent = _greeted(script)
    colleague = script.consult(agent, script.dice.random() < 0.5)
    script.hand_over(agent, colleague.who, "consult", "nConsultTransferred")
    script.talk(colleague)


def _consult_only(script: Script) -> None:
    agent = _greeted(script)
    script.leave(script.consult(agent, script.dice.random() < 0.3), "client")
    script.talk(agent)


def _conference(script: Script) -> None:
    """An outside party, rung up in a second call while the customer was on hold."""
    agent = _greeted(script)
    script.hold(agent)
    script.conference(agent, outsider := script.outside("customer"))
    if script.dice.random() < 0.5:
        script.leave(outsider, "peer")
        script.talk(agent)


def _three(script: Script) -> None:
    """A consult that becomes a conference; then one of the two agents continues alone."""
    agent = _greeted(script)
    colleague = script.consult(agent)
    script.conference(agent, colleague)
    stays = script.dice.choice([agent, colleague])
    if stays is colleague:
        script.hand_over(agent, colleague.who, "consult", "nConsultTransferred")
    else:
        script.leave(colleague, "client")
    script.talk(stays)


def _external(script: Script) -> None:
    agent = _greeted(script)
    script.hand_over(agent, f"external-{script.outsiders + 1}", "external", "nBlindTransferred")
    start, end = script.advance(2, 10)
    script.put_on_line("ringing", "ringing", start, end)
    outsider = script.outside()
    script.put_on_line("external", outsider.who, *script.advance(10, 60))


def _no_answer(script: Script) -> None:
    agent = _greeted(script)
    script.hand_over(agent, f"user-{script.agents + 1}", "no_answer", "nBlindTransferred")
    start = script.now
    script.rings_out()
    script.put_on_line("ringing", "ringing", start, script.now)
    again = script.agent(0.5)
    again.who, script.agents = agent.who, script.agents - 1
    script.talk(again)


def _voicemail(script: Script) -> None:
    script.flow("Main Menu")
    script.queue()
    script.voicemail()


def _survey(script: Script) -> None:
    agent = _greeted(script)
    script.leave(agent, "client")
    script.flow("Survey", "voicesurveyflow", "survey", "VOICESURVEY")


def _bot(script: Script) -> None:
    script.flow("Helper", "botflow", "bot", "BOT")
    script.queue()
    script.talk(script.agent())


def _paused(script: Script) -> None:
    agent = _greeted(script)
    if script.dice.random() < 0.5:
        script.secure_pause(agent)
    else:
        script.payment(agent)
    script.talk(agent)


def _abandoned(script: Script) -> None:
    script.flow("Main Menu")
    script.queue()


def _outbound(script: Script) -> None:
    script.direction = script.customer.fields["direction"] = "outbound"
    script.talk(script.agent(0.0), 20, 120)


KINDS: dict[str, Callable[[Script], None]] = {
    "holds": _holds,
    "blind transfer to a queue": _blind,
    "blind transfer to a colleague": _direct,
    "consult transfer": _consult,
    "consult without transfer": _consult_only,
    "conference with an outsider": _conference,
    "conference of agents": _three,
    "transfer to an outside number": _external,
    "transfer that nobody answers": _no_answer,
    "voicemail": _voicemail,
    "survey": _survey,
    "bot": _bot,
    "secure pause": _paused,
    "abandoned": _abandoned,
    "outbound": _outbound,
}


# ---- records


def make_call(seed: int, kind: str | None = None, noise: Noise = REAL, reader: Reader | None = None) -> MadeCall:
    """A call of that kind, or of any; the same arguments give the same call. `reader` reads it out."""
    dice = Random(f"{seed} {kind}")
    kind = kind or dice.choice(list(KINDS))
    script = Script(dice)
    KINDS[kind](script)
    script.end()
    start = dice.uniform(0.2, 0.7) if dice.random() < 0.8 else dice.uniform(0.2, script.now / 3)
    end = script.now if dice.random() < 0.9 else dice.uniform(start + 0.8 * (script.now - start), script.now)
    line = _clipped(script.line, start, end)
    return MadeCall(
        kind=kind,
        conversation=_Writer(dice, noise, script).conversation(f"conversation-{seed}"),
        recording=_recording(script, f"conversation-{seed}", start, end, dice.uniform(-noise.clock, noise.clock)),
        seconds=end - start,
        line=line,
        said=speak(line, dice, reader),
        transfers=tuple(script.transfers),
        ended_by=script.ended_by,
    )


def _clipped(line: list[OnLine], start: float, end: float) -> tuple[OnLine, ...]:
    """The truth in seconds of the recording."""
    inside = [replace(one, start=max(one.start, start) - start, end=min(one.end, end) - start) for one in line]
    return tuple(one for one in sorted(inside, key=lambda one: one.start) if one.end > one.start)


def _moment(seconds: float) -> str:
    return (ZERO + timedelta(seconds=seconds)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _recording(script: Script, id_: str, start: float, end: float, off: float) -> Json:
    """Its metadata, by the recorder's own clock. Pauses are silent: the audio is as long as the wall clock says."""
    pauses = [
        {
            "type": "Pause",
            "reason": "SecurePause",
            "realtimeLocation": 1000 * (at - start),
            "durationMs": 1000 * (to - at),
        }
        for at, to in script.pauses
    ]
    times = {"startTime": _moment(start + off), "endTime": _moment(end + off)}
    return {"recordingId": f"recording-{id_}", "conversationId": id_, **times, "annotations": pauses}


class _Writer:
    """The platform's record of a call, with the noise of real ones."""

    def __init__(self, dice: Random, noise: Noise, script: Script) -> None:
        self.dice, self.noise, self.script = dice, noise, script

    def conversation(self, id_: str) -> Json:
        """The conversation detail."""
        participants = self._list([self._participant(session) for session in self.script.sessions])
        end = _moment(self.script.now)
        if any(session.who.startswith("external") for session in self.script.sessions):
            end = (ZERO + _CONFERENCE_LEFT_OPEN).isoformat()
        optional = self._some(
            {"conversationEnd": end, "originatingDirection": self.script.direction}, "originatingDirection"
        )
        return {"conversationId": id_, "conversationStart": _moment(0), **optional, "participants": participants}

    def _some(self, fields: Json, *kept: str) -> Json:
        """The fields, without some of those that can be missing."""
        return {
            name: value for name, value in fields.items() if name in kept or self.dice.random() >= self.noise.left_out
        }

    def _list(self, items: list[Json]) -> list[Json]:
        if self.dice.random() < self.noise.shuffled:
            self.dice.shuffle(items)
        return items

    def _participant(self, session: _Session) -> Json:
        ids = {"participantId": f"{session.who}-{session.since:.3f}"}
        if session.purpose == "agent":
            ids["userId"] = session.who
        if session.purpose == "acd":
            ids["participantName"] = session.who.title()
        return {**ids, "purpose": session.purpose, "sessions": [self._session(session)]}

    def _session(self, session: _Session) -> Json:
        moved: dict[float, float] = {}
        segments = [self._segment(session, moved, *one) for one in sorted(session.segments, key=lambda one: one[1:3])]
        metrics = [
            {"name": name, "value": round(1000 * seconds), "emitDate": _moment(self._edge(moved, at))}
            for name, seconds, at in session.metrics
        ]
        fields = self._some({**session.fields, "peerId": "session-customer"}, "flow", "direction")
        return {"mediaType": "voice", **fields, "segments": self._list(segments), "metrics": self._list(metrics)}

    def _edge(self, moved: dict[float, float], at: float) -> float:
        """A moment in this session: the same wherever it is written in the session."""
        return moved.setdefault(at, at + self.dice.uniform(-self.noise.edge, self.noise.edge))

    def _segment(
        self, session: _Session, moved: dict[float, float], kind: str, start: float, end: float, more: Json
    ) -> Json:
        begins = self._edge(moved, start)
        if kind == "wrapup":
            begins -= self.dice.uniform(0, self.noise.wrap_up)
        times = {"segmentStart": _moment(begins), "segmentEnd": _moment(self._edge(moved, end))}
        followed = any(other[1] == end and other[0] != "wrapup" for other in session.segments)
        if followed and self.dice.random() < self.noise.open_ends:
            del times["segmentEnd"]
        return {"segmentType": kind, **times, **self._some(more, "conference", "queueId")}
