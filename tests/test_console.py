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
