"""Personal identification numbers."""

from __future__ import annotations

from pca_pipeline.pii.conversation.asks import Ask
from pca_pipeline.pii.recognizers.secret import SecretRecognizer


class PinRecognizer(SecretRecognizer):
    """Four to six digits that were asked for or named."""

    entity = "PIN"
    asks = frozenset({Ask.PIN})
    lengths = (4, 5, 6)
    in_parts = True
