"""Charts for the terminal: an answer as bars, and a timeline as lanes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from pca_pipeline.call import TALKING, Interval, IntervalKind, Timeline
from pca_pipeline.console import shown
from pca_pipeline.errors import WarehouseError

_EIGHTHS = " ▏▎▍▌▋▊▉"
_LONGEST_LABEL = 40  # columns

Row = Sequence[object]

_MARKS = {
    IntervalKind.ALERT: "·",
    IntervalKind.IVR: "i",
    IntervalKind.BOT: "b",
    IntervalKind.SURVEY: "s",
    IntervalKind.SECURE_PAUSE: "$",
    IntervalKind.QUEUE: "q",
    IntervalKind.VOICEMAIL: "v",
    IntervalKind.OTHER: "?",
    IntervalKind.WRAP_UP: "w",
    IntervalKind.CONSULT: "▒",
    IntervalKind.CONFERENCE: "▓",
    IntervalKind.HOLD: "░",
    IntervalKind.TALK: "█",
}
LEGEND = "█ talk ▓ conference ░ hold ▒ consult $ secure pause i IVR b bot s survey q queue · rings v voicemail w wrap-up ? other"


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


def lanes(timeline: Timeline, width: int = 50) -> Iterator[tuple[str, str]]:
    """For each participant with intervals, its name and a line of `width` characters."""
    end = max((one.end for one in timeline.intervals), default=0.0)
    for who in timeline.participants:
        own = [one for one in timeline.intervals if one.participant == who.key]
        if own:
            yield who.name or who.key, _lane(own, width / end if end else 0.0, width)


def _lane(intervals: Sequence[Interval], scale: float, width: int) -> str:
    marks = [" "] * width
    for one in sorted(intervals, key=lambda one: one.kind in TALKING, reverse=True):
        first = min(width - 1, int(one.start * scale))
        for at in range(first, max(first + 1, min(width, round(one.end * scale)))):
            marks[at] = _MARKS[one.kind]
    return "".join(marks)
