"""What stays audible of personal data when word times are as wrong as those of speech recognition.

    python -m benchmarks.redacted_audio --noise 0.15 --rounds 5

The sample calls' true word times are moved at random, by 20 ms to `--noise` seconds at either end; spans are made
from them, and compared with the true times. Leaked is true time outside the fill; audible, the part of it with sound.
Extra is the length of the fill beyond the true time under it, for each value. Keys are false alarms of the keypad
detector: runs of keys muted as numbers in calls whose callers only choose from menus.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from pca_pipeline import audio
from pca_pipeline.call import Finding, MuteSpan, Recording, Segment, Word
from pca_pipeline.pii.audio_spans import mute_spans

SAMPLES = Path(__file__).parents[1] / "sample_calls"
LEAST_NOISE = 0.02  # seconds
STEP = 0.01  # seconds of one step of the comparison
Json = dict[str, Any]


@dataclass
class Score:
    """Seconds over all values of one entity."""

    values: int = 0
    whole: int = 0  # values with no leak at all
    true: float = 0.0
    leaked: float = 0.0
    audible: float = 0.0
    worst: float = 0.0  # longest leak of one value
    extra: list[float] = field(default_factory=list)


def moved(word: Json, channel: int, noise: float, rng: Random) -> Word:
    """A true word with wrong times."""

    def off() -> float:
        return rng.choice((-1, 1)) * rng.uniform(LEAST_NOISE, noise) if noise else 0.0

    start = max(0.0, word["start"] + off())
    return Word(word["text"], start, max(start + 0.02, word["end"] + off()), 0.9, channel)


def heard(truth: Json, noise: float, rng: Random) -> tuple[list[Segment], list[Finding]]:
    """The call's segments and findings with wrong times."""
    segments = [
        Segment(said["speaker"], said["channel"], tuple(moved(w, said["channel"], noise, rng) for w in said["words"]))
        for said in truth["utterances"]
    ]
    findings = [
        Finding(p["entity"], p["utterance"], *p["words"], p["channel"], p["start"], p["end"], 1.0, "truth")
        for p in truth["pii"]
    ]
    return segments, findings


def measure(truth: Json, recording: Recording, spans: Sequence[MuteSpan], scores: dict[str, Score]) -> None:
    """Add one call's values to the scores."""
    for value in truth["pii"]:
        score = scores[value["entity"]]
        pauses = audio.find_pauses(recording, value["channel"], value["start"], value["end"])
        left = [at for at in np.arange(value["start"], value["end"], STEP) if not _covered(spans, value, at)]
        score.values += 1
        score.whole += not left
        score.true += value["end"] - value["start"]
        score.leaked += len(left) * STEP
        score.audible += sum(not pauses.silent(at, at) for at in left) * STEP
        score.worst = max(score.worst, len(left) * STEP)
    for span in spans:
        under = [value for value in truth["pii"] if value["channel"] == span.channel and _meets(span, value)]
        covered = sum(min(span.end, v["end"]) - max(span.start, v["start"]) for v in under)
        for value in under:
            scores[value["entity"]].extra.append((span.end - span.start - covered) / len(under))


def _covered(spans: Sequence[MuteSpan], value: Json, at: float) -> bool:
    return any(span.channel == value["channel"] and span.start <= at < span.end for span in spans)


def _meets(span: MuteSpan, value: Json) -> bool:
    return bool(span.start < value["end"] and value["start"] < span.end)


def calls() -> Iterator[tuple[Json, Recording]]:
    """The sample calls' truth and sound."""
    for path in sorted((SAMPLES / "truth").glob("*.json")):
        truth = json.loads(path.read_text())
        yield truth, audio.read(SAMPLES / truth["audio"])


def run(noise: float, rounds: int, seed: int) -> tuple[dict[str, Score], int]:
    """Scores by entity over all sample calls, and how many times menu keys were taken for a number."""
    scores: dict[str, Score] = defaultdict(Score)
    false_keys = 0
    for truth, recording in calls():
        for turn in range(rounds):
            segments, findings = heard(truth, noise, Random(f"{seed} {turn} {truth['call']}"))
            measure(truth, recording, mute_spans(segments, findings, recording), scores)
        false_keys += len(mute_spans(segments, (), recording))
    return scores, false_keys


def row(name: str, score: Score) -> str:
    """One line of the table."""
    extra = np.percentile(score.extra or [0.0], [50, 90])
    return (
        f"{name:18}{score.values:7}{score.whole / score.values:9.1%}{1 - score.leaked / score.true:10.2%}"
        f"{score.leaked * 1000 / score.values:11.1f}{score.audible * 1000 / score.values:12.1f}"
        f"{score.worst * 1000:10.0f}{extra[0]:12.2f}{extra[1]:9.2f}"
    )


def total(scores: Iterable[Score]) -> Score:
    """All entities together."""
    every = Score()
    for score in scores:
        every.values, every.whole = every.values + score.values, every.whole + score.whole
        every.true, every.leaked = every.true + score.true, every.leaked + score.leaked
        every.audible, every.worst = every.audible + score.audible, max(every.worst, score.worst)
        every.extra += score.extra
    return every


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--noise", type=float, default=0.15, help="largest error of a word's time, seconds")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    scores, false_keys = run(given.noise, given.rounds, given.seed)
    print(f"{'entity':18} values    whole   covered  leaked ms  audible ms  worst ms  extra s p50      p90")
    for name in sorted(scores):
        print(row(name, scores[name]))
    print(row("all", total(scores.values())))
    print(f"menu keys muted as a number: {false_keys}")


if __name__ == "__main__":
    main()
