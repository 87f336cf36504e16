"""Social security numbers, whole or the last four digits."""

from __future__ import annotations

from pca_pipeline.pii.conversation.asks import Ask
from pca_pipeline.pii.conversation.reading import Reading
from pca_pipeline.pii.forms.numbers import Run
from pca_pipeline.pii.recognizers.base import DigitsRecognizer


class SsnRecognizer(DigitsRecognizer):
    """Asked for, or nine digits in groups of three, two and four."""

    COUNTRY_CODE = "us"
    entity = "US_SSN"
    asks = frozenset({Ask.SSN})
    lengths = (4, 9)

    def bare_score(self, reading: Reading, run: Run) -> float:
        """Nine digits grouped as no other number is."""
        text = reading.conversation.tokens[run.first].norm
        dashed = run.first == run.last and [len(part) for part in text.split("-")] == [3, 2, 4]
        return 0.7 if len(run.digits) == 9 and (dashed or run.groups == (3, 2, 4)) else 0.0
