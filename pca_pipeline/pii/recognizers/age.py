"""Ages of people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pca_pipeline.pii.business import quantity_before
from pca_pipeline.pii.lexicon import word_set
from pca_pipeline.pii.numbers import Meaning, Run
from pca_pipeline.pii.questions import Ask
from pca_pipeline.pii.reading import Reading, Span
from pca_pipeline.pii.recognizers.base import ConversationRecognizer

_PEOPLE = word_set("""i i'm he she they they're son daughter husband wife mother father mom dad child kid baby driver
    patient brother sister grandson granddaughter spouse girl boy mum mummy gran grandma grandpa nan grandmother grandfather uncle aunt niece nephew partner
    boyfriend girlfriend neighbour neighbor toddler infant woman man who""")
_THINGS = word_set("it it's car house roof account policy phone furnace computer truck vehicle system bill")
_AGED = word_set("i'm am turned turning turn turns aged he's she's")
_BEHIND = word_set(
    "and now so but in last this on yesterday today her his my he she they i honey dear love sir ma'am though years"
)
OLDEST = 120
YOUNGEST = 13  # whose age is said as a bare number; "he's ten" may be the length of a wait


class AgeRecognizer(ConversationRecognizer):
    """ "I am 45 years old", "she just turned eighty", and answers to "how old are you"."""

    entity = "AGE"

    def find(self, reading: Reading) -> Iterable[Span]:
        """Ages said with their unit, and numbers that answer the question."""
        yield from _years_old(reading)
        for run in reading.numbers.runs:
            if len(run.digits) <= 3 and run.meaning is Meaning.UNKNOWN and int(run.digits) <= OLDEST:
                asked = reading.asked(run.first, run.last, Ask.AGE)
                if asked and asked.distance <= 3 or _turned(reading, run):
                    yield Span(run.first, run.last, 0.8 if asked else 0.5, "age")


def _years_old(reading: Reading) -> Iterator[Span]:
    tokens = reading.conversation.tokens
    for at in range(1, len(tokens) - 1):
        if tokens[at].norm in ("years", "year", "yrs") and tokens[at + 1].norm == "old":
            said = quantity_before(tokens, reading.numbers.items, at - 1)
            before = {t.norm.removesuffix("'s") for t in tokens[max(0, at - 9) : at] if t.segment == tokens[at].segment}
            if said and before & _PEOPLE and not before & _THINGS:
                yield Span(min(said), max(said), 0.8, "years old")


def _turned(reading: Reading, run: Run) -> bool:
    """ "I'm 45." and "I just turned 45": two digits, and the clause ends there."""
    token = reading.conversation.tokens[run.last]
    before = reading.token(run.first - 1, token.turn)
    after = reading.token(run.last + 1, token.turn)
    ends = bool(token.after) or after is None or after.segment != token.segment or after.norm in _BEHIND
    return bool(before and before.norm in _AGED and ends and len(run.digits) == 2 and int(run.digits) >= YOUNGEST)
