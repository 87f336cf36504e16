"""Rows of faster-whisper for `benchmarks.speech`: the same weights converted, each channel on its own.

As its users run it: its own speech detector, word times, a beam of 5 (its default). Rows with a beam of 1 decode like
openai-whisper and this engine. Where there is a choice, the text of the previous window is not used as a prompt: the demo
weights were not trained for it, and lose words.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import torch

from benchmarks.processes import cores
from benchmarks.speech_rows import Row, Spoken, hear_with
from pca_pipeline import audio
from pca_pipeline.call import Recording, Samples
from pca_pipeline.settings import SpeechSettings
from pca_pipeline.speech import load_engine
from pca_pipeline.speech.engine import ENGINE_RATE, Passage

COMPUTE_TYPES = ("float32", "int8")
BATCH_SIZES = (None, 8, 16)  # None: window after window
BEAMS = (5, 1)


def peer_rows(model: Path) -> dict[str, Callable[[], Row]]:
    """How to make each row, by name, for a CTranslate2 model in a folder; none without the extra [faster]."""
    try:
        from faster_whisper import __version__
    except ImportError:
        return {}
    made: dict[str, Callable[[], Row]] = {}
    for batch_size, compute_type, beam in itertools.product(BATCH_SIZES, COMPUTE_TYPES, BEAMS):
        how = f"batched {batch_size}" if batch_size else "sequential"
        name = f"faster-whisper {__version__} {how} {compute_type} beam {beam}"
        made[name] = partial(faster_whisper_row, model, compute_type, batch_size, beam)
    for compute_type in COMPUTE_TYPES:
        made[f"pca_pipeline on CTranslate2 {compute_type}"] = partial(other_engine_row, model, compute_type)
    return made


def faster_whisper_row(folder: Path, compute_type: str, batch_size: int | None, beam: int) -> Row:
    """faster-whisper by itself."""
    from faster_whisper import BatchedInferencePipeline, WhisperModel

    device = "cuda" if torch.cuda.is_available() else "cpu"
    model = WhisperModel(str(folder), device, compute_type=compute_type, cpu_threads=cores())
    options: dict[str, Any] = {"language": "en", "word_timestamps": True, "vad_filter": True, "beam_size": beam}
    if batch_size:
        transcribe_channel = partial(BatchedInferencePipeline(model).transcribe, batch_size=batch_size, **options)
    else:
        transcribe_channel = partial(model.transcribe, condition_on_previous_text=False, **options)
    return count_encoded(Row(partial(_hear_channels, transcribe_channel)), model)


def other_engine_row(folder: Path, compute_type: str) -> Row:
    """This project's pipeline with `speech.engine = "faster-whisper"`."""
    settings = SpeechSettings(model=str(folder), engine="faster-whisper", compute_type=compute_type)
    engine: Any = load_engine(settings)
    row, encode = Row(partial(hear_with, engine, settings)), engine._encode

    def counting(passages: Sequence[Passage]) -> Any:
        row.tally.encoded += len(passages)
        return encode(passages)

    engine._encode = counting
    return row


def converted(checkpoint: Path | str, folder: Path) -> Path:
    """An openai-whisper checkpoint for CTranslate2, in `folder`; nothing is written without the extra [faster]."""
    try:
        from pca_pipeline.speech.conversion import convert, load
    except ImportError:
        print("faster-whisper is not installed: its rows are left out.")
        return folder
    return convert(load(str(checkpoint)), folder)


def count_encoded(row: Row, model: Any) -> Row:
    """The row, counting how many 30 s windows go into `model.encode`."""
    encode = model.encode

    def counting(features: Any, *arguments: Any, **options: Any) -> Any:
        row.tally.encoded += features.shape[0] if len(features.shape) == 3 else 1
        return encode(features, *arguments, **options)

    model.encode = counting
    return row


def _hear_channels(transcribe_channel: Callable[[Samples], Any], recording: Recording) -> list[Spoken]:
    heard = []
    for channel, samples in enumerate(recording.channels):
        segments, _ = transcribe_channel(audio.resample(samples, recording.sample_rate, ENGINE_RATE))
        for segment in segments:  # decoded as they are asked for
            heard += [Spoken(channel, word.word.strip(), word.start, word.end) for word in segment.words]
    return heard
