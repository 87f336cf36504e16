"""Housekeeping as a Prefect flow: retention, a fresh published copy, a check that every call is whole."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated, Any

import typer
from prefect import State, Task, flow, get_run_logger, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import TaskRun
from prefect.states import Completed, Failed

from pca_pipeline import upkeep, warehouse
from pca_pipeline.errors import PcaError
from pca_pipeline.settings import Settings, load_settings
from pca_pipeline.upkeep import Inspection


def is_retryable(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> bool:
    """Whether another try can help: a sweep at work, a database that somebody holds, a full disk."""
    error = state.result(raise_on_failure=False)
    return isinstance(error, PcaError) and error.retryable


_AN_HOUR = 3600.0  # seconds: where sweeps follow one another, the folder is free for moments only
_STEP: dict[str, Any] = {
    "cache_policy": NO_CACHE,
    "persist_result": False,
    "retries": 3,
    "retry_delay_seconds": 60,
    "retry_condition_fn": is_retryable,
}


@task(name="erase-older", **_STEP | {"retry_delay_seconds": 600})  # no sweep may be at work, and those take their time
def erase_older(settings: Settings, keep_days: int) -> int:
    """Erase calls older than that many days; publishes what is left. Returns the number of calls erased."""
    return upkeep.erase_older(settings, keep_days, wait=_AN_HOUR).calls


@task(name="publish", **_STEP)
def publish(settings: Settings) -> None:
    """A fresh published copy, if there is a database."""
    if settings.database.exists():
        warehouse.publish(settings)


@task(name="inspect", **_STEP)
def inspect(settings: Settings) -> Inspection:
    """Counts of what lies where, and calls that are not whole."""
    return upkeep.inspect(settings)


@flow(name="maintain", persist_result=False)
def maintain(
    folder: str | None = None, keep_days: int | None = None, overrides: dict[str, Any] | None = None
) -> Inspection:
    """Erase calls older than `keep_days` (default: the setting `warehouse.keep_days`), publish, inspect.

    Fails if a finished call has lost its rows or its files; its ids are in the log and in the artifact.
    """
    settings = load_settings(**({"folder": folder} if folder else {}), **(overrides or {}))
    days = settings.warehouse.keep_days if keep_days is None else keep_days
    if days is not None:
        get_run_logger().info("%d calls erased", erase_older(settings, days))
    publish(settings)
    found = inspect(settings)
    create_markdown_artifact(key="inspection", markdown=_markdown(found), description="What lies where")
    return _state(found)  # type: ignore[return-value]  # Prefect takes a state for the data in it


def _state(found: Inspection) -> State[Inspection]:
    if found.whole:
        return Completed(message=f"{found.stored} calls, all whole", data=found)
    ids = ", ".join((*found.without_rows, *found.without_files))
    return Failed(message=f"Finished calls that have lost rows or files: {ids}", data=found)


def _markdown(found: Inspection) -> str:
    counts = {
        "calls in the database": found.stored,
        "calls waiting for the loader": found.staged,
        "calls in work": found.in_work,
        "files waiting in the inbox": found.waiting,
        **{f"failed, {reason}": number for reason, number in found.failed.items()},
        "finished calls without rows": len(found.without_rows),
        "stored calls without files": len(found.without_files),
    }
    rows = [f"| {name} | {number} |" for name, number in counts.items()]
    ids = [f"- `{call_id}`" for call_id in (*found.without_rows, *found.without_files)]
    return "\n".join(["| what | number |", "|---|---|", *rows, "", *ids])


def main(
    folder: Annotated[str | None, typer.Option(help="The calls folder.")] = None,
    keep_days: Annotated[int | None, typer.Option(help="Erase calls older than so many days.")] = None,
) -> None:
    """Housekeeping once; prints what was found as JSON. Exit code 0 only if every call is whole."""
    state = maintain(folder, keep_days, return_state=True)
    if state.is_completed():
        typer.echo(json.dumps(asdict(state.result())))
    raise typer.Exit(0 if state.is_completed() else 1)


if __name__ == "__main__":
    typer.run(main)
