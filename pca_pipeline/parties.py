"""Parties who share a channel in a conference, told apart by their voices.

A voice is known by what its party says alone elsewhere in the recording; others are learnt from what fits none of
those, and named by where the record has their parties on the line. Voices are Gaussians of mel-frequency cepstra with full
covariance (Bimbot et al., "Second-order statistical measures for text-independent speaker identification", 1995); who
goes on after a pause is a hidden Markov model over utterances, fitted by expectation-maximisation.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise, permutations

import numpy as np
import numpy.typing as npt
import torch
from torchaudio.transforms import MFCC

from pca_pipeline.call import Recording, RedactedWord, Samples, Timeline, Word
from pca_pipeline.timeline import Share, ends_sentence, shares

Heard = Word | RedactedWord
Frames = npt.NDArray[np.float64]  # (n, COEFFICIENTS)
Shares = npt.NDArray[np.float64]  # (utterances, voices): probability of each voice
Mask = npt.NDArray[np.bool_]  # (utterances, voices)

PARTY = "party_"  # begins the key of a voice that is told from others, but not whose it is

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
STARTS = 5  # utterances with which the search for several unknown voices begins, each in its turn


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

    Of two or more voices that are known from nowhere else and that the record has on the line at the same times, it is
    `party_1` and so on: told apart, not named. None as well where one channel carries the customer too.
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


# ---- voices


def _told(utterances: Sequence[_Utterance]) -> Iterator[tuple[_Utterance, str]]:
    """Each utterance of a conference and who says it."""
    together = [one for one in utterances if len(one.parties) > 1]
    keys = tuple(dict.fromkeys(key for one in together for key in one.parties))
    alone = {key: [one.frames for one in utterances if one.parties == (key,)] for key in keys}
    known = tuple(key for key in keys if sum(map(len, alone[key])) * HOP_SECONDS >= KNOWN_SECONDS)
    unknown = tuple(key for key in keys if key not in known)
    if not together or sum(len(one.frames) for one in together) * HOP_SECONDS < KNOWN_SECONDS * len(unknown):
        return
    may = _may(together, known, unknown)
    shares_ = max(
        (
            _learnt(together, [alone[key] for key in (*known, *unknown)], may, guess)
            for guess in _guesses(together, [alone[key] for key in known], len(unknown), may)
        ),
        key=lambda learnt: learnt[1],
    )[0]
    named = _names_of_unknown(together, unknown, shares_[:, len(known) :])
    names = (*known, *(named or (f"{PARTY}{place + 1}" for place in range(len(unknown)))))
    allowed = np.array([[name not in keys or name in one.parties for name in names] for one in together])
    for one, share, lawful in zip(together, shares_, allowed, strict=True):
        yield one, names[int(np.where(lawful, share, -1.0).argmax())]


def _learnt(
    together: Sequence[_Utterance], alone: Sequence[Sequence[Frames]], may: Mask, shares_: Shares
) -> tuple[Shares, float]:
    """Shares of each voice after expectation-maximisation, and the log-likelihood of all that was heard."""
    likelihood = -np.inf
    for _ in range(ROUNDS):
        shares_, likelihood = _posterior(together, may, _fitted(together, alone, shares_))
    return shares_, likelihood


def _guesses(
    together: Sequence[_Utterance], known: Sequence[Sequence[Frames]], unknown: int, may: Mask
) -> Iterator[Shares]:
    """Probabilities of each voice for each utterance, the known first, before any is learnt: one guess or several.

    Of one voice that is unknown are the utterances that fit the known ones worse than half of all do. Of several, each
    begins with the utterance that is most unlike the voices before it, the first with one of some.
    """
    pooled = np.cov(np.concatenate([*(one.frames for one in together), *(f for own in known for f in own)]).T)
    voices = [_voice([(frames, 1.0) for frames in own], pooled) for own in known]
    lengths = np.array([len(one.frames) for one in together])
    for first in np.argsort(-_misfit(together, voices) if voices else -lengths)[: STARTS if unknown > 1 else 1]:
        seeds = list(voices)
        for number in range(unknown if unknown > 1 else 0):
            at = int(_misfit(together, seeds).argmax()) if number else first
            seeds.append(_voice([(together[at].frames, 1.0)], pooled))
        scores = np.array([[voice.score(one.frames) for voice in seeds] for one in together])
        if unknown == 1:
            scores = np.column_stack([scores, np.median(scores.max(axis=1) / lengths) * lengths])
        yield _normal(np.where(may, scores, -np.inf))


def _misfit(together: Sequence[_Utterance], voices: Sequence[_Voice]) -> npt.NDArray[np.float64]:
    """How unlike all of these voices each utterance is, for its length; short ones count for less."""
    fit = np.array([max(voice.score(one.frames) for voice in voices) / len(one.frames) for one in together])
    certain = np.array([min(1.0, len(one.frames) * HOP_SECONDS) for one in together])
    return np.asarray((fit.max() - fit) * certain)


def _names_of_unknown(together: Sequence[_Utterance], unknown: Sequence[str], shares_: Shares) -> Sequence[str] | None:
    """Which party each unknown voice is, by where the record has them; None where it has them alike."""
    frames = np.array([len(one.frames) for one in together])
    away = np.array([[key not in one.parties for key in unknown] for one in together])
    seconds = HOP_SECONDS * (shares_ * frames[:, None]).T @ away  # of each voice while each party is not on the line
    costs = {
        order: float(sum(seconds[at, of] for at, of in enumerate(order))) for order in permutations(range(len(unknown)))
    }
    best, *others = sorted(costs, key=lambda order: costs[order])
    if others and costs[others[0]] - costs[best] < KNOWN_SECONDS:
        return None
    return [unknown[of] for of in best]


def _may(together: Sequence[_Utterance], known: Sequence[str], unknown: Sequence[str]) -> Mask:
    """Which voices each utterance may be of: an unknown one wherever any unknown party is on the line."""
    anybody = [[any(key in one.parties for key in unknown)] * len(unknown) for one in together]
    return np.array(
        [[key in one.parties for key in known] + other for one, other in zip(together, anybody, strict=True)]
    )


def _fitted(together: Sequence[_Utterance], alone: Sequence[Sequence[Frames]], probability: Shares) -> list[_Voice]:
    everything = [*(one.frames for one in together), *(frames for own in alone for frames in own)]
    pooled = np.cov(np.concatenate(everything).T)
    return [
        _voice(
            [
                *((frames, 1.0) for frames in own),
                *((one.frames, float(probability[at, place])) for at, one in enumerate(together)),
            ],
            pooled,
        )
        for place, own in enumerate(alone)
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


def _posterior(together: Sequence[_Utterance], may: Mask, voices: Sequence[_Voice]) -> tuple[Shares, float]:
    """Probability of each voice for each utterance, and the log-likelihood, by the forward-backward algorithm."""
    scores = np.array([[voice.score(one.frames) for voice in voices] for one in together])
    emission = np.where(may, scores, -np.inf)
    moves = [_moves(after.goes_on, len(voices)) for _, after in pairwise(together)]
    forward, backward = [emission[0]], [np.zeros(len(voices))]
    for move, seen in zip(moves, emission[1:], strict=True):
        forward.append(np.logaddexp.reduce(forward[-1][:, None] + move, axis=0) + seen)
    for move, seen in zip(reversed(moves), emission[:0:-1], strict=True):
        backward.append(np.logaddexp.reduce(move + (seen + backward[-1])[None, :], axis=1))
    shares_ = _normal(np.array(forward) + np.array(backward[::-1]))
    return shares_, float(np.logaddexp.reduce(forward[-1]))


def _moves(in_sentence: bool, parties: int) -> npt.NDArray[np.float64]:
    """Log-probabilities of who speaks after whom."""
    stays = STAYS_IN_SENTENCE if in_sentence else STAYS
    other = (1 - stays) / (parties - 1)
    return np.log(np.where(np.eye(parties, dtype=bool), stays, other))


def _normal(logs: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.asarray(np.exp(logs - np.logaddexp.reduce(logs, axis=1, keepdims=True)))
