"""ZIP and postal codes."""

from __future__ import annotations

import re

from pca_pipeline.pii.conversation.asks import Ask
from pca_pipeline.pii.conversation.reading import Reading
from pca_pipeline.pii.forms.numbers import Run
from pca_pipeline.pii.recognizers.base import FAR, DigitsRecognizer
from pca_pipeline.pii.words.lexicon import STATE_CODES, STATES, TWO_WORD_STATES, word_set

_LINKS = word_set("now um uh and zip code postal is it's the")


class ZipCodeRecognizer(DigitsRecognizer):
    """Codes of any country that were asked for or named; of three signs, as half of a postcode is given: "L6H"."""

    entity = "ZIP_CODE"
    asks = frozenset({Ask.ZIP})
    lengths = (5, 6, 7, 9)
    shortest_code = 3
    with_letters = True

    def _whole(self, reading: Reading, run: Run) -> tuple[int, int]:
        """Letters belong to a postcode, and those before a ZIP code name a state."""
        code = reading.code_of(run)
        alone = code is None or code.text[-1:].isdigit() and code.text.lstrip("abcdefghijklmnopqrstuvwxyz").isdigit()
        return (run.first, run.last) if alone else super()._whole(reading, run)


class UsZipCodeRecognizer(ZipCodeRecognizer):
    """ZIP codes after a state or in the answer to the question for an address."""

    COUNTRY_CODE = "us"
    asks = frozenset()

    def bare_score(self, reading: Reading, run: Run) -> float:
        """Five or nine digits right after a state, or after words that answer the question for an address."""
        if len(run.digits) not in (5, 9):
            return 0.0
        if _behind_state(reading, run.first):
            return 0.85
        if run.first - 1 in reading.asking and reading.conversation.tokens[run.first - 1].norm == "in":
            return 0.85  # "I live in 68155"
        turn = reading.conversation.turn_of(run.first)
        behind_words = reading.conversation.content_between(turn.first, run.first) > 1
        address = reading.asked(run.first, run.last, Ask.ADDRESS, Ask.TOWN) if behind_words else None
        return 0.5 if address and not address.own and address.distance <= FAR else 0.0


class UkPostcodeRecognizer(ZipCodeRecognizer):
    """British postcodes, wherever they stand."""

    COUNTRY_CODE = "uk"
    asks = frozenset()
    shape = re.compile(r"[a-z]{1,2}\d[a-z\d]?\d[a-z]{2}")


class CaPostalCodeRecognizer(ZipCodeRecognizer):
    """Canadian postal codes, wherever they stand."""

    COUNTRY_CODE = "ca"
    asks = frozenset()
    shape = re.compile(r"(?:[a-z]{2})?[a-z]\d[a-z]\d[a-z]\d")  # the province in front may be said in letters


def _behind_state(reading: Reading, first: int) -> bool:
    turn = reading.conversation.tokens[first].turn
    at = first - 1
    while (token := reading.token(at, turn)) and token.norm in _LINKS:
        at -= 1
    before = reading.token(at - 1, turn)
    if token is None:
        return False
    two_words = before is not None and (before.norm, token.norm) in TWO_WORD_STATES
    return two_words or token.norm in STATES or token.cased and token.text in STATE_CODES
