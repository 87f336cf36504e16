"""Numbers of driver's licences and passports."""

from __future__ import annotations

from pca_pipeline.pii.conversation.asks import Ask
from pca_pipeline.pii.recognizers.base import DigitsRecognizer


class DocumentRecognizer(DigitsRecognizer):
    """Digits, with letters beside them, that were asked for or named."""

    entity = "ID_DOCUMENT"
    asks = frozenset({Ask.DOCUMENT})
    lengths = tuple(range(6, 15))
    with_letters = True
