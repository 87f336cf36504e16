"""A decoding step captured once as a CUDA graph and replayed: one launch instead of hundreds.

A graph works on memory that never moves, so there is one for each of a few batch sizes, with a cache of its own into
which the batch's is copied.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

import torch
from torch import Tensor

from pca_pipeline.speech.text_decoder import KeyValue, KVCache

Chosen = tuple[Tensor, Tensor]  # tokens and their log-probabilities, both (n_rows, n)
Step = Callable[[Tensor, KVCache, Tensor], Chosen]  # of tokens (n_rows, 1), a cache and their position (1,)
Capture = Callable[[Callable[[], None]], Callable[[], None]]  # what runs a function, to what runs it again

_log = logging.getLogger(__name__)


def capture_cuda_graph(run: Callable[[], None]) -> Callable[[], None]:
    """`run` as a CUDA graph: it must read and write the same memory each time, and read nothing back to the host."""
    side_stream = torch.cuda.Stream()  # type: ignore[no-untyped-call]
    side_stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(side_stream):  # libraries choose kernels and allocate their memory before the capture
        for _ in range(3):
            run()
    torch.cuda.current_stream().wait_stream(side_stream)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        run()
    return graph.replay


class StepGraphs:
    """A step's graphs, captured when a batch first needs one: for 1, 2, 4, 8 and so on rows."""

    def __init__(self, step: Step, context: int, capture: Capture = capture_cuda_graph) -> None:
        self._step, self._context, self._capture = step, context, capture
        self._graphs: dict[int, StepGraph] = {}
        self._possible = True

    def load(self, cache: KVCache) -> StepGraph | None:
        """A graph that goes on from `cache`; None where the device cannot capture one."""
        size = 1 << (len(cache.padding) - 1).bit_length()
        if size not in self._graphs and self._possible:
            try:
                self._graphs[size] = StepGraph(self._step, cache, size, self._context, self._capture)
            except RuntimeError as error:  # too little memory, or an operation that a graph cannot hold
                _log.warning("Decoding goes on without CUDA graphs (%s).", type(error).__name__)
                self._possible = False
        graph = self._graphs.get(size)
        if graph:
            graph.load(cache)
        return graph


class StepGraph:
    """A step for batches of one size, with a cache of its own."""

    def __init__(self, step: Step, like: KVCache, size: int, context: int, capture: Capture) -> None:
        self.cache = _empty(like, size, context)
        device = like.padding.device
        self._rows = size
        self._tokens = torch.zeros(size, 1, dtype=torch.long, device=device)
        self._position = torch.zeros(1, dtype=torch.long, device=device)
        self._chosen = self._tokens.clone(), torch.zeros(size, 1, device=device)

        def run() -> None:
            for kept, new in zip(self._chosen, step(self._tokens, self.cache, self._position), strict=True):
                kept.copy_(new)

        self._replay = capture(run)

    def load(self, cache: KVCache) -> None:
        """Go on from `cache`: its rows come first, what is left over from before stands after them."""
        self._rows = len(cache.padding)
        for kept, new in zip((*self.cache.cross, *self.cache.own), (*cache.cross, *cache.own), strict=True):
            for mine, its in zip(kept, new, strict=True):
                mine[: self._rows, :, : its.shape[2]].copy_(its)
        self.cache.padding[: self._rows].copy_(cache.padding)

    def __call__(self, tokens: Tensor, position: int) -> Chosen:
        """What comes after `tokens`, (n_rows, 1), that stand at `position`."""
        self._tokens[: self._rows].copy_(tokens)
        self._position.fill_(position)
        self._replay()
        return self._chosen[0][: self._rows].clone(), self._chosen[1][: self._rows].clone()


def _empty(like: KVCache, size: int, context: int) -> KVCache:
    def zeros(pair: KeyValue, length: int) -> KeyValue:
        keys, values = (part.new_zeros(size, part.shape[1], length, part.shape[3]) for part in pair)
        return keys, values

    cross = [zeros(pair, pair[0].shape[2]) for pair in like.cross]
    own = [zeros(pair, context) for pair in like.own]
    return KVCache(cross, own, like.padding.new_zeros(size), unpadded=False)
