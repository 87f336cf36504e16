"""Synthesised voices and their word times."""

from __future__ import annotations

import shutil
from ctypes.util import find_library
from itertools import pairwise
from random import Random

import numpy as np
import pytest

pytest.importorskip("faker", reason="the extra `samples` builds calls")

from sample_calls.spoken import Line, Piece, fill, persona
from sample_calls.voices import PEAK, SAMPLE_RATE, VOICES, say

SYNTHESISERS = {
    "flite": find_library("flite"),
    "espeak": find_library("espeak-ng"),
    "festival": shutil.which("festival"),
}
FIRST_OF_EACH_SPEAKER = sorted({(voice.engine, voice.name): key for key, voice in reversed(VOICES.items())}.values())
TEMPLATE = "Well, my number is {phone}, and my card is {card}."


def needs(voice: str) -> None:
    """Skip where the voice's synthesiser is not installed."""
    if not SYNTHESISERS[VOICES[voice].engine]:
        pytest.skip(f"{VOICES[voice].engine} is not installed")


@pytest.mark.parametrize("voice", FIRST_OF_EACH_SPEAKER)
def test_every_piece_has_its_time(voice: str) -> None:
    """Words follow each other within the audio, and what is said between two long pauses is where the times say."""
    needs(voice)
    line = fill(TEMPLATE, persona(Random(3)), Random(3))
    audio, times = say(line, voice)
    assert audio.dtype == np.float32 and abs(np.abs(audio).max() - PEAK) < 1e-3
    assert len(times) == len(line.pieces)
    edges = np.array(times)
    assert (edges[:, 0] < edges[:, 1]).all() and (edges[:-1, 1] <= edges[1:, 0] + 1e-6).all()
    assert edges[0, 0] >= 0 and edges[-1, 1] <= len(audio) / SAMPLE_RATE + 1e-6


@pytest.mark.parametrize("voice", FIRST_OF_EACH_SPEAKER)
def test_times_tell_sound_from_silence(voice: str) -> None:
    """A word's span is loud, the pause between two groups of digits is quiet."""
    needs(voice)
    line = Line(tuple(Piece(digits, "four one one one,") for digits in ("4111", "4111", "4111")))
    audio, times = say(line, voice)
    power = [np.square(audio[int(start * SAMPLE_RATE) : int(end * SAMPLE_RATE)]).mean() for start, end in times]
    for (_, end), (start, _) in pairwise(times):
        middle = slice(int((end * 0.7 + start * 0.3) * SAMPLE_RATE), int((end * 0.3 + start * 0.7) * SAMPLE_RATE))
        assert start - end > 0.03
        assert np.square(audio[middle]).mean() < 0.02 * min(power)


@pytest.mark.parametrize("voice", ["slt", "espeak-f3"])
def test_rate_and_pitch_change_the_voice(voice: str) -> None:
    """A higher rate shortens the utterance in proportion; the pitch factor keeps its length."""
    needs(voice)
    line = fill(TEMPLATE, persona(Random(3)), Random(3))
    plain, fast, high = (say(line, voice, **how)[0] for how in ({}, {"rate": 1.25}, {"pitch": 1.1}))
    assert len(plain) / len(fast) == pytest.approx(1.25, rel=0.12)
    assert len(high) == pytest.approx(len(plain), rel=0.02)
    assert not np.allclose(high[: len(plain)][:8000], plain[:8000], atol=0.01)


def test_some_voices_are_held_out() -> None:
    """Of both sexes' parts, some voices are kept from training."""
    held_out = [voice for voice in VOICES.values() if voice.held_out]
    assert {"caller", "agent"} <= {voice.role for voice in held_out}
    assert len(held_out) >= 3
