"""Business questions, answered as a table, as bars, as CSV or as JSON."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from pca_pipeline.cli.options import Folder, Json, read_settings
from pca_pipeline.console import as_dicts, data, print_csv, print_json, print_table, talk


def ask(
    question: Annotated[str | None, typer.Argument(help="A question's name. Default: list them.")] = None,
    parameter: Annotated[
        list[str] | None, typer.Option("--param", "-p", help="A parameter as name=value; --explain lists them.")
    ] = None,
    folder: Folder = None,
    as_json: Json = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print comma-separated values.")] = False,
    as_chart: Annotated[bool, typer.Option("--chart", help="Draw bars.")] = False,
    column: Annotated[
        str | None, typer.Option(help="Numeric column to draw. Default: the question's main number.")
    ] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Show parameters and how to read the answer.")] = False,
) -> None:
    """Answer a business question, or list all of them."""
    if question is None:
        reply = _questions()
    elif explain:
        reply = _parameters(question)
    else:
        reply = _answer(question, parameter or [], folder)
    if as_json:
        print_json(as_dicts(reply.columns, reply.rows))
    elif as_csv:
        print_csv(reply.columns, reply.rows)
    elif as_chart or column:
        _draw(reply, column or reply.measure)
    else:
        print_table(reply.columns, reply.rows, reply.title)
        if reply.reading:
            talk.print(reply.reading, style="dim", markup=False)


class _Reply(NamedTuple):
    """What `pca ask` prints, and the column of it that a chart draws."""

    title: str | None
    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]
    reading: str | None = None
    measure: str | None = None


def _questions() -> _Reply:
    from pca_pipeline import warehouse

    rows = tuple(
        (one.name, one.title, one.answers, ", ".join(parameter.name for parameter in one.parameters))
        for one in warehouse.list_questions()
    )
    return _Reply(None, ("question", "title", "answers", "parameters"), rows)


def _parameters(question: str) -> _Reply:
    from pca_pipeline import warehouse

    asked = warehouse.find_question(question)
    rows = tuple(
        (one.name, one.kind, "required" if one.required else one.default, one.description) for one in asked.parameters
    )
    columns = ("parameter", "kind", "default", "meaning")
    return _Reply(f"{asked.title}: {asked.answers}", columns, rows, asked.reading)


def _answer(question: str, parameters: list[str], folder: Path | None) -> _Reply:
    from pca_pipeline import warehouse

    asked = warehouse.find_question(question)
    answer = warehouse.ask(question, read_settings(folder), dict(map(_pair, parameters)))
    return _Reply(asked.title, answer.columns, answer.rows, asked.reading, asked.chart)


def _pair(text: str) -> tuple[str, str]:
    name, found, value = text.partition("=")
    if not found:
        raise typer.BadParameter(f"{text!r} is not name=value.")
    return name, value


def _draw(reply: _Reply, measure: str | None) -> None:
    from pca_pipeline.charts import bars

    for line in (f"{reply.title}: {measure}", *bars(reply.columns, reply.rows, measure, data.width)):
        data.print(line, markup=False, highlight=False, no_wrap=True)
