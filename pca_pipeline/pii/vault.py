"""The vault: values behind tokens, sealed with AES-256-GCM under a key per call that the master key wraps.

Erasing a call's key makes its values unreadable wherever copies of them lie. One SQLite file in the calls folder,
which several workers may write at once.
"""

from __future__ import annotations

import base64
import hmac
import os
import re
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from pca_pipeline.errors import SetupError, StorageError, VaultError
from pca_pipeline.pii.keys import KEY_BYTES, SecretKey, read_master_key
from pca_pipeline.pii.values import canonical

FILE_NAME = "vault.sqlite"
LOCK_WAIT = 30.0  # seconds; a write takes milliseconds
MARK_BYTES = 10  # 80 bits: 16 letters and digits in base32
NONCE_BYTES = 12  # as NIST SP 800-38D recommends for GCM
_TOKEN = re.compile(r"<?([A-Z_]+:[a-z2-7]{16})>?")
_SCHEMA = (
    "create table if not exists call_keys (call_id text primary key, wrapped blob not null)",
    "create table if not exists sealed (token text primary key, call_id text not null, value blob not null)",
    "create index if not exists sealed_by_call on sealed (call_id)",
)


class Vault:
    """The vault of a calls folder. Its file is made by the first value; no value is ever in a `repr` or an error."""

    def __init__(self, calls_folder: Path) -> None:
        self._folder = calls_folder
        self._path = calls_folder / FILE_NAME

    def put(self, call_id: str, entity: str, value: str) -> str:
        """The token of a value, "<PERSON:k3f9...>": within a call the same one for the same value in any form.

        Raises SetupError (no master key, or another than before) and StorageError.
        """
        self._make_file()
        with self._transaction() as connection:
            key = self._call_key(connection, call_id)
            token = f"{entity}:{_mark(key, entity, value)}"
            if not _rows(connection, "select 1 from sealed where token = ?", token):
                sealed = _seal(key, value.encode(errors="surrogatepass"), token)
                connection.execute("insert into sealed values (?, ?, ?)", (token, call_id, sealed))
        return f"<{token}>"

    def reveal(self, token: str) -> str:
        """The value behind a token, as it was first said.

        Raises VaultError (unknown, erased, or altered), SetupError (the master key) and StorageError.
        """
        found = _TOKEN.fullmatch(token.strip())
        rows: list[tuple[Any, ...]] = []
        if found and self._path.exists():
            with self._transaction() as connection:
                select = "select call_id, wrapped, value from sealed join call_keys using (call_id) where token = ?"
                rows = _rows(connection, select, found[1])
        if not rows or not found:
            raise VaultError("The vault holds no such token.", "Its call was erased, or it is of another calls folder.")
        call_id, wrapped, sealed = rows[0]
        try:
            return _open(self._unwrap(call_id, wrapped), sealed, found[1]).decode(errors="surrogatepass")
        except InvalidTag:
            raise VaultError("The value of this token was altered.", "Restore the vault from a backup.") from None

    def erase(self, call_id: str) -> int:
        """Forget a call's key and values; needs no master key. Returns the number of values. Raises StorageError."""
        if not self._path.exists():
            return 0
        with self._transaction() as connection:
            connection.execute("delete from call_keys where call_id = ?", (call_id,))
            return connection.execute("delete from sealed where call_id = ?", (call_id,)).rowcount

    def _call_key(self, connection: sqlite3.Connection, call_id: str) -> SecretKey:
        """The call's key; the first to ask makes it."""
        rows = _rows(connection, "select wrapped from call_keys where call_id = ?", call_id)
        if rows:
            return self._unwrap(call_id, rows[0][0])
        key = secrets.token_bytes(KEY_BYTES)
        wrapped = _seal(read_master_key(self._folder), key, call_id)
        connection.execute("insert into call_keys values (?, ?)", (call_id, wrapped))
        return SecretKey(key)

    def _unwrap(self, call_id: str, wrapped: bytes) -> SecretKey:
        try:
            return SecretKey(_open(read_master_key(self._folder), wrapped, call_id))
        except InvalidTag:
            raise SetupError(
                "The master key does not open this vault.",
                "Set the one that it was written with; without it, its values are lost.",
            ) from None

    def _make_file(self) -> None:
        """Make the file for its owner alone; SQLite gives its journal the same rights."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with suppress(FileExistsError):
                os.close(os.open(self._path, os.O_CREAT | os.O_EXCL, 0o600))
        except OSError as error:
            raise StorageError(
                f"The vault {str(self._path)!r} cannot be made: {error.strerror}.", "Make its folder writable."
            ) from None

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """One connection for one transaction, so that threads and processes share nothing but the file."""
        try:
            with closing(sqlite3.connect(self._path, timeout=LOCK_WAIT, isolation_level=None)) as connection:
                connection.execute("pragma secure_delete = on")  # erased pages are overwritten
                connection.execute("begin immediate")
                for statement in _SCHEMA:
                    connection.execute(statement)
                yield connection
                connection.execute("commit")  # an error on the way closes without it: nothing is written
        except sqlite3.Error as error:
            raise StorageError(
                f"The vault {str(self._path)!r} cannot be used: {error.sqlite_errorname}.",
                "If it is busy or the disk is full, try again; if it is damaged, restore a backup.",
            ) from None


def _rows(connection: sqlite3.Connection, select: str, value: str) -> list[tuple[Any, ...]]:
    return connection.execute(select, (value,)).fetchall()


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
