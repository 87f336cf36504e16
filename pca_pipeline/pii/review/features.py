"""What the network reads of each token: its form, who says it, its number, what was asked for, and what was claimed.

Names and digits are hidden from it: a word that no dictionary holds is one unknown word with its ending and its shape,
a number word is a kind of number word. So it learns how people speak of what is personal, and no values by heart.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from zlib import crc32

import numpy as np
import numpy.typing as npt

from pca_pipeline.pii.claims import Claim
from pca_pipeline.pii.conversation.reading import Reading
from pca_pipeline.pii.words.lexicon import (
    FILLERS,
    FUNCTION_WORDS,
    NOT_PEOPLE,
    THINGS,
    first_names,
    is_word,
    surnames,
    towns,
)
from pca_pipeline.pii.words.number_words import Kind, items_of
from pca_pipeline.pii.words.stream import Token

Rows = npt.NDArray[np.int32]

# Each feature has its own rows of the one table of embeddings; row 0 of each is "nothing".
SIZES = {
    "word": 8192,
    "end": 2048,
    "beginning": 2048,
    "shape": 512,
    "lists": 256,
    "speaker": 8,
    "claim": 64,
    "score": 32,
    "digits": 32,
    "chain": 32,
    "meaning": 4,
    "asked": 64,
    "again": 16,
}
OFFSETS = dict(zip(SIZES, np.cumsum([0, *SIZES.values()])[:-1].tolist(), strict=True))
TABLE = sum(SIZES.values())
_COLUMN = {name: at for at, name in enumerate(SIZES)}  # those of a word's form come first
_ROLES = {"agent": 0, "customer": 1, "machine": 2}
# In the order that the networks learnt; what comes new is nothing to them until they are trained again, with it at the end.
_ENTITIES = """ACCOUNT_NUMBER AGE CARD_EXPIRY CA_SIN CREDIT_CARD CVV DATE_OF_BIRTH DEVICE_ID EMAIL_ADDRESS IBAN_CODE
    ID_DOCUMENT IP_ADDRESS LICENSE_PLATE LOCATION MAC_ADDRESS NUMBER ORGANIZATION PASSWORD PERSON PHONE_NUMBER PIN
    ROUTING_NUMBER SECURITY_ANSWER STREET_ADDRESS UK_NHS UK_NINO USERNAME US_SSN VEHICLE_ID ZIP_CODE""".split()
_ASKS = """card cvv expiry pin ssn phone routing sin nino nhs iban vehicle device town account document plate birth age zip
    address delivery email name spell password passcode username security suffix number here amount when reading""".split()
_ENTITY = {name: at for at, name in enumerate(_ENTITIES, start=1)}
_ASK = {name: at for at, name in enumerate(_ASKS, start=1)}
_WORDS_OF_NUMBERS = (Kind.UNIT, Kind.TEEN, Kind.TENS)  # whose value says nothing
_KEPT = frozenset({"one", "oh", "o"})  # that are other words, too
_ORDINARY = frozenset("CNW")
_LONGEST = 20  # digits that are told apart
_SCORE_STEPS = 10


def features(reading: Reading, claims: Sequence[Claim]) -> Rows:
    """A conversation's rows of the table, (tokens, features)."""
    tokens = reading.conversation.tokens
    rows = np.zeros((len(tokens), len(SIZES)), np.int32)
    if not tokens:
        return rows
    rows[:, : _COLUMN["speaker"]] = [_of_word(t.text, t.norm, t.after, t.opens, t.cased) for t in tokens]
    for at in reading.groups:
        digits, token = "".join(filter(str.isdigit, tokens[at].text)), tokens[at]
        rows[at, : _COLUMN["speaker"]] = _of_word(digits, digits, token.after, token.opens, token.cased)
    rows[:, _COLUMN["speaker"]] = _speakers(reading)
    rows[:, _COLUMN["again"]] = _repeats(tokens)
    _add_claims(claims, rows)
    _add_numbers(reading, rows)
    return rows + np.array(list(OFFSETS.values()), np.int32)


@lru_cache(maxsize=65536)
def _of_word(text: str, norm: str, after: str, opens: bool, cased: bool) -> tuple[int, int, int, int, int]:
    """Rows of a word's form, of the lists that hold it, and of its place in the sentence. A label is a label."""
    if norm.startswith("<"):
        text, norm = "<>", "<>"  # what else is in it, a token for one, is made up
    word = _common(norm)
    plain = norm.removesuffix("'s")
    return (
        _row(word, "word"),
        _row(plain[-3:], "end") if word == "?" else 0,
        _row(plain[:3], "beginning") if word == "?" else 0,
        _row(_shape(text), "shape"),
        _row(f"{lists(norm)}{after}{'^' if opens else ''}{'' if cased else '-'}", "lists"),
    )


@lru_cache(maxsize=65536)
def lists(norm: str) -> str:
    """The lists that hold a word: C closed class, B brand or other thing, N no person, F first name, S surname, T town,
    W dictionary word; # a number, L a letter, U none of them.
    """
    word = norm.removesuffix("'s").strip(".'")
    if items_of(norm):
        return "#"
    if word in FUNCTION_WORDS or word in FILLERS:
        return "C" + ("F" if word in first_names() else "")
    found = "".join(
        letter
        for letter, listed in (
            ("B", word in THINGS),
            ("N", word in NOT_PEOPLE and word not in THINGS),
            ("F", word in first_names()),
            ("S", word in surnames()),
            ("T", word in towns()),
            ("W", is_word(word)),
        )
        if listed
    )
    return found or ("L" if len(word) == 1 else "U")


@lru_cache(maxsize=65536)
def _ordinary(norm: str) -> bool:
    """Whether a word says what it means, and is nobody's name alone."""
    return not _ORDINARY.isdisjoint(lists(norm))


def _row(text: str, feature: str) -> int:
    return 1 + crc32(text.encode()) % (SIZES[feature] - 1)


def _common(norm: str) -> str:
    """A word as the network sees it."""
    items = items_of(norm)
    if items and norm not in _KEPT:
        spoken = items[0].kind in _WORDS_OF_NUMBERS and norm.replace("-", "").isalpha()
        return f"#{items[0].kind.name}" if spoken or any(map(str.isdigit, norm)) else norm
    return norm if _ordinary(norm) or len(norm) == 1 else "?"


def _shape(text: str) -> str:
    """Letters as x and X, runs of them cut at four; digits as d, each of them counted up to twelve."""
    shape = ""
    for letter in text:
        sign = "d" if letter.isdigit() else "X" if letter.isupper() else "x" if letter.isalpha() else letter
        if not shape.endswith(sign * (12 if sign == "d" else 4)):
            shape += sign
    return shape


def _speakers(reading: Reading) -> list[int]:
    rows = []
    for turn in reading.conversation.turns:
        role = 1 + 2 * _ROLES[turn.role]
        rows += [role + (at == turn.first) for at in range(turn.first, turn.end)]
    return rows


def _add_claims(claims: Sequence[Claim], rows: Rows) -> None:
    """What was claimed, how surely, and where a claim begins."""
    for claim in claims:
        inside = slice(claim.first, claim.last + 1)
        rows[inside, _COLUMN["claim"]] = _ENTITY.get(claim.entity, 0)
        rows[inside, _COLUMN["score"]] = 1 + min(_SCORE_STEPS, int(claim.score * _SCORE_STEPS))
        rows[claim.first, _COLUMN["score"]] += _SCORE_STEPS + 2


def _add_numbers(reading: Reading, rows: Rows) -> None:
    """How many digits a number has, with its chain over turns, whether it may be business, and what was asked for."""
    for run in reading.numbers.runs:
        inside = slice(run.first, run.last + 1)
        expected = reading.expected(run)
        rows[inside, _COLUMN["digits"]] = 1 + min(_LONGEST, len(run.digits))
        rows[inside, _COLUMN["chain"]] = 1 + min(_LONGEST, len(reading.chain(run).digits))
        rows[inside, _COLUMN["meaning"]] = 1 + run.meaning
        rows[inside, _COLUMN["asked"]] = _ASK.get(expected[0].ask, 0) if expected else 0


def _repeats(tokens: Sequence[Token]) -> list[int]:
    """How often a word without a meaning of its own, or a number, is said in the conversation, and by how many."""
    turns: dict[str, list[int]] = {}  # in which each of these is said
    strange = [(at, token) for at, token in enumerate(tokens) if not _ordinary(token.norm)]
    for _, token in strange:
        turns.setdefault(token.norm, []).append(token.turn)
    rows = [0] * len(tokens)
    for at, token in strange:
        said = turns[token.norm]
        rows[at] = min(3, len(said)) * 3 + min(3, len(set(said)))
    return rows
