"""Speed on a GPU, and how busy it is. Without one it says so and exits with 2.

    python -m benchmarks.speech_gpu [--sizes small turbo] [--windows 512] [--tokens 110] [--batches 32 64 128]
    python -m benchmarks.speech_gpu --model turbo [--calls DIR] [--windows 512]

With `--sizes`: random weights and windows of 28 s of noise with a fixed number of tokens, as in `benchmarks.speech_speed`.
With `--model`, a name or a checkpoint: its own words for the speech in a folder of calls made by `sample_calls.build`,
repeated. One system after the other, each in a process of its own; the fastest of the repeats counts. Columns: seconds of
speech per second of wall clock, with models loaded and used once beforehand; the share of time in which the GPU computed,
and its memory, by nvidia-smi during that run.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import itertools
import subprocess
import sys
import tempfile
import threading
from datetime import date
from functools import partial
from pathlib import Path

import torch

from benchmarks.processes import Worker
from benchmarks.random_whisper import SIZES, dimensions, save
from benchmarks.speech import SAMPLES, read_calls
from benchmarks.speech_peers import converted
from benchmarks.speech_speed import FindWindows, systems, windows
from pca_pipeline.audio import resample
from pca_pipeline.call import Samples
from pca_pipeline.speech.activity import find_speech
from pca_pipeline.speech.engine import ENGINE_RATE
from pca_pipeline.speech.windows import cut_long, pack

WINDOW_SECONDS = 28.0
COMPUTE_TYPES = ("float16",)  # of CTranslate2: int8 gains nothing on a large GPU
HEADING = f"{'':56}{'x real':>9}{'busy':>7}{'GPU MiB':>9}"
NO_GPU = (
    "No GPU answers, so that nothing is measured here. What one would be asked to do for each decoded token is counted "
    "on the CPU by: python -m benchmarks.speech_operations"
)


class Watch:
    """What nvidia-smi says while a block runs: mean share of busy time, most memory in MiB."""

    def __enter__(self) -> Watch:
        query = ["--query-gpu=utilization.gpu,memory.used", "--format=csv,noheader,nounits", "--id=0", "-lms", "100"]
        self._process = subprocess.Popen(["nvidia-smi", *query], stdout=subprocess.PIPE, text=True)
        self._lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        return self

    def _read(self) -> None:
        assert self._process.stdout is not None
        self._lines.extend(self._process.stdout)

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._reader.join()
        self._process.wait()

    def summary(self) -> tuple[float, float]:
        """Busy share between 0 and 1, and MiB."""
        pairs = [tuple(map(float, line.split(","))) for line in self._lines if line.count(",") == 1]
        if not pairs:
            return float("nan"), float("nan")
        return sum(busy for busy, _ in pairs) / len(pairs) / 100, max(memory for _, memory in pairs)


def spoken_windows(folder: Path, count: int) -> list[Samples]:
    """Windows of speech from all channels of a folder's calls, from the first again until there are enough."""
    found = [
        resample(window.samples(channel, recording.sample_rate), recording.sample_rate, ENGINE_RATE)
        for recording, _ in read_calls(folder, count)
        for channel, spans in zip(recording.channels, find_speech(recording).spans, strict=True)
        for window in pack(cut_long(spans, channel, recording.sample_rate, WINDOW_SECONDS), WINDOW_SECONDS)
    ]
    return list(itertools.islice(itertools.cycle(found), count))


def measure(name: str, worker: Worker, repeat: int) -> str:
    """One system's line."""
    worker.do("seconds")  # kernels chosen, graphs recorded
    runs = []
    for _ in range(repeat):
        with Watch() as watch:
            seconds = worker.do("seconds")
        runs.append((seconds, *watch.summary()))
    seconds, busy, memory = min(runs)
    speed = worker.do("audio_seconds") / seconds
    worker.finish()
    return f"{name:56}{speed:9.0f}{busy:7.0%}{memory:9.0f}"


def report(model: str, folder: Path, find_windows: FindWindows, batches: list[int], repeat: int) -> None:
    """Print the lines of all systems with one model."""
    print(model.rsplit("/", 1)[-1], HEADING, sep="\n")
    made = {
        name: make
        for batch in batches
        for name, make in systems(model, folder, find_windows, batch, COMPUTE_TYPES).items()
    }
    for name, make in made.items():
        try:
            print(measure(name, Worker(make), repeat), flush=True)
        except RuntimeError as error:  # a peer that does not run on this GPU, such as CTranslate2 without its CUDA
            print(f"{name:56} did not run: {str(error).splitlines()[0]}", flush=True)


def main() -> None:
    """Print the machine and a table for each model."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", nargs="*", choices=SIZES, default=["small", "turbo"])
    parser.add_argument("--model", help="a Whisper model's name or a checkpoint, instead of random weights")
    parser.add_argument("--calls", type=Path, default=SAMPLES)
    parser.add_argument("--windows", type=int, default=512)
    parser.add_argument("--tokens", type=int, default=110)
    parser.add_argument("--batches", nargs="+", type=int, default=[32, 64, 128])
    parser.add_argument("--repeat", type=int, default=3)
    arguments = parser.parse_args()
    if not torch.cuda.is_available():
        print(NO_GPU, file=sys.stderr)
        sys.exit(2)
    versions = [f"{name} {importlib.metadata.version(name)}" for name in ("torch", "openai-whisper")]
    print(date.today().isoformat(), torch.cuda.get_device_name(), *versions, sep=", ")
    with tempfile.TemporaryDirectory() as folder:
        other = Path(folder) / "converted"
        if arguments.model:
            heard = partial(spoken_windows, arguments.calls, arguments.windows)
            report(arguments.model, converted(arguments.model, other), heard, arguments.batches, arguments.repeat)
            return
        for size in arguments.sizes:
            checkpoint = save(dimensions(*SIZES[size]), arguments.tokens, Path(folder) / f"{size}.pt")
            noise = partial(windows, arguments.windows)
            report(str(checkpoint), converted(checkpoint, other), noise, arguments.batches, arguments.repeat)


if __name__ == "__main__":
    main()
