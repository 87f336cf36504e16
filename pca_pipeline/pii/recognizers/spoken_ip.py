"""Addresses on a network as they are said: "ten dot oh dot two thirty six dot nineteen", "a four colon two b colon ..."."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from pca_pipeline.pii.conversation.asks import BUSINESS
from pca_pipeline.pii.conversation.reading import Reading, Span
from pca_pipeline.pii.forms.codes import NAMES_OF_THINGS
from pca_pipeline.pii.recognizers.base import ConversationRecognizer
from pca_pipeline.pii.words.lexicon import word_set
from pca_pipeline.pii.words.number_words import items_of, spell_out

_DOTS = word_set("dot point period")
_SPLIT = re.compile(r"(?<![\d.])\d{1,3}\.\d{1,3}, \.\d{1,3}\.\d{1,3}(?!\.?\d)")  # "192.168, .1.44"
_HEX = re.compile(r"[a-f\d]{1,2}")
PARTS, MOST = 4, 255  # of an IP address
VERSION_WITHIN = 3  # words before that name what four numbers are a version of
LEAST_COLONS, SURE_COLONS = 2, 4  # with letters, and without: "ten colon thirty colon fifteen" may be a time
APART = 4  # tokens from one colon to the next
PAIR = 2  # letters and digits
WHOLE = re.compile(rf"(?=.*\d)(?=.*[a-f])[a-f\d]{{{6 * PAIR}}}")


class SpokenIpRecognizer(ConversationRecognizer):
    """Four numbers up to 255 with a dot or point between, that are no version."""

    entity = "IP_ADDRESS"

    def find(self, reading: Reading) -> Iterable[Span]:
        """Said in words, or split over two words as recognition writes them."""
        for first, last in _four_numbers(reading):
            if not _is_version(reading, first, last):
                yield Span(first, last, 0.95, "shape")
        text = reading.conversation.text
        for match in _SPLIT.finditer(text) if ", ." in text else ():
            places = reading.conversation.tokens_at(match.start(), match.end())
            yield Span(places[0], places[-1], 0.95, "shape")


class SpokenMacRecognizer(ConversationRecognizer):
    """Pairs of letters and digits with "colon" between, or six of them in a row."""

    entity = "MAC_ADDRESS"

    def find(self, reading: Reading) -> Iterable[Span]:
        """From the first pair to the last."""
        tokens = reading.conversation.tokens
        colons = [at for at, token in enumerate(tokens) if token.norm == "colon"]
        for first, last, count in _together(reading, colons):
            begin, end = _pair(reading, first, -1), _pair(reading, last, 1)
            lettered = any(_HEX.fullmatch(token.norm) and not token.norm.isdigit() for token in tokens[begin : end + 1])
            if begin < first and end > last and count >= (LEAST_COLONS if lettered else SURE_COLONS):
                yield Span(begin, end, 0.95, "shape")
        yield from (Span(c.first, c.last, 0.95, "shape") for c in reading.codes if WHOLE.fullmatch(c.text))


def _four_numbers(reading: Reading) -> Iterator[tuple[int, int]]:
    """Tokens [first, last] of numbers with dots between."""
    tokens, done = reading.conversation.tokens, -1
    for dot in (at for at, token in enumerate(tokens) if token.norm in _DOTS):
        if dot <= done:
            continue
        first, at, parts = _number(reading, dot, -1), dot, 1
        while first < dot and parts < PARTS and at < len(tokens) and tokens[at].norm in _DOTS:
            last = _number(reading, at, 1)
            parts, done, at = parts + (last > at), last, last + 1
        if parts == PARTS:
            yield first, done


def _number(reading: Reading, dot: int, step: int) -> int:
    """How far a number that an address can have reaches from a dot; the dot itself where none stands there."""
    turn, at = reading.conversation.tokens[dot].turn, dot
    while (token := reading.token(at + step, turn)) and items_of(token.norm):
        inside = range(min(dot + step, at + step), max(dot + step, at + step) + 1)
        digits = spell_out([item for one in inside for item in items_of(reading.conversation.tokens[one].norm)])
        if len(digits) > len(str(MOST)) or int(digits or 0) > MOST:
            break
        at += step
    return at


def _is_version(reading: Reading, first: int, last: int) -> bool:
    """Whether something of the business's is named right before, or was asked for."""
    turn = reading.conversation.tokens[first].turn
    before = (reading.token(at, turn) for at in range(first - VERSION_WITHIN, first))
    asked = next(iter(reading.questions.at(first, last)), None)
    return any(one and one.norm in NAMES_OF_THINGS for one in before) or asked is not None and asked.ask in BUSINESS


def _together(reading: Reading, colons: list[int]) -> Iterator[tuple[int, int, int]]:
    """The first and last of colons that only few words part, and how many they are."""
    tokens = reading.conversation.tokens
    first, count = 0, 0
    for colon, following in zip(colons, [*colons[1:], len(tokens)], strict=False):
        first, count = colon if not count else first, count + 1
        if following - colon > APART or following == len(tokens) or tokens[following].turn != tokens[colon].turn:
            yield first, colon, count
            count = 0


def _pair(reading: Reading, colon: int, step: int) -> int:
    """The furthest token of the letters and digits beside a colon."""
    turn, at, said = reading.conversation.tokens[colon].turn, colon, 0
    while said < PAIR and (token := reading.token(at + step, turn)) and _is_hex(token.norm):
        at, said = at + step, said + min(len(token.norm), PAIR if _HEX.fullmatch(token.norm) else 1)
    return at


def _is_hex(norm: str) -> bool:
    return _HEX.fullmatch(norm) is not None or bool(items_of(norm))
