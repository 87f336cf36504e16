"""A script becomes sound: every line spoken, placed in time, and mixed as a telephone system records it.

Channel 0 is the external party, channel 1 everybody on the contact centre's side, as Genesys records it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

import numpy as np
from numpy.typing import NDArray

from sample_calls import telephone
from sample_calls.call import Script, Sound, Speaker, Stage, StageKind, Turn
from sample_calls.cast import Cast
from sample_calls.spoken import Line, fill
from sample_calls.telephone import RATE, Audio
from sample_calls.voices import say

EXTERNAL, INTERNAL = 0, 1
Speak = Callable[..., tuple[Audio, tuple[tuple[float, float], ...]]]  # as `voices.say`
APART = 0.12  # seconds at least between two utterances on one channel
FADE = 0.15  # seconds in which hold music gives way to a voice
SPEECH_DB = {"customer": (-32.0, -23.0), "agent": (-29.0, -23.0), "machine": (-27.0, -24.0)}
NOISE_DB = (-66.0, -52.0)
MUSIC_DB = (-34.0, -28.0)
SPEED = (0.97, 1.13)
ECHO_DB, ECHO_DELAY = (-34.0, -27.0), (0.05, 0.18)
LOUDEST = 0.6  # peak of one utterance, so that no sum of sounds clips


@dataclass(frozen=True)
class Utterance:
    """A line as heard: `words` are (start, end) of each piece, all times in seconds of the recording."""

    channel: int
    speaker: Speaker
    line: Line
    start: float
    end: float
    words: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Interval:
    """A stage as it happened.

    `start` and `end` are seconds of the recording; `skipped` seconds of wall clock were left out before it;
    `alert` is when the next agent's telephone began to ring.
    """

    kind: StageKind
    agent: int | None
    queue: str | None
    start: float
    end: float
    skipped: float
    seconds: float  # of wall clock
    alert: float | None = None


@dataclass(frozen=True)
class Recording:
    """Audio of shape (samples, 2) at 8 kHz, and what is in it."""

    audio: NDArray[np.float32]
    utterances: tuple[Utterance, ...]
    intervals: tuple[Interval, ...]

    @property
    def duration(self) -> float:
        """Seconds of audio."""
        return len(self.audio) / RATE


def record(script: Script, cast: Cast, rng: Random, speak: Speak = say) -> Recording:
    """Speak and mix a whole call; `speak` is the synthesiser."""
    studio = _Studio(cast, rng, speak)
    for stage in script.stages:
        studio.play(stage)
    studio.cursor += rng.uniform(0.3, 0.9)
    return Recording(studio.mix(), tuple(sorted(studio.utterances, key=_by_time)), tuple(studio.intervals))


def _by_time(utterance: Utterance) -> tuple[float, int]:
    return utterance.start, utterance.channel


@dataclass
class _Studio:
    """Places voices and sounds on a growing time line, then mixes them."""

    cast: Cast
    rng: Random
    speak: Speak
    cursor: float = 0.0  # seconds, where the conversation has come to
    skipped: float = 0.0
    utterances: list[Utterance] = field(default_factory=list)
    intervals: list[Interval] = field(default_factory=list)
    voices: list[tuple[int, int, Audio]] = field(default_factory=list)  # channel, first sample, audio
    sounds: list[tuple[int, int, Audio]] = field(default_factory=list)
    music: list[tuple[int, int]] = field(default_factory=list)  # first and last sample
    free: list[float] = field(default_factory=lambda: [0.0, 0.0])  # when each channel is free again
    levels: dict[Speaker, float] = field(default_factory=dict)
    rates: dict[Speaker, float] = field(default_factory=dict)

    def play(self, stage: Stage) -> None:
        """Append a stage."""
        if stage.kind == "pause":
            self.intervals.append(self._interval(stage, self.cursor, stage.seconds, None))
            self.skipped += stage.seconds
            return
        start, alert = self.cursor, None
        shortfall = stage.seconds - sum(event.seconds for event in stage.events if isinstance(event, Sound))
        for event in stage.events:
            if isinstance(event, Turn):
                self._turn(event)
                continue
            if event.kind == "ringing" and stage.kind == "queue":  # the wait is over when the agent's phone rings
                self.cursor = max(self.cursor, start + shortfall)
                alert = self.cursor
            self._sound(event)
        self.cursor = max(self.cursor, *self.free, start + stage.seconds if alert is None else 0.0)
        self.intervals.append(self._interval(stage, start, self.cursor - start, alert))
        if stage.music:
            self.music.append((round(start * RATE), round((alert or self.cursor) * RATE)))

    def mix(self) -> NDArray[np.float32]:
        """Both channels with noise, echo and music; shape (samples, 2)."""
        noise = np.random.default_rng(self.rng.getrandbits(32))
        n = round(self.cursor * RATE)
        clean = [self._channel(channel, n, noise) for channel in (EXTERNAL, INTERNAL)]
        level, delay = self.rng.uniform(*ECHO_DB), self.rng.uniform(*ECHO_DELAY)
        mixed = [
            own + telephone.echo(other, level, delay) + self._noise(n, noise) for own, other in (clean, reversed(clean))
        ]
        return np.stack(mixed, axis=1).astype(np.float32)

    def _interval(self, stage: Stage, start: float, seconds: float, alert: float | None) -> Interval:
        end = start if stage.kind == "pause" else start + seconds
        return Interval(stage.kind, stage.agent, stage.queue, start, end, self.skipped, seconds, alert)

    def _turn(self, turn: Turn) -> None:
        line = fill(turn.template, self.cast.caller, self.rng)
        voice = self.cast.voices[turn.speaker]
        audio, words = self.speak(line, voice, rate=self._rate(turn.speaker), pitch=self.rng.uniform(0.97, 1.04))
        channel = EXTERNAL if turn.speaker == "customer" else INTERNAL
        wanted = self._midst() if turn.over else self.cursor + turn.gap
        first = round(max(wanted, self.free[channel] + APART, 0.0) * RATE)
        start = first / RATE
        self.voices.append((channel, first, self._at_level(audio, turn.speaker)))
        times = tuple((start + begin, start + stop) for begin, stop in words)
        self.utterances.append(Utterance(channel, turn.speaker, line, times[0][0], times[-1][1], times))
        self.free[channel] = start + len(audio) / RATE
        if not turn.over:
            self.cursor = self.free[channel]

    def _midst(self) -> float:
        """A moment within the utterance before."""
        before = self.utterances[-1]
        return before.start + (before.end - before.start) * self.rng.uniform(0.4, 0.7)

    def _sound(self, sound: Sound) -> None:
        channel = EXTERNAL if sound.side == "external" else INTERNAL
        audio = _noise_of(sound)
        self.sounds.append((channel, round(self.cursor * RATE), audio))
        self.cursor += len(audio) / RATE

    def _rate(self, speaker: Speaker) -> float:
        return self.rates.setdefault(speaker, self.rng.uniform(*SPEED)) * self.rng.uniform(0.97, 1.03)

    def _at_level(self, audio: Audio, speaker: Speaker) -> Audio:
        kind = speaker if speaker == "customer" else "agent" if speaker.startswith("agent") else "machine"
        level = self.levels.setdefault(speaker, self.rng.uniform(*SPEECH_DB[kind]))
        spoken = telephone.at_level(telephone.band(audio), level + self.rng.uniform(-1.5, 1.5))
        return np.asarray(spoken * min(1.0, LOUDEST / float(np.abs(spoken).max())), dtype=np.float32)

    def _channel(self, channel: int, n: int, noise: np.random.Generator) -> Audio:
        """The speech, sounds and music of one channel; nothing there is cut off."""
        out, heard = np.zeros(n, np.float32), np.zeros(n, np.float32)
        for group in (self.voices, self.sounds):
            for where, first, audio in group:
                if where == channel:
                    out[first : first + len(audio)] += audio[: n - first]
                    heard[first : first + len(audio)] += np.any(audio)
        if channel == INTERNAL:
            out += self._hold_music(n, noise) * _gate(heard)
        return out

    def _hold_music(self, n: int, noise: np.random.Generator) -> Audio:
        out = np.zeros(n, np.float32)
        level = self.rng.uniform(*MUSIC_DB)
        for first, last in self.music:
            out[first:last] = telephone.music((last - first) / RATE, noise, level)[: last - first]
        return telephone.band(out) if self.music else out

    def _noise(self, n: int, noise: np.random.Generator) -> Audio:
        if self.rng.random() < 0.12:  # a digital line: silence is silence
            return np.zeros(n, np.float32)
        kind = self.rng.choice(("line", "line", "hum", "room", "static"))
        return telephone.noise(n, self.rng.uniform(*NOISE_DB), kind, noise)  # type: ignore[arg-type]


def _noise_of(sound: Sound) -> Audio:
    if sound.kind == "ringing":
        return telephone.ringing(sound.seconds)
    if sound.kind == "keys":
        return telephone.dtmf(sound.keys)
    if sound.kind == "beep":
        return telephone.beep(sound.seconds)
    return np.zeros(round(sound.seconds * RATE), np.float32)


def _gate(heard: Audio) -> Audio:
    """One where nothing is heard, zero where something is, with soft edges."""
    width = round(FADE * RATE)
    silent = (heard == 0).astype(np.float32)
    padded = np.pad(silent, width, mode="edge")
    totals = np.cumsum(np.concatenate([[0.0], padded]))
    return np.asarray((totals[2 * width :] - totals[: -2 * width])[: len(heard)] / (2 * width), dtype=np.float32)
