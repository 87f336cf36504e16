from __future__ import annotations

import pytest

from pca_pipeline.web.marks import excerpt, marked

LONG = " ".join(f"word{n}" for n in range(100))


@pytest.mark.parametrize(
    ("text", "sought", "pieces"),
    [
        ("a LATE fee", "late", [("a ", False), ("LATE", True), (" fee", False)]),
        ("100% (sure)", "% (", [("100", False), ("% (", True), ("sure)", False)]),
        ("no no", "no", [("", False), ("no", True), (" ", False), ("no", True), ("", False)]),
        ("nothing", "zebra", [("nothing", False)]),
    ],
)
def test_an_excerpt_marks_each_place(text: str, sought: str, pieces: list[tuple[str, bool]]) -> None:
    """Whatever the case, and signs as they are."""
    assert excerpt(text, sought) == pieces


@pytest.mark.parametrize("sought", ["word0", "word50", "word99", "word5 word51", "zebra"])
def test_a_long_text_is_cut_around_the_first_place(sought: str) -> None:
    """The words sought are in it, whole words around them, and dots where text was left out."""
    pieces = excerpt(LONG, sought)
    shown = "".join(piece for piece, _ in pieces)
    assert [piece for piece, is_hit in pieces if is_hit] == [sought] * (sought in LONG)
    assert len(shown) < 200
    assert shown.strip("… ") in LONG
    assert set(shown.strip("… ").split()) <= set(LONG.split())
    assert shown.startswith("…") == (not LONG.startswith(shown.split()[0]))


@pytest.mark.parametrize(
    ("words", "sought", "hits"),
    [
        (["there", "is", "a", "LATE", "fee"], "late f", {3, 4}),
        (["there", "is"], "there i", {0, 1}),
        (["there", "is"], "re i", set()),
        (["no", "way", "no"], "no", {0, 2}),
        (["there", "is"], None, set()),
    ],
)
def test_words_that_hold_a_part_are_marked(words: list[str], sought: str | None, hits: set[int]) -> None:
    """A phrase may end within a word, and begins with one."""
    assert marked(words, sought) == hits
