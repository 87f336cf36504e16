"""Payment card numbers, whole or in part."""

from __future__ import annotations

from pca_pipeline.pii.conversation.asks import Ask
from pca_pipeline.pii.conversation.reading import Reading
from pca_pipeline.pii.forms.numbers import Meaning, Run
from pca_pipeline.pii.recognizers.base import DigitsRecognizer

CARD_LENGTHS = range(13, 20)
PASSES = 0.95  # score of digits whose check digit fits
# American Express 3, Visa 4, Mastercard 2 and 5, Maestro and Discover 6, UATP 1 (ISO/IEC 7812)
FIRST_DIGITS = "123456"


class CardRecognizer(DigitsRecognizer):
    """Card numbers: asked for, or 13 to 19 digits. The Luhn check raises the score and clears nothing."""

    entity = "CREDIT_CARD"
    asks = frozenset({Ask.CARD})
    lengths = (4, 13, 14, 15, 16, 19)

    def bare_score(self, reading: Reading, run: Run) -> float:
        """A long run, or a part of a long chain."""
        digits = reading.chain(run).digits
        if len(digits) not in CARD_LENGTHS or run.meaning is Meaning.BUSINESS:
            return 0.0
        return PASSES if passes_luhn(digits) else 0.6 if digits[0] in FIRST_DIGITS else 0.4


def passes_luhn(digits: str) -> bool:
    """The check digit of ISO/IEC 7812."""
    doubled = [int(digit) * 2 for digit in digits[-2::-2]]
    total = sum(map(int, digits[::-2])) + sum(digit - 9 if digit > 9 else digit for digit in doubled)
    return total % 10 == 0
