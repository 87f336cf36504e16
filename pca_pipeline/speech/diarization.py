"""Voices on one channel told apart by pyannote.audio, from weights on this machine, in memory.

The pipeline's own metrics would send durations and speaker counts away; `pca_pipeline.telemetry` turns them
off before the import.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import torch

import pca_pipeline.telemetry  # noqa: F401  (before pyannote is imported)
from pca_pipeline.call import Recording, Word
from pca_pipeline.errors import SetupError

VoiceTurn = tuple[float, float, str]  # start and end in seconds, voice


def diarize(recording: Recording, channel: int, folder: Path) -> list[VoiceTurn]:
    """Turns of the voices on a channel, in order and without overlap. Raises SetupError."""
    waveform = torch.from_numpy(recording.channels[channel : channel + 1])
    output = load_pipeline(folder)({"waveform": waveform, "sample_rate": recording.sample_rate})
    names: dict[str, str] = {}
    return [
        (segment.start, segment.end, names.setdefault(label, f"voice_{len(names) + 1}"))
        for segment, _, label in output.exclusive_speaker_diarization.itertracks(yield_label=True)
    ]


def label_voices(words: Sequence[Word], turns: Sequence[VoiceTurn], channel: int) -> tuple[Word, ...]:
    """The words; those of `channel` get the voice whose turn covers most of them, or none between turns."""
    return tuple(replace(word, voice=_voice(word, turns)) if word.channel == channel else word for word in words)


def _voice(word: Word, turns: Sequence[VoiceTurn]) -> str | None:
    def overlap(turn: VoiceTurn) -> float:
        return min(word.end, turn[1]) - max(word.start, turn[0])

    best = max(turns, key=overlap, default=None)
    return best[2] if best and overlap(best) > 0 else None


@cache
def load_pipeline(folder: Path) -> Any:
    """The pyannote.audio pipeline in a folder that holds its config.yaml and weights. Raises SetupError."""
    from pyannote.audio import Pipeline  # seconds to import, and only mono recordings need it

    if not (folder / "config.yaml").is_file():
        raise SetupError(
            f"There is no diarization pipeline in {folder}.",
            "Clone pyannote/speaker-diarization-community-1 there, or unset speech.diarization_model.",
        )
    try:
        return Pipeline.from_pretrained(folder)
    except Exception as error:  # lightning, yaml and torch errors have no common base
        raise SetupError(
            f"The diarization pipeline in {folder} could not be loaded ({type(error).__name__}).",
            "Check that its weights are complete and fit this version of pyannote.audio.",
        ) from error
