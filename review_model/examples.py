"""Examples for the network: the features of a conversation's tokens, and of each the kind it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from multiprocessing import Pool
from random import Random

import numpy as np
import numpy.typing as npt

from benchmarks.redaction_calls import Call, Word
from benchmarks.written_redaction import COMPANY
from pca_pipeline.call import KnownIdentity
from pca_pipeline.pii.entities import ENTITIES, OPT_IN
from pca_pipeline.pii.finder import Finder
from pca_pipeline.pii.review.features import Rows, features
from pca_pipeline.pii.words.stream import Conversation, Line
from review_model.talk import changed

# What the network tells apart; the first is "nothing personal".
KINDS = ("", *sorted(ENTITIES.keys() - OPT_IN - {"NUMBER", "IP_ADDRESS", "MAC_ADDRESS"}))
UNTAUGHT = -1  # may be personal or not
THRESHOLD = 0.35  # of claims, as the setting pii.threshold comes
AGENT_KNOWN = 0.7  # share of conversations whose record names the agent
_NUMBER = {kind: at for at, kind in enumerate(KINDS)}


@dataclass(frozen=True, slots=True)
class Example:
    """One conversation: features (tokens, features), and the number of each token's kind, or UNTAUGHT."""

    rows: Rows
    kinds: npt.NDArray[np.int64]


def examples(calls: Iterable[Call], copies: int, seed: int) -> list[Example]:
    """Each conversation as it is, and as often changed; on all cores."""
    listed = list(calls)
    tasks = [(call, copy, f"{seed}/{at}/{copy}") for copy in range(copies + 1) for at, call in enumerate(listed)]
    with Pool() as pool:
        return [one for one in pool.imap(_example, tasks, chunksize=16) if len(one.kinds)]


def _example(task: tuple[Call, int, str]) -> Example:
    call, copy, seed = task
    rng = Random(seed)
    return example(changed(call, rng) if copy else call, rng.random() < AGENT_KNOWN)


def example(call: Call, agent_known: bool) -> Example:
    """What the network sees of a conversation, with the claims of the recognizers alone."""
    conversation = Conversation([Line(turn.speaker, tuple(word.text for word in turn.words)) for turn in call.turns])
    known = KnownIdentity(agent_names=(call.agent,) if agent_known and call.agent else ())
    reading = _finder().read(conversation, known)
    rows = features(reading, _finder().claims(reading))
    kinds = [_kind(call.turns[token.segment].words[token.word]) for token in conversation.tokens]
    return Example(rows, np.array(kinds, np.int64))


def _kind(word: Word) -> int:
    """Fillers inside of a value and titles may go with it or stay."""
    if word.entity is None:
        return 0
    return _NUMBER.get(word.entity, UNTAUGHT) if word.needed or word.entity == COMPANY else UNTAUGHT


@cache
def _finder() -> Finder:
    return Finder(THRESHOLD)
