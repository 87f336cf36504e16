"""The entities that are looked for, and what each asks of the audio and of the original."""

from __future__ import annotations

from dataclasses import dataclass

from pca_pipeline.pii.words.lexicon import word_set

_PHONE = frozenset({3, 4, *range(6, 16)})  # ITU-T E.164, and the last digits of it
SECRET_LENGTHS = range(3, 7)  # digits of a card's security code, and of most PINs
_CARD = frozenset({4, 6, 8, 12, *range(13, 20)})  # ISO/IEC 7812, and parts of it: "the first six", two groups of four


@dataclass(frozen=True, slots=True)
class Entity:
    """One kind of personal data."""

    name: str
    description: str
    both_channels: bool = False  # muted on every channel, since the other side reads it back or echoes it
    never_stored: bool = False  # may not be kept even encrypted (PCI DSS 3.3.1)
    opt_in: bool = False  # looked for only where a policy names it; "all" is all others
    digits: frozenset[int] = frozenset()  # how many a value has, or a part of it that is asked for; empty: any


ENTITIES: dict[str, Entity] = {
    entity.name: entity
    for entity in (
        Entity("CREDIT_CARD", "payment card number, whole or in part", both_channels=True, digits=_CARD),
        Entity("CVV", "security code of a card", both_channels=True, never_stored=True, digits=frozenset({3, 4})),
        Entity("CARD_EXPIRY", "expiration date of a card", both_channels=True, digits=frozenset(range(2, 7))),
        Entity(
            "PIN", "personal identification number", both_channels=True, never_stored=True, digits=frozenset({4, 5, 6})
        ),
        Entity(
            "US_SSN",
            "social security number, whole or in part",
            both_channels=True,
            digits=frozenset({4, 5, 9}),
        ),
        Entity("CA_SIN", "Canadian social insurance number", both_channels=True),
        Entity("UK_NINO", "UK national insurance number", both_channels=True),
        Entity("UK_NHS", "number of a public health service or health card"),
        Entity("PASSWORD", "password, passcode or one-time code", both_channels=True),
        Entity("PERSON", "name of a person, also when spelled"),
        Entity("PHONE_NUMBER", "telephone number", digits=_PHONE),
        Entity("EMAIL_ADDRESS", "e-mail address, as written or as said"),
        Entity("DATE_OF_BIRTH", "date of birth"),
        Entity("AGE", "age of a person"),
        Entity("STREET_ADDRESS", "house number and street"),
        Entity("LOCATION", "city and state where somebody lives"),
        Entity("ORGANIZATION", "name of a company or institution, for example of an employer"),
        Entity("ZIP_CODE", "ZIP or postal code"),
        Entity("ACCOUNT_NUMBER", "account, policy, claim, member or case number"),
        Entity("SECURITY_ANSWER", "answer to a security question"),
        Entity("USERNAME", "user name of an account"),
        Entity("LICENSE_PLATE", "license plate of a vehicle"),
        Entity("ID_DOCUMENT", "number of a driver's license or passport"),
        Entity("ROUTING_NUMBER", "code of a bank: routing or transit number, sort code, BIC"),
        Entity("VEHICLE_ID", "identification number of a vehicle"),
        Entity("DEVICE_ID", "serial, IMEI or SIM number of a device"),
        Entity("IBAN_CODE", "international bank account number"),
        Entity("IP_ADDRESS", "IP address"),
        Entity("MAC_ADDRESS", "hardware address of a device"),
        Entity("NUMBER", "four or more digits without a business meaning"),
        Entity("DATE", "day or month of any other date, with its year", opt_in=True),
        Entity("URL", "web address, as written or as said", opt_in=True),
    )
}
OPT_IN = frozenset(entity.name for entity in ENTITIES.values() if entity.opt_in)
NUMERIC = word_set("""CREDIT_CARD CVV CARD_EXPIRY PIN US_SSN CA_SIN UK_NINO UK_NHS PHONE_NUMBER DATE_OF_BIRTH ZIP_CODE ACCOUNT_NUMBER
    ROUTING_NUMBER ID_DOCUMENT LICENSE_PLATE VEHICLE_ID DEVICE_ID PASSWORD IBAN_CODE NUMBER""")


def with_pin(entity: str, digits: int) -> tuple[str, ...]:
    """The entity, and PIN beside a password of so few digits: one may not be stored, whatever the question called it."""
    return ("PASSWORD", "PIN") if entity == "PASSWORD" and digits in SECRET_LENGTHS else (entity,)


def may_be_number(entity: str) -> bool:
    """Whether a value of an entity may be a number: of those that are, and of the user's own."""
    return entity in NUMERIC or entity not in ENTITIES


def muted_everywhere(entity: str) -> bool:
    """Whether an entity's audio is removed from every channel; unknown entities are."""
    return entity not in ENTITIES or ENTITIES[entity].both_channels
