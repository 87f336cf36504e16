"""Identification numbers of vehicles."""

from __future__ import annotations

import re

from pca_pipeline.pii.conversation.asks import Ask
from pca_pipeline.pii.recognizers.base import DigitsRecognizer


class VehicleIdRecognizer(DigitsRecognizer):
    """Asked for or named, or the 17 letters and digits of ISO 3779."""

    entity = "VEHICLE_ID"
    asks = frozenset({Ask.VEHICLE})
    lengths = (17,)
    with_letters = True
    shape = re.compile(r"(?=.*\d.*\d)(?=.*[a-z].*[a-z])[a-hj-npr-z\d]{17}")
