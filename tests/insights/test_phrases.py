from __future__ import annotations

import pytest

from pca_pipeline.insights.phrases import compile_phrase, normalize


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("on hold", "I was ON HOLD, again.", True),
        ("on hold", "carry on holding", False),
        ("card*", "both cards", True),
        ("card*", "a discard", False),
        ("lost ... card", "I lost my credit card", True),
        ("lost ... card", "I lost card", True),
        ("lost ... card", "I lost my old but blue card", False),
        ("lost ... card", "I am lost. My card", False),
        ("can't pay", "I can\N{RIGHT SINGLE QUOTATION MARK}t pay", True),
        ("401 k", "my 401(k) plan", True),
    ],
)
def test_phrases(phrase: str, text: str, found: bool) -> None:
    """A phrase is whole words, `*` any ending, `...` up to three words, and ends with the sentence."""
    assert bool(compile_phrase(phrase).search(normalize(text))) is found
