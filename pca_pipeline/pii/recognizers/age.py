"""Ages of people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pca_pipeline.pii.asks import Ask
from pca_pipeline.pii.business import quantity_before
from pca_pipeline.pii.lexicon import word_set
from pca_pipeline.pii.numbers import Meaning, Run
from pca_pipeline.pii.questions import Expectation
from pca_pipeline.pii.reading import Reading, Span
from pca_pipeline.pii.recognizers.base import ConversationRecognizer
from pca_pipeline.pii.stream import Token

_PEOPLE = word_set("""i i'm he she they they're son daughter husband wife mother father mom dad child kid baby driver
    patient brother sister grandson granddaughter spouse girl boy mum mummy gran grandma grandpa nan grandmother grandfather uncle aunt auntie niece nephew partner
    boyfriend girlfriend neighbour neighbor toddler infant woman man who""")
_THINGS = word_set("""it it's car house roof account policy phone furnace computer truck vehicle system bill boiler heater fridge
    machine appliance device unit router modem meter laptop printer building home bike boat""")
_HOLDERS = word_set("you you're holder cardholder owner driver member patient")
_AGED = word_set("i'm im am turned turning turn turns aged he's she's hes shes")
_WHOM = word_set("me him her")
_ONE = word_set("you i he she my we")
_DOES = word_set("don't do can't can won't shouldn't should want need get forget start still just")
_CHILD = word_set("he's she's hes shes")
_KIN = _PEOPLE - word_set("i i'm he she they they're who") | word_set("girls boys kids children sons daughters twins")
_ALSO = word_set("and are is was were turning turned turns just now only about almost nearly")
_VERBS = _ALSO - word_set("and just now only about almost nearly")
_TURNED = word_set("turned turning turns")
_OTHERS = word_set("he he's she she's they they're")
_HAVE = word_set("have has got")
_NO_NUMBER = word_set("youngest oldest eldest older younger little other")  # before the "one" of "the youngest one"
_LATE_ANSWER = 12  # words of content between the question and a number that is all that is said
_BEHIND = word_set("""and now so but in last this on yesterday today her his my he she they i honey dear love sir ma'am though
    years does do can will would should going""")
OLDEST = 120
SENTENCE = 9  # words in front of "years old" among which a person or a thing is named
YOUNGEST = 13  # whose own age is said as a bare number; "i'm two" is a place in a queue


class AgeRecognizer(ConversationRecognizer):
    """ "I am 45 years old", "she just turned eighty", and answers to "how old are you"."""

    entity = "AGE"

    def find(self, reading: Reading) -> Iterable[Span]:
        """Ages said with their unit, and numbers that answer the question."""
        yield from _years_old(reading)
        yield from _has_years(reading)
        yield from _of_kin(reading)
        yield from _at_that_age(reading)
        for run in reading.numbers.runs:
            plain = run.meaning is Meaning.UNKNOWN or run.meaning is not Meaning.BUSINESS and _childs(reading, run)
            if len(run.digits) <= 3 and plain and int(run.digits) <= OLDEST:
                asked = reading.asked(run.first, run.last, Ask.AGE)
                if asked and _answers(reading, run, asked) or _turned(reading, run):
                    yield Span(run.first, run.last, 0.8 if asked else 0.5, "age")


def _answers(reading: Reading, run: Run, asked: Expectation) -> bool:
    tokens = reading.conversation.tokens
    before = reading.token(run.first - 1, tokens[run.first].turn)
    the_one = tokens[run.last].norm == "one" and before is not None and before.norm in _NO_NUMBER
    if the_one or _of_thing(reading, asked):
        return False
    all_said = reading.alone(run.first, run.last) or before is None and tokens[run.last].after != ""
    late = not asked.own and len(run.digits) > 1 and all_said
    return asked.distance <= (_LATE_ANSWER if late else 3)


def _years_old(reading: Reading) -> Iterator[Span]:
    """ "My son is 9 years old", and "9 years old" where it was asked how old somebody is."""
    tokens = reading.conversation.tokens
    for at in range(1, len(tokens) - 1):
        if tokens[at].norm in ("years", "year", "yrs") and tokens[at + 1].norm in ("old", "young"):
            said = quantity_before(tokens, reading.numbers.items, at - 1)
            before = {t.norm.removesuffix("'s") for t in _sentence_before(tokens, at)}
            if said and (before & _PEOPLE or _asked_whose(reading, min(said), at)) and not before & _THINGS:
                yield Span(min(said), max(said), 0.8, "years old")


def _asked_whose(reading: Reading, first: int, last: int) -> bool:
    """Whether it was asked how old somebody is."""
    asked = reading.asked(first, last, Ask.AGE)
    return asked is not None and not asked.own and not _of_thing(reading, asked)


def _of_thing(reading: Reading, asked: Expectation) -> bool:
    """Whether it was asked how old a thing is: "how old is the boiler?", and not "the account holder"."""
    tokens = reading.conversation.tokens
    inside = range(asked.at, reading.conversation.turn_of(asked.at).end)
    end = next((at + 1 for at in inside if tokens[at].after == "."), inside.stop)
    words = {token.norm.removesuffix("'s") for token in tokens[asked.at : end]}
    return not words.isdisjoint(_THINGS) and words.isdisjoint(_PEOPLE | _HOLDERS)


def _has_years(reading: Reading) -> Iterator[Span]:
    """ "My daughter has eight years", as speakers of other languages say; "I have forty years" where it was asked."""
    tokens = reading.conversation.tokens
    for at in (at for at, token in enumerate(tokens) if token.norm == "years" and _ends(reading, at)):
        said = quantity_before(tokens, reading.numbers.items, at - 1)
        verb = reading.token(min(said) - 1, tokens[at].turn) if said else None
        who = reading.token(min(said) - 2, tokens[at].turn) if said else None
        if verb and who and verb.norm in _HAVE:
            asked = reading.asked(min(said), at, Ask.AGE)
            if who.norm in _KIN or asked and not asked.own and who.norm in _PEOPLE:
                yield Span(min(said), max(said), 0.8, "has years")


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
    if not (before and _ends(reading, run.last) and len(run.digits) <= 2):
        return False
    if before.norm == "turn" and reading.conversation.turn_of(run.first).role != "customer":
        return False  # "after you turn 73"
    aged = before.norm in _AGED or before.norm == "be" and _will_be(reading, run)
    return aged and (_childs(reading, run) or len(run.digits) == 2 and int(run.digits) >= YOUNGEST)


def _childs(reading: Reading, run: Run) -> bool:
    """ "She's 9", "he just turned four", of a customer's child; an agent says so of a place in a queue."""
    turn = reading.conversation.turn_of(run.first)
    before = [token.norm for token in reading.conversation.tokens[max(turn.first, run.first - 3) : run.first]]
    turned = before[-1:] and before[-1] in _TURNED and not _OTHERS.isdisjoint(before)
    return turn.role == "customer" and bool(turned or before[-1:] and before[-1] in _CHILD)


def _of_kin(reading: Reading) -> Iterator[Span]:
    """ "The girls are nine and eleven", "auntie's seventy three"."""
    tokens, items = reading.conversation.tokens, reading.numbers.items
    for at, token in enumerate(tokens):
        if token.norm.removesuffix("'s") not in _KIN or token.after:
            continue
        linked, first, last, place = token.norm.endswith("'s"), 0, 0, at + 1
        while (following := reading.token(place, token.turn)) and (following.norm in _ALSO or items[place]):
            linked = linked or following.norm in _VERBS
            if items[place] and place not in reading.numbers.measured and len(items[place][0].digits) <= 2:
                first, last = first or place, place
            place += 1
            if following.after == ".":
                break
        if first and linked and last == place - 1 and _ends(reading, last):
            yield Span(first, last, 0.5, "age of kin")


def _at_that_age(reading: Reading) -> Iterator[Span]:
    """ "It's not good for me at 63", where the clause ends; "at 63 you don't drive at night"; "charged me at 63" is a price."""
    tokens = reading.conversation.tokens
    for run in reading.numbers.runs:
        turn = reading.conversation.turn_of(run.first)
        before = [token.norm for token in tokens[max(turn.first, run.first - 3) : run.first]]
        if before[-1:] != ["at"] or len(run.digits) != 2 or int(run.digits) < YOUNGEST:
            continue
        of_somebody = before[:1] == ["for"] and before[1] in _WHOM and _ends(reading, run.last)
        opens = len(before) == 1 or tokens[run.first - 1].opens
        if of_somebody or opens and _one_does(reading, run):
            yield Span(run.first, run.last, 0.5, "at an age")


def _one_does(reading: Reading, run: Run) -> bool:
    """Whether a customer goes on with what somebody does: "you don't want to", "I can't"."""
    turn = reading.conversation.turn_of(run.first)
    who, verb = (reading.token(run.last + step, reading.conversation.tokens[run.last].turn) for step in (1, 2))
    goes_on = who is not None and verb is not None and who.norm in _ONE and verb.norm in _DOES
    return turn.role == "customer" and goes_on


def _ends(reading: Reading, last: int) -> bool:
    """Whether a clause ends with a number."""
    token = reading.conversation.tokens[last]
    after = reading.token(last + 1, token.turn)
    return bool(token.after) or after is None or after.segment != token.segment or after.norm in _BEHIND


def _will_be(reading: Reading, run: Run) -> bool:
    """ "I'm going to be 64 in April", "she'll be 80"."""
    turn = reading.conversation.tokens[run.first].turn
    before = [token.norm for at in range(run.first - 5, run.first - 1) if (token := reading.token(at, turn))]
    return before[-1:] in (["i'll"], ["she'll"], ["he'll"]) or before[-2:] in (["going", "to"], ["about", "to"])
