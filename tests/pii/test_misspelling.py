from __future__ import annotations

import pytest

from pca_pipeline.pii.words.misspelling import corrected, is_slip


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("thrity", "thirty"),
        ("ninty", "ninety"),
        ("febuary", "february"),
        ("acount", "account"),
        ("numberr", "number"),
        ("brithday", "birthday"),
        ("dluble", "double"),
        ("secnd", "second"),
    ],
)
def test_one_letter_or_one_swap_is_set_right(written: str, meant: str) -> None:
    """Number words, months and the names of identifiers are recognised misspelt."""
    assert corrected(written) == meant


@pytest.mark.parametrize(
    "word", ["numbers", "expired", "birch", "birth", "augusto", "marsh", "sevn", "ab123", "thirties", ""]
)
def test_other_words_stay(word: str) -> None:
    """Dictionary words, names, plurals, short words and codes are what they are."""
    assert corrected(word) == word


@pytest.mark.parametrize(
    ("word", "slip"),
    [
        ("thnk", True),
        ("whta", True),
        ("moent", True),
        ("neighbbor", True),
        ("disconnnected", True),
        ("sppell", True),
        ("teh", True),
        ("thank", False),
        ("linh", False),
        ("journee", False),
        ("brin", False),
        ("xenakis", False),
        ("o'hare", False),
    ],
)
def test_slips_of_everyday_words_are_no_names(word: str, slip: bool) -> None:
    """A word in no list that is one letter off an everyday word, or a long one off any word."""
    assert is_slip(word) is slip
