"""`make demo`: the sample calls through the real flow, and what a newcomer can do with the result."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pca_pipeline.telemetry  # noqa: F401  (before Prefect is imported)

os.environ.setdefault("PREFECT_LOGGING_LEVEL", "WARNING")  # the bar and the tables are enough to look at
os.environ.setdefault("PREFECT_SERVER_LOGGING_LEVEL", "ERROR")
os.environ.setdefault("PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS", "120")

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from pca_pipeline import warehouse
from pca_pipeline.console import print_table, talk
from pca_pipeline.settings import Settings, load_settings

SAMPLES = Path(__file__).parent
FOLDER = Path("demo/calls")
QUESTIONS = ("why-customers-call", "what-makes-calls-long", "what-makes-them-angry")
CALLS = {  # columns that fit a terminal 80 wide, and their headings
    "started_at": "when",
    "queues": "queues",
    "agents": "agents",
    "duration_seconds": "seconds",
    "transfers": "transfers",
    "redacted": "redacted",
}
ROWS = 8  # shown of an answer
NEXT = [
    (f".venv/bin/pca ask --folder {FOLDER}", "see all business questions"),
    (f".venv/bin/pca ask find -p text=refund --folder {FOLDER}", "search what was said"),
    (f".venv/bin/pca serve --folder {FOLDER}", "read and hear the calls in a browser"),
    ("make demo", "see that a second run changes nothing"),
]
OVERRIDES: dict[str, Any] = {
    "intake": {"stable_seconds": 0, "record_wait_seconds": 0},  # nobody writes to the demo's drop folder
    "speech": {"model": str(SAMPLES / "demo-whisper.pt")},
    "ctr": {"agents": str(SAMPLES / "lookups/agents.csv"), "queues": str(SAMPLES / "lookups/queues.csv")},
    "pii": {"verify_share": 1.0},
}


def main() -> None:
    """Drop the samples, sweep, drop the late record, sweep again, and show what came out."""
    from flows.ingest import ingest

    settings = load_settings(folder=FOLDER, **OVERRIDES)
    talk.print("Sample calls → drop folder → Prefect flow `ingest` (the first start of Prefect takes half a minute)")
    with _progress(settings):
        for drop in (SAMPLES / "calls", SAMPLES / "late"):
            shutil.copytree(drop, settings.inbox_folder, dirs_exist_ok=True)
            ingest(folder=str(FOLDER), overrides=OVERRIDES)
    show(settings)


@contextmanager
def _progress(settings: Settings) -> Iterator[None]:
    """A bar over the calls that have come out of the pipeline."""
    total = len(list((SAMPLES / "calls").rglob("*.wav")))
    over = threading.Event()
    columns = (TextColumn("calls"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=talk) as bar:
        task = bar.add_task("", total=total)

        def watch() -> None:
            while not over.wait(0.3):
                bar.update(task, completed=_finished(settings))

        watcher = threading.Thread(target=watch, daemon=True)
        watcher.start()
        try:
            yield
        finally:
            over.set()
            watcher.join()
            bar.update(task, completed=_finished(settings))


def _finished(settings: Settings) -> int:
    return sum(1 for folder in (settings.done_folder.glob("*/*"), settings.failed_folder.glob("*")) for _ in folder)


def show(settings: Settings) -> None:
    """Print the calls, some answers, where the files are, and what to type next."""
    _show_calls(settings)
    for question in QUESTIONS:
        answer = warehouse.ask(question, settings)
        print_table(answer.columns, answer.rows[:ROWS], warehouse.find_question(question).title)
    _show_places(settings)
    print_table(["type", "to"], NEXT, "What to type next")


def _show_calls(settings: Settings) -> None:
    calls = warehouse.ask("calls", settings)
    places = [calls.columns.index(column) for column in CALLS]
    print_table(tuple(CALLS.values()), [[row[place] for place in places] for row in calls.rows], "The calls")


def _show_places(settings: Settings) -> None:
    newest = max(settings.done_folder.glob("*/*"), key=lambda folder: folder.stat().st_mtime)
    print_table(
        ["what", "where"],
        [
            ("database", settings.database),
            ("its copy for readers", settings.published_database),
            ("redacted audio and transcripts, a folder per call", settings.done_folder),
            ("one of them to read", newest / "transcript.txt"),
        ],
        "What is where",
    )


if __name__ == "__main__":
    main()
