"""The demo Whisper's training corpus: synthesised utterances with the time of every word, in shards of a folder.

    python -m sample_calls.corpus --out DIR --hours 30 --seed 1

A shard is `NAME.npy`, the 8 kHz samples of its utterances end to end (int16), and `NAME.jsonl`, one utterance a line.
Needs the Debian packages flite, espeak-ng and wamerican, and the Python packages faker, num2words and wordfreq.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, replace
from functools import partial
from itertools import count
from pathlib import Path
from random import Random

import numpy as np
import numpy.typing as npt

from sample_calls import telephone
from sample_calls.lines import draw
from sample_calls.voices import SAMPLE_RATE, VOICES, Voice, say

SHARD_SIZE = 500  # utterances
LONGEST = 20.0  # seconds; a longer utterance is drawn again
ENGINE_WEIGHTS = {"rms": 3, "awb": 3, "slt": 4, "kal16": 2, "espeak": 3}
ESPEAK_VARIANTS = ("en-us+f1", "en-us+f4", "en-us+f5", "en-us+m1", "en-us+m2", "en-us+m4", "en-us+m6")


@dataclass(frozen=True)
class Utterance:
    """One utterance of a shard."""

    offset: int  # of its first sample in the shard
    samples: int
    voice: str
    written: list[str]  # words as Whisper writes them
    spoken: list[str]  # their sounds
    times: list[tuple[float, float]]  # their start and end, seconds from the utterance's first sample
    entities: list[str | None]


def write_shard(number: int, out: Path, seed: int, voices: tuple[str, ...] | None = None) -> float:
    """Synthesise shard `number` into `out`; returns its hours. The same seed and number give the same shard."""
    random = Random(f"{seed} {number}")
    audios: list[npt.NDArray[np.int16]] = []
    utterances: list[Utterance] = []
    offset = 0
    while len(utterances) < SHARD_SIZE:
        voice_name, voice = _known_voice(random) if voices is None else _given_voice(voices, random)
        line = draw(random)
        audio, times = say(line, voice, rate=random.uniform(0.85, 1.2), pitch=random.uniform(0.88, 1.12))
        if len(audio) > LONGEST * SAMPLE_RATE:
            continue
        if random.random() < 0.85:
            audio = telephone.band(audio)
        audios.append((audio * 32767).clip(-32768, 32767).astype(np.int16))
        pieces = line.pieces
        utterances.append(
            Utterance(
                offset=offset,
                samples=len(audio),
                voice=voice_name,
                written=[piece.written for piece in pieces],
                spoken=[piece.spoken for piece in pieces],
                times=[(round(start, 3), round(end, 3)) for start, end in times],
                entities=[piece.entity for piece in pieces],
            )
        )
        offset += len(audio)
    np.save(out / f"{number:05}.npy", np.concatenate(audios))
    # the text file is written last: a shard without it is not complete
    (out / f"{number:05}.jsonl").write_text("".join(json.dumps(asdict(each)) + "\n" for each in utterances))
    return offset / SAMPLE_RATE / 3600


def read_shards(folder: Path) -> Iterator[tuple[npt.NDArray[np.int16], list[Utterance]]]:
    """The complete shards of a folder: samples (mapped, not read) and utterances."""
    for path in sorted(folder.glob("*.jsonl")):
        rows = [Utterance(**json.loads(line)) for line in path.read_text().splitlines()]
        yield np.load(path.with_suffix(".npy"), mmap_mode="r"), rows


def _known_voice(random: Random) -> tuple[str, Voice]:
    """A voice that is not held out, its size moved a little; for espeak-ng sometimes a variant no call uses."""
    speaker = random.choices(list(ENGINE_WEIGHTS), list(ENGINE_WEIGHTS.values()))[0]
    known = [
        (key, voice) for key, voice in VOICES.items() if not voice.held_out and speaker in (voice.name, voice.engine)
    ]
    key, voice = random.choice(known)
    if voice.engine == "espeak":
        return key, replace(voice, name=random.choice(ESPEAK_VARIANTS)) if random.random() < 0.3 else voice
    return key, replace(voice, size=voice.size * random.uniform(0.985, 1.015))


def _given_voice(voices: tuple[str, ...], random: Random) -> tuple[str, Voice]:
    key = random.choice(voices)
    return key, VOICES[key]


def main() -> None:
    """Write shards until there are enough hours of speech."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--hours", type=float, default=30.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--voices", nargs="*", choices=VOICES, help="only these, unchanged (default: the known ones)")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    write = partial(write_shard, out=options.out, seed=options.seed, voices=options.voices and tuple(options.voices))
    hours, numbers = 0.0, count()
    with ProcessPoolExecutor(options.workers) as pool:
        while hours < options.hours:
            hours += sum(pool.map(write, [next(numbers) for _ in range(options.workers)]))
            print(f"{hours:.2f} hours", flush=True)


if __name__ == "__main__":
    main()
