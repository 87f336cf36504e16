"""Training windows for the demo Whisper: utterances of the corpus as a telephone line would bring them, with targets.

A window holds one or more utterances with gaps, gain, noise, codec and echo, or no speech at all; its targets are
Whisper's tokens (with or without timestamps), where in time each token is said, and the letters of what is spoken (CTC).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from multiprocessing import Value
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path
from string import punctuation

import numpy as np
import numpy.typing as npt
import torch
from scipy.signal import resample
from torch import Tensor
from torch.utils.data import IterableDataset
from whisper.audio import mel_filters
from whisper.tokenizer import Tokenizer, get_tokenizer

from sample_calls import telephone
from sample_calls.corpus import Utterance, read_shards
from sample_calls.voices import SAMPLE_RATE, Audio

TOKENS_PER_SECOND = 50  # encoder positions, and Whisper's timestamp tokens
LETTERS = " abcdefghijklmnopqrstuvwxyz'"  # CTC labels 1 to 28; 0 is the blank
IGNORE = -100
NO_SPEECH = 0.04  # share of windows
TIMESTAMPS = 0.1  # share of windows written with timestamps
ECHO = 0.25
MU_LAW = 0.5
CUT_SHORT = 0.2  # share of 30 s windows whose last utterance runs over the end
SPAN_MARGIN = 0.03  # seconds around a mark that has no pause of its own
OTHER_SPEED = 0.5  # share of utterances played faster or slower, pitch and formants with it
SPEEDS = (0.94, 1.07)
WRONG_TOKEN = 0.08  # share of the decoder's input tokens that are another one: it must listen, not guess on


Item = tuple[npt.NDArray[np.int16], Utterance]  # a shard's samples, and one of its utterances


@dataclass(frozen=True)
class Token:
    """One text token and the span of its sound, in seconds of the window."""

    id: int
    start: float
    end: float


@dataclass
class Window:
    """One window: audio at 8 kHz, its segments of tokens, and its words' sounds."""

    audio: Audio
    segments: list[tuple[float, float, list[Token]]] = field(default_factory=list)
    spoken: list[str] = field(default_factory=list)  # the sounds of its words
    cut: float | None = None  # where an utterance starts that the window's end cuts short
    content: float = 0.0  # seconds until the last sound


@cache
def english() -> Tokenizer:
    """Whisper's English-only tokenizer."""
    return get_tokenizer(False)


@lru_cache(maxsize=100_000)
def encode(text: str) -> tuple[int, ...]:
    """Tokens of a text with every digit its own token; they decode to the same text."""
    parts = re.findall(r" ?\d|[^\d]+?(?= \d|\d|$)", text)
    return tuple(token for part in parts for token in english().encode(part))


def tokens_of(utterance: Utterance, at: float) -> list[Token]:
    """Text tokens of an utterance said `at` seconds: a word's span shared evenly, a closing mark in the pause after it."""
    placed: list[Token] = []
    starts = [start for start, _ in utterance.times[1:]] + [utterance.samples / SAMPLE_RATE]
    for word, (start, end), following in zip(utterance.written, utterance.times, starts, strict=True):
        bare = word.rstrip(punctuation)
        sounding, marks = encode(f" {bare}"), encode(word[len(bare) :])
        edges = np.linspace(at + start, at + end, len(sounding) + 1)
        placed += [Token(*token) for token in zip(sounding, edges[:-1].tolist(), edges[1:].tolist(), strict=True)]
        pause = (
            (at + end - SPAN_MARGIN, at + end + SPAN_MARGIN)
            if following - end < 2 * SPAN_MARGIN
            else (at + end, at + following)
        )
        placed += [Token(mark, *pause) for mark in marks]
    return placed


def log_mel(audio: Tensor, louder: Tensor) -> Tensor:
    """Whisper's log-mel of 8 kHz windows, (batch, samples) -> (batch, 80, samples / 80).

    The same as `whisper.log_mel_spectrogram` of each window resampled to 16 kHz: a 25 ms frame of 200 samples has the
    lower half of the bins of one of 400 at half the magnitude. `louder` (batch,) raises the maximum that the floor
    hangs from, as a louder part of the recording outside the window does (in powers of ten).
    """
    spectrum = torch.stft(audio, 200, 80, window=torch.hann_window(200), return_complex=True)[..., :-1]
    mel = mel_filters("cpu", 80)[:, :101] @ (2 * spectrum).abs().square()
    log = mel.clamp(min=1e-10).log10()
    peak = log.amax(dim=(1, 2)) + louder
    return (torch.maximum(log, peak[:, None, None] - 8.0) + 4.0) / 4.0


class Windows(IterableDataset[dict[str, Tensor]]):
    """Endless batches of windows; `progress` (0 to 1, set by the trainer) moves from short windows to long ones."""

    def __init__(self, corpus: Path, batch_seconds: int, seed: int) -> None:
        self.batch_seconds = batch_seconds
        self.seed = seed
        self.progress: Synchronized[float] = Value("d", 0.0)
        self.items: list[Item] = [(samples, row) for samples, rows in read_shards(corpus) for row in rows]
        self.short = [item for item in self.items if item[1].samples <= 5.8 * SAMPLE_RATE]

    def __iter__(self) -> Iterator[dict[str, Tensor]]:
        """Batches of `batch_seconds` of audio; their window lengths are the same for every seed."""
        worker = torch.utils.data.get_worker_info()
        rng = np.random.default_rng([self.seed, worker.id if worker else 0])
        lengths = np.random.default_rng(0)
        backdrop = Backdrop(rng)
        while True:
            seconds = window_seconds(self.progress.value, lengths)
            yield collate([self.window(seconds, rng, backdrop) for _ in range(self.batch_seconds // seconds)], rng)

    def window(self, seconds: int, rng: np.random.Generator, backdrop: Backdrop) -> Window:
        """One window of `seconds`."""
        window = Window(np.zeros(seconds * SAMPLE_RATE, np.float32))
        if rng.random() >= NO_SPEECH:
            self._place_utterances(window, seconds, rng)
        if window.segments and rng.random() < ECHO:  # alone it would sound like quiet speech
            self._add_echo(window.audio, rng)
        backdrop.add(window, rng)
        if rng.random() < MU_LAW:
            window.audio = telephone.mu_law(window.audio)
        return window

    def _place_utterances(self, window: Window, seconds: int, rng: np.random.Generator) -> None:
        """Fill the window with utterances and gaps; some long windows hold only a few, most as many as fit."""
        most = 1 + rng.integers(3) if rng.random() < 0.25 else 99
        at = float(rng.uniform(0.0, 0.5) if rng.random() < 0.85 else rng.uniform(0.0, seconds / 4))
        gain = 10 ** (rng.uniform(-28, 5) / 20)  # utterances are stored with peak 0.5
        pool = self.short if seconds <= 6 else self.items
        while len(window.segments) < most:
            fitting = [item for item in _draw(pool, 4, rng) if at + item[1].samples / SAMPLE_RATE <= seconds]
            if not fitting:
                break
            samples, row = _at_other_speed(fitting[0], rng) if rng.random() < OTHER_SPEED else fitting[0]
            loudness = gain * 10 ** (rng.uniform(-4, 2) / 20)
            self._say(window, samples, row, at, loudness)
            at += row.samples / SAMPLE_RATE + float(rng.choice((rng.uniform(0.0, 0.4), rng.uniform(0.2, 1.5))))
        if seconds == 30 and most == 99 and rng.random() < CUT_SHORT:
            self._cut_short(window, at, gain, rng)

    def _say(self, window: Window, samples: npt.NDArray[np.int16], row: Utterance, at: float, gain: float) -> None:
        start = int(at * SAMPLE_RATE)
        stop = min(start + row.samples, len(window.audio))
        window.audio[start:stop] += samples[row.offset : row.offset + stop - start] * np.float32(gain / 32768)
        window.content = stop / SAMPLE_RATE
        if start + row.samples <= len(window.audio):
            window.segments.append((at + row.times[0][0], at + row.times[-1][1], tokens_of(row, at)))
            window.spoken += row.spoken

    def _cut_short(self, window: Window, at: float, gain: float, rng: np.random.Generator) -> None:
        """Add an utterance that runs over the window's end: Whisper writes where it starts, and leaves it to the next."""
        end = len(window.audio) / SAMPLE_RATE
        samples, row = self.items[rng.integers(len(self.items))]
        first_word = at + row.times[0][0]
        if first_word + 0.3 < end < at + row.times[-1][0]:
            self._say(window, samples, row, at, gain)
            window.cut = first_word

    def _add_echo(self, audio: Audio, rng: np.random.Generator) -> None:
        """Mix in the other side of the line, faintly: it is not to be written."""
        samples, row = self.items[rng.integers(len(self.items))]
        count = min(row.samples, len(audio))
        start = int(rng.integers(len(audio) - count + 1))
        level = np.float32(10 ** (rng.uniform(-38, -26) / 20) * float(np.abs(audio).max()) * 2 / 32768)
        audio[start : start + count] += samples[row.offset : row.offset + count] * level


class Backdrop:
    """What a line brings beside speech: a pool of noise, music and ringing to cut pieces from."""

    def __init__(self, rng: np.random.Generator) -> None:
        length = 60 * SAMPLE_RATE
        self.noises = [telephone.noise(length, -20.0, kind, rng) for kind in ("line", "hum", "room", "static")]
        self.sounds = [telephone.music(40.0, rng), telephone.music(40.0, rng), telephone.ringing(40.0)]

    def add(self, window: Window, rng: np.random.Generator) -> None:
        """Add noise 15 to 50 dB below the speech, and now and then music or ringing where nobody speaks."""
        audio = window.audio
        peak = float(np.abs(audio).max()) or 10 ** (rng.uniform(-40, -6) / 20)
        if rng.random() < 0.85:
            audio += _piece(self.noises, len(audio), rng) * np.float32(peak * 10 ** (rng.uniform(-50, -16) / 20))
        if not window.segments and window.cut is None:
            if rng.random() < 0.4:
                audio += _piece(self.sounds, len(audio), rng) * np.float32(rng.uniform(0.2, 2.0))
        elif rng.random() < 0.03:
            free = slice(int((window.content + 0.3) * SAMPLE_RATE), None)
            audio[free] += _piece(self.sounds, len(audio[free]), rng)


def window_seconds(progress: float, rng: np.random.Generator) -> int:
    """6 s and 10 s windows first, then more and more of the 30 s that Whisper always sees."""
    long = float(np.interp(progress, (0.05, 0.3, 0.6, 1.0), (0.0, 0.2, 0.35, 0.5)))
    return int(rng.choice((6, 10, 30), p=(0.3 * (1 - long), 0.7 * (1 - long), long)))


def collate(windows: Sequence[Window], rng: np.random.Generator) -> dict[str, Tensor]:
    """Tensors of a batch.

    mel (batch, 80, frames); tokens and targets (batch, length), IGNORE where there is none; spans (batch, length, 2),
    the encoder positions in which the target of each place is said (0, 0 where that is not known); letters, the CTC
    labels of all windows end to end, and letter_counts (batch,).
    """
    mel = _disturbed_mel(windows, rng)
    sequences = [_sequence(window, rng.random() < TIMESTAMPS) for window in windows]
    length = max(len(inputs) for inputs, _ in sequences)
    tokens = torch.full((len(windows), length), english().eot)
    targets = torch.full((len(windows), length), IGNORE)
    spans = torch.zeros(len(windows), length, 2)
    others = np.array([token for inputs, _ in sequences for token in inputs if token < english().eot] or [0])
    for at, (inputs, outputs) in enumerate(sequences):
        tokens[at, : len(inputs)] = torch.tensor(_with_wrong_tokens(inputs, others, rng))
        targets[at, : len(outputs)] = torch.tensor([token.id for token in outputs])
        spans[at, : len(outputs)] = torch.tensor([(token.start, token.end) for token in outputs]) * TOKENS_PER_SECOND
    letters = [[LETTERS.index(each) + 1 for each in " ".join(window.spoken) if each in LETTERS] for window in windows]
    return {
        "mel": mel,
        "tokens": tokens,
        "targets": targets,
        "spans": spans,
        "letters": torch.tensor([label for labels in letters for label in labels], dtype=torch.long),
        "letter_counts": torch.tensor([len(labels) for labels in letters]),
    }


def _disturbed_mel(windows: Sequence[Window], rng: np.random.Generator) -> Tensor:
    """Log-mel of the windows as different recordings and resamplers would give it."""
    louder = torch.tensor([rng.uniform(0.0, 1.0) * (rng.random() < 0.3) for _ in windows], dtype=torch.float32)
    mel = log_mel(torch.from_numpy(np.stack([window.audio for window in windows])), louder)
    for row, window in zip(mel, windows, strict=True):
        if rng.random() < 0.5:  # a resampler's mirror image of the band above 4 kHz
            mirrored = row[57:63].flip(0) - rng.uniform(0.05, 0.6) * torch.arange(1, 7)[:, None]
            row[63:69] = torch.maximum(row[63:69], mirrored.float())
        if rng.random() < 0.15:  # SpecAugment's band of frequencies
            low = int(rng.integers(0, 50))
            row[low : low + int(rng.integers(1, 9))] = row.min()
        if rng.random() < 0.3:  # as `whisper.transcribe` fills a last window that is not full
            row[:, min(int((window.content + rng.uniform(0.0, 0.5)) * 100), row.shape[1]) :] = 0.0
    return mel


def _sequence(window: Window, timestamps: bool) -> tuple[list[int], list[Token]]:
    """Decoder inputs, and the tokens to write at each, the last of them the end of text."""
    tokenizer = english()
    silent = not window.segments and window.cut is None
    text = _with_timestamps(window) if timestamps else [_mark(tokenizer.no_timestamps), *_text(window)]
    last = max((token.end for token in text), default=0.0)
    end = Token(tokenizer.eot, last, len(window.audio) / SAMPLE_RATE) if window.segments else _mark(tokenizer.eot)
    inputs = [tokenizer.sot, *(token.id for token in text)]
    return inputs, [*([_mark(tokenizer.no_speech), *text[1:]] if silent else text), end]


def _with_wrong_tokens(inputs: list[int], others: npt.NDArray[np.int64], rng: np.random.Generator) -> list[int]:
    """Some text tokens replaced by ones of the same batch."""
    wrong = (rng.random(len(inputs)) < WRONG_TOKEN) & (np.array(inputs) < english().eot)
    return list(np.where(wrong, rng.choice(others, len(inputs)), inputs))


def _text(window: Window) -> list[Token]:
    return [token for _, _, tokens in window.segments for token in tokens]


def _with_timestamps(window: Window) -> list[Token]:
    """Each segment between its two timestamps; one timestamp alone where an utterance is cut short or nobody speaks."""
    text: list[Token] = []
    for start, end, tokens in window.segments:
        text += [_stamp(start), *tokens, _stamp(end)]
    if window.cut is not None or not text:
        text.append(_stamp(window.cut or 0.0))
    return text


def _stamp(at: float) -> Token:
    return _mark(english().timestamp_begin + min(round(at * TOKENS_PER_SECOND), 1500))


def _mark(token: int) -> Token:
    """A token that is not said anywhere."""
    return Token(token, 0.0, 0.0)


def _at_other_speed(item: Item, rng: np.random.Generator) -> Item:
    """The utterance as another, larger or smaller speaker would say it."""
    samples, row = item
    speed = rng.uniform(*SPEEDS)
    count = round(row.samples / speed)
    audio = resample(samples[row.offset : row.offset + row.samples].astype(np.float32), count)
    times = [(start / speed, end / speed) for start, end in row.times]
    return audio.clip(-32768, 32767).astype(np.int16), replace(row, offset=0, samples=count, times=times)


def _draw(pool: list[Item], count: int, rng: np.random.Generator) -> list[Item]:
    return [pool[at] for at in rng.integers(len(pool), size=count)]


def _piece(pool: list[Audio], length: int, rng: np.random.Generator) -> Audio:
    whole = pool[rng.integers(len(pool))]
    start = int(rng.integers(len(whole) - length + 1))
    return whole[start : start + length]
