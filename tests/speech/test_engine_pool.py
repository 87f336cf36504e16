from __future__ import annotations

import pytest

from pca_pipeline.call import Samples
from pca_pipeline.errors import SetupError
from pca_pipeline.settings import SpeechSettings
from pca_pipeline.speech.engine import Passage, load_single_engine
from pca_pipeline.speech.engine_pool import EnginePool
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
