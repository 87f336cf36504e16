"""How many words are attributed to the right participant: `python -m benchmarks.attribution --calls 200 --seed 1000`.

Calls are generated with transfers, consults, holds and conferences; their records have the noise of real ones. For
comparison there is the rule in common use: a turn belongs to the agent in whose window it starts. The same seed gives the
same calls.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.ctr_records import KINDS, MadeCall, make_call
from benchmarks.ctr_speech import EXTERNAL
from pca_pipeline.call import IntervalKind, Recording, Role, SpeechStats, Timeline, Transcript, Word
from pca_pipeline.ctr import read_record
from pca_pipeline.parties import name_voices
from pca_pipeline.settings import Settings
from pca_pipeline.timeline import attribute, with_detected_channels

_TRANSFERS = ("blind", "consult", "conference", "transfer", "holds")
_SHARED = "conference"  # kinds of calls in which several people share a channel
_RATE = 100  # samples a second: only the length of the audio matters
_PAUSE = 0.8  # seconds of silence that end a turn, for the rule in common use


def timeline_of(call: MadeCall, audio: Recording | None = None) -> Timeline:
    """The timeline that the call's records give."""
    audio = audio or Recording(np.zeros((2, round(call.seconds * _RATE)), np.float32), _RATE, "ULAW")
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


def by_timeline(call: MadeCall, timeline: Timeline, audio: Recording | None = None) -> Iterator[tuple[Word, str]]:
    """Each word and who says it by this package; if there is audio, by voices as well."""
    words = tuple(one.word for one in call.said)
    if audio is not None:
        voices = name_voices(words, [word.channel for word in words], timeline, audio)
        words = tuple(replace(word, voice=voice) for word, voice in zip(words, voices, strict=True))
    known = names(timeline)
    for segment in attribute(Transcript(words, SpeechStats("made", "en", 0.0, None, 0)), timeline):
        for word in segment.words:
            yield replace(word, voice=None), known[segment.speaker]


def by_turn_start(call: MadeCall, timeline: Timeline) -> Iterator[tuple[Word, str]]:
    """Each word and who says it by the start of its turn: the last agent in whose window it is, else a machine."""
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
    unheard = (IntervalKind.ALERT, IntervalKind.WRAP_UP)
    within = [one for one in timeline.intervals if one.kind not in unheard and one.start <= at < one.end]
    return within[-1].participant if within else None


def right(call: MadeCall, found: Iterator[tuple[Word, str]]) -> int:
    """How many words have their true speaker."""
    truth = {(one.word.start, one.word.channel): one.who for one in call.said}
    return sum(truth[word.start, word.channel] == who for word, who in found)


def _found(call: MadeCall, swapped: bool) -> bool:
    """Whether the customer's channel is found by what is heard: where the record has it, and swapped."""
    words = (replace(one.word, channel=1 - one.word.channel) if swapped else one.word for one in call.said)
    transcript = Transcript(tuple(words), SpeechStats("made", "en", 0.0, None, 0))
    found = with_detected_channels(transcript, timeline_of(call)).external_channel
    return found == (1 - EXTERNAL if swapped else EXTERNAL)


def channels(calls: int, seed: int) -> dict[str, Counter[str]]:
    """The number of calls of every kind, and of those whose customer's channel is found as it is, and swapped."""
    counts: dict[str, Counter[str]] = {name: Counter() for name in ("calls", "as they are", "swapped")}
    for number in range(calls):
        kind = list(KINDS)[number % len(KINDS)]
        call = make_call(seed + number, kind)
        for name in (kind, "all"):
            counts["calls"][name] += 1
            counts["as they are"][name] += _found(call, swapped=False)
            counts["swapped"][name] += _found(call, swapped=True)
    return counts


def made(seed: int, kind: str, voices: bool) -> tuple[MadeCall, Recording | None]:
    """A call of that kind, with audio if voices are wanted and matter in it."""
    if not voices or not kind.startswith(_SHARED):
        return make_call(seed, kind), None
    from benchmarks.ctr_voices import Voices  # few machines have the synthesisers

    reader = Voices(seed)
    call = make_call(seed, kind, reader=reader)
    return call, reader.recording(call.seconds)


def main() -> None:
    """Print the shares of words that are right, per kind of call and over all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1000, help="seed of the first call; each next one has the next")
    parser.add_argument("--voices", action="store_true", help="read conferences out, and tell their parties apart")
    parser.add_argument("--kinds", default="", help="only kinds of calls that begin so")
    parser.add_argument("--channels", action="store_true", help="only count how often swapped channels are found")
    arguments = parser.parse_args()
    if arguments.channels:
        _print_channels(channels(arguments.calls, arguments.seed))
        return
    kinds = [kind for kind in KINDS if kind.startswith(_TRANSFERS)]
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for number in range(arguments.calls):
        kind = kinds[number % len(kinds)]
        if kind.startswith(arguments.kinds):
            call, audio = made(arguments.seed + number, kind, arguments.voices)
            for column, count in counted(call, audio).items():
                counts[column].update({kind: count, "all": count})
    _print(counts)


def counted(call: MadeCall, audio: Recording | None) -> dict[str, int]:
    """The numbers of words of a call, and of those that are right, by column of the table."""
    timeline = timeline_of(call, audio)
    ours = list(by_timeline(call, timeline, audio))
    together = [(word, who) for word, who in ours if _in_conference(word, call)]
    return {
        "words": len(call.said),
        "right": right(call, iter(ours)),
        "turn start": right(call, by_turn_start(call, timeline)),
        "shared": len(together),
        "shared right": right(call, iter(together)),
    }


def _in_conference(word: Word, call: MadeCall) -> bool:
    """Whether a word is said on a channel that several parties share at that time."""
    middle = (word.start + word.end) / 2
    return word.channel != EXTERNAL and any(one.others and one.start <= middle < one.end for one in call.line)


def _print_channels(counts: Mapping[str, Counter[str]]) -> None:
    print(f"{'call':<32} {'calls':>8} {'kept as they are':>17} {'swap found':>11}")
    for name in [*(name for name in counts["calls"] if name != "all"), "all"]:
        print(f"{name:<32} {counts['calls'][name]:>8} {counts['as they are'][name]:>17} {counts['swapped'][name]:>11}")


def _print(counts: Mapping[str, Counter[str]]) -> None:
    words = counts["words"]
    print(f"{'call':<32} {'words':>8} {'right':>9} {'turn start':>11} {'shared channel':>15} {'right':>9}")
    for name in [*(name for name in words if name != "all"), "all"]:
        shared = counts["shared"][name]
        alone = f"{counts['shared right'][name] / shared:>9.2%}" if shared else ""
        print(
            f"{name:<32} {words[name]:>8,} {counts['right'][name] / words[name]:>9.2%} "
            f"{counts['turn start'][name] / words[name]:>11.2%} {shared:>15,} {alone}"
        )


if __name__ == "__main__":
    main()
