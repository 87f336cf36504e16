"""Synthesised voices that know when each word is said: flite, espeak-ng and festival behind one function, `say`.

flite and espeak-ng are called in-process through ctypes; festival runs as a command. All three are Debian packages
(`apt-get install flite espeak-ng festival festvox-us-slt-hts`), needed only to build calls and to train.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Callable
from ctypes import (
    CDLL,
    CFUNCTYPE,
    POINTER,
    Structure,
    byref,
    c_char_p,
    c_float,
    c_int,
    c_short,
    c_size_t,
    c_uint,
    c_void_p,
)
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import soundfile
from scipy.signal import resample_poly

from sample_calls.spoken import Line

SAMPLE_RATE = 8000
PEAK = 0.5
SILENCE = 0.02  # of the peak: below it a frame holds no speech

Audio = npt.NDArray[np.float32]
Times = list[tuple[float, float]]
Role = Literal["caller", "agent", "ivr"]


@dataclass(frozen=True)
class Voice:
    """One synthesiser's voice, made into another speaker by `size`, which scales pitch and formants together."""

    engine: Literal["flite", "espeak", "festival"]
    name: str
    role: Role
    size: float = 1.0  # > 1: a smaller speaker, higher formants
    pitch: float | None = None  # mean in Hz (flite), 0-99 (espeak-ng); None where the voice cannot change it
    held_out: bool = False  # kept from training, to measure voices the model does not know


VOICES: dict[str, Voice] = {
    "rms": Voice("flite", "rms", "caller"),
    "rms-small": Voice("flite", "rms", "caller", size=1.07),
    "rms-large": Voice("flite", "rms", "agent", size=0.94),
    "awb": Voice("flite", "awb", "caller"),
    "awb-small": Voice("flite", "awb", "agent", size=1.06),
    "slt-small": Voice("flite", "slt", "caller", size=1.06, pitch=175),
    "slt-large": Voice("flite", "slt", "agent", size=0.95, pitch=165),
    "slt": Voice("flite", "slt", "ivr", pitch=170),
    "kal": Voice("flite", "kal16", "ivr", pitch=95),
    "kal-small": Voice("flite", "kal16", "caller", size=1.08, pitch=110),
    "espeak-f3": Voice("espeak", "en-us+f3", "caller", pitch=50),
    "espeak-m3": Voice("espeak", "en-us+m3", "agent", pitch=50),
    "awb-large": Voice("flite", "awb", "caller", size=0.9, held_out=True),
    "slt-hts": Voice("festival", "cmu_us_slt_arctic_hts", "agent", held_out=True),
    "espeak-f2": Voice("espeak", "en-us+f2", "caller", pitch=50, held_out=True),
    "espeak-gb-m7": Voice("espeak", "en-gb-x-rp+m7", "agent", pitch=45, held_out=True),
}


def say(
    line: Line, voice: str | Voice, *, rate: float = 1.0, pitch: float | None = None
) -> tuple[Audio, tuple[tuple[float, float], ...]]:
    """Synthesise a line.

    Returns mono audio at 8 kHz with peak 0.5, and (start, end) in seconds of each piece of the line.
    `rate` above one speaks faster; `pitch` multiplies the voice's own (voices without one keep theirs). Raises KeyError
    for a voice not in `VOICES`, RuntimeError when an engine fails.
    """
    chosen = VOICES[voice] if isinstance(voice, str) else voice
    tokens = [token for sound in line.sounds for token in sound.split()]
    mean_pitch = chosen.pitch and chosen.pitch * (pitch or 1.0)
    audio, sample_rate, times = ENGINES[chosen.engine](tokens, chosen, rate / chosen.size, mean_pitch)
    seconds = len(audio) / sample_rate
    ratio = Fraction(SAMPLE_RATE / (sample_rate * chosen.size)).limit_denominator(400)
    resampled = resample_poly(audio, ratio.numerator, ratio.denominator).astype(np.float32)
    scale = len(resampled) / SAMPLE_RATE / seconds
    resampled *= PEAK / max(float(np.abs(resampled).max()), 1e-6)
    spoken = _trim_silence(resampled, [(start * scale, end * scale) for start, end in times])
    return resampled, tuple(_join(spoken, [len(sound.split()) for sound in line.sounds]))


def _join(tokens: Times, counts: list[int]) -> Times:
    """Times of pieces from times of their tokens."""
    ends = np.cumsum(counts)
    return [(tokens[end - count][0], tokens[end - 1][1]) for end, count in zip(ends, counts, strict=True)]


def _trim_silence(audio: Audio, times: Times) -> Times:
    """Move each token's edges inwards over silence, in frames of 10 ms; sound near an edge leaves it as it is."""
    frame = SAMPLE_RATE // 100
    count = -(-len(audio) // frame)
    loud = np.abs(np.pad(audio, (0, count * frame - len(audio)))).reshape(count, frame).max(axis=1) > SILENCE * PEAK
    trimmed = []
    for start, end in times:
        first, stop = int(start * 100) + 2, int(end * 100) - 1  # the neighbours may sound in the frames left out
        heard = first + np.flatnonzero(loud[first:stop])
        if len(heard):
            start = start if heard[0] == first else heard[0] / 100
            end = end if heard[-1] == stop - 1 else (heard[-1] + 1) / 100
        trimmed.append((float(start), float(end)))
    return trimmed


# flite: https://github.com/festvox/flite, include/cst_wave.h and cst_voice.h


class _FliteWave(Structure):
    _fields_ = (
        ("type", c_char_p),
        ("sample_rate", c_int),
        ("num_samples", c_int),
        ("num_channels", c_int),
        ("samples", POINTER(c_short)),
    )


class _FliteVoice(Structure):
    _fields_ = (("name", c_char_p), ("features", c_void_p))


@cache
def _flite() -> CDLL:
    flite = CDLL("libflite.so.1", mode=1)  # its symbols serve the language and voice libraries too
    for function, arguments, result in (
        ("flite_synth_text", (c_char_p, c_void_p), c_void_p),
        ("delete_utterance", (c_void_p,), None),
        ("utt_wave", (c_void_p,), POINTER(_FliteWave)),
        ("utt_relation", (c_void_p, c_char_p), c_void_p),
        ("relation_head", (c_void_p,), c_void_p),
        ("item_next", (c_void_p,), c_void_p),
        ("ffeature_float", (c_void_p, c_char_p), c_float),
        ("feat_set_float", (c_void_p, c_char_p, c_float), None),
    ):
        handle = getattr(flite, function)
        handle.argtypes, handle.restype = arguments, result
    flite.flite_init()
    return flite


@cache
def _flite_voice(name: str) -> Any:
    _flite()
    for library in ("libflite_usenglish.so.1", "libflite_cmulex.so.1"):
        CDLL(library, mode=1)
    register = getattr(CDLL(f"libflite_cmu_us_{name}.so.1"), f"register_cmu_us_{name}")
    register.restype = POINTER(_FliteVoice)
    return register(None)


def _say_flite(tokens: list[str], voice: Voice, rate: float, pitch: float | None) -> tuple[Audio, int, Times]:
    flite, loaded = _flite(), _flite_voice(voice.name)
    flite.feat_set_float(loaded.contents.features, b"duration_stretch", 1 / rate)
    if pitch is not None:
        flite.feat_set_float(loaded.contents.features, b"int_f0_target_mean", pitch)
    utterance = flite.flite_synth_text(" ".join(tokens).encode(), loaded)
    try:
        wave = flite.utt_wave(utterance).contents
        audio = np.ctypeslib.as_array(wave.samples, (wave.num_samples,)).astype(np.float32)
        return audio, wave.sample_rate, _flite_times(flite, utterance, tokens)
    finally:
        flite.delete_utterance(utterance)


def _flite_times(flite: CDLL, utterance: int, tokens: list[str]) -> Times:
    """Times of tokens: a token's daughters are its words, a word's syllables hold the timed segments."""
    times = []
    token = flite.relation_head(flite.utt_relation(utterance, b"Token"))
    while token:
        start = flite.ffeature_float(token, b"daughter1.R:SylStructure.daughter1.daughter1.R:Segment.p.end")
        end = flite.ffeature_float(token, b"daughtern.R:SylStructure.daughtern.daughtern.R:Segment.end")
        times.append((start, end))
        token = flite.item_next(token)
    if len(times) != len(tokens):
        raise RuntimeError(f"flite read {len(times)} tokens where {len(tokens)} were written")
    return times


# espeak-ng: https://github.com/espeak-ng/espeak-ng, src/include/espeak-ng/speak_lib.h

_RETRIEVAL, _WORD, _LIST_END = 1, 1, 0  # audio output mode; event types
_RATE, _PITCH = 1, 3  # parameters: words per minute, 0-99
_ESPEAK_WPM = 165


class _EspeakEvent(Structure):
    _fields_ = (
        ("type", c_int),
        ("unique_identifier", c_uint),
        ("text_position", c_int),  # of the word's first character, from 1
        ("length", c_int),
        ("audio_position", c_int),  # ms
        ("sample", c_int),
        ("user_data", c_void_p),
        ("id", c_void_p),
    )


class _Espeak:
    """The library, and what its callback gathers during one synthesis."""

    def __init__(self) -> None:
        self.library = CDLL("libespeak-ng.so.1")
        self.sample_rate = self.library.espeak_Initialize(_RETRIEVAL, 200, None, 0)
        if self.sample_rate <= 0:
            raise RuntimeError("espeak-ng does not start: is espeak-ng-data installed?")
        self.samples: list[npt.NDArray[np.int16]] = []
        self.words: list[tuple[int, float]] = []  # text position, seconds
        self._callback = CFUNCTYPE(c_int, POINTER(c_short), c_int, POINTER(_EspeakEvent))(self._gather)
        self.library.espeak_SetSynthCallback(self._callback)

    def _gather(self, samples: Any, count: int, events: Any) -> int:
        if count:
            self.samples.append(np.ctypeslib.as_array(samples, (count,)).copy())
        at = 0
        while events[at].type != _LIST_END:
            if events[at].type == _WORD:
                self.words.append((events[at].text_position - 1, events[at].audio_position / 1000))
            at += 1
        return 0

    def speak(self, text: str, voice: str, rate: float, pitch: float | None) -> tuple[Audio, list[tuple[int, float]]]:
        self.samples, self.words = [], []
        if self.library.espeak_SetVoiceByName(voice.encode()):
            raise RuntimeError(f"espeak-ng has no voice {voice}")
        self.library.espeak_SetParameter(_RATE, int(_ESPEAK_WPM * rate), 0)
        self.library.espeak_SetParameter(_PITCH, int(50 if pitch is None else pitch), 0)
        encoded = text.encode()
        self.library.espeak_Synth(encoded, c_size_t(len(encoded) + 1), 0, 1, 0, 1, byref(c_uint()), None)
        self.library.espeak_Synchronize()
        return np.concatenate(self.samples).astype(np.float32), self.words


_espeak = cache(_Espeak)


def _say_espeak(tokens: list[str], voice: Voice, rate: float, pitch: float | None) -> tuple[Audio, int, Times]:
    """espeak-ng reports where a word starts; words it runs together share their time by length."""
    espeak = _espeak()
    audio, words = espeak.speak(" ".join(tokens), voice.name, rate, pitch)
    offsets = np.cumsum([0] + [len(token) + 1 for token in tokens])
    known = dict(sorted(((int(offset), seconds) for offset, seconds in words), reverse=True))
    at = [offset for offset in offsets[:-1] if int(offset) in known]
    seconds = [known[int(offset)] for offset in at]
    edges = np.interp(offsets, [*at, offsets[-1]], [*seconds, len(audio) / espeak.sample_rate])
    return audio, espeak.sample_rate, list(zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True))


# festival: http://festvox.org/docs/manual-2.4.0/festival_toc.html

_FESTIVAL_SCRIPT = """
(voice_{voice})
(Parameter.set 'Duration_Stretch {stretch})
(set! utt (utt.synth (Utterance Text "{text}")))
(utt.save.wave utt "{wav}" 'riff)
(mapcar (lambda (token) (mapcar (lambda (word) (format t "%f %f " (item.feat word "word_start") (item.feat word "word_end")))
  (item.daughters token)) (format t "\\n")) (utt.relation.items utt 'Token))
"""


def _say_festival(tokens: list[str], voice: Voice, rate: float, _: float | None) -> tuple[Audio, int, Times]:
    with tempfile.TemporaryDirectory() as folder:
        wav, script = Path(folder, "line.wav"), Path(folder, "line.scm")
        text = " ".join(tokens)
        script.write_text(_FESTIVAL_SCRIPT.format(voice=voice.name, stretch=1 / rate, text=text, wav=wav))
        printed = subprocess.run(["festival", "-b", str(script)], check=True, capture_output=True, text=True).stdout
        audio, sample_rate = soundfile.read(wav, dtype="float32")
    numbers = [[float(number) for number in row.split()] for row in printed.splitlines() if row.strip()]
    if len(numbers) != len(tokens):
        raise RuntimeError(f"festival read {len(numbers)} tokens where {len(tokens)} were written")
    return audio, sample_rate, [(row[0], max(row)) for row in numbers]  # a comma is a word without length


Engine = Callable[[list[str], Voice, float, float | None], tuple[Audio, int, Times]]
ENGINES: dict[str, Engine] = {"flite": _say_flite, "espeak": _say_espeak, "festival": _say_festival}
