"""Voices, and which of them says each utterance.

A voice is a Gaussian of mel-frequency cepstra with full covariance (Bimbot et al., "Second-order statistical measures for
text-independent speaker identification", 1995). Who goes on after a pause is a hidden Markov model over utterances, fitted
by expectation-maximisation.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from pca_pipeline.parties.utterances import Frames, Utterance

Floats = npt.NDArray[np.float64]
Probabilities = npt.NDArray[np.float64]  # (utterances, voices): of each voice for each utterance
Mask = npt.NDArray[np.bool_]  # (utterances, voices)

PRIOR_FRAMES = 150.0  # weight of the covariance of all voices together in that of each
CORRELATED = 8.0  # neighbouring frames that tell as much as one independent frame
STAYS, STAYS_IN_SENTENCE = 0.5, 0.95  # probability that the same party goes on: in another sentence, in the same
ROUNDS = 12  # of expectation-maximisation
STARTS = 5  # utterances from which the search for several unknown voices begins, one after the other


@dataclass(frozen=True, slots=True)
class _Voice:
    mean: Floats
    inverse: Floats  # of the covariance
    log_determinant: float

    def score(self, frames: Frames) -> float:
        """Log-likelihood of an utterance, up to a constant; frames are weighted down, since neighbours are alike."""
        off = frames - self.mean
        distances = np.einsum("ij,jk,ik->i", off, self.inverse, off)
        return -0.5 * float((distances + self.log_determinant).sum()) / CORRELATED


def learn_voices(
    together: Sequence[Utterance], alone: Sequence[Sequence[Frames]], known: int, allowed: Mask
) -> Probabilities:
    """The probability of each voice for each utterance of a conference.

    `alone` has the frames that each party says alone. The first `known` of these are enough to know the voice by; the
    voices after them are learnt.
    """
    guesses = _guesses(together, alone[:known], len(alone) - known, allowed)
    return max((_maximized(together, alone, allowed, guess) for guess in guesses), key=lambda learnt: learnt[1])[0]


def _maximized(
    together: Sequence[Utterance], alone: Sequence[Sequence[Frames]], allowed: Mask, guess: Probabilities
) -> tuple[Probabilities, float]:
    """Probabilities after expectation-maximisation, and the log-likelihood of all utterances."""
    probabilities, likelihood = guess, -np.inf
    for _ in range(ROUNDS):
        probabilities, likelihood = _posterior(together, allowed, _fitted(together, alone, probabilities))
    return probabilities, likelihood


def _guesses(
    together: Sequence[Utterance], known: Sequence[Sequence[Frames]], unknown: int, allowed: Mask
) -> Iterator[Probabilities]:
    """One or several guesses to start from.

    A single unknown voice gets the utterances that fit the known ones worse than half of all do. Several unknown voices
    each start from the utterance that is least like the voices before it; the first of them from a few in turn.
    """
    pooled = np.cov(np.concatenate([*(one.frames for one in together), *(f for own in known for f in own)]).T)
    voices = [_voice([(frames, 1.0) for frames in own], pooled) for own in known]
    lengths = np.array([len(one.frames) for one in together])
    for first in np.argsort(-_misfit(together, voices) if voices else -lengths)[: STARTS if unknown > 1 else 1]:
        seeds = list(voices)
        for number in range(unknown if unknown > 1 else 0):
            at = int(_misfit(together, seeds).argmax()) if number else first
            seeds.append(_voice([(together[at].frames, 1.0)], pooled))
        scores = _scores(together, seeds)
        if unknown == 1:
            scores = np.column_stack([scores, np.median(scores.max(axis=1) / lengths) * lengths])
        yield _normalized(np.where(allowed, scores, -np.inf))


def _misfit(together: Sequence[Utterance], voices: Sequence[_Voice]) -> Floats:
    """How unlike all of these voices each utterance is, for its length; short ones count for less."""
    fit = np.array([max(voice.score(one.frames) for voice in voices) / len(one.frames) for one in together])
    certain = np.array([min(1.0, one.seconds) for one in together])
    return np.asarray((fit.max() - fit) * certain)


def _scores(together: Sequence[Utterance], voices: Sequence[_Voice]) -> Floats:
    return np.array([[voice.score(one.frames) for voice in voices] for one in together])


def _fitted(
    together: Sequence[Utterance], alone: Sequence[Sequence[Frames]], probabilities: Probabilities
) -> list[_Voice]:
    everything = [*(one.frames for one in together), *(frames for own in alone for frames in own)]
    pooled = np.cov(np.concatenate(everything).T)
    return [
        _voice(
            [
                *((frames, 1.0) for frames in own),
                *((one.frames, float(probabilities[at, place])) for at, one in enumerate(together)),
            ],
            pooled,
        )
        for place, own in enumerate(alone)
    ]


def _voice(weighted: Sequence[tuple[Frames, float]], pooled: Floats) -> _Voice:
    """A Gaussian of frames with weights, drawn towards the covariance of all voices together."""
    frames = np.concatenate([frames for frames, _ in weighted])
    weights = np.concatenate([np.full(len(frames), weight) for frames, weight in weighted])
    total = max(float(weights.sum()), 1e-6)
    mean = weights @ frames / total
    off = frames - mean
    covariance = ((off * weights[:, None]).T @ off + PRIOR_FRAMES * pooled) / (total + PRIOR_FRAMES)
    return _Voice(mean, np.linalg.inv(covariance), float(np.linalg.slogdet(covariance)[1]))


def _posterior(together: Sequence[Utterance], allowed: Mask, voices: Sequence[_Voice]) -> tuple[Probabilities, float]:
    """Probability of each voice for each utterance, and the log-likelihood, by the forward-backward algorithm."""
    emission = np.where(allowed, _scores(together, voices), -np.inf)
    transitions = [_transitions(after.goes_on, len(voices)) for _, after in pairwise(together)]
    forward, backward = [emission[0]], [np.zeros(len(voices))]
    for transition, seen in zip(transitions, emission[1:], strict=True):
        forward.append(np.logaddexp.reduce(forward[-1][:, None] + transition, axis=0) + seen)
    for transition, seen in zip(reversed(transitions), emission[:0:-1], strict=True):
        backward.append(np.logaddexp.reduce(transition + (seen + backward[-1])[None, :], axis=1))
    probabilities = _normalized(np.array(forward) + np.array(backward[::-1]))
    return probabilities, float(np.logaddexp.reduce(forward[-1]))


def _transitions(in_sentence: bool, voices: int) -> Floats:
    """Log-probabilities of who speaks after whom, shape (voices, voices)."""
    stays = STAYS_IN_SENTENCE if in_sentence else STAYS
    other = (1 - stays) / (voices - 1)
    return np.log(np.where(np.eye(voices, dtype=bool), stays, other))


def _normalized(logs: Floats) -> Probabilities:
    return np.asarray(np.exp(logs - np.logaddexp.reduce(logs, axis=1, keepdims=True)))
