from __future__ import annotations

import os
import signal
from collections.abc import Sequence

import numpy as np
import pytest

from pca_pipeline.call import Samples
from pca_pipeline.errors import ProcessDiedError, SetupError
from pca_pipeline.settings import SpeechSettings
from pca_pipeline.speech.engine import Passage, load_single_engine
from pca_pipeline.speech.engine_pool import EnginePool, EngineProcess, share_out
from tests.speech.conftest import DEMO


@pytest.mark.slow
def test_processes_hear_what_one_engine_hears(sample_windows: list[Samples]) -> None:
    """Two engines in processes of their own: the same words, in the order that was asked for."""
    settings = SpeechSettings(model=str(DEMO), device="cpu", threads=1)
    passages = [Passage(window, group, "en") for group, window in enumerate(sample_windows[:4])]
    pool = EnginePool(settings, [None, None])
    try:
        shared = pool.hear(passages)
    finally:
        pool.close()
    alone = load_single_engine(settings).hear(passages)
    assert pool.name == "demo-whisper.pt"
    assert [[word.text for word in p.words] for p in shared] == [[word.text for word in p.words] for p in alone]
    assert any(passage.words for passage in shared)


@pytest.mark.slow
def test_what_keeps_a_process_from_starting_is_told() -> None:
    """As if there were no processes: the error that loading raised, with its way out."""
    with pytest.raises(SetupError, match=r"missing\.pt") as error:
        EnginePool(SpeechSettings(model="missing.pt", device="cpu"), [None])
    assert error.value.hint


@pytest.mark.parametrize("engines", [1, 2, 4, 5, 8])
@pytest.mark.parametrize("groups", [range(16), range(0, 16000, 1000), (0, 2, 4, 6, 8, 10, 12, 14)])
def test_every_engine_has_its_share(groups: Sequence[int], engines: int) -> None:
    """However channels are numbered, each is heard by one engine, and none stands still while another has two more."""
    passages = [Passage(np.zeros(1, np.float32), group, None) for group in groups for _ in range(3)]
    shares = share_out(passages, engines)
    assert sorted(index for share in shares for index in share) == list(range(len(passages)))
    heard = [{passages[index].group for index in share} for share in shares]
    assert sum(map(len, heard)) == len(groups)
    assert max(map(len, heard)) - min(map(len, heard)) <= 1


def own_id(*_asked: object) -> int:
    """The number of the process that is asked."""
    return os.getpid()


def die(*_asked: object) -> None:
    """What a process does that the system has no memory for."""
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.slow
def test_a_process_that_died_is_started_again() -> None:
    """Once for what it died of; that is told as something to try again, and what is asked next is answered."""
    process = EngineProcess(SpeechSettings(device="cpu"), None)
    try:
        first = process.ask(own_id)
        os.kill(first, signal.SIGKILL)
        assert process.ask(own_id) != first
        with pytest.raises(ProcessDiedError, match="on the CPU died") as error:
            process.ask(die)
        assert error.value.retryable
        assert process.ask(own_id) != first
    finally:
        process.close()
