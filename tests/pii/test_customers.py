"""Keys of customers: equal for one number however it is written, and nothing without the secret."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from pca_pipeline.call import KnownIdentity
from pca_pipeline.errors import SetupError
from pca_pipeline.pii.replacing.customers import check_customer_key, customer_key, key_of
from pca_pipeline.settings import Settings

CALLER = "+13175550142"


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A calls folder, and a secret."""
    monkeypatch.setenv("PCA_CUSTOMER_KEY", base64.b64encode(bytes(32)).decode())
    return Settings(folder=tmp_path / "calls")


@pytest.mark.parametrize(
    ("written", "country_code", "same_as"),
    [
        ("(317) 555-0142", "1", CALLER),
        ("317.555.0142", "1", CALLER),
        ("1 317 555 0142", "1", CALLER),
        ("001 317 555 0142", "44", CALLER),
        ("020 7946 0958", "44", "+442079460958"),
        ("0044 20 7946 0958", "1", "+442079460958"),
        ("030 123456", "49", "+4930123456"),
        ("+44 (0)20 7946 0958", "44", "+442079460958"),
        ("+44 (0)20 7946 0958", "1", "+442079460958"),
        ("+44 020 7946 0958", "1", "+442079460958"),
        ("011 44 20 7946 0958", "1", "+442079460958"),
        ("44 20 7946 0958", "44", "+442079460958"),
        ("06 698 12345", "39", "+390669812345"),
        ("8 (495) 123-45-67", "7", "+74951234567"),
        ("00 999 123456", "1", "+999123456"),
        ("Contact-7F", "1", "contact-7f"),
    ],
)
def test_one_number_has_one_key(settings: Settings, written: str, country_code: str, same_as: str) -> None:
    """However it is written, with or without its country code."""
    settings = settings.model_copy(update={"ctr": settings.ctr.model_copy(update={"country_code": country_code})})
    assert key_of(written, settings) == key_of(same_as, settings)


def test_other_numbers_and_other_secrets_have_other_keys(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the number nor a hash that one can make without the secret is in a key."""
    key = key_of(CALLER, settings)
    assert len(key) == 32
    assert key != key_of("+13175550143", settings)
    monkeypatch.setenv("PCA_CUSTOMER_KEY", base64.b64encode(bytes([1] * 32)).decode())
    assert key != key_of(CALLER, settings)


def test_without_a_secret_nobody_has_a_key(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys are made where a secret is set; who asks for one by number is told so."""
    known = KnownIdentity(customer=CALLER)
    assert customer_key(known, settings) == key_of(CALLER, settings)
    assert customer_key(KnownIdentity(), settings) is None
    monkeypatch.delenv("PCA_CUSTOMER_KEY")
    check_customer_key(settings)
    assert customer_key(known, settings) is None
    with pytest.raises(SetupError, match="PCA_CUSTOMER_KEY") as raised:
        key_of(CALLER, settings)
    assert CALLER[2:] not in str(raised.value)


def test_a_bad_secret_is_refused_before_the_first_call(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A short one, or one that is no base64."""
    monkeypatch.setenv("PCA_CUSTOMER_KEY", "secret")
    with pytest.raises(SetupError, match="PCA_CUSTOMER_KEY"):
        check_customer_key(settings)
