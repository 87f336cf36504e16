"""Speed alone: Whisper of the real sizes with random weights, a fixed number of tokens in each window.

    python -m benchmarks.speech_speed [--sizes tiny base small] [--turns 2] [--tokens 100] [--batch-size 4]
                                      [--minutes 9] [--rows PART ...]

Every system hears the same windows of 28 s of noise with the same weights (`benchmarks.random_whisper`), and writes the
same number of tokens; there is no silence to leave out, so that only decoding is compared. Each has a process of its own
and hears `--batch-size` windows in its turn while the others wait, so that changes on the machine affect all alike; a
system's fastest turn counts. Columns: seconds of audio per second of wall clock, with models loaded and used once
beforehand; milliseconds per window; peak memory of the process; turns. All systems of a size are in memory together: for
`small` they take 20 GiB; `--rows` selects some of them. `--minutes` after a size was started, whatever is still running is
ended; if turns or systems are missing then, their lines say so.
"""

from __future__ import annotations

import argparse
import itertools
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
import whisper
from whisper.audio import FRAMES_PER_SECOND
from whisper.timing import find_alignment
from whisper.tokenizer import get_tokenizer

from benchmarks.processes import Worker, cores
from benchmarks.random_whisper import SIZES, dimensions, save
from benchmarks.speech_peers import COMPUTE_TYPES, converted
from pca_pipeline.call import Samples
from pca_pipeline.settings import SpeechSettings
from pca_pipeline.speech import load_engine
from pca_pipeline.speech.engine import ENGINE_RATE, Passage
from pca_pipeline.speech.weights import load_weights

WINDOW_SECONDS = 28.0
BATCH_SIZE = 4
FindWindows = Callable[[], list[Samples]]
HEADING = f"{'':46}{'x real':>8}{'ms/window':>11}{'MiB':>7}{'turns':>7}"


def windows(count: int) -> list[Samples]:
    """Windows of noise at 16 kHz."""
    noise = np.random.default_rng(0).standard_normal((count, round(WINDOW_SECONDS * ENGINE_RATE)), dtype=np.float32)
    return list(noise * np.float32(0.05))


class System:
    """One system in a process of its own: what it does with all windows."""

    def __init__(self, hear: Callable[[Sequence[Samples]], None], find_windows: FindWindows) -> None:
        self._hear, self._windows = hear, find_windows()
        hear(self._windows[:1])  # what is done once: imports, buffers, kernels

    def seconds(self, first: int = 0, last: int | None = None) -> float:
        """Wall-clock seconds for the windows from `first` to before `last`; for all without them."""
        begun = time.perf_counter()
        self._hear(self._windows[first:last])
        return time.perf_counter() - begun

    def audio_seconds(self) -> float:
        """What all windows hold."""
        return sum(map(len, self._windows)) / ENGINE_RATE


def whisper_system(checkpoint: str, find_windows: FindWindows, batch_size: int, times: bool) -> System:
    """openai-whisper's decoding; with `times` its alignment of words too, which is a window at a time."""
    model = load_weights(SpeechSettings(model=checkpoint, compute_type="float32"))  # as the library keeps them
    torch.set_num_threads(cores())
    tokenizer = get_tokenizer(model.is_multilingual, num_languages=model.num_languages, language="en")
    fp16 = model.device.type == "cuda"
    options = whisper.DecodingOptions(language="en", without_timestamps=True, fp16=fp16)

    def hear(parts: Sequence[Samples]) -> None:
        for first in range(0, len(parts), batch_size):
            mels = torch.stack([_mel(part, model) for part in parts[first : first + batch_size]])
            results = whisper.decode(model, mels, options)
            for part, mel, result in zip(parts[first:], mels, results, strict=False):
                if times:
                    frames = int(len(part) / ENGINE_RATE * FRAMES_PER_SECOND)
                    find_alignment(model, tokenizer, result.tokens, mel, frames)

    return System(hear, find_windows)


def _mel(samples: Samples, model: Any) -> torch.Tensor:
    padded = whisper.pad_or_trim(torch.from_numpy(samples))
    mel: torch.Tensor = whisper.log_mel_spectrogram(padded, model.dims.n_mels, device=model.device)
    return mel.half() if model.device.type == "cuda" else mel


def faster_whisper_system(folder: Path, find_windows: FindWindows, compute_type: str, batch_size: int) -> System:
    """faster-whisper's batches with word times; its speech detector is left out, since there is nothing to detect."""
    from faster_whisper import BatchedInferencePipeline, WhisperModel

    device = "cuda" if torch.cuda.is_available() else "cpu"
    model = WhisperModel(str(folder), device, compute_type=compute_type, cpu_threads=cores())
    pipeline = BatchedInferencePipeline(model)

    def hear(parts: Sequence[Samples]) -> None:
        edges = np.cumsum([0, *map(len, parts)]) / ENGINE_RATE
        clips = [{"start": start, "end": end} for start, end in itertools.pairwise(edges.tolist())]
        options = {"language": "en", "beam_size": 1, "word_timestamps": True, "clip_timestamps": clips}
        segments, _ = pipeline.transcribe(np.concatenate(parts), batch_size=batch_size, **options)
        list(segments)  # decoded as they are asked for

    return System(hear, find_windows)


def engine_system(settings: SpeechSettings, find_windows: FindWindows) -> System:
    """An engine of this project, word times included."""
    engine = load_engine(settings)

    def hear(parts: Sequence[Samples]) -> None:
        engine.hear([Passage(part, group, "en") for group, part in enumerate(parts)])

    return System(hear, find_windows)


def systems(
    checkpoint: str,
    folder: Path,
    find_windows: FindWindows,
    batch_size: int = BATCH_SIZE,
    compute_types: Sequence[str] = COMPUTE_TYPES,
) -> dict[str, Callable[[], System]]:
    """How to make each system, by name, for weights and the same weights converted for CTranslate2, if they are.

    The most informative come first, in case there is not enough time.
    """
    settings = SpeechSettings(model=checkpoint, batch_size=batch_size)
    many, one = f"batch {batch_size}", "batch 1"
    heard_by_whisper = partial(whisper_system, checkpoint, find_windows)
    made: dict[str, Callable[[], System]] = {
        f"pca_pipeline, {many}": partial(engine_system, settings, find_windows),
        f"openai-whisper with word times, {one}": partial(heard_by_whisper, 1, True),
        f"openai-whisper decode, {one}": partial(heard_by_whisper, 1, False),
        f"openai-whisper decode, {many}": partial(heard_by_whisper, batch_size, False),
    }
    converted_for = compute_types if folder.is_dir() else ()
    for size, compute_type in itertools.product((batch_size, 1), converted_for):
        name = f"faster-whisper {compute_type} with word times, batch {size}"
        made[name] = partial(faster_whisper_system, folder, find_windows, compute_type, size)
    for compute_type in reversed(converted_for):
        other = {"model": str(folder), "engine": "faster-whisper", "compute_type": compute_type}
        name = f"pca_pipeline on CTranslate2 {compute_type}, {many}"
        made[name] = partial(engine_system, settings.model_copy(update=other), find_windows)
    return made


class Runner:
    """A system among others, and what its turns took."""

    def __init__(self, name: str, make: Callable[[], System], end: float) -> None:
        """Load it; if that takes until `end`, by `time.monotonic`, it never runs."""
        self._name, self._end = name, end
        self._turns: list[float] = []  # seconds for a window
        self._worker: Worker | None = None
        if time.monotonic() < end:
            with suppress(TimeoutError):
                self._worker = Worker(make, end)

    def take_turn(self, first: int, last: int) -> None:
        """Hear the windows from `first` to before `last`, if there is time left; a system that takes too long is ended."""
        if self._worker and time.monotonic() < self._end:
            try:
                self._turns.append(self._worker.do("seconds", first, last) / (last - first))
            except TimeoutError:
                self._worker = None

    def line(self) -> str:
        """Its line under `HEADING`; its process ends."""
        memory = f"{self._worker.finish() / 2**20:.0f}" if self._worker else "-"
        if not self._turns:
            return f"{self._name:46}  no time left"
        window = min(self._turns)
        return f"{self._name:46}{WINDOW_SECONDS / window:8.1f}{1000 * window:11.0f}{memory:>7}{len(self._turns):7}"


def measure(makers: Mapping[str, Callable[[], System]], turns: int, batch_size: int, end: float) -> list[str]:
    """A line for each system, after as many turns as fit before `end`, by `time.monotonic`."""
    runners = [Runner(name, make, end) for name, make in makers.items()]
    for turn in range(turns):
        for runner in runners:
            runner.take_turn(turn * batch_size, (turn + 1) * batch_size)
    return [runner.line() for runner in runners]


def main() -> None:
    """Print a table for each size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", nargs="+", choices=SIZES, default=["tiny", "base", "small"])
    parser.add_argument("--turns", type=int, default=2, help="of each system (default 2)")
    parser.add_argument("--tokens", type=int, default=100, help="in each window (default 100)")
    parser.add_argument("--batch-size", type=int, default=BATCH_SIZE, help="windows in a turn (default 4)")
    parser.add_argument("--minutes", type=float, default=9.0, help="for each size (default 9)")
    parser.add_argument(
        "--rows", nargs="+", metavar="PART", default=[""], help="only rows whose names have one of these"
    )
    arguments = parser.parse_args()
    for size in arguments.sizes:
        end = time.monotonic() + 60 * arguments.minutes
        print(f"{size}: {arguments.tokens} tokens in each window, {cores()} cores", HEADING, sep="\n", flush=True)
        with tempfile.TemporaryDirectory() as folder:
            checkpoint = save(dimensions(*SIZES[size]), arguments.tokens, Path(folder) / f"{size}.pt")
            other = converted(checkpoint, Path(folder) / size)
            noise = partial(windows, arguments.turns * arguments.batch_size)
            made = systems(str(checkpoint), other, noise, arguments.batch_size)
            chosen = {name: make for name, make in made.items() if any(part in name for part in arguments.rows)}
            print(*measure(chosen, arguments.turns, arguments.batch_size, end), sep="\n", flush=True)


if __name__ == "__main__":
    main()
