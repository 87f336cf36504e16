"""Guards against words that nobody said: outside speech, in loops, stock phrases of subtitles, or echo."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path

from pca_pipeline.call import Word
from pca_pipeline.speech.activity import Activity, Span

MAX_REPEATS = 4  # the same word so often in a row is a loop, unless it is a digit or a letter
ECHO_SECONDS = 0.5  # the same word on the other channel, this near, is its echo when it is the weaker one
INSTANT_SECONDS = 0.02  # one frame of Whisper's alignment
INSTANT_RUN = 3  # words in a row; one short word may be squeezed between its neighbours
ECHO_RUN = 3  # words in a row; people do answer "yes" to "yes"
# Words in doubtful stretches are kept from this mean probability on: all but a few invented ones were below 0.57.
MIN_PROBABILITY_OF_DOUBTFUL = 0.6
_NUMBER_WORDS = frozenset(
    "oh zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety double triple".split()
)
# A stock phrase is kept below this: true ones were seen below 0.02, invented ones above 0.06.
MAX_NO_SPEECH_OF_STOCK_PHRASE = 0.06


@dataclass(frozen=True, slots=True, repr=False)
class Said:
    """What was heard in one window; times are seconds of the recording. Raw."""

    words: tuple[Word, ...]
    language: str
    no_speech: float  # probability that nobody speaks, by the model


def guard(channels: Sequence[Sequence[Said]], activity: Activity) -> tuple[tuple[Word, ...], Counter[str]]:
    """The words of all channels ordered by start, and how many were dropped, by kind."""
    dropped: Counter[str] = Counter()

    def passed(kind: str, before: Sequence[Word], after: list[Word]) -> list[Word]:
        dropped[kind] += len(before) - len(after)
        return after

    kept = []
    for said, speech, doubtful in zip(channels, activity.spans, activity.doubtful, strict=True):
        words = [word for window in said for word in window.words]
        words = passed("stock_phrase", words, [w for window in said for w in without_stock_phrase(window)])
        words.sort(key=lambda word: word.start)  # stretches that were heard again come last, but lie between others
        words = passed("outside_speech", words, [w for raw in words if (w := trim_to_speech(raw, speech))])
        words = passed("doubtful", words, without_doubtful(words, doubtful))
        words = passed("instant", words, without_instants(words))
        kept.append(passed("loop", words, without_loops(words)))
    if len(kept) == 2:
        one, other = kept
        kept = [passed("echo", one, without_echo(one, other)), passed("echo", other, without_echo(other, one))]
    words = sorted((word for channel in kept for word in channel), key=lambda word: (word.start, word.channel))
    return tuple(words), +dropped


def without_stock_phrase(said: Said) -> tuple[Word, ...]:
    """The words of a window; none if they are only a phrase that Whisper learnt from subtitles of silent scenes."""
    text = " ".join(filter(None, map(_key, said.words)))
    invented = said.no_speech > MAX_NO_SPEECH_OF_STOCK_PHRASE and text in _stock_phrases()
    return () if invented else said.words


@cache
def _stock_phrases() -> frozenset[str]:
    """Lines of data/stock_phrases.txt in the form that is compared: letters and digits, lower case."""
    lines = (Path(__file__).parent / "data/stock_phrases.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(" ".join(filter(None, map(_plain, line.split()))) for line in lines if not line.startswith("#"))


def trim_to_speech(word: Word, spans: Sequence[Span]) -> Word | None:
    """The word without the pauses at its edges; None if it lies outside speech. `spans` are in order.

    Alignment by attention adds a pause to the word beside it. Nothing is cut within the word, since redaction of audio
    must cover everything that was said.
    """
    first = bisect_left(spans, word.start, key=lambda span: span[1])
    behind = bisect_left(spans, word.end, key=lambda span: span[0])
    if first >= behind:
        return None
    start, end = max(word.start, spans[first][0]), min(word.end, spans[behind - 1][1])
    return Word(word.text, start, end, word.probability, word.channel)


def without_doubtful(words: Sequence[Word], doubtful: Iterable[Span]) -> list[Word]:
    """The words without those of stretches of which neither the voice detector nor the recognizer is sure.

    Whisper makes a word of a cough or a breath, with a low probability. Stretches with a number stay: what is dropped
    here is neither redacted nor muted.
    """
    dropped: set[Word] = set()
    for start, end in doubtful:
        within = [word for word in words if start <= word.start and word.end <= end]
        if any(map(_says_a_number, within)):
            continue
        if within and sum(word.probability for word in within) < MIN_PROBABILITY_OF_DOUBTFUL * len(within):
            dropped.update(within)
    return [word for word in words if word not in dropped]


def _says_a_number(word: Word) -> bool:
    return any(map(str.isdigit, word.text)) or not _NUMBER_WORDS.isdisjoint(map(_plain, word.text.split("-")))


def without_instants(words: Sequence[Word]) -> list[Word]:
    """The words without runs that take no time: alignment has no room for text that goes on after the speech."""
    runs = _run_lengths(word.end - word.start <= INSTANT_SECONDS for word in words)
    return [word for word, run in zip(words, runs, strict=True) if run < INSTANT_RUN]


def without_loops(words: Iterable[Word]) -> list[Word]:
    """The words, with each run of the same word cut to `MAX_REPEATS`."""
    kept: list[Word] = []
    run = 0
    for word in words:
        run = run + 1 if kept and _key(kept[-1]) == _key(word) else 1
        if run <= MAX_REPEATS or len(_key(word)) <= 1 or _key(word).isdigit():
            kept.append(word)
    return kept


def without_echo(words: Sequence[Word], other: Sequence[Word]) -> list[Word]:
    """The words of a channel without runs that the other channel has at the same time with higher probability."""
    runs = _run_lengths(_is_echo(word, other) for word in words)
    return [word for word, run in zip(words, runs, strict=True) if run < ECHO_RUN]


def _is_echo(word: Word, other: Sequence[Word]) -> bool:
    first = bisect_left(other, word.start - ECHO_SECONDS, key=lambda w: w.start)
    last = bisect_left(other, word.start + ECHO_SECONDS, key=lambda w: w.start)
    return any(_key(w) == _key(word) and w.probability > word.probability for w in other[first:last])


def _run_lengths(flags: Iterable[bool]) -> list[int]:
    """For each flag the length of its run of true flags; 0 for a false one."""
    lengths: list[int] = []
    for flag, run in groupby(flags):
        length = len(list(run))
        lengths += [length if flag else 0] * length
    return lengths


def _key(word: Word) -> str:
    return _plain(word.text)


def _plain(text: str) -> str:
    return "".join(c for c in text.lower() if c.isalnum())
