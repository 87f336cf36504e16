"""E-mail addresses as they are said and spelled."""

from __future__ import annotations

from collections.abc import Iterable

from pca_pipeline.pii.lexicon import (
    FUNCTION_WORDS,
    clear_first_name,
    clear_surname,
    first_names,
    is_word,
    surnames,
    word_set,
)
from pca_pipeline.pii.questions import Ask
from pca_pipeline.pii.reading import Reading, Span
from pca_pipeline.pii.recognizers.base import ConversationRecognizer
from pca_pipeline.pii.stream import Token

_JOINTS = word_set("dot underscore dash hyphen period point minus plus . _ -")
_TOP = word_set("com net org edu gov co uk ca us io info biz me de fr mil au")
_HOSTS = word_set("gmail yahoo hotmail outlook icloud aol comcast msn verizon protonmail live")
_STOPS = FUNCTION_WORDS - {"dot", "dash", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "zero", "oh"} | {
    "email", "e-mail", "address", "send", "spelled", "write", "emailed", "mail", "think", "believe", "confirmation",
}  # fmt: skip
_LEADS = frozenset({"is", "it's", "its", "my", "at", "to", "email", "e-mail", "address", "that's", "so"})
LONGEST_LOCAL_PART = 24  # words, spelled letters included


class SpokenEmailRecognizer(ConversationRecognizer):
    """ "john dot smith at gmail dot com", "J-O-H-N 42 at yahoo.com"; parts of one when it was asked for."""

    entity = "EMAIL_ADDRESS"

    def find(self, reading: Reading) -> Iterable[Span]:
        """From the word "at" a domain forwards and a local part backwards."""
        tokens = reading.conversation.tokens
        for at, token in enumerate(tokens):
            if token.norm in ("at", "@"):
                last = _domain(reading, at)
                first = _local_part(reading, at) if last > at else at
                if first < at:
                    yield Span(first, last, 0.85, "spoken e-mail")
            elif _ends_domain(reading, at) and reading.asked(at, at, Ask.EMAIL):
                yield Span(_clause_start(reading, at), at, 0.6, "asked for: email, as heard")
            elif "@" in token.norm or at in reading.spelled or _handle(token.norm):
                asked = reading.asked(at, at, Ask.EMAIL)
                if asked and asked.distance <= 10 or "@" in token.norm:
                    yield Span(at, at, 0.8, "asked for: email")


def _handle(norm: str) -> bool:
    """A word that only an account name looks like: letters with digits, dots or underscores in it."""
    mixed = any(map(str.isalpha, norm)) and (any(map(str.isdigit, norm)) or "." in norm or "_" in norm)
    return mixed and len(norm) > 4


def _domain(reading: Reading, at: int) -> int:
    """The last token of a domain behind `at`; `at` itself if none is there."""
    tokens = reading.conversation.tokens
    turn = tokens[at].turn
    for last in range(at + 1, at + 6):
        token = reading.token(last, turn)
        if token is None:
            break
        if token.norm.rpartition(".")[2] in _TOP and "." in token.norm:
            return last
        top = reading.token(last + 2, turn)
        if last + 1 < len(tokens) and tokens[last + 1].norm in ("dot", ".", "point") and top and top.norm in _TOP:
            more = reading.token(last + 4, turn)
            return last + 4 if more and more.norm in _TOP and tokens[last + 3].norm == "dot" else last + 2
        if token.norm in FUNCTION_WORDS - {"i"}:
            break
    first = reading.token(at + 1, turn)
    return at + 1 if first and first.norm in _HOSTS else at


def _ends_domain(reading: Reading, at: int) -> bool:
    """Whether a domain ends here: "yahoo.com", ".com", "dot com"."""
    token = reading.conversation.tokens[at]
    before = reading.token(at - 1, token.turn)
    text = reading.conversation.text[max(0, token.start - 1) : token.end].lower()
    dotted = text.startswith(".") or "." in token.norm or bool(before and before.norm in ("dot", "point"))
    return dotted and token.norm.rpartition(".")[2] in _TOP


def _clause_start(reading: Reading, at: int) -> int:
    """Where the address can begin that ends here, its "at" misheard: behind "is", or with the sentence."""
    tokens = reading.conversation.tokens
    first = at
    while (
        at - first < LONGEST_LOCAL_PART
        and (token := reading.token(first - 1, tokens[at].turn))
        and (first == at or token.after != ".")  # "yahoo .com" ends no sentence
        and token.norm not in _LEADS
    ):
        first -= 1
    while first < at and tokens[first].norm in FUNCTION_WORDS:
        first += 1
    return first


def _local_part(reading: Reading, at: int) -> int:
    """The first token of the local part in front of `at`; `at` itself if none is there."""
    tokens, items = reading.conversation.tokens, reading.numbers.items
    asked = reading.asked(at, at, Ask.EMAIL) is not None
    first = at
    joined = True  # whether the next word back is sure to belong
    joint = False  # whether a dot or a dash stands behind it
    while first > 0 and at - first < LONGEST_LOCAL_PART and (token := reading.token(first - 1, tokens[at].turn)):
        if (
            token.norm in _JOINTS
            or token.norm in ("capital", "number", "underscore")
            and joined
            or items[first - 1]
            or first - 1 in reading.spelled
            or asked
            and len(token.norm) == 1
        ):
            joined = True
        elif _ends_before(token, joint, joined or _named(token, asked)):
            break
        else:
            joined = False
        joint = token.norm in _JOINTS
        first -= 1
    while first < at and tokens[first].norm in _JOINTS:
        first += 1
    return first


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
