"""How many words are attributed to the right participant: `python -m benchmarks.attribution --calls 200 --seed 1000`.

Calls are generated with transfers, consults, holds and conferences; their records have the noise of real ones. Beside
it the rule in common use: a turn belongs to the agent in whose window it starts. The same seed gives the same calls.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

from benchmarks.ctr_records import KINDS, MadeCall, make_call
from benchmarks.ctr_speech import EXTERNAL
from pca_pipeline.call import IntervalKind, Recording, Role, SpeechStats, Timeline, Transcript, Word
from pca_pipeline.ctr import read_record
from pca_pipeline.settings import Settings
from pca_pipeline.timeline import attribute

_TRANSFERS = ("blind", "consult", "conference", "transfer", "holds")
_RATE = 100  # samples a second: only the length of the audio matters
_PAUSE = 0.8  # seconds of silence that end a turn, for the rule in common use


def timeline_of(call: MadeCall) -> Timeline:
    """The timeline that the call's records give."""
    audio = Recording(np.zeros((2, round(call.seconds * _RATE)), np.float32), _RATE, "ULAW")
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / name for name in ("conversation.json", "recording.json")]
        for path, document in zip(paths, (call.conversation, call.recording), strict=True):
            path.write_text(json.dumps(document), encoding="utf-8")
        return read_record(paths, audio, Settings()).timeline


def names(timeline: Timeline) -> dict[str, str]:
    """What the generator calls each participant, by the participant's key."""
    outsiders = [one.key for one in timeline.participants if one.role is Role.EXTERNAL]
    numbered = {key: f"external-{number}" for number, key in enumerate(outsiders, 1)}
    return {one.key: numbered.get(one.key, one.id or one.key) for one in timeline.participants}


def by_timeline(call: MadeCall, timeline: Timeline) -> Iterator[tuple[Word, str]]:
    """Each word and who says it by this package."""
    words = tuple(one.word for one in call.said)
    known = names(timeline)
    for segment in attribute(Transcript(words, SpeechStats("made", "en", 0.0, None, 0)), timeline):
        for word in segment.words:
            yield word, known[segment.speaker]


def by_turn_start(call: MadeCall, timeline: Timeline) -> Iterator[tuple[Word, str]]:
    """Each word and who says it by the start of its turn: the last agent in whose window that is, else a machine."""
    known = names(timeline)
    speaker, ended = "", -10.0
    for word in (one.word for one in call.said):
        if word.channel == EXTERNAL:
            yield word, "customer"
            continue
        if not speaker or word.start - ended > _PAUSE:
            speaker = known.get(_window(timeline, word.start) or "", "nobody")
        ended = word.end
        yield word, speaker


def _window(timeline: Timeline, at: float) -> str | None:
    kinds = {IntervalKind.TALK, IntervalKind.HOLD, IntervalKind.CONSULT, IntervalKind.IVR, IntervalKind.QUEUE}
    within = [one for one in timeline.intervals if one.kind in kinds and one.start <= at < one.end]
    return within[-1].participant if within else None


def right(call: MadeCall, found: Iterator[tuple[Word, str]]) -> int:
    """How many words have their true speaker."""
    truth = {id(one.word): one.who for one in call.said}
    return sum(truth[id(word)] == who for word, who in found)


def main() -> None:
    """Print the shares of words that are right, per kind of call and over all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1000, help="seed of the first call; each next one has the next")
    arguments = parser.parse_args()
    kinds = [kind for kind in KINDS if kind.startswith(_TRANSFERS)]
    words: Counter[str] = Counter()
    ours: Counter[str] = Counter()
    rule: Counter[str] = Counter()
    for number in range(arguments.calls):
        kind = kinds[number % len(kinds)]
        call = make_call(arguments.seed + number, kind)
        timeline = timeline_of(call)
        for name in (kind, "all"):
            words[name] += len(call.said)
            ours[name] += right(call, by_timeline(call, timeline))
            rule[name] += right(call, by_turn_start(call, timeline))
    _print(words, ours, rule)


def _print(words: Mapping[str, int], ours: Mapping[str, int], rule: Mapping[str, int]) -> None:
    print(f"{'call':<32} {'words':>8} {'right':>9} {'turn start':>11}")
    for name in [*(name for name in words if name != "all"), "all"]:
        print(f"{name:<32} {words[name]:>8,} {ours[name] / words[name]:>9.2%} {rule[name] / words[name]:>11.2%}")


if __name__ == "__main__":
    main()
