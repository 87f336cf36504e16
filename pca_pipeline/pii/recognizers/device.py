"""Serial numbers of devices."""

from __future__ import annotations

from pca_pipeline.pii.questions import Ask
from pca_pipeline.pii.recognizers.base import DigitsRecognizer


class DeviceIdRecognizer(DigitsRecognizer):
    """Serial numbers, IMEI and SIM numbers that were asked for or named."""

    entity = "DEVICE_ID"
    asks = frozenset({Ask.DEVICE})
    lengths = tuple(range(8, 21))
    with_letters = True
