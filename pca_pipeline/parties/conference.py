"""Who says what in a conference: voices learnt from the sound, and named by the record."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import permutations

import numpy as np

from pca_pipeline.call import Recording, Timeline
from pca_pipeline.parties.utterances import HOP_SECONDS, Heard, Utterance, find_utterances
from pca_pipeline.parties.voices import Mask, Probabilities, learn_voices

PARTY = "party_"  # begins the key of a voice that is told from others, but not whose it is
KNOWN_SECONDS = 2.0  # of speech alone from which a voice is known


def name_voices(
    words: Sequence[Heard], channels: Sequence[int], timeline: Timeline, recording: Recording
) -> tuple[str | None, ...]:
    """For each word who says it, by voice: a Participant.key where several share the channel, else None.

    Two or more voices that are known from nowhere else, and that the record has on the line at the same times, get
    `party_1` and so on: told apart, not named. None, too, where the recording has one channel, with the customer on it.
    """
    found: list[str | None] = [None] * len(words)
    for utterance, party in _speakers(find_utterances(words, channels, timeline, recording)):
        for at in utterance.words:
            found[at] = party
    return tuple(found)


def _speakers(utterances: Sequence[Utterance]) -> Iterator[tuple[Utterance, str]]:
    """Each utterance of a conference and who says it."""
    together = [one for one in utterances if len(one.parties) > 1]
    keys = tuple(dict.fromkeys(key for one in together for key in one.parties))
    alone = {key: [one.frames for one in utterances if one.parties == (key,)] for key in keys}
    known = tuple(key for key in keys if sum(map(len, alone[key])) * HOP_SECONDS >= KNOWN_SECONDS)
    unknown = tuple(key for key in keys if key not in known)
    if not together or sum(len(one.frames) for one in together) * HOP_SECONDS < KNOWN_SECONDS * len(unknown):
        return
    frames = [alone[key] for key in (*known, *unknown)]
    probabilities = learn_voices(together, frames, len(known), _allowed(together, known, unknown))
    named = _names_of_unknown(together, unknown, probabilities[:, len(known) :])
    names = (*known, *(named or (f"{PARTY}{place + 1}" for place in range(len(unknown)))))
    present = np.array([[name not in keys or name in one.parties for name in names] for one in together])
    for one, probability, here in zip(together, probabilities, present, strict=True):
        yield one, names[int(np.where(here, probability, -1.0).argmax())]


def _allowed(together: Sequence[Utterance], known: Sequence[str], unknown: Sequence[str]) -> Mask:
    """Which voices may have said each utterance: an unknown one wherever any unknown party is on the line."""
    anybody = [[any(key in one.parties for key in unknown)] * len(unknown) for one in together]
    return np.array(
        [[key in one.parties for key in known] + other for one, other in zip(together, anybody, strict=True)]
    )


def _names_of_unknown(
    together: Sequence[Utterance], unknown: Sequence[str], probabilities: Probabilities
) -> Sequence[str] | None:
    """Which party each unknown voice is, by when the record has them on the line; None where that is always the same."""
    frames = np.array([len(one.frames) for one in together])
    away = np.array([[key not in one.parties for key in unknown] for one in together])
    seconds = HOP_SECONDS * (probabilities * frames[:, None]).T @ away  # of each voice while each party is not there
    costs = {
        order: float(sum(seconds[at, of] for at, of in enumerate(order))) for order in permutations(range(len(unknown)))
    }
    best, *others = sorted(costs, key=lambda order: costs[order])
    if others and costs[others[0]] - costs[best] < KNOWN_SECONDS:
        return None
    return [unknown[of] for of in best]
