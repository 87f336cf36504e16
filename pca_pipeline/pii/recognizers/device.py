"""Serial numbers of devices."""

from __future__ import annotations

from pca_pipeline.pii.conversation.asks import Ask
from pca_pipeline.pii.conversation.reading import Reading
from pca_pipeline.pii.forms.numbers import Run
from pca_pipeline.pii.recognizers.base import DigitsRecognizer

IMEI = 15  # digits, the last of which is a check digit like a card's (3GPP TS 23.003)


class DeviceIdRecognizer(DigitsRecognizer):
    """Serial numbers, IMEI and SIM numbers that were asked for or named."""

    entity = "DEVICE_ID"
    asks = frozenset({Ask.DEVICE})
    lengths = tuple(range(8, 21))
    with_letters = True

    def asked_score(self, reading: Reading, run: Run) -> tuple[float, str]:
        """Surer than a check digit where as many digits as an IMEI has are called one."""
        score, why = super().asked_score(reading, run)
        expected = reading.expected(run)
        named = bool(score) and expected[0].ask is Ask.DEVICE and expected[0].close
        return (0.97 if named and IMEI in (len(run.digits), len(reading.chain(run).digits)) else score), why
