"""Redaction of one call: findings, safe segments with labels, and the spans of audio to mute."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from pca_pipeline.call import (
    Finding,
    KnownIdentity,
    MuteSpan,
    Participant,
    Recording,
    RedactedCall,
    RedactedSegment,
    RedactedWord,
    Role,
    Segment,
    Timeline,
    Word,
)
from pca_pipeline.pii.claims import Claim
from pca_pipeline.pii.finder import load_finder, load_rules
from pca_pipeline.pii.replacing.agents import shown_id
from pca_pipeline.pii.replacing.operators import CallOperators, Operators
from pca_pipeline.pii.sound.spans import merge, mute_spans
from pca_pipeline.pii.words.stream import Conversation
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
        self.rules = load_rules(settings.pii)
        self.policy = self.rules.policy
        self._finder = load_finder(settings.pii, self.policy, self.rules.own)
        self._settings = settings
        self._operators = Operators(self.policy, settings.folder)

    def find(self, segments: Sequence[Segment], known: KnownIdentity) -> tuple[Finding, ...]:
        """Findings of a call's segments, which are ordered by start; words are indices into these segments."""
        conversation = Conversation.of_segments(segments)
        return tuple(_finding(conversation, segments, claim) for claim in self._claims(conversation, known))

    def redact(
        self,
        segments: Sequence[Segment],
        known: KnownIdentity,
        recording: Recording | None = None,
        call_id: str | None = None,
    ) -> Redaction:
        """What the policy's operators write in the place of personal data, and the audio spans that go with it.

        With the recording, spans are clipped to it, and where a voice is heard on the other channel too, that is
        muted as well. Without it the call is taken to have two channels. With the call's id, surrogates and tokens
        are its own; without it nothing is put in the vault, and labels stand for tokens. Raises SetupError and
        StorageError, of the vault.
        """
        conversation = Conversation.of_segments(segments)
        claims = self._claims(conversation, known)
        kept = [[_kept(word) for word in segment.words] for segment in segments]
        operators = self._operators.of_call(call_id, self._with_shown_ids(known), _values(conversation, claims))
        labelled = _label_all(conversation, segments, claims, kept, operators)
        findings = [_finding(conversation, segments, claim) for claim in claims]
        return Redaction(
            segments=tuple(one.segment for one in labelled),
            findings=tuple(_placed(finding, labelled) for finding in findings),
            mute_spans=self._mute_spans(segments, findings, recording),
        )

    def muted(self, findings: Iterable[Finding]) -> list[Finding]:
        """Those whose audio the policy removes."""
        return [finding for finding in findings if self.policy.mutes(finding.entity)]

    def with_agents(self, line: Timeline) -> Timeline:
        """The record as it is stored: agents by their ids, unless the policy keeps the names that stand at each sentence.

        An id that may hold a name becomes its keyed hash, or none without a key: see `shown_id`.
        """
        if self.policy.agent_names == "keep":
            return line
        people = (self._nameless(one) if one.role is Role.AGENT else one for one in line.participants)
        return replace(line, participants=tuple(people))

    def _nameless(self, agent: Participant) -> Participant:
        shown = shown_id(agent.id, self._settings)
        return replace(agent, id=shown, name=shown)

    def _with_shown_ids(self, known: KnownIdentity) -> KnownIdentity:
        return replace(known, agent_ids=tuple(shown_id(id_, self._settings) or "" for id_ in known.agent_ids))

    def _mute_spans(
        self, segments: Sequence[Segment], findings: Iterable[Finding], recording: Recording | None
    ) -> tuple[MuteSpan, ...]:
        return mute_spans(segments, self.muted(findings), recording, self.policy.mutes)

    def redact_again(self, call: RedactedCall, known: KnownIdentity) -> RedactedCall:
        """A finished call searched once more, for what a record that came late names. Labels stay."""
        segments = [_spoken(segment) for segment in call.segments]
        conversation = Conversation.of_segments(segments)
        claims = self._claims(conversation, known)
        operators = self._operators.of_call(call.call_id, self._with_shown_ids(known), _values(conversation, claims))
        kept = [list(segment.words) for segment in call.segments]
        labelled = _label_all(conversation, segments, claims, kept, operators)
        found = [_finding(conversation, segments, claim) for claim in claims]
        findings = sorted((*call.findings, *found), key=lambda f: (f.segment, f.first_word))
        return replace(
            call,
            timeline=self.with_agents(call.timeline),
            segments=tuple(one.segment for one in labelled),
            findings=tuple(_placed(finding, labelled) for finding in findings),
            mute_spans=merge((*call.mute_spans, *mute_spans(segments, self.muted(found), channels=call.channels))),
        )

    def _claims(self, conversation: Conversation, known: KnownIdentity) -> tuple[Claim, ...]:
        claims = self._finder.find(conversation, known)
        return tuple(claim for claim in claims if self.policy.redacts(claim.entity))


def _label_all(
    conversation: Conversation,
    segments: Sequence[Segment],
    claims: Sequence[Claim],
    kept: Sequence[Sequence[RedactedWord]],
    operators: CallOperators,
) -> list[_Labelled]:
    by_segment: dict[int, list[Claim]] = {}
    for claim in claims:
        by_segment.setdefault(conversation.tokens[claim.first].segment, []).append(claim)
    return [
        _label_segment(conversation, segment, by_segment.get(at, []), kept[at], operators)
        for at, segment in enumerate(segments)
    ]


def _label_segment(
    conversation: Conversation,
    segment: Segment,
    claims: Sequence[Claim],
    kept: Sequence[RedactedWord],
    operators: CallOperators,
) -> _Labelled:
    words: list[RedactedWord] = []
    places: list[int] = []
    for group in _by_shared_words(conversation, claims):
        first, last = _words(conversation, group[0], group[-1])
        unclaimed = kept[len(places) : first]
        places += range(len(words), len(words) + len(unclaimed))
        words += unclaimed
        places += [len(words)] * (last + 1 - first)
        words.append(_label(conversation, segment, group, operators))
    rest = kept[len(places) :]
    places += range(len(words), len(words) + len(rest))
    words += rest
    redacted = RedactedSegment(
        segment.speaker, segment.channel, segment.start, segment.end, segment.confidence, tuple(words)
    )
    return _Labelled(redacted, tuple(places))


def _label(
    conversation: Conversation, segment: Segment, group: Sequence[Claim], operators: CallOperators
) -> RedactedWord:
    """One word for the words of a finding; marks before and after it stay."""
    first, last = conversation.tokens[group[0].first], conversation.tokens[group[-1].last]
    opening = conversation.text[conversation.word_start(first.segment, first.word) : first.start]
    end = conversation.word_start(last.segment, last.word) + len(segment.words[last.word].text)
    written = dict.fromkeys(operators.write(claim.entity, _text(conversation, claim)) for claim in group)
    spoken = segment.words[first.word : last.word + 1]
    return RedactedWord(
        text=opening + "".join(written) + conversation.text[last.end : end],
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


def _values(conversation: Conversation, claims: Iterable[Claim]) -> list[tuple[str, str]]:
    return [(claim.entity, _text(conversation, claim)) for claim in claims]


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
    words = (Word(_as_label(w), w.start, w.end, w.probability, segment.channel) for w in segment.words)
    return Segment(segment.speaker, segment.channel, tuple(words), segment.confidence)


def _as_label(word: RedactedWord) -> str:
    """A word's text; in the place of a made-up or masked value its label, so that it is not found again."""
    return word.text if word.entity is None or "<" in word.text else f"<{word.entity}>"
