from __future__ import annotations

import pytest

from pca_pipeline.call import Word
from pca_pipeline.speech.activity import Activity
from pca_pipeline.speech.guards import (
    Said,
    guard,
    trim_to_speech,
    without_doubtful,
    without_echo,
    without_instants,
    without_loops,
    without_stock_phrase,
)


def said(text: str, start: float = 0.0, probability: float = 0.9, channel: int = 0) -> list[Word]:
    """Words of a text, 0.3 s each."""
    return [
        Word(word, start + 0.3 * i, start + 0.3 * i + 0.28, probability, channel) for i, word in enumerate(text.split())
    ]


@pytest.mark.parametrize(
    ("word", "spans", "expected"),
    [
        ((1.0, 2.0), [(0.5, 3.0)], (1.0, 2.0)),
        ((1.0, 4.0), [(0.5, 1.6), (3.8, 5.0)], (1.0, 4.0)),  # speech on both sides: nothing is cut within
        ((1.0, 4.0), [(3.5, 6.0)], (3.5, 4.0)),  # the pause before it goes
        ((1.0, 4.0), [(0.0, 1.4)], (1.0, 1.4)),  # the pause after it goes
        ((1.0, 2.0), [(2.5, 3.0)], None),  # nobody speaks there
        ((1.0, 2.0), [], None),
        ((1.0, 90.0), [(at, at + 0.5) for at in range(1, 81)], (1.0, 80.5)),  # over many stretches
    ],
)
def test_words_are_trimmed_to_speech(
    word: tuple[float, float], spans: list[tuple[float, float]], expected: tuple[float, float] | None
) -> None:
    """Pauses at a word's edges go, a word outside of speech goes whole."""
    trimmed = trim_to_speech(Word("word", *word, 0.5, 0), spans)
    assert (trimmed and (trimmed.start, trimmed.end)) == expected


@pytest.mark.parametrize(
    ("probabilities", "kept"),
    [
        ((0.3,), 0),
        ((0.9,), 1),
        ((0.4, 0.9), 2),  # one of them carries the other
        ((0.4, 0.7), 0),
        ((), 0),
    ],
)
def test_words_that_nobody_is_sure_of_are_dropped(probabilities: tuple[float, ...], kept: int) -> None:
    """In a stretch that the detector doubts; words beside it, and words that reach out of it, stay as they are."""
    stretch = (1.0, 2.0)
    within = [Word("uh", 1.1 + 0.3 * i, 1.3 + 0.3 * i, p, 0) for i, p in enumerate(probabilities)]
    others = [Word("well", 0.5, 1.2, 0.1, 0), Word("so", 2.2, 2.4, 0.1, 0)]
    assert len(without_doubtful([*others, *within], [stretch])) == 2 + kept


@pytest.mark.parametrize(("text", "kept"), [("Forty-two,", 1), ("4411.", 1), ("oh", 1), ("4-1", 1), ("huh", 0)])
def test_a_doubtful_number_stays(text: str, kept: int) -> None:
    """What is dropped here is never redacted, so that it would stay audible."""
    assert len(without_doubtful([Word(text, 1.1, 1.4, 0.1, 0)], [(1.0, 2.0)])) == kept


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("thanks thanks thanks thanks thanks thanks thanks", 4),
        ("yes yes no yes", 4),
        ("4 4 4 4 4 4 4", 7),  # digits may repeat
        ("4444 4444 4444 4444 4444", 5),
        ("", 0),
    ],
)
def test_loops_are_cut(text: str, kept: int) -> None:
    """One word over and over is a loop of the decoder; digits and letters are not."""
    assert len(without_loops(said(text))) == kept


@pytest.mark.parametrize(
    ("own", "other", "kept"),
    [
        ("I will send the form", "I will send the form", 0),  # three in a row and weaker: an echo
        ("yes", "yes", 1),  # a single word may be an answer
        ("no I did not", "I will send it", 4),
    ],
)
def test_echo_of_the_other_channel_is_dropped(own: str, other: str, kept: int) -> None:
    """A run of words that the other channel says at the same time, more surely, is its echo."""
    weaker, stronger = said(own, 0.1, 0.4, 0), said(other, 0.0, 0.9, 1)
    assert len(without_echo(weaker, stronger)) == kept
    assert len(without_echo(stronger, weaker)) == len(stronger)


@pytest.mark.parametrize(
    ("text", "no_speech", "kept"),
    [
        ("Thanks for watching!", 0.4, 0),
        ("Thank you.", 0.4, 0),
        ("Thank you.", 0.01, 2),  # somebody did say so
        ("Thank you for calling billing.", 0.9, 5),
        ("Subtitles by the Amara.org community", 0.07, 0),
        ("", 0.9, 0),
    ],
)
def test_captions_of_silent_scenes_are_dropped(text: str, no_speech: float, kept: int) -> None:
    """Only where the model itself doubts that somebody speaks, and nothing else is said."""
    assert len(without_stock_phrase(Said(tuple(said(text)), "en", no_speech))) == kept


@pytest.mark.parametrize(("count", "kept"), [(1, 3), (2, 4), (3, 2), (6, 2)])
def test_words_that_take_no_time_are_dropped(count: int, kept: int) -> None:
    """Where a text went on after the speech had ended, its words lie on one instant, three and more."""
    instant = [Word("more", 1.0, 1.0, 0.9, 0)] * count
    assert len(without_instants([*said("thank you"), *instant])) == kept


def test_what_was_dropped_is_counted_by_kind() -> None:
    """Each word is dropped once, for the first reason that holds."""
    customer = [Said(tuple(said("yes " * 6)), "en", 0.0), Said(tuple(said("thank you", 10)), "en", 0.9)]
    agent = [
        Said(tuple(said("one two three", 0.1, 0.4, 1)), "en", 0.0),
        Said(tuple(said("late", 30, channel=1)), "en", 0.0),
    ]
    words, dropped = guard([customer, agent], Activity([[(0.0, 12.0)], [(0.0, 2.0)]], [[], []]))
    assert dropped == {"loop": 2, "stock_phrase": 2, "outside_speech": 1}
    assert [word.text for word in words] == ["yes", "one", "yes", "two", "yes", "three", "yes"]
