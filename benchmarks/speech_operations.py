"""What a GPU would have to do for each step of decoding, counted on the CPU.

    python -m benchmarks.speech_operations [--batch 8]

A step decodes one token in each row. In half precision, as on a GPU, and with turbo's four decoder layers, in a narrow
model with random weights (`benchmarks.random_whisper`), each decoder writes 20 and then 60 tokens a window; the
difference, divided by 40, is one step.
Columns: operations other than views, each of which would launch a kernel; those that copy; reads that make the host wait
for the device (`item`, `tolist`, selection by a mask); operations per token. This engine reads once a step on a CPU, and
once in `FETCH_STEPS` on a GPU, where its greedy steps can also be replayed as one CUDA graph, which is one launch.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import torch
import whisper
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode

from benchmarks.random_whisper import dimensions, save
from benchmarks.speech_speed import windows
from pca_pipeline.settings import SpeechSettings
from pca_pipeline.speech import load_engine
from pca_pipeline.speech.engine import Passage
from pca_pipeline.speech.weights import load_weights

LAYERS = 4  # turbo's decoder
TOKENS = (20, 60)
COPIES = {"_to_copy", "copy_", "clone", "cat", "stack", "index_copy_", "lift_fresh_copy"}
READS = {"_local_scalar_dense", "nonzero", "masked_select", "equal"}
VIEWS = {"lift_fresh", "_unsafe_view", "_reshape_alias", "detach", "alias"}


class Operations(TorchDispatchMode):
    """Counts the operations that reach the device, by name."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: Counter[str] = Counter()

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        name = func.overloadpacket.__name__
        if not func.is_view and name not in VIEWS:
            self.calls[name] += 1
        return func(*args, **(kwargs or {}))


class Lists(TorchFunctionMode):
    """Counts `tolist`, which is not an operation on a CPU, but waits on a GPU."""

    def __init__(self) -> None:
        super().__init__()
        self.calls = 0

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        self.calls += func is torch.Tensor.tolist
        return func(*args, **(kwargs or {}))


def count(run: Callable[[], None]) -> Counter[str]:
    """Operations, copies and reads of one run."""
    with Lists() as lists, Operations() as operations:
        run()
    calls = operations.calls
    copies, reads = (sum(calls[name] for name in names) for names in (COPIES, READS))
    return Counter(operations=sum(calls.values()), copies=copies, reads=reads + lists.calls)


def decoders(checkpoint: Path, batch: int) -> dict[str, Callable[[], None]]:
    """What is counted, by name."""
    settings = SpeechSettings(model=str(checkpoint), device="cpu", compute_type="bfloat16", batch_size=batch)
    engine = load_engine(settings)
    model = load_weights(settings.model_copy(update={"compute_type": "float32"}))  # as the library keeps them
    mels = torch.zeros(batch, model.dims.n_mels, 3000)

    def library(rows: int, **options: Any) -> None:
        whisper.decode(model, mels[:rows], whisper.DecodingOptions(language="en", fp16=True, **options))

    def ours() -> None:
        engine.hear([Passage(part, group, "en") for group, part in enumerate(windows(batch))])

    return {
        "openai-whisper, one window": partial(library, 1),
        f"openai-whisper, batch {batch}": partial(library, batch),
        f"openai-whisper, batch {batch}, without timestamps": partial(library, batch, without_timestamps=True),
        f"pca_pipeline, batch {batch}": ours,
    }


def main() -> None:
    """Print one line for each decoder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--batch", type=int, default=8)
    batch = parser.parse_args().batch
    dims = dimensions(80, 128, 1, LAYERS, 51865)
    with tempfile.TemporaryDirectory() as folder:
        few, many = (
            {name: count(run) for name, run in decoders(save(dims, tokens, Path(folder) / "w.pt"), batch).items()}
            for tokens in TOKENS
        )
    print(f"a step of {LAYERS} decoder layers{'':23}{'operations':>11}{'copies':>8}{'reads':>7}{'per token':>11}")
    for name, after in many.items():
        step = {kind: (after[kind] - few[name][kind]) / (TOKENS[1] - TOKENS[0]) for kind in after}
        rows = 1 if "one" in name else batch
        print(
            f"{name:50}{step['operations']:11.1f}{step['copies']:8.1f}{step['reads']:7.1f}{step['operations'] / rows:11.1f}"
        )


if __name__ == "__main__":
    main()
