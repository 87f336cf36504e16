"""Seconds of machine time per hour of audio, stage by stage, on the sample calls with the demo Whisper.

    python -m benchmarks.speed [--repeat 3]

Wall-clock seconds on this machine, with models loaded beforehand, one call after the other; the fastest of the repeats.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import tempfile
from collections import Counter
from pathlib import Path

from benchmarks.accuracy import SAMPLES, sample_settings
from pca_pipeline import pipeline


def main() -> None:
    """Sweep the sample calls some times, each time into a new folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeat", type=int, default=3)
    repeat = parser.parse_args().repeat
    runs = [measure() for _ in range(repeat)]
    hours, stages = min(runs, key=lambda run: sum(run[1].values()))
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores; {hours * 60:.1f} minutes of audio")
    print("stage         seconds per hour of audio")
    for stage, seconds in stages.items():
        print(f"{stage:14}{seconds / hours:10.1f}")
    total = sum(stages.values()) / hours
    print(f"{'all':14}{total:10.1f}   ({3600 / total:.0f} times real time)")


def measure() -> tuple[float, Counter[str]]:
    """Hours of audio, and seconds by stage, of one sweep with verification of every call."""
    with tempfile.TemporaryDirectory() as folder:
        settings = sample_settings(SAMPLES, Path(folder), pii={"verify_share": 1})
        shutil.copytree(SAMPLES / "calls", settings.inbox_folder)
        tools = pipeline.load_tools(settings)
        assert tools.engine is not None
        tools.engine.hear([])  # nothing to hear, but everything imported
        outcomes = [pipeline.process(item, settings, tools) for item in pipeline.begin(settings).items]
    stages: Counter[str] = Counter()
    for outcome in outcomes:
        stages.update(outcome.seconds)
    return sum(outcome.audio_seconds for outcome in outcomes) / 3600, stages


if __name__ == "__main__":
    main()
