"""The recognizers, each in its own file. A new one of the product is listed here; the user's own come by `own.py`."""

from __future__ import annotations

from collections.abc import Callable

from presidio_analyzer import EntityRecognizer
from presidio_analyzer.predefined_recognizers import (
    MacAddressRecognizer,
)

from pca_pipeline.pii.recognizers.account import AccountNumberRecognizer
from pca_pipeline.pii.recognizers.address import StreetAddressRecognizer
from pca_pipeline.pii.recognizers.age import AgeRecognizer
from pca_pipeline.pii.recognizers.base import ConversationRecognizer, DigitsRecognizer
from pca_pipeline.pii.recognizers.birth_date import BirthDateRecognizer
from pca_pipeline.pii.recognizers.card import CardRecognizer
from pca_pipeline.pii.recognizers.cvv import CvvRecognizer
from pca_pipeline.pii.recognizers.date import CalendarDateRecognizer
from pca_pipeline.pii.recognizers.device import DeviceIdRecognizer
from pca_pipeline.pii.recognizers.document import DocumentRecognizer
from pca_pipeline.pii.recognizers.email import SpokenEmailRecognizer
from pca_pipeline.pii.recognizers.expiry import ExpiryRecognizer
from pca_pipeline.pii.recognizers.iban import SpokenIbanRecognizer, WrittenIbanRecognizer
from pca_pipeline.pii.recognizers.ip import IpAddressRecognizer
from pca_pipeline.pii.recognizers.known_identity import KnownNameRecognizer, KnownNumberRecognizer
from pca_pipeline.pii.recognizers.location import LocationRecognizer
from pca_pipeline.pii.recognizers.national import (
    HealthCardRecognizer,
    HealthServiceRecognizer,
    NationalInsuranceRecognizer,
    SocialInsuranceRecognizer,
)
from pca_pipeline.pii.recognizers.number import NumberRecognizer
from pca_pipeline.pii.recognizers.password import PasswordRecognizer
from pca_pipeline.pii.recognizers.person import PersonRecognizer
from pca_pipeline.pii.recognizers.phone import PhoneNumberRecognizer
from pca_pipeline.pii.recognizers.pin import PinRecognizer
from pca_pipeline.pii.recognizers.plate import PlateRecognizer
from pca_pipeline.pii.recognizers.routing import RoutingNumberRecognizer
from pca_pipeline.pii.recognizers.security import SecurityAnswerRecognizer
from pca_pipeline.pii.recognizers.spoken_ip import SpokenIpRecognizer, SpokenMacRecognizer
from pca_pipeline.pii.recognizers.ssn import SsnRecognizer
from pca_pipeline.pii.recognizers.url import WebAddressRecognizer
from pca_pipeline.pii.recognizers.username import UsernameRecognizer
from pca_pipeline.pii.recognizers.vehicle import VehicleIdRecognizer
from pca_pipeline.pii.recognizers.written_card import WrittenCardRecognizer
from pca_pipeline.pii.recognizers.written_email import WrittenEmailRecognizer
from pca_pipeline.pii.recognizers.zip_code import (
    CaPostalCodeRecognizer,
    UkPostcodeRecognizer,
    UsZipCodeRecognizer,
    ZipCodeRecognizer,
)

__all__ = ["RECOGNIZERS", "ConversationRecognizer", "DigitsRecognizer"]

# Presidio's own, for forms that are written and not said; then those that read conversations.
RECOGNIZERS: tuple[Callable[[], EntityRecognizer], ...] = (
    WrittenCardRecognizer,
    WrittenEmailRecognizer,
    WrittenIbanRecognizer,
    IpAddressRecognizer,
    MacAddressRecognizer,
    SpokenIpRecognizer,
    SpokenMacRecognizer,
    CardRecognizer,
    CvvRecognizer,
    ExpiryRecognizer,
    PinRecognizer,
    SsnRecognizer,
    SocialInsuranceRecognizer,
    NationalInsuranceRecognizer,
    HealthServiceRecognizer,
    HealthCardRecognizer,
    PhoneNumberRecognizer,
    RoutingNumberRecognizer,
    SpokenIbanRecognizer,
    AccountNumberRecognizer,
    DocumentRecognizer,
    PlateRecognizer,
    VehicleIdRecognizer,
    DeviceIdRecognizer,
    ZipCodeRecognizer,
    UsZipCodeRecognizer,
    UkPostcodeRecognizer,
    CaPostalCodeRecognizer,
    NumberRecognizer,
    BirthDateRecognizer,
    AgeRecognizer,
    SpokenEmailRecognizer,
    StreetAddressRecognizer,
    LocationRecognizer,
    PersonRecognizer,
    KnownNameRecognizer,
    KnownNumberRecognizer,
    SecurityAnswerRecognizer,
    PasswordRecognizer,
    UsernameRecognizer,
    CalendarDateRecognizer,
    WebAddressRecognizer,
)
