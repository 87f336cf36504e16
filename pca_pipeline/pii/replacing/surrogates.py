"""Made-up values of the same shape: drawn by a key, so that equal values are replaced by equal ones."""

from __future__ import annotations

import hmac
import string
from collections.abc import Callable, Iterable
from functools import cache
from itertools import count

from pca_pipeline.pii.forms.values import DATES, OF_WORDS, canonical
from pca_pipeline.pii.names.known import PART
from pca_pipeline.pii.words.lexicon import first_names, surnames

_DOMAIN = "example.com"  # belongs to nobody (RFC 2606)
_FIRST_YEAR, _YEARS = 1935, 70


def surrogate(entity: str, text: str, key: bytes, wholes: Iterable[str] = ()) -> str:
    """A made-up value, never the real one: letters for letters, digits for digits, names for names.

    It depends on the value alone and not on how it was said: what was said in words comes out in digits. Four digits
    and more of one of the `wholes`, the call's longer numbers, become the same part of what stands for that.
    """
    value = canonical(entity, text)
    if entity in OF_WORDS:
        return _cased_like(text, " ".join(_other(word, _made_up_word, key) for word in value.split(" ")))
    if entity == "EMAIL_ADDRESS" and "@" in value:
        return _other(value, lambda local, draw: _made_up(local.split("@")[0], draw) + "@" + _DOMAIN, key)
    if entity == "URL":
        return _other(value, lambda said, draw: _made_up("".join(filter(str.isalnum, said)), draw) + "." + _DOMAIN, key)
    whole = len(value) == 8 and value.isdigit()
    if entity in DATES and (whole or entity == "DATE"):
        made = _other(value, lambda _, draw: _made_up_date(draw)[: 8 if whole else 4], key)
        return "/".join(filter(None, (made[:2], made[2:4], made[4:])))
    return _shaped_like(text, value, _part(value, wholes, key) or _other(value, _made_up, key))


def _part(value: str, wholes: Iterable[str], key: bytes) -> str | None:
    """The digits in the value's place in the made-up whole; None if there is no whole, or they are the real ones."""
    whole = next((whole for whole in wholes if value in whole and value != whole), None)
    if whole is None or len(value) < PART or not value.isdigit():
        return None
    at = whole.rindex(value)  # of several places the last: it is mostly the end of a number that is asked for
    made = _other(whole, _made_up, key)[at : at + len(value)]
    return made if made != value else None


def _other(value: str, make: Callable[[str, bytes], str], key: bytes) -> str:
    """The first thing made that is not the value; each try draws other bytes, four and more for a character."""
    if not any(map(str.isalnum, value)):
        return "*" * len(value)
    for attempt in count():
        made = make(value, _draw(key, f"{attempt}:{value}", 8 + 4 * len(value)))
        if made != value:
            return made
    raise AssertionError("an endless count ended")


def _draw(key: bytes, seed: str, size: int) -> bytes:
    """Bytes that only the key's holder can foresee."""
    data = seed.encode(errors="surrogatepass")
    return b"".join(hmac.digest(key, number.to_bytes(4) + data, "sha256") for number in range(size // 32 + 1))


def _made_up(value: str, draw: bytes) -> str:
    """A digit for each digit, a letter for each letter; signs stay."""
    return "".join(_made_up_character(c, int.from_bytes(draw[4 * at : 4 * at + 4])) for at, c in enumerate(value))


def _made_up_character(character: str, drawn: int) -> str:
    if character.isdigit():
        return string.digits[drawn % 10]
    return string.ascii_lowercase[drawn % 26] if character.isalpha() else character


def _made_up_word(word: str, draw: bytes) -> str:
    """A first name for a first name, a surname for all other words."""
    if any(map(str.isdigit, word)):
        return _made_up(word, draw)
    names = _names(word in first_names())
    return names[int.from_bytes(draw[:8]) % len(names)]


@cache
def _names(first: bool) -> tuple[str, ...]:
    return tuple(sorted(first_names() if first else surnames()))


def _made_up_date(draw: bytes) -> str:
    """Month, day and year in eight digits: a day that every month has."""
    month, day, year = draw[0] % 12 + 1, draw[1] % 28 + 1, _FIRST_YEAR + draw[2] % _YEARS
    return f"{month:02}{day:02}{year}"


def _cased_like(text: str, made: str) -> str:
    if text.isupper() and len(text) > 1:
        return made.upper()
    return made.title() if any(map(str.isupper, text)) else made


def _shaped_like(text: str, value: str, made: str) -> str:
    """The made-up characters in the places of the text's, if it is written as its value is."""
    written = [c for c in text if c.isalnum()]
    if "".join(written).casefold() != value or len(written) != len(made):
        return made
    characters = iter(made)
    return "".join(_case(c, next(characters)) if c.isalnum() else c for c in text)


def _case(like: str, character: str) -> str:
    return character.upper() if like.isupper() else character
