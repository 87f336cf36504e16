from __future__ import annotations

import base64
import json
import multiprocessing
import os
import pwd
import sqlite3
import traceback
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from pca_pipeline.cli import app
from pca_pipeline.errors import PcaError, SetupError, StorageError, VaultError
from pca_pipeline.pii import Vault
from pca_pipeline.pii.vault.audit import AuditLog, first_altered
from pca_pipeline.pii.vault.file import VaultFile
from pca_pipeline.pii.vault.keys import SecretKey

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


def reveal(vault: Vault, token: str) -> str:
    """The value behind a token."""
    [value] = vault.reveal([token], "a test")
    return value


def pca(*arguments: str) -> Result:
    """One command, in this process."""
    return CliRunner().invoke(app, arguments)


def test_a_token_gives_its_value_back(vault: Vault) -> None:
    """The value as it was said; the token may lack its brackets, and another vault does not know it."""
    token = vault.put("call1", "PERSON", NAME)
    assert token.startswith("<PERSON:")
    assert reveal(vault, token) == reveal(vault, token.strip("<>")) == NAME


def test_one_value_has_one_token_in_a_call(vault: Vault) -> None:
    """Whatever its form; another value, entity or call has another token."""
    first = vault.put("call1", "ACCOUNT_NUMBER", "four one double one 22")
    assert vault.put("call1", "ACCOUNT_NUMBER", "4111-22") == first
    assert reveal(vault, first) == "four one double one 22"
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
            reveal(vault, token)
    assert reveal(vault, other) == NAME
    assert vault.put("call1", "PERSON", NAME) not in tokens


def test_a_folder_without_a_vault(vault: Vault, folder: Path) -> None:
    """Nothing to erase or to reveal, and none is made for that."""
    assert vault.erase("call1") == 0
    with pytest.raises(VaultError):
        reveal(vault, "<PERSON:aaaaaaaaaaaaaaaa>")
    assert not folder.exists()


@pytest.mark.parametrize("token", ["", "<PERSON>", "PERSON:short", NAME, "<PERSON#0123456789abcdef>", "' or 1=1 --"])
def test_what_is_no_token_is_refused_without_its_text(vault: Vault, token: str) -> None:
    """The error does not repeat what was typed: it may be a value."""
    vault.put("call1", "PERSON", NAME)
    with pytest.raises(VaultError) as error:
        reveal(vault, token)
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
                reveal(vault, second)


def test_another_master_key_opens_nothing(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither to read nor to write; the error says which key is wanted."""
    token = vault.put("call1", "PERSON", NAME)
    monkeypatch.setenv("PCA_MASTER_KEY", base64.b64encode(os.urandom(32)).decode())
    for act in (lambda: reveal(vault, token), lambda: vault.put("call1", "PERSON", "Ann Lee")):
        with pytest.raises(SetupError, match="does not open this vault"):
            act()


@pytest.mark.parametrize("text", ["", "secret", base64.b64encode(b"k" * 16).decode(), "*" * 44])
def test_a_bad_master_key_is_refused(vault: Vault, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is stored under it, and the error does not show it."""
    monkeypatch.setenv("PCA_MASTER_KEY", text)
    with pytest.raises(SetupError, match="key") as error:
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
    assert reveal(vault, token) == NAME
    monkeypatch.setenv("PCA_MASTER_KEY_FILE", str(tmp_path / "calls" / "key"))
    with pytest.raises(SetupError, match="beside what its key is for"):
        reveal(vault, token)
    monkeypatch.setenv("PCA_MASTER_KEY_FILE", str(tmp_path / "none"))
    with pytest.raises(SetupError, match="cannot be read"):
        reveal(vault, token)


def _put_names(folder: Path, call: str) -> list[str]:
    return [Vault(folder).put(call, "PERSON", f"{NAME}{letter}") for letter in "abcdefghij"]


def test_workers_write_at_once(folder: Path, vault: Vault) -> None:
    """Processes and threads that begin with no file agree on one key and on the tokens, and lose nothing."""
    with FORK.Pool(4) as pool:
        lists = pool.starmap(_put_names, [(folder, "call1")] * 4)
    with ThreadPoolExecutor(4) as threads:
        lists += threads.map(_put_names, [folder] * 4, ["call1"] * 4)
    assert {tuple(tokens) for tokens in lists} == {tuple(lists[0])}
    assert [reveal(vault, token)[-1] for token in lists[0]] == list("abcdefghij")
    assert vault.erase("call1") == 10


def _die_while_writing(folder: Path) -> None:
    with VaultFile(folder).transaction() as connection:
        connection.execute("insert into call_keys values ('call1', x'00', 'key')")
        os._exit(9)


def test_a_killed_worker_leaves_a_whole_vault(folder: Path, vault: Vault) -> None:
    """What it had not finished is not there, and its lock is gone."""
    token = vault.put("call2", "PERSON", NAME)
    process = FORK.Process(target=_die_while_writing, args=(folder,))
    process.start()
    process.join()
    assert process.exitcode == 9
    assert reveal(vault, vault.put("call1", "PERSON", "Ann Lee")) == "Ann Lee"
    assert reveal(vault, token) == NAME


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
    assert pca("reveal", *tokens, "--reason", "a test", "--folder", str(folder)).stdout.splitlines() == [
        NAME,
        "[Ann] Lee",
    ]
    shown = json.loads(pca("reveal", tokens[0], "--reason", "a test", "--folder", str(folder), "--json").stdout)
    assert shown == [{"token": tokens[0], "value": NAME}]
    result = pca("reveal", tokens[0], "PERSON:aaaaaaaaaaaaaaaa", "--reason", "a test", "--folder", str(folder))
    assert isinstance(result.exception, PcaError)
    assert result.stdout == ""


def test_pca_erase_erases_values(vault: Vault, folder: Path) -> None:
    """The proof counts them; a conversation that only `pca redact` saw is erased by its id as well."""
    token, other = (vault.put(call, "PERSON", NAME) for call in ("call1", "call2"))
    proof = json.loads(pca("erase", "--call", "call1", "--folder", str(folder), "--json").stdout)
    assert proof["values"] == 1
    with pytest.raises(VaultError):
        reveal(vault, token)
    assert reveal(vault, other) == NAME


def new_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another master key in the environment; the one before is the old one."""
    monkeypatch.setenv("PCA_OLD_MASTER_KEY", os.environ["PCA_MASTER_KEY"])
    monkeypatch.setenv("PCA_MASTER_KEY", base64.b64encode(os.urandom(32)).decode())


def keys(folder: Path) -> list[tuple[str, bytes, str]]:
    """The wrapped keys as they are stored."""
    with sqlite3.connect(folder / "vault.sqlite") as connection:
        return connection.execute("select * from call_keys order by call_id").fetchall()


def test_another_master_key_takes_over(vault: Vault, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After `rewrap` tokens are the same and open with the new key alone; the old wrapping is gone from the file."""
    tokens = [vault.put(call, "PERSON", NAME) for call in ("call1", "call2", "call3")]
    before = keys(folder)
    new_key(monkeypatch)
    done = json.loads(pca("rewrap", "--folder", str(folder), "--json").stdout)
    after = keys(folder)
    assert done == {"rewrapped": 3, "already": 0, "key_id": after[0][2]}
    assert len({key_id for _, _, key_id in before + after}) == 2
    assert not any(wrapped in files(folder) for _, wrapped, _ in before)
    monkeypatch.delenv("PCA_OLD_MASTER_KEY")
    assert [reveal(vault, token) for token in tokens] == [NAME] * 3
    assert vault.put("call1", "PERSON", NAME) == tokens[0]


def test_rewrapping_again_changes_nothing(vault: Vault, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys that are under the new one are left, those of calls that came since are too."""
    vault.put("call1", "PERSON", NAME)
    new_key(monkeypatch)
    vault.rewrap()
    vault.put("call2", "PERSON", NAME)
    before = keys(folder)
    done = vault.rewrap()
    assert (done.rewrapped, done.already) == (0, 2)
    assert keys(folder) == before


def test_a_wrong_old_key_changes_nothing(vault: Vault, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error names it and the one that is wanted by their ids; a missing one is named by its variable."""
    vault.put("call1", "PERSON", NAME)
    before = keys(folder)
    wrong = os.urandom(32)
    new_key(monkeypatch)
    monkeypatch.setenv("PCA_OLD_MASTER_KEY", base64.b64encode(wrong).decode())
    with pytest.raises(SetupError, match=f"{SecretKey(wrong).id} does not open .* {before[0][2]}"):
        vault.rewrap()
    monkeypatch.delenv("PCA_OLD_MASTER_KEY")
    with pytest.raises(SetupError, match="PCA_OLD_MASTER_KEY"):
        vault.rewrap()
    assert keys(folder) == before


def test_a_broken_rewrap_changes_nothing(vault: Vault, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One key of many that does not open leaves all of them as they were."""
    tokens = [vault.put(call, "PERSON", NAME) for call in ("call1", "call2")]
    with sqlite3.connect(folder / "vault.sqlite") as connection:
        connection.execute("update call_keys set wrapped = zeroblob(60) where call_id = 'call2'")
    before = keys(folder)
    with monkeypatch.context() as changed:
        new_key(changed)
        with pytest.raises(SetupError):
            vault.rewrap()
    assert keys(folder) == before
    assert reveal(vault, tokens[0]) == NAME


def test_a_vault_has_one_master_key(vault: Vault, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new call under another one is refused: half of the vault would open with neither."""
    vault.put("call1", "PERSON", NAME)
    new_key(monkeypatch)
    with pytest.raises(SetupError, match="does not open this vault"):
        vault.put("call2", "PERSON", NAME)
    assert len(keys(folder)) == 1


def test_a_vault_from_before_keys_had_ids(vault: Vault, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It opens, and goes over to another key like any other."""
    token = vault.put("call1", "PERSON", NAME)
    with sqlite3.connect(folder / "vault.sqlite") as connection:
        connection.execute("alter table call_keys drop column key_id")
        connection.execute("drop table accesses")
    assert reveal(vault, token) == NAME
    new_key(monkeypatch)
    assert vault.rewrap().rewrapped == 1
    assert reveal(vault, token) == NAME


def test_who_saw_what_is_noted(vault: Vault, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When, who, which call, entities and tokens, and why; no value; by call; and erasing the call leaves it."""
    monkeypatch.setenv("USER", "somebody else")
    monkeypatch.setenv("LOGNAME", "somebody else")
    tokens = [vault.put("call1", entity, NAME) for entity in ("PERSON", "USERNAME")]
    tokens.append(vault.put("call2", "PERSON", NAME))
    vault.reveal(tokens, "dispute 7")
    vault.erase("call1")
    first, second = AuditLog(folder).read()
    assert (first.number, first.action, first.call_id, first.reason) == (1, "reveal", "call1", "dispute 7")
    assert first.tokens == tuple(token.strip("<>") for token in tokens[:2])
    assert first.entities == "PERSON 1, USERNAME 1"
    assert (second.call_id, second.entities) == ("call2", "PERSON 1")
    assert first.user == pwd.getpwuid(os.getuid()).pw_name
    assert abs(datetime.fromisoformat(first.at) - datetime.now(UTC)) < timedelta(minutes=1)
    assert b"Katarina" not in files(folder)


def test_nothing_is_shown_without_a_note(vault: Vault, folder: Path) -> None:
    """Without a reason no value comes out; and what was not shown is not noted."""
    token = vault.put("call1", "PERSON", NAME)
    with pytest.raises(SetupError, match="reason"):
        vault.reveal([token], " ")
    with pytest.raises(VaultError):
        vault.reveal([token, "PERSON:aaaaaaaaaaaaaaaa"], "a test")
    assert AuditLog(folder).read() == ()
    assert pca("reveal", token, "--folder", str(folder)).exit_code == 2


@pytest.mark.parametrize(
    "change",
    [
        "update accesses set user = 'nobody' where number = 2",
        "update accesses set reason = 'routine' where number = 2",
        "update accesses set tokens = '[]' where number = 2",
        "update accesses set at = '2020-01-01T00:00:00+00:00' where number = 2",
        "delete from accesses where number = 2",
    ],
)
def test_an_altered_log_shows(vault: Vault, folder: Path, change: str) -> None:
    """SQL refuses to change it; whoever takes that guard away is found out by the chain of hashes."""
    token = vault.put("call1", "PERSON", NAME)
    for _ in range(3):
        reveal(vault, token)
    assert first_altered(AuditLog(folder).read()) is None
    with sqlite3.connect(folder / "vault.sqlite") as connection:
        with pytest.raises(sqlite3.IntegrityError, match="only added"):
            connection.execute(change)
        connection.execute("drop trigger accesses_no_update")
        connection.execute("drop trigger accesses_no_delete")
        connection.execute(change)
    assert first_altered(AuditLog(folder).read()) == 2
    result = pca("audit", "--folder", str(folder), "--json")
    assert (result.exit_code, json.loads(result.stdout)["altered_at"]) == (1, 2)


def test_accesses_at_once_make_one_chain(vault: Vault, folder: Path) -> None:
    """Nobody's entry is lost, and every one knows the one before."""
    token = vault.put("call1", "PERSON", NAME)
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(lambda _: reveal(vault, token), range(16))) == [NAME] * 16
    log = AuditLog(folder).read()
    assert (len(log), first_altered(log)) == (16, None)


def test_pca_audit(vault: Vault, folder: Path) -> None:
    """Every access, the last hash to note elsewhere, and nothing where nobody saw anything."""
    folder.mkdir()
    empty = json.loads(pca("audit", "--folder", str(folder), "--json").stdout)
    assert empty == {"accesses": [], "last_hash": None, "altered_at": None}
    assert not list(folder.iterdir())
    reveal(vault, vault.put("call1", "PERSON", NAME))
    shown = json.loads(pca("audit", "--folder", str(folder), "--json").stdout)
    assert [access["entities"] for access in shown["accesses"]] == ["PERSON 1"]
    assert shown["last_hash"] == AuditLog(folder).read()[-1].hash
    assert pca("audit", "--folder", str(folder)).exit_code == 0
