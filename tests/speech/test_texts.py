from __future__ import annotations

import pytest

from pca_pipeline.speech.texts import Quality, token_limit

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
