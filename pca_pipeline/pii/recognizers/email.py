"""E-mail addresses as they are said and spelled, and as they are misheard."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from pca_pipeline.pii.conversation.asks import Ask
from pca_pipeline.pii.conversation.domains import COMMON, DOTS, domain_end, ends_domain
from pca_pipeline.pii.conversation.questions import Expectation
from pca_pipeline.pii.conversation.reading import Reading, Span
from pca_pipeline.pii.conversation.signs import with_signs
from pca_pipeline.pii.forms.business import is_measure
from pca_pipeline.pii.recognizers.base import ConversationRecognizer
from pca_pipeline.pii.words.lexicon import (
    FUNCTION_WORDS,
    HOSTS,
    clear_first_name,
    clear_surname,
    first_names,
    is_word,
    surnames,
    word_set,
)
from pca_pipeline.pii.words.stream import Token

_JOINTS = word_set("dot underscore dash hyphen period point minus plus . _ -")
_SURE_JOINTS = word_set("underscore")  # said of nothing but addresses and names for signing in
_DASHES = word_set("dot dash hyphen")
_CLEAR_HOSTS = HOSTS - word_set("outlook live verizon rogers cox shaw")  # names of nothing else
_AT = word_set("at @")
_MISHEARD_AT = word_set("that and add hat et had ad it's")
_STOPS = FUNCTION_WORDS - {"dot", "dash", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "zero", "oh"} | {
    "email", "e-mail", "address", "send", "spelled", "write", "emailed", "mail", "think", "believe", "confirmation",
}  # fmt: skip
_INSIDE = word_set("of the and up for from on by n")  # "crew of five at gmail"
_MAILBOXES = word_set("hello hi info office contact")  # "hello at ..." of a small firm
_LEADS = frozenset({"is", "it's", "its", "my", "at", "to", "email", "e-mail", "address", "that's", "so"})
_MANNERS = word_set("capital number underscore all word words lowercase caps together")  # "all one word"
_FAMILIES = word_set(
    "s family house household clan crew gang boys girls bunch lady guy girl man mom mum dad nana kid boss queen king"
)
_ENDINGS = word_set("com net org edu")  # of domains, even if the dot before them was misheard
_TO_SIGN = word_set("and then the it's that's with")
DOMAIN = 3  # words: "me dot com"
SHORT = 2  # letters or digits of a local part that may be the rest of one
REACH = 10  # words of content between a question for an address and parts of it
LONGEST_LOCAL_PART = 24  # words, each spelling as one


class SpokenEmailRecognizer(ConversationRecognizer):
    """ "john dot smith at gmail dot com", "J-O-H-N 42 at yahoo.com"; parts of one when it was asked for."""

    entity = "EMAIL_ADDRESS"

    def find(self, reading: Reading) -> Iterable[Span]:
        """From the word "at" a domain forwards and a local part backwards."""
        for at, token in enumerate(reading.conversation.tokens):
            if not (_hints_at_address(token.norm) or at in reading.spelled):
                continue
            if token.norm in _SURE_JOINTS or token.norm in _DASHES and _asked(reading, at):
                yield from _joined(reading, at)
            elif token.norm in _AT:
                yield from _around(reading, at, "spoken e-mail")
            elif token.norm in _MISHEARD_AT:
                following = reading.token(at + 1, token.turn)
                if following and following.norm.partition(".")[0] in HOSTS:
                    yield from _around(reading, at, "spoken e-mail, its at misheard")
            elif token.norm.partition(".")[0] in _CLEAR_HOSTS and not _follows_at(reading, at):
                yield from _without_at(reading, at)
            elif "@" in token.norm:
                yield Span(_written_start(reading, at), at, 0.8, "an at sign")
            elif _ends_domain(reading, at) and reading.asked(at, at, Ask.EMAIL):
                first = _clause_start(reading, at)
                yield Span(first, at, 0.6, "asked for: email, as heard")
                if at - first < DOMAIN:
                    yield from _turn_before(reading, first)
            elif at in reading.spelled or _handle(token.norm):
                asked = reading.asked(at, at, Ask.EMAIL)
                if asked and asked.distance <= REACH and not _passed_on(reading, asked, at):
                    yield Span(at, at, 0.8, "asked for: email")


def _around(reading: Reading, at: int, why: str) -> Iterable[Span]:
    last = _domain(reading, at)
    end = _before_sign(reading, at, domain=last > at)
    cut_off = end - 1 in reading.spelled or reading.is_numeric(end - 1) and end - 1 not in reading.dated
    first = _local_part(reading, end) if last > at or cut_off and _asked(reading, at) else at
    if first < end:
        yield Span(first, last, 0.85, why)
    elif last > at and reading.conversation.tokens[at].norm in _AT:
        yield from _turn_before(reading, at, last)


def _before_sign(reading: Reading, at: int, domain: bool) -> int:
    """The index behind the local part: of "at", or of what leads to it in "... and then the at sign", "that's at yahoo"."""
    tokens = reading.conversation.tokens
    following = reading.token(at + 1, tokens[at].turn)
    if following and (following.norm == "sign" or domain):
        while at > 0 and tokens[at - 1].norm in _TO_SIGN:
            at -= 1
    return at


def _turn_before(reading: Reading, first: int, last: int | None = None) -> Iterable[Span]:
    """A local part that ends the speaker's turn before, where this one begins with the domain; and the domain."""
    conversation = reading.conversation
    turn = conversation.tokens[first].turn
    before = conversation.turns[turn - 2] if turn > 1 else None
    begins = conversation.content_between(conversation.turns[turn].first, first) == 0
    if before is None or before.speaker != conversation.speaker(first) or not begins:
        return
    local = _local_part(reading, before.end, turn - 2) if before.end > before.first else before.end
    if local < before.end:
        yield Span(local, before.end - 1, 0.7, "spoken e-mail over two turns")
    if last and (local < before.end or _asked(reading, first)):
        yield Span(first, last, 0.7, "spoken e-mail over two turns")


def _written_start(reading: Reading, at: int) -> int:
    """Where an address begins that recognition wrote the end of: "anna hyphen novak@icloud.com", "the novak s@msn.com"."""
    token = reading.conversation.tokens[at]
    name = token.norm.partition("@")[0]
    before = reading.token(at - 1, token.turn)
    if before is None or before.after == ".":
        return at
    piece = len(name) <= SHORT or name[:1].isdigit()
    return _local_part(reading, at) if piece or before.norm in _JOINTS or at - 1 in reading.spelled else at


def _joined(reading: Reading, at: int) -> Iterable[Span]:
    """The words around "underscore", or around a dot of an address whose domain is not said: "kate dot p at the same"."""
    turn = reading.conversation.tokens[at].turn
    before, behind = reading.token(at - 1, turn), reading.token(at + 1, turn)
    if before is None or behind is None or before.after == ".":
        return
    words = [token for token in (before, behind) if token.norm not in FUNCTION_WORDS]
    lettered = [place for place in (at - 1, at + 1) if not reading.is_numeric(place)]
    if len(words) == 2 and (lettered or reading.conversation.tokens[at].norm in _SURE_JOINTS):
        first, last = with_signs(reading, _local_part(reading, at + 1), at + 1)
        yield Span(first, last, 0.6, "joined words of an address")


def _without_at(reading: Reading, host: int) -> Iterable[Span]:
    """A provider with a local part before it and no "at": misheard, or dropped."""
    asked = _asked(reading, host)
    last = _domain(reading, host - 1)
    if last > host or asked:
        first = _clause_start(reading, host) if asked else _local_part(reading, host)
        if first < host:
            yield Span(first, last, 0.7, "spoken e-mail without at")


def _passed_on(reading: Reading, asked: Expectation, at: int) -> bool:
    """Whether nobody asks, or an address was said already since it was asked for."""
    tokens = reading.conversation.tokens
    if "@" in tokens[asked.at].text:
        return True
    said = any("@" in token.norm or token.norm.rpartition(".")[2] in COMMON for token in tokens[asked.at : at])
    return said and reading.conversation.speaker(at) == reading.conversation.speaker(asked.at)


def _asked(reading: Reading, at: int) -> bool:
    asked = reading.asked(at, at, Ask.EMAIL)
    return asked is not None and asked.distance <= LONGEST_LOCAL_PART


def _follows_at(reading: Reading, at: int) -> bool:
    before = reading.token(at - 1, reading.conversation.tokens[at].turn)
    return before is not None and (before.norm in _AT or before.norm in _MISHEARD_AT)


@lru_cache(maxsize=65536)
def _hints_at_address(norm: str) -> bool:
    """Whether a word may by itself be in an address or next to one; most are not, and need no closer look."""
    host, top = norm.partition(".")[0], norm.rpartition(".")[2]
    listed = (
        norm in _AT
        or norm in _MISHEARD_AT
        or norm in _SURE_JOINTS
        or norm in _DASHES
        or host in _CLEAR_HOSTS
        or top in COMMON
    )
    return listed or "@" in norm or _handle(norm)


def _handle(norm: str) -> bool:
    """A word that only an account name looks like: letters with digits, dots or underscores in it."""
    if len(norm) < 5 or norm.isalpha() or is_measure(norm):
        return False
    return any(map(str.isalpha, norm)) and (any(map(str.isdigit, norm)) or "." in norm or "_" in norm)


def _domain(reading: Reading, at: int) -> int:
    """The last token of a domain after `at`; `at` itself if none is there."""
    tokens = reading.conversation.tokens
    turn = tokens[max(at, 0)].turn
    following = reading.token(at + 1, turn)
    at += following is not None and following.norm in _AT  # said twice
    for last in range(at + 1, at + 6):
        token = reading.token(last, turn)
        if token is None:
            break
        if ends_domain(token.norm) and (token.norm.rpartition(".")[2] in COMMON or _asked(reading, at)):
            return last
        dot = reading.token(last + 1, turn)
        if dot and dot.norm in DOTS and (end := domain_end(reading, last + 1)):
            return end
        if token.norm in FUNCTION_WORDS and len(token.norm) > 1 and not _between_letters(reading, last):
            break
    first = reading.token(at + 1, turn)
    if first and first.norm.partition(".")[0] in HOSTS:
        return _rest_of_domain(reading, at + 1)
    dot = reading.token(at + 2, turn)
    if not (first and dot and dot.norm == "dot" and _asked(reading, at)):
        return at
    ending = reading.token(at + 3, turn)
    return at + 3 if ending and ending.norm not in FUNCTION_WORDS and ending.segment == dot.segment else at + 2


def _rest_of_domain(reading: Reading, host: int) -> int:
    """After a provider's name: "dot" whatever follows it, or an ending without its dot."""
    turn = reading.conversation.tokens[host].turn
    following, ending = reading.token(host + 1, turn), reading.token(host + 2, turn)
    if following and following.norm == "dot":
        return host + 1 + (ending is not None and not following.after)
    if following and following.norm in COMMON - {"me", "us", "co"}:
        return host + 1
    return host + 2 if ending and ending.norm in _ENDINGS else host  # "yahoo that com"


def _ends_domain(reading: Reading, at: int) -> bool:
    """Whether a domain ends here: "yahoo.com", ".com", "dot com"."""
    token = reading.conversation.tokens[at]
    if token.norm.rpartition(".")[2] not in COMMON:
        return False
    before = reading.token(at - 1, token.turn)
    text = reading.conversation.text[max(0, token.start - 1) : token.end].lower()
    return text.startswith(".") or "." in token.norm or bool(before and before.norm in ("dot", "point"))


def _clause_start(reading: Reading, at: int) -> int:
    """Where the address can begin that ends here, its "at" misheard: after "is", or with the sentence."""
    tokens = reading.conversation.tokens
    first = at
    while (
        at - first < LONGEST_LOCAL_PART
        and (token := reading.token(first - 1, tokens[at].turn))
        and token.segment == tokens[at].segment
        and (first == at or token.after != ".")  # "yahoo .com" ends no sentence
        and token.norm not in _LEADS
    ):
        first -= 1
    while first < at and tokens[first].norm in FUNCTION_WORDS and not reading.is_numeric(first):
        if tokens[first + 1].norm == "dot":
            break  # "me dot com"
        first += 1
    return first


def _between_letters(reading: Reading, at: int) -> bool:
    """The "and" of "a t and t"."""
    turn = reading.conversation.tokens[at].turn
    sides = (reading.token(at - 1, turn), reading.token(at + 1, turn))
    return reading.conversation.tokens[at].norm == "and" and all(side and len(side.norm) == 1 for side in sides)


def _local_part(reading: Reading, at: int, turn: int | None = None) -> int:
    """The first token of the local part in front of `at`, in its turn or in `turn`; `at` itself if none is there."""
    tokens = reading.conversation.tokens
    turn = tokens[at].turn if turn is None else turn
    following = reading.token(at + 1, turn)
    provider = "@" in tokens[min(at, len(tokens) - 1)].norm or (
        following is not None and following.norm.partition(".")[0] in HOSTS
    )
    near = _asked(reading, max(at - 1, 0))
    asked = provider or reading.asked(max(at - 1, 0), max(at - 1, 0), Ask.EMAIL) is not None
    first = at - 1 if near and _is_mailbox(reading, at - 1) else at
    joined = True  # whether the next word back is sure to belong
    joint = False  # whether a dot or a dash comes after it
    words = 0
    while first > 0 and words < LONGEST_LOCAL_PART and (token := reading.token(first - 1, turn)):
        if _sure_part(reading, first - 1, asked, near) or token.norm in _MANNERS and joined:
            joined = True
        elif _ends_before(token, joint, joined or near or _named(token, asked)):
            break
        else:
            joined = False
        joint = token.norm in _JOINTS
        spelling = reading.spelled.get(first - 1)
        first = spelling.first if spelling else first - 1
        words += 1
    while first < at and tokens[first].norm in _JOINTS:
        first += 1
    return first - _article(reading, first, at)


def _sure_part(reading: Reading, at: int, asked: bool, near: bool) -> bool:
    """A joint, a digit or a letter; or a small word amid others, where an address was just asked for."""
    token = reading.conversation.tokens[at]
    if token.norm in _JOINTS or reading.numbers.items[at] or at in reading.spelled or asked and len(token.norm) == 1:
        return True
    amid = token.norm in _INSIDE and not token.after and _goes_on_before(reading, at)
    return amid and (near or asked and token.norm == "and" and _joins_names(reading, at))


def _joins_names(reading: Reading, at: int) -> bool:
    """Whether a word has what may be names on both sides: "tyler and rosa twenty two at"."""
    turn = reading.conversation.tokens[at].turn
    return all(
        token and _named(token, asked=True) for token in (reading.token(at - 1, turn), reading.token(at + 1, turn))
    )


def _article(reading: Reading, first: int, at: int) -> int:
    """How many words in front belong to the local part [first, at): of "the novak s" and "the lucky lady"."""
    tokens = reading.conversation.tokens
    named = {token.norm.partition("@")[0] for token in tokens[first : at + 1]}
    family = not named.isdisjoint(_FAMILIES)
    for count in (1, 2):
        before = reading.token(first - count, tokens[min(first, len(tokens) - 1)].turn)
        if before is None or before.after:
            return 0
        if before.norm == "the":
            return count if family or count == 1 and at - first > 1 else 0
    return 0


def _is_mailbox(reading: Reading, at: int) -> bool:
    before = reading.token(at, reading.conversation.tokens[at + 1].turn)
    return before is not None and not before.after and before.norm in _MAILBOXES


def _goes_on_before(reading: Reading, at: int) -> bool:
    """Whether the word before a small one can still be a part of an address."""
    before = reading.token(at - 1, reading.conversation.tokens[at].turn)
    return before is not None and not before.after and before.norm not in _STOPS and before.norm not in _LEADS


def _named(token: Token, asked: bool) -> bool:
    """A word that people put in front of another in an address: a name, or none of the dictionary."""
    listed = token.norm in surnames() or token.norm in first_names()
    strange = not is_word(token.norm) or len(token.norm) == 1 and token.norm not in "ai"
    return strange or asked and listed or clear_surname(token.norm) or clear_first_name(token.norm)


def _ends_before(token: Token, joint: bool, sure: bool) -> bool:
    """Whether a word in front of "at" or of a joint is no part of the address any more."""
    if token.after == ".":
        return True
    return token.norm in _LEADS if joint else token.norm in _STOPS or not sure
