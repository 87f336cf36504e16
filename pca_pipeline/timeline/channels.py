"""Swapped channels, found by who is heard while only the internal side speaks, else by what is said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from pca_pipeline.call import CUSTOMER_KEY, CtrQuality, IntervalKind, Role, Timeline, Transcript
from pca_pipeline.timeline.floor import TOLERANCE, Span, covered, floor_of, is_mono
from pca_pipeline.timeline.spoken import Spoken, spoken

Sound = tuple[int, float, float]  # channel, start and end in seconds of something audible

# So much speech on one channel, in seconds and as a multiple of the other's, is clear. Customers say numbers to an IVR, and
# a word or two to somebody in the room.
_SECONDS, _RATIO = 4.0, 2.0
# For this share of the time in which one side alone should be heard, it must be: prompts and agents at work leave pauses,
# and a customer on hold may say a word to others in the room.
_SHARE, _SHARE_ON_HOLD = 0.2, 0.5
_BESIDE_INFERRED = 2.0  # seconds at the edges that are ignored if the record's times were inferred
# If that is not clear, in English: agents say these phrases and "your", customers say "my". So many more of them on the
# customer's channel than on the other, and such a share of all, show a swap.
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


@dataclass(frozen=True, slots=True)
class _Witness:
    """Stretches in which only the internal side should be heard."""

    who: str
    spans: tuple[Span, ...]
    share: float = _SHARE


def with_detected_channels(transcript: Transcript, timeline: Timeline) -> Timeline:
    """The timeline with its external channel flipped, and a note, if the words show swapped channels.

    In the IVR and the queue a machine speaks on the internal channel, and the customer little; after the call only the
    agent is there. These are checked together, then one by one, then what is heard on hold and in consults. If none of
    this is clear, what agents say and customers do not, in English, decides. It also keeps the channels, whatever else is
    heard. A transcript that knows the customer's channel is believed.
    """
    timeline = replace(timeline, notes=(*timeline.notes, *transcript.notes))
    if transcript.customer_channel is not None:
        return replace(timeline, external_channel=transcript.customer_channel)
    words = [spoken(at, word, word.channel) for at, word in enumerate(transcript.words)]
    return with_channels_by_words(words, timeline)


def with_channels_by_sound(sounds: Iterable[Sound], timeline: Timeline) -> Timeline:
    """As `with_detected_channels`, before anything is transcribed: by what is audible in the IVR or the queue.

    What is audible on hold does not count: a customer in a noisy room is louder than a recorder that leaves out music.
    """
    if timeline.external_party != CUSTOMER_KEY:
        return timeline
    heard = list(sounds)
    found = _first_to_tell(heard, _together(_machines(timeline)), timeline)
    return _flipped(timeline, found[0].who) if found and found[1] else timeline


def with_channels_by_words(said: Sequence[Spoken], timeline: Timeline) -> Timeline:
    """As `with_detected_channels`, by words that may already be redacted."""
    if timeline.external_party != CUSTOMER_KEY or _sounds_like_an_agent(said, 1 - timeline.external_channel):
        return timeline  # whatever else is heard: no customer speaks like that
    heard = [(one.channel, one.start, one.end) for one in said]
    witnesses = [*_together([*_machines(timeline), _after_the_call(timeline)]), *_on_hold(timeline)]
    found = _first_to_tell(heard, witnesses, timeline)
    if found:
        return _flipped(timeline, found[0].who) if found[1] else timeline
    return _flipped(timeline, "an agent") if _sounds_like_an_agent(said, timeline.external_channel) else timeline


def _flipped(timeline: Timeline, who: str) -> Timeline:
    if is_mono(timeline):
        return timeline
    speak = "speak" if " and " in who else "speaks"
    note = f"The channels are swapped: {who} {speak} on the customer's. Corrected."
    return replace(timeline, external_channel=1 - timeline.external_channel, notes=(*timeline.notes, note))


def _sounds_like_an_agent(said: Sequence[Spoken], channel: int) -> bool:
    """Whether one channel has what agents say, and the other what customers say."""
    own, own_hits = _agent_score([one.text for one in said if one.channel == channel])
    other, other_hits = _agent_score([one.text for one in said if one.channel != channel])
    return own - other >= max(_SWAP_LEAD, _SWAP_LEAD_SHARE * (own_hits + other_hits))


def _agent_score(texts: Sequence[str]) -> tuple[int, int]:
    """Words and phrases of agents minus those of customers, and the number of both together."""
    words = [text.lower().strip(" .,?!") for text in texts]
    said = f" {' '.join(words)} "
    agent = sum(f" {phrase} " in said for phrase in _AGENT_PHRASES) + words.count("your")
    customer = words.count("my")
    return agent - customer, agent + customer


def _machines(timeline: Timeline) -> list[_Witness]:
    """The IVR flows of the call, and its queues."""
    roles = {participant.key: participant.role for participant in timeline.participants}
    floor = floor_of(timeline)
    return [
        _Witness(who, _within(((one.start, one.end) for one in floor if roles[one.speaker] is role), TOLERANCE))
        for who, role in (("the IVR", Role.IVR), ("the queue", Role.QUEUE))
    ]


def _after_the_call(timeline: Timeline) -> _Witness:
    """The agent at work after everybody else has left."""
    stretches = [(start, end, covering[0].kind) for start, end, covering in covered(timeline)]
    over = max((end for _, end, kind in stretches if kind is not IntervalKind.WRAP_UP), default=0.0)
    after = ((start, end) for start, end, kind in stretches if kind is IntervalKind.WRAP_UP and start >= over)
    return _Witness("the agent after the call", _within(after, _beside(timeline)))


def _on_hold(timeline: Timeline) -> Iterator[_Witness]:
    """Agents with each other, and what plays while the customer waits."""
    for who, waiting in (("an agent in a consult", IntervalKind.CONSULT), ("what plays on hold", IntervalKind.HOLD)):
        spans = ((start, end) for start, end, covering in covered(timeline) if covering[0].kind is waiting)
        yield _Witness(who, _within(spans, _beside(timeline)), _SHARE_ON_HOLD)


def _beside(timeline: Timeline) -> float:
    """Seconds next to the customer's own time that are ignored."""
    return TOLERANCE if timeline.quality is CtrQuality.EXACT else _BESIDE_INFERRED


def _within(spans: Iterable[Span], beside: float) -> tuple[Span, ...]:
    """The spans without their edges."""
    return tuple((start + beside, end - beside) for start, end in spans if end - start > 2 * beside)


def _together(witnesses: Sequence[_Witness]) -> Iterator[_Witness]:
    """All witnesses as one, then each."""
    present = [witness for witness in witnesses if witness.spans]
    yield _Witness(" and ".join(one.who for one in present), tuple(span for one in present for span in one.spans))
    yield from present


def _first_to_tell(
    heard: Sequence[Sound], witnesses: Iterable[_Witness], timeline: Timeline
) -> tuple[_Witness, bool] | None:
    """The first witness that is clearly heard on one channel, and whether that channel is the customer's."""
    for witness in witnesses:
        swapped = _swapped(heard, witness, timeline)
        if swapped is not None:
            return witness, swapped
    return None


def _swapped(heard: Sequence[Sound], witness: _Witness, timeline: Timeline) -> bool | None:
    """Whether the witness is heard on the customer's channel; None if it is not clearly on either."""
    enough = max(_SECONDS, witness.share * sum(end - start for start, end in witness.spans))
    external = internal = 0.0
    for channel, start, end in heard:
        if any(first <= (start + end) / 2 <= last for first, last in witness.spans):
            external += end - start if channel == timeline.external_channel else 0.0
            internal += end - start if channel != timeline.external_channel else 0.0
    if max(external, internal) < enough or max(external, internal) <= _RATIO * min(external, internal):
        return None
    return external > internal
