"""Numbers in a conversation: runs of digits within a turn, and chains of runs that only acknowledgements part.

A run keeps its place as tokens, so that every number maps back to words and to time. Fillers and
self-corrections ("seven, no, nine") lie inside a run; units ("days", "dollars") take a number out of it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise

from pca_pipeline.pii.forms import business
from pca_pipeline.pii.forms.misheard import is_single, settle_misheard
from pca_pipeline.pii.words.lexicon import word_set
from pca_pipeline.pii.words.number_words import Item, Kind, is_list, items_of, spell_out
from pca_pipeline.pii.words.stream import Conversation, Token

FILLERS_IN_RUN = word_set("""um uh er erm ah hmm mm and then dash hyphen dot slash space comma no sorry wait i mean actually okay ok yeah
    yes so like is it's that's scratch that correction rather oops well again let let's me see right now next followed by
    excuse""")
MAX_FILLERS = 5
SHORTEST_LINE = 7  # digits
READ_BACK_WITHIN = 2  # turns
MAX_UNLISTED = 2  # words that no list has between two parts of a number
_NO_LINKS = word_set("to or from per by point than versus vs times minus plus between until till of in at")
_APART = (Kind.TIME, Kind.DATE, Kind.BUSINESS, Kind.ORDINAL)  # kinds that are never a part of a run
_SPOKEN_PLAINLY = (Kind.UNIT, Kind.TEEN, Kind.TENS, Kind.TIMES)
_OF_MODELS = word_set("the my your his her our their")  # in front of a year and what was made in it
_SUM = re.compile(r"\d{1,3}(?:,\d{3})+\.\d\d|\d{3,4}\.\d\d")
YEAR = re.compile(r"(?:19|20)\d\d")
_OF_DIGITS = frozenset({"first", "last", "final"})
_FEW = word_set("two three four five six 2 3 4 5 6")
_DETERMINERS = word_set("this that which no any every each another other the a")
_OF_ONE = word_set(
    "new old last next same right wrong only first second third current previous correct latest big small"
)


class Meaning(IntEnum):
    """How sure it is that a number is the business's and not personal."""

    UNKNOWN = 0
    LIKELY_BUSINESS = 1  # a year, an amount without its unit; an identifier if one was asked for
    BUSINESS = 2


@dataclass(slots=True, repr=False, eq=False)
class Run:
    """Digits said in one breath: tokens [first, last]."""

    first: int
    last: int
    items: tuple[Item, ...]
    digits: str
    meaning: Meaning = Meaning.UNKNOWN
    chain: int = 0

    @property
    def said_singly(self) -> bool:
        """All digits one by one or written, none as the words of a cardinal."""
        return all(
            item.kind in (Kind.UNIT, Kind.ZERO, Kind.WRITTEN, Kind.TIMES, Kind.PLURAL, Kind.CODE) for item in self.items
        )

    @property
    def in_pairs(self) -> bool:
        """Read out without a break as no amount and no count is: a few digits, some of them in pairs."""
        unbroken = self.last - self.first < len(self.items)
        plain = all(item.kind in _SPOKEN_PLAINLY for item in self.items)
        return unbroken and plain and not self.said_singly and not is_list(self.items)

    @property
    def written(self) -> bool:
        """Written in digits by the recognizer."""
        return all(item.kind in (Kind.WRITTEN, Kind.CODE, Kind.MONEY, Kind.QUANTITY) for item in self.items)

    @property
    def groups(self) -> tuple[int, ...]:
        """Sizes of the written groups; digits said singly are groups of one."""
        return tuple(len(item.digits) for item in self.items)

    def __repr__(self) -> str:
        return f"Run({self.first}-{self.last}, {len(self.digits)} digits)"


@dataclass(frozen=True, slots=True, repr=False)
class Chain:
    """Runs that belong together, of one or more speakers: said over several turns, or read back."""

    runs: tuple[Run, ...]
    digits: str  # the longest that one speaker says

    def __repr__(self) -> str:
        return f"Chain({len(self.runs)} runs, {len(self.digits)} digits)"


@dataclass(frozen=True, slots=True)
class Numbers:
    """All numbers of a conversation."""

    items: tuple[tuple[Item, ...], ...]  # of each token
    runs: tuple[Run, ...]
    chains: tuple[Chain, ...]
    measured: frozenset[int]  # tokens of numbers that carry a unit


def find_numbers(
    conversation: Conversation,
    taken: frozenset[int],
    asked: frozenset[int] = frozenset(),
    groups: frozenset[int] = frozenset(),
) -> Numbers:
    """Runs and chains of a conversation. A date has claimed the tokens `taken`; those of `asked` ask for something;
    `groups` are digits, whatever they look like.
    """
    tokens = conversation.tokens
    items = [() if at in taken else items_of(token.norm) for at, token in enumerate(tokens)]
    for at in groups:
        items[at] = (Item(Kind.WRITTEN, "".join(item.digits for item in items[at])),)
    _settle_zero_letters(items, tokens)
    measured = business.measured(tokens, items)
    settle_misheard(items, tokens, measured, asked)
    _settle_ones(items, tokens)
    runs: list[Run] = []
    for turn in conversation.turns:
        runs += _runs(tokens, items, measured, turn.first, turn.end)
    for run in runs:
        run.meaning = _meaning(tokens, items, run)
    _settle_lines(conversation, runs, asked)
    return Numbers(tuple(items), tuple(runs), tuple(_chains(conversation, runs, asked)), measured)


def _settle_lines(conversation: Conversation, runs: Sequence[Run], asked: frozenset[int]) -> None:
    """Numbers that the agent names as the firm's are its own, and so is whoever says them again."""
    customers: set[str] = set()
    lines: set[str] = set()
    given = -READ_BACK_WITHIN  # the turn in which a customer last gave a number as long as a telephone's
    for run in runs:
        turn = conversation.tokens[run.first].turn
        if conversation.turns[turn].role == "customer":
            customers |= set() if run.digits in lines else {run.digits}
            given = turn if len(run.digits) >= SHORTEST_LINE else given
        elif run.digits not in customers and _is_line(conversation, run, asked, turn - given < READ_BACK_WITHIN):
            lines.add(run.digits)
        if run.digits in lines:
            run.meaning = Meaning.BUSINESS


def _is_line(conversation: Conversation, run: Run, asked: frozenset[int], read_back: bool) -> bool:
    """Whether an agent names a number as the firm's, or tells a toll-free one that is not named as anything else."""
    short = len(run.digits) <= business.SHORT_CODE and business.is_short_code(conversation.tokens, run.first)
    if short or business.is_line(conversation.tokens, run.first):
        return True
    told = conversation.turn_of(run.first).role == "agent" and business.is_toll_free(run.digits)
    before = range(max(conversation.turn_of(run.first).first, run.first - business.LINE_REACH), run.first)
    return told and not read_back and asked.isdisjoint(before)


def _settle_zero_letters(items: list[tuple[Item, ...]], tokens: Sequence[Token]) -> None:
    """ "Oh" is a digit only beside one, in the same turn."""
    if not any(found and found[0].kind is Kind.ZERO for found in items):
        return
    for step in (1, -1):
        order = range(len(items)) if step == 1 else range(len(items) - 1, -1, -1)
        digit_before = False
        for at in order:
            unsure = len(items[at]) == 1 and items[at][0].kind is Kind.ZERO and items[at][0].digits == "0"
            if unsure and digit_before and tokens[at].turn == tokens[at - step].turn:
                items[at] = (Item(Kind.UNIT, "0"),)
            digit_before = bool(items[at]) and items[at][0].kind in (
                Kind.UNIT,
                Kind.WRITTEN,
                Kind.TEEN,
                Kind.TENS,
                Kind.TIMES,
            )
    for at, found in enumerate(items):
        if found and found[0].kind is Kind.ZERO:
            items[at] = ()


def _settle_ones(items: list[tuple[Item, ...]], tokens: Sequence[Token]) -> None:
    """ "Six zero two ones": "ones" is a digit behind how often it is said, among other digits of the turn."""
    for at, token in enumerate(tokens):
        if token.norm == "ones" and is_single(items, tokens, at, at - 1):
            near = (one for one in (at - 2, at + 1) if 0 <= one < len(items) and tokens[one].turn == token.turn)
            if any(items[one] for one in near):
                items[at] = (Item(Kind.PLURAL, "1"),)


def _runs(
    tokens: Sequence[Token], items: Sequence[tuple[Item, ...]], measured: frozenset[int], first: int, end: int
) -> list[Run]:
    runs: list[Run] = []
    members: list[int] = []
    for at in range(first, end):
        found = items[at]
        if not found:
            continue
        if at in measured or found[0].kind in _APART:
            runs += _run(tokens, items, members)
            members = []
            continue
        if members and not _joined(tokens, items, members, at):
            runs += _run(tokens, items, members)
            members = []
        members.append(at)
    return runs + _run(tokens, items, members)


def _joined(tokens: Sequence[Token], items: Sequence[tuple[Item, ...]], members: list[int], at: int) -> bool:
    between = tokens[members[-1] + 1 : at]
    decimal = any("." in tokens[one].norm and items[one][0].kind is Kind.QUANTITY for one in (members[-1], at))
    if decimal:
        return False  # "DSL 250, 39.95 a month"
    money = Kind.MONEY in (items[members[-1]][0].kind, items[at][0].kind)
    apart = between or tokens[members[-1]].after
    listed = not between and len(items[at][0].digits) == 1  # "and last 5, 8, 4, 8"
    other = apart and not listed and len(members) == 1 and _is_other(tokens, members[0])
    if len(between) > (0 if money else MAX_FILLERS) or other:
        return False
    return all(token.norm in FILLERS_IN_RUN or _hang_on(between, at) for at, token in enumerate(between))


def _is_other(tokens: Sequence[Token], at: int) -> bool:
    """Whether a word begins no number though one follows: "in 2019 and ...", "the last four is ...", "wrong one, ..."."""
    before, norm = tokens[at - 1].norm if at else "", tokens[at].norm
    if before in ("in", "since"):
        return YEAR.fullmatch(norm) is not None
    return before in _OF_DIGITS and norm in _FEW or norm == "one" and before in _OF_ONE


def _hang_on(between: Sequence[Token], at: int) -> bool:
    """ "Hang on" and "hold on" within a number, and neither word alone."""
    near = [token.norm for token in between[max(0, at - 1) : at + 2]]
    return any(one in ("hang", "hold") and other == "on" for one, other in pairwise(near))


def _run(tokens: Sequence[Token], items: Sequence[tuple[Item, ...]], members: list[int]) -> list[Run]:
    if not members or _pronoun(tokens, items, members):
        return []
    said = tuple(item for at in members for item in items[at])
    digits = spell_out(said)
    return [Run(members[0], members[-1], said, digits)] if digits else []  # "triple" alone says none


def _pronoun(tokens: Sequence[Token], items: Sequence[tuple[Item, ...]], members: list[int]) -> bool:
    """A lone number word that counts a noun or stands for one: "one moment", "this one", "two things"."""
    at = members[0]
    single = items[at][0].kind is Kind.WRITTEN and len(items[at][0].digits) == 1
    if len(members) > 1 or not single and items[at][0].kind not in (Kind.UNIT, Kind.TIMES, Kind.SCALE):
        return False
    if business.is_tail(tokens, at, at):
        return False
    token, turn = tokens[at], tokens[at].turn
    before = tokens[at - 1] if at and tokens[at - 1].turn == turn else None
    after = tokens[at + 1] if at + 1 < len(tokens) and tokens[at + 1].turn == turn else None
    if before and not before.after and (before.norm in _DETERMINERS or token.norm == "one" and before.norm in _OF_ONE):
        return True
    if token.norm == "one" and before and _counts_digits(before, items[at - 2] if at > 1 else ()):
        return True
    return after is not None and not token.after and after.norm not in FILLERS_IN_RUN


def _counts_digits(token: Token, before: tuple[Item, ...]) -> bool:
    """ "The 4-digit one", "the four digit one": which code is meant."""
    return not token.after and (token.norm.endswith("-digit") or token.norm == "digit" and bool(before))


def _meaning(tokens: Sequence[Token], items: Sequence[tuple[Item, ...]], run: Run) -> Meaning:
    if business.is_tail(tokens, run.first, run.last):
        return Meaning.UNKNOWN
    kinds = {item.kind for item in run.items}
    if len(run.items) == 1 and kinds == {Kind.QUANTITY} and _SUM.fullmatch(tokens[run.first].norm):
        return Meaning.BUSINESS  # "1,844.00"
    money = [at for at in range(run.first, run.last + 1) if any(item.kind is Kind.MONEY for item in items[at])]
    if money and (len(run.items) == 1 or len(run.digits) < 7 or len(money) > 1 or "." in tokens[money[0]].norm):
        return Meaning.BUSINESS
    before = tokens[run.first - 1] if run.first else None
    dated = before is not None and before.norm in _OF_MODELS and business.is_year(run.digits, run.items)
    if before is not None and (dated or before.norm in ("a", "an")) and _counts_a_noun(tokens, run, before):
        return Meaning.BUSINESS  # "a 2019 Honda", "the 2011 Sportster"
    if (
        business.are_years(run.items)
        or before is not None
        and before.norm == "for"
        and business.ends_as_price(run.items)
    ):
        return Meaning.BUSINESS  # "2021, 2022, 2023", "for forty nine ninety nine"
    if len(run.digits) <= 5 and business.moved(tokens, run.last):
        return Meaning.BUSINESS
    counts = len(run.digits) == 1 and before is not None and before.norm in ("first", "last", "final", "middle")
    if counts and before is not None and before.turn == tokens[run.first].turn:
        return Meaning.BUSINESS  # "the last four, please"
    if business.likely(tokens, run.first, run.last, run.digits, run.items):
        return Meaning.LIKELY_BUSINESS
    return Meaning.UNKNOWN


def _counts_a_noun(tokens: Sequence[Token], run: Run, article: Token) -> bool:
    following = tokens[run.last + 1] if run.last + 1 < len(tokens) else None
    noun = following is not None and following.turn == article.turn and following.norm not in FILLERS_IN_RUN
    said = tokens[run.first]
    return (
        noun
        and said.turn == article.turn
        and not tokens[run.last].after
        and len(run.digits) <= 4
        and (not run.said_singly or len(run.items) == 1)
    )


def _chains(conversation: Conversation, runs: Sequence[Run], asked: frozenset[int]) -> list[Chain]:
    groups: list[list[Run]] = []
    for run in runs:
        last = groups[-1][-1] if groups else None
        if last and Meaning.BUSINESS not in (last.meaning, run.meaning) and _adjoins(conversation, last, run, asked):
            groups[-1].append(run)
        else:
            groups.append([run])
        run.chain = len(groups) - 1
    return [Chain(tuple(group), _longest(conversation, group)) for group in groups]


def _adjoins(conversation: Conversation, one: Run, other: Run, asked: frozenset[int]) -> bool:
    """Nothing between two runs but acknowledgements, fillers and words that lead on to more digits.

    A word or two that no list has may stand there too, if they ask for nothing: a digit misheard, or another way to
    say "go on".
    """
    tokens = conversation.tokens
    between = range(one.last + 1, other.first)
    same_turn = tokens[one.last].turn == tokens[other.first].turn
    unlisted = [
        at
        for at in between
        if tokens[at].norm not in FILLERS_IN_RUN
        and (same_turn and tokens[at].norm in _NO_LINKS or tokens[at].norm not in business.ACKNOWLEDGEMENTS)
    ]
    if not unlisted:
        return True
    if any(at in asked or tokens[at].is_label for at in between):
        return False
    if not same_turn:
        return len(unlisted) <= MAX_UNLISTED and all(_interjected(conversation, one, at, other) for at in unlisted)
    odd = len(between) == 1 and tokens[between[0]].norm not in _NO_LINKS and tokens[between[0] - 1].after != "."
    return odd and all(_read_out(run) for run in (one, other))


def _interjected(conversation: Conversation, one: Run, at: int, other: Run) -> bool:
    """Whether a word is said between the turns of two runs, or by the agent who has just read the first one back."""
    turn, begin, end = (conversation.tokens[i].turn for i in (at, one.last, other.first))
    read_back = turn == begin and conversation.turn_of(one.last).role != "customer"
    return turn < end and (turn > begin or read_back and conversation.turn_of(other.first).role == "customer")


def _read_out(run: Run) -> bool:
    """Said as identifiers are: one by one, or in written groups of three and more."""
    if run.meaning is not Meaning.UNKNOWN or not run.said_singly:
        return False
    return len(run.items) > 1 or run.written and len(run.digits) > 2


def _longest(conversation: Conversation, runs: Sequence[Run]) -> str:
    by_speaker: dict[str, str] = {}
    for run in runs:
        speaker = conversation.speaker(run.first)
        by_speaker[speaker] = by_speaker.get(speaker, "") + run.digits
    return max(by_speaker.values(), key=len)
