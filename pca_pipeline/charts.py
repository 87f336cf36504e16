"""An answer as bars in the terminal: for each row its name, its number and a bar."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from pca_pipeline.console import shown
from pca_pipeline.errors import WarehouseError

_EIGHTHS = " ▏▎▍▌▋▊▉"
_LONGEST_LABEL = 40  # columns

Row = Sequence[object]


def bars(columns: Sequence[str], rows: Sequence[Row], column: str | None, width: int = 80) -> list[str]:
    """One line per row: its cells up to the first measure, the number in `column`, and a bar to scale; `width` wide in all.

    Measures are the columns of numbers after the first. Values below 0 are drawn with `-` instead of blocks. Raises
    WarehouseError that names the measures if `column` is not one of them.
    """
    if not rows:
        return []
    measures = [name for place, name in enumerate(columns) if place and any(_is_number(row[place]) for row in rows)]
    if column not in measures:
        raise WarehouseError(
            f"There is no column {column!r} of numbers to draw." if column else "There is no measure to draw.",
            f"Name one with --column: {', '.join(measures)}." if measures else "Ask for a table: leave out --chart.",
        )
    place = columns.index(column)
    labels = [_label(row[: columns.index(measures[0])]) for row in rows]
    values = [_number(row[place]) for row in rows]
    numbers = [shown(row[place]) for row in rows]
    wide, digits = max(map(len, labels)), max(map(len, numbers))
    room = max(10, width - wide - digits - 2)
    largest = max(map(abs, values)) or 1.0
    drawn = zip(labels, numbers, values, strict=True)
    return [
        f"{label:<{wide}} {number:>{digits}} {_bar(value / largest, room)}".rstrip() for label, number, value in drawn
    ]


def _label(cells: Row) -> str:
    return " · ".join(shown(cell) for cell in cells)[:_LONGEST_LABEL]


def _bar(share: float, room: int) -> str:
    if share < 0:
        return "-" * max(1, round(room * -share))
    whole, eighths = divmod(round(8 * room * share), 8)
    return "█" * whole + _EIGHTHS[eighths].strip()


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float | Decimal) else 0.0


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)
