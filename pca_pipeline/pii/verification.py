"""Proof that a redacted recording is: samples outside the spans untouched, inside replaced, and what was found in
the call not heard again when the result is transcribed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import get_args

import numpy as np

from pca_pipeline.audio import Fill, filling, samples_of
from pca_pipeline.call import Finding, KnownIdentity, MuteSpan, Recording, Samples, Segment, Transcript, Word
from pca_pipeline.errors import RedactionError
from pca_pipeline.pii.conversation.reading import ConversationEngine, Reading
from pca_pipeline.pii.entities import ENTITIES, NUMERIC, may_be_number
from pca_pipeline.pii.forms.numbers import Meaning
from pca_pipeline.pii.names.known import Names, known_names, parts
from pca_pipeline.pii.names.shapes import base
from pca_pipeline.pii.redaction import Redaction
from pca_pipeline.pii.words.stream import Conversation, Line

LEAST_NAME = 4  # letters; shorter words come up by chance
SHORT_NUMBER = 3  # digits of a security code, which must be heard on their own
NAMED = ("PERSON", "SECURITY_ANSWER", "USERNAME")
HINT = "The call is not published. Listen to the original, or lower pii.threshold and retry."


@dataclass(frozen=True, slots=True)
class Verification:
    """What a redacted recording was searched for and passed, in counts."""

    spans: int  # proved to hold the fill and nothing else
    muted_seconds: float  # all channels together
    untouched_seconds: float  # the rest, proved equal to the original
    numbers: int = 0  # numbers, and four digits in a row of them, that were listened for
    names: int = 0  # words of names that were listened for, misspelt too
    phrases: int = 0  # values of several words that were listened for
    words: int | None = None  # words that were heard in the redacted recording; None where nobody listened


@dataclass(frozen=True, slots=True, repr=False)
class _Wanted:
    """What must not be heard again. Raw."""

    numbers: frozenset[str]  # four digits in a row
    short_numbers: frozenset[str]
    names: Names
    phrases: frozenset[str]


def verify(
    source: Iterable[Samples],
    redacted: Recording,
    redaction: Redaction,
    segments: Sequence[Segment],
    heard: Transcript | None,
) -> Verification:
    """Raise RedactionError, without content, if the redacted recording holds what it must not.

    `source` are the samples as they came in, in blocks of shape (n_channels, n): hours of audio are not held twice.
    `segments` are the call's own, raw: what was found in them is what is listened for in what was `heard` in the redacted
    recording. Where nobody listened, only the samples are proved. Returns what was checked.
    """
    proof = check_samples(source, redacted, redaction.mute_spans)
    return check_speech(proof, redaction, segments, heard) if heard else proof


def check_samples(source: Iterable[Samples], redacted: Recording, spans: Sequence[MuteSpan]) -> Verification:
    """Same length; equal outside the spans; silence or the tone inside. Raises RedactionError."""
    rate, (count, length) = redacted.sample_rate, redacted.channels.shape
    muted = [sorted(samples_of(span, rate) for span in spans if span.channel == channel) for channel in range(count)]
    _check_equal(source, redacted.channels, muted)
    for channel, stretches in enumerate(muted):
        if not all(_filled(redacted.channels[channel, first:last], rate) for first, last in stretches):
            raise RedactionError("A span that was to be muted holds something else than the fill.", HINT)
    seconds = sum(last - first for stretches in muted for first, last in stretches) / rate
    return Verification(len(spans), seconds, count * length / rate - seconds)


def _check_equal(source: Iterable[Samples], redacted: Samples, muted: Sequence[Sequence[tuple[int, int]]]) -> None:
    """Block by block the same samples outside of what is muted, which is given by channel and in order."""
    at = 0
    for block in source:
        after = redacted[:, at : at + block.shape[1]]
        if after.shape != block.shape:
            break
        changed = after != block
        for channel, stretches in enumerate(muted):
            for first, last in stretches:
                changed[channel, max(0, first - at) : max(0, last - at)] = False
        if changed.any():
            raise RedactionError("The redacted recording differs from the original outside its spans.", HINT)
        at += block.shape[1]
    else:
        if at == redacted.shape[1]:
            return
    raise RedactionError("The redacted recording has another length than the original.", HINT)


def _filled(samples: Samples, rate: int) -> bool:
    """Whether samples are silence or the tone from the first to the last."""
    return any(np.array_equal(samples, filling(samples.size, rate, fill)) for fill in get_args(Fill))


def check_speech(
    proof: Verification, redaction: Redaction, segments: Sequence[Segment], heard: Transcript
) -> Verification:
    """Nothing found may be heard again, but for what was kept elsewhere too. Raises RedactionError."""
    kept = _read(word.text for segment in redaction.segments for word in segment.words if word.entity is None)
    wanted = _wanted([(finding.entity, _said(segments, finding)) for finding in redaction.findings], kept)
    reading = _read_transcript(heard.words)
    if _number_heard(wanted, reading):
        raise RedactionError("A number that was removed is still heard in the redacted audio.", HINT)
    if _name_heard(wanted.names, reading, {base(token) for token in kept.conversation.tokens}):
        raise RedactionError("A name that was removed is still heard in the redacted audio.", HINT)
    if any(phrase in _text(reading) for phrase in wanted.phrases):
        raise RedactionError("Words that were removed are still heard in the redacted audio.", HINT)
    return replace(
        proof,
        numbers=len(wanted.numbers) + len(wanted.short_numbers),
        names=len(wanted.names.words),
        phrases=len(wanted.phrases),
        words=len(heard.words),
    )


def _said(segments: Sequence[Segment], finding: Finding) -> list[str]:
    """The words of a finding; its times are exactly those of its first and last word."""
    words = segments[finding.segment].words
    return [word.text for word in words if finding.start <= word.start and word.end <= finding.end]


def _wanted(found: Sequence[tuple[str, list[str]]], kept: Reading) -> _Wanted:
    """What to listen for: all that was found, less what was kept elsewhere in the call."""
    runs = [run.digits for entity, words in found if may_be_number(entity) for run in _read(words).numbers.runs]
    kept_runs = [run.digits for run in kept.numbers.runs]
    names = known_names(" ".join(words) for entity, words in found if entity in NAMED)
    worded = (one for one in found if one[0] not in NUMERIC and (len(one[1]) > 1 or one[0] not in ENTITIES))
    said = {_text(_read(words)) for _, words in worded}
    return _Wanted(
        numbers=_parts(runs) - _parts(kept_runs),
        short_numbers=frozenset(run for run in runs if len(run) == SHORT_NUMBER) - {*kept_runs},
        names=Names(frozenset(word for word in names.words if len(word) >= LEAST_NAME)),
        phrases=frozenset(phrase for phrase in said if phrase not in _text(kept)),
    )


def _parts(runs: Iterable[str]) -> frozenset[str]:
    return frozenset(part for run in runs for part in parts(run))


def _number_heard(wanted: _Wanted, reading: Reading) -> bool:
    """Four digits in a row of a longer number, or all of a short one that is no amount."""
    runs = reading.numbers.runs
    if not wanted.numbers.isdisjoint(_parts(run.digits for run in runs)):
        return True
    return any(run.digits in wanted.short_numbers for run in runs if run.meaning is not Meaning.BUSINESS)


def _name_heard(names: Names, reading: Reading, kept: set[str]) -> bool:
    """A word of a name as it was or as it is likely to be misheard; a word of the dictionary, if it is capitalised."""
    return any(
        names.matches(name, token.capital and not token.opens)
        for token in reading.conversation.tokens
        if len(name := base(token)) >= LEAST_NAME and name not in kept
    )


def _text(reading: Reading) -> str:
    """The words in lower case, each with a space on either side."""
    return f" {' '.join(base(token) for token in reading.conversation.tokens)} "


def _read(words: Iterable[str]) -> Reading:
    return ConversationEngine().read(Conversation([Line("customer", tuple(words))]), KnownIdentity())


def _read_transcript(words: Sequence[Word]) -> Reading:
    """Each channel read on its own, so that digits of two speakers do not run together."""
    channels = sorted({word.channel for word in words})
    lines = [Line(f"channel_{c}", tuple(w.text for w in words if w.channel == c)) for c in channels]
    return ConversationEngine().read(Conversation(lines), KnownIdentity())
