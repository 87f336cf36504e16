"""Redaction reads English: what is said in another language is not taken for redacted."""

from __future__ import annotations

import pytest

from pca_pipeline.errors import LanguageError
from pca_pipeline.pii import check_language
from pca_pipeline.settings import PiiSettings, Settings


@pytest.mark.parametrize(
    ("languages", "words", "refused"),
    [
        ("en", "words", False),
        ("es", "words", True),
        ("en, es", "words", True),  # one channel is enough
        ("und", "words", True),  # nobody told: it may be any
        ("und", "", False),  # no word was heard
    ],
)
def test_words_in_another_language_are_refused(languages: str, words: str, refused: bool) -> None:
    """By name, with the way out; not where the settings let them through."""
    through = Settings(pii=PiiSettings(other_languages="redact"))
    check_language(languages, words, through)
    if not refused:
        check_language(languages, words, Settings())
        return
    with pytest.raises(LanguageError, match=f"'{languages.split(', ')[-1]}'") as raised:
        check_language(languages, words, Settings())
    assert "pii.other_languages" in raised.value.hint
