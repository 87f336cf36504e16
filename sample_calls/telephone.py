"""The sound of a telephone line: its band, its codec, its noise, and what is heard on it besides speech.

All audio is mono float32 in [-1, 1] at 8 kHz; levels are in dB relative to full scale (RMS).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, lfilter, sosfiltfilt

Audio = NDArray[np.float32]
NoiseKind = Literal["line", "hum", "room", "static"]

RATE = 8000
BAND_HZ = (300.0, 3400.0)  # ITU-T G.712
MU = 255.0  # ITU-T G.711
DTMF_ROWS, DTMF_COLUMNS = (697, 770, 852, 941), (1209, 1336, 1477)  # ITU-T Q.23, Hz
DTMF_KEYS = "123456789*0#"
RINGBACK_HZ = (440, 480)  # North America: two seconds on, four off
CHORDS = ((0, 4, 7, 11), (9, 12, 16, 19), (5, 9, 12, 16), (7, 11, 14, 17))  # semitones: I, vi, IV, V


def band(audio: Audio) -> Audio:
    """Keep the telephone band; zero-phase, so that nothing moves in time."""
    sos = butter(4, BAND_HZ, btype="bandpass", fs=RATE, output="sos")
    padding = min(len(audio) - 1, 200)
    return np.asarray(sosfiltfilt(sos, audio, padlen=max(padding, 0)), dtype=np.float32)


def mu_law(audio: Audio) -> Audio:
    """Pass through G.711 and back: 8 bits a sample, finer where it is quiet."""
    compressed = np.sign(audio) * np.log1p(MU * np.abs(np.clip(audio, -1, 1))) / np.log1p(MU)
    coded = np.round(compressed * 127) / 127
    return np.asarray(np.sign(coded) * np.expm1(np.abs(coded) * np.log1p(MU)) / MU, dtype=np.float32)


def at_level(audio: Audio, level_db: float) -> Audio:
    """Scale to an RMS level; silence stays silence."""
    rms = float(np.sqrt(np.mean(np.square(audio, dtype=np.float64)))) if len(audio) else 0.0
    return audio if rms == 0 else np.asarray(audio * (10 ** (level_db / 20) / rms), dtype=np.float32)


def noise(n: int, level_db: float, kind: NoiseKind, rng: np.random.Generator) -> Audio:
    """`n` samples of line noise (white), mains hum, room (brownish, breathing), or static (crackling)."""
    white = rng.standard_normal(n).astype(np.float32)
    time = np.arange(n) / RATE
    if kind == "hum":
        tones = sum(np.sin(2 * np.pi * 60 * k * time + k) / k for k in (5, 6, 7, 9))
        return at_level(np.asarray(tones + 0.3 * white, dtype=np.float32), level_db)
    if kind == "room":
        brown = lfilter([1.0], [1.0, -0.92], white)
        swell = 1 + 0.4 * np.sin(2 * np.pi * time / rng.uniform(3, 7))
        return at_level(np.asarray(brown * swell, dtype=np.float32), level_db)
    if kind == "static":
        crackles = (rng.random(n) < 2.0 / RATE) * rng.standard_normal(n) * 12
        white = white + lfilter([1.0], [1.0, -0.7], crackles).astype(np.float32)
    return at_level(white, level_db)


def echo(audio: Audio, level_db: float = -30.0, delay: float = 0.08) -> Audio:
    """What of one side comes back on the other: delayed by `delay` seconds and `level_db` quieter."""
    shift = round(delay * RATE)
    late = np.concatenate([np.zeros(shift, np.float32), audio])[: len(audio)]
    return np.asarray(late * 10 ** (level_db / 20), dtype=np.float32)


def dtmf(digits: str, level_db: float = -20.0, tone: float = 0.12, gap: float = 0.08) -> Audio:
    """Key tones for digits, star and pound."""
    rest = np.zeros(round(gap * RATE), np.float32)
    return np.concatenate([part for digit in digits for part in (_tones(_key_hz(digit), tone, level_db), rest)])


def ringing(seconds: float, level_db: float = -24.0) -> Audio:
    """North American ringback."""
    time = np.arange(round(seconds * RATE)) / RATE
    return _tones(RINGBACK_HZ, seconds, level_db) * (time % 6 < 2).astype(np.float32)


def beep(seconds: float = 0.4, level_db: float = -20.0) -> Audio:
    """The tone after which a message is recorded."""
    return _tones((1000,), seconds, level_db)


def music(seconds: float, rng: np.random.Generator, level_db: float = -26.0) -> Audio:
    """Hold music: a soft arpeggio over four chords, in a key and at a pace drawn from `rng`."""
    n = round(seconds * RATE)
    root, step = float(rng.uniform(190, 260)), float(rng.uniform(0.22, 0.34))
    out = np.zeros(n + 2 * RATE, np.float32)
    for at in range(int(seconds / step) + 1):
        chord = CHORDS[at // 8 % len(CHORDS)]
        pitch = root * 2 ** (chord[int(rng.integers(len(chord)))] / 12)
        note = _pluck(pitch, 1.2)
        start = round(at * step * RATE)
        out[start : start + len(note)] += note[: max(0, len(out) - start)]
    return at_level(out[:n], level_db)


def _pluck(pitch: float, seconds: float) -> Audio:
    time = np.arange(round(seconds * RATE)) / RATE
    body = sum(np.sin(2 * np.pi * pitch * k * time) / k**2 for k in (1, 2, 3))
    return np.asarray(body * np.exp(-3.5 * time) * np.minimum(1, time / 0.01), dtype=np.float32)


def _key_hz(key: str) -> tuple[int, int]:
    at = DTMF_KEYS.index(key)
    return DTMF_ROWS[at // 3], DTMF_COLUMNS[at % 3]


def _tones(frequencies: Sequence[float], seconds: float, level_db: float) -> Audio:
    """A chord of sines with 5 ms edges."""
    n = round(seconds * RATE)
    time = np.arange(n) / RATE
    wave = sum(np.sin(2 * np.pi * hz * time) for hz in frequencies)
    edge = np.clip(np.minimum(np.arange(n), np.arange(n)[::-1]) / (0.005 * RATE), 0, 1)
    return at_level(np.asarray(wave * edge, dtype=np.float32), level_db)
