"""Redacted calls as files next to their audio."""

from __future__ import annotations

from pathlib import Path

import pytest

from pca_pipeline.transcript import read_transcript, write_transcript
from tests.factories import Turn, make_call


@pytest.mark.parametrize(
    ("start", "shown"),
    [(0.0, "00:00.0"), (59.94, "00:59.9"), (59.97, "01:00.0"), (119.96, "02:00.0"), (6059.99, "101:00.0")],
)
def test_the_text_says_who_said_what_when(tmp_path: Path, start: float, shown: str) -> None:
    """Minutes and seconds never show sixty seconds; the JSON reads back."""
    call = make_call(turns=(Turn("agent_1", start, "hello [PERSON]"),)).call
    write_transcript(call, tmp_path)
    assert (tmp_path / "transcript.txt").read_text("utf-8") == f"[{shown}] Ann (agent_1): hello [PERSON]\n"
    assert read_transcript(tmp_path) == call
