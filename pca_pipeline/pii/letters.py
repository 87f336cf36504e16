"""Single letters of what was just spelled, asked about or told again: "was that D or P?", "D as in delta"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pca_pipeline.pii.claims import Claim
from pca_pipeline.pii.echoes import ECHO, ECHO_SCORE
from pca_pipeline.pii.lexicon import word_set
from pca_pipeline.pii.reading import Reading
from pca_pipeline.pii.spelling import letters_at
from pca_pipeline.pii.stream import Turn

_BEFORE = word_set("that say said or a an letter with not it's that's is was mean meant heard hear the no")
MOST_TURNS = 4  # between a spelling and a letter of it
MOST_WORDS = 12  # of a turn about a letter


def letters_again(reading: Reading, claims: Sequence[Claim]) -> Iterator[Claim]:
    """Letters in short turns soon after a found spelling, as its entity."""
    entities = {at: claim.entity for claim in claims for at in range(claim.first, claim.last + 1)}
    turns = reading.conversation.turns
    for spelling in reading.spellings:
        entity = entities.get(spelling.last)
        turn = reading.conversation.tokens[spelling.last].turn
        if entity is None:
            continue
        for other in turns[turn + 1 : turn + 1 + MOST_TURNS]:
            for first, last in _letters(reading, other):
                if not entities.keys() >= set(range(first, last + 1)):
                    yield Claim(entity, first, last, ECHO_SCORE, ECHO)


def _letters(reading: Reading, turn: Turn) -> Iterator[tuple[int, int]]:
    """Letters with their examples, and bare ones behind "was that", "did you say" or "or"."""
    tokens = reading.conversation.tokens
    if turn.end - turn.first > MOST_WORDS:
        return
    for at in range(turn.first, turn.end):
        said, end = letters_at(tokens, at) if len(tokens[at].norm) == 1 else ("", at)
        if not said:
            continue
        before = reading.token(at - 1, tokens[at].turn)
        behind = reading.token(at + 1, tokens[at].turn)
        closes = behind is None or bool(tokens[at].after) or behind.norm == "or"
        doubted = before is not None and before.norm in _BEFORE and closes
        if end > at + 1 or doubted:
            yield at, end - 1
