"""One engine for each GPU, each in its own process; passages are shared out among them."""

from __future__ import annotations

import logging
import multiprocessing
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import cache
from typing import Concatenate, ParamSpec, TypeVar

import torch

from pca_pipeline.settings import SpeechSettings
from pca_pipeline.speech.engine import Engine, HeardPassage, Passage, load_single_engine
from pca_pipeline.speech.processes import died

_log = logging.getLogger(__name__)
Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")


class EnginePool:
    """An engine for each device. Passages of one channel that are heard together go to one engine."""

    def __init__(self, settings: SpeechSettings, devices: Sequence[int | None]) -> None:
        """Start a process for each device: the number of a GPU, or None for the CPU. Raises SetupError."""
        self._processes = [EngineProcess(settings, device) for device in devices]
        with ThreadPoolExecutor(len(self._processes)) as threads:
            self.name, *_ = threads.map(lambda process: process.ask(_name), self._processes)

    def hear(self, passages: Sequence[Passage]) -> list[HeardPassage]:
        """What is said in each passage, in order. Raises ProcessDiedError."""
        shares = share_out(passages, len(self._processes))

        def answer(process: EngineProcess, share: Sequence[int]) -> list[HeardPassage]:
            return process.ask(_hear, [passages[index] for index in share]) if share else []

        heard: dict[int, HeardPassage] = {}
        with ThreadPoolExecutor(len(self._processes)) as threads:
            for share, answers in zip(shares, threads.map(answer, self._processes, shares), strict=True):
                heard.update(zip(share, answers, strict=True))
        return [heard[index] for index in range(len(passages))]

    def close(self) -> None:
        """End the processes."""
        for process in self._processes:
            process.close()


def share_out(passages: Sequence[Passage], processes: int) -> list[list[int]]:
    """Indices of each process's passages. A channel's go together to the process that has the fewest so far."""
    groups: defaultdict[int, list[int]] = defaultdict(list)
    for index, passage in enumerate(passages):
        groups[passage.group].append(index)
    shares: list[list[int]] = [[] for _ in range(processes)]
    for indices in groups.values():
        min(shares, key=len).extend(indices)
    return shares


class EngineProcess:
    """An engine in a process of its own, which is replaced if it dies."""

    def __init__(self, settings: SpeechSettings, device: int | None) -> None:
        self._settings, self._device = settings, device
        self._executor = _executor()

    def ask(
        self,
        function: Callable[Concatenate[SpeechSettings, int | None, Asked], Answer],
        *about: Asked.args,
        **more: Asked.kwargs,
    ) -> Answer:
        """The result of a function in the process; it must be at module level.

        If the process dies, the function runs again in a new one; if that dies too, raises ProcessDiedError.
        """
        for _ in range(2):
            try:
                return self._executor.submit(function, self._settings, self._device, *about, **more).result()
            except BrokenProcessPool:
                _log.warning("The process that transcribes on %s died; another one is started.", self._place)
                self.close()
                self._executor = _executor()
        raise died(f"transcribes on {self._place}")

    @property
    def _place(self) -> str:
        return "the CPU" if self._device is None else f"GPU {self._device}"

    def close(self) -> None:
        """End the process."""
        self._executor.shutdown()


def _executor() -> ProcessPoolExecutor:
    # a forked process cannot use CUDA
    return ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"))


@cache
def _engine(settings: SpeechSettings, device: int | None) -> Engine:
    """This process's engine."""
    if device is not None:
        torch.cuda.set_device(device)
    return load_single_engine(settings)


def _name(settings: SpeechSettings, device: int | None) -> str:
    return _engine(settings, device).name


def _hear(settings: SpeechSettings, device: int | None, passages: Sequence[Passage]) -> list[HeardPassage]:
    return _engine(settings, device).hear(passages)
