from __future__ import annotations

import pytest

from pca_pipeline.charts import bars
from pca_pipeline.errors import WarehouseError

COLUMNS = ("queue", "calls", "sentiment")


def test_bars_are_to_scale() -> None:
    """The largest fills the room, half of it is half as long, eighths are drawn, nulls and 0 have none."""
    rows = [("A", 80, None), ("Long", 40, None), ("C", 5, None), ("D", 0, None), ("E", None, 1)]
    assert bars(COLUMNS, rows, "calls", 17) == [
        "A    80 " + 10 * "█",
        "Long 40 " + 5 * "█",
        "C     5 ▋",
        "D     0",
        "E",
    ]


def test_what_is_below_zero_is_seen() -> None:
    """Minus signs in the place of blocks."""
    rows = [("A", 1, -1.0), ("B", 1, 0.5)]
    assert bars(COLUMNS, rows, "sentiment", 16) == ["A  -1 " + 10 * "-", "B 0.5 " + 5 * "█"]


def test_an_hour_is_a_label() -> None:
    """The first column names the row also where it is a number."""
    assert bars(("hour", "calls"), [(9, 2), (10, 1)], "calls", 15)[0].startswith("9  2 █")


@pytest.mark.parametrize(
    ("column", "message"), [("queue", "no column 'queue'"), ("none", "no column 'none'"), (None, "no measure")]
)
def test_a_column_without_numbers_is_refused(column: str | None, message: str) -> None:
    """The error names those that can be drawn."""
    with pytest.raises(WarehouseError, match=message) as error:
        bars(COLUMNS, [("A", 1, 0.5)], column)
    assert error.value.hint == "Name one with --column: calls, sentiment."


def test_no_rows_are_no_bars() -> None:
    """Nothing found is nothing drawn."""
    assert bars(COLUMNS, [], "calls") == []
