"""From findings to spans of audio: grown to the nearest pause, never shorter than the digits need.

Word times of speech recognition are off by 0.1 s and more for a third of all words, and a word after a pause is
often cut short; so spans grow, and a word whose time cannot be true mutes its whole segment.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from pca_pipeline.audio import find_pauses, key_presses
from pca_pipeline.call import Finding, MuteSpan, Recording, Segment, Word
from pca_pipeline.errors import RedactionError
from pca_pipeline.pii.dtmf import keyed_spans
from pca_pipeline.pii.entities import muted_everywhere
from pca_pipeline.pii.spoken import items_of, spell_out

PAD = 0.25  # seconds into the words beside a span where speech goes on without a pause
REACH = 0.35  # seconds in which a pause is looked for: the word may go on that long
TAIL = 0.08  # seconds into that pause: the last consonants are faint
SECONDS_PER_DIGIT = 0.25  # digits are said in 0.25 to 0.3 s each
FASTEST_DIGIT = 0.1  # a word with less time for each of its digits has no trustworthy time
FASTEST_WORD = 0.02
MERGE_GAP = 0.4  # no digit is left between two fills
ECHO_DELAY = 0.3  # seconds within which one channel is heard on the other
ECHO_CORRELATION = 0.3


def mute_spans(
    segments: Sequence[Segment], findings: Sequence[Finding], recording: Recording | None = None
) -> tuple[MuteSpan, ...]:
    """Spans to mute, merged, ordered by channel and start.

    With a recording they lie within it, end in its pauses, and cover numbers keyed on the telephone as well.
    Raises RedactionError when the words of a finding lie outside of the recording.
    """
    count = recording.channels.shape[0] if recording else max([1, *(s.channel for s in segments)]) + 1
    spans: list[MuteSpan] = []
    for finding in findings:
        start, end = span_of(segments, finding, recording)
        spans.append(MuteSpan(finding.channel, start, end, (finding.entity,)))
        for other in set(range(count)) - {finding.channel}:
            echo = _echo(recording, finding.channel, other, start, end)
            if echo is not None or muted_everywhere(finding.entity):
                spans.append(MuteSpan(other, start, end + (echo or 0.0), (finding.entity,)))
    if recording:
        spans += keyed_spans(key_presses(recording), segments, count)
        spans = [_clipped(span, recording.duration) for span in spans]
    return merge(spans)


def span_of(segments: Sequence[Segment], finding: Finding, recording: Recording | None = None) -> tuple[float, float]:
    """Start and end in seconds of one finding on its own channel."""
    segment = segments[finding.segment]
    words = segment.words[finding.first_word : finding.last_word + 1]
    start, end = min(word.start for word in words), max(word.end for word in words)
    if not all(map(_trustworthy, words)) or _nothing_said(recording, finding.channel, start, end):
        start, end = min(word.start for word in segment.words), max(word.end for word in segment.words)
    start, end = _grown(recording, finding.channel, start, end)
    missing = max(0.0, sum(digits_in(word.text) for word in words) * SECONDS_PER_DIGIT - (end - start)) / 2
    return max(0.0, start - missing), end + missing


def digits_in(text: str) -> int:
    """How many digits a word says."""
    items = items_of(text.lower().strip(".,?!;:"))
    return len(spell_out(items)) if items else sum(map(str.isdigit, text))


def _trustworthy(word: Word) -> bool:
    least = max(FASTEST_WORD, FASTEST_DIGIT * digits_in(word.text))
    return 0 <= word.start < word.end and word.end - word.start >= least


def _nothing_said(recording: Recording | None, channel: int, start: float, end: float) -> bool:
    """Whether the recording has no sound where the words are said to be: their times cannot be true."""
    return recording is not None and find_pauses(recording, channel, start, end).silent(start, end)


def _grown(recording: Recording | None, channel: int, start: float, end: float) -> tuple[float, float]:
    """To just within the nearest pause on either side; by PAD where none is near, or no recording to look into."""
    if recording is None:
        return max(0.0, start - PAD), end + PAD
    pauses = find_pauses(recording, channel, start, end)
    before, behind = pauses.last(start, REACH), pauses.next(end, REACH)
    start = start - PAD if before is None else before - TAIL
    return max(0.0, start), end + PAD if behind is None else behind + TAIL


def _clipped(span: MuteSpan, duration: float) -> MuteSpan:
    start, end = max(0.0, span.start), min(duration, span.end)
    if not start < end:
        raise RedactionError(
            "Words that have to be removed lie outside of the recording.",
            "The call is not published. Check that the recording is whole, then retry.",
        )
    return MuteSpan(span.channel, start, end, span.entities)


def merge(spans: Iterable[MuteSpan]) -> tuple[MuteSpan, ...]:
    """Spans of one channel that are closer than MERGE_GAP made one; ordered by channel and start."""
    merged: list[MuteSpan] = []
    for span in sorted(spans, key=lambda s: (s.channel, s.start)):
        last = merged[-1] if merged else None
        if last and last.channel == span.channel and span.start - last.end < MERGE_GAP:
            entities = tuple(sorted({*last.entities, *span.entities}))
            merged[-1] = MuteSpan(span.channel, last.start, max(last.end, span.end), entities)
        else:
            merged.append(span)
    return tuple(merged)


def _echo(recording: Recording | None, channel: int, other: int, start: float, end: float) -> float | None:
    """How much later a span of one channel is over on the other, in seconds; None where it is not heard there.

    Heard means that the normalised cross-correlation of the two has a peak within ECHO_DELAY.
    """
    if recording is None:
        return None
    rate = recording.sample_rate
    first, last = int(start * rate), min(int(end * rate), recording.channels.shape[1])
    said = recording.channels[channel, first:last]
    heard = recording.channels[other, first : last + int(ECHO_DELAY * rate)]
    return ECHO_DELAY if _correlation(said, heard) > ECHO_CORRELATION else None


def _correlation(said: npt.NDArray[np.float32], heard: npt.NDArray[np.float32]) -> float:
    """The peak of the normalised cross-correlation for delays from zero on."""
    energy = float(np.sqrt(np.sum(said**2) * np.sum(heard**2)))
    if not energy or heard.size < said.size:
        return 0.0
    size = 1 << int(said.size + heard.size).bit_length()
    product = np.fft.irfft(np.fft.rfft(heard, size) * np.conj(np.fft.rfft(said, size)), size)
    return float(np.max(np.abs(product[: heard.size - said.size + 1]))) / energy
