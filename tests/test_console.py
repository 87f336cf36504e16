"""Tables for people: whatever the width, nothing is cut off."""

from __future__ import annotations

from decimal import Decimal

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
    """Words of headers are not broken, texts have few lines, and each value follows the name of its column."""
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


@pytest.mark.parametrize("width", [150, 160, 240])
def test_no_word_of_a_table_is_broken(monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    """Even if the table only just fits: columns that can be narrower are, the others are not."""
    terminal = Console(width=width, record=True)
    monkeypatch.setattr(console, "data", terminal)
    columns = """agent calls aht_seconds expected_seconds difference hold_seconds after_call_work_seconds handed_on
        words_per_minute interruptions_per_call agent_sentiment customer_sentiment lowest highest verdict""".split()
    row = ["Patrick Doyle", *[12.34] * 13, "as expected"]
    console.print_table(columns, [row, row])
    text = terminal.export_text()
    assert all(text.count(word) >= 2 for word in ("Patrick", "Doyle", "expected"))
    assert text.count("12.34") == 26
    assert all(word in text for column in columns for word in column.split("_"))
    assert max(map(len, text.splitlines())) <= width


@pytest.mark.parametrize("width", [20, 80])
def test_nothing_is_read_as_markup(monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    """Neither in a table nor in blocks."""
    terminal = Console(width=width, record=True)
    monkeypatch.setattr(console, "data", terminal)
    console.print_table(["[b]x", "other"], [[r"a\[b]x[/b]", "a" * 18]])
    text = terminal.export_text()
    assert r"a\[b]x[/b]" in text
    assert "[b]x" in text


@pytest.mark.parametrize(
    ("value", "text"),
    [(-0.001, "0"), (-0.0, "0"), (-0.5, "-0.5"), (12.0, "12"), (Decimal("-0.004"), "0"), (1.999, "2")],
)
def test_numbers_have_no_needless_signs(value: float | Decimal, text: str) -> None:
    """A number that is rounded to zero is 0."""
    assert console.shown(value) == text


def test_csv_runs_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """Text that looks like a formula stays text in a spreadsheet; numbers stay numbers."""
    console.print_csv(["name", "change"], [["=1+1", -2.5], ["@SUM", -1], ["a-b", None]])
    assert capsys.readouterr().out.splitlines() == ["name,change", "'=1+1,-2.5", "'@SUM,-1", "a-b,"]
