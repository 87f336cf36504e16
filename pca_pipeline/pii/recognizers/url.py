"""Web addresses, as they are written and as they are said."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from pca_pipeline.pii.conversation.domains import COMMON, domain_end, top_domains
from pca_pipeline.pii.conversation.reading import Reading, Span
from pca_pipeline.pii.recognizers.base import ConversationRecognizer
from pca_pipeline.pii.words.lexicon import FILLERS, FUNCTION_WORDS, HOSTS, is_word, word_set
from pca_pipeline.pii.words.stream import Token

_HOST = r"(?:[^\W_](?:[\w-]*[^\W_])?\.)*(?P<name>[^\W_](?:[\w-]*[^\W_])?)\.(?P<top>[a-z]{2,24})(?![\w@-])"
_WRITTEN = re.compile(
    rf"(?:https?|ftp)://[^\s<>\"']+|(?<![\w@.+-])www\d?\.[^\s<>\"',;]+"
    rf"|(?<![\w@.+/-]){_HOST}(?P<path>:\d+|(?::\d+)?/[^\s<>\"']*)?",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"\b(?:h ?t ?t ?p ?s?(?: colon)?(?: (?:double|forward)? ?slash){0,2} ?)?"
    r"(?:w w w|www|triple w|dub dub dub|(?:double u ){2}double u)\b|\bh ?t ?t ?p ?s?\b"
)
_NAMED = re.compile(
    r"\b(?:web ?sites?|web ?pages?|home ?page|site|blog|url|domain|web address)(?:'s)?(?: name| address)?,? "
    r"(?:is called |is |it's |was |called |would be |just )"
)
_JOINTS = word_set("dot dash hyphen underscore slash")
_STOPS = (FUNCTION_WORDS - word_set("one two three four five six seven eight nine ten zero")) | word_set("""visit check
    website websites site sites webpage online through using use try open type link links click page find book order browse see
    search searched address url blog's it's colon""")
_NO_HOSTS = word_set("polka red blue green")  # "a polka dot shop"
SHORT = 2  # letters of a country's domain, of which many are words
MOST_WORDS = 4  # of a domain between two joints, if nothing tells where it begins
REACH = 14  # tokens from "www", or from "my web site is", to the last dot of the domain


class WebAddressRecognizer(ConversationRecognizer):
    """ "https://jane.example/gallery", "janemiller.com", "w w w dot my blog dot com slash about dash us"."""

    entity = "URL"

    def find(self, reading: Reading) -> Iterable[Span]:
        """Written addresses with what is said after them, and domains that are said."""
        yield from _written(reading)
        starts = [*_starts(reading, _OPENING, last=False), *_starts(reading, _NAMED, last=True)]
        for at, token in enumerate(reading.conversation.tokens):
            if token.norm == "dot" and (end := domain_end(reading, at)):
                last = _with_path(reading, end)
                first = _host(reading, at, starts)
                if first < at and _meant(reading, at, first, said_more=last > end or first in starts):
                    yield Span(first, last, 0.8, "said")


def _written(reading: Reading) -> Iterator[Span]:
    conversation = reading.conversation
    for match in _WRITTEN.finditer(conversation.text):
        if match["top"] and not match["path"] and not _is_domain(match["name"].lower(), match["top"].lower()):
            continue
        tokens = conversation.tokens_at(*match.span())
        if tokens:
            yield Span(_with_words_before(reading, tokens[0]), _with_path(reading, tokens[-1]), 0.8, "written")


def _is_domain(name: str, top: str) -> bool:
    """Whether letters after a dot end a domain; "ready.now" and "no.me" lack a space."""
    if top in COMMON and len(top) > SHORT:
        return True
    listed = top in COMMON or top in top_domains() and len(top) > SHORT
    return listed and not (is_word(name) and is_word(top))


def _with_words_before(reading: Reading, first: int) -> int:
    """ "Jane Miller Photography.com": recognition writes the first words of a domain apart."""
    tokens = reading.conversation.tokens
    while (before := reading.token(first - 1, tokens[first].turn)) and _belongs(before, tokens[first]):
        first -= 1
    return first


def _belongs(token: Token, following: Token) -> bool:
    named = token.capital and not token.opens and following.capital
    return named and not token.after and token.norm not in _STOPS


def _starts(reading: Reading, pattern: re.Pattern[str], last: bool) -> Iterator[int]:
    """Where an address begins: with what a pattern matches, or after it."""
    for at, turn in enumerate(reading.conversation.turns):
        phrase = reading.conversation.phrase(at)
        for match in pattern.finditer(phrase.text + " "):
            first = phrase.token(match.end() - 2) + 1 if last else phrase.token(match.start())
            if first < turn.end:
                yield first


def _host(reading: Reading, dot: int, starts: Iterable[int]) -> int:
    """The first token of the domain that has its last dot here; the dot itself if there is none."""
    tokens = reading.conversation.tokens
    told = [at for at in starts if dot - REACH <= at < dot and tokens[at].turn == tokens[dot].turn]
    told = [at for at in told if not any(token.after == "." for token in tokens[at:dot])]
    if told:
        return min(told)
    first, words = dot, 0
    while (token := reading.token(first - 1, tokens[dot].turn)) and not token.after and words < MOST_WORDS:
        joined = token.norm in _JOINTS or len(token.norm) == 1 or first - 1 in reading.spelled
        if not joined and not _STOPS.isdisjoint((token.norm, token.norm.removesuffix("'s"))):
            break
        words = 0 if joined else words + 1
        first -= 1
    while first < dot and tokens[first].norm in _JOINTS:
        first += 1
    return first


def _meant(reading: Reading, dot: int, first: int, said_more: bool) -> bool:
    """Whether an address is said, and not "a polka dot shop" or the end of an e-mail address."""
    tokens = reading.conversation.tokens
    top, host = tokens[dot + 1].norm, tokens[dot - 1].norm
    if said_more:
        return True
    listed = top in COMMON or (len(top) > SHORT or not is_word(top)) and top not in FUNCTION_WORDS
    return listed and host not in _NO_HOSTS and not (first == dot - 1 and host in HOSTS)


def _with_path(reading: Reading, last: int) -> int:
    """The last token of "slash gallery", "forward slash about dash us" after a domain; `last` itself without one."""
    turn = reading.conversation.tokens[last].turn
    while True:
        following = [reading.token(last + step, turn) for step in (1, 2, 3)]
        said = [token.norm if token else "" for token in following]
        skipped = said[0] in ("forward", "back")
        joint, value = said[skipped : skipped + 2]
        if not value or joint not in _JOINTS:
            return last
        last = _part_end(reading, last + 2 + skipped)


def _part_end(reading: Reading, first: int) -> int:
    """The last token of a part of a path: of a few words, of letters that are spelled, or of digits."""
    tokens = reading.conversation.tokens
    at, words = first, 1
    while (token := reading.token(at + 1, tokens[at].turn)) and not tokens[at].after and token.norm not in _JOINTS:
        spelled = at + 1 in reading.spelled or len(token.norm) == 1 or bool(reading.numbers.items[at + 1])
        words += not spelled
        if not spelled and (token.norm in _STOPS or token.norm in FILLERS) or words > MOST_WORDS:
            break
        at += 1
    return at
