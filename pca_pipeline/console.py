"""What a person sees at a terminal: tables, progress, messages. Data goes to stdout, talk to stderr."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal

from rich import box
from rich.console import Console
from rich.measure import Measurement
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from pca_pipeline.progress import Show

talk = Console(stderr=True)
data = Console(soft_wrap=False)

Row = Sequence[object]
WIDEST = 10_000  # columns; no table is wider
LONGEST_WORD = 16  # columns; longer ones are broken where there is no room


def print_table(columns: Sequence[str], rows: Iterable[Row], title: str | None = None) -> None:
    """A table for a person: numbers to the right, lines between rows where the terminal is too narrow."""
    rows = list(rows)
    fair = max(1, data.width // len(columns) - 2)  # of the room for each, so that no column is cut off
    table = Table(box=box.HORIZONTALS, title=title, title_justify="left", header_style="bold", padding=(0, 1, 0, 0))
    for place, column in enumerate(columns):
        numeric = any(isinstance(row[place], int | float | Decimal) for row in rows)
        words = [word for row in rows for word in shown(row[place]).split()]
        table.add_column(
            column.replace("_", " "),
            justify="right" if numeric else "left",
            overflow="fold",
            min_width=min(LONGEST_WORD, fair, max(map(len, words), default=0)),
        )
    for row in rows:
        table.add_row(*map(shown, row))
    table.show_lines = Measurement.get(data, data.options.update(width=WIDEST), table).maximum > data.width
    data.print(table)


def shown(value: object) -> str:
    """A value as a person reads it: no nulls, no needless digits, no square brackets read as markup."""
    if value is None:
        return ""
    if isinstance(value, float | Decimal):
        return f"{value:.2f}".rstrip("0").rstrip(".") if value % 1 else f"{value:.0f}"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, list | tuple):
        return ", ".join(map(shown, value))
    return str(value).replace("[", r"\[")


def print_json(value: object) -> None:
    """One JSON document on stdout."""
    sys.stdout.write(json.dumps(value, indent=1, ensure_ascii=False, default=_plain) + "\n")


def print_csv(columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Comma-separated values with a header on stdout."""
    writer = csv.writer(sys.stdout)
    writer.writerow(columns)
    writer.writerows(rows)


@contextmanager
def shown_progress() -> Iterator[Show | None]:
    """A bar on stderr, gone when it ends; None where stderr is no terminal, and nobody watches."""
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
