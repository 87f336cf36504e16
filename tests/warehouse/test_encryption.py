from __future__ import annotations

import base64

import duckdb
import pytest

from pca_pipeline.errors import SetupError, WarehouseError
from pca_pipeline.settings import Settings
from pca_pipeline.warehouse import extensions, load, open_readonly, publish, rekey, stage
from tests.factories import Turn, make_call


@pytest.fixture
def encrypted(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings that ask for encryption, a master key in the environment, one call staged."""
    monkeypatch.setenv("PCA_MASTER_KEY", base64.b64encode(b"k" * 32).decode())
    warehouse = settings.warehouse.model_copy(update={"encrypt": True})
    settings = settings.model_copy(update={"warehouse": warehouse})
    stage(make_call(turns=[Turn("customer", 1.0, "canary-in-clear")]), settings.staged_folder)
    return settings


def test_nothing_lies_in_clear(encrypted: Settings) -> None:
    """Neither text nor table names are in the bytes of the database and its copy; with the key both can be read."""
    load(encrypted)
    for path in (encrypted.database, publish(encrypted)):
        content = path.read_bytes()
        assert b"canary-in-clear" not in content
        assert b"participant_metrics" not in content
    with open_readonly(encrypted) as connection:
        assert connection.execute("select text from segments").fetchall() == [("canary-in-clear",)]


def test_another_key_is_refused(encrypted: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error says so, and shows no key."""
    load(encrypted)
    other = base64.b64encode(b"o" * 32).decode()
    monkeypatch.setenv("PCA_MASTER_KEY", other)
    with pytest.raises(WarehouseError, match="another") as raised, open_readonly(encrypted):
        pass
    assert other not in str(raised.value)


@pytest.mark.parametrize("was_encrypted", [True, False])
def test_file_and_setting_must_agree(encrypted: Settings, settings: Settings, was_encrypted: bool) -> None:
    """An encrypted file without the setting, and a plain one with it, are refused."""
    before, after = (encrypted, settings) if was_encrypted else (settings, encrypted)
    load(before)
    with pytest.raises(WarehouseError, match=r"warehouse\.encrypt"), open_readonly(after):
        pass


def test_no_key_writes_nothing(encrypted: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a master key the call stays staged."""
    monkeypatch.delenv("PCA_MASTER_KEY")
    with pytest.raises(SetupError, match="PCA_MASTER_KEY"):
        load(encrypted)
    assert not encrypted.database.exists()
    assert len(list(encrypted.staged_folder.iterdir())) == 1


def test_without_the_extension_nothing_falls_back(encrypted: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """DuckDB's unsafe mode is never used instead."""
    monkeypatch.setattr(extensions, "find_spec", lambda _: None)
    with pytest.raises(SetupError, match=duckdb.__version__):
        load(encrypted)
    assert not encrypted.database.exists()


def test_a_new_master_key_opens_the_database(encrypted: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is rewritten under the new key, once; the old key no longer opens it."""
    load(encrypted)
    old, new = (base64.b64encode(letter * 32).decode() for letter in (b"k", b"n"))
    monkeypatch.setenv("PCA_OLD_MASTER_KEY", old)
    assert not rekey(encrypted)
    monkeypatch.setenv("PCA_MASTER_KEY", new)
    assert rekey(encrypted)
    assert not rekey(encrypted)
    with open_readonly(encrypted) as connection:
        assert connection.execute("select text from segments").fetchall() == [("canary-in-clear",)]
    monkeypatch.setenv("PCA_MASTER_KEY", old)
    with pytest.raises(WarehouseError, match="another"), open_readonly(encrypted):
        pass


def test_a_database_under_a_third_key_is_left_alone(encrypted: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither key opens it: nothing is written."""
    load(encrypted)
    before = encrypted.database.read_bytes()
    for name, letter in (("PCA_OLD_MASTER_KEY", b"x"), ("PCA_MASTER_KEY", b"y")):
        monkeypatch.setenv(name, base64.b64encode(letter * 32).decode())
    with pytest.raises(WarehouseError, match="another"):
        rekey(encrypted)
    assert encrypted.database.read_bytes() == before
