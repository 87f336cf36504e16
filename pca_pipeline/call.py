"""The domain: one call on its way from a recording to rows, as frozen values that pass between rooms.

Seconds are floats on the recording's clock (0 is the first sample); moments are aware UTC datetimes.
Types that carry raw speech or identities hide them in `repr` and `str`, so that no log, traceback or
orchestrator can show them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path, PurePosixPath

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]

_CALL_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")


def is_call_id(text: str) -> bool:
    """Whether the text can be a call's id, which becomes part of paths: ASCII letters, digits, _ and -, at most 128."""
    return _CALL_ID.fullmatch(text) is not None


def is_audio_place(path: PurePosixPath) -> bool:
    """Whether the path, within the calls folder, is that of redacted audio: done/DAY/CALL/redacted.* and nothing else."""
    parts = path.parts
    return len(parts) == 4 and parts[0] == "done" and ".." not in parts and path.match("redacted.*")


class Role(StrEnum):
    """What a participant is to the call."""

    CUSTOMER = "customer"
    AGENT = "agent"
    IVR = "ivr"
    QUEUE = "queue"
    VOICEMAIL = "voicemail"
    EXTERNAL = "external"
    UNKNOWN = "unknown"


MACHINES = frozenset({Role.IVR, Role.QUEUE, Role.VOICEMAIL})  # roles of recorded and synthetic voices
# Keys of participants that have no number.
CUSTOMER_KEY = "customer"
INTERNAL_KEY = "internal"  # the contact centre's side, where no record says who is on it
UNKNOWN_KEY = "unknown"  # either side of a recording with one channel
ON_HOLD = "hold"  # whatever the customer hears on hold


class IntervalKind(StrEnum):
    """What goes on between two moments on the internal side of a call."""

    IVR = "ivr"
    BOT = "bot"
    QUEUE = "queue"
    ALERT = "alert"
    TALK = "talk"
    HOLD = "hold"
    CONSULT = "consult"
    CONFERENCE = "conference"  # several people of the internal side hear the customer at once
    SECURE_PAUSE = "secure_pause"  # the recorder is silenced, or a payment flow is on, while a card is given
    VOICEMAIL = "voicemail"
    SURVEY = "survey"
    WRAP_UP = "wrap_up"
    OTHER = "other"  # a party or state in the record that is not known: only its place on the timeline is used


FLOWS = (IntervalKind.IVR, IntervalKind.BOT, IntervalKind.SURVEY)  # a machine leads the customer through
TALKING = (IntervalKind.TALK, IntervalKind.CONFERENCE)  # people speak with the customer


class TransferKind(StrEnum):
    """How a call was handed on."""

    BLIND = "blind"
    CONSULT = "consult"
    UNKNOWN = "unknown"


class CtrQuality(StrEnum):
    """How far the record can be trusted. Whatever was inferred is flagged."""

    EXACT = "exact"  # the recording's own start is known, and its length fits the audio
    APPROXIMATE = "approximate"  # the recording's start was inferred, or times fit only after correction
    NONE = "none"  # no record: speakers come from the channel map alone


class Direction(StrEnum):
    """Who called whom."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Extent:
    """Length and channels of a recording; a lower bound where only a transcript exists."""

    seconds: float
    channels: int


@dataclass(frozen=True, slots=True, repr=False)
class Recording:
    """Decoded audio of one call. `channels` is float32 in [-1, 1], shape (n_channels, n_samples)."""

    channels: Samples
    sample_rate: int
    subtype: str  # sample type of the source file, as libsndfile names it: "PCM_16", "ULAW", ...

    @property
    def duration(self) -> float:
        """Length in seconds."""
        return float(self.channels.shape[1] / self.sample_rate)

    @property
    def extent(self) -> Extent:
        """Its length and number of channels."""
        return Extent(self.duration, self.channels.shape[0])

    def __repr__(self) -> str:
        count, _ = self.channels.shape
        return f"Recording({count} channels, {self.duration:.2f} s, {self.sample_rate} Hz)"


@dataclass(frozen=True, slots=True, repr=False)
class Word:
    """One spoken word with its place in the recording. `text` is raw until a redactor replaced it."""

    text: str
    start: float
    end: float
    probability: float
    channel: int
    voice: str | None = None  # "voice_1", ...: which of several on one channel, where diarization told them apart

    def __repr__(self) -> str:
        return f"Word(channel {self.channel}, {self.start:.2f}-{self.end:.2f} s)"


@dataclass(frozen=True, slots=True)
class SpeechStats:
    """What speech recognition did with one call, for reviewers in search of weak transcripts."""

    model: str
    language: str  # as Whisper names it, several separated by commas; und if no word was heard
    speech_seconds: float  # audio that was decoded, all channels together
    mean_probability: float | None  # mean word probability; None if no word was heard
    dropped_words: int  # invented words that the guards removed
    dropped: Mapping[str, int] = field(default_factory=dict)  # the same by kind: outside_speech, loop, echo, ...


@dataclass(frozen=True, slots=True, repr=False)
class Transcript:
    """All words of a call, both channels, ordered by start. Raw."""

    words: tuple[Word, ...]
    stats: SpeechStats
    customer_channel: int | None = None  # if the transcript says which it is
    notes: tuple[str, ...] = ()  # what was inferred, for a person; no content

    def __repr__(self) -> str:
        return f"Transcript({len(self.words)} words)"


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody or something on the call. `key` is unique in the call: customer, ivr_1, queue_1, agent_1 ..."""

    key: str
    role: Role
    id: str | None = None  # the vendor's id: user id of an agent, queue id, flow id
    name: str | None = None  # display name of an agent, queue or flow; never a customer's
    wrap_up: str | None = None  # what an agent filed the call under: its name, else its code
    skills: tuple[str, ...] = ()  # that a queue asked for: names, else ids
    connected: bool | None = None  # whether an agent spoke with the customer; None: to be told from times and words


@dataclass(frozen=True, slots=True)
class Interval:
    """One stretch of the internal side, clipped to the recording, seconds."""

    kind: IntervalKind
    participant: str  # Participant.key
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Transfer:
    """An agent handing the call on. `to_participant` is None if nobody took it."""

    kind: TransferKind
    from_participant: str
    to_participant: str | None
    at: float  # seconds on the recording's clock; may lie outside of it


@dataclass(frozen=True, slots=True)
class ParticipantTimes:
    """Seconds by the record, not clipped to the recording: the contact centre's own figures."""

    participant: str
    talk: float = 0.0
    hold: float = 0.0
    after_call_work: float = 0.0
    queue_wait: float = 0.0
    ivr: float = 0.0
    alert: float = 0.0
    consult: float = 0.0  # with a colleague, within talk
    speed_of_answer: float | None = None  # from when the customer entered the queue to this agent's answer


@dataclass(frozen=True, slots=True)
class Timeline:
    """What the contact trace record says about a recording, in the recording's own seconds."""

    conversation_id: str | None
    recording_id: str | None
    started_at: datetime | None  # wall-clock moment of audio second 0, UTC
    direction: Direction
    external_channel: int  # the channel of the customer's side
    participants: tuple[Participant, ...]
    intervals: tuple[Interval, ...]  # ordered by start; several may overlap (alert, consult)
    transfers: tuple[Transfer, ...]
    times: tuple[ParticipantTimes, ...]
    quality: CtrQuality
    external_party: str = CUSTOMER_KEY  # Participant.key of who is on the external channel: of a consult, the colleague
    divisions: tuple[str, ...] = ()  # of the contact centre, by name, else by id
    outside: tuple[Interval, ...] = ()  # before second 0, or after the recording's end
    ended_by: str | None = None  # Participant.key of who ended the call, or `system`
    ended_how: str | None = None  # in the vendor's own word
    # Name and value of the record's fields that the setting `ctr.attributes` allows. May be personal.
    attributes: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    notes: tuple[str, ...] = ()  # what was corrected or could not be fitted, for a person; no content

    def participant(self, key: str) -> Participant:
        """The participant of that key. Raises KeyError."""
        return {participant.key: participant for participant in self.participants}[key]


@dataclass(frozen=True, slots=True, repr=False)
class KnownIdentity:
    """Personal values in the record itself, to be searched for in the words. Raw."""

    names: tuple[str, ...] = ()  # of customers, as written in the record
    agent_names: tuple[str, ...] = ()  # of agents, from the lookups
    agent_ids: tuple[str, ...] = ()  # of the same agents in the same order; may be empty
    numbers: tuple[str, ...] = ()  # telephone numbers, member ids: digits and letters as written
    customer: str | None = None  # identifies the customer: the telephone number, else the contact's id

    def __repr__(self) -> str:
        return f"KnownIdentity({len(self.names)} names, {len(self.numbers)} numbers)"


@dataclass(frozen=True, slots=True)
class CallRecord:
    """The record of one call: the timeline, which is safe to show, and identities, which are not."""

    timeline: Timeline
    known: KnownIdentity = field(default_factory=KnownIdentity)
    language: str | None = None  # of the call, as the vendor names it
    # If each leg of a conversation has a record of its own: what may be kept of these, to be read again with others.
    legs: tuple[Mapping[str, object], ...] = field(default=(), repr=False)
    # What the record says about the recording itself, kept for records that come later.
    media: Mapping[str, object] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, repr=False)
class Segment:
    """What one speaker says without a break: one speaker, one channel, words in order. Raw."""

    speaker: str  # Participant.key
    channel: int
    words: tuple[Word, ...]
    confidence: float = 1.0  # of the speaker, 0 to 1

    @property
    def start(self) -> float:
        return self.words[0].start

    @property
    def end(self) -> float:
        return self.words[-1].end

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    def __repr__(self) -> str:
        return f"Segment({self.speaker}, {self.start:.2f}-{self.end:.2f} s, {len(self.words)} words)"


@dataclass(frozen=True, slots=True)
class Finding:
    """A detected piece of personal data: where it is and what kind, never its value."""

    entity: str
    segment: int  # index into the call's segments
    first_word: int  # index into that segment's words, inclusive
    last_word: int  # inclusive
    channel: int
    start: float
    end: float
    score: float
    recognizer: str


@dataclass(frozen=True, slots=True)
class MuteSpan:
    """Samples of one channel to be replaced: [start, end) in seconds."""

    channel: int
    start: float
    end: float
    entities: tuple[str, ...]  # what is under it, sorted


@dataclass(frozen=True, slots=True)
class RedactedWord:
    """A word that is safe to store. `entity` is set if it is a label that replaces spoken words."""

    text: str
    start: float
    end: float
    probability: float
    entity: str | None = None


@dataclass(frozen=True, slots=True)
class RedactedSegment:
    """A segment that is safe to store, with labels in place of personal data."""

    speaker: str
    channel: int
    start: float
    end: float
    confidence: float
    words: tuple[RedactedWord, ...]

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)


class FileKind(StrEnum):
    """What a dropped file is."""

    AUDIO = "audio"
    TRANSCRIPT = "transcript"  # made elsewhere
    RECORD = "record"
    OTHER = "other"  # no call is made from such


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file that a call came from."""

    name: str  # path within the drop folder, as it was dropped
    kind: FileKind
    sha256: str
    size: int  # bytes


@dataclass(frozen=True, slots=True)
class RedactedCall:
    """A call without personal data: the only shape that the warehouse, the web and enrichers see."""

    call_id: str
    duration: float
    sample_rate: int | None  # None for a transcript without a recording
    channels: int
    timeline: Timeline
    segments: tuple[RedactedSegment, ...]  # ordered by start
    findings: tuple[Finding, ...]
    mute_spans: tuple[MuteSpan, ...]
    stats: SpeechStats
    files: tuple[SourceFile, ...]
    customer: str | None = None  # keyed hash of the customer's number


@dataclass(frozen=True, slots=True)
class Sentiment:
    """Sentiment of a text from -1 (angry) to 1 (happy), with the enricher's label."""

    score: float
    label: str  # "negative", "neutral", "positive"


@dataclass(frozen=True, slots=True)
class ParticipantMetrics:
    """One participant's part in the call, measured on what was heard. Times in seconds."""

    participant: str
    speech_seconds: float  # time of its words, pauses up to 0.5 s bridged
    words: int
    words_per_minute: float | None
    interruptions: int  # times it began to speak over somebody else and continued
    loudness_dbfs: float | None  # RMS over its segments
    sentiment: float | None  # mean over its segments, weighted by words


NON_TALK_SECONDS = 3.0  # the shortest silence that is non-talk time, as in Amazon Connect and Transcribe Call Analytics


@dataclass(frozen=True, slots=True)
class CallMetrics:
    """The metrics a contact centre lives by. Times in seconds; None if unknown."""

    handle_seconds: float  # talk + hold + after-call work, all agents
    talk_seconds: float
    hold_seconds: float
    after_call_work_seconds: float
    queue_wait_seconds: float
    ivr_seconds: float
    consult_seconds: float  # agents with colleagues, within talk
    speed_of_answer_seconds: float | None  # in the queue of the first agent who answered
    non_talk_seconds: float  # nobody speaks for NON_TALK_SECONDS or longer, within the agents' intervals
    talk_over_seconds: float  # both sides speak at once
    longest_silence_seconds: float
    agents: int
    queues: int
    ivrs: int  # automated flows: IVR, bots, surveys, payment
    holds: int
    blind_transfers: int
    consult_transfers: int
    transfers: int
    answered: bool  # an agent spoke with the customer
    customer_sentiment: float | None
    agent_sentiment: float | None
    customer_sentiment_change: float | None  # last quarter minus first quarter


ENRICHERS = "pca_pipeline.enrichers"  # group of the entry points by which other packages add enrichers


@dataclass(frozen=True, slots=True)
class Insights:
    """What the enrichers say about one redacted call."""

    metrics: CallMetrics
    participants: tuple[ParticipantMetrics, ...]
    segment_sentiment: tuple[Sentiment, ...]  # one per segment, same order
    segment_loudness: tuple[float | None, ...]  # dBFS, one per segment
    drivers: tuple[str, ...]  # why the customer called, most likely first; names of topics
    enrichments: Mapping[str, object] = field(default_factory=dict)  # any other enricher's JSON, by name


@dataclass(frozen=True, slots=True)
class FinishedCall:
    """A call ready for the warehouse: safe text, insights, and the path of its redacted audio."""

    call: RedactedCall
    insights: Insights
    audio: Path | None  # of redacted audio within the calls folder (`is_audio_place`); None for a transcript alone
