from __future__ import annotations

import base64
import json
import multiprocessing
import os
import sqlite3
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from pca_pipeline.cli import app
from pca_pipeline.errors import PcaError, SetupError, StorageError, VaultError
from pca_pipeline.pii import Vault
from pca_pipeline.pii.keys import SecretKey

FORK = multiprocessing.get_context("fork")
NAME = "Katarina Kowalczyk"


@pytest.fixture
def folder(tmp_path: Path, master_key: bytes) -> Path:
    """An empty calls folder, with a master key in the environment."""
    return tmp_path / "calls"


@pytest.fixture
def vault(folder: Path) -> Vault:
    """The vault of that folder."""
    return Vault(folder)


def files(folder: Path) -> bytes:
    """Every byte in the calls folder."""
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def pca(*arguments: str) -> Result:
    """One command, in this process."""
    return CliRunner().invoke(app, arguments)


def test_a_token_gives_its_value_back(vault: Vault) -> None:
    """The value as it was said; the token may lack its brackets, and another vault does not know it."""
    token = vault.put("call1", "PERSON", NAME)
    assert token.startswith("<PERSON:")
    assert vault.reveal(token) == vault.reveal(token.strip("<>")) == NAME


def test_one_value_has_one_token_in_a_call(vault: Vault) -> None:
    """Whatever its form; another value, entity or call has another token."""
    first = vault.put("call1", "ACCOUNT_NUMBER", "four one double one 22")
    assert vault.put("call1", "ACCOUNT_NUMBER", "4111-22") == first
    assert vault.reveal(first) == "four one double one 22"
    others = {vault.put("call1", "ACCOUNT_NUMBER", "4112"), vault.put("call1", "NUMBER", "411122")}
    assert len({first, vault.put("call2", "ACCOUNT_NUMBER", "411122"), *others}) == 4


def test_nothing_readable_is_stored(vault: Vault, folder: Path, master_key: bytes) -> None:
    """Neither values nor the master key; and the file is its owner's alone."""
    vault.put("call1", "PERSON", NAME)
    stored = files(folder)
    assert b"Katarina" not in stored
    assert b"katarina" not in stored
    assert master_key not in stored
    assert (folder / "vault.sqlite").stat().st_mode & 0o777 == 0o600


def test_erasing_a_call_erases_its_values(vault: Vault, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its wrapped key and its ciphertexts leave the file, without a master key; other calls' stay."""
    tokens = [vault.put("call1", "PERSON", name) for name in ("Ann Lee", NAME)]
    other = vault.put("call2", "PERSON", NAME)
    with sqlite3.connect(folder / "vault.sqlite") as connection:
        [(wrapped,)] = connection.execute("select wrapped from call_keys where call_id = 'call1'").fetchall()
    assert wrapped in files(folder)
    with monkeypatch.context() as without:
        without.delenv("PCA_MASTER_KEY")
        assert vault.erase("call1") == 2
        assert vault.erase("call1") == 0
    assert wrapped not in files(folder)
    for token in tokens:
        with pytest.raises(VaultError):
            vault.reveal(token)
    assert vault.reveal(other) == NAME
    assert vault.put("call1", "PERSON", NAME) not in tokens


def test_a_folder_without_a_vault(vault: Vault, folder: Path) -> None:
    """Nothing to erase or to reveal, and none is made for that."""
    assert vault.erase("call1") == 0
    with pytest.raises(VaultError):
        vault.reveal("<PERSON:aaaaaaaaaaaaaaaa>")
    assert not folder.exists()


@pytest.mark.parametrize("token", ["", "<PERSON>", "PERSON:short", NAME, "<PERSON#0123456789abcdef>", "' or 1=1 --"])
def test_what_is_no_token_is_refused_without_its_text(vault: Vault, token: str) -> None:
    """The error does not repeat what was typed: it may be a value."""
    vault.put("call1", "PERSON", NAME)
    with pytest.raises(VaultError) as error:
        vault.reveal(token)
    assert not token or token not in str(error.value)


def test_an_altered_value_is_refused(vault: Vault, folder: Path) -> None:
    """A ciphertext in another's place, or with a bit turned, does not open."""
    first, second = (vault.put("call1", "PERSON", name) for name in ("Ann Lee", NAME))
    with sqlite3.connect(folder / "vault.sqlite") as connection:
        [(value,)] = connection.execute("select value from sealed where token = ?", (first[1:-1],)).fetchall()
        for altered in (value[:-1] + bytes([value[-1] ^ 1]), value):
            connection.execute("update sealed set value = ? where token = ?", (altered, second[1:-1]))
            connection.commit()
            with pytest.raises(VaultError, match="altered"):
                vault.reveal(second)


def test_another_master_key_opens_nothing(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither to read nor to write; the error says which key is wanted."""
    token = vault.put("call1", "PERSON", NAME)
    monkeypatch.setenv("PCA_MASTER_KEY", base64.b64encode(os.urandom(32)).decode())
    for act in (lambda: vault.reveal(token), lambda: vault.put("call1", "PERSON", "Ann Lee")):
        with pytest.raises(SetupError, match="does not open this vault"):
            act()


@pytest.mark.parametrize("text", ["", "secret", base64.b64encode(b"k" * 16).decode(), "*" * 44])
def test_a_bad_master_key_is_refused(vault: Vault, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is stored under it, and the error does not show it."""
    monkeypatch.setenv("PCA_MASTER_KEY", text)
    with pytest.raises(SetupError, match="master key") as error:
        vault.put("call1", "PERSON", NAME)
    assert not text or text not in str(error.value)


def test_the_master_key_may_be_in_a_file(vault: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a file that the environment names, but not in the calls folder, and not in one that is not there."""
    token = vault.put("call1", "PERSON", NAME)
    text = os.environ["PCA_MASTER_KEY"]
    monkeypatch.delenv("PCA_MASTER_KEY")
    for path in (tmp_path / "key", tmp_path / "calls" / "key"):
        path.write_text(text + "\n")
    monkeypatch.setenv("PCA_MASTER_KEY_FILE", str(tmp_path / "key"))
    assert vault.reveal(token) == NAME
    monkeypatch.setenv("PCA_MASTER_KEY_FILE", str(tmp_path / "calls" / "key"))
    with pytest.raises(SetupError, match="beside what it opens"):
        vault.reveal(token)
    monkeypatch.setenv("PCA_MASTER_KEY_FILE", str(tmp_path / "none"))
    with pytest.raises(SetupError, match="cannot be read"):
        vault.reveal(token)


def _put_names(folder: Path, call: str) -> list[str]:
    return [Vault(folder).put(call, "PERSON", f"{NAME}{letter}") for letter in "abcdefghij"]


def test_workers_write_at_once(folder: Path, vault: Vault) -> None:
    """Processes and threads that begin with no file agree on one key and on the tokens, and lose nothing."""
    with FORK.Pool(4) as pool:
        lists = pool.starmap(_put_names, [(folder, "call1")] * 4)
    with ThreadPoolExecutor(4) as threads:
        lists += threads.map(_put_names, [folder] * 4, ["call1"] * 4)
    assert {tuple(tokens) for tokens in lists} == {tuple(lists[0])}
    assert [vault.reveal(token)[-1] for token in lists[0]] == list("abcdefghij")
    assert vault.erase("call1") == 10


def _die_while_writing(folder: Path) -> None:
    with Vault(folder)._transaction() as connection:
        connection.execute("insert into call_keys values ('call1', x'00')")
        os._exit(9)


def test_a_killed_worker_leaves_a_whole_vault(folder: Path, vault: Vault) -> None:
    """What it had not finished is not there, and its lock is gone."""
    token = vault.put("call2", "PERSON", NAME)
    process = FORK.Process(target=_die_while_writing, args=(folder,))
    process.start()
    process.join()
    assert process.exitcode == 9
    assert vault.reveal(vault.put("call1", "PERSON", "Ann Lee")) == "Ann Lee"
    assert vault.reveal(token) == NAME


@pytest.mark.parametrize("damage", ["folder", "file"])
def test_storage_that_fails_says_so_without_the_value(vault: Vault, folder: Path, damage: str) -> None:
    """A folder that is none, a file that is no database: StorageError, and no value in the whole traceback."""
    if damage == "folder":
        folder.write_text("")
    else:
        folder.mkdir()
        (folder / "vault.sqlite").write_bytes(b"no database" * 100)
    with pytest.raises(StorageError) as error:
        vault.put("call1", "PERSON", NAME)
    shown = traceback.format_exception(error.value)
    assert not any("Katarina" in line for line in shown)


def test_nothing_secret_is_shown(vault: Vault, master_key: bytes) -> None:
    """Neither a vault nor a key tells in its `repr` what it holds."""
    assert repr(SecretKey(master_key)) == "SecretKey()"
    assert "Katarina" not in repr(vault) + repr(vars(vault))


def test_pca_reveal(vault: Vault, folder: Path) -> None:
    """Values line by line, or as JSON with their tokens; an unknown token is an error, and no value is printed."""
    tokens = [vault.put("call1", "PERSON", name) for name in (NAME, "[Ann] Lee")]
    assert pca("reveal", *tokens, "--folder", str(folder)).stdout.splitlines() == [NAME, "[Ann] Lee"]
    shown = json.loads(pca("reveal", tokens[0], "--folder", str(folder), "--json").stdout)
    assert shown == [{"token": tokens[0], "value": NAME}]
    result = pca("reveal", tokens[0], "PERSON:aaaaaaaaaaaaaaaa", "--folder", str(folder))
    assert isinstance(result.exception, PcaError)
    assert result.stdout == ""


def test_pca_erase_erases_values(vault: Vault, folder: Path) -> None:
    """The proof counts them; a conversation that only `pca redact` saw is erased by its id as well."""
    token, other = (vault.put(call, "PERSON", NAME) for call in ("call1", "call2"))
    proof = json.loads(pca("erase", "--call", "call1", "--folder", str(folder), "--json").stdout)
    assert proof["values"] == 1
    with pytest.raises(VaultError):
        vault.reveal(token)
    assert vault.reveal(other) == NAME
