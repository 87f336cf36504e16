"""Numbers of banks: routing and transit numbers, sort codes, BIC."""

from __future__ import annotations

from pca_pipeline.pii.conversation.asks import Ask
from pca_pipeline.pii.recognizers.base import DigitsRecognizer


class RoutingNumberRecognizer(DigitsRecognizer):
    """Digits, with the letters of a BIC, that were asked for or named."""

    entity = "ROUTING_NUMBER"
    asks = frozenset({Ask.ROUTING})
    lengths = (6, 8, 9)
    with_letters = True
