"""Calls folders for tests that drop files: they take files at once, and recordings come with what is said in them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from pca_pipeline import audio
from pca_pipeline.call import Recording
from pca_pipeline.settings import IntakeSettings, PiiSettings, Settings
from tests.transcripts import transcribe_channels

RATE = 8000


def prompt_settings(folder: Path, **others: Any) -> Settings:
    """Settings of a calls folder, with its inbox, that takes files at once. Redaction is by rules, without verification."""
    given = {"pii": PiiSettings(model="none", verify_share=0.0), **others}
    settings = Settings(folder=folder, intake=IntakeSettings(stable_seconds=0, record_wait_seconds=0), **given)
    settings.inbox_folder.mkdir(parents=True)
    return settings


def noise(seconds: float) -> Recording:
    """Two channels of noise, the same each time."""
    samples = np.random.default_rng(1).normal(0, 0.05, (2, round(seconds * RATE)))
    return Recording(samples.astype(np.float32), RATE, "PCM_16")


def drop_transcribed(place: Path, seconds: float, turns: Sequence[Any]) -> None:
    """A recording of noise at `place`, beside it a transcript with these turns."""
    audio.write(noise(seconds), place, "wav")
    place.with_suffix(".json").write_text(json.dumps(transcribe_channels(turns)), encoding="utf-8")
