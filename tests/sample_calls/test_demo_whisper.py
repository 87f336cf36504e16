"""The shipped demo Whisper: a checkpoint of the library's own format that hears a telephone call."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from ctypes.util import find_library
from itertools import islice
from pathlib import Path
from random import Random

import numpy as np
import pytest
import torch
import whisper
from scipy.signal import resample_poly

pytest.importorskip("faker", reason="the extra `samples` builds calls")

from sample_calls.evaluate import Score, Spoken, edge_distances, from_calls, load, recognise
from sample_calls.spoken import fill, persona
from sample_calls.telephone import band, mu_law
from sample_calls.voices import say

SAMPLES = Path(__file__).parents[2] / "sample_calls"
CHECKPOINT = SAMPLES / "demo-whisper.pt"


@pytest.fixture(scope="module")
def model() -> Iterator[whisper.Whisper]:
    """The demo Whisper with its alignment heads, on one core."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield load(CHECKPOINT)
    torch.set_num_threads(threads)


def test_the_library_loads_the_checkpoint_as_it_is() -> None:
    """`whisper.load_model` takes the path; the file is deflated and small; every weight is a number."""
    model = whisper.load_model(str(CHECKPOINT), device="cpu")
    assert not model.is_multilingual and model.dims.n_vocab == 51864
    assert all(torch.isfinite(weight).all() for weight in model.parameters())
    assert CHECKPOINT.stat().st_size < 30e6
    assert all(entry.compress_type == zipfile.ZIP_DEFLATED for entry in zipfile.ZipFile(CHECKPOINT).infolist())


def test_it_hears_an_utterance_never_said_before(model: whisper.Whisper) -> None:
    """A fresh utterance by a known voice over a telephone line is read nearly right, and its words are found in time."""
    if not find_library("flite"):
        pytest.skip("flite is not installed")
    random, score = Random(2026), Score()
    spoken = []
    for template in ("Okay, one moment please.", "My card number is {card}.", "Thank you, I appreciate your help."):
        line = fill(template, persona(random), random)
        audio, times = say(line, "slt-large")
        words = [(piece.written, *time) for piece, time in zip(line.pieces, times, strict=True)]
        spoken.append(Spoken("slt-large", mu_law(band(audio)), words))
    for each, text, edges in recognise(model, spoken):
        score.add(each.words, text, edges)
    assert score.word_errors <= 0.1 * score.words
    assert np.median(score.edges) < 0.08


def test_it_hears_a_shipped_call(model: whisper.Whisper) -> None:
    """Word errors on utterances of the shipped calls, which it was not trained on, stay low; half the edges within 80 ms."""
    score = Score()
    for each, text, edges in recognise(model, islice(from_calls(SAMPLES), 10)):
        score.add(each.words, text, edges)
    assert score.word_errors < 0.1 * score.words
    assert np.median(score.edges) < 0.08


def test_silence_gives_no_words(model: whisper.Whisper) -> None:
    """The library's own transcription of silence and of line noise is empty."""
    noise = np.random.default_rng(0).normal(0, 0.003, 16000 * 10).astype(np.float32)
    for audio in (np.zeros(16000 * 5, np.float32), noise):
        assert model.transcribe(audio, language="en", fp16=False, temperature=0.0)["text"].strip() == ""


def test_it_ends_with_and_without_timestamps(model: whisper.Whisper) -> None:
    """A short utterance alone in 30 s gives its text once, in both modes."""
    first = next(from_calls(SAMPLES))
    audio = resample_poly(first.audio, 2, 1).astype(np.float32)
    texts = [
        model.transcribe(audio, language="en", fp16=False, temperature=0.0, without_timestamps=without)["text"]
        for without in (True, False)
    ]
    assert all(len(text.split()) <= len(first.words) + 2 for text in texts)


def test_edge_distances_compare_recognised_words_only() -> None:
    """Words that were missed or misheard have no edges to compare."""
    truth = [("My", 0.0, 0.2), ("card,", 0.2, 0.5), ("4111.", 0.6, 1.6)]
    found = [("my", 0.0, 0.25), ("car", 0.2, 0.5), ("4111", 0.7, 1.6)]
    assert edge_distances(truth, found) == pytest.approx([0.0, 0.05, 0.1, 0.0])
