"""Who saw personal data again, when and why: an audit log that is only added to and holds no value.

It lies in the vault's file, and outlives the calls. Each entry's hash covers the one before, so that an entry changed
or taken out in the middle shows; whoever notes the last hash elsewhere sees a shortened or rewritten log as well.
"""

from __future__ import annotations

import hashlib
import json
import os
import pwd
import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from pca_pipeline.errors import SetupError
from pca_pipeline.pii.vault.file import VaultFile, rows

Action = Literal["reveal", "unseal"]


@dataclass(frozen=True, slots=True)
class Access:
    """One entry of the log."""

    number: int
    at: str  # ISO 8601, UTC
    user: str  # of the operating system
    action: str
    call_id: str
    tokens: tuple[str, ...]  # without brackets: "PERSON:k3f9..."
    reason: str
    hash: str  # SHA-256 over the hash before and all the fields above

    @property
    def entities(self) -> str:
        """What was shown, in kinds and counts: "PERSON 2, US_SSN 1"."""
        counts = Counter(token.partition(":")[0] for token in self.tokens)
        return ", ".join(f"{entity} {count}" for entity, count in sorted(counts.items()))


class AuditLog:
    """The log of a calls folder."""

    def __init__(self, calls_folder: Path) -> None:
        self._file = VaultFile(calls_folder)

    def record(self, action: Action, call_id: str, reason: str) -> None:
        """Add an access. Raises SetupError without a reason, and StorageError."""
        self._file.make()
        with self._file.transaction() as connection:
            record(connection, action, call_id, (), reason)

    def read(self) -> tuple[Access, ...]:
        """All accesses, the oldest first. Raises StorageError."""
        if not self._file.exists():
            return ()
        with self._file.transaction() as connection:
            return tuple(map(_access, rows(connection, "select * from accesses order by number")))


def record(connection: sqlite3.Connection, action: Action, call_id: str, tokens: Sequence[str], reason: str) -> None:
    """Add an access within a transaction of the vault's file. Raises SetupError without a reason."""
    if not reason.strip():
        raise SetupError("A reason is required.", "Give it with --reason.")
    last = rows(connection, "select number, hash from accesses order by number desc limit 1")
    number, before = last[0] if last else (0, "")
    at = datetime.now(UTC).isoformat(timespec="seconds")
    entry = Access(number + 1, at, _user(), action, call_id, tuple(tokens), reason.strip(), "")
    connection.execute(
        "insert into accesses values (?, ?, ?, ?, ?, ?, ?, ?)",
        (*_fields(entry)[:5], json.dumps(entry.tokens), entry.reason, _hash(before, entry)),
    )


def first_altered(accesses: Iterable[Access]) -> int | None:
    """The number at which the chain does not hold; None if it holds from the first entry to the last."""
    before = ""
    for number, access in enumerate(accesses, start=1):
        if access.number != number or access.hash != _hash(before, access):
            return number
        before = access.hash
    return None


def _access(row: tuple[int, str, str, str, str, str, str, str]) -> Access:
    number, at, user, action, call_id, tokens, reason, hash_ = row
    return Access(number, at, user, action, call_id, tuple(json.loads(tokens)), reason, hash_)


def _fields(access: Access) -> tuple[object, ...]:
    return access.number, access.at, access.user, access.action, access.call_id, access.tokens, access.reason


def _hash(before: str, access: Access) -> str:
    return hashlib.sha256(json.dumps([before, *_fields(access)]).encode()).hexdigest()


def _user() -> str:
    """The process's owner, which no environment variable can change."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # a container's user without a name
        return str(os.getuid())
