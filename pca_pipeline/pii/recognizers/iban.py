"""International bank account numbers, as they are written and as they are said."""

from __future__ import annotations

import re

from presidio_analyzer.predefined_recognizers import IbanRecognizer

from pca_pipeline.pii.conversation.asks import Ask
from pca_pipeline.pii.recognizers.base import DigitsRecognizer


class WrittenIbanRecognizer(IbanRecognizer):
    """Presidio's, by pattern and check digits."""

    COUNTRY_CODE = "eu"


class SpokenIbanRecognizer(DigitsRecognizer):
    """Asked for, or two letters, two digits and at least eleven more letters and digits."""

    COUNTRY_CODE = "eu"
    entity = "IBAN_CODE"
    asks = frozenset({Ask.IBAN})
    lengths = tuple(range(15, 35))
    with_letters = True
    shape = re.compile(r"[a-z]{2}\d{2}[a-z\d]{11,30}")
    shape_score = 0.8
