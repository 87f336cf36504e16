"""How the product's own recognizer of names reads a conversation: a spaCy document for each turn, its tokens tagged
with what the word lists say of them, so that a small model need not learn names by heart.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from spacy.attrs import NORM, SHAPE, SUFFIX
from spacy.tokens import Doc
from spacy.vocab import Vocab

from pca_pipeline.pii.lexicon import (
    FILLERS,
    FUNCTION_WORDS,
    NOT_PEOPLE,
    first_names,
    is_word,
    surnames,
    towns,
    word_set,
)
from pca_pipeline.pii.spoken import items_of
from pca_pipeline.pii.stream import Conversation, Token, Turn

LABELS = ("PERSON", "LOCATION", "ORGANIZATION")
REACH = 5  # words around one that the model sees: its convolutions reach three to either side, its state a little more
ASKED = 16  # words before a turn in which a question for a name is looked for


@dataclass(frozen=True, slots=True)
class Passage:
    """Tokens [first, end) of a conversation as a document; those before `own` belong to the turn before."""

    doc: Doc
    first: int
    own: int


def prepare(vocab: Vocab) -> None:
    """Make a vocabulary give words that no dictionary holds one common form, so that names stay interchangeable.

    Of a word's other features it works out only what the model reads, since it forgets the words after each call.
    """
    getters = vocab.lex_attr_getters  # type: ignore[attr-defined]
    vocab.lex_attr_getters = {NORM: _common_form, SUFFIX: getters[SUFFIX], SHAPE: getters[SHAPE]}  # type: ignore[attr-defined]


def passages(conversation: Conversation, vocab: Vocab, only_likely: bool = True) -> Iterator[Passage]:
    """The turns of a conversation; with `only_likely` those pieces alone that may hold a name."""
    for turn in conversation.turns:
        begin = max(0, turn.first - REACH)
        pieces = _likely_pieces(conversation, turn, begin) if only_likely else [(begin, turn.end)]
        for first, end in pieces:
            inside = conversation.tokens[first:end]
            doc = Doc(vocab, words=[t.text for t in inside], tags=[tag(t) for t in inside])
            yield Passage(doc, first, turn.first)


def _likely_pieces(conversation: Conversation, turn: Turn, begin: int) -> list[tuple[int, int]]:
    """What stands within reach of words that may be names, [first, end)."""
    asked = _asked(conversation, turn)
    pieces: list[tuple[int, int]] = []
    for at in range(turn.first, turn.end):
        if _may_be_name(conversation.tokens[at], asked):
            first, end = max(begin, at - REACH), min(turn.end, at + REACH + 1)
            if pieces and first <= pieces[-1][1]:
                first = pieces.pop()[0]
            pieces.append((first, end))
    return pieces


def tag(token: Token) -> str:
    """What the lists say of a word, what mark follows it, whether it opens a sentence, whether capitals mean anything."""
    return f"{kind(token.norm)}{token.after}{'^' if token.opens else ''}{'' if token.cased else '-'}"


@lru_cache(maxsize=65536)
def kind(norm: str) -> str:
    """The lists that hold a word: C closed class, N no person, F first name, S surname, T town, W dictionary word."""
    word = norm.removesuffix("'s").strip(".'")
    if items_of(norm):
        return "#"
    if word in FUNCTION_WORDS or word in FILLERS:
        return "C" + ("F" if word in first_names() else "")
    found = "".join(
        letter
        for letter, listed in (
            ("N", word in NOT_PEOPLE),
            ("F", word in first_names()),
            ("S", word in surnames()),
            ("T", word in towns()),
            ("W", is_word(word)),
        )
        if listed
    )
    return found or ("L" if len(word) == 1 else "U")


def _common_form(text: str) -> str:
    norm = text.lower()
    return norm if set(kind(norm)) & set("CNW") else "?"


def _asked(conversation: Conversation, turn: Turn) -> bool:
    """Whether the turn before ends like a question for a name."""
    before = conversation.tokens[max(0, turn.first - ASKED) : turn.first]
    return any(token.norm in _NAMING for token in before)


_NAMING = word_set("name names speaking speak who who's whom called spell surname from employer company town city live")


def _may_be_name(token: Token, asked: bool) -> bool:
    letters = kind(token.norm)
    if letters[0] in "C#L" or token.is_label:
        return False
    if "W" not in letters:
        return True
    listed = len(letters) > 1
    return (token.capital and (listed or not token.opens)) or listed and (asked or not token.cased)
