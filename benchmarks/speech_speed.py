"""Speed alone: Whisper of the real sizes with random weights, a fixed number of tokens in each window.

    python -m benchmarks.speech_speed [--sizes tiny base small] [--windows 8] [--tokens 100] [--repeat 2] [--rows NAME ...]

Every system hears the same windows of 28 s of noise with the same weights (`benchmarks.random_whisper`), and says the
same number of tokens; there is no silence to leave out, so that only decoding is compared. Each lives in a process of
its own and works while the others wait, in turn; the fastest of the repeats counts. Columns: seconds of audio per second
of wall clock, models loaded beforehand; milliseconds per window; peak memory of the process.
"""

from __future__ import annotations

import argparse
import itertools
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
import whisper
from tqdm import tqdm
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
BATCH_SIZE = 8
FindWindows = Callable[[], list[Samples]]
HEADING = f"{'':46}{'x real':>8}{'ms/window':>11}{'MiB':>7}"


def windows(count: int) -> list[Samples]:
    """Windows of noise at 16 kHz."""
    noise = np.random.default_rng(0).standard_normal((count, round(WINDOW_SECONDS * ENGINE_RATE)), dtype=np.float32)
    return list(noise * np.float32(0.05))


class System:
    """One system in a process of its own: what it does with all windows."""

    def __init__(self, hear: Callable[[Sequence[Samples]], None], find_windows: FindWindows) -> None:
        self._hear, self._windows = hear, find_windows()
        hear(self._windows[:1])  # what is done once: imports, buffers, kernels

    def seconds(self) -> float:
        """Wall-clock seconds for all windows."""
        begun = time.perf_counter()
        self._hear(self._windows)
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
    """How to make each system, by name, for weights and the same weights converted for CTranslate2, if they are."""
    settings = SpeechSettings(model=checkpoint, batch_size=batch_size)
    made: dict[str, Callable[[], System]] = {
        "openai-whisper decode, batch 1": partial(whisper_system, checkpoint, find_windows, 1, False),
        f"openai-whisper decode, batch {batch_size}": partial(
            whisper_system, checkpoint, find_windows, batch_size, False
        ),
        "openai-whisper with word times, batch 1": partial(whisper_system, checkpoint, find_windows, 1, True),
    }
    for compute_type in compute_types if folder.is_dir() else ():
        for size in (1, batch_size):
            name = f"faster-whisper {compute_type} with word times, batch {size}"
            made[name] = partial(faster_whisper_system, folder, find_windows, compute_type, size)
        other = {"model": str(folder), "engine": "faster-whisper", "compute_type": compute_type}
        name = f"pca_pipeline on CTranslate2 {compute_type}, batch {batch_size}"
        made[name] = partial(engine_system, settings.model_copy(update=other), find_windows)
    made[f"pca_pipeline, batch {batch_size}"] = partial(engine_system, settings, find_windows)
    return made


def measure(makers: Mapping[str, Callable[[], System]], repeat: int) -> list[str]:
    """A line for each system."""
    with tqdm(total=len(makers) * (1 + repeat), desc="loading, then rounds", unit="system") as bar:

        def told(result: Any) -> Any:
            bar.update()
            return result

        workers = {name: told(Worker(make)) for name, make in makers.items()}
        rounds = [{name: told(worker.do("seconds")) for name, worker in workers.items()} for _ in range(repeat)]
    lines = []
    for name, worker in workers.items():
        seconds = min(found[name] for found in rounds)
        audio = worker.do("audio_seconds")
        each = 1000 * seconds * WINDOW_SECONDS / audio
        lines.append(f"{name:46}{audio / seconds:8.1f}{each:11.0f}{worker.finish() / 2**20:7.0f}")
    return lines


def main() -> None:
    """Print a table for each size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", nargs="+", choices=SIZES, default=["tiny", "base", "small"])
    parser.add_argument("--windows", type=int, default=8)
    parser.add_argument("--tokens", type=int, default=100)
    parser.add_argument("--repeat", type=int, default=2)
    parser.add_argument(
        "--rows", nargs="+", metavar="PART", default=[""], help="only rows whose names have one of these"
    )
    arguments = parser.parse_args()
    for size in arguments.sizes:
        with tempfile.TemporaryDirectory() as folder:
            checkpoint = save(dimensions(*SIZES[size]), arguments.tokens, Path(folder) / f"{size}.pt")
            other = converted(checkpoint, Path(folder) / size)
            made = systems(str(checkpoint), other, partial(windows, arguments.windows))
            made = {name: make for name, make in made.items() if any(part in name for part in arguments.rows)}
            print(
                f"{size}: {arguments.windows} windows, {arguments.tokens} tokens in each, {cores()} cores",
                HEADING,
                sep="\n",
            )
            print(*measure(made, arguments.repeat), sep="\n", flush=True)


if __name__ == "__main__":
    main()
