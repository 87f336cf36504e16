"""Words spelled letter by letter: "S-M-I-T-H", "s m i t h", "S as in Sam", "sierra mike", "double l"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from pca_pipeline.pii.lexicon import word_set
from pca_pipeline.pii.spoken import items_of
from pca_pipeline.pii.stream import Conversation, Token

NATO = {
    word: word[0]
    for word in """alpha bravo charlie delta echo foxtrot golf hotel india juliet juliett kilo lima mike november oscar
    papa quebec romeo sierra tango uniform victor whiskey whisky yankee zulu alfa xray x-ray""".split()
}
_HYPHENATED = re.compile(r"[a-z](?:[-.][a-z])+")
_FILLERS = frozenset({"um", "uh", "then", "and", "capital", "dash", "hyphen", "lowercase", "uppercase", "okay"})
_ACRONYMS = word_set("ivr atm usa ssn pin cvv cvc dob faq irs ira hsa fsa sms url pdf tv id vip ceo usps ups dmv")


@dataclass(frozen=True, slots=True, repr=False)
class Spelling:
    """Letters said one by one: tokens [first, last]."""

    first: int
    last: int
    letters: str

    @property
    def is_word(self) -> bool:
        """At least three letters that are no well-known abbreviation."""
        return len(self.letters) > 2 and self.letters not in _ACRONYMS


def find_spellings(conversation: Conversation) -> tuple[Spelling, ...]:
    """All sequences of at least two letters within a turn."""
    tokens = conversation.tokens
    found: list[Spelling] = []
    at = 0
    while at < len(tokens):
        spelling = _from(tokens, at) if _says_letters(tokens[at].norm) else None
        if spelling:
            found.append(spelling)
        at = spelling.last + 1 if spelling else at + 1
    return tuple(found)


def _from(tokens: list[Token], first: int) -> Spelling | None:
    letters, at, last, words = "", first, first - 1, 0
    while at < len(tokens) and tokens[at].turn == tokens[first].turn:
        said, after = letters_at(tokens, at)
        if said and letters and tokens[at].norm in ("i", "a") and _opens_clause(tokens, last, at):
            break  # "... and I was"
        if said:
            words += tokens[at].norm in NATO
            letters, last, at = letters + said, after - 1, after
        elif letters and at - last <= 2 and (tokens[at].norm in _FILLERS or len(letters) > 2 and _misheard(tokens, at)):
            at += 1
        else:
            break
    enough = len(letters) > 1 and letters not in ("am", "pm") and (words < len(letters) or len(letters) > 2)
    return Spelling(first, last, letters) if enough and _meant(tokens, first, last) else None


def _misheard(tokens: list[Token], at: int) -> bool:
    """A word that recognition made of a letter and its example: another letter with its example follows at once."""
    following = [token.norm for token in tokens[at + 1 : at + 5] if token.segment == tokens[at].segment]
    single = [place for place, norm in enumerate(following[:2]) if len(norm) == 1 and norm.isalpha()]
    return any(following[place + 1 : place + 2] in (["as"], ["for"], ["like"]) for place in single)


def _opens_clause(tokens: list[Token], last: int, at: int) -> bool:
    """Whether "I" or "a" begins something new after a spelling."""
    return at - last > 1 or tokens[at].opens or tokens[at].segment != tokens[last].segment


def _meant(tokens: list[Token], first: int, last: int) -> bool:
    """Whether single letters are spelled out and not the words "I" and "a"."""
    return last > first or len(tokens[first].norm) > 1


def letters_at(tokens: list[Token], at: int) -> tuple[str, int]:
    """The letters that a token and those after it say, and the index after them."""
    norm = tokens[at].norm
    if not _says_letters(norm):
        return "", at
    if norm == "o" and any(items_of(token.norm) for token in tokens[max(0, at - 1) : at + 2] if token.norm != "o"):
        return "", at  # a zero
    if len(norm) == 1 and norm.isalpha():
        return norm, _after_example(tokens, at, norm)
    if _HYPHENATED.fullmatch(norm) and norm not in ("a.m", "p.m", "e-mail"):
        return norm.replace("-", "").replace(".", ""), at + 1
    if norm in NATO:
        return NATO[norm], at + 1
    if norm == "double" and at + 1 < len(tokens) and len(tokens[at + 1].norm) == 1 and tokens[at + 1].norm.isalpha():
        return tokens[at + 1].norm * 2, at + 2
    return "", at


@lru_cache(maxsize=65536)
def _says_letters(norm: str) -> bool:
    single = len(norm) == 1 and norm.isalpha()
    return single or norm in NATO or norm == "double" or _HYPHENATED.fullmatch(norm) is not None


def _after_example(tokens: list[Token], at: int, letter: str) -> int:
    """The index after "S as in Sam", "S for Sam", "S like Sam", "S Sam"."""
    following = [token.norm for token in tokens[at + 1 : at + 4]]
    if letter == "x" and following[:1] == ["ray"]:
        return at + 2
    for link in (["as", "in"], ["is", "in"], ["for"], ["like"], ["as"]):
        count = len(link)
        if following[:count] == link and len(following) > count and following[count].startswith(letter):
            return at + count + 2
    return at + 1
