"""Names that a word of kinship gives away, though they may be words: "faith my daughter", "kids are called summer and hunter"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pca_pipeline.pii.lexicon import FUNCTION_WORDS, first_names, is_word, word_set
from pca_pipeline.pii.reading import Reading, Span

SCORE = 0.75
_ONE = (
    r"(?:wife|husband|son|daughter|mother|father|mom|mum|mummy|dad|brother|sister|partner|spouse|fiancee?|nan|gran|grandma"
    r"|grandpa|grandad|grandson|granddaughter|niece|nephew|cousin|uncle|aunt|auntie|neighbou?r|eldest|youngest|oldest"
    r"|kid|child|baby|boy|girl|little one|girlfriend|boyfriend|flatmate|roommate|carer)"
)
_SOME = (
    r"(?:kids|children|sons|daughters|boys|girls|twins|little ones|brothers|sisters|grandkids|grandchildren|parents)"
)
_OWNER = r"(?:my|our|his|her|their)"
_NAME = r"[a-z]+"
_ARE = r"(?: are|'re| were)"
_LIST = rf"(?P<names>{_NAME}(?: {_NAME})*? and {_NAME})"
_BEFORE = re.compile(rf"(?<![\w'])(?P<names>{_NAME}) (?P<link>is )?{_OWNER} {_ONE}(?![\w'])")
_CALLED = re.compile(
    rf"(?<![\w'])(?:{_SOME}{_ARE}|{_ONE}(?: is|'s)|s?he'?s) (?:called|named) (?:{_LIST}|(?P<name>{_NAME}))(?![\w'])"
)
_APPOSED = re.compile(rf"(?<![\w'])(?:(?:{_OWNER} {_SOME})|(?:{_SOME}{_ARE})) {_LIST}(?![\w'])")
_VERBS = word_set(
    "hope bill mark chase grant sue pat drop rob drew trust love miss wish need want tell ask think guess pray will may can"
)
_LEADS = word_set("and with for so but plus yes yeah no")  # in front of a name that opens no clause
MOST_NAMES = 4


def kin(reading: Reading) -> Iterator[Span]:
    """Listed first names in front of a word of kinship, after it in a row, and after "called"."""
    for at in range(len(reading.conversation.turns)):
        phrase = reading.conversation.phrase(at)
        for match in _BEFORE.finditer(phrase.text):
            first = phrase.token(match.start("names"))
            if _is_name(reading, first) and _in_apposition(reading, first, match["link"]):
                yield Span(first, first, SCORE, "kinship")
        for pattern in (_CALLED, _APPOSED):
            for match in pattern.finditer(phrase.text):
                group = "names" if match["names"] else "name"
                yield from _row(reading, phrase.token(match.start(group)), phrase.token(match.end(group) - 1))


def _is_name(reading: Reading, at: int) -> bool:
    said = reading.conversation.tokens[at].norm
    return said in first_names() and said not in FUNCTION_WORDS


def _in_apposition(reading: Reading, first: int, link: str | None) -> bool:
    """Whether a word opens its clause, and is no verb of which the kin is the object: "hope my son gets it"."""
    tokens = reading.conversation.tokens
    before = reading.token(first - 1, tokens[first].turn)
    opens = before is None or bool(before.after) or before.norm in _LEADS
    return opens and (tokens[first].norm not in _VERBS or bool(link) or bool(tokens[first].after))


def _row(reading: Reading, first: int, last: int) -> Iterator[Span]:
    """The names of "summer, reed and hunter": all of them are listed, or none counts."""
    tokens = reading.conversation.tokens
    said = [at for at in range(first, last + 1) if tokens[at].norm != "and"]
    known = [at for at in said if _is_name(reading, at) or not is_word(tokens[at].norm)]
    if len(known) == len(said) <= MOST_NAMES:
        yield from (Span(at, at, SCORE, "kinship") for at in said)
