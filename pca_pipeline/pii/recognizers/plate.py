"""Licence plates."""

from __future__ import annotations

import re

from pca_pipeline.pii.conversation.asks import Ask
from pca_pipeline.pii.recognizers.base import DigitsRecognizer


class PlateRecognizer(DigitsRecognizer):
    """Letters and digits that were asked for or named as a plate."""

    entity = "LICENSE_PLATE"
    asks = frozenset({Ask.PLATE})
    lengths = (3, 4)
    least = 2
    with_letters = True
    shape = re.compile(r"[a-z]{2}\d{2}[a-z]{3}")  # Great Britain since 2001
    shape_score = 0.45
