"""Staged files: Parquet files of one row that wait for the loader, per table a list of that table's rows.

Workers write them without touching the database. A name is `<kind>-<id>-<nanoseconds>.parquet`, so that a call
staged again while the loader reads never takes the place of the file that the loader is about to remove.
"""

from __future__ import annotations

import hashlib
import time
import uuid
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from pca_pipeline.call import FinishedCall
from pca_pipeline.errors import PcaError, StorageError
from pca_pipeline.settings import Settings
from pca_pipeline.warehouse import schema
from pca_pipeline.warehouse.database import sync
from pca_pipeline.warehouse.rows import Row, call_rows, utc

STAGED_TABLES = (*schema.CALL_TABLES, "runs", "failures")
_SET_BY_LOADER = {"loaded_at"}


@dataclass(frozen=True, slots=True)
class Run:
    """One sweep over the drop folder, in counts. Moments are aware; `audio_seconds` sums what was processed."""

    started_at: datetime
    ended_at: datetime
    finished: int = 0
    failed: int = 0
    late_records: int = 0
    waiting: int = 0
    rejected: int = 0
    audio_seconds: float = 0.0
    run_id: str = field(default_factory=lambda: uuid.uuid4().hex)


def stage(finished: FinishedCall, folder: Path, settings_version: str | None = None) -> Path:
    """Write a call for the loader, atomically. Raises StorageError where the folder cannot be written."""
    rows = call_rows(finished, settings_version)
    return _write(rows, folder, f"call-{finished.call.call_id}")


def record_run(settings: Settings, run: Run) -> Path:
    """Keep a sweep's counts; the next load brings them into the database."""
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


def record_failure(settings: Settings, call_id: str, stage: str, error: PcaError, attempt: int = 1) -> Path:
    """Keep why a call failed; the next load brings it into the database."""
    failure_id = uuid.uuid4().hex
    row: Row = {
        "failure_id": failure_id,
        "call_id": call_id,
        "failed_at": utc(datetime.now(UTC)),
        "stage": stage,
        "error": type(error).__name__,
        "message": str(error),
        "retryable": error.retryable,
        "attempt": attempt,
    }
    return _write({"failures": [row]}, settings.staged_folder, f"failure-{failure_id}")


def settings_version(settings: Settings, policy: str) -> str:
    """Fingerprint of the settings that can shape a call's rows: equal fingerprints, equal settings.

    `policy` is the fingerprint of the policy, since its file can change under the same name.
    """
    shaping = settings.model_dump_json(
        exclude={
            "folder": True,
            "inbox": True,
            "intake": True,
            "warehouse": True,
            "speech": {"device", "batch_size", "threads", "model_folder"},
            "pii": {"verify_share", "policy"},
        }
    )
    return _hashed(shaping + policy)[:12]


def staged_files(folder: Path) -> tuple[Path, ...]:
    """What waits for the loader, for each id the oldest first."""
    return tuple(sorted(folder.glob("*-*.parquet")))


def subject(path: Path) -> str:
    """Kind and id of a staged file: files of one subject replace each other, the last by name wins."""
    return path.stem.rpartition("-")[0]


@cache
def staged_schema() -> pa.Schema:
    """Arrow schema of a staged file, taken from the tables themselves."""
    with duckdb.connect() as connection:
        schema.migrate(connection)
        tables = {name: connection.table(name).limit(0).to_arrow_table().schema for name in STAGED_TABLES}
    return pa.schema(
        [
            pa.field(name, pa.list_(pa.struct([column for column in table if column.name not in _SET_BY_LOADER])))
            for name, table in tables.items()
        ]
    )


def _write(rows: Mapping[str, Sequence[Row]], folder: Path, name: str) -> Path:
    path = folder / f"{name}-{time.time_ns():020d}.parquet"
    partial = folder / f".{path.name}.partial"
    table = pa.Table.from_pylist([rows], schema=staged_schema())
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # No dictionaries, no statistics: for a file of one row they only cost size and time.
        pq.write_table(table, partial, compression="zstd", use_dictionary=False, write_statistics=False)
        sync(partial)
        return partial.replace(path)
    except OSError as error:
        with suppress(OSError):
            partial.unlink()
        raise StorageError(
            f"The staged file {path.name} cannot be written ({error.strerror or type(error).__name__}).",
            f"Check the free space and the permissions of {folder}, then try again.",
        ) from None


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]
