"""Parties who share a channel in a conference, told apart by their voices.

A voice is known by what its party says alone elsewhere in the recording; of one party of a conference it may be
unknown, and is learnt from what fits none of the others. Voices are Gaussians of mel-frequency cepstra with full
covariance (Bimbot et al., "Second-order statistical measures for text-independent speaker identification", 1995); who
goes on after a pause is a hidden Markov model over utterances, fitted by expectation-maximisation.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Protocol

import numpy as np
import numpy.typing as npt
import torch
from torchaudio.transforms import MFCC

from pca_pipeline.call import Recording, Samples, Timeline
from pca_pipeline.timeline import Share, shares

Frames = npt.NDArray[np.float64]  # (n, COEFFICIENTS)

COEFFICIENTS = 16
HOP_SECONDS, WINDOW_SECONDS = 0.01, 0.032
BAND_HZ = (150.0, 3700.0)  # of a telephone
BETWEEN = 0.15  # seconds of silence between words that end an utterance; so does the end of a sentence
BESIDE = 0.5  # seconds at the edges of a stretch in which records do not tell who is on the line
QUIET = 0.3  # of an utterance's frames, the faintest, are its pauses
KNOWN_SECONDS = 2.0  # of speech alone, from which on a voice is known
PRIOR_FRAMES = 150.0  # with which all voices together count in the covariance of each
CORRELATED = 8.0  # neighbouring frames that tell as much as one that is independent
STAYS, STAYS_IN_SENTENCE = 0.5, 0.95  # probability that the same party goes on: in another sentence, in the same
ROUNDS = 12


class Heard(Protocol):
    """A word with its place: raw or redacted."""

    @property
    def text(self) -> str: ...
    @property
    def start(self) -> float: ...
    @property
    def end(self) -> float: ...


@dataclass(frozen=True, slots=True)
class _Utterance:
    """Words without a pause. `parties` are those who may say them: one where the record tells."""

    words: tuple[int, ...]
    parties: tuple[str, ...]
    frames: Frames
    goes_on: bool  # within a sentence that the utterance before began


@dataclass(frozen=True, slots=True)
class _Voice:
    mean: npt.NDArray[np.float64]
    inverse: npt.NDArray[np.float64]  # of the covariance
    log_determinant: float

    def score(self, frames: Frames) -> float:
        """Log-likelihood of an utterance, but for a constant; its frames count for fewer, being alike."""
        off = frames - self.mean
        distances = np.einsum("ij,jk,ik->i", off, self.inverse, off)
        return -0.5 * float((distances + self.log_determinant).sum()) / CORRELATED


def name_voices(
    words: Sequence[Heard], channels: Sequence[int], timeline: Timeline, recording: Recording
) -> tuple[str | None, ...]:
    """For each word who says it, by voice: a Participant.key where several share the channel, else None.

    None as well where two or more voices of a conference are unknown, or one channel carries the customer too.
    """
    found: list[str | None] = [None] * len(words)
    internal = 1 - timeline.external_channel
    stretches = shares(timeline)
    if len(recording.channels) != 2 or not any(len(one.parties) > 1 for one in stretches):
        return tuple(found)
    own = [at for at, channel in enumerate(channels) if channel == internal]
    own.sort(key=lambda at: words[at].start)
    utterances = [
        _Utterance(run, parties, frames, goes_on)
        for run, parties, goes_on in _runs(words, own, stretches)
        if len(frames := _frames(words, run, recording.channels[internal], recording.sample_rate))
    ]
    for utterance, party in _told(utterances):
        for at in utterance.words:
            found[at] = party
    return tuple(found)


# ---- utterances


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
            ended = before.text.rstrip("\"')").endswith((".", "?", "!"))
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


# ---- voices


def _told(utterances: Sequence[_Utterance]) -> Iterator[tuple[_Utterance, str]]:
    """Each utterance of a conference and who says it."""
    together = [one for one in utterances if len(one.parties) > 1]
    keys = tuple(dict.fromkeys(key for one in together for key in one.parties))
    alone = {key: [one.frames for one in utterances if one.parties == (key,)] for key in keys}
    known = {key: own for key, own in alone.items() if sum(map(len, own)) * HOP_SECONDS >= KNOWN_SECONDS}
    if not together or len(known) < len(keys) - 1:
        return
    shares_ = _first_guess(together, keys, known)
    for _ in range(ROUNDS):
        shares_ = _posterior(together, keys, _fitted(together, keys, alone, shares_))
    for one, share in zip(together, shares_, strict=True):
        yield one, keys[int(share.argmax())]


def _first_guess(
    together: Sequence[_Utterance], keys: Sequence[str], known: Mapping[str, Sequence[Frames]]
) -> npt.NDArray[np.float64]:
    """Probability of each party for each utterance, shape (utterances, parties), before any voice is learnt.

    Of a voice that is unknown are those that fit the known ones worse than half of all do.
    """
    pooled = np.cov(np.concatenate([*(one.frames for one in together), *(f for own in known.values() for f in own)]).T)
    voices = {key: _voice([(frames, 1.0) for frames in own], pooled) for key, own in known.items()}
    scores = np.array(
        [[voices[key].score(one.frames) if key in voices else np.nan for key in keys] for one in together]
    )
    if np.isnan(scores).any():
        lengths = np.array([len(one.frames) for one in together])
        fit = np.nanmax(scores, axis=1) / lengths
        scores = np.where(np.isnan(scores), (np.median(fit) * lengths)[:, None], scores)
    return _normal(np.where(_may(together, keys), scores, -np.inf))


def _may(together: Sequence[_Utterance], keys: Sequence[str]) -> npt.NDArray[np.bool_]:
    return np.array([[key in one.parties for key in keys] for one in together])


def _fitted(
    together: Sequence[_Utterance],
    keys: Sequence[str],
    alone: Mapping[str, Sequence[Frames]],
    probability: npt.NDArray[np.float64],
) -> list[_Voice]:
    everything = [*(one.frames for one in together), *(frames for own in alone.values() for frames in own)]
    pooled = np.cov(np.concatenate(everything).T)
    return [
        _voice(
            [
                *((frames, 1.0) for frames in alone[key]),
                *((one.frames, float(probability[at, place])) for at, one in enumerate(together)),
            ],
            pooled,
        )
        for place, key in enumerate(keys)
    ]


def _voice(weighted: Sequence[tuple[Frames, float]], pooled: npt.NDArray[np.float64]) -> _Voice:
    """A Gaussian of frames with weights, drawn towards the covariance of all voices together."""
    frames = np.concatenate([frames for frames, _ in weighted])
    weights = np.concatenate([np.full(len(frames), weight) for frames, weight in weighted])
    total = max(float(weights.sum()), 1e-6)
    mean = weights @ frames / total
    off = frames - mean
    covariance = ((off * weights[:, None]).T @ off + PRIOR_FRAMES * pooled) / (total + PRIOR_FRAMES)
    return _Voice(mean, np.linalg.inv(covariance), float(np.linalg.slogdet(covariance)[1]))


def _posterior(
    together: Sequence[_Utterance], keys: Sequence[str], voices: Sequence[_Voice]
) -> npt.NDArray[np.float64]:
    """Probability of each party for each utterance, by the forward-backward algorithm."""
    scores = np.array([[voice.score(one.frames) for voice in voices] for one in together])
    emission = np.where(_may(together, keys), scores, -np.inf)
    moves = [_moves(after.goes_on, len(keys)) for _, after in pairwise(together)]
    forward, backward = [emission[0]], [np.zeros(len(keys))]
    for move, seen in zip(moves, emission[1:], strict=True):
        forward.append(np.logaddexp.reduce(forward[-1][:, None] + move, axis=0) + seen)
    for move, seen in zip(reversed(moves), emission[:0:-1], strict=True):
        backward.append(np.logaddexp.reduce(move + (seen + backward[-1])[None, :], axis=1))
    return _normal(np.array(forward) + np.array(backward[::-1]))


def _moves(in_sentence: bool, parties: int) -> npt.NDArray[np.float64]:
    """Log-probabilities of who speaks after whom."""
    stays = STAYS_IN_SENTENCE if in_sentence else STAYS
    other = (1 - stays) / (parties - 1)
    return np.log(np.where(np.eye(parties, dtype=bool), stays, other))


def _normal(logs: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.asarray(np.exp(logs - np.logaddexp.reduce(logs, axis=1, keepdims=True)))
