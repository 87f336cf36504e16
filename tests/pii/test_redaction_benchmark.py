from __future__ import annotations

from random import Random

import pytest

from benchmarks.redaction import Score, measure
from benchmarks.redaction_calls import HALVES, Call, Turn, Word, exchanges, make_call, noisy
from benchmarks.redaction_speech import FORMS, in_words

CALL = Call(
    (
        Turn("agent", (Word("Your"), Word("pin?"))),
        Turn("customer", (Word("12", "PIN", 1), Word("um", None, 1, needed=False), Word("34", "PIN", 1))),
        Turn("agent", (Word("Thanks."),)),
    ),
    "Ann",
)


@pytest.mark.parametrize(
    ("found", "whole", "typed", "false", "touched"),
    [
        ([("PIN", {(1, 0), (1, 1), (1, 2)})], 1, 1, 0, 0),
        ([("NUMBER", {(1, 0), (1, 2)})], 1, 0, 0, 0),
        ([("PIN", {(1, 0)})], 0, 1, 0, 0),
        ([("PERSON", {(2, 0)})], 0, 0, 1, 1),
        ([], 0, 0, 0, 0),
    ],
)
def test_a_value_counts_when_every_word_of_it_is_found(
    found: list[tuple[str, set[tuple[int, int]]]], whole: int, typed: int, false: int, touched: int
) -> None:
    """Fillers inside are free; a finding that touches nothing personal is false."""
    score = Score()
    measure(lambda _: [(entity, frozenset(places)) for entity, places in found], CALL, score)
    assert (score.whole["PIN"], score.typed["PIN"], sum(score.false.values()), score.touched) == (
        whole,
        typed,
        false,
        touched,
    )
    assert (score.values["PIN"], score.clean_turns) == (1, 2)


@pytest.mark.parametrize("half", HALVES)
@pytest.mark.parametrize("form", FORMS)
def test_calls_are_the_same_for_the_same_seed(half: str, form: str) -> None:
    """Nothing but the seed decides; bare text has no numerals and no marks."""
    one, other = (make_call(half, form, Random(7)) for _ in range(2))
    assert one == other
    text = " ".join(word.text for turn in one.turns for word in turn.words)
    assert form != "bare" or text == text.lower() and not any(sign in text for sign in ".,?0123456789")


def test_noise_leaves_turns_and_marks() -> None:
    """At 0 % nothing changes; at 100 % every turn is still there, and what is personal keeps its mark."""
    call = make_call("held", "whisper", Random(3))
    assert noisy(call, 0.0, Random(1)) == call
    loud = noisy(call, 1.0, Random(1))
    assert [turn.speaker for turn in loud.turns] == [turn.speaker for turn in call.turns]
    assert {w.entity for t in loud.turns for w in t.words} <= {w.entity for t in call.turns for w in t.words}


def test_the_halves_share_no_line() -> None:
    """No line with a value is in both."""
    lines = [{line for blocks in exchanges(half).values() for block in blocks for line in block} for half in HALVES]
    assert not {line for line in lines[0] & lines[1] if "{" in line[1] and len(line[1].split()) > 4}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "It's $1,206.33, due on the 28th.",
            "it's one thousand two hundred six dollars and thirty three cents due on the twenty eighth",
        ),
        ("at 10:45 in 2019", "at ten forty five in twenty nineteen"),
        ("4.25 percent", "four point two five percent"),
    ],
)
def test_numerals_in_words(text: str, words: str) -> None:
    """As a recogniser that writes words would have them."""
    assert in_words(text) == words
