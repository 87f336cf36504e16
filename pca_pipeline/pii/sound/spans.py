"""From findings to spans of audio: grown to the nearest pause, never shorter than the digits need.

Word times of speech recognition are off by 0.1 s and more for a third of all words, and a word after a pause is
often cut short; so spans grow. A word whose time cannot be true mutes its whole segment where the value is one that is
muted on every channel (card, security code, PIN, social security number, password); for any other value it mutes the
phrase around it, up to a pause beside a word of trustworthy time, since the segments of a recording in one channel can
be most of a minute long and a name there is not worth all that is said.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence

import numpy as np
import numpy.typing as npt

from pca_pipeline.audio import find_pauses, key_presses
from pca_pipeline.call import Finding, MuteSpan, Recording, Segment, Word
from pca_pipeline.errors import RedactionError
from pca_pipeline.pii.entities import muted_everywhere, with_pin
from pca_pipeline.pii.sound.dtmf import keyed_spans
from pca_pipeline.pii.sound.unheard import UNSURE, unheard_spans
from pca_pipeline.pii.words.number_words import digits_in

PAD = 0.25  # seconds into the words beside a span where speech goes on without a pause
REACH = 0.35  # seconds in which a pause is looked for: the word may go on that long
LONGEST_REACH = 2.0  # where sound goes on and no other word begins: the rest of a name that was half understood
TAIL = 0.08  # seconds into that pause: the last consonants are faint
UNSURE_NEIGHBOURS = 3  # words on either side that may be the rest of a value that was not understood
PHRASE_GAP = 0.5  # seconds between two words after which another phrase begins
SECONDS_PER_DIGIT = 0.25  # digits are said in 0.25 to 0.3 s each
FASTEST_DIGIT = 0.1  # a word with less time for each of its digits has no trustworthy time
FASTEST_LETTER = 0.02  # and so has one with less for each of its letters: 0.05 is fast
ROUNDING = 1e-6
MERGE_GAP = 0.4  # no digit is left between two fills
ECHO_DELAY = 0.3  # seconds within which one channel is heard on the other
ECHO_CORRELATION = 0.3


def mute_spans(
    segments: Sequence[Segment],
    findings: Sequence[Finding],
    recording: Recording | None = None,
    mutes: Callable[[str], bool] = lambda _entity: True,
    channels: int | None = None,
) -> tuple[MuteSpan, ...]:
    """Spans to mute, merged, ordered by channel and start.

    Without a recording, `channels` is how many there are: at least two, unless it is told. With one they lie within it, end in its pauses, and cover numbers keyed on the telephone as well as
    answers that nobody understood, if the policy `mutes` what they may be. Raises RedactionError when the words of a finding lie outside of the recording.
    """
    told = recording.channels.shape[0] if recording else channels
    count = told or max([1, *(segment.channel for segment in segments)]) + 1
    said = [_Said(segments, channel) for channel in range(count)]
    spans: list[MuteSpan] = []
    for finding in findings:
        start, end = span_of(segments, finding, said[finding.channel], recording)
        entities = with_pin(finding.entity, digits_in(word.text for word in words_of(segments, finding)))
        spans.append(MuteSpan(finding.channel, start, end, entities))
        for other in set(range(count)) - {finding.channel}:
            echo = _echo(recording, finding.channel, other, start, end)
            if echo is not None or muted_everywhere(finding.entity):
                spans.append(MuteSpan(other, start, end + (echo or 0.0), entities))
    if recording:
        unsaid = [*keyed_spans(key_presses(recording), segments, count), *unheard_spans(recording, segments, findings)]
        spans += [span for span in unsaid if any(map(mutes, span.entities))]
        spans = [_clipped(span, recording.duration) for span in spans]
    return merge(spans)


class _Said:
    """When the words of one channel begin and end."""

    def __init__(self, segments: Iterable[Segment], channel: int) -> None:
        words = [word for segment in segments if segment.channel == channel for word in segment.words]
        self._starts = sorted(word.start for word in words)
        self._ends = sorted(word.end for word in words)

    def next(self, at: float) -> float:
        """When the first word begins at or after a moment; infinity where none does."""
        found = bisect_left(self._starts, at)
        return self._starts[found] if found < len(self._starts) else float("inf")

    def last(self, at: float) -> float:
        """When the last word ends at or before a moment; minus infinity where none does."""
        found = bisect_right(self._ends, at)
        return self._ends[found - 1] if found else -float("inf")


def span_of(
    segments: Sequence[Segment], finding: Finding, said: _Said, recording: Recording | None
) -> tuple[float, float]:
    """Start and end in seconds of one finding on its own channel."""
    spoken = segments[finding.segment].words
    digits = digits_in(word.text for word in words_of(segments, finding))
    words = _with_unsure(spoken, finding.first_word, finding.last_word)
    start, end = _extent(words)
    if not _trustworthy_all(words) or _nothing_said(recording, finding.channel, start, end):
        whole = muted_everywhere(finding.entity)
        start, end = _extent(spoken if whole else _phrase(spoken, finding.first_word, finding.last_word))
    start, end = _fitted(recording, finding.channel, start, end, said)
    missing = max(0.0, digits * SECONDS_PER_DIGIT - (end - start)) / 2
    return max(0.0, start - missing), end + missing


def words_of(segments: Sequence[Segment], finding: Finding) -> Sequence[Word]:
    """The words of a finding."""
    return segments[finding.segment].words[finding.first_word : finding.last_word + 1]


def _extent(words: Sequence[Word]) -> tuple[float, float]:
    return min(word.start for word in words), max(word.end for word in words)


def _with_unsure(words: Sequence[Word], first: int, last: int) -> Sequence[Word]:
    """The words of a finding and those beside it, without a pause between, that are likely to be wrong."""
    least, most = first - UNSURE_NEIGHBOURS, last + UNSURE_NEIGHBOURS
    while first > max(0, least) and _unsure_beside(words[first - 1], words[first - 1], words[first]):
        first -= 1
    while last < min(len(words) - 1, most) and _unsure_beside(words[last + 1], words[last], words[last + 1]):
        last += 1
    return words[first : last + 1]


def _unsure_beside(word: Word, one: Word, other: Word) -> bool:
    return word.probability < UNSURE and other.start - one.end < MERGE_GAP


def _phrase(words: Sequence[Word], first: int, last: int) -> Sequence[Word]:
    """The words around a finding, to a pause after the nearest one of trustworthy time, at most its whole segment."""
    before = next((at for at in range(first - 1, 0, -1) if _ends_phrase(words, at - 1, at, at)), 0)
    behind = next((at for at in range(last + 1, len(words) - 1) if _ends_phrase(words, at, at + 1, at)), len(words) - 1)
    return words[min(before, first) : behind + 1]


def _ends_phrase(words: Sequence[Word], one: int, other: int, near: int) -> bool:
    """Whether there is a pause between two words, and the nearer one to the finding is where it says to be."""
    return _trustworthy(words[near]) and words[other].start - words[one].end > PHRASE_GAP


def _trustworthy_all(words: Sequence[Word]) -> bool:
    """The first and the last word have a true time, and between them is time for all: words come in order."""
    start, end = _extent(words)
    needed = FASTEST_DIGIT * digits_in(word.text for word in words)
    ordered = words[0].start == start and words[-1].end == end
    return ordered and _trustworthy(words[0]) and _trustworthy(words[-1]) and end - start >= needed


def _trustworthy(word: Word) -> bool:
    least = max(FASTEST_LETTER * sum(map(str.isalpha, word.text)), FASTEST_DIGIT * digits_in([word.text]))
    return 0 <= word.start < word.end and word.end - word.start >= least - ROUNDING


def _nothing_said(recording: Recording | None, channel: int, start: float, end: float) -> bool:
    """Whether the recording has no sound where the words are said to be: their times cannot be true."""
    return recording is not None and find_pauses(recording, channel, start, end).silent(start, end)


def _fitted(recording: Recording | None, channel: int, start: float, end: float, said: _Said) -> tuple[float, float]:
    """To just within the nearest pause on either side; by PAD where none is near, or no recording to look into.

    A pause at the edge itself is no part of what was said. Where no other word begins for a while, sound belongs to
    this one, as far as LONGEST_REACH.
    """
    if recording is None:
        return max(0.0, start - PAD), end + PAD
    pauses = find_pauses(recording, channel, start, end)
    back, ahead = _reach(start - said.last(start)), _reach(said.next(end) - end)
    onset, offset = pauses.ends(start), pauses.begins(end)
    before = onset if onset is not None and onset < end else pauses.last(start, back)
    behind = offset if offset is not None and offset > start else pauses.next(end, ahead)
    start = start - _pad(back) if before is None else before - TAIL
    return max(0.0, start), end + _pad(ahead) if behind is None else behind + TAIL


def _reach(free: float) -> float:
    """How far a pause is looked for, when the next word is so far away."""
    return min(max(free, REACH), LONGEST_REACH)


def _pad(reach: float) -> float:
    """How far a span grows where no pause is within reach."""
    return reach if reach > REACH else PAD


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
