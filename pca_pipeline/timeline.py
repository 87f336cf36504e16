"""Words laid over a timeline: who said each, and segments that read as a conversation.

The external channel is the customer. The internal one is whoever the timeline puts on the line: its floor.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import NamedTuple

from pca_pipeline.call import (
    FLOWS,
    TALKING,
    CallRecord,
    CtrQuality,
    Finding,
    Interval,
    IntervalKind,
    Participant,
    RedactedCall,
    RedactedSegment,
    RedactedWord,
    Role,
    Segment,
    Timeline,
    Transcript,
    Word,
)

# Keys of participants that every timeline may have beside the numbered ones: see `ctr.read_record`.
_CUSTOMER, _INTERNAL, _UNKNOWN, _HOLD = "customer", "internal", "unknown", "hold"

# Records are imprecise by some tenths of a second: a change of speaker is moved to a pause this near.
_SNAP = 0.6
_PAUSE = 0.3  # a gap between words that a change of speaker can fall into
_TOLERANCE = 0.5  # words this far outside of an interval still surely belong to it
_SENTENCE_GAP, _TURN_GAP = 1.0, 2.0  # silence that ends a segment: after a sentence, and in the midst of one
_INTERVENING, _INTERVENING_SENTENCE = 0.6, 0.2  # the same, where the other channel speaks in it
# Speech on the customer's channel that shows a swap: seconds, times the other channel's, share of the IVR.
_SWAP_SECONDS, _SWAP_RATIO, _SWAP_SHARE = 2.0, 2.0, 0.2
# Where no machine speaks, in English: agents say these and "your", customers say "my". So many more on the
# customer's channel than on the other, and such a share of all of them, show a swap.
_SWAP_LEAD, _SWAP_LEAD_SHARE = 4, 0.25
_AGENT_PHRASES = (
    "thank you for calling",
    "thanks for calling",
    "thank you for holding",
    "thank you for your patience",
    "how can i help",
    "how may i help",
    "anything else i can",
    "i can help you with",
    "calling from",
    "on a recorded line",
    "am i speaking with",
    "may i have your",
    "can i have your",
    "could you verify",
    "can you verify",
    "can you confirm",
    "let me pull up",
    "place you on hold",
    "put you on hold",
    "transfer you",
)

# Who is heard where intervals overlap, first wins: prompts play to the customer even while an agent is on.
_PRECEDENCE = (
    IntervalKind.VOICEMAIL,
    IntervalKind.SECURE_PAUSE,
    IntervalKind.IVR,
    IntervalKind.BOT,
    IntervalKind.SURVEY,
    IntervalKind.HOLD,
    IntervalKind.CONSULT,
    IntervalKind.CONFERENCE,
    IntervalKind.TALK,
    IntervalKind.QUEUE,
)

# Confidence in a speaker, where it is not 1.
_UNSURE = {IntervalKind.CONSULT: 0.7, IntervalKind.HOLD: 0.7, IntervalKind.CONFERENCE: 0.5}
_OVERLAPPED = 0.8  # two people on the internal side at once
_OUTSIDE = 0.5  # between intervals
_BY_VOICE = 0.6  # told apart by diarization
_NAMED_BY_VOICE = 0.85  # one of several known parties on a channel: `parties`

# What of the internal channel can be left out, by the setting `speech.leave_out`.
_LEAVE_OUT: Mapping[str, tuple[IntervalKind, ...]] = {
    "ivr": (*FLOWS, IntervalKind.SECURE_PAUSE, IntervalKind.VOICEMAIL),
    "queue": (IntervalKind.QUEUE,),
    "hold": (IntervalKind.HOLD,),
}
# Seconds that are kept beside whoever speaks next: records are imprecise, inferred ones by more.
_KEPT_BESIDE = {CtrQuality.EXACT: _SNAP, CtrQuality.APPROXIMATE: 2.0, CtrQuality.NONE: 2.0}
_WORTH_LEAVING_OUT = 1.0  # seconds

Speaker = tuple[str, float]  # Participant.key, confidence
Span = tuple[float, float]  # start and end, seconds
Sound = tuple[int, float, float]  # channel, start and end in seconds of something audible


class Share(NamedTuple):
    """A stretch of talk, seconds, and the keys of all parties on the internal channel."""

    start: float
    end: float
    parties: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Spoken:
    """A word or a label, on its channel."""

    source: int  # index into the words that were given, ordered by start within a channel
    channel: int
    start: float
    end: float
    text: str = field(repr=False)
    voice: str | None = None
    tie: int | None = None  # words of one tie stay in one segment

    @property
    def middle(self) -> float:
        return (self.start + self.end) / 2

    @property
    def ends_sentence(self) -> bool:
        return self.text.rstrip("\"')").endswith((".", "?", "!"))


@dataclass(frozen=True, slots=True)
class _Turn:
    """What becomes a segment."""

    speaker: str
    channel: int
    words: tuple[_Spoken, ...]
    confidence: float


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Who is heard on the internal channel by the record; words count for it from `begins` on."""

    begins: float
    start: float
    end: float
    speaker: str
    confidence: float


def attribute(transcript: Transcript, timeline: Timeline) -> tuple[Segment, ...]:
    """The words of a call as segments with a speaker, ordered by start; every word is in exactly one.

    A segment ends where the speaker changes, where the speaker pauses, and where the other channel speaks in
    between. Words on hold go to the participant `hold`, those of a consult to the agent who is on the line.
    """
    words = transcript.words
    turns = _turns([_spoken(at, word, word.channel, word.voice) for at, word in enumerate(words)], timeline)
    return tuple(
        Segment(turn.speaker, turn.channel, tuple(words[one.source] for one in turn.words), turn.confidence)
        for turn in turns
    )


def with_detected_channels(transcript: Transcript, timeline: Timeline) -> Timeline:
    """The timeline with its external channel flipped, and a note, where the words show swapped channels.

    In the IVR and the queue the machine speaks, on the internal channel, and the customer hardly ever. A call
    without them is judged by what agents say and customers do not, in English. A transcript that knows the
    customer's channel is believed.
    """
    timeline = replace(timeline, notes=(*timeline.notes, *transcript.notes))
    if transcript.customer_channel is not None:
        return replace(timeline, external_channel=transcript.customer_channel)
    words = [_spoken(at, word, word.channel) for at, word in enumerate(transcript.words)]
    return _with_detected_channels(words, timeline)


def with_channels_by_sound(sounds: Iterable[Sound], timeline: Timeline) -> Timeline:
    """As `with_detected_channels`, before anything is transcribed: by what is audible in the IVR or the queue."""
    return _flipped(timeline, "the IVR or the queue") if _machine_on_external(sounds, timeline) else timeline


def with_internal_voices(transcript: Transcript, timeline: Timeline) -> Timeline:
    """With a participant for each voice on the internal channel, where only its sound tells who speaks there.

    A later record, with intervals, takes their place.
    """
    internal = [word for word in transcript.words if word.voice and word.channel != timeline.external_channel]
    if timeline.intervals or not internal or any(one.key == _UNKNOWN for one in timeline.participants):
        return timeline
    voices = dict.fromkeys(word.voice for word in internal if word.voice)
    known = {participant.key for participant in timeline.participants}
    heard = (Participant(voice, Role.UNKNOWN) for voice in voices if voice not in known)
    return replace(timeline, participants=(*timeline.participants, *heard))


def left_out(timeline: Timeline, what: Sequence[str]) -> tuple[tuple[Span, ...], ...]:
    """For each of two channels the stretches that are not to be transcribed, in order; `what`: ivr, queue, hold.

    They lie on the internal channel, where the record has nobody else on the line; a margin beside whoever speaks
    next is kept. On one channel there are none: the customer shares it.
    """
    kinds = [kind for one in what for kind in _LEAVE_OUT[one]]
    if any(participant.key == _UNKNOWN for participant in timeline.participants):
        return ((), ())
    runs: list[Span] = []
    for start, end, covering in covered(timeline, _PRECEDENCE):
        alone = all(one.kind in kinds or one.kind is IntervalKind.QUEUE for one in covering)
        if covering[0].kind in kinds and alone and _is_machine(covering[0], timeline):
            joined = runs and start - runs[-1][1] <= _TOLERANCE
            runs.append((runs.pop()[0], end) if joined else (start, end))
    kept = _KEPT_BESIDE[timeline.quality]
    spans = tuple((start + kept if start > 0 else start, end - kept) for start, end in runs)
    spans = tuple(span for span in spans if span[1] - span[0] >= _WORTH_LEAVING_OUT)
    return (spans, ()) if timeline.external_channel == 1 else ((), spans)


def shares(timeline: Timeline) -> tuple[Share, ...]:
    """Where people of the internal side talk with the customer: one alone, or several at once. In order."""
    found: list[Share] = []
    for start, end, covering in covered(timeline, _PRECEDENCE):
        if covering[0].kind in TALKING:
            found.append(
                Share(start, end, tuple(dict.fromkeys(one.participant for one in covering if one.kind in TALKING)))
            )
    return tuple(found)


def _is_machine(interval: Interval, timeline: Timeline) -> bool:
    """Whether a recorded voice or music is heard in an interval: that on hold is, though it is an agent's interval."""
    role = timeline.participant(interval.participant).role
    return interval.kind is IntervalKind.HOLD or role not in (Role.AGENT, Role.EXTERNAL)


def reattribute(call: RedactedCall, record: CallRecord, voices: Sequence[str | None] = ()) -> RedactedCall:
    """The call with its stored words attributed anew, by a record that came late or was corrected.

    `voices` has who says each word of all segments, where several share a channel and their voices are told apart.
    Words, labels and mute spans stay as they are; findings follow their words into the new segments.
    """
    places = [(at, place) for at, segment in enumerate(call.segments) for place in range(len(segment.words))]
    ties = _ties(call.findings)
    spoken = [
        replace(
            _spoken(source, call.segments[at].words[place], call.segments[at].channel),
            tie=ties.get((at, place)),
            voice=voices[source] if voices else None,
        )
        for source, (at, place) in enumerate(places)
    ]
    timeline = _with_detected_channels(spoken, record.timeline)
    turns = _turns(spoken, timeline)
    words = [call.segments[at].words[place] for at, place in places]
    moved = {places[one.source]: (at, place) for at, turn in enumerate(turns) for place, one in enumerate(turn.words)}
    return replace(
        call,
        timeline=timeline,
        segments=tuple(_redacted_segment(turn, words) for turn in turns),
        findings=tuple(_moved(finding, moved) for finding in call.findings),
    )


# ---- words


def _spoken(source: int, word: Word | RedactedWord, channel: int, voice: str | None = None) -> _Spoken:
    return _Spoken(source, channel, word.start, word.end, word.text, voice)


def _ties(findings: Iterable[Finding]) -> dict[tuple[int, int], int]:
    """A number for each word under a finding: the same for all words of findings that overlap."""
    ties: dict[tuple[int, int], int] = {}
    for number, finding in enumerate(sorted(findings, key=lambda one: (one.segment, one.first_word))):
        tie = ties.get((finding.segment, finding.first_word), number)
        for place in range(finding.first_word, finding.last_word + 1):
            ties[finding.segment, place] = tie
    return ties


def _moved(finding: Finding, places: Mapping[tuple[int, int], tuple[int, int]]) -> Finding:
    segment, first = places[finding.segment, finding.first_word]
    _, last = places[finding.segment, finding.last_word]
    return replace(finding, segment=segment, first_word=first, last_word=last)


def _redacted_segment(turn: _Turn, words: Sequence[RedactedWord]) -> RedactedSegment:
    return RedactedSegment(
        speaker=turn.speaker,
        channel=turn.channel,
        start=turn.words[0].start,
        end=turn.words[-1].end,
        confidence=turn.confidence,
        words=tuple(words[one.source] for one in turn.words),
    )


# ---- speakers


def _speakers(spoken: Sequence[_Spoken], timeline: Timeline) -> dict[int, Speaker]:
    """Who says each word, by the word's source."""
    mono = any(participant.key == _UNKNOWN for participant in timeline.participants)
    internal = [one for one in spoken if mono or one.channel != timeline.external_channel]
    internal.sort(key=lambda one: one.middle)
    floor = _snapped(_floor(timeline), internal)
    found: dict[int, Speaker] = {one.source: (_CUSTOMER, 1.0) for one in spoken}
    for one in internal:
        found[one.source] = _on_floor(one.middle, floor) if floor else (_UNKNOWN if mono else _INTERNAL, 1.0)
    if mono:
        found |= _by_voice(internal, found, timeline)
    else:
        keys = {participant.key for participant in timeline.participants}
        found |= {one.source: (one.voice, _NAMED_BY_VOICE) for one in internal if one.voice in keys and one.voice}
    first: dict[int, Speaker] = {}
    for one in spoken:
        if one.tie is not None:
            found[one.source] = first.setdefault(one.tie, found[one.source])
    return found


def _by_voice(spoken: Sequence[_Spoken], floor: Mapping[int, Speaker], timeline: Timeline) -> dict[int, Speaker]:
    """Who says what people say on the one channel of a mono recording; `unknown` without diarization."""
    machines = {
        participant.key for participant in timeline.participants if participant.role in (Role.IVR, Role.QUEUE)
    } | {_HOLD}
    people = [one for one in spoken if floor[one.source][0] not in machines]
    customer = _customer_voice(people, floor)
    found: dict[int, Speaker] = {}
    for one in people:
        if customer is None or one.voice is None:
            found[one.source] = (_UNKNOWN, 1.0)
        else:
            found[one.source] = (_CUSTOMER if one.voice == customer else floor[one.source][0], _BY_VOICE)
    return found


def _customer_voice(people: Sequence[_Spoken], floor: Mapping[int, Speaker]) -> str | None:
    """The voice heard with the most agents; among equals the one that speaks last: agents greet first."""
    met: dict[str, set[str]] = {}
    for one in people:
        if one.voice and floor[one.source][0] != _UNKNOWN:
            met.setdefault(one.voice, set()).add(floor[one.source][0])
    return max(reversed(met), key=lambda voice: len(met[voice])) if len(met) > 1 else None


# ---- the floor: who is heard on the internal channel


def _floor(timeline: Timeline) -> list[_Stretch]:
    """The intervals without overlap, each from the middle of the gap before it; empty where none tells."""
    hold = any(participant.key == _HOLD for participant in timeline.participants)
    found: list[_Stretch] = []
    for start, end, covering in covered(timeline, _PRECEDENCE):
        begins = (found[-1].end + start) / 2 if found else start
        found.append(_Stretch(begins, start, end, *_heard(covering, hold)))
    return found


def covered(
    timeline: Timeline, kinds: Sequence[IntervalKind] = (*_PRECEDENCE, IntervalKind.WRAP_UP)
) -> Iterator[tuple[float, float, list[Interval]]]:
    """Stretches without overlap, seconds, each with the intervals that cover it: who is heard first."""
    audible = sorted(
        (one for one in timeline.intervals if one.kind in kinds), key=lambda one: (kinds.index(one.kind), one.start)
    )
    for start, end in pairwise(sorted({edge for one in audible for edge in (one.start, one.end)})):
        covering = [one for one in audible if one.start <= start and end <= one.end]
        if covering:
            yield start, end, covering


def _heard(covering: Sequence[Interval], hold: bool) -> Speaker:
    first = covering[0]
    if first.kind is IntervalKind.HOLD and hold:
        return _HOLD, _UNSURE[first.kind]
    people = {one.participant for one in covering if one.kind in TALKING}
    return first.participant, _UNSURE.get(first.kind, _OVERLAPPED if len(people) > 1 else 1.0)


def _snapped(floor: Sequence[_Stretch], internal: Sequence[_Spoken]) -> list[_Stretch]:
    """The floor with each change of speaker that cuts through speech moved to the nearest pause."""
    pauses = [
        (one.end, following.start)
        for one, following in pairwise(internal)
        if following.start - one.end >= (0.0 if one.ends_sentence else _PAUSE)
    ]
    moved = list(floor[:1])
    for before, stretch in pairwise(floor):
        begins = stretch.begins
        if before.speaker != stretch.speaker:
            begins = _nearest_pause(begins, pauses)
        moved.append(replace(stretch, begins=max(begins, moved[-1].begins)))
    return moved


def _nearest_pause(at: float, pauses: Iterable[tuple[float, float]]) -> float:
    """The middle of the pause nearest to `at`; `at` itself where it is in a pause, or none is near."""

    def distance(pause: tuple[float, float]) -> float:
        return max(pause[0] - at, at - pause[1], 0.0)

    nearest = min(pauses, key=distance, default=None)
    if nearest is None or not 0 < distance(nearest) <= _SNAP:
        return at
    return (nearest[0] + nearest[1]) / 2


def _on_floor(at: float, floor: Sequence[_Stretch]) -> Speaker:
    stretch = floor[max(0, bisect_right(floor, at, key=lambda one: one.begins) - 1)]
    outside = max(stretch.start - at, at - stretch.end)
    return stretch.speaker, min(_OUTSIDE, stretch.confidence) if outside > _TOLERANCE else stretch.confidence


# ---- segments


def _turns(spoken: Sequence[_Spoken], timeline: Timeline) -> list[_Turn]:
    """Segments to be, ordered by start."""
    speakers = _speakers(spoken, timeline)
    found: list[_Turn] = []
    for channel in {one.channel for one in spoken}:
        others = sorted(one.middle for one in spoken if one.channel != channel)
        found.extend(_split([one for one in spoken if one.channel == channel], others, speakers))
    return sorted(found, key=lambda turn: (turn.words[0].start, turn.channel))


def _split(own: Sequence[_Spoken], others: Sequence[float], speakers: Mapping[int, Speaker]) -> Iterator[_Turn]:
    run: list[_Spoken] = []
    for one in own:
        if run and _breaks(run[-1], one, others, speakers):
            yield _turn(run, speakers)
            run = []
        run.append(one)
    yield _turn(run, speakers)


def _breaks(before: _Spoken, after: _Spoken, others: Sequence[float], speakers: Mapping[int, Speaker]) -> bool:
    """Whether a segment ends between two words of a channel."""
    if before.tie is not None and before.tie == after.tie:
        return False
    if speakers[before.source][0] != speakers[after.source][0]:
        return True
    if before.voice and after.voice and before.voice != after.voice:
        return True
    gap, sentence = after.start - before.end, before.ends_sentence
    if gap > (_SENTENCE_GAP if sentence else _TURN_GAP):
        return True
    intervenes = bisect_left(others, after.start) > bisect_left(others, before.end)
    return intervenes and gap >= (_INTERVENING_SENTENCE if sentence else _INTERVENING)


def _turn(run: Sequence[_Spoken], speakers: Mapping[int, Speaker]) -> _Turn:
    confidence = sum(speakers[one.source][1] for one in run) / len(run)
    return _Turn(speakers[run[0].source][0], run[0].channel, tuple(run), round(confidence, 3))


# ---- swapped channels


def _with_detected_channels(spoken: Sequence[_Spoken], timeline: Timeline) -> Timeline:
    sounds = [(one.channel, one.start, one.end) for one in spoken]
    by_machine = _machine_on_external(sounds, timeline)
    if by_machine is None and _sounds_like_an_agent(spoken, timeline.external_channel):
        return _flipped(timeline, "an agent")
    return _flipped(timeline, "the IVR or the queue") if by_machine else timeline


def _flipped(timeline: Timeline, who: str) -> Timeline:
    if any(participant.key == _UNKNOWN for participant in timeline.participants):
        return timeline
    note = f"The channels are swapped: {who} speaks on the customer's. Corrected."
    return replace(timeline, external_channel=1 - timeline.external_channel, notes=(*timeline.notes, note))


def _sounds_like_an_agent(spoken: Sequence[_Spoken], channel: int) -> bool:
    """Whether what is said on a channel is what agents say, and on the other what customers say."""
    own, own_hits = _agent_score([one.text for one in spoken if one.channel == channel])
    other, other_hits = _agent_score([one.text for one in spoken if one.channel != channel])
    return own - other >= max(_SWAP_LEAD, _SWAP_LEAD_SHARE * (own_hits + other_hits))


def _agent_score(texts: Sequence[str]) -> tuple[int, int]:
    """Words and phrases of agents less those of customers, and how many there are of both."""
    words = [text.lower().strip(" .,?!") for text in texts]
    said = f" {' '.join(words)} "
    agent = sum(f" {phrase} " in said for phrase in _AGENT_PHRASES) + words.count("your")
    customer = words.count("my")
    return agent - customer, agent + customer


def _machine_on_external(sounds: Iterable[Sound], timeline: Timeline) -> bool | None:
    """Whether the IVR is heard on the customer's channel; the queue where there is no IVR, None without either.

    Their edges are left out.
    """
    roles = {participant.key: participant.role for participant in timeline.participants}
    floor = _floor(timeline)
    machine = [one for one in floor if roles[one.speaker] is Role.IVR]
    machine = machine or [one for one in floor if roles[one.speaker] is Role.QUEUE]
    spans = [(one.start + _TOLERANCE, one.end - _TOLERANCE) for one in machine]
    seconds = sum(max(0.0, end - start) for start, end in spans)
    if not seconds:
        return None
    external, internal = 0.0, 0.0
    for channel, start, end in sounds:
        if any(first <= (start + end) / 2 <= last for first, last in spans):
            external += end - start if channel == timeline.external_channel else 0.0
            internal += end - start if channel != timeline.external_channel else 0.0
    return external >= max(_SWAP_SECONDS, _SWAP_SHARE * seconds) and external > _SWAP_RATIO * internal
