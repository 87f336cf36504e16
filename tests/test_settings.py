from __future__ import annotations

from pathlib import Path

import pytest

from pca_pipeline.errors import SetupError
from pca_pipeline.pii.replacing import customers
from pca_pipeline.pii.vault import keys
from pca_pipeline.settings import SECRETS, load_settings


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A working folder without a `pca.toml`."""
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("variable", "value", "told"),
    [
        ("PCA_SPEACH__MODEL", "tiny", "PCA_SPEACH__MODEL"),
        ("PCA_SPEECH_MODEL", "tiny", "PCA_SPEECH_MODEL"),
        ("PCA_POLICY", "pci", "PCA_POLICY"),
        ("pca_polcy", "pci", "pca_polcy"),
        ("PCA_SPEECH__MODLE", "tiny", "speech.modle (no such setting)"),
        ("PCA_PII__THRESHOLD", "7", "pii.threshold (input should be less than or equal to 1)"),
        ("PCA_PII__ENABLED", "false", "pii.enabled (no such setting)"),
        ("PCA_SPEECH__LEAVE_OUT", "ivr", """PCA_SPEECH__LEAVE_OUT='["ivr"]'"""),
        ("PCA_CONFIG", "nosuch.toml", "no file 'nosuch.toml'"),
    ],
)
def test_a_mistyped_variable_is_refused(variable: str, value: str, told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A setting that was meant and not found must not leave its default in force; redaction cannot be switched off."""
    monkeypatch.setenv(variable, value)
    with pytest.raises(SetupError) as refused:
        load_settings()
    assert told in str(refused.value)


def test_secrets_are_no_settings_and_are_let_by(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every secret that is read somewhere, and the name of its file."""
    assert {keys.VARIABLE, keys.OLD_VARIABLE, customers.VARIABLE} == set(SECRETS)
    for secret in SECRETS:
        monkeypatch.setenv(secret, "x")
        monkeypatch.setenv(f"{secret}_FILE", "x")
    load_settings()


def test_a_named_file_is_read_and_a_broken_one_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """PCA_CONFIG stands in the place of pca.toml."""
    file = tmp_path / "other.toml"
    monkeypatch.setenv("PCA_CONFIG", str(file))
    file.write_text('[speech]\nmodel = "tiny"\n')
    assert load_settings().speech.model == "tiny"
    file.write_text("[speech\n")
    with pytest.raises(SetupError, match=r"other\.toml.* is not TOML"):
        load_settings()
