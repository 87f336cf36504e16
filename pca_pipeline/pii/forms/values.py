"""One form for one value, however it was said or written: "four one double one", "4111" and "4-1-1-1" are "4111"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pca_pipeline.pii.entities import may_be_number
from pca_pipeline.pii.forms.numbers import FILLERS_IN_RUN
from pca_pipeline.pii.forms.spelling import find_spellings
from pca_pipeline.pii.words.lexicon import MONTHS, TITLES, word_set
from pca_pipeline.pii.words.number_words import Item, Kind, items_of, spell_out
from pca_pipeline.pii.words.stream import Conversation, Line, Token

OF_WORDS = word_set("PERSON STREET_ADDRESS LOCATION ORGANIZATION SECURITY_ANSWER")  # entities whose values are words
DATES = word_set("DATE_OF_BIRTH DATE")
_ADDRESSES = word_set("EMAIL_ADDRESS URL")
_HESITATIONS = word_set("um uh er erm ah hmm mm")
_SIGNS = {
    "at": "@",
    "dot": ".",
    "point": ".",
    "underscore": "_",
    "dash": "-",
    "hyphen": "-",
    "plus": "+",
    "slash": "",
    "colon": "",
    "forward": "",
}
_YEAR = r"((?:19|20)\d\d)"


def canonical(entity: str, text: str) -> str:
    """The form that all ways to say a value share; never empty for a text that is not."""
    tokens = Conversation([Line("customer", tuple(text.split(" ")))])
    if entity in DATES and (date := _date(tokens.tokens)):
        return date
    form = (" " if entity in OF_WORDS else "").join(_pieces(entity, tokens))
    return form or text.casefold()


def _pieces(entity: str, conversation: Conversation) -> Iterator[str]:
    """Words and numbers in order: spelled words whole, digits said one after the other together."""
    tokens = conversation.tokens
    spellings = {} if entity == "EMAIL_ADDRESS" and "@" in conversation.text else _spelled(conversation)
    silent = _HESITATIONS | (FILLERS_IN_RUN if may_be_number(entity) else TITLES if entity == "PERSON" else frozenset())
    number: list[Item] = []
    at = 0
    while at < len(tokens):
        items = () if at in spellings else items_of(tokens[at].norm)
        if items and items[0].kind is not Kind.CODE:
            number += items
        elif at in spellings or tokens[at].norm not in silent:
            yield from _spell_out(number)
            number = []
            yield from [spellings[at][0]] if at in spellings else _word(entity, tokens[at])
        at = spellings[at][1] + 1 if at in spellings else at + 1
    yield from _spell_out(number)


def _spelled(conversation: Conversation) -> dict[int, tuple[str, int]]:
    """Letters and last token of what is spelled, by first token."""
    return {spelling.first: (spelling.letters, spelling.last) for spelling in find_spellings(conversation)}


def _spell_out(number: Sequence[Item]) -> Iterator[str]:
    if number:
        yield spell_out(number)


def _word(entity: str, token: Token) -> Iterator[str]:
    if entity in _ADDRESSES:
        yield _SIGNS.get(token.norm, token.norm.casefold())
        return
    said = token.norm.removesuffix("'s").casefold().replace("'", "")
    yield from re.findall(r"[^\W_]+", said)


def _date(tokens: Sequence[Token]) -> str | None:
    """Month, day and year in two, two and four digits, the year if it was said; numerals alone are read as in the US."""
    months = [MONTHS[token.norm] for token in tokens if token.norm in MONTHS]
    digits = spell_out([item for token in tokens for item in items_of(token.norm)])
    if months and (found := re.fullmatch(rf"(\d\d?){_YEAR}?|{_YEAR}(\d\d?)", digits)):
        day, year = found[1] or found[4], found[2] or found[3] or ""
        return f"{months[0]:02}{int(day):02}{year}"
    if len(tokens) == 1 and (found := re.fullmatch(rf"(\d\d?)[/.-](\d\d?)[/.-]{_YEAR}", tokens[0].norm)):
        return f"{int(found[1]):02}{int(found[2]):02}{found[3]}"
    return None
