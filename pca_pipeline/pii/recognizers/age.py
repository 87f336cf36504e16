"""Ages of people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pca_pipeline.pii.asks import Ask
from pca_pipeline.pii.business import quantity_before
from pca_pipeline.pii.lexicon import word_set
from pca_pipeline.pii.numbers import Meaning, Run
from pca_pipeline.pii.reading import Reading, Span
from pca_pipeline.pii.recognizers.base import ConversationRecognizer
from pca_pipeline.pii.stream import Token

_PEOPLE = word_set("""i i'm he she they they're son daughter husband wife mother father mom dad child kid baby driver
    patient brother sister grandson granddaughter spouse girl boy mum mummy gran grandma grandpa nan grandmother grandfather uncle aunt auntie niece nephew partner
    boyfriend girlfriend neighbour neighbor toddler infant woman man who""")
_THINGS = word_set("it it's car house roof account policy phone furnace computer truck vehicle system bill")
_AGED = word_set("i'm im am turned turning turn turns aged he's she's hes shes")
_CHILD = word_set("he's she's hes shes")
_KIN = _PEOPLE - word_set("i i'm he she they they're who") | word_set("girls boys kids children sons daughters twins")
_ALSO = word_set("and are is was were turning turned turns just now only about almost nearly")
_BEHIND = word_set(
    "and now so but in last this on yesterday today her his my he she they i honey dear love sir ma'am though years"
)
OLDEST = 120
SENTENCE = 9  # words in front of "years old" among which a person or a thing is named
YOUNGEST = 13  # whose own age is said as a bare number; "i'm two" is a place in a queue


class AgeRecognizer(ConversationRecognizer):
    """ "I am 45 years old", "she just turned eighty", and answers to "how old are you"."""

    entity = "AGE"

    def find(self, reading: Reading) -> Iterable[Span]:
        """Ages said with their unit, and numbers that answer the question."""
        yield from _years_old(reading)
        for run in reading.numbers.runs:
            plain = run.meaning is Meaning.UNKNOWN or run.meaning is not Meaning.BUSINESS and _childs(reading, run)
            if len(run.digits) <= 3 and plain and int(run.digits) <= OLDEST:
                asked = reading.asked(run.first, run.last, Ask.AGE)
                if asked and asked.distance <= 3 or _turned(reading, run):
                    yield Span(run.first, run.last, 0.8 if asked else 0.5, "age")


def _years_old(reading: Reading) -> Iterator[Span]:
    tokens = reading.conversation.tokens
    for at in range(1, len(tokens) - 1):
        if tokens[at].norm in ("years", "year", "yrs") and tokens[at + 1].norm == "old":
            said = quantity_before(tokens, reading.numbers.items, at - 1)
            before = {t.norm.removesuffix("'s") for t in _sentence_before(tokens, at)}
            if said and before & _PEOPLE and not before & _THINGS:
                yield Span(min(said), max(said), 0.8, "years old")


def _sentence_before(tokens: Sequence[Token], at: int) -> Iterator[Token]:
    """The words in front of one, back to where its sentence begins."""
    for before in reversed(tokens[max(0, at - SENTENCE) : at]):
        if before.segment != tokens[at].segment or before.after == ".":
            return
        yield before


def _turned(reading: Reading, run: Run) -> bool:
    """ "I'm 45." and "I just turned 45": two digits, and the clause ends there."""
    token = reading.conversation.tokens[run.last]
    before = reading.token(run.first - 1, token.turn)
    after = reading.token(run.last + 1, token.turn)
    ends = bool(token.after) or after is None or after.segment != token.segment or after.norm in _BEHIND
    if not (before and ends and len(run.digits) <= 2):
        return False
    if _of_kin(reading, run):
        return True
    aged = before.norm in _AGED or before.norm == "be" and _will_be(reading, run)
    return aged and (_childs(reading, run) or len(run.digits) == 2 and int(run.digits) >= YOUNGEST)


def _childs(reading: Reading, run: Run) -> bool:
    """ "She's 9", of a customer's child; an agent says so of a place in a queue."""
    before = reading.token(run.first - 1, reading.conversation.tokens[run.first].turn)
    customers = reading.conversation.turn_of(run.first).role == "customer"
    return before is not None and before.norm in _CHILD and customers


def _of_kin(reading: Reading, run: Run) -> bool:
    """ "The girls are nine and eleven", "auntie's seventy three"."""
    at, turn = run.first - 1, reading.conversation.tokens[run.first].turn
    linked = False
    while (token := reading.token(at, turn)) and (token.norm in _ALSO or reading.numbers.items[at]) and not token.after:
        linked, at = linked or token.norm not in ("and", "only", "about", "just"), at - 1
    kin = token is not None and not token.after and token.norm.removesuffix("'s") in _KIN
    return kin and (linked or token is not None and token.norm.endswith("'s"))


def _will_be(reading: Reading, run: Run) -> bool:
    """ "I'm going to be 64 in April", "she'll be 80"."""
    turn = reading.conversation.tokens[run.first].turn
    before = [token.norm for at in range(run.first - 5, run.first - 1) if (token := reading.token(at, turn))]
    return before[-1:] in (["i'll"], ["she'll"], ["he'll"]) or before[-2:] in (["going", "to"], ["about", "to"])
