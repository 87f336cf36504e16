"""Tables for people: whatever the width, nothing is cut off."""

from __future__ import annotations

import pytest
from rich.console import Console

from pca_pipeline import console


@pytest.mark.parametrize("columns", [2, 7, 12])
def test_no_column_is_cut_off(monkeypatch: pytest.MonkeyPatch, columns: int) -> None:
    """Long words are broken instead, in a terminal of 80 columns."""
    terminal = Console(width=80, record=True, quiet=False)
    monkeypatch.setattr(console, "data", terminal)
    words = [chr(ord("a") + place) * 20 for place in range(columns)]
    console.print_table([str(place) for place in range(columns)], [words])
    text = terminal.export_text()
    assert max(map(len, text.splitlines())) <= 80
    assert all(text.count(word[0]) == len(word) for word in words)


@pytest.mark.parametrize(
    ("columns", "row", "is_table"),
    [
        (["queue", "calls"], ["Billing", 3], True),
        (["interruptions_per_call"] * 7, [1.5] * 7, False),
        (["id", "before", "text", "after"], ["a", "word " * 60, "word " * 60, "word " * 60], False),
        (["id", "text"], ["a", "word " * 60], True),
    ],
    ids=["narrow", "headers", "texts", "one-text"],
)
def test_a_row_that_does_not_fit_is_a_block(
    monkeypatch: pytest.MonkeyPatch, columns: list[str], row: list[object], is_table: bool
) -> None:
    """Words of headers stay whole, texts have few lines, and each column has its name before its value."""
    terminal = Console(width=80, record=True, quiet=False)
    monkeypatch.setattr(console, "data", terminal)
    console.print_table(columns, [row, row], title="Title")
    lines = terminal.export_text().splitlines()
    assert lines[0].strip() == "Title"
    assert lines[1].startswith("1 ──") != is_table
    assert max(map(len, lines)) <= 80
    text = "\n".join(lines)
    assert all(word in text for column in columns for word in column.split("_"))
    assert text.count("word") == 2 * sum(str(value).count("word") for value in row)
