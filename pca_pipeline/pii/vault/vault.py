"""The vault: values behind tokens, sealed with AES-256-GCM under a key per call that the master key wraps.

Erasing a call's key makes its values unreadable wherever copies of them lie. Whoever has a value shown is noted in the
audit log beside it.
"""

from __future__ import annotations

import base64
import hmac
import re
import secrets
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from pca_pipeline.errors import SetupError, VaultError
from pca_pipeline.pii.forms.values import canonical
from pca_pipeline.pii.vault import audit
from pca_pipeline.pii.vault.file import VaultFile, rows
from pca_pipeline.pii.vault.keys import KEY_BYTES, OLD_VARIABLE, VARIABLE, SecretKey, read_master_key

MARK_BYTES = 10  # 80 bits: 16 letters and digits in base32
NONCE_BYTES = 12  # as NIST SP 800-38D recommends for GCM
_TOKEN = re.compile(r"<?([A-Z][A-Z0-9_]*:[a-z2-7]{16})>?")


@dataclass(frozen=True, slots=True)
class Rewrapped:
    """What became of the calls' keys."""

    rewrapped: int
    already: int  # were under the new master key before
    key_id: str  # of the new master key


class Vault:
    """The vault of a calls folder. Its file is made by the first value; no value is ever in a `repr` or an error."""

    def __init__(self, calls_folder: Path) -> None:
        self._file = VaultFile(calls_folder)

    def put(self, call_id: str, entity: str, value: str) -> str:
        """The token of a value, "<PERSON:k3f9...>": within a call the same one for the same value in any form.

        Raises SetupError (no master key, or another than before) and StorageError.
        """
        self._file.make()
        with self._file.transaction() as connection:
            key = self._call_key(connection, call_id)
            token = f"{entity}:{_mark(key, entity, value)}"
            if not rows(connection, "select 1 from sealed where token = ?", token):
                sealed = _seal(key, value.encode(errors="surrogatepass"), token)
                connection.execute("insert into sealed values (?, ?, ?)", (token, call_id, sealed))
        return f"<{token}>"

    def reveal(self, tokens: Sequence[str], reason: str) -> list[str]:
        """The values behind tokens, as they were first said. The audit log has it before anybody sees them.

        Raises VaultError (unknown, erased, or altered), SetupError (the master key, no reason) and StorageError;
        then none is shown, and nothing is noted.
        """
        if not self._file.exists():
            raise _no_such_token()
        calls: dict[str, list[str]] = {}
        values = []
        with self._file.transaction() as connection:
            for token in tokens:
                name, call_id, value = self._value(connection, token)
                calls.setdefault(call_id, []).append(name)
                values.append(value)
            for call_id, names in calls.items():
                audit.record(connection, "reveal", call_id, names, reason)
        return values

    def erase(self, call_id: str) -> int:
        """Forget a call's key and values; needs no master key. Returns the number of values. Raises StorageError."""
        if not self._file.exists():
            return 0
        with self._file.transaction() as connection:
            connection.execute("delete from call_keys where call_id = ?", (call_id,))
            return connection.execute("delete from sealed where call_id = ?", (call_id,)).rowcount

    def rewrap(self) -> Rewrapped:
        """Wrap the calls' keys under the new master key, all in one transaction; values and tokens stay as they are.

        The old one is read from PCA_OLD_MASTER_KEY or its file. Raises SetupError (a key is missing, or the old one
        does not open the vault) and StorageError; then nothing is changed.
        """
        new, old = (read_master_key(self._file.folder, variable) for variable in (VARIABLE, OLD_VARIABLE))
        if not self._file.exists():
            return Rewrapped(0, 0, new.id)
        with self._file.transaction() as connection:
            select = "select call_id, wrapped, key_id from call_keys where key_id is not ?"
            left = rows(connection, select, new.id)
            for call_id, wrapped, key_id in left:
                key = _seal(new, _unwrap(old, call_id, wrapped, key_id), call_id)
                connection.execute(
                    "update call_keys set wrapped = ?, key_id = ? where call_id = ?", (key, new.id, call_id)
                )
            [(number,)] = rows(connection, "select count(*) from call_keys")
        return Rewrapped(len(left), number - len(left), new.id)

    def _value(self, connection: sqlite3.Connection, token: str) -> tuple[str, str, str]:
        """A token without brackets, its call, and its value."""
        found = _TOKEN.fullmatch(token.strip())
        select = "select call_id, wrapped, key_id, value from sealed join call_keys using (call_id) where token = ?"
        sealed = rows(connection, select, found[1]) if found else []
        if not found or not sealed:
            raise _no_such_token()
        call_id, wrapped, key_id, value = sealed[0]
        key = SecretKey(_unwrap(read_master_key(self._file.folder), call_id, wrapped, key_id))
        try:
            return found[1], call_id, _open(key, value, found[1]).decode(errors="surrogatepass")
        except InvalidTag:
            raise VaultError("The value of this token was altered.", "Restore the vault from a backup.") from None

    def _call_key(self, connection: sqlite3.Connection, call_id: str) -> SecretKey:
        """The call's key; the first to ask makes it."""
        master = read_master_key(self._file.folder)
        known = rows(connection, "select wrapped, key_id from call_keys where call_id = ?", call_id)
        if known:
            return SecretKey(_unwrap(master, call_id, *known[0]))
        other = rows(connection, "select key_id from call_keys where key_id <> ? limit 1", master.id)
        if other:  # a vault under two keys would be opened by neither
            raise _wrong_key(master, other[0][0])
        key = secrets.token_bytes(KEY_BYTES)
        connection.execute("insert into call_keys values (?, ?, ?)", (call_id, _seal(master, key, call_id), master.id))
        return SecretKey(key)


def _unwrap(master: SecretKey, call_id: str, wrapped: bytes, key_id: str | None) -> bytes:
    """The key of a call."""
    try:
        return _open(master, wrapped, call_id)
    except InvalidTag:
        raise _wrong_key(master, key_id) from None


def _wrong_key(master: SecretKey, key_id: str | None) -> SetupError:
    return SetupError(
        f"The master key {master.id} does not open this vault, which was written with {key_id or 'another'}.",
        "Set the one that it was written with, or go over to the new one with `pca rewrap`. Without it, the vault's "
        "values are lost.",
    )


def _no_such_token() -> VaultError:
    return VaultError("The vault holds no such token.", "Its call was erased, or it is of another calls folder.")


def _mark(key: SecretKey, entity: str, value: str) -> str:
    """A value's mark within its call: it tells nothing without the call's key."""
    said = f"{entity}:{canonical(entity, value)}".encode(errors="surrogatepass")
    return base64.b32encode(hmac.digest(key.derive("mark"), said, "sha256")[:MARK_BYTES]).decode().lower()


def _seal(key: SecretKey, content: bytes, name: str) -> bytes:
    """Nonce and ciphertext; `name` is authenticated with them, so that none can stand in another's place."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key.derive("seal")).encrypt(nonce, content, name.encode())


def _open(key: SecretKey, sealed: bytes, name: str) -> bytes:
    return AESGCM(key.derive("seal")).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], name.encode())
