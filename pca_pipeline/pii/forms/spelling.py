"""Words spelled letter by letter: "S-M-I-T-H", "s m i t h", "S as in Sam", "sierra mike", "double l"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from pca_pipeline.pii.words.lexicon import FUNCTION_WORDS, word_set
from pca_pipeline.pii.words.number_words import items_of
from pca_pipeline.pii.words.stream import Conversation, Token

NATO = {
    word: word[0]
    for word in """alpha bravo charlie delta echo foxtrot golf hotel india juliet juliett kilo lima mike november oscar
    papa quebec romeo sierra tango uniform victor whiskey whisky yankee zulu alfa xray x-ray""".split()
}
_HYPHENATED = re.compile(r"[a-z](?:[-.][a-z])+(?:-(?:double|triple|treble))?")  # "F-R-double" before "9-double"
_FILLERS = frozenset({"um", "uh", "then", "and", "capital", "dash", "hyphen", "lowercase", "uppercase", "okay"})
_LINKS = word_set("as is in for like")  # between a letter and its example
MOST_LINKS = 3
MOST_FILLERS = 2  # between two letters
MOST_MISHEARD = 4  # words that recognition makes of a letter and its example
SURELY_SPELLED = 5  # letters around a word that can only be a misheard letter
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
    """All sequences of at least two letters within a turn, and single letters with an example."""
    tokens = conversation.tokens
    found: list[Spelling] = []
    at = 0
    while at < len(tokens):
        spelling = _from(tokens, at) if says_letters(tokens[at].norm) else None
        if spelling:
            found.append(spelling)
        at = spelling.last + 1 if spelling else at + 1
    return tuple(found)


def _from(tokens: list[Token], first: int) -> Spelling | None:
    letters, at, last, words, explained = "", first, first - 1, 0, 0
    while at < len(tokens) and tokens[at].turn == tokens[first].turn:
        said, after = letters_at(tokens, at)
        if not said or letters and tokens[at].norm in ("i", "a") and _opens_clause(tokens, last, at):
            break  # "... and I was"
        words += tokens[at].norm in NATO
        explained += _is_explained(tokens, at)
        letters, last = letters + said, after - 1
        at = _next_letter(tokens, after, len(letters), explained)
    several = len(letters) > 1 and letters not in ("am", "pm") and (words < len(letters) or len(letters) > 2)
    if not (several or _stands_alone(tokens, first)) or not _meant(tokens, first, last):
        return None
    sure = explained > 0 or len(letters) >= SURELY_SPELLED - 1
    return Spelling(_front(tokens, first), _back(tokens, last), letters) if sure else Spelling(first, last, letters)


def _next_letter(tokens: list[Token], at: int, letters: int, explained: int) -> int:
    """Where a spelling goes on, behind what recognition may have made of a letter or an example; the end if it does not."""
    for place in range(at, min(len(tokens), at + MOST_MISHEARD + 1)):
        if letters_at(tokens, place)[0]:
            between = [token.norm for token in tokens[at:place]]
            fillers = len(between) <= MOST_FILLERS and _FILLERS.issuperset(between)
            return place if fillers or _misheard(tokens, at, place, letters, explained) else len(tokens)
        if items_of(tokens[place].norm) or tokens[place].segment != tokens[at - 1].segment:
            break
    return len(tokens)


def _misheard(tokens: list[Token], at: int, place: int, letters: int, explained: int) -> bool:
    """Whether tokens [at, place) between two letters can be a letter or an example, by how the others are said."""
    if tokens[at - 1].after == "." or tokens[at].norm in ("or", "not"):
        return False
    if _is_explained(tokens, place):
        return explained > 0 or letters > 1 or tokens[at].norm in _LINKS
    behind = _letters_in_a_row(tokens, place)
    return place == at + 1 and letters + behind >= SURELY_SPELLED and behind > 1 and (letters > 1 or explained > 0)


def _letters_in_a_row(tokens: list[Token], at: int) -> int:
    end = at
    while end < len(tokens) and tokens[end].segment == tokens[at].segment and len(tokens[end].norm) == 1:
        end += 1
    return end - at


def _is_explained(tokens: list[Token], at: int) -> bool:
    """Whether a letter has its example: "S as in Sam"."""
    return len(tokens[at].norm) == 1 and letters_at(tokens, at)[1] > at + 1


def _stands_alone(tokens: list[Token], at: int) -> bool:
    """Whether a single letter surely has an example: not "I like ice", nor "plan b is a better"."""
    if not _is_explained(tokens, at) or len(tokens) < at + 3:
        return False
    letter, link, example = (token.norm for token in tokens[at : at + 3])
    return (link, example) == ("as", "in") or letter not in "ai" and link in ("for", "like") and example[0] == letter


def _front(tokens: list[Token], first: int) -> int:
    """The first token with the example in front whose letter was lost: "have as in Victor, E as in Echo"."""
    example = first if tokens[first].norm in NATO else first - 1
    before = [token.norm for token in tokens[max(0, example - 3) : max(0, example)] if token.turn == tokens[first].turn]
    return example - len(before) if before[-2:] == ["as", "in"] else first


def _back(tokens: list[Token], last: int) -> int:
    """The last token with an example that does not fit its letter: "N for girl", "and as in igloo"."""
    following = [token.norm for token in tokens[last + 1 : last + 6] if token.turn == tokens[last].turn]
    for lost in (0, 1):
        if following[lost : lost + 2] == ["as", "in"] and len(following) > lost + 2:
            again = following[lost + 2 : lost + 3] == following[lost + 3 : lost + 4]
            return last + lost + 3 + again
    alone = len(tokens[last].norm) == 1 and following[:1] in (["for"], ["like"])
    return last + 2 if alone and len(following) > 1 and following[1] not in FUNCTION_WORDS else last


def _opens_clause(tokens: list[Token], last: int, at: int) -> bool:
    """Whether "I" or "a" begins something new after a spelling."""
    apart = at - last > 1 or tokens[at].opens or tokens[at].segment != tokens[last].segment
    return apart and not _is_explained(tokens, at)


def _meant(tokens: list[Token], first: int, last: int) -> bool:
    """Whether single letters are spelled out and not the words "I" and "a"."""
    return last > first or len(tokens[first].norm) > 1


def letters_at(tokens: list[Token], at: int) -> tuple[str, int]:
    """The letters that a token and those after it say, and the index after them."""
    norm = tokens[at].norm
    if not says_letters(norm):
        return "", at
    if norm == "o" and any(items_of(token.norm) for token in tokens[max(0, at - 1) : at + 2] if token.norm != "o"):
        return "", at  # a zero
    if len(norm) == 1 and norm.isalpha():
        return norm, _after_example(tokens, at, norm)
    if _HYPHENATED.fullmatch(norm) and norm not in ("a.m", "p.m", "e-mail"):
        return "".join(part for part in re.split("[-.]", norm) if len(part) == 1), at + 1
    if norm in NATO:
        return NATO[norm], at + 1
    if norm == "fox":  # "fox trot"
        split = at + 1 < len(tokens) and tokens[at + 1].norm == "trot"
        return ("f", at + 2) if split else ("", at)
    if norm == "double" and at + 1 < len(tokens) and len(tokens[at + 1].norm) == 1 and tokens[at + 1].norm.isalpha():
        return tokens[at + 1].norm * 2, at + 2
    return "", at


@lru_cache(maxsize=65536)
def says_letters(norm: str) -> bool:
    """Whether a word may say letters, by itself."""
    single = len(norm) == 1 and norm.isalpha()
    return single or norm in NATO or norm in ("double", "fox") or _HYPHENATED.fullmatch(norm) is not None


def _after_example(tokens: list[Token], at: int, letter: str) -> int:
    """The index after "S as in Sam", "S for Sam", "S like Sam", "S Sam", and after what is misheard of one."""
    following = [token.norm for token in tokens[at + 1 : at + 6] if token.turn == tokens[at].turn]
    if letter == "x" and following[:1] == ["ray"]:
        return at + 2
    for link in (["as", "in"], ["is", "in"], ["for"], ["like"], ["as"]):
        count = len(link)
        example = following[count] if following[:count] == link and len(following) > count else ""
        if example.startswith(letter) or example in NATO:
            again = following[count + 1 : count + 2] in ([example], ["ray"])  # "x as in x ray"
            return at + count + 2 + again
    return at + 1 if letter in "ia" else _after_blurred(following, at, letter)


def _after_blurred(following: list[str], at: int, letter: str) -> int:
    """The index after "S as in in Sam", "S just in Sam", where one word of the link was heard right."""
    for count in range(1, min(MOST_LINKS, len(following) - 1) + 1):
        example = following[count]
        if len(example) > 1 and example.startswith(letter) and not _LINKS.isdisjoint(following[:count]):
            return at + count + 2
    return at + 1
