"""Guards against words that nobody said: outside of speech, looped, or heard again as echo."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence

from pca_pipeline.call import Word
from pca_pipeline.speech.activity import Span

MAX_REPEATS = 4  # the same word so often in a row is a loop, unless it is a digit or a letter
ECHO_SECONDS = 0.5  # the same word on the other channel, this near, is its echo when it is the weaker one
ECHO_RUN = 3  # words in a row; people do answer "yes" to "yes"


def trim_to_speech(word: Word, spans: Sequence[Span]) -> Word | None:
    """The word without the pauses at its edges; None when no speech lies under it. `spans` are in order.

    Alignment by attention gives a pause to the word beside it; within the word nothing is cut, since
    redaction of audio must cover everything that was said.
    """
    first = bisect_left(spans, word.start, key=lambda span: span[1])
    under = [span for span in spans[first : first + 50] if span[0] < word.end]
    if not under:
        return None
    start, end = max(word.start, under[0][0]), min(word.end, under[-1][1])
    return Word(word.text, start, end, word.probability, word.channel)


def without_loops(words: Iterable[Word]) -> list[Word]:
    """The words, a run of one and the same word cut to `MAX_REPEATS`."""
    kept: list[Word] = []
    run = 0
    for word in words:
        run = run + 1 if kept and _key(kept[-1]) == _key(word) else 1
        if run <= MAX_REPEATS or len(_key(word)) <= 1 or _key(word).isdigit():
            kept.append(word)
    return kept


def without_echo(words: Sequence[Word], other: Sequence[Word]) -> list[Word]:
    """The words of a channel without runs that the other channel says at the same time, more surely."""
    echoed = [_echo_of(word, other) for word in words]
    kept: list[Word] = []
    for index, word in enumerate(words):
        run = _run_length(echoed, index)
        if run < ECHO_RUN:
            kept.append(word)
    return kept


def _echo_of(word: Word, other: Sequence[Word]) -> bool:
    first = bisect_left(other, word.start - ECHO_SECONDS, key=lambda w: w.start)
    last = bisect_left(other, word.start + ECHO_SECONDS, key=lambda w: w.start)
    return any(_key(w) == _key(word) and w.probability > word.probability for w in other[first:last])


def _run_length(flags: Sequence[bool], index: int) -> int:
    """Length of the run of true flags around `index`."""
    if not flags[index]:
        return 0
    first = last = index
    while first > 0 and flags[first - 1]:
        first -= 1
    while last + 1 < len(flags) and flags[last + 1]:
        last += 1
    return last - first + 1


def _key(word: Word) -> str:
    return "".join(c for c in word.text.lower() if c.isalnum())
