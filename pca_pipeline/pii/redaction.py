"""Redaction of one call: findings, safe segments with labels, and the spans of audio to mute."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pca_pipeline.call import (
    Finding,
    KnownIdentity,
    MuteSpan,
    Recording,
    RedactedCall,
    RedactedSegment,
    RedactedWord,
    Segment,
    Word,
)
from pca_pipeline.pii.audio_spans import merge, mute_spans
from pca_pipeline.pii.finder import Claim, Finder
from pca_pipeline.pii.labels import Labels
from pca_pipeline.pii.stream import Conversation
from pca_pipeline.settings import Settings


@dataclass(frozen=True, slots=True)
class Redaction:
    """A call's safe segments, what was found in it, and what is to be muted."""

    segments: tuple[RedactedSegment, ...]  # one for each segment given, in order
    findings: tuple[Finding, ...]  # in order; words are indices into the redacted segments
    mute_spans: tuple[MuteSpan, ...]  # ordered by channel and start; none overlap


@dataclass(frozen=True, slots=True)
class _Labelled:
    """A redacted segment, and for each word of the original its index in it."""

    segment: RedactedSegment
    places: tuple[int, ...]


class Redactor:
    """Finds and removes personal data. Loads the engine once; `redact` is then called for every call."""

    def __init__(self, settings: Settings) -> None:
        self._enabled = settings.pii.enabled
        self._finder = Finder(settings.pii.threshold, keep_agent_names=not settings.pii.redact_agent_names)
        self._labels = Labels()

    def find(self, segments: Sequence[Segment], known: KnownIdentity) -> tuple[Finding, ...]:
        """Findings of a call's segments, which are ordered by start; words are indices into these segments."""
        conversation = Conversation.of_segments(segments)
        return tuple(_finding(conversation, segments, claim) for claim in self._claims(conversation, known))

    def redact(
        self, segments: Sequence[Segment], known: KnownIdentity, recording: Recording | None = None
    ) -> Redaction:
        """Labels in the place of personal data, and the audio spans that go with them.

        With the recording, spans are clipped to it, and where a voice is heard on the other channel too, that is
        muted as well. Without it the call is taken to have two channels.
        """
        conversation = Conversation.of_segments(segments)
        claims = self._claims(conversation, known)
        kept = [[_kept(word) for word in segment.words] for segment in segments]
        labelled = self._label_all(conversation, segments, claims, kept)
        findings = [_finding(conversation, segments, claim) for claim in claims]
        return Redaction(
            segments=tuple(one.segment for one in labelled),
            findings=tuple(_placed(finding, labelled) for finding in findings),
            mute_spans=mute_spans(segments, findings, recording),
        )

    def redact_again(self, call: RedactedCall, known: KnownIdentity) -> RedactedCall:
        """A finished call searched once more, for what a record that came late names. Labels stay."""
        segments = [_spoken(segment) for segment in call.segments]
        conversation = Conversation.of_segments(segments)
        claims = self._claims(conversation, known)
        labelled = self._label_all(conversation, segments, claims, [list(s.words) for s in call.segments])
        found = [_finding(conversation, segments, claim) for claim in claims]
        findings = sorted((*call.findings, *found), key=lambda f: (f.segment, f.first_word))
        return replace(
            call,
            segments=tuple(one.segment for one in labelled),
            findings=tuple(_placed(finding, labelled) for finding in findings),
            mute_spans=merge((*call.mute_spans, *mute_spans(segments, found))),
        )

    def _claims(self, conversation: Conversation, known: KnownIdentity) -> tuple[Claim, ...]:
        return self._finder.find(conversation, known) if self._enabled else ()

    def _label_all(
        self,
        conversation: Conversation,
        segments: Sequence[Segment],
        claims: Sequence[Claim],
        kept: Sequence[Sequence[RedactedWord]],
    ) -> list[_Labelled]:
        by_segment: dict[int, list[Claim]] = {}
        for claim in claims:
            by_segment.setdefault(conversation.tokens[claim.first].segment, []).append(claim)
        return [
            self._label_segment(conversation, segment, by_segment.get(at, []), kept[at])
            for at, segment in enumerate(segments)
        ]

    def _label_segment(
        self, conversation: Conversation, segment: Segment, claims: Sequence[Claim], kept: Sequence[RedactedWord]
    ) -> _Labelled:
        words: list[RedactedWord] = []
        places: list[int] = []
        for group in _by_shared_words(conversation, claims):
            first, last = _words(conversation, group[0], group[-1])
            unclaimed = kept[len(places) : first]
            places += range(len(words), len(words) + len(unclaimed))
            words += unclaimed
            places += [len(words)] * (last + 1 - first)
            words.append(self._label(conversation, segment, group))
        rest = kept[len(places) :]
        places += range(len(words), len(words) + len(rest))
        words += rest
        redacted = RedactedSegment(
            segment.speaker, segment.channel, segment.start, segment.end, segment.confidence, tuple(words)
        )
        return _Labelled(redacted, tuple(places))

    def _label(self, conversation: Conversation, segment: Segment, group: Sequence[Claim]) -> RedactedWord:
        """One word for the words of a finding; marks before and behind it stay."""
        first, last = conversation.tokens[group[0].first], conversation.tokens[group[-1].last]
        opening = conversation.text[conversation.word_start(first.segment, first.word) : first.start]
        end = conversation.word_start(last.segment, last.word) + len(segment.words[last.word].text)
        labels = dict.fromkeys(self._labels.of(claim.entity, _text(conversation, claim)) for claim in group)
        spoken = segment.words[first.word : last.word + 1]
        return RedactedWord(
            text=opening + "".join(labels) + conversation.text[last.end : end],
            start=spoken[0].start,
            end=max(word.end for word in spoken),
            probability=min(word.probability for word in spoken),
            entity=group[0].entity,
        )


def _finding(conversation: Conversation, segments: Sequence[Segment], claim: Claim) -> Finding:
    at = conversation.tokens[claim.first].segment
    first, last = _words(conversation, claim, claim)
    spoken = segments[at].words[first : last + 1]
    return Finding(
        entity=claim.entity,
        segment=at,
        first_word=first,
        last_word=last,
        channel=segments[at].channel,
        start=min(word.start for word in spoken),
        end=max(word.end for word in spoken),
        score=round(claim.score, 3),
        recognizer=claim.recognizer,
    )


def _placed(finding: Finding, labelled: Sequence[_Labelled]) -> Finding:
    """A finding whose words are indices into the redacted segment."""
    places = labelled[finding.segment].places
    return replace(finding, first_word=places[finding.first_word], last_word=places[finding.last_word])


def _words(conversation: Conversation, first: Claim, last: Claim) -> tuple[int, int]:
    return conversation.tokens[first.first].word, conversation.tokens[last.last].word


def _text(conversation: Conversation, claim: Claim) -> str:
    return conversation.text[conversation.tokens[claim.first].start : conversation.tokens[claim.last].end]


def _by_shared_words(conversation: Conversation, claims: Sequence[Claim]) -> list[list[Claim]]:
    """Claims of one segment, those that share a word together: a word is replaced once."""
    groups: list[list[Claim]] = []
    for claim in claims:
        word = conversation.tokens[claim.first].word
        if groups and conversation.tokens[groups[-1][-1].last].word == word:
            groups[-1].append(claim)
        else:
            groups.append([claim])
    return groups


def _kept(word: Word) -> RedactedWord:
    return RedactedWord(word.text, word.start, word.end, word.probability)


def _spoken(segment: RedactedSegment) -> Segment:
    words = (Word(w.text, w.start, w.end, w.probability, segment.channel) for w in segment.words)
    return Segment(segment.speaker, segment.channel, tuple(words), segment.confidence)
