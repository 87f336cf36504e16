"""What is said on the internal channel in one breath, as mel-frequency cepstra: the sound by which voices are compared."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
import torch
from torchaudio.transforms import MFCC

from pca_pipeline.call import Recording, RedactedWord, Samples, Timeline, Word
from pca_pipeline.timeline import Share, ends_sentence, shares

Heard = Word | RedactedWord
Frames = npt.NDArray[np.float64]  # (n, COEFFICIENTS)

COEFFICIENTS = 16
HOP_SECONDS, WINDOW_SECONDS = 0.01, 0.032
BAND_HZ = (150.0, 3700.0)  # of a telephone
BETWEEN = 0.15  # seconds of silence between words that end an utterance; so does the end of a sentence
BESIDE = 0.5  # seconds at the edges of a stretch in which records do not tell who is on the line
QUIET = 0.3  # share of an utterance's frames, the faintest, that are its pauses


@dataclass(frozen=True, slots=True)
class Utterance:
    """Words without a pause. `parties` are those who may have said them: one where the record tells."""

    words: tuple[int, ...]  # places among the words of the call
    parties: tuple[str, ...]
    frames: Frames
    goes_on: bool  # with a sentence that the utterance before it began

    @property
    def seconds(self) -> float:
        """Length without pauses."""
        return len(self.frames) * HOP_SECONDS


def find_utterances(
    words: Sequence[Heard], channels: Sequence[int], timeline: Timeline, recording: Recording
) -> list[Utterance]:
    """The utterances of the internal channel, in order; none where nobody shares it, or the customer is on it too."""
    internal = 1 - timeline.external_channel
    stretches = shares(timeline)
    if len(recording.channels) != 2 or not any(len(one.parties) > 1 for one in stretches):
        return []
    own = [at for at, channel in enumerate(channels) if channel == internal]
    own.sort(key=lambda at: words[at].start)
    return [
        Utterance(run, parties, frames, goes_on)
        for run, parties, goes_on in _runs(words, own, stretches)
        if len(frames := _frames(words, run, recording.channels[internal], recording.sample_rate))
    ]


def _runs(
    words: Sequence[Heard], own: Sequence[int], stretches: Sequence[Share]
) -> Iterator[tuple[tuple[int, ...], tuple[str, ...], bool]]:
    """Words of one channel without a pause or a change of who may say them."""
    parties = {at: _parties((words[at].start + words[at].end) / 2, stretches) for at in own}
    run: list[int] = []
    goes_on = False
    for at in own:
        if run:
            before = words[run[-1]]
            ended = ends_sentence(before.text)
            if ended or words[at].start - before.end >= BETWEEN or parties[at] != parties[run[-1]]:
                yield tuple(run), parties[run[-1]], goes_on
                run, goes_on = [], not ended
        run.append(at)
    if run:
        yield tuple(run), parties[run[-1]], goes_on


def _parties(at: float, stretches: Sequence[Share]) -> tuple[str, ...]:
    """Who may speak at a moment; nobody near the edges of what one party says alone."""
    for one in stretches:
        if one.start <= at < one.end:
            sure = len(one.parties) > 1 or one.start + BESIDE <= at < one.end - BESIDE
            return one.parties if sure else ()
    return ()


def _frames(words: Sequence[Heard], run: Sequence[int], samples: Samples, rate: int) -> Frames:
    """Cepstra of an utterance without its pauses, shape (n, COEFFICIENTS); the loudness is left out."""
    first, last = round(words[run[0]].start * rate), round(words[run[-1]].end * rate)
    piece = samples[max(0, first) : last]
    if piece.size < rate * 2 * WINDOW_SECONDS or not piece.any():
        return np.empty((0, COEFFICIENTS))
    cepstra = _transform(rate)(torch.from_numpy(np.ascontiguousarray(piece))).numpy().T.astype(np.float64)
    loud = cepstra[:, 0] > np.quantile(cepstra[:, 0], QUIET)
    return np.asarray(cepstra[loud, 1:])


@cache
def _transform(rate: int) -> MFCC:
    window = round(WINDOW_SECONDS * rate)
    mel = {
        "n_fft": window,
        "hop_length": round(HOP_SECONDS * rate),
        "n_mels": 24,
        "f_min": BAND_HZ[0],
        "f_max": min(BAND_HZ[1], rate / 2),
        "center": False,
    }
    return MFCC(sample_rate=rate, n_mfcc=COEFFICIENTS + 1, log_mels=True, melkwargs=mel)
