"""The warehouse at any size: `python -m benchmarks.warehouse --calls 12000`. The same arguments give the same rows.

Calls are staged in the real format, half of them in a file each and half in files of a thousand, as an import does it,
and loaded by the real loader. Then every question is asked, over a month and over everything.
"""

from __future__ import annotations

import argparse
import random
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pca_pipeline.call import FinishedCall, ParticipantTimes
from pca_pipeline.settings import Settings
from pca_pipeline.warehouse import ask, erase, list_questions, load, open_readonly, publish, stage, stage_all
from pca_pipeline.web.library import find_call
from tests.factories import CUSTOMER, Turn, agent, make_call, queue

SEGMENTS = 63  # of a call, as in the reference deployment: 63 million of 1 million calls
TOPICS = ["billing", "technical support", "card lost", "complaint", "claim"]
BEGIN = datetime(2025, 1, 1, tzinfo=UTC)
SPAN = timedelta(days=365)
REQUIRED = {"text": "the account"}


def vocabulary() -> list[str]:
    """English words as often as they stand in the project's own pages."""
    pages = sorted((Path(__file__).parents[1] / "docs").glob("*.md"))
    return [word for page in pages for word in page.read_text("utf-8").lower().split() if word.isalpha()]


def make_random_call(number: int, at: datetime, words: int, spoken: list[str], dice: random.Random) -> FinishedCall:
    """A call of two speakers in turn, of turns of about `words` words, one word in a hundred redacted."""
    turns = []
    second = 5.0
    for turn in range(SEGMENTS):
        text = dice.choices(spoken, k=dice.randint(1, 2 * words))
        if dice.random() < words / 100:
            text[0] = "[PERSON]"
        turns.append(Turn("agent_1" if turn % 2 else "customer", second, " ".join(text), round(dice.uniform(-1, 1), 3)))
        second += len(text) * 0.5 + round(dice.random(), 2)
    return make_call(
        f"{number:020x}",
        turns=turns,
        duration=second,
        started_at=at,
        participants=(CUSTOMER, queue(1, f"Queue {number % 12}"), agent(1, f"Agent {number % 150}")),
        times=[ParticipantTimes("queue_1", queue_wait=dice.uniform(0, 120)), ParticipantTimes("agent_1", talk=second)],
        drivers=dice.sample(TOPICS, k=2),
    )


def make_calls(count: int, words: int) -> Iterator[FinishedCall]:
    """Calls evenly over a year, in the order of time."""
    dice, spoken = random.Random(7), vocabulary()
    return (make_random_call(n, BEGIN + n * SPAN / count, words, spoken, dice) for n in range(count))


def timed(work: Callable[[], object]) -> float:
    """Seconds that the work takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def report(name: str, value: float, unit: str) -> None:
    """One line of the result."""
    print(f"| {name} | {value:,.3f} {unit} |" if value < 10 else f"| {name} | {value:,.0f} {unit} |", flush=True)


def fill(settings: Settings, calls: int, words: int) -> FinishedCall:
    """Stage and load wave by wave, so that the staged files never need much room. Returns the last call."""
    seconds, counts = {"a file each": 0.0, "files of 1000 calls": 0.0}, {"a file each": 0, "files of 1000 calls": 0}
    made, wave = make_calls(calls, words), 2000
    for number in range(max(1, calls // wave)):
        batch = [call for call, _ in zip(made, range(wave), strict=False)]
        way = "files of 1000 calls" if number % 2 else "a file each"
        if way == "a file each":
            for call in batch:
                stage(call, settings.staged_folder)
        else:
            for at in range(0, len(batch), 1000):
                stage_all(batch[at : at + 1000], settings.staged_folder)
        seconds[way] += timed(lambda: load(settings))
        counts[way] += len(batch) * SEGMENTS
    for way, taken in seconds.items():
        if taken:
            report(f"load, {way}", counts[way] / taken, "segments/s")
    return batch[-1]


def measure_size(settings: Settings, segments: int) -> None:
    """Bytes of the published copy, which holds no freed space, and the characters of the text in it."""
    report("file", settings.published_database.stat().st_size / segments, "bytes a segment")
    with open_readonly(settings) as connection:
        row = connection.execute("select avg(strlen(text)), avg(len(words)) from segments").fetchone()
    assert row is not None
    report("text, as spoken", row[0], "bytes a segment")
    report("words", row[1], "a segment")


def measure_questions(settings: Settings) -> None:
    """Every question over a month and over everything, the best of three."""
    month = {"since": "2025-06-01", "before": "2025-07-01"}
    for question in list_questions():
        names = {parameter.name for parameter in question.parameters}
        for title, chosen in (("a month", month), ("everything", {})):
            given = {name: value for name, value in (REQUIRED | chosen).items() if name in names}
            best = min(timed(lambda q=question.name, g=given: ask(q, settings, g)) for _ in range(3))
            report(f"ask {question.name}, {title}", best, "s")


def measure_changes(settings: Settings, call: FinishedCall) -> None:
    """One call's page, opening, replacing and erasing."""
    name = call.call.call_id
    report("open", statistics.median(timed(lambda: open_readonly(settings).__enter__()) for _ in range(5)), "s")
    report("one call's page", statistics.median(timed(lambda: find_call(settings, name)) for _ in range(9)), "s")
    stage(call, settings.staged_folder)
    report("replace a call", timed(lambda: load(settings)), "s")
    report("erase a call, both files written anew", timed(lambda: erase(settings, call=name)), "s")


def main() -> None:
    """Measure in a folder that is removed afterwards."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=10_000)
    parser.add_argument("--words", type=int, default=14, help="mean words of a segment")
    arguments = parser.parse_args()
    print(f"| {arguments.calls:,} calls, {arguments.calls * SEGMENTS:,} segments | |\n|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(folder=Path(folder))
        last = fill(settings, arguments.calls, arguments.words)
        report("publish", timed(lambda: publish(settings)), "s")
        measure_size(settings, arguments.calls * SEGMENTS)
        measure_questions(settings)
        measure_changes(settings, last)
    report("peak memory of the process", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "MiB")


if __name__ == "__main__":
    main()
