"""Ages of people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import dropwhile

from pca_pipeline.pii.conversation.asks import Ask
from pca_pipeline.pii.conversation.questions import Expectation
from pca_pipeline.pii.conversation.reading import Reading, Span
from pca_pipeline.pii.forms.business import quantity_before
from pca_pipeline.pii.forms.numbers import Meaning, Run
from pca_pipeline.pii.recognizers.base import ConversationRecognizer
from pca_pipeline.pii.words.lexicon import FILLERS, clear_first_name, word_set
from pca_pipeline.pii.words.number_words import Item, Kind, items_of, spell_out

_KIN = word_set("""son daughter husband wife mother father mom dad child kid baby driver patient brother sister grandson
    granddaughter spouse girl boy mum mummy gran grandma grandpa nan grandmother grandfather uncle aunt auntie niece nephew partner
    boyfriend girlfriend neighbour neighbor toddler infant woman man girls boys kids children sons daughters twins""")
_PEOPLE = _KIN | word_set("i i'm im he she he's she's they they're who")
_OTHERS = _PEOPLE - word_set("i i'm im they they're who")  # whose naming says that people are spoken of
_THINGS = word_set("""it it's car house roof account policy phone furnace computer truck vehicle system bill boiler heater fridge
    machine appliance device unit router modem meter laptop printer building home bike boat""")
_HOLDERS = word_set("you you're holder cardholder owner driver member patient")
_BODIES = word_set("man woman lady gentleman person boy girl lad lass child kid")  # "a man of seventy"
_OWNERS = word_set("my his her their our")
_CHILDREN = word_set("oldest eldest youngest")  # "my youngest turns two"
_SIZES = word_set("little older younger")  # "our little one is two"
_CONTRACTED = {"im": "i", "hes": "he", "shes": "she", "youre": "you", "theyre": "they"}
_BETWEEN = word_set(
    "um uh just now also only about almost nearly already still be to going gonna aged turn turns turned turning"
)
_TURNED = word_set("turned turning turns turn aged")
_IS = word_set("is are am was were will would be")
_OF_RULES = word_set("if when once unless until till sure after before because while whether")  # "if you're 65"
_OF_LIFE = word_set(
    "alone retire retired retiring died away widowed married pregnant diagnosed"
)  # "living alone at 84"
_HIM = word_set("me him her")
_ONE = word_set("you i he she my we i'm")
_DOES = word_set("don't do can't can won't shouldn't should want need get forget start still just not one")
_HAVE = word_set("have has got")
_NO_NUMBER = word_set("youngest oldest eldest older younger little other")  # before the "one" of "the youngest one"
_TENTHS = word_set("twentieth thirtieth fortieth fiftieth sixtieth seventieth eightieth ninetieth hundredth")
_LATE_ANSWER = 12  # words of content between the question and a number that is all that is said
_BEHIND = FILLERS | word_set("""and but in last this on yesterday today my our his he he's her she she's they it i i'm i've honey dear love
    sir ma'am though years does do did don't can can't will would should going you you're what when while since because if not is
    has had with""")
_ROWS = word_set("line queue list")  # "I'm 20 in the queue"
_CARDINAL = (Kind.UNIT, Kind.TEEN, Kind.TENS, Kind.WRITTEN)
OLDEST = 120
OLDEST_CHILD = 25  # of several whose ages are told in a row
SENTENCE = 9  # words in front of a number among which a person or a thing is named
YOUNGEST = 13  # whose own age is said as a bare number; "i'm two" is a place in a queue
GROWN = 18  # whose birthday is told without its name: "her sixtieth"


@dataclass(frozen=True, slots=True)
class _Told:
    """One number of two digits and less, or a row of them: "nine, eleven and two"."""

    first: int
    last: int
    numbers: tuple[int, ...]

    @property
    def is_grown(self) -> bool:
        """Whether it is the age of somebody who tells it as a bare number."""
        return len(self.numbers) == 1 and YOUNGEST <= self.numbers[0] < 100


class AgeRecognizer(ConversationRecognizer):
    """ "I am 45 years old", "she just turned eighty", and answers to "how old are you"."""

    entity = "AGE"

    def find(self, reading: Reading) -> Iterable[Span]:
        """Ages said with their unit or of somebody, and numbers that answer the question."""
        yield from _years_old(reading)
        yield from _has_years(reading)
        yield from _birthdays(reading)
        for told in _told(reading):
            before = _before(reading, told.first)
            if _at_that_age(reading, told, before) or _ends(reading, told.last) and _of_somebody(reading, told, before):
                yield Span(told.first, told.last, 0.5, "age told")
        for run in reading.numbers.runs:
            if len(run.digits) <= 3 and run.meaning is Meaning.UNKNOWN and int(run.digits) <= OLDEST:
                asked = reading.asked(run.first, run.last, Ask.AGE)
                if asked and _answers(reading, run, asked):
                    yield Span(run.first, run.last, 0.8, "age")


def _told(reading: Reading) -> Iterator[_Told]:
    """Numbers without a unit that may be ages."""
    items = reading.numbers.items
    for row in _rows(reading):
        parts: list[list[Item]] = []
        for before, at in zip([-1, *row], row, strict=False):
            parts += [] if parts and at == before + 1 and not reading.conversation.tokens[before].after else [[]]
            parts[-1] += items[at]
        digits = [spell_out(part) for part in parts if all(item.kind in _CARDINAL for item in part)]
        if len(digits) == len(parts) and all(0 < len(one) < 3 for one in digits):
            yield _Told(row[0], row[-1], tuple(map(int, digits)))


def _rows(reading: Reading) -> Iterator[list[int]]:
    """Tokens of numbers without a unit that stand together, or with an "and" between."""
    tokens, measured = reading.conversation.tokens, reading.numbers.measured
    row: list[int] = []
    for at in (at for at, found in enumerate(reading.numbers.items) if found):
        linked = row and (at == row[-1] + 1 or at == row[-1] + 2 and tokens[at - 1].norm == "and")
        if not linked or tokens[row[-1]].turn != tokens[at].turn or tokens[row[-1]].after == ".":
            if row and measured.isdisjoint(row):
                yield row
            row = []
        row.append(at)
    if row and measured.isdisjoint(row):
        yield row


def _before(reading: Reading, at: int) -> list[str]:
    """The words in front of one, the nearest first, back to where its clause begins."""
    tokens = reading.conversation.tokens
    words: list[str] = []
    while len(words) < SENTENCE and (before := reading.token(at - 1, tokens[at].turn)) and not before.after:
        at -= 1
        words.append(before.norm)
    return words


def _of_somebody(reading: Reading, told: _Told, before: list[str]) -> bool:
    """ "I'm 45.", "she just turned eighty", "the girls are nine and eleven", "auntie's seventy three"."""
    about = before[2:] if before[:2] == ["on", "going"] else before
    words = list(dropwhile(_BETWEEN.__contains__, about))
    turned = not _TURNED.isdisjoint(about[: len(about) - len(words)])
    who = _subject(words, turned)
    turn = reading.conversation.turn_of(told.first)
    if who in ("i", "you"):
        other = words[0] == "was" or who == "you" and (turned or not _OF_RULES.isdisjoint(words))
        return told.is_grown and not other  # "I was eighty" are pounds, "if you're 65" is a rule
    theirs = who == "they" and any(token.norm in _KIN for token in reading.conversation.tokens[turn.first : told.first])
    if who in ("he", "she", "who") or theirs or clear_first_name(who):
        return turn.role == "customer" or told.is_grown and who in ("he", "she")
    said = {token.norm for token in reading.conversation.tokens[turn.first : turn.end]}
    if turn.role == "customer" and _is_child(who, words, told, not said.isdisjoint(_OTHERS)):
        return True
    return who in _KIN or turned and told.is_grown and "you" not in words


def _is_child(who: str, words: list[str], told: _Told, of_people: bool) -> bool:
    """ "My oldest is nine", "our little one turns two", "my three are two, five and nine"; "the oldest" of people only."""
    behind = words[words[0] in _IS :] if words else []  # from the subject on, the nearest first
    mine = len(behind) > 1 and behind[1] in _OWNERS
    if who in _CHILDREN:
        return mine or of_people
    if who == "one":
        return len(behind) > 2 and behind[1] in _SIZES and behind[2] in _OWNERS
    counted = spell_out(items_of(who)) == str(len(told.numbers)) if items_of(who) else False
    return mine and counted and len(told.numbers) > 1 and max(told.numbers) <= OLDEST_CHILD


def _subject(words: list[str], turned: bool) -> str:
    """Of whom words say what they are: the first of "she is", "they're", "mum's", and of "she turned"."""
    said = words[0] if words else ""
    if said in _IS:
        return words[1] if len(words) > 1 else ""
    whole, mark, _ = said.partition("'")
    return _CONTRACTED.get(said, whole if mark or turned else "")


def _at_that_age(reading: Reading, told: _Told, before: list[str]) -> bool:
    """ "It's not good for me at 63", "a man of seventy", "at 63 you don't drive at night"; "charged me at 63" is a price."""
    if before[:1] == ["of"]:
        return before[1:2] != [] and before[1] in _BODIES and _ends(reading, told.last)
    if before[:1] != ["at"] or not told.is_grown:
        return False
    of_life = before[2:3] == ["for"] and before[1] in _HIM or before[1:2] != [] and before[1] in _OF_LIFE
    return of_life and _ends(reading, told.last) or len(before) == 1 and _one_does(reading, told)


def _one_does(reading: Reading, told: _Told) -> bool:
    """Whether a customer goes on with what somebody does: "you don't want to", "I can't"."""
    turn = reading.conversation.turn_of(told.first)
    who, verb = (reading.token(told.last + step, reading.conversation.tokens[told.last].turn) for step in (1, 2))
    goes_on = who is not None and verb is not None and who.norm in _ONE and verb.norm in _DOES
    return turn.role == "customer" and goes_on


def _ends(reading: Reading, last: int) -> bool:
    """Whether a clause ends with a number."""
    tokens = reading.conversation.tokens
    after = reading.token(last + 1, tokens[last].turn)
    if tokens[last].after or after is None or after.segment != tokens[last].segment:
        return True
    in_a_row = after.norm in ("in", "on") and any(token.norm in _ROWS for token in tokens[last + 2 : last + 5])
    anothers = after.norm.endswith("'s") and after.norm[:-2] in _KIN
    return anothers or after.norm in _BEHIND and not in_a_row


def _years_old(reading: Reading) -> Iterator[Span]:
    """ "My son is 9 years old", "a three-year-old", and "9 years old" where it was asked how old somebody is."""
    tokens = reading.conversation.tokens
    for at, token in enumerate(tokens):
        if token.norm.endswith(("-old", "-olds")) and "-year" in token.norm:
            said, last = {at}, at
        elif token.norm in ("old", "olds", "young") and at and tokens[at - 1].norm in ("years", "year", "yrs", "yr"):
            said, last = quantity_before(tokens, reading.numbers.items, at - 2) if at > 1 else set(), at
        else:
            continue
        if said and _is_somebodys(reading, min(said), last):
            yield Span(min(said), max(said), 0.8, "years old")


def _is_somebodys(reading: Reading, first: int, last: int) -> bool:
    """Whether so many years are a person's: of whom or what is spoken, or that it is "a three-year-old" of nothing."""
    tokens = reading.conversation.tokens
    following = reading.token(last + 1, tokens[last].turn)
    if following is not None and not tokens[last].after and following.norm in _THINGS - {"it", "it's"}:
        return False
    asked = reading.asked(first, last, Ask.AGE)
    if asked is not None and not asked.own and not _of_thing(reading, asked):
        return True
    before = [word.removesuffix("'s") for word in _before(reading, first)]
    nearest = next((word for word in before if word in _PEOPLE or word in _THINGS), "")
    noun = "years" not in tokens[last - 1].norm and before[:1] != [] and before[0] in _OWNERS | {"a"}
    return nearest in _PEOPLE or noun and not nearest and _ends(reading, last)


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
        who = _before(reading, min(said))[:2] if said else []
        if len(who) == 2 and who[0] in _HAVE:
            asked = reading.asked(min(said), at, Ask.AGE)
            if who[1] in _KIN or asked and not asked.own and who[1] in _PEOPLE:
                yield Span(min(said), max(said), 0.8, "has years")


def _birthdays(reading: Reading) -> Iterator[Span]:
    """ "My mum's sixtieth", "his 4th birthday"."""
    tokens, items = reading.conversation.tokens, reading.numbers.items
    for at, token in enumerate(tokens):
        if token.norm not in _TENTHS and not (items[at] and items[at][0].kind is Kind.ORDINAL):
            continue
        whose = (_before(reading, at) or [""])[0]
        following = reading.token(at + 1, token.turn)
        named = following is not None and not token.after and following.norm == "birthday"
        kins = whose.endswith("'s") and (whose[:-2] in _KIN or clear_first_name(whose[:-2]))
        grown = token.norm in _TENTHS or int(items[at][0].digits) >= GROWN
        if (kins or whose in _OWNERS) and named or kins and grown and _ends(reading, at):
            yield Span(at, at, 0.6, "birthday")


def _answers(reading: Reading, run: Run, asked: Expectation) -> bool:
    tokens = reading.conversation.tokens
    before = reading.token(run.first - 1, tokens[run.first].turn)
    the_one = tokens[run.last].norm == "one" and before is not None and before.norm in _NO_NUMBER
    year = reading.conversation.text[tokens[run.first].start - 1 :][:1] in ("'", "’") and run.first > 0
    if the_one or year or _of_thing(reading, asked):
        return False
    all_said = reading.alone(run.first, run.last) or before is None and tokens[run.last].after != ""
    late = not asked.own and len(run.digits) > 1 and all_said
    return asked.distance <= (_LATE_ANSWER if late else 3)
