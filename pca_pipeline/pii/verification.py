"""Proof that a redacted recording is: samples outside the spans untouched, inside replaced, and what was found in
the call not heard again when the result is transcribed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from pca_pipeline.call import Finding, KnownIdentity, MuteSpan, Recording, Segment, Transcript, Word
from pca_pipeline.errors import RedactionError
from pca_pipeline.pii.entities import NUMERIC
from pca_pipeline.pii.known import parts
from pca_pipeline.pii.lexicon import is_word
from pca_pipeline.pii.names import base
from pca_pipeline.pii.reading import ConversationEngine, Reading
from pca_pipeline.pii.redaction import Redaction
from pca_pipeline.pii.stream import Conversation, Line

SILENT = 1e-4  # below -80 dBFS there is nothing to replace
ROUNDING = 1e-6  # samples; 1.1 s at 8 kHz is sample 8800, though the product is a little more
LEAST_NAME = 4  # letters; shorter words come up by chance
HINT = "The call is not published. Look at it by ear, or lower pii.threshold and retry."


def verify(
    original: Recording,
    redacted: Recording,
    redaction: Redaction,
    segments: Sequence[Segment],
    transcribe: Callable[[Recording], Transcript],
) -> None:
    """Raise RedactionError, without content, if the redacted recording holds what it must not.

    `segments` are the call's own, raw: what was found in them is what is listened for.
    """
    check_samples(original, redacted, redaction.mute_spans)
    check_speech(redaction, segments, transcribe(redacted))


def check_samples(original: Recording, redacted: Recording, spans: Sequence[MuteSpan]) -> None:
    """Same length; equal outside the spans; none of the original's sound inside. Raises RedactionError."""
    if original.channels.shape != redacted.channels.shape or original.sample_rate != redacted.sample_rate:
        raise RedactionError("The redacted recording has another length than the original.", HINT)
    for channel, (before, after) in enumerate(zip(original.channels, redacted.channels, strict=True)):
        inside = np.zeros(before.shape, dtype=bool)
        for span in (span for span in spans if span.channel == channel):
            first, last = _samples(span, original.sample_rate)
            inside[first:last] = True
            sound = np.abs(before[first:last]) > SILENT
            if np.any(sound) and np.mean(before[first:last][sound] == after[first:last][sound]) > 0.01:
                raise RedactionError("A span that was to be muted still holds its speech.", HINT)
        if not np.array_equal(before[~inside], after[~inside]):
            raise RedactionError("The redacted recording differs from the original outside its spans.", HINT)


def _samples(span: MuteSpan, rate: int) -> tuple[int, int]:
    """Whole samples of a span: start rounded down, end up, as they are muted."""
    return math.floor(span.start * rate + ROUNDING), math.ceil(span.end * rate - ROUNDING)


def check_speech(redaction: Redaction, segments: Sequence[Segment], heard: Transcript) -> None:
    """Nothing found may be heard again, but for what was kept elsewhere too. Raises RedactionError."""
    kept = _read(word.text for segment in redaction.segments for word in segment.words if word.entity is None)
    allowed = {part for run in kept.numbers.runs for part in parts(run.digits)}
    reading = _read_transcript(heard.words)
    found = [(finding.entity, _said(segments, finding)) for finding in redaction.findings]
    if not (_number_parts(found) - allowed).isdisjoint(p for run in reading.numbers.runs for p in parts(run.digits)):
        raise RedactionError("A number that was removed is still heard in the redacted audio.", HINT)
    names = _names(found) - {token.norm for token in kept.conversation.tokens}
    if names & {token.norm for token in reading.conversation.tokens}:
        raise RedactionError("A name that was removed is still heard in the redacted audio.", HINT)


def _said(segments: Sequence[Segment], finding: Finding) -> list[str]:
    """The words of a finding; its times are exactly those of its first and last word."""
    words = segments[finding.segment].words
    return [word.text for word in words if finding.start <= word.start and word.end <= finding.end]


def _number_parts(found: Iterable[tuple[str, list[str]]]) -> frozenset[str]:
    """All four digits in a row of the numbers found."""
    runs = (run for entity, words in found if entity in NUMERIC for run in _read(words).numbers.runs)
    return frozenset(part for run in runs for part in parts(run.digits))


def _names(found: Iterable[tuple[str, list[str]]]) -> set[str]:
    texts = (words for entity, words in found if entity in ("PERSON", "SECURITY_ANSWER"))
    words = {base(token) for text in texts for token in _read(text).conversation.tokens}
    return {word for word in words if len(word) >= LEAST_NAME and word.isalpha() and not is_word(word)}


def _read(words: Iterable[str]) -> Reading:
    return ConversationEngine().read(Conversation([Line("customer", tuple(words))]), KnownIdentity())


def _read_transcript(words: Sequence[Word]) -> Reading:
    """Each channel read on its own, so that digits of two speakers do not run together."""
    channels = sorted({word.channel for word in words})
    lines = [Line(f"channel_{c}", tuple(w.text for w in words if w.channel == c)) for c in channels]
    return ConversationEngine().read(Conversation(lines), KnownIdentity())
