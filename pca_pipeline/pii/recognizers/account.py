"""Account, policy, claim, member, case and other reference numbers."""

from __future__ import annotations

import re

from pca_pipeline.pii.conversation.asks import Ask
from pca_pipeline.pii.conversation.reading import Reading
from pca_pipeline.pii.forms.numbers import Meaning, Run
from pca_pipeline.pii.recognizers.base import DigitsRecognizer, names_a_thing
from pca_pipeline.pii.words.number_words import Kind

LEAST_WRITTEN = 5  # digits in a word of letters and digits; products and errors have fewer


class AccountNumberRecognizer(DigitsRecognizer):
    """Asked for or named; or a word of letters and digits, as references are written."""

    entity = "ACCOUNT_NUMBER"
    asks = frozenset({Ask.ACCOUNT})
    lengths = tuple(range(5, 18))
    with_letters = True
    of_firms = True
    shape = re.compile(r"(?=(?:.*\d){5})(?=.*[a-z])[a-z\d]{7,}|(?=(?:.*\d){4})(?=(?:.*[a-z]){3})[a-z\d]{8,}")
    shape_score = 0.42

    def bare_score(self, reading: Reading, run: Run) -> float:
        """Letters and digits in one word, or more digits than a business number has."""
        if run.meaning is not Meaning.UNKNOWN or names_a_thing(reading, run):
            return 0.0
        written = any(item.kind is Kind.CODE and len(item.digits) > 2 for item in run.items)
        if written and len(run.digits) >= LEAST_WRITTEN:
            return 0.45
        return 0.42 if len(run.digits) >= 7 else 0.0
