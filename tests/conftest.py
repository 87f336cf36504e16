"""What the tests of several rooms need: one real sweep over the sample calls, made once."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import hypothesis
import pytest

import pca_pipeline.telemetry  # noqa: F401  (before any library that reports usage)
from benchmarks.accuracy import sample_settings
from pca_pipeline import pipeline
from pca_pipeline.settings import Settings

hypothesis.settings.register_profile("no deadline", deadline=None)  # other work on the machine is no failure
hypothesis.settings.load_profile("no deadline")

SAMPLES = Path(__file__).parent.parent / "sample_calls"


@dataclass(frozen=True)
class Swept:
    """A calls folder after one sweep over the sample calls, and all that was logged meanwhile."""

    settings: Settings
    report: pipeline.SweepReport
    log: str


class _Keep(logging.Handler):
    """Keeps what is logged, tracebacks included."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.setFormatter(logging.Formatter())
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture(scope="session")
def swept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Swept]:
    """All sample calls through the whole pipeline, redacted audio heard again. Read only: tests share it."""
    settings = sample_settings(SAMPLES, tmp_path_factory.mktemp("sweep"), pii={"verify_share": 0.2})
    shutil.copytree(SAMPLES / "calls", settings.inbox_folder)
    keep, root = _Keep(), logging.getLogger()
    level = root.level
    root.addHandler(keep)
    root.setLevel(logging.DEBUG)
    try:
        report = pipeline.run_sweep(settings)
    finally:
        root.removeHandler(keep)
        root.setLevel(level)
    yield Swept(settings, report, "\n".join(keep.lines))
