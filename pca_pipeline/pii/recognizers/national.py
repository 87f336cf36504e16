"""Numbers that a state gives to people outside the United States: Canada's SIN, the UK's NINO and NHS number."""

from __future__ import annotations

import re

from pca_pipeline.pii.conversation.asks import Ask
from pca_pipeline.pii.recognizers.base import DigitsRecognizer


class SocialInsuranceRecognizer(DigitsRecognizer):
    """Canadian social insurance numbers that were asked for or named."""

    COUNTRY_CODE = "ca"
    entity = "CA_SIN"
    asks = frozenset({Ask.SIN})
    lengths = (9,)


class NationalInsuranceRecognizer(DigitsRecognizer):
    """UK national insurance numbers: asked for, or two letters, six digits and a letter from A to D."""

    COUNTRY_CODE = "uk"
    entity = "UK_NINO"
    asks = frozenset({Ask.NINO})
    lengths = (9,)
    with_letters = True
    shape = re.compile(r"[a-z]{2}\d{6}[a-d]")


class HealthServiceRecognizer(DigitsRecognizer):
    """Numbers of the UK's health service that were asked for or named."""

    COUNTRY_CODE = "uk"
    entity = "UK_NHS"
    asks = frozenset({Ask.NHS})
    lengths = (10,)
    with_letters = True


class HealthCardRecognizer(HealthServiceRecognizer):
    """Numbers of Canadian health cards that were asked for or named."""

    COUNTRY_CODE = "ca"
