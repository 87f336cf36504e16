"""Signs in passwords and user names by their names: "exclamation point", "dollar sign", "underscore"."""

from __future__ import annotations

from pca_pipeline.pii.conversation.reading import Reading
from pca_pipeline.pii.words.lexicon import word_set

_NAMES = {  # first words of names of two
    "exclamation": word_set("point mark sign"),
    "question": word_set("mark"),
    "dollar": word_set("sign"),
    "percent": word_set("sign"),
    "hash": word_set("sign tag mark key"),
    "pound": word_set("sign key"),
    "star": word_set("sign key"),
    "plus": word_set("sign"),
    "equals": word_set("sign"),
    "equal": word_set("sign"),
    "at": word_set("sign"),
    "forward": word_set("slash"),
    "back": word_set("slash"),
    "full": word_set("stop"),
}
_SECOND = frozenset().union(*_NAMES.values())
_SINGLE = word_set("""exclamation asterisk hashtag hash ampersand bang pound star tilde caret slash backslash period
    percent plus equals""")
_CLEAR = word_set("exclamation question dollar percent hash asterisk hashtag ampersand tilde")
JOINTS = word_set("underscore dash hyphen dot")
_MANNERS = word_set("capital capitals uppercase lowercase upper lower case cap caps")
_BEFORE_MANNERS = word_set("with in a an all")


def sign_end(reading: Reading, at: int) -> int:
    """The index after the name of a sign that begins at a token; `at` itself where none does."""
    tokens = reading.conversation.tokens
    if at >= len(tokens):
        return at
    following = reading.token(at + 1, tokens[at].turn)
    if following and following.norm in _NAMES.get(tokens[at].norm, ()):
        return at + 2
    return at + 1 if tokens[at].norm in _SINGLE else at


def is_clear(reading: Reading, at: int) -> bool:
    """Whether a sign is named here that is said of little but passwords: "dollar sign" and not "star"."""
    norm = reading.conversation.tokens[at].norm
    return norm in _CLEAR and (norm not in _NAMES or sign_end(reading, at) == at + 2)


def is_sign(word: str) -> bool:
    """Whether a word belongs to the name of a sign, or tells how letters are written: "capital"."""
    return word in _MANNERS or word in _SINGLE or word in _NAMES or word in _SECOND


def is_counted(reading: Reading, at: int) -> bool:
    """Whether a number counts something, as in "three times"; "seventy one pound" may end a password."""
    end = at
    while end < len(reading.numbers.items) and reading.numbers.items[end]:
        end += 1
    return at in reading.numbers.measured and sign_end(reading, end) == end


def with_signs(reading: Reading, first: int, last: int) -> tuple[int, int]:
    """Tokens [first, last] of a value with the signs around it, what they join to it, and "capital" before it."""
    tokens = reading.conversation.tokens
    end = max(last + 1, sign_end(reading, last))
    while tokens[end - 1].after != "." and (further := _further(reading, end)) > end:
        end = further
    while (before := reading.token(first - 1, tokens[last].turn)) and before.after != ".":
        joins = tokens[first].norm in JOINTS and not before.after
        if not (joins or before.norm in _MANNERS or before.norm in JOINTS):
            break
        first -= 1
    return first, end - 1


def _further(reading: Reading, at: int) -> int:
    """The index after a sign, a digit or a letter at a token, or after "dash" with its word; `at` where none is there."""
    token = reading.token(at, reading.conversation.tokens[at - 1].turn)
    end = sign_end(reading, at)
    if token is None or end > at:
        return end if token else at
    if token.norm in JOINTS and not token.after and reading.token(at + 1, token.turn):
        return at + 2
    if (manner := _manner_end(reading, at)) > at:
        return manner
    belongs = at in reading.spelled or reading.numbers.items[at] and not is_counted(reading, at)
    return at + 1 if belongs else at


def _manner_end(reading: Reading, at: int) -> int:
    """The index after "with a capital L", "all lowercase" or "in caps" at a token; `at` itself where none is there."""
    turn, end = reading.conversation.tokens[at].turn, at
    while (token := reading.token(end, turn)) and token.norm in _BEFORE_MANNERS:
        end += 1
    start = end
    while (token := reading.token(end, turn)) and token.norm in _MANNERS:
        end += 1
    if end == start:
        return at
    letter = reading.token(end, turn)
    return end + (letter is not None and len(letter.norm) == 1 and letter.norm.isalpha())
