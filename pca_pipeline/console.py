"""What a person sees at a terminal: tables, progress, messages. Data goes to stdout, talk to stderr."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal

from rich import box
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.rule import Rule
from rich.table import Column, Table
from rich.text import Text

from pca_pipeline.progress import Show

talk = Console(stderr=True)
data = Console(soft_wrap=False)

Row = Sequence[object]
LONGEST_WORD = 16  # columns; longer words are broken if there is not enough room
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # beginnings of cells that a spreadsheet runs, by OWASP's "CSV Injection"
MOST_LINES = 6  # of a table's cell


def print_table(columns: Sequence[str], rows: Iterable[Row], title: str | None = None) -> None:
    """A table for a person: numbers on the right, rules between rows if some need several lines.

    If the terminal is too narrow for that, each row is a block of lines.
    """
    rows = list(rows)
    headers = [column.replace("_", " ") for column in columns]
    cells = [[shown(value) for value in row] for row in rows]
    needed = [_needed(column) for column in zip(headers, *cells, strict=True)]
    if cells and sum(needed) + 2 * len(needed) + 1 > data.width:
        _print_blocks(headers, cells, title)
        return
    table = Table(box=box.HORIZONTALS, title=title, title_justify="left", header_style="bold", padding=(0, 1, 0, 0))
    natural = [max(map(len, column)) for column in zip(headers, *cells, strict=True)]
    room = data.width - 2 * len(needed) - 1
    for header, width, *column in zip(headers, _widths(needed, natural, room), *rows, strict=True):
        numeric = any(isinstance(value, int | float | Decimal) for value in column)
        table.add_column(header, justify="right" if numeric else "left", overflow="fold", width=width)
    for row in cells:
        table.add_row(*map(Text, row))
    table.show_lines = sum(natural) > room
    data.print(table)


def _widths(least: Sequence[int], most: Sequence[int], room: int) -> list[int]:
    """The width of each column: wide ones shrink, all to the same width, but none to less than it needs."""
    levels = (
        [min(max(level, low), high) for low, high in zip(least, most, strict=True)] for level in range(room, 0, -1)
    )
    return next((widths for widths in levels if sum(widths) <= room), list(least))


def _needed(column: Sequence[str]) -> int:
    """The smallest width in which a column can be read: words are whole, unless very long, and cells have few lines."""
    longest_word = max(len(word) for cell in column for word in cell.split() or [""])
    return max(min(LONGEST_WORD, longest_word), -(-max(map(len, column)) // MOST_LINES))


def _print_blocks(headers: Sequence[str], cells: Iterable[Sequence[str]], title: str | None) -> None:
    """Print rows one after the other, each with a line for each column."""
    if title:
        data.print(title, style="italic", markup=False)
    for number, row in enumerate(cells, 1):
        data.print(Rule(str(number), align="left", style="dim"))
        block = Table.grid("", Column(overflow="fold"), padding=(0, 2, 0, 0))
        for header, cell in zip(headers, row, strict=True):
            block.add_row(Text(header, "bold"), Text(cell))
        data.print(block)


def shown(value: object) -> str:
    """A value for a person: no nulls, no needless digits, no negative zero."""
    if value is None:
        return ""
    if isinstance(value, float | Decimal):
        rounded = round(float(value), 2) + 0.0
        return f"{rounded:.2f}".rstrip("0").rstrip(".") if rounded % 1 else f"{rounded:.0f}"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, list | tuple):
        return ", ".join(map(shown, value))
    return str(value)


def print_json(value: object) -> None:
    """One JSON document on stdout."""
    sys.stdout.write(json.dumps(value, indent=1, ensure_ascii=False, default=_plain) + "\n")


def as_dicts(columns: Sequence[str], rows: Iterable[Row]) -> list[dict[str, object]]:
    """Rows as JSON has them."""
    return [dict(zip(columns, row, strict=True)) for row in rows]


def print_counts(counts: Mapping[str, object], *, as_json: bool = False, title: str | None = None) -> None:
    """Numbers by name, as JSON or as a table of one row."""
    if as_json:
        print_json(counts)
    else:
        print_table(list(counts), [list(counts.values())], title)


def print_csv(columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Comma-separated values with a header on stdout. Text that a spreadsheet would run gets an apostrophe in front."""
    writer = csv.writer(sys.stdout)
    writer.writerow(columns)
    writer.writerows([_inert(value) for value in row] for row in rows)


def _inert(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def stdin_lines() -> Iterator[str]:
    """The lines of standard input, without their ends."""
    return (line.rstrip("\n") for line in sys.stdin)


@contextmanager
def shown_progress() -> Iterator[Show | None]:
    """A bar on stderr that disappears at the end; None if stderr is not a terminal."""
    if not talk.is_terminal:
        yield None
        return
    with Progress(
        BarColumn(20), TextColumn("{task.description}"), TimeElapsedColumn(), console=talk, transient=True
    ) as bar:
        task = bar.add_task("", total=1.0)
        yield lambda standing: bar.update(task, completed=standing.share, description=str(standing))


def _plain(value: object) -> object:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    return str(value)
