"""The ledger of finished calls, in which audio dropped again and late records find their call."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from enum import StrEnum

from pca_pipeline.errors import StorageError
from pca_pipeline.intake.files import make_folder, storage_errors
from pca_pipeline.settings import Settings

_NAME = "ledger.sqlite"
_LOCK_WAIT_SECONDS = 30
# Keys are hashed: ids and names of files may hold a caller's number.
_SCHEMA = """
CREATE TABLE IF NOT EXISTS calls (
    call_id TEXT PRIMARY KEY, outputs TEXT NOT NULL, finished_at TEXT NOT NULL, has_record INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS keys (key TEXT, call_id TEXT, PRIMARY KEY (key, call_id)) WITHOUT ROWID;
"""
_ENTER = """
INSERT INTO calls VALUES (?, ?, ?, ?) ON CONFLICT (call_id) DO UPDATE
SET finished_at = excluded.finished_at, has_record = max(has_record, excluded.has_record)
"""


class KeyKind(StrEnum):
    """By what a finished call is found again."""

    AUDIO = "audio"  # SHA-256 of a recording
    TRANSCRIPT = "transcript"  # SHA-256 of a transcript that was made elsewhere
    RECORD = "record"  # SHA-256 of a record
    CONVERSATION = "conversation"
    OF_ONE = "of one conversation"  # told, whichever it is
    CHAIN = "chain"  # the conversation that the call is one leg of, where each leg has a record of its own
    RECORDING = "recording"
    NAME_ID = "name id"  # part of the recording's name that may be an id
    NAME = "name"  # the recording's name, as records are named after it
    LETTERS = "letters"  # that name in any case


TOLD = (KeyKind.OF_ONE, "")  # key of every call whose conversation is known


class Ledger:
    """Finished calls by their keys. Use it through `open_ledger`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def calls(self, keys: Iterable[tuple[KeyKind, str]]) -> set[str]:
        """Ids of the calls that have any of the keys."""
        query = "SELECT call_id FROM keys WHERE key = ?"
        return {row[0] for key in keys for row in self._connection.execute(query, [_hashed(*key)])}

    def named(self, names: Iterable[str]) -> set[str]:
        """Ids of the calls whose recording has any of the names; in another case, of the only one."""
        names = list(names)
        if exact := self.calls((KeyKind.NAME, name) for name in names):
            return exact
        found = self.calls((KeyKind.LETTERS, name.casefold()) for name in names)
        return found if len(found) == 1 else set()

    def has_conversation(self, call_id: str) -> bool:
        """Whether it was told of which conversation the call is."""
        query = "SELECT 1 FROM keys WHERE key = ? AND call_id = ?"
        return self._connection.execute(query, [_hashed(*TOLD), call_id]).fetchone() is not None

    def has_record(self, call_id: str) -> bool:
        """Whether the call was finished with a record, or got one later."""
        query = "SELECT has_record FROM calls WHERE call_id = ?"
        return any(row[0] for row in self._connection.execute(query, [call_id]))

    def outputs(self, call_id: str) -> str | None:
        """Folder of the call's outputs within that of all finished calls; None if it is not finished."""
        row = self._connection.execute("SELECT outputs FROM calls WHERE call_id = ?", [call_id]).fetchone()
        return str(row[0]) if row else None

    def count(self) -> int:
        """How many calls are finished."""
        return int(self._connection.execute("SELECT count(*) FROM calls").fetchone()[0])

    def call_ids(self) -> set[str]:
        """Ids of all finished calls."""
        return {call_id for (call_id,) in self._connection.execute("SELECT call_id FROM calls")}

    def enter(
        self,
        call_id: str,
        outputs: str,
        finished_at: str,
        has_record: bool,
        keys: Iterable[tuple[KeyKind, str]],
    ) -> None:
        """Write the call down, or add to what is written. Durable on return."""
        with self._connection:
            self._connection.execute(_ENTER, [call_id, outputs, finished_at, has_record])
            rows = [(_hashed(*key), call_id) for key in keys]
            self._connection.executemany("INSERT OR IGNORE INTO keys VALUES (?, ?)", rows)

    def forget(self, call_ids: Iterable[str]) -> None:
        """Strike these calls out: dropped again, they are new."""
        rows = [(call_id,) for call_id in call_ids]
        self._connection.execute("PRAGMA secure_delete = ON")
        with self._connection:
            self._connection.executemany("DELETE FROM keys WHERE call_id = ?", rows)
            self._connection.executemany("DELETE FROM calls WHERE call_id = ?", rows)


@contextmanager
def open_ledger(settings: Settings) -> Iterator[Ledger]:
    """The ledger in the folder of finished calls, made if need be. Raises StorageError."""
    folder = settings.done_folder
    with storage_errors(folder):
        path = make_folder(folder) / _NAME
    try:
        with closing(sqlite3.connect(path, timeout=_LOCK_WAIT_SECONDS)) as connection:
            connection.executescript(_SCHEMA)
            yield Ledger(connection)
    except sqlite3.Error as error:
        raise StorageError(
            f"The ledger {path} cannot be read or written: {error.sqlite_errorname}.",
            "Check that its disk has space and that its folder and files can be written.",
        ) from None


def finished_calls(settings: Settings) -> set[str]:
    """Ids of all finished calls; no ledger is made for the asking. Raises StorageError."""
    if not (settings.done_folder / _NAME).exists():
        return set()
    with open_ledger(settings) as ledger:
        return ledger.call_ids()


def _hashed(kind: KeyKind, value: str) -> bytes:
    return hashlib.sha256(f"{kind}:{value}".encode("utf-8", "surrogateescape")).digest()[:12]
