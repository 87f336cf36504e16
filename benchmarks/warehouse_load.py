"""How fast staged calls are staged, loaded, published and asked: `python -m benchmarks.warehouse_load --calls 1000`.

The calls are made from a seed: the same arguments give the same rows.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pca_pipeline.call import FinishedCall, ParticipantTimes
from pca_pipeline.settings import Settings
from pca_pipeline.warehouse import ask, list_questions, load, publish, stage
from tests.factories import CUSTOMER, Turn, agent, make_call, queue

_WORDS = "my the bill card account is was please thank you number router order moment help [PERSON] so yes no".split()
_TOPICS = ["billing", "technical support", "card lost", "complaint", "claim"]
_BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


def make_random_call(number: int, segments: int, words: int, dice: random.Random) -> FinishedCall:
    """A call of two speakers in turn, `segments` turns of about `words` words."""
    turns = []
    at = 5.0
    for turn in range(segments):
        text = dice.choices(_WORDS, k=dice.randint(1, 2 * words))
        turns.append(Turn("agent_1" if turn % 2 else "customer", at, " ".join(text), dice.uniform(-1, 1)))
        at += len(text) * 0.5 + dice.random()
    return make_call(
        f"{number:020x}",
        turns=turns,
        duration=at,
        started_at=_BEGIN + timedelta(minutes=number),
        participants=(CUSTOMER, queue(1, f"Queue {number % 12}"), agent(1, f"Agent {number % 150}")),
        times=[ParticipantTimes("queue_1", queue_wait=dice.uniform(0, 120)), ParticipantTimes("agent_1", talk=at)],
        drivers=dice.sample(_TOPICS, k=2),
    )


def timed(name: str, count: int, unit: str, work: Callable[[], object]) -> None:
    """Run, and print seconds and rate."""
    began = time.perf_counter()
    work()
    seconds = time.perf_counter() - began
    print(f"{name:<28} {seconds:8.2f} s {count / seconds:12,.0f} {unit}/s")


def main() -> None:
    """Measure in a folder that is removed afterwards."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=1000)
    parser.add_argument("--segments", type=int, default=100, help="segments of a call")
    parser.add_argument("--words", type=int, default=10, help="mean words of a segment")
    arguments = parser.parse_args()
    dice = random.Random(7)
    calls = [make_random_call(n, arguments.segments, arguments.words, dice) for n in range(arguments.calls)]
    with tempfile.TemporaryDirectory() as folder:
        measure(Settings(folder=Path(folder)), calls)


def measure(settings: Settings, calls: list[FinishedCall]) -> None:
    """Stage, load, load again in place of the first, publish, ask every question."""
    segments = sum(len(call.call.segments) for call in calls)
    stage(calls[0], settings.staged_folder)  # loads the libraries

    def stage_all() -> None:
        for call in calls:
            stage(call, settings.staged_folder)

    timed("stage", len(calls), "calls", stage_all)
    timed("load", segments, "segments", lambda: load(settings))
    print(f"{'file':<28} {settings.database.stat().st_size / segments:8.0f} bytes a segment")
    stage_all()
    timed("load again (replace)", segments, "segments", lambda: load(settings))
    timed("publish", segments, "segments", lambda: publish(settings))
    for question in list_questions():
        params = {"text": "card account"} if question.name == "find" else {}
        timed(f"ask {question.name}", 1, "answers", lambda name=question.name, p=params: ask(name, settings, p))


if __name__ == "__main__":
    main()
