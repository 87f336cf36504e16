"""Engines in processes of their own, one for each GPU, that share what is to be heard."""

from __future__ import annotations

import multiprocessing
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor

import torch

from pca_pipeline.settings import SpeechSettings
from pca_pipeline.speech.engine import Engine, HeardPassage, Passage, load_single_engine

_engine: Engine  # of a process of the pool


class EnginePool:
    """As many engines as there are devices. A channel's passages are all heard by one of them."""

    def __init__(self, settings: SpeechSettings, devices: Sequence[int | None]) -> None:
        """Start a process for each number of a GPU; None is a CPU. Raises SetupError as loading an engine does."""
        # a process that was forked could not use CUDA
        context = multiprocessing.get_context("spawn")
        self._processes = [ProcessPoolExecutor(1, mp_context=context) for _ in devices]
        starting = zip(self._processes, devices, strict=True)
        names = [process.submit(_start, settings, device) for process, device in starting]
        self.name, *_ = [name.result() for name in names]

    def hear(self, passages: Sequence[Passage]) -> list[HeardPassage]:
        """What is said in each passage, in order."""
        shares: list[list[int]] = [[] for _ in self._processes]
        for index, passage in enumerate(passages):
            shares[passage.group % len(shares)].append(index)
        heard: dict[int, HeardPassage] = {}
        running = [
            (share, process.submit(_hear, [passages[index] for index in share]))
            for share, process in zip(shares, self._processes, strict=True)
            if share
        ]
        for share, answer in running:
            heard.update(zip(share, answer.result(), strict=True))
        return [heard[index] for index in range(len(passages))]

    def close(self) -> None:
        """End the processes."""
        for process in self._processes:
            process.shutdown()


def _start(settings: SpeechSettings, device: int | None) -> str:
    """Load this process's engine; its name."""
    global _engine
    if device is not None:
        torch.cuda.set_device(device)
    _engine = load_single_engine(settings)
    return _engine.name


def _hear(passages: Sequence[Passage]) -> list[HeardPassage]:
    return _engine.hear(passages)
