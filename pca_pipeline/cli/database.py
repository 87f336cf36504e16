"""The database: its published copy, erasures, and calls written to files or read from them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from pca_pipeline.cli.options import Folder, Json, existing_folder, read_settings
from pca_pipeline.console import data, print_counts, print_json, print_table, stdin_lines, talk
from pca_pipeline.errors import DatabaseLockedError, PcaError, SweepRunningError
from pca_pipeline.lock import sweep_lock

_PUBLISH_AGAIN: dict[type[PcaError], str] = {
    DatabaseLockedError: "Nothing was published: close it there, then run this again.",
}
_ERASE_AGAIN: dict[type[PcaError], str] = {
    DatabaseLockedError: "The erasure is not done: close it there, then run this again.",
    SweepRunningError: "Nothing was erased: run it again once the sweep has ended, or with `--wait SECONDS`.",
}
_IMPORT_AGAIN: dict[type[PcaError], str] = {
    SweepRunningError: "Nothing was imported: run it again once the sweep has ended.",
}


@contextmanager
def _hinting(hints: Mapping[type[PcaError], str]) -> Iterator[None]:
    """Errors of these classes say what to do after this command."""
    try:
        yield
    except tuple(hints) as error:
        raise type(error)(error.message, hints[type(error)]) from None


def publish(folder: Folder = None) -> None:
    """Replace the published copy of the database."""
    from pca_pipeline import warehouse

    with _hinting(_PUBLISH_AGAIN):
        data.print(str(warehouse.publish(read_settings(folder))), markup=False)


def erase(
    call: Annotated[str | None, typer.Option(help="Id of a call.")] = None,
    conversation: Annotated[str | None, typer.Option(help="Id of a conversation: all its calls.")] = None,
    customer: Annotated[
        str | None, typer.Option(help="All calls of this telephone number; - reads it from standard input.")
    ] = None,
    before: Annotated[datetime | None, typer.Option(help="All calls that began before this moment, UTC.")] = None,
    wait: Annotated[float, typer.Option(help="Seconds to wait for a running sweep to end.")] = 0.0,
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Erase calls and print counts. Reaches database, copy, vault and calls folder; not new files in the inbox, backups
    or exports. Calls without a start count by the time they were loaded."""
    from pca_pipeline import warehouse

    settings = existing_folder(folder)
    moment = before.replace(tzinfo=UTC) if before else None
    number = next(stdin_lines(), "") if customer == "-" else customer
    with _hinting(_ERASE_AGAIN):
        proof = warehouse.erase(
            settings, call=call, conversation=conversation, customer=number, before=moment, wait=wait
        )
    print_counts(asdict(proof), as_json=as_json, title="Erased")
    if proof.resumed:
        talk.print("This erasure was cut off before: what it had begun is finished now.")
    elif not proof:
        talk.print(f"No call was found by this {proof.scope}: nothing was erased.")
        if customer:
            talk.print("A customer's number finds calls that were processed with the same customer key.")
        if not before:
            raise typer.Exit(1)


def export(
    target: Annotated[Path, typer.Argument(help="Folder to write to.")],
    file_format: Annotated[
        Literal["parquet", "csv", "json", "aws"], typer.Option("--format", help="What each file is.")
    ] = "parquet",
    by_month: Annotated[bool, typer.Option("--by-month", help="Parquet, one folder per month.")] = False,
    folder: Folder = None,
) -> None:
    """Write the tables of calls to files. One file per table; with --format aws one JSON of AWS PCA per call."""
    from pca_pipeline import warehouse

    if by_month and file_format != "parquet":
        raise typer.BadParameter("Only Parquet is written by month.")
    for path in warehouse.export(read_settings(folder), target, file_format, by_month=by_month):
        data.print(str(path), markup=False)


def import_calls(
    files: Annotated[list[Path], typer.Argument(help="JSON of AWS Post Call Analytics, or folders of it.")],
    replace: Annotated[bool, typer.Option("--replace", help="Also replace calls transcribed here.")] = False,
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Import calls from AWS Post Call Analytics. Its JSON is redacted, loaded and published."""
    from pca_pipeline import warehouse
    from pca_pipeline.warehouse.aws_import import import_aws

    settings = read_settings(folder)
    found = [one for path in files for one in (sorted(path.rglob("*.json")) if path.is_dir() else [path])]
    with _hinting(_IMPORT_AGAIN), sweep_lock(settings.folder):  # an erasure would miss what is only staged
        imported = import_aws(found, settings, replace_heard=replace)
        replaced = warehouse.count_stored(settings, imported.calls)
        warehouse.load(settings)
        if imported.calls:
            warehouse.publish(settings)
    counts = {"imported": len(imported.calls) - replaced, "replaced": replaced, "refused": len(imported.refused)}
    refused = [(str(path), reason) for path, reason in imported.refused]
    if as_json:
        print_json(counts | {"refused_files": dict(refused)})
    else:
        print_counts(counts)
        if refused:
            print_table(["file", "reason"], refused, title="Refused")
    if refused or not imported.calls:
        raise typer.Exit(1)
