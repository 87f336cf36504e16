"""Transcripts that were made elsewhere, read instead of transcribing; recognized by their shape, never by name."""

from __future__ import annotations

import json
import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pca_pipeline.call import Extent, Recording, Samples, SpeechStats, Transcript, Word
from pca_pipeline.errors import LostFileError, TranscriptError, quoted_name
from pca_pipeline.settings import Settings
from pca_pipeline.speech.languages import UNDETERMINED, language_code
from pca_pipeline.speech.ready_shapes import FlawError, Line, ToldWord, channels_of, language_of, read_lines
from pca_pipeline.transcript_shape import TranscriptShape, transcript_shape

LONGEST = 24 * 3600.0  # seconds; times beyond are not seconds
DISORDER = 0.5  # seconds by which a word may begin before the one that stands before it
OVERHANG = 1.0  # seconds by which words may go on after the end of their recording
SILENT = 1e-8  # mean square below which nothing is heard: -80 dBFS
SILENT_SHARE = 0.5  # of words where nothing is heard, beyond which the transcript is another recording's
_WAY_OUT = "Export it again from what made it (docs/transcripts.md), or drop the recording without it."
_MARK = re.compile(r"\[[A-Z][A-Z_]+\]")  # in the place of what was removed: "[PII]", "[CREDIT_DEBIT_NUMBER]"
_CUSTOMER = re.compile(r"customer|caller|client|external", re.IGNORECASE)
_INTERNAL = re.compile(r"(agent|ivr|system|internal)( \d+)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ReadyTranscript:
    """A transcript, and what it shows about the recording it was made from."""

    transcript: Transcript
    extent: Extent


def read_ready(path: Path, settings: Settings, recording: Recording | None = None) -> ReadyTranscript:
    """The words of a transcript file, as if they had been recognized here.

    Words are on the channels that the file gives; else on the channel of their speaker's role, the customer's being
    `audio.external_channel` (else 0); else all on one. With the recording it was made from, roles and voices are matched
    to channels by their sound, and a word without times covers the whole stretch in which it may lie, so that muting
    removes all of it. Without the recording, words share that stretch by their length. Raises TranscriptError, which
    names the file, and StorageError.
    """
    document, shape = _document(path)
    try:
        lines = read_lines(document, shape)
        timed, untimed = _timed(lines, cover=recording is not None)
        _check(timed, recording)
        said = [word for line in timed for word in line]
        layout = _layout(said, channels_of(document), recording, settings.audio.external_channel or 0)
    except FlawError as flaw:
        raise TranscriptError(f"The transcript {quoted_name(path.name)} {flaw}.", _WAY_OUT) from None
    words = _words(layout)
    language = language_of(document) or language_code(settings.speech.language) or UNDETERMINED
    stats = _stats(layout, words, shape, language)
    notes = (f"{untimed} words of the transcript have no times of their own: theirs are inferred.",) if untimed else ()
    extent = Extent(max(word.end for word in words), layout.channels)
    return ReadyTranscript(Transcript(words, stats, layout.customer, notes), extent)


def _words(layout: _Layout) -> tuple[Word, ...]:
    """The domain's words, ordered by start. Labels of voices, which may be names, become numbers."""
    numbers: dict[str, int] = {}
    words = []
    for one in layout.words:
        label = one.told.speaker if layout.channels == 1 else None
        voice = f"voice_{numbers.setdefault(label, len(numbers) + 1)}" if label else None
        probability = 1.0 if one.told.probability is None else min(1.0, max(0.0, one.told.probability))
        words.append(Word(one.told.text, one.start, one.end, probability, one.channel, voice))
    return tuple(sorted(words, key=lambda word: (word.start, word.channel)))


def _stats(layout: _Layout, words: Sequence[Word], shape: TranscriptShape, language: str) -> SpeechStats:
    known = [word.told.probability for word in layout.words if word.told.probability is not None]
    return SpeechStats(
        model=shape.value,
        language=language,
        speech_seconds=_speech_seconds(words),
        mean_probability=sum(known) / len(known) if known else None,
        dropped_words=0,
    )


def _speech_seconds(words: Iterable[Word]) -> float:
    """Time that words take, all channels together; what overlaps on a channel counts once."""
    seconds, ends = 0.0, defaultdict[int, float](float)
    for word in words:
        seconds += max(0.0, word.end - max(word.start, ends[word.channel]))
        ends[word.channel] = max(ends[word.channel], word.end)
    return seconds


@dataclass(frozen=True, slots=True, repr=False)
class _Timed:
    """A word with times. Raw."""

    told: ToldWord
    start: float
    end: float
    channel: int = 0


@dataclass(frozen=True, slots=True, repr=False)
class _Layout:
    """Every word on its channel, in the document's order. Raw."""

    words: Sequence[_Timed]
    channels: int
    customer: int | None = None  # the customer's channel, where the transcript tells it


def _document(path: Path) -> tuple[dict[str, object], TranscriptShape]:
    try:
        document = json.loads(path.read_bytes())
    except OSError:
        raise LostFileError(
            f"The transcript {quoted_name(path.name)} cannot be read.", "Check that it is readable."
        ) from None
    except (ValueError, RecursionError):
        document = None  # not chained: the decoder's error carries the whole document
    shape = transcript_shape(document)
    if shape is None or not isinstance(document, dict):
        known = ", ".join(TranscriptShape)
        raise TranscriptError(
            f"The transcript {quoted_name(path.name)} is of no known shape.", f"Known are those of {known}."
        )
    return document, shape


# ---- times


def _timed(lines: Iterable[Line], *, cover: bool) -> tuple[list[list[_Timed]], int]:
    """Every line's words with their times, and how many words had none. Raises FlawError."""
    timed: list[list[_Timed]] = []
    untimed = 0
    for line in lines:
        timed.append([])
        for run, start, end in _runs(line):
            parts = [replace(word, text=text) for word in run for text in word.text.split()]
            untimed += len(parts) if run[0].start is None or run[0].end is None else 0
            timed[-1] += _covering(parts, start, end) if cover else _spread(parts, start, end)
    return timed, untimed


def _runs(line: Line) -> Iterator[tuple[Sequence[ToldWord], float, float]]:
    """A line's words, each with its own times; those without any together, with the time between their neighbours."""
    has_times = [word.start is not None and word.end is not None for word in line.words]
    edges = [at for at in range(len(has_times)) if at == 0 or has_times[at] or has_times[at - 1]]
    for first, behind in pairwise([*edges, len(has_times)]):
        run = line.words[first:behind]
        start, end = run[0].start, run[0].end
        if not has_times[first]:
            start = line.words[first - 1].end if first else line.start
            end = line.words[behind].start if behind < len(has_times) else line.end
            end = end if start is None or end is None else max(start, end)
        if start is None or end is None:
            raise FlawError("has words without times, in segments without times")
        yield run, start, end


def _covering(words: Sequence[ToldWord], start: float, end: float) -> list[_Timed]:
    return [_Timed(word, start, end) for word in words]


def _spread(words: Sequence[ToldWord], start: float, end: float) -> list[_Timed]:
    """The words one after the other, each as long as its share of the letters."""
    sizes = [len(word.text) for word in words]
    edges = [start + (end - start) * size / sum(sizes) for size in accumulate(sizes, initial=0)]
    return [_Timed(word, *edge) for word, edge in zip(words, pairwise(edges), strict=True)]


def _check(lines: Sequence[Sequence[_Timed]], recording: Recording | None) -> None:
    """Raise FlawError for words that cannot have been said so, or not in this recording."""
    words = [word for line in lines for word in line]
    if not words:
        raise FlawError("has no words")
    if any(word.start < 0 for word in words):
        raise FlawError("has words with negative times")
    if any(word.end < word.start for word in words):
        raise FlawError("has words that end before they begin")
    last = max(word.end for word in words)
    if last > LONGEST:
        raise FlawError("has times that are not in seconds: they are more than a day after the start")
    if not _in_order(lines):
        raise FlawError("has words out of order")
    if recording and any(_MARK.search(word.told.text) for word in words):
        raise FlawError("is redacted already, and what its marks stand for could not be muted in its recording")
    if recording and last > recording.duration + OVERHANG:
        raise FlawError(f"goes on for {last:.0f} s, and its recording for {recording.duration:.0f} s")
    if recording and sum(_is_silent(word, recording) for word in words) > SILENT_SHARE * len(words):
        raise FlawError("has most of its words where its recording is silent")


def _in_order(lines: Sequence[Sequence[_Timed]]) -> bool:
    """Whether words come by time in their line, and lines on their channel; lines may overlap, as speakers do."""
    sequences = defaultdict[int | None, list[float]](list)
    for line in lines:
        sequences[line[0].told.channel].append(line[0].start)
    starts = [*sequences.values(), *([word.start for word in line] for line in lines)]
    return all(two >= one - DISORDER for sequence in starts for one, two in pairwise(sequence))


def _is_silent(word: _Timed, recording: Recording) -> bool:
    samples = _samples(word, recording)
    return samples.size > 0 and float(np.mean(np.square(samples), axis=1).max()) < SILENT


def _samples(word: _Timed, recording: Recording) -> Samples:
    """What the recording holds where the word lies, shape (n_channels, n)."""
    rate = recording.sample_rate
    return recording.channels[:, int(word.start * rate) : math.ceil(word.end * rate)]


# ---- channels


def _layout(words: Sequence[_Timed], channels: int, recording: Recording | None, external: int) -> _Layout:
    """By the channel that the transcript tells of each word, else by role, else by voice."""
    heard_on = recording.channels.shape[0] if recording else None
    if any(word.told.channel is not None for word in words):
        return _by_number(words, channels, heard_on)
    if heard_on != 1 and any(_is_role(word) for word in words):
        return _by_role(words, _customer_channel(words, recording) if recording else external)
    if recording and heard_on == 2:
        return _by_sound(words, recording)
    return _Layout(words, 1)


def _by_number(words: Sequence[_Timed], channels: int, heard_on: int | None) -> _Layout:
    told = {word.told.channel for word in words}
    if None in told:
        raise FlawError("tells the channel of some words only")
    channels = max(channels, *(1 + channel for channel in told if channel is not None), 0)
    if channels > (heard_on or 2):
        of = "a recording" if heard_on is None else "its recording"
        raise FlawError(f"is of {channels} channels, and {of} has {heard_on or 'one or two'}")
    return _Layout([replace(word, channel=word.told.channel or 0) for word in words], channels)


def _by_role(words: Sequence[_Timed], customer: int) -> _Layout:
    return _Layout(
        [replace(word, channel=customer if _is_customer(word) else 1 - customer) for word in words], 2, customer
    )


def _customer_channel(words: Sequence[_Timed], recording: Recording) -> int:
    """The channel where customers are louder than others, each channel measured by its own loudness."""
    lead = 0.0
    for word, (first, second) in zip(words, _shares(words, recording), strict=True):
        lead += (first - second) if _is_customer(word) else (second - first)
    return 0 if lead >= 0 else 1


def _by_sound(words: Sequence[_Timed], recording: Recording) -> _Layout:
    shares = _shares(words, recording)
    return _Layout([replace(word, channel=int(two > one)) for word, (one, two) in zip(words, shares, strict=True)], 2)


def _shares(words: Iterable[_Timed], recording: Recording) -> npt.NDArray[np.float64]:
    """How much of each channel's sound lies under each word: shape (n_words, n_channels)."""
    energy = np.array([np.square(_samples(word, recording), dtype=np.float64).sum(axis=1) for word in words])
    shares: npt.NDArray[np.float64] = energy / np.maximum(energy.sum(axis=0), SILENT)
    return shares


def _is_customer(word: _Timed) -> bool:
    return _CUSTOMER.fullmatch(word.told.speaker or "") is not None


def _is_role(word: _Timed) -> bool:
    return _is_customer(word) or _INTERNAL.fullmatch(word.told.speaker or "") is not None
