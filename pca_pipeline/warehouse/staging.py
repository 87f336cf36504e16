"""Staged files: Arrow streams that wait for the loader, with one row per call, and in it a list of rows for each table.

Workers write them without touching the database. A name is `<kind>-<id>-<nanoseconds>.arrows`, so that a call staged again
while the loader reads never replaces the file that the loader is about to remove. They are not Parquet, since DuckDB takes
3 ms to open a small file of some hundred columns, and 0.1 ms for an Arrow stream.
"""

from __future__ import annotations

import hashlib
import time
import uuid
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import NamedTuple

import duckdb
import pyarrow as pa

from pca_pipeline.call import FinishedCall
from pca_pipeline.errors import StorageError, WarehouseError
from pca_pipeline.intake import Failure, without_files
from pca_pipeline.intake.files import sync
from pca_pipeline.settings import Settings
from pca_pipeline.warehouse import schema
from pca_pipeline.warehouse.rows import Row, call_rows, utc

_SET_BY_LOADER = {"loaded_at", "call_number"}
_SUFFIX = ".arrows"


@dataclass(frozen=True, slots=True)
class Run:
    """Counts of one sweep over the drop folder. Moments are aware; `audio_seconds` is the audio processed."""

    started_at: datetime
    ended_at: datetime
    finished: int = 0
    failed: int = 0
    late_records: int = 0
    waiting: int = 0
    rejected: int = 0
    audio_seconds: float = 0.0
    run_id: str = field(default_factory=lambda: uuid.uuid4().hex)


class Staged(NamedTuple):
    """Content of a staged file. Files with the same `layout`, the schema as it was written, can be combined."""

    table: pa.Table
    layout: bytes


def stage(finished: FinishedCall, folder: Path, settings_version: str | None = None) -> Path:
    """Write a call for the loader, atomically. Raises StorageError if the folder cannot be written."""
    rows = call_rows(finished, settings_version)
    return _write(rows, folder, f"call-{finished.call.call_id}")


def stage_all(calls: Iterable[FinishedCall], folder: Path, settings_version: str | None = None) -> Path:
    """Write many calls into one file, for imports: each call at most once, ordered by start."""
    rows = [call_rows(finished, settings_version) for finished in calls]
    return write_staged(pa.Table.from_pylist(rows, schema=staged_schema()), folder, f"calls-{uuid.uuid4().hex}")


def record_run(settings: Settings, run: Run) -> Path:
    """Stage a sweep's counts; the next load stores them in the database."""
    row: Row = {
        "run_id": run.run_id,
        "started_at": utc(run.started_at),
        "ended_at": utc(run.ended_at),
        "finished": run.finished,
        "failed": run.failed,
        "late_records": run.late_records,
        "waiting": run.waiting,
        "rejected": run.rejected,
        "audio_ms": round(run.audio_seconds * 1000),
    }
    return _write({"runs": [row]}, settings.staged_folder, f"run-{_hashed(run.run_id)}")


def record_failure(settings: Settings, failure: Failure) -> Path:
    """Stage the reason why a call failed, without the names of its files; the next load stores it in the database.

    The same failure, reported again, is one row.
    """
    failure_id = _hashed(f"{failure.call_id} {failure.stage} {failure.attempt} {failure.failed_at}")
    row: Row = {
        "failure_id": failure_id,
        "call_id": failure.call_id,
        "failed_at": utc(datetime.fromisoformat(failure.failed_at)),
        "stage": failure.stage,
        "error": failure.error,
        "message": f"{without_files(failure.message, failure.files)} {failure.hint}",
        "retryable": failure.retryable,
        "attempt": failure.attempt,
    }
    return _write({"failures": [row]}, settings.staged_folder, f"failure-{failure_id}")


def settings_version(settings: Settings, redaction: str) -> str:
    """Fingerprint of the settings that can change a call's rows: it is the same only for the same settings.

    `redaction` is the fingerprint of what redaction follows: files that can change under the same name.
    """
    shaping = settings.model_dump_json(
        exclude={
            "folder": True,
            "inbox": True,
            "intake": True,
            "warehouse": True,
            "web": True,
            "speech": {"device", "batch_size", "threads", "workers", "calls_at_once", "model_folder"},
            "pii": {"verify_share", "policy", "recognizers"},
        }
    )
    return _hashed(shaping + redaction)[:12]


def staged_files(folder: Path) -> tuple[Path, ...]:
    """The files that wait for the loader, the oldest first."""
    return tuple(sorted(folder.glob(f"*-*{_SUFFIX}"), key=lambda path: path.stem.rpartition("-")[2]))


def staged_calls(folder: Path) -> set[str]:
    """Ids of the calls that wait in files of their own."""
    return {subject(path).removeprefix("call-") for path in folder.glob(f"call-*{_SUFFIX}")}


def read_staged(path: Path, schemas: dict[bytes, pa.Schema] | None = None) -> Staged:
    """The rows of a staged file. Raises OSError if it cannot be read now, WarehouseError if it is broken.

    `schemas` keeps parsed schemas for the next file: parsing one takes longer than reading a call.
    """
    content = path.read_bytes()
    try:
        return _parsed(content, {} if schemas is None else schemas)
    except (pa.ArrowException, OSError):  # what is cut off is an OSError to Arrow
        raise WarehouseError(f"The staged file {path.name} is broken.", "It is set aside; load the rest.") from None


def _parsed(content: bytes, known: dict[bytes, pa.Schema]) -> Staged:
    head, *messages = list(pa.ipc.MessageReader.open_stream(content)) or [None]
    if head is None:
        raise pa.ArrowInvalid("nothing in it")
    layout = head.metadata.to_pybytes()
    if layout not in known:
        known[layout] = pa.ipc.read_schema(head)
    schema = known[layout]
    table = pa.Table.from_batches([pa.ipc.read_record_batch(one, schema) for one in messages], schema)
    table.validate(full=True)
    return Staged(table, layout)


def subject(path: Path) -> str:
    """Kind and id of a staged file. Files with the same subject replace each other; the last by name wins."""
    return path.stem.rpartition("-")[0]


@cache
def staged_schema(tables: tuple[str, ...] = schema.STAGED_TABLES) -> pa.Schema:
    """Arrow schema of a staged file with rows of these tables, taken from the tables themselves."""
    with duckdb.connect() as connection:
        schema.migrate(connection)
        columns = {name: connection.table(name).limit(0).to_arrow_table().schema for name in tables}
    return pa.schema(
        [
            pa.field(name, pa.list_(pa.struct([column for column in table if column.name not in _SET_BY_LOADER])))
            for name, table in columns.items()
        ]
    )


def write_staged(table: pa.Table, folder: Path, name: str) -> Path:
    """Write rows of staged_schema() where the loader finds them, completely or not at all. Raises StorageError."""
    path = folder / f"{name}-{time.time_ns():020d}{_SUFFIX}"
    partial = folder / f".{path.name}.partial"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with pa.OSFile(str(partial), "wb") as file, pa.ipc.new_stream(file, table.schema) as stream:
            stream.write_table(table)
        sync(partial)
        return partial.replace(path)
    except OSError as error:
        with suppress(OSError):
            partial.unlink()
        raise StorageError(
            f"The staged file {path.name} cannot be written ({error.strerror or type(error).__name__}).",
            f"Check the free space and the permissions of {folder}, then try again.",
        ) from None


def _write(rows: Mapping[str, Sequence[Row]], folder: Path, name: str) -> Path:
    return write_staged(pa.Table.from_pylist([rows], schema=staged_schema(tuple(rows))), folder, name)


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]
