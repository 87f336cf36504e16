from __future__ import annotations

import pytest

from pca_pipeline.speech.texts import Quality, timed_word, token_limit

GOOD = Quality(mean_log_probability=-0.2, compression_ratio=1.2, no_speech=0.0, ended=True)


@pytest.mark.parametrize(
    ("quality", "acceptable"),
    [
        (GOOD, True),
        (Quality(-1.2, 1.2, 0.1, True), False),  # improbable
        (Quality(-1.2, 1.2, 0.7, True), True),  # silence, and silent
        (Quality(-0.2, 2.5, 0.0, True), False),  # a loop
        (Quality(-0.2, 1.2, 0.0, False), False),  # runs into its limit
        (Quality(-0.2, 1.2, 0.9, True), True),  # probable words are believed
    ],
)
def test_texts_are_believed_by_the_librarys_rule(quality: Quality, acceptable: bool) -> None:
    """Loops, runaways and improbable texts are tried again, silence is not."""
    assert quality.acceptable == acceptable
    assert max(quality, GOOD, key=lambda one: one.rank).acceptable


def test_a_text_may_be_as_long_as_fast_speech() -> None:
    """Five digits a second fit, and no text is longer than half of Whisper's context."""
    assert token_limit(1.0) >= 5
    assert token_limit(10.0) > token_limit(5.0)
    assert token_limit(30.0) == 224


@pytest.mark.parametrize(
    ("first_token", "begun_by"),
    [
        (" Thank", 1.5),
        (" I", 1.5),
        (" 4", 1.5),
        (" 411", 1.0),  # may be said with pauses between its digits
        (" SSN", 1.0),
        (" McD", 1.0),
    ],
)
def test_a_words_beginning_is_sure_where_it_may_be_spelled(first_token: str, begun_by: float) -> None:
    """A pause may be taken from the beginning of other tokens, up to their end."""
    word = timed_word(first_token, [1, 2], first_token, [1.0, 1.5, 2.0], 0.9)
    assert (word.start, word.end, word.begun_by) == (1.0, 2.0, begun_by)
    assert repr(word) == "TimedWord(1.00 to 2.00 s)"
