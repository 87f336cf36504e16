"""Telephone numbers."""

from __future__ import annotations

import re

from pca_pipeline.pii.conversation.asks import Ask
from pca_pipeline.pii.conversation.reading import Reading
from pca_pipeline.pii.forms.business import is_toll_free
from pca_pipeline.pii.forms.numbers import Meaning, Run
from pca_pipeline.pii.recognizers.base import DigitsRecognizer, names_a_thing

SHORTEST_ABROAD = 9  # digits of a number with its country's code
# Ofcom's National Telephone Numbering Plan; 04 and 06 are free
_BRITISH = re.compile(r"0[1-357-9]\d{8,9}|0044\d{9,10}")


class PhoneNumberRecognizer(DigitsRecognizer):
    """Asked for, or ten digits, or dialled as in the UK; toll-free numbers belong to businesses."""

    entity = "PHONE_NUMBER"
    asks = frozenset({Ask.PHONE})
    lengths = (7, 10, 11)

    def asked_score(self, reading: Reading, run: Run) -> tuple[float, str]:
        """None for toll-free numbers and for years ("the phone that I bought in 2019"), whoever asks."""
        likely_business = run.meaning is not Meaning.UNKNOWN and len(run.digits) not in self.lengths
        if likely_business or is_toll_free(run.digits) and not _own_number(reading, run):
            return 0.0, ""
        return super().asked_score(reading, run)

    def _whole(self, reading: Reading, run: Run) -> tuple[int, int]:
        """With the "plus" of a country's code in front."""
        return (run.first - 1 if _behind_plus(reading, run) else run.first), run.last

    def bare_score(self, reading: Reading, run: Run) -> float:
        """Ten digits, eleven with a leading one or as in the UK, seven in groups of three and four."""
        digits = run.digits
        if is_toll_free(digits) or run.meaning is Meaning.BUSINESS or names_a_thing(reading, run):
            return 0.0
        text = reading.conversation.tokens[run.first].norm
        if text.startswith("+") and len(digits) >= SHORTEST_ABROAD or _behind_plus(reading, run):
            return 0.8
        if len(digits) == 10 or len(digits) == 11 and digits[0] == "1" or _BRITISH.fullmatch(digits):
            return 0.55
        return (
            0.5 if len(digits) == 7 and ([len(p) for p in text.split("-")] == [3, 4] or run.groups == (3, 4)) else 0.0
        )


def _behind_plus(reading: Reading, run: Run) -> bool:
    before = reading.token(run.first - 1, reading.conversation.tokens[run.first].turn)
    return before is not None and before.norm == "plus" and len(run.digits) >= SHORTEST_ABROAD


def _own_number(reading: Reading, run: Run) -> bool:
    """Whether a customer was asked for it, so that it is theirs whatever its prefix."""
    asked = any(e.ask is Ask.PHONE and e.close and not e.own for e in reading.expected(run))
    return asked and reading.conversation.turn_of(run.first).role == "customer"
