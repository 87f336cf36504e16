"""Short pieces of a number that is given over several turns: "423, are you with me?", "and 71", "the last bit is 6".

A piece is a segment of nothing but digits and words that lead on. It belongs to the number that the same speaker says
before or after it, if nothing else is said between the two.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from pca_pipeline.pii.claims import Claim
from pca_pipeline.pii.conversation.asks import BUSINESS, Ask
from pca_pipeline.pii.conversation.reading import Reading
from pca_pipeline.pii.entities import may_be_number
from pca_pipeline.pii.forms.business import ACKNOWLEDGEMENTS
from pca_pipeline.pii.forms.numbers import FILLERS_IN_RUN, Meaning
from pca_pipeline.pii.repeats.echoes import ECHO, ECHO_SCORE
from pca_pipeline.pii.words.lexicon import is_word, word_set
from pca_pipeline.pii.words.number_words import Kind, spell_out

_LEADING_ON = (
    ACKNOWLEDGEMENTS
    | FILLERS_IN_RUN
    | word_set("""bit are here there still did get catch hear starts start starting begins beginning ends ending in of finally
    lastly was were be brilliant cheers ta lovely super let's lets after""")
)
_OTHER_ANSWERS = BUSINESS | {Ask.AGE}
MOST_UNLISTED = 1
MOST_BETWEEN = 20  # tokens between a piece and its number
LEAST_OF_A_BEGINNING = 2  # digits of a piece that comes before any other


def pieces(reading: Reading, claims: Sequence[Claim]) -> Iterator[Claim]:
    """What nobody claimed of numbers that are said in pieces, as the entity of the rest."""
    entities = {at: c.entity for c in claims if may_be_number(c.entity) for at in range(c.first, c.last + 1)}
    numbers = _numbers(reading) if entities else frozenset()
    for segment in _segments(reading) if numbers else ():
        digits = [at for at in segment if at in numbers]
        if not digits or not entities.keys().isdisjoint(digits) or not _leads_on(reading, segment, numbers):
            continue
        entity = _entity(reading, entities, numbers, digits)
        if entity:
            entities |= dict.fromkeys(digits, entity)
            yield Claim(entity, digits[0], digits[-1], ECHO_SCORE, ECHO)


def _numbers(reading: Reading) -> frozenset[int]:
    """Tokens of numbers, times and amounts among them, since recognition writes pieces so; not "the last four"."""
    runs = [run for run in reading.numbers.runs if len(run.digits) > 1 or run.meaning is not Meaning.BUSINESS]
    times = {at for at, said in enumerate(reading.numbers.items) if said and said[0].kind is Kind.TIME}
    return frozenset(times.union(*(range(run.first, run.last + 1) for run in runs)) - reading.numbers.measured)


def _segments(reading: Reading) -> Iterator[Sequence[int]]:
    tokens = reading.conversation.tokens
    return (tuple(inside) for _, inside in groupby(range(len(tokens)), key=lambda at: tokens[at].segment))


def _leads_on(reading: Reading, places: Iterable[int], numbers: frozenset[int]) -> bool:
    """Whether nothing else is said, but for a word that is none: one misheard, or a name."""
    words = [reading.conversation.tokens[at].norm for at in places if at not in numbers]
    unlisted = [word for word in words if word not in _LEADING_ON]
    return len(unlisted) <= MOST_UNLISTED and not any(map(is_word, unlisted))


def _entity(reading: Reading, entities: dict[int, str], numbers: frozenset[int], digits: Sequence[int]) -> str | None:
    """The entity of the number that a piece belongs to."""
    first, last = digits[0], digits[-1]
    expected = reading.questions.at(first, last)
    if expected and expected[0].ask in _OTHER_ANSWERS:
        return None
    speaker = reading.conversation.speaker(first)
    ways = [range(first - 1, max(-1, first - MOST_BETWEEN), -1)]
    if len(spell_out([item for at in digits for item in reading.numbers.items[at]])) >= LEAST_OF_A_BEGINNING:
        ways.append(range(last + 1, min(len(reading.conversation.tokens), last + MOST_BETWEEN)))
    for way in ways:
        own = next((at for at in way if at in entities and reading.conversation.speaker(at) == speaker), None)
        between = range(min(first, own), max(last, own) + 1) if own is not None else ()
        if own is not None and _leads_on(reading, set(between) - entities.keys(), numbers):
            return entities[own]
    return None
