"""One sweep of the drop folder as a Prefect flow: one task a call, then the loader.

All work is `pca_pipeline.pipeline`'s. Prefect sees ids, paths and counts, and stores no result.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from functools import lru_cache, partial
from itertools import chain
from time import monotonic, sleep
from typing import Annotated, Any
from uuid import UUID

import typer
from prefect import State, flow, get_run_logger, task
from prefect.artifacts import create_markdown_artifact, create_progress_artifact, update_progress_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.futures import PrefectFuture, as_completed
from prefect.settings import get_current_settings
from prefect.states import Cancelled, Completed, Failed
from prefect.task_runners import ThreadPoolTaskRunner

from flows import dead_runs
from pca_pipeline import pii, pipeline, speech
from pca_pipeline.console import shown_progress
from pca_pipeline.errors import SetupError, SweepRunningError
from pca_pipeline.lock import sweep_lock
from pca_pipeline.pipeline import Tools
from pca_pipeline.progress import Meter, Show, Standing
from pca_pipeline.settings import Settings, SpeechSettings, load_settings
from pca_pipeline.sweep import CallOutcome, Sweep, SweepReport, WorkItem

_SECONDS_BETWEEN_LOOKS = 2.0  # each asks the server


def tools(settings: Settings, hears: bool) -> Tools:
    """Models and recognizers, loaded once in this process and again when what they follow changed.

    That is the settings, and what the files say that redaction follows. A speech model comes only if something `hears`.
    """
    return Tools(
        _engine(settings.speech) if hears else None, _redactor(settings, pii.load_rules(settings.pii).fingerprint)
    )


@lru_cache(maxsize=1)
def _engine(settings: SpeechSettings) -> speech.Engine:
    return speech.load_engine(settings)


@lru_cache(maxsize=1)
def _redactor(settings: Settings, _fingerprint: str) -> pii.Redactor:
    return pii.Redactor(settings)


# Of the sweeps at work in this process, by the artifact of their progress: arguments of tasks are ids.
_meters: dict[UUID, Meter] = {}
# Who else watches the sweeps of this process: a person at a terminal.
_viewers: list[Show] = []


@task(name="call", task_run_name="call {item.key}", cache_policy=NO_CACHE, persist_result=False)
def call(item: WorkItem, settings: Settings, bar: UUID, hears: bool) -> CallOutcome:
    """One call's way. A bad call makes a failed task that names the error's class; its outcome is the result.

    No retries here: what can be retried waits, where it is, for the next sweep. `bar` is the artifact of the sweep's
    progress, moved while the call is heard if the sweep is at work in the same process.
    """
    outcome = pipeline.process(item, settings, tools(settings, hears), _meters.get(bar))
    return _call_state(outcome)  # type: ignore[return-value]  # Prefect takes a state for the data in it


@task(name="calls", task_run_name="{items[0].key} and others", cache_policy=NO_CACHE, persist_result=False)
def calls(items: Sequence[WorkItem], settings: Settings, bar: UUID, hears: bool) -> list[CallOutcome]:
    """Calls that are heard together (`speech.calls_at_once`). A bad one makes a failed task, and the others go on."""
    outcomes = pipeline.process_together(items, settings, tools(settings, hears), _meters.get(bar))
    failed = [outcome for outcome in outcomes if outcome.status == "failed"]
    if failed:
        return Failed(message=f"{len(failed)} of {len(items)} failed", data=outcomes)  # type: ignore[return-value]
    return outcomes


@flow(
    name="ingest",
    persist_result=False,
    # One call at a time: speech recognition uses every core, or the one GPU, by itself.
    task_runner=ThreadPoolTaskRunner(max_workers=1),  # type: ignore[arg-type]  # its future's type is too narrow
)
def ingest(inbox: str | None = None, folder: str | None = None, overrides: dict[str, Any] | None = None) -> SweepReport:
    """One sweep: take what is complete in the drop folder, process each call, load, publish.

    `inbox` and `folder` name the drop folder and the calls folder, `overrides` any other settings by section
    (`{"speech": {"model": "small"}}`). The run ends as Completed, as CompletedWithFailures if files went to the
    failed folder, or as Cancelled if another sweep is at work: called directly, that raises CancelledRun.
    """
    settings = load_settings(**_arguments(inbox, folder), **(overrides or {}))
    return _sweep_state(settings)  # type: ignore[return-value]  # Prefect takes a state for the data in it


def watch(
    interval_seconds: float = 60.0,
    inbox: str | None = None,
    folder: str | None = None,
    overrides: dict[str, Any] | None = None,
) -> None:
    """Sweep every so often from this process until it is stopped: for one box, without work pool and worker.

    With a Prefect server (PREFECT_API_URL) the flow is served as a deployment on a schedule; a sweep that is due
    while one runs is cancelled. Without one nothing would start what is scheduled, so sweeps run here in turn.
    """
    parameters: dict[str, Any] = {**_arguments(inbox, folder), "overrides": overrides}
    if not _has_server():
        _sweep_in_turn(interval_seconds, parameters)
        return
    ingest.serve(
        name="watch",
        interval=timedelta(seconds=interval_seconds),
        parameters=parameters,
        global_limit=ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW),
        description="Sweeps of the drop folder, served by one box.",
    )


def _has_server() -> bool:
    return get_current_settings().api.url is not None


def _sweep_in_turn(interval_seconds: float, parameters: dict[str, Any]) -> None:
    """One sweep after the other. Settings that not even the first one can work with end this.

    What is amiss later may be a mount that is away, or a file that is being saved.
    """
    has_worked = False
    while True:
        started = monotonic()
        with shown_progress() as viewer:
            _viewers[:] = [viewer] if viewer else []
            error = ingest(**parameters, return_state=True).result(raise_on_failure=False)
        if isinstance(error, SetupError) and not has_worked:
            raise error
        has_worked = has_worked or not isinstance(error, Exception)
        sleep(max(0.0, interval_seconds - (monotonic() - started)))


def _arguments(inbox: str | None, folder: str | None) -> dict[str, str]:
    """Those that were given."""
    return {name: value for name, value in (("inbox", inbox), ("folder", folder)) if value is not None}


def _call_state(outcome: CallOutcome) -> State[CallOutcome]:
    if outcome.status == "failed":
        return Failed(message=f"{outcome.error} at {outcome.stage}", data=outcome)
    return Completed(name=outcome.status.title(), data=outcome)


def _sweep_state(settings: Settings) -> State[SweepReport]:
    try:
        with sweep_lock(settings.folder):
            dead_runs.bury()
            report = _sweep(settings)
    except SweepRunningError as error:
        return Cancelled(message=str(error))
    name = "Completed" if report.whole else "CompletedWithFailures"
    return Completed(name=name, message=_line(report), data=report)


def _sweep(settings: Settings) -> SweepReport:
    """Begin, one task a call, conclude; counts go to the log and to artifacts."""
    log = get_run_logger()
    sweep = pipeline.begin(settings)
    log.info("%d calls to do, %d files waiting, %d rejected", len(sweep.items), sweep.waiting, sweep.rejected)
    report = pipeline.conclude(sweep, _outcomes(sweep, settings), settings)
    if report.delayed:
        log.warning("%s The next sweep loads what is staged.", report.delayed)
    if report.unwritten:
        log.error("%s", report.unwritten)
    if report.unreadable:
        log.error("%d staged files are broken and set aside: their calls are in no table.", report.unreadable)
    log.info("%s", _line(report))
    create_markdown_artifact(key="sweep", markdown=_markdown(report), description="One sweep in counts")
    return report


def _outcomes(sweep: Sweep, settings: Settings) -> tuple[CallOutcome, ...]:
    """Every call's outcome, with a progress bar on Prefect's page."""
    if not sweep.items:
        return ()
    hears = pipeline.have_audio(sweep.items)
    pipeline.check(settings)
    tools(settings, hears)  # if a model is missing, the sweep ends here, before anything is claimed
    bar = create_progress_artifact(progress=0.0, key="progress", description="Calls of this sweep")
    assert isinstance(bar, UUID)  # not awaitable here: no event loop runs in this thread
    _meters[bar] = meter = Meter(pipeline.lengths(sweep), partial(_show, bar), every=_SECONDS_BETWEEN_LOOKS)
    try:
        futures = {_submit(some, settings, bar, hears): some for some in pipeline.batches(sweep.items, settings)}
        for future in as_completed(list(futures)):
            for item in futures[future]:  # told by the task already, unless it ran elsewhere
                meter.finished(item.key)
    finally:
        del _meters[bar]
    ends = (_ends(future.result(raise_on_failure=False), some) for future, some in futures.items())
    return tuple(chain.from_iterable(ends))


def _ends(result: CallOutcome | list[CallOutcome] | Exception, items: Sequence[WorkItem]) -> list[CallOutcome]:
    """Outcomes of calls that were heard together. Of a task that crashed, the next sweep takes them up."""
    if isinstance(result, Exception):
        return [CallOutcome(None, "retry", error=type(result).__name__, stage="task") for _ in items]
    return result if isinstance(result, list) else [result]


def _submit(together: Sequence[WorkItem], settings: Settings, bar: UUID, hears: bool) -> PrefectFuture[Any]:
    """One task for the calls that are heard together: one call's, unless the settings say more."""
    if len(together) == 1:
        return call.submit(together[0], settings, bar, hears)
    return calls.submit(together, settings, bar, hears)


def _show(bar: UUID, standing: Standing) -> None:
    """Move the bar, and tell how much audio is done, how fast, and how long it takes yet."""
    with suppress(Exception):  # a server that does not answer now is no reason to fail a call
        update_progress_artifact(bar, progress=100.0 * standing.share, description=str(standing))
    for viewer in _viewers:
        viewer(standing)


def _line(report: SweepReport) -> str:
    return ", ".join(f"{number} {name.replace('_', ' ')}" for name, number in report.counts().items())


def _markdown(report: SweepReport) -> str:
    """Two tables: what became of the calls, and why some failed."""
    reasons = Counter((o.stage, o.error) for o in report.outcomes if o.status == "failed")
    rows = [f"| {name.replace('_', ' ')} | {number} |" for name, number in report.counts().items()]
    audio = sum(outcome.audio_seconds for outcome in report.outcomes)
    rows += [f"| minutes of audio | {audio / 60:.1f} |", f"| seconds | {report.seconds:.1f} |"]
    if reasons:
        rows += ["", "| stage | error | calls |", "|---|---|---|"]
        rows += [f"| {stage} | {error} | {number} |" for (stage, error), number in sorted(reasons.items())]
    return "\n".join(["| what | number |", "|---|---|", *rows])


def main(
    inbox: Annotated[str | None, typer.Option(help="The drop folder.")] = None,
    folder: Annotated[str | None, typer.Option(help="The calls folder.")] = None,
    every: Annotated[float | None, typer.Option(help="Serve: a sweep every so many seconds.")] = None,
) -> None:
    """One sweep of the drop folder; prints its counts as JSON. Exit code 0 only if no call failed."""
    if every is not None:
        watch(every, inbox, folder)
        return
    state = ingest(inbox, folder, return_state=True)
    if state.is_completed():
        typer.echo(json.dumps(state.result().counts()))
    raise typer.Exit(0 if state.name == "Completed" else 1)


if __name__ == "__main__":
    typer.run(main)
