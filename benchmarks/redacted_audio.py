"""How much personal data stays audible in redacted recordings, and what redaction costs in silence and words.

    python -m sample_calls.build --calls 12 --seed 901 --out DIR
    python -m benchmarks.redacted_audio --calls DIR              # word times moved by up to 0.25 s, five times
    python -m benchmarks.redacted_audio --calls DIR --pipeline   # words and times as the demo Whisper hears them
    python -m benchmarks.redacted_audio --calls DIR --listen     # and the result is transcribed again

Each value of the truth is searched for in the redacted samples: "whole" if none of it can be heard, "missed" if none of
it was muted. "Audible" is how much of the others is still as loud as speech. "Extra" is by how much a fill is longer than
the values under it, for each of them. "Four in a row" counts numbers of which four digits together were heard again,
"digits" those heard where a number was said. "Menu keys" are runs of keys muted as numbers in calls that have none.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.accuracy import sample_settings, truth_by_audio
from pca_pipeline import audio, pipeline, speech
from pca_pipeline.call import Finding, KnownIdentity, MuteSpan, Recording, Segment, Transcript, Word
from pca_pipeline.pii.conversation.reading import ConversationEngine
from pca_pipeline.pii.entities import NUMERIC
from pca_pipeline.pii.names.known import parts
from pca_pipeline.pii.sound.dtmf import keyed_spans
from pca_pipeline.pii.sound.spans import mute_spans
from pca_pipeline.pii.words.number_words import digits_in
from pca_pipeline.pii.words.stream import Conversation, Line
from pca_pipeline.transcript import read_transcript

SAMPLES = Path(__file__).parents[1] / "sample_calls"
LEAST_NOISE = 0.02  # seconds
FRAME = 0.01  # seconds over which loudness is taken
AUDIBLE = 0.03  # of a value's loudest frames: 30 dB below them
NEAR = 0.3  # seconds by which a digit heard again may lie outside of its value
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Redacted:
    """A call with its truth, before and after."""

    truth: Json
    source: Recording
    redacted: Recording
    spans: tuple[MuteSpan, ...]

    @property
    def values(self) -> list[Json]:
        """All personal data in the truth; agents' own names stay by policy."""
        return [value for value in self.truth["pii"] if not value["value_id"].startswith("agent")]


@dataclass
class Score:
    """Sums over the values of one entity; seconds."""

    values: int = 0
    whole: int = 0
    missed: int = 0
    audible: list[float] = field(default_factory=list)  # of each value that was not missed
    extra: list[float] = field(default_factory=list)
    heard: int = 0  # values of which four digits in a row were heard again
    digits: int = 0
    digits_heard: int = 0

    def add(self, other: Score) -> None:
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)


@dataclass
class Totals:
    """Scores by entity, and what else was lost."""

    scores: defaultdict[str, Score] = field(default_factory=lambda: defaultdict(Score))
    words: int = 0  # that are not personal
    lost: int = 0  # of these, over half muted
    needless: list[float] = field(default_factory=list)  # seconds of each fill that hides no value
    calls: int = 0


def measure(call: Redacted, totals: Totals) -> None:
    """Add one call's samples to the totals."""
    totals.calls += 1
    for value in call.values:
        score = totals.scores[value["entity"]]
        audible, missed = _audible(call, value), not any(_meets(span, value) for span in call.spans)
        score.values += 1
        score.missed += missed
        score.whole += not missed and audible == 0
        score.audible += [] if missed else [audible]
    for span in call.spans:
        _measure_extra(span, call.truth["pii"], totals)
    for word in _ordinary(call):
        totals.words += 1
        totals.lost += 2 * sum(_overlap(span, word) for span in call.spans) > word["end"] - word["start"]


def _measure_extra(span: MuteSpan, values: Sequence[Json], totals: Totals) -> None:
    """The parts of a fill that hide no value: numbers and echoes are muted on the other channel, too."""
    under = [value for value in values if _meets(span, value)]
    hidden = [(max(span.start, v["start"]), min(span.end, v["end"])) for v in values]
    extra = span.end - span.start - _length((start, end) for start, end in hidden if start < end)
    for value in under:
        totals.scores[value["entity"]].extra.append(extra / len(under))
    if not any(start < end for start, end in hidden):
        totals.needless.append(extra)


def _length(stretches: Iterable[tuple[float, float]]) -> float:
    """Seconds that lie in any of them."""
    length, reached = 0.0, 0.0
    for start, end in sorted(stretches):
        length += max(0.0, end - max(start, reached))
        reached = max(reached, end)
    return length


def _overlap(span: MuteSpan, said: Json) -> float:
    """Seconds of a value or word under a span."""
    if span.channel != said["channel"]:
        return 0.0
    return max(0.0, min(span.end, float(said["end"])) - max(span.start, float(said["start"])))


def _meets(span: MuteSpan, value: Json) -> bool:
    return _overlap(span, value) > 0


def _ordinary(call: Redacted) -> Iterator[Json]:
    """Words that are not personal data, each with its channel."""
    personal = {(v["utterance"], at) for v in call.values for at in range(v["words"][0], v["words"][1] + 1)}
    for number, said in enumerate(call.truth["utterances"]):
        for at, word in enumerate(said["words"]):
            if (number, at) not in personal:
                yield word | {"channel": said["channel"]}


def _audible(call: Redacted, value: Json) -> float:
    """Seconds of a value that still sound like speech: near its loudest frames, and above line noise."""
    said = _levels(call.source, value["channel"], value["start"], value["end"])
    left = _levels(call.redacted, value["channel"], value["start"], value["end"])
    around = _levels(call.source, value["channel"], value["start"] - 4, value["end"] + 4)
    least = max(AUDIBLE * np.percentile(said, 95), 2 * np.percentile(around, 10))
    return float(np.count_nonzero(left > least)) * FRAME


def _levels(recording: Recording, channel: int, start: float, end: float) -> npt.NDArray[np.float64]:
    """RMS of each whole frame."""
    size = round(FRAME * recording.sample_rate)
    samples = recording.channels[channel, round(max(0.0, start) * recording.sample_rate) :]
    frames = samples[: round((end - max(0.0, start)) / FRAME) * size]
    frames = frames[: frames.size // size * size].reshape(-1, size).astype(np.float64)
    return np.asarray(np.sqrt(np.mean(frames**2, axis=1)))


# ---- hearing it again


def measure_heard(call: Redacted, heard: Transcript, totals: Totals) -> None:
    """Add what is left of the numbers in a transcript of the redacted recording."""
    ordinary = list(_ordinary(call))
    channels = {word.channel for word in heard.words}
    again = _parts([[w.text for w in heard.words if w.channel == c] for c in channels])
    again -= _parts([[w["text"] for w in ordinary if w["channel"] == c] for c in channels])
    kept = [word for word in ordinary if digits_in([word["text"]])]
    for value in call.values:
        if value["entity"] not in NUMERIC:
            continue
        score = totals.scores[value["entity"]]
        words = call.truth["utterances"][value["utterance"]]["words"][value["words"][0] : value["words"][1] + 1]
        score.digits += digits_in(word["text"] for word in words)
        score.digits_heard += digits_in(w.text for w in _heard_at(heard, value) if not _within_any(w, kept))
        score.heard += not again.isdisjoint(_parts([[word["text"] for word in words]]))


def _heard_at(heard: Transcript, value: Json) -> Iterator[Word]:
    for word in heard.words:
        middle = (word.start + word.end) / 2
        if word.channel == value["channel"] and value["start"] - NEAR <= middle <= value["end"] + NEAR:
            yield word


def _within_any(word: Word, said: Iterable[Json]) -> bool:
    """Whether one of the words was said about when a word was heard."""
    return any(
        word.channel == one["channel"] and one["start"] - NEAR < word.end and word.start < one["end"] + NEAR
        for one in said
    )


def _parts(lines: Iterable[Sequence[str]]) -> set[str]:
    """Four digits in a row of the numbers in each line."""
    found: set[str] = set()
    for words in lines:
        reading = ConversationEngine().read(Conversation([Line("customer", tuple(words))]), KnownIdentity())
        found.update(part for run in reading.numbers.runs for part in parts(run.digits))
    return found


# ---- where redacted calls come from


def with_moved_times(samples: Path, noise: float, rounds: int, seed: int) -> Iterator[Redacted]:
    """Each call several times, redacted with the words of the truth, whose times are wrong by up to `noise` seconds."""
    for path, truth in _truths(samples):
        source = audio.read(path)
        for turn in range(rounds):
            segments, findings = heard(truth, noise, Random(f"{seed} {turn} {truth['call']}"))
            spans = mute_spans(segments, findings, source)
            copy = replace(source, channels=source.channels.copy())
            yield Redacted(truth, source, audio.mute_in_place(copy, spans, "silence"), spans)


def through_the_pipeline(samples: Path, folder: Path) -> Iterator[Redacted]:
    """Each call that comes out of one sweep in that calls folder; prints the sweep's counts."""
    settings = sample_settings(samples, folder)
    shutil.copytree(samples / "calls", settings.inbox_folder)
    print(pipeline.run_sweep(settings).counts())
    truths = truth_by_audio(samples)
    for done in sorted(settings.done_folder.glob("*/*")):
        call = read_transcript(done)
        truth = truths[next(Path(file.name).name for file in call.files if file.kind == "audio")]
        source = audio.read(samples / truth["audio"])
        yield Redacted(truth, source, audio.read(done / "redacted.wav"), call.mute_spans)


def _truths(samples: Path) -> Iterator[tuple[Path, Json]]:
    for path in sorted((samples / "truth").glob("*.json")):
        truth = json.loads(path.read_text())
        yield samples / truth["audio"], truth


def heard(truth: Json, noise: float, rng: Random) -> tuple[list[Segment], list[Finding]]:
    """The call's segments and findings with wrong times."""
    segments = [
        Segment(said["speaker"], said["channel"], tuple(moved(w, said["channel"], noise, rng) for w in said["words"]))
        for said in truth["utterances"]
    ]
    findings = [
        Finding(
            p["entity"], p["utterance"], p["words"][0], p["words"][1], p["channel"], p["start"], p["end"], 1.0, "truth"
        )
        for p in truth["pii"]
        if not p["value_id"].startswith("agent")
    ]
    return segments, findings


def moved(word: Json, channel: int, noise: float, rng: Random) -> Word:
    """A true word with wrong times."""

    def off() -> float:
        return rng.choice((-1, 1)) * rng.uniform(min(LEAST_NOISE, noise), noise)

    start = max(0.0, word["start"] + off())
    return Word(word["text"], start, max(start + 0.02, word["end"] + off()), 0.9, channel)


def menu_keys(samples: Path) -> int:
    """Runs of keys taken for numbers in the calls of a folder, whose callers never key one."""
    calls = ((audio.read(path), heard(truth, 0.0, Random(0))[0]) for path, truth in _truths(samples))
    return sum(len(list(keyed_spans(audio.key_presses(found), segments, 1))) for found, segments in calls)


# ---- the tables


def report(totals: Totals, *, listened: bool) -> None:
    """Print a line for each entity, for numbers, and for all; then what else was lost."""
    print(f"{'entity':18} values  whole missed  audible ms: mean  worst  extra s: p50    p95  four in a row  digits")
    for name in sorted(totals.scores):
        print(row(name, [totals.scores[name]], listened))
    print(row("all numbers", [totals.scores[name] for name in totals.scores if name in NUMERIC], listened))
    print(row("all", totals.scores.values(), listened))
    print(f"ordinary words over half muted: {totals.lost} of {totals.words} in {totals.calls} calls")
    print(f"fills that hide nothing: {len(totals.needless)}, {sum(totals.needless):.1f} s")


def row(name: str, scores: Iterable[Score], listened: bool) -> str:
    """One line of the table."""
    score = Score()
    for one in scores:
        score.add(one)
    audible, extra = np.array(score.audible or [0.0]) * 1000, np.percentile(score.extra or [0.0], [50, 95])
    line = (
        f"{name:18}{score.values:7}{score.whole:7}{score.missed:7}{audible.mean():18.1f}{audible.max():7.0f}"
        f"{extra[0]:14.2f}{extra[1]:7.2f}"
    )
    return f"{line}{score.heard:15}{score.digits_heard:4} of {score.digits}" if listened and score.digits else line


def main() -> None:
    """Redact a folder of made-up calls and print what is left."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=Path, default=SAMPLES, help="folder that sample_calls.build wrote")
    parser.add_argument("--pipeline", action="store_true", help="with the demo Whisper, not with the truth's words")
    parser.add_argument("--listen", action="store_true", help="transcribe what comes out once more")
    parser.add_argument("--noise", type=float, default=0.25, help="largest error of a word's time, seconds")
    parser.add_argument("--rounds", type=int, default=5, help="how often each call's times are moved")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    totals = Totals()
    with tempfile.TemporaryDirectory() as scratch:
        settings = sample_settings(given.calls, Path(scratch)).speech
        engine = speech.load_engine(settings) if given.listen else None
        for call in (
            through_the_pipeline(given.calls, Path(scratch))
            if given.pipeline
            else with_moved_times(given.calls, given.noise, given.rounds, given.seed)
        ):
            measure(call, totals)
            if engine:
                measure_heard(call, speech.transcribe(call.redacted, engine, settings), totals)
    report(totals, listened=given.listen)
    if not given.pipeline:
        print(f"menu keys muted as a number: {menu_keys(given.calls)}")


if __name__ == "__main__":
    main()
