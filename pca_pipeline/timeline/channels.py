"""Swapped channels: found by who is heard where only a machine speaks, else by what is said."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from pca_pipeline.call import Role, Timeline, Transcript
from pca_pipeline.timeline.floor import TOLERANCE, floor_of, is_mono
from pca_pipeline.timeline.spoken import Spoken, spoken

Sound = tuple[int, float, float]  # channel, start and end in seconds of something audible

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


def with_detected_channels(transcript: Transcript, timeline: Timeline) -> Timeline:
    """The timeline with its external channel flipped, and a note, where the words show swapped channels.

    In the IVR and the queue the machine speaks, on the internal channel, and the customer hardly ever. A call
    without them is judged by what agents say and customers do not, in English. A transcript that knows the
    customer's channel is believed.
    """
    timeline = replace(timeline, notes=(*timeline.notes, *transcript.notes))
    if transcript.customer_channel is not None:
        return replace(timeline, external_channel=transcript.customer_channel)
    words = [spoken(at, word, word.channel) for at, word in enumerate(transcript.words)]
    return with_channels_by_words(words, timeline)


def with_channels_by_sound(sounds: Iterable[Sound], timeline: Timeline) -> Timeline:
    """As `with_detected_channels`, before anything is transcribed: by what is audible in the IVR or the queue."""
    return _flipped(timeline, "the IVR or the queue") if _machine_on_external(sounds, timeline) else timeline


def with_channels_by_words(spoken: Sequence[Spoken], timeline: Timeline) -> Timeline:
    """As `with_detected_channels`, by words that may be redacted."""
    sounds = [(one.channel, one.start, one.end) for one in spoken]
    by_machine = _machine_on_external(sounds, timeline)
    if by_machine is None and _sounds_like_an_agent(spoken, timeline.external_channel):
        return _flipped(timeline, "an agent")
    return _flipped(timeline, "the IVR or the queue") if by_machine else timeline


def _flipped(timeline: Timeline, who: str) -> Timeline:
    if is_mono(timeline):
        return timeline
    note = f"The channels are swapped: {who} speaks on the customer's. Corrected."
    return replace(timeline, external_channel=1 - timeline.external_channel, notes=(*timeline.notes, note))


def _sounds_like_an_agent(spoken: Sequence[Spoken], channel: int) -> bool:
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
    floor = floor_of(timeline)
    machine = [one for one in floor if roles[one.speaker] is Role.IVR]
    machine = machine or [one for one in floor if roles[one.speaker] is Role.QUEUE]
    spans = [(one.start + TOLERANCE, one.end - TOLERANCE) for one in machine]
    seconds = sum(max(0.0, end - start) for start, end in spans)
    if not seconds:
        return None
    external, internal = 0.0, 0.0
    for channel, start, end in sounds:
        if any(first <= (start + end) / 2 <= last for first, last in spans):
            external += end - start if channel == timeline.external_channel else 0.0
            internal += end - start if channel != timeline.external_channel else 0.0
    return external >= max(_SWAP_SECONDS, _SWAP_SHARE * seconds) and external > _SWAP_RATIO * internal
