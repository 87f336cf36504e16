"""Sweeps of the drop folder: run one, run them all day, see what became of the calls, try failed ones again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pca_pipeline.cli.options import Folder, Json, existing_folder, read_settings
from pca_pipeline.console import as_dicts, print_counts, print_json, print_table, shown_progress, talk
from pca_pipeline.settings import Settings

if TYPE_CHECKING:  # importing them takes time
    from pca_pipeline.intake import Status
    from pca_pipeline.sweep import SweepReport

_REASONS = ("file", "error", "message", "what_to_do")
_FAILURES = ("call_id", "stage", "error", "message", "what_to_do", "failed_at")


def run(
    calls: Annotated[Path | None, typer.Argument(help="The calls folder, the same as --folder.")] = None,
    inbox: Annotated[Path | None, typer.Option(help="The drop folder. Default: `inbox` in the calls folder.")] = None,
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Process the complete calls in the drop folder. One sweep: processes them, loads the database, publishes the copy."""
    from pca_pipeline import pipeline

    settings = read_settings(calls or folder, **({"inbox": inbox} if inbox else {}))
    with shown_progress() as show:
        report = pipeline.run_sweep(settings, show)
    print_counts(report.counts(), as_json=as_json)
    _explain(report, settings)
    if not report.whole:
        raise typer.Exit(1)


def _explain(report: SweepReport, settings: Settings) -> None:
    """Say what a person should know of a sweep that did not do everything."""
    counts = report.counts()
    if report.delayed:
        talk.print(f"{report.delayed} The next sweep loads what is staged.", markup=False)
    if report.unwritten:
        talk.print(report.unwritten, markup=False)
    if counts["unreadable"]:
        talk.print(
            f"Broken files in {settings.staged_folder} were renamed to *.unreadable; the calls in their names are not in "
            "the database. To process one again: `pca erase --call ID`, then drop its recording.",
            markup=False,
        )
    if counts["failed"] or counts["rejected"]:
        talk.print("Some calls failed: `pca status` says why and what to do.")


def watch(
    every: Annotated[float, typer.Option(help="Seconds between sweeps.")] = 60.0,
    folder: Folder = None,
) -> None:
    """Sweep repeatedly until stopped. With PREFECT_API_URL as a Prefect deployment, with a schedule and a page per run."""
    from flows.ingest import watch as serve_flow

    serve_flow(every, folder=str(folder.resolve()) if folder else None)


def status(folder: Folder = None, as_json: Json = False) -> None:
    """Show how many calls are at each stage, and why any failed."""
    from pca_pipeline import intake, warehouse

    settings = existing_folder(folder)
    found = intake.status(settings)
    counts = _counts(found, staged=len(warehouse.staged_calls(settings.staged_folder)))
    waiting = [(str(one.path), one.reason.value) for one in found.inbox.waiting]
    rejected = [
        (str(one.path), type(one.error).__name__, one.error.message, one.error.hint) for one in found.inbox.rejected
    ]
    failed = [(one.call_id, one.stage, one.error, one.message, one.hint, one.failed_at) for one in found.failed]
    if as_json:
        lists = {"rejected_files": as_dicts(_REASONS, rejected), "failures": as_dicts(_FAILURES, failed)}
        print_json(counts | {"waiting_files": dict(waiting)} | lists)
        return
    print_counts(counts)
    if waiting:
        print_table(["file", "waits_because"], waiting, title="Waiting")
    if rejected:
        print_table(_REASONS, rejected, title="Rejected: the next sweep sets them aside")
    if failed:
        print_table(_FAILURES, failed, title="Failed: `pca retry CALL_ID` tries them again")


def _counts(found: Status, staged: int) -> dict[str, object]:
    return {
        "ready": len(found.inbox.ready),
        "waiting": len(found.inbox.waiting),
        "rejected": len(found.inbox.rejected),
        "late_records": len(found.inbox.late),
        "work": found.work,
        "staged": staged,
        "done": found.done,
        "failed": len(found.failed),
    }


def retry(
    call_ids: Annotated[list[str] | None, typer.Argument(help="Ids of failed calls. Default: all.")] = None,
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Put failed calls back into the drop folder. The next sweep processes them again."""
    from pca_pipeline import intake

    returned = intake.retry(existing_folder(folder), call_ids or ())
    if as_json:
        print_json({"returned": list(returned)})
    else:
        talk.print(f"{len(returned)} entries of the failed folder are back in the drop folder.")
    if unknown := sorted(set(call_ids or ()) - set(returned)):
        talk.print(f"No failed call has the id {', '.join(unknown)}: `pca status` lists them.", markup=False)
        raise typer.Exit(1)
