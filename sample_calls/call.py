"""A call before it is spoken: a script of stages, each a sequence of turns and sounds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Speaker = Literal["customer", "ivr", "queue", "agent_1", "agent_2", "voicemail"]
StageKind = Literal["dialing", "ivr", "queue", "agent", "hold", "consult", "merge", "voicemail", "pause"]
SoundKind = Literal["ringing", "keys", "beep", "silence"]
Side = Literal["external", "internal"]
Party = Literal["customer", "agent"]


@dataclass(frozen=True)
class Turn:
    """A line to be spoken `gap` seconds after the turn before it; a negative gap interrupts it."""

    speaker: Speaker
    template: str
    gap: float
    over: bool = False  # said into the middle of the turn before it (a backchannel)


@dataclass(frozen=True)
class Sound:
    """Something heard that is not speech."""

    kind: SoundKind
    side: Side
    seconds: float
    keys: str = ""


Event = Turn | Sound


@dataclass(frozen=True)
class Stage:
    """A part of a call in which nobody joins or leaves.

    `agent` is the agent on the line (1 or 2; at a consult the one who asks), `queue` the queue waited in.
    "merge" is the end of a consult, all three on the line. In a "pause" `seconds` pass that are not recorded.
    """

    kind: StageKind
    events: tuple[Event, ...] = ()
    agent: int | None = None
    queue: str | None = None
    seconds: float = 0.0  # how long the stage lasts at least
    music: bool = False  # on the internal channel, while nobody there speaks


@dataclass(frozen=True)
class Script:
    """A whole call. `shape` is its way through the contact centre, `queues` the departments it meets."""

    topic: str
    shape: str
    mood: str
    issue: str
    direction: Literal["inbound", "outbound"]
    queues: tuple[str, ...]
    stages: tuple[Stage, ...]
    hung_up_by: Party
