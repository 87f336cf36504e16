"""Passwords, passcodes and one-time codes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from pca_pipeline.pii.conversation.answers import find_answers
from pca_pipeline.pii.conversation.asks import Ask
from pca_pipeline.pii.conversation.reading import Reading, Span
from pca_pipeline.pii.conversation.replies import LEAD_IN, clause
from pca_pipeline.pii.conversation.signs import is_clear, with_signs
from pca_pipeline.pii.recognizers.base import DigitsRecognizer
from pca_pipeline.pii.words.lexicon import FUNCTION_WORDS, word_set

_KEYS = word_set("press dial hit push option section")  # "press 3 hashtag"
# What only a password looks like, wherever it stands: "Walnut!Tree9", "blue-heron-tractor-9".
_SHAPE = re.compile(
    r"(?<!\S)(?:(?=\S*[A-Za-z]{3})(?=\S*\d)[A-Za-z\d_-]+[!#$%^*][A-Za-z\d!#$%^*_-]*[A-Za-z\d!*$]"
    r"|[A-Za-z]{3,}(?:-[A-Za-z]{3,}){1,5}-\d{1,4})(?![\w@])"
)


_CHOOSING = frozenset(
    {("make", "it"), ("make", "that"), ("i", "put"), ("it", "be"), ("i'd", "do"), ("let's", "do"), ("do", "with")}
    | {
        ("go", "with"),
        ("i", "chose"),
        ("i", "picked"),
        ("i'll", "use"),
        ("let's", "use"),
        ("i", "used"),
        ("i'll", "do"),
    }
)
_CHOSEN = frozenset(word for _, word in _CHOOSING)
_PICK = word_set("pick choose create set enter think make")
_OLD = word_set("the my same old one usual something like just")
_KEPT = word_set("them those these him her")  # "I put them under the mat"
_NOT_CHOSEN = word_set("will would to did")  # "when will it be ...", "where did I put that"
MOST_BEFORE = 6  # words


class PasswordRecognizer(DigitsRecognizer):
    """Words or digits that were asked for or named as a password."""

    entity = "PASSWORD"
    asks = frozenset({Ask.PASSWORD, Ask.PASSCODE})
    lengths = (4, 5, 6, 7, 8)
    with_letters = True

    def find(self, reading: Reading) -> Iterable[Span]:
        """Numbers that were asked for, the answering clause, and words that can be nothing else."""
        named = find_answers(reading, Ask.PASSWORD)
        for span in (*super().find(reading), *named, *_by_signs(reading), *_chosen(reading)):
            first, last = with_signs(reading, span.first, span.last)
            yield replace(span, first=first, last=last)
        for match in _SHAPE.finditer(reading.conversation.text):
            tokens = reading.conversation.tokens_at(*match.span())
            yield Span(tokens[0], tokens[-1], 0.6, "shape")


def _chosen(reading: Reading) -> Iterator[Span]:
    """What a caller makes up once a password was named, or something new asked for: "make it walleye", "I put ..."."""
    tokens = reading.conversation.tokens
    for at in range(2, len(tokens) - 1):
        if (
            tokens[at].norm not in _CHOSEN
            or (tokens[at - 1].norm, tokens[at].norm) not in _CHOOSING
            or tokens[at].after
        ):
            continue
        turn = reading.conversation.turn_of(at)
        if turn.role != "agent" and tokens[at - 2].norm not in _NOT_CHOSEN and _is_choosing(reading, at):
            found = clause(reading, _behind_old(reading, at + 1), turn.end)
            if found and found[0] - at <= MOST_BEFORE and reading.conversation.tokens[found[0]].norm not in _KEPT:
                first, last = found
                while last + 1 < turn.end and _is_said_singly(reading, last + 1) and not tokens[last].after:
                    last += 1
                yield Span(first, last, 0.75, "chosen")


def _is_choosing(reading: Reading, at: int) -> bool:
    """Whether a password was named just before, or the other speaker asked for something new: "pick a new one"."""
    if reading.asked(at, at, Ask.PASSWORD, Ask.PASSCODE):
        return True
    before = reading.conversation.tokens[at].turn - 1
    said = reading.conversation.turns[before] if before >= 0 else None
    words = {token.norm for token in reading.conversation.tokens[said.first : said.end]} if said else set()
    return "new" in words and not words.isdisjoint(_PICK)


def _behind_old(reading: Reading, at: int) -> int:
    """The token behind "the old one", "something like"."""
    while reading.conversation.tokens[at].norm in _OLD and at + 1 < len(reading.conversation.tokens):
        at += 1
    return at


def _by_signs(reading: Reading) -> Iterator[Span]:
    """Digits or letters with the name of a sign behind them, and the word before: "bluebird 42 exclamation point"."""
    tokens = reading.conversation.tokens
    for at in range(1, len(tokens)):
        if not is_clear(reading, at) or tokens[at - 1].turn != tokens[at].turn or tokens[at - 1].after == ".":
            continue
        first = at
        while (before := reading.token(first - 1, tokens[at].turn)) and _is_said_singly(reading, first - 1):
            first -= 1
        if first < at and not (before and before.norm in _KEYS):
            if before and not before.after and before.norm not in FUNCTION_WORDS and before.norm not in LEAD_IN:
                first -= 1
            yield Span(first, at, 0.75, "signs")


def _is_said_singly(reading: Reading, at: int) -> bool:
    return bool(reading.numbers.items[at]) and at not in reading.numbers.measured or at in reading.spelled
