"""Keys of customers: the same for all calls of one telephone number, and nobody without the secret gets back to it.

HMAC-SHA-256 under a secret of its own, PCA_CUSTOMER_KEY: telephone numbers are few enough to be tried out, so that a
hash without a secret hides none. The master key may change; with this one, the keys of all earlier calls would.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re

import phonenumbers

from pca_pipeline.call import KnownIdentity
from pca_pipeline.pii.vault.keys import read_master_key
from pca_pipeline.settings import Settings

VARIABLE = "PCA_CUSTOMER_KEY"  # or the name of its file, in PCA_CUSTOMER_KEY_FILE
_HEX_DIGITS = 32  # 128 bits


def customer_key(known: KnownIdentity, settings: Settings) -> str | None:
    """The key of a call's customer; None where the record names none, or no secret is set. Raises SetupError."""
    if known.customer is None or not has_customer_key():
        return None
    return key_of(known.customer, settings)


def key_of(customer: str, settings: Settings) -> str:
    """The key of a telephone number or of the vendor's id of a contact. Raises SetupError: no secret, or no good one."""
    canonical = _canonical(customer, settings.ctr.country_code).encode()
    return hmac.new(secret_of("customer", settings), canonical, hashlib.sha256).hexdigest()[:_HEX_DIGITS]


def secret_of(kind: str, settings: Settings) -> bytes:
    """The secret for one kind of people. Raises SetupError: none is set, or no good one."""
    return read_master_key(settings.folder, VARIABLE).derive(kind)


def check_customer_key(settings: Settings) -> None:
    """Raise SetupError where a secret is set that cannot be used: before a call is taken, not with the first one."""
    if has_customer_key():
        read_master_key(settings.folder, VARIABLE)


def has_customer_key() -> bool:
    """Whether a secret for keys of people is set."""
    return bool(os.environ.get(VARIABLE) or os.environ.get(f"{VARIABLE}_FILE"))


def _canonical(customer: str, country_code: str) -> str:
    """A number as digits with its country code, however it is written; anything else as it stands."""
    customer = customer.strip()
    if not re.fullmatch(r"[+\d\s().\-/]*\d[\d\s().\-/]*", customer):
        return customer.lower()
    written = re.sub(r"^00", "+", customer)
    try:
        number = phonenumbers.parse(written, phonenumbers.region_code_for_country_code(int(country_code)))
    except phonenumbers.NumberParseException:  # too long, or of no country
        return re.sub(r"\D", "", written)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164).removeprefix("+")
