from __future__ import annotations

import pytest

from pca_pipeline.pii.names.known import known_digits, known_names


@pytest.mark.parametrize(
    ("word", "capital", "matches"),
    [
        ("katarina", False, True),
        ("catarina", False, True),
        ("ostrovski", False, True),
        ("grace", False, False),
        ("grace", True, True),
        ("statement", False, False),
        ("ostrich", False, False),
        ("kate", False, False),
    ],
)
def test_names_match_by_spelling_and_sound(word: str, capital: bool, matches: bool) -> None:
    """Misspellings match, ordinary words do not, and names that are words need their capital."""
    assert known_names(["Katarina Ostrowski", "Grace"]).matches(word, capital) is matches


def test_names_do_not_show_themselves() -> None:
    """The repr holds a count only."""
    assert "katarina" not in repr(known_names(["Katarina"]))


def test_numbers_are_known_by_four_digits_in_a_row() -> None:
    """Signs between digits do not matter."""
    assert known_digits(["+1 312", "55-01"]) == {"1312", "5501"}
