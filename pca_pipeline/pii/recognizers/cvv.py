"""Security codes of cards."""

from __future__ import annotations

from pca_pipeline.pii.questions import Ask
from pca_pipeline.pii.recognizers.base import DigitsRecognizer


class CvvRecognizer(DigitsRecognizer):
    """Three or four digits that only the question gives away."""

    entity = "CVV"
    asks = frozenset({Ask.CVV})
    lengths = (3, 4)
    least = 2
