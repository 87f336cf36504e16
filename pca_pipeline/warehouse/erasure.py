"""Erasure: calls are removed from the database, its copies and the folders, with a proof that names nobody."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain
from pathlib import Path

import duckdb

from pca_pipeline import intake
from pca_pipeline.call import is_call_id
from pca_pipeline.errors import StorageError, WarehouseError
from pca_pipeline.intake.files import files_below, storage_errors
from pca_pipeline.lock import sweep_lock
from pca_pipeline.pii.replacing.customers import key_of
from pca_pipeline.pii.vault.vault import Vault
from pca_pipeline.settings import Settings
from pca_pipeline.warehouse import lake
from pca_pipeline.warehouse.copies import copy_database
from pca_pipeline.warehouse.database import open_database, spill_folder
from pca_pipeline.warehouse.deletion import delete_calls
from pca_pipeline.warehouse.loader import load
from pca_pipeline.warehouse.publication import publish
from pca_pipeline.warehouse.rows import utc
from pca_pipeline.warehouse.transaction import transaction
from pca_pipeline.warehouse.unfinished import calls_without_rows, unfinished_calls
from pca_pipeline.warehouse.vocabulary import add_words

# The calls of each scope. A call whose time is unknown or in the future is as old as its loading.
_CALLS = {
    "call": "select call_id from calls where call_id = $value",
    "conversation": "select call_id from calls where lower(conversation_id) = lower($value)",
    "customer": "select call_id from calls where customer = $value",
    "before": "select call_id from calls where least(started_at, loaded_at) < $value",
}


@dataclass(frozen=True, slots=True)
class Erased:
    """Proof of an erasure, in counts. `scope` is call, conversation, customer or before."""

    scope: str
    calls: int
    rows: int
    files: int
    values: int = 0  # in the vault, behind tokens
    resumed: bool = False  # the same erasure had been started before and was interrupted

    def __bool__(self) -> bool:
        """Whether there was anything to erase."""
        return any((self.calls, self.rows, self.files, self.values))


def erase(
    settings: Settings,
    *,
    call: str | None = None,
    conversation: str | None = None,
    customer: str | None = None,
    before: datetime | None = None,
    wait: float = 0.0,
) -> Erased:
    """Erase calls by exactly one of: call id, conversation id, customer (a telephone number), start before a moment.

    This includes the raw files of calls that failed, wait for another attempt, or were sent back to the inbox. The vault's
    keys go first, rows last. Then the database is rewritten without the freed space, its backups are removed, and the copy
    is published again. If the process is killed in between, the same command finishes the work.

    A running sweep could bring the calls back, so its end is awaited for up to `wait` seconds. Raises SweepRunningError,
    DatabaseLockedError, StorageError, and FileBusyError if another process is working on a call.
    """
    key = key_of(customer, settings) if customer else None
    scope, value = _scope(call=call, conversation=conversation, customer=key, before=utc(before) if before else None)
    with sweep_lock(settings.folder, wait), storage_errors(settings.folder):
        if load(settings).left:  # staged calls are erased like the others
            raise StorageError("Some staged calls cannot be read now.", "See to their disk, then erase again.")
        return _erase(scope, value, settings)


def _erase(scope: str, value: object, settings: Settings) -> Erased:
    """As `erase`, while nobody else is at work. A marker file shows that an erasure has not been finished."""
    marker = settings.database.with_name(f"{settings.database.name}.erasing")
    with open_database(settings) as connection:
        found = _find(connection, scope, value, settings)
        begun = marker.read_text() if (is_resumed := marker.exists()) else None
        wanted = hashlib.sha256(f"{scope} {value}".encode()).hexdigest()  # names nobody
        marker.write_text(wanted)
        calls = sorted(found | ({str(value)} if scope == "call" else set()))
        erased = Erased(scope, len(found), rows=0, files=0, resumed=begun == wanted)
        erased = _remove(connection, erased, calls, settings)
        others = _remove_leftovers(settings)
        if is_changed := bool(erased) or is_resumed:
            erased = replace(erased, files=erased.files + others + _remove_backups(settings))
        erased = _remove_rows(connection, calls, erased)
        if is_changed:
            add_words(connection)
            _write_anew(connection, settings)
    if is_changed:
        if settings.warehouse.lake:
            lake.clean_catalog(settings)
        publish(settings)
    marker.unlink()
    return erased


def _find(connection: duckdb.DuckDBPyConnection, scope: str, value: object, settings: Settings) -> set[str]:
    """Ids of the calls in a scope, with or without rows. Raises WarehouseError for something that is not a call id."""
    found = {call_id for (call_id,) in connection.execute(_CALLS[scope], {"value": value}).fetchall()}
    found |= unfinished_calls(scope, value, settings)
    found |= calls_without_rows(scope, value, connection, settings)
    if scope == "call" and value not in found and not is_call_id(str(value)):
        raise WarehouseError("This is not the id of a call.", "Take it from the column call_id.")
    return found


def _remove(connection: duckdb.DuckDBPyConnection, erased: Erased, calls: Sequence[str], settings: Settings) -> Erased:
    """Remove everything but the rows by which calls are found. Files go last: without rows, only they show a call."""
    values = _remove_values(settings, calls)
    with transaction(connection):
        rows = _delete(connection, "failures", calls)
    named = [call_id for call_id in calls if is_call_id(call_id)]  # others could be paths, and have no files
    files = sum(intake.discard(call_id, settings) for call_id in named) + _remove_files(settings, named)
    intake.forget(calls, settings)
    return replace(erased, rows=rows, files=files, values=values)


def _write_anew(connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Rewrite the files so that nothing of what was deleted is left in them."""
    if settings.warehouse.lake:
        lake.forget(connection)
    else:
        connection.execute("checkpoint")  # leaves nothing to be written to the file that is replaced
        copy_database(connection, settings.database, settings)


def _scope(**given: object) -> tuple[str, object]:
    named = [(scope, value) for scope, value in given.items() if value is not None]
    if len(named) != 1:
        raise WarehouseError(
            "It is not clear what to erase.", "Give exactly one of --call, --conversation, --customer and --before."
        )
    return named[0]


def _remove_files(settings: Settings, calls: Sequence[str]) -> int:
    """Delete the calls' files. Returns their number."""
    folders = [folder for call_id in calls for folder in _folders(settings, call_id) if folder.is_dir()]
    single: list[Path] = []
    for call_id in calls:
        single += settings.staged_folder.glob(f"call-{call_id}-*.unreadable")
        single += settings.sealed_folder.glob(f"{call_id}.*")
    count = len(single) + sum(path.is_file() for folder in folders for path in folder.rglob("*"))
    for folder in folders:
        shutil.rmtree(folder)
    for path in single:
        path.unlink()
    return count


def _remove_leftovers(settings: Settings) -> int:
    """Delete half-written staged files, broken imports, and temporary files of queries. Returns their number."""
    staged = settings.staged_folder
    spilled = (files_below(spill_folder(path)) for path in (settings.database, settings.published_database))
    left = [*staged.glob(".*.partial"), *staged.glob("calls-*.unreadable"), *chain.from_iterable(spilled)]
    for path in left:
        path.unlink(missing_ok=True)  # a reader may have removed it itself
    return len(left)


def _remove_backups(settings: Settings) -> int:
    """Delete backups of the database, which may hold the calls. Returns their number."""
    backups = list(settings.database.parent.glob(f"{settings.database.name}.v*.backup"))
    for path in backups:
        path.unlink()
    return len(backups)


def _folders(settings: Settings, call_id: str) -> Iterator[Path]:
    """Folders that may have files of the call; every failure has one of its own."""
    yield from settings.done_folder.glob(f"*/{call_id}")
    for parent, name in ((settings.failed_folder, call_id), (settings.inbox_folder, f"retry-{call_id}")):
        yield parent / name
        yield from parent.glob(f"{name}-*")


def _remove_values(settings: Settings, calls: Iterable[str]) -> int:
    """Make the values behind the calls' tokens unreadable. Returns their number."""
    vault = Vault(settings.folder)
    return sum(map(vault.erase, calls))


def _remove_rows(connection: duckdb.DuckDBPyConnection, calls: Sequence[str], erased: Erased) -> Erased:
    """Delete the calls' remaining rows everywhere and store the proof, in one transaction.

    If nothing was found there is no proof, except that no call was as old as that.
    """
    with transaction(connection):
        rows = delete_calls(connection, "call_id in (select unnest($calls))", {"calls": list(calls)})
        rows += _delete(connection, "call_versions", calls)
        erased = replace(erased, rows=erased.rows + rows)
        if erased or erased.scope == "before":
            connection.execute(
                "insert into erasures (scope, calls, row_count, file_count) values (?, ?, ?, ?)",
                [erased.scope, erased.calls, erased.rows, erased.files],
            )
    return erased


def _delete(connection: duckdb.DuckDBPyConnection, table: str, calls: Sequence[str]) -> int:
    """Delete the calls' rows of one table. Returns their number."""
    query = f"delete from {table} where call_id in (select unnest($calls))"
    deleted = connection.execute(query, {"calls": list(calls)}).fetchone()
    return int(deleted[0]) if deleted else 0
