"""Codes of letters and digits as one value, however they are said: plates, postcodes, documents, references, IBANs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pca_pipeline.pii.forms.spelling import NATO, letters_at
from pca_pipeline.pii.words.lexicon import (
    FILLERS,
    FUNCTION_WORDS,
    NOT_PEOPLE,
    first_names,
    is_formed,
    is_word,
    surnames,
    towns,
    word_set,
)
from pca_pipeline.pii.words.number_words import Item, Kind, items_of, spell_out
from pca_pipeline.pii.words.stream import Conversation, Token

# Kinds of things that a firm names by letters and digits.
NAMES_OF_THINGS = word_set("""err cpt ndc hcpcs sku mpn part parts store spot transformer unit's engine highway interstate exit mile marker
    lot check cheque kit cartridge filter batch locker shelf tower pole breaker valve pump process ext extension error code gate model version series chapter section flight form windows iphone galaxy size plan package room
    seat seats bay bays form sku upc tooth bin rxbin pcn test icd modifier item build firmware driver procedure zone terminal platform bus route line page level stage step grade tier type class channel route option""")
_NO_CODES = word_set(
    "ppo hmo epo hdhp pin puk ssn cvv okay ok usa id dob zip iban vin imei imsi iccid meid acct acc ref tel mob num nhs sin ni tv"
    " dr mr mrs ms st ext re fw fwd ps nb otp"
)
_SPOKEN = (Kind.UNIT, Kind.ZERO, Kind.TIMES, Kind.PLURAL, Kind.TEEN, Kind.TENS, Kind.SCALE, Kind.WRITTEN, Kind.CODE)
_BETWEEN = word_set("um uh er and then dash hyphen space slash dot followed by so okay capital lowercase uppercase")
_ZERO = re.compile(r"\boh?\b")
# Times ("8.45am-5pm"), sizes ("106 x 92") and seats ("22C and 23C") are no codes where they are written.
_NO_CODE = re.compile(
    r"(?:\d{1,4}[ap]m|\d{3,4}){1,2}|\d{1,4}(?:x\d{1,4}){1,2}(?:mm|cm|in)?|\d{1,2}[a-k](?:\d{1,2}[a-k])+"
)
LETTERS_OF_A_LOCATOR = 5  # least of a code without digits
MOST_LETTERS = 8
_HEAP = re.compile(r"[^aeiou]{4}")
MOST_BETWEEN = 2
_LINKS = word_set("as in is for like")  # between a letter and its example
MOST_LINKS = 2
MOST_EXPLAINING = 4  # words between a code's letters and its digits: "t i for travel insurance ..."


@dataclass(frozen=True, slots=True, repr=False)
class Code:
    """Letters and digits said in a row: tokens [first, last]."""

    first: int
    last: int
    text: str  # lower case

    @property
    def digits(self) -> int:
        """How many digits it has."""
        return sum(map(str.isdigit, self.text))

    def __repr__(self) -> str:
        return f"Code({self.first}-{self.last})"


def find_codes(
    conversation: Conversation, items: Sequence[tuple[Item, ...]], taken: frozenset[int]
) -> tuple[Code, ...]:
    """All sequences within a turn that hold a letter and a digit. `taken` are tokens of measured numbers and dates."""
    return tuple(
        code
        for at, turn in enumerate(conversation.turns)
        if any(items[turn.first : turn.end]) or _may_hold_digits(conversation.phrase(at).text)
        for code in _in_turn(conversation.tokens, items, taken, turn.first, turn.end)
        if not (conversation.tokens[code.first].norm[:1].isdigit() and _NO_CODE.fullmatch(code.text))
    )


def _may_hold_digits(text: str) -> bool:
    """Whether a turn has digits inside words, or a zero said as "oh"."""
    return any(map(str.isdigit, text)) or _ZERO.search(text) is not None


def grown(tokens: Sequence[Token], first: int, last: int, taken: frozenset[int]) -> tuple[int, int]:
    """Tokens [first, last] of a code with its letters around them, where one word between was misheard.

    Examples ("R for Robert") belong; beyond a word that is none, only letters do.
    """
    first, last = _reach(tokens, first, -1, taken), _reach(tokens, last, 1, taken)
    while last + 1 < len(tokens) and tokens[last + 1].segment == tokens[last].segment and _explains(tokens, last + 1):
        last += 1
    return first, last


def _reach(tokens: Sequence[Token], at: int, step: int, taken: frozenset[int]) -> int:
    furthest, place, odd = at, at + step, 0
    most = 2 if step > 0 else MOST_EXPLAINING
    while (
        0 <= place < len(tokens) and tokens[place].segment == tokens[at].segment and place not in taken and odd < most
    ):
        letter = _single_letter(tokens[place]) or tokens[place].norm in NATO or _capitals(tokens[place])
        if letter and odd and step < 0 and tokens[place].after and tokens[place + 1].norm not in _LINKS:
            break  # "RE: Order 88213"
        if letter or not odd and any(item.kind in _SPOKEN for item in items_of(tokens[place].norm)):
            furthest, odd = place, 0
        else:
            odd += not _explains(tokens, place)
        place += step
    return furthest


def _capitals(token: Token) -> bool:
    """ "TT" and "HM", where capitals mean something."""
    return token.cased and 1 < len(token.text) < 4 and token.text.isupper() and is_letters(token, beside=False)


def is_letter_group(token: Token) -> bool:
    """ "TT" and "HCW" by themselves; in text without capitals "hcw", three letters that are no word."""
    return _capitals(token) or not token.cased and len(token.text) == 3 and is_letters(token, beside=False)


def _explains(tokens: Sequence[Token], at: int) -> bool:
    """Whether a word tells which letter is meant: "as", "in" and "Robert" of "R as in Robert"."""
    for back in range(1, MOST_LINKS + 2):
        before = tokens[at - back] if at >= back else None
        if before is None or before.segment != tokens[at].segment:
            return False
        if _single_letter(before):
            return tokens[at].norm in _LINKS or tokens[at].norm.startswith(before.norm)
        if before.norm not in _LINKS:
            return False
    return False


def _in_turn(
    tokens: list[Token], items: Sequence[tuple[Item, ...]], taken: frozenset[int], first: int, end: int
) -> Iterator[Code]:
    start, last, text = first, first - 1, ""
    said: list[Item] = []
    at = first
    while at < end:
        part, after = _part(tokens, items, at) if at not in taken else ("", at)
        if part and _is_word_here(tokens, at, last, after):
            part = ""
        if not part and text and last == at - 1 and tokens[at].norm in ("oh", "o"):
            part, after = "0", at + 1
        if part:
            start = start if text or said else at
            said += items[at] if part == "#" else ()
            text = text if part == "#" else text + spell_out(said) + part
            said = said if part == "#" else []
            last, at = after - 1, after
        elif (text or said) and tokens[at].norm in _BETWEEN and at - last <= MOST_BETWEEN:
            at += 1
        else:
            if text or said:
                yield from _code(start, last, text + spell_out(said))
            text, said, at = "", [], max(at + 1, after)
    yield from _code(start, last, text + spell_out(said))


def _code(first: int, last: int, text: str) -> Iterator[Code]:
    mixed = any(map(str.isdigit, text)) and any(map(str.isalpha, text))
    if mixed and len(text) > 2:
        yield Code(first, last, text)


def _part(tokens: list[Token], items: Sequence[tuple[Item, ...]], at: int) -> tuple[str, int]:
    """What a token adds to a code, "#" for its number words, and the index after it; nothing for other words."""
    token = tokens[at]
    if items[at]:
        alone = token.norm == "one" and token.after == "." and not (at and items[at - 1])  # "the old one. X as in ..."
        if alone or any(item.kind not in _SPOKEN for item in items[at]):
            return "", at + 1
        letters = token.norm.replace("-", "")
        return (
            (letters, at + 1)
            if letters.isalnum() and any(map(str.isalpha, letters)) and _written(letters)
            else ("#", at + 1)
        )
    if _written(token.norm) and any(map(str.isalpha, token.norm)):
        return token.norm.replace("-", ""), at + 1
    letters, after = letters_at(tokens, at)
    if letters:
        return letters, after
    beside = any(items[i] and tokens[i].turn == token.turn for i in (at - 1, at + 1) if 0 <= i < len(tokens))
    if token.norm in ("oh", "o") and at + 1 < len(tokens) and _single_letter(tokens[at + 1]):
        return "0", at + 1
    return (token.norm, at + 1) if is_letters(token, beside) else ("", at + 1)


def _written(norm: str) -> bool:
    """Letters and digits in one word: "ts76lru", "4-xr"."""
    return any(map(str.isdigit, norm)) and norm.replace("-", "").isalnum()


def _single_letter(token: Token) -> bool:
    return len(token.norm) == 1 and token.norm.isascii() and token.norm.isalpha() and token.norm not in ("i", "a")


def is_letters(token: Token, beside: bool) -> bool:
    """Whether a word can be letters of a code: a few capitals, beside a number too, or a short word that is none."""
    if (
        not (token.text.isascii() and token.text.isalpha())
        or len(token.text) > 5
        or token.norm in FILLERS
        and not (beside and len(token.text) == 2 and token.text.isupper())
        or token.norm in _NO_CODES
        and not (beside and token.text in ("DR", "ST", "MS"))
    ):
        return False
    if token.text.isupper() and (token.cased or beside or len(token.text) == 1):
        return not (is_word(token.norm) and len(token.norm) > 3)
    if len(token.text) <= 2:
        return token.norm not in FUNCTION_WORDS
    heap = beside and _HEAP.search(token.norm) is not None  # "1 hgtz 9085"
    return (len(token.text) == 3 or heap) and not is_word(token.norm)


def _is_word_here(tokens: list[Token], at: int, last: int, after: int) -> bool:
    """ "I" and "a" are letters only where a letter or a digit follows, or the clause ends after other letters."""
    if tokens[at].norm not in ("i", "a") or after > at + 1:
        return False
    following = tokens[at + 1] if at + 1 < len(tokens) and tokens[at + 1].segment == tokens[at].segment else None
    if following is None or tokens[at].after == ".":
        return at - last > 1 or tokens[at].opens
    said = items_of(following.norm)
    if tokens[at].text == "A" and tokens[at].after and said:
        return False  # "Sure, A, 499"
    if at - last > 1 and said and said[0].kind is not Kind.UNIT and len(said[0].digits) <= 4:
        return True  # "a 2019 Honda", "a thirty minute ..."
    return not (_single_letter(following) or following.norm in NATO or bool(said) or _written(following.norm))


@lru_cache(maxsize=65536)
def is_locator(text: str) -> bool:
    """Whether a word can be a code of letters alone, as bookings have: "DBVHMZ"; in lower case a heap of consonants."""
    if not (LETTERS_OF_A_LOCATOR <= len(text) <= MOST_LETTERS and text.isascii() and text.isalpha()):
        return False
    spelt = text.isupper() or text.islower() and _HEAP.search(text) is not None
    return (
        spelt
        and not any(text.lower() in listed for listed in (first_names(), surnames(), towns(), NOT_PEOPLE))
        and not (is_word(text.lower()) or is_formed(text.lower()))
    )
