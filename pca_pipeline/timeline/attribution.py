"""Words attributed to speakers and put into segments, and stored words again when a record comes late."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from pca_pipeline.call import (
    CallRecord,
    Finding,
    Participant,
    RedactedCall,
    RedactedSegment,
    RedactedWord,
    Role,
    Segment,
    Timeline,
    Transcript,
)
from pca_pipeline.timeline.channels import with_channels_by_words
from pca_pipeline.timeline.floor import is_mono
from pca_pipeline.timeline.speakers import speakers
from pca_pipeline.timeline.spoken import spoken
from pca_pipeline.timeline.turns import Turn, turns_of


def attribute(transcript: Transcript, timeline: Timeline) -> tuple[Segment, ...]:
    """The words of a call as segments with a speaker, ordered by start; every word is in exactly one.

    A segment ends where the speaker changes or pauses, and where somebody speaks on the other channel in between. Words on
    hold go to the participant `hold`, those of a consult to the agent on the line.
    """
    words = transcript.words
    said = [spoken(at, word, word.channel, word.voice) for at, word in enumerate(words)]
    turns = turns_of(said, speakers(said, timeline))
    return tuple(
        Segment(turn.speaker, turn.channel, tuple(words[one.source] for one in turn.words), turn.confidence)
        for turn in turns
    )


def with_internal_voices(transcript: Transcript, timeline: Timeline) -> Timeline:
    """The timeline with a participant for each voice on the internal channel, if only voices tell who speaks there.

    A later record, with intervals, replaces them.
    """
    internal = [word for word in transcript.words if word.voice and word.channel != timeline.external_channel]
    if timeline.intervals or not internal or is_mono(timeline):
        return timeline
    voices = dict.fromkeys(word.voice for word in internal if word.voice)
    known = {participant.key for participant in timeline.participants}
    heard = (Participant(voice, Role.UNKNOWN) for voice in voices if voice not in known)
    return replace(timeline, participants=(*timeline.participants, *heard))


def with_parties(timeline: Timeline, voices: Iterable[str | None]) -> Timeline:
    """The timeline with participants, and a note, for voices in a conference that the record cannot name."""
    known = {participant.key for participant in timeline.participants}
    heard = [voice for voice in dict.fromkeys(voices) if voice and voice not in known]
    if not heard:
        return timeline
    note = f"Voices in a conference are told apart, but the record does not tell whose they are: {', '.join(sorted(heard))}."
    parties = (Participant(voice, Role.UNKNOWN) for voice in sorted(heard))
    return replace(timeline, participants=(*timeline.participants, *parties), notes=(*timeline.notes, note))


def reattribute(call: RedactedCall, record: CallRecord, voices: Sequence[str | None] = ()) -> RedactedCall:
    """The call with its stored words attributed again, by a record that came late or was corrected.

    `voices` says who speaks each word of all segments, if several share a channel and their voices were told apart.
    Words, labels and mute spans stay as they are; findings follow their words into the new segments.
    """
    places = [(at, place) for at, segment in enumerate(call.segments) for place in range(len(segment.words))]
    ties = _ties(call.findings)
    said = [
        replace(
            spoken(source, call.segments[at].words[place], call.segments[at].channel),
            tie=ties.get((at, place)),
            voice=voices[source] if voices else None,
        )
        for source, (at, place) in enumerate(places)
    ]
    timeline = with_channels_by_words(said, record.timeline)
    turns = turns_of(said, speakers(said, timeline))
    words = [call.segments[at].words[place] for at, place in places]
    moved = {places[one.source]: (at, place) for at, turn in enumerate(turns) for place, one in enumerate(turn.words)}
    return replace(
        call,
        timeline=timeline,
        segments=tuple(_redacted_segment(turn, words) for turn in turns),
        findings=tuple(_moved(finding, moved) for finding in call.findings),
    )


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


def _redacted_segment(turn: Turn, words: Sequence[RedactedWord]) -> RedactedSegment:
    return RedactedSegment(
        speaker=turn.speaker,
        channel=turn.channel,
        start=turn.words[0].start,
        end=turn.words[-1].end,
        confidence=turn.confidence,
        words=tuple(words[one.source] for one in turn.words),
    )
