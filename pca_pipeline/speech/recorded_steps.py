"""A decoding step recorded once as a CUDA graph and replayed: one launch in the place of hundreds.

A graph works on memory that never moves, so there is one for each of a few batch sizes; what is decoded is copied in.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

import torch
from torch import Tensor

from pca_pipeline.speech.text_decoder import Memory, Pair

Step = Callable[[Tensor, Memory, Tensor], Pair]  # tokens (n_rows, 1), memory, places (1,): tokens, log-probabilities
Record = Callable[[Callable[[], None]], Callable[[], None]]  # what runs a function, to what runs it again

_log = logging.getLogger(__name__)


def record_cuda_graph(run: Callable[[], None]) -> Callable[[], None]:
    """`run` as a CUDA graph: it must read and write the same memory each time, and tell the host nothing."""
    aside = torch.cuda.Stream()  # type: ignore[no-untyped-call]
    aside.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(aside):  # libraries choose their kernels and set up their memory before the recording
        for _ in range(3):
            run()
    torch.cuda.current_stream().wait_stream(aside)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        run()
    return graph.replay


class RecordedSteps:
    """Recorded steps for batches of up to some number of rows."""

    def __init__(self, step: Step, places: int, record: Record = record_cuda_graph) -> None:
        self._step, self._places, self._record = step, places, record
        self._recorded: dict[int, RecordedStep] = {}
        self._possible = True

    def load(self, memory: Memory) -> RecordedStep | None:
        """A recorded step that begins where `memory` is; None where the device cannot record one."""
        size = 1 << (len(memory.unused) - 1).bit_length()
        if size not in self._recorded and self._possible:
            try:
                self._recorded[size] = RecordedStep(self._step, memory, size, self._places, self._record)
            except RuntimeError as error:  # too little memory, or an operation that a graph cannot hold
                _log.warning("Decoding goes on without CUDA graphs (%s).", type(error).__name__)
                self._possible = False
        recorded = self._recorded.get(size)
        if recorded:
            recorded.load(memory)
        return recorded


class RecordedStep:
    """A step for batches of one size, with memory of its own."""

    def __init__(self, step: Step, like: Memory, size: int, places: int, record: Record) -> None:
        self.memory = _empty(like, size, places)
        device = like.unused.device
        self._rows = size
        self._tokens = torch.zeros(size, 1, dtype=torch.long, device=device)
        self._place = torch.zeros(1, dtype=torch.long, device=device)
        self._chosen = self._tokens.clone(), torch.zeros(size, 1, device=device)

        def run() -> None:
            for kept, new in zip(self._chosen, step(self._tokens, self.memory, self._place), strict=True):
                kept.copy_(new)

        self._replay = record(run)

    def load(self, memory: Memory) -> None:
        """Begin where `memory` is: its rows first, what is left over from before after them."""
        self._rows = len(memory.unused)
        for kept, new in zip((*self.memory.heard, *self.memory.said), (*memory.heard, *memory.said), strict=True):
            for mine, its in zip(kept, new, strict=True):
                mine[: self._rows, :, : its.shape[2]].copy_(its)
        self.memory.unused[: self._rows].copy_(memory.unused)

    def __call__(self, tokens: Tensor, place: int) -> Pair:
        """Tokens and log-probabilities after `tokens`, all (n_rows, 1), that stand at `place`."""
        self._tokens[: self._rows].copy_(tokens)
        self._place.fill_(place)
        self._replay()
        return self._chosen[0][: self._rows].clone(), self._chosen[1][: self._rows].clone()


def _empty(like: Memory, size: int, places: int) -> Memory:
    def room(pair: Pair, length: int) -> Pair:
        keys, values = (part.new_zeros(size, part.shape[1], length, part.shape[3]) for part in pair)
        return keys, values

    heard = [room(pair, pair[0].shape[2]) for pair in like.heard]
    said = [room(pair, places) for pair in like.said]
    return Memory(heard, said, like.unused.new_zeros(size), aligned=False)
