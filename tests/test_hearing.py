"""Calls that wait for transcripts, and get them together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from pca_pipeline import speech
from pca_pipeline.call import Recording, SpeechStats, Transcript
from pca_pipeline.hearing import CallCoroutine, run_together
from pca_pipeline.settings import Settings

SILENT = Transcript((), SpeechStats("none", "en", 0.0, None, 0))


def request(seconds: int) -> speech.Request:
    """A recording of that length."""
    return speech.Request(Recording(np.zeros((1, 8000 * seconds), np.float32), 8000, "PCM_16"))


def way(*seconds: int) -> CallCoroutine[str]:
    """A call that asks for so many transcripts, one after the other, and returns how that went."""
    told = []
    for length in seconds:
        try:
            assert (yield request(length)) is SILENT
            told.append(f"heard {length}")
        except MemoryError:
            told.append(f"no {length}")
    return ", ".join(told)


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[list[int]]:
    """Lengths that were transcribed together, in order; a recording of 9 seconds cannot be transcribed."""
    batches: list[list[int]] = []

    def transcribe_all(requests: Sequence[speech.Request], *_rest: object) -> list[Transcript]:
        batches.append([round(one.recording.duration) for one in requests])
        if 9 in batches[-1]:
            raise MemoryError
        return [SILENT for _ in requests]

    monkeypatch.setattr(speech, "transcribe_all", transcribe_all)
    return batches


@pytest.mark.parametrize(
    ("ways", "outcomes", "batches"),
    [
        ([], [], []),
        ([()], [""], []),
        ([(1, 2), (), (3,)], ["heard 1, heard 2", "", "heard 3"], [[1, 3], [2]]),
        ([(1,), (9, 2)], ["heard 1", "no 9, heard 2"], [[1, 9], [1], [9], [2]]),
    ],
    ids=["none", "nothing to hear", "together", "one that fails"],
)
def test_what_is_asked_at_the_same_time_is_heard_together(
    heard: list[list[int]], ways: list[tuple[int, ...]], outcomes: list[str], batches: list[list[int]]
) -> None:
    """Outcomes are in the order of the calls. If a batch fails, each call is transcribed alone, and one alone gets its error."""
    engine: speech.Engine = object()  # type: ignore[assignment]
    assert run_together([way(*seconds) for seconds in ways], Settings(), engine) == outcomes
    assert heard == batches


def test_calls_that_cannot_be_heard_together_are_told(heard: list[list[int]], caplog: pytest.LogCaptureFixture) -> None:
    """It takes longer, so it is logged; the error's text may contain speech, its class does not."""
    engine: speech.Engine = object()  # type: ignore[assignment]
    run_together([way(1), way(9)], Settings(), engine)
    assert [record.getMessage() for record in caplog.records] == [
        "2 calls could not be heard together (MemoryError); each is heard alone."
    ]
    assert len(heard) == 3
