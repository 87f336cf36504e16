"""Names that a word of kinship gives away, though they may be words: "faith my daughter", "kids are called summer and hunter".

So are those that a marriage gave or took: "she was a Calloway before we married".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pca_pipeline.pii.conversation.asks import Ask
from pca_pipeline.pii.conversation.reading import Reading, Span
from pca_pipeline.pii.names.shapes import TOWARDS, VERBS, base, is_unlisted, stands_as_name
from pca_pipeline.pii.words.lexicon import (
    FUNCTION_WORDS,
    MONTHS,
    NOT_PEOPLE,
    clear_surname,
    first_names,
    is_word,
    surnames,
    word_set,
)
from pca_pipeline.pii.words.misspelling import is_slip
from pca_pipeline.pii.words.stream import Phrase

SCORE = 0.75
_ONE = (
    r"(?:step)?(?:wife|husband|son|daughter|mother|father|mom|mum|mummy|dad|brother|sister|partner|spouse|fiancee?|nan|gran|grandma"
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
_THAT = r" (?:that|s?he|who)'?s| (?:that|s?he|who) is"
_BEFORE = re.compile(
    rf"(?<![\w'])(?P<names>{_NAME})(?P<link> is|'s|{_THAT})? (?:{_OWNER} (?:\w+ )?{_ONE}|the one who)(?![\w'])"
)
_BEHIND = re.compile(
    rf"(?<![\w'])(?P<owner>{_OWNER}|your) (?:\w+ )?(?:{_ONE}|friend|mate|buddy|boss)(?: in law)?(?: too)? (?P<name>{_NAME})(?![\w'])"
)
_MARRIED = re.compile(
    r"(?<![\w'])(?:(?:i|s?he) (?:was|used to be|am|is)|i'?m|s?he's|shes) (?P<one>an? )?(?P<name>[a-z']+)"
    r" (?:before|until|till|now|when|then|by birth)(?P<rest>(?: [a-z']+){0,5})"
)
_WEDDING = re.compile(r"\b(?:marr(?:y|ied)|marriage|wed(?:ding)?|divorced?)\b")
_CALLED = re.compile(
    rf"(?<![\w'])(?:{_SOME}{_ARE}|{_ONE}(?: is|'s)|s?he'?s) (?:called|named) (?:{_LIST}|(?P<name>{_NAME}))(?![\w'])"
)
_APPOSED = re.compile(rf"(?<![\w'])(?:(?:{_OWNER} {_SOME})|(?:{_SOME}{_ARE})) {_LIST}(?![\w'])")
_VERBS = word_set(
    "hope bill mark chase grant sue pat drop rob drew trust love miss wish need want tell ask think guess pray will may can"
)
_SELDOM = word_set("case cash chance early less page price")  # meant as names, where the kin's "'s" may be lost
_PEOPLES = ("an", "er", "ist", "ite")  # ends of words for people of a place or a faith: "she's a Texan now"
_LEADS = word_set("and with for so but plus yes yeah no well oh")  # in front of a name that opens no clause
MOST_NAMES = 4


def kin(reading: Reading) -> Iterator[Span]:
    """Names in front of a word of kinship, behind it, in a row, after "called", and those given up in a marriage."""
    for at in range(len(reading.conversation.turns)):
        phrase = reading.conversation.phrase(at)
        for find in (_in_front, _behind, _married):
            yield from (Span(name, name, SCORE, "kinship") for name in find(reading, phrase))
        for pattern in (_CALLED, _APPOSED):
            for match in pattern.finditer(phrase.text):
                group = "names" if match["names"] else "name"
                yield from _row(reading, phrase.token(match.start(group)), phrase.token(match.end(group) - 1))


def _in_front(reading: Reading, phrase: Phrase) -> Iterator[int]:
    """ "Faith my daughter", "hope is my wife", "I asked Florence, that's my mother-in-law"."""
    for match in _BEFORE.finditer(phrase.text):
        at = phrase.token(match.start("names"))
        presented = match["link"] not in (None, " is", "'s")
        token = reading.conversation.tokens[at]
        known = _is_name(reading, at) or match["link"] and base(token) in VERBS or presented and is_unlisted(token)
        if known and _in_apposition(reading, at, match["link"], presented):
            yield at


def _behind(reading: Reading, phrase: Phrase) -> Iterator[int]:
    """ "My nephew, Minh, has ...", "my sister may is with me": nobody's kin "may is", and a capital is no word there."""
    tokens = reading.conversation.tokens
    for match in _BEHIND.finditer(phrase.text):
        at, owner = phrase.token(match.start("name")), phrase.token(match.start("owner"))
        lead = reading.token(owner - 1, tokens[at].turn)
        listed = _is_name(reading, at) or tokens[at].norm in VERBS
        named = listed and (tokens[at].capital or stands_as_name(reading, at, lead)) or is_unlisted(tokens[at])
        if named and tokens[at - 1].after != ".":
            yield at


def _married(reading: Reading, phrase: Phrase) -> Iterator[int]:
    """ "I was Calloway before", "she's a Fontenot now": surnames; a word that is one where they speak of the wedding."""
    for match in _MARRIED.finditer(phrase.text):
        at = phrase.token(match.start("name"))
        token = reading.conversation.tokens[at]
        said, wedding = base(token), _WEDDING.search(match["rest"]) is not None
        sure = wedding or reading.asked(at, at, Ask.NAME) or match["one"] and not said.endswith(_PEOPLES)
        listed = clear_surname(said) or wedding and said in surnames() and said not in NOT_PEOPLE
        unlisted = sure and is_unlisted(token) and not is_slip(said)
        if (listed or unlisted) and token.capital == token.cased:
            yield at


def _is_name(reading: Reading, at: int) -> bool:
    said = base(reading.conversation.tokens[at])
    return said in first_names() and said not in FUNCTION_WORDS and said not in _SELDOM


def _in_apposition(reading: Reading, first: int, link: str | None, presented: bool) -> bool:
    """Whether a word opens its clause, and is no verb of which the kin is the object: "hope my son gets it".

    Who is `presented` ("that's my ...") may also be whom something was said or given to.
    """
    tokens = reading.conversation.tokens
    before = reading.token(first - 1, tokens[first].turn)
    opens = before is None or bool(before.after) or before.norm in _LEADS
    towards = presented and before is not None and before.norm in TOWARDS and tokens[first].norm not in MONTHS
    return (opens or towards) and (tokens[first].norm not in _VERBS or bool(link) or bool(tokens[first].after))


def _row(reading: Reading, first: int, last: int) -> Iterator[Span]:
    """The names of "summer, reed and hunter": all of them are listed, or none counts."""
    tokens = reading.conversation.tokens
    said = [at for at in range(first, last + 1) if tokens[at].norm != "and"]
    known = [at for at in said if _is_name(reading, at) or not is_word(tokens[at].norm)]
    if len(known) == len(said) <= MOST_NAMES:
        yield from (Span(at, at, SCORE, "kinship") for at in said)
