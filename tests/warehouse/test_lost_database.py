"""What happens if the database file is gone, its disk is full, or its copy cannot be written."""

from __future__ import annotations

import errno
import shutil
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from pca_pipeline import pipeline
from pca_pipeline.errors import DatabaseLockedError, SetupError, StorageError
from pca_pipeline.settings import Settings
from pca_pipeline.sweep import Sweep
from pca_pipeline.warehouse import load, open_database, publish, stage
from pca_pipeline.warehouse.failures import translated
from tests.factories import make_call
from tests.intake.drops import drop, finish_only, settings_for


@pytest.fixture
def published(settings: Settings) -> Settings:
    """A database with one call, and its copy."""
    stage(make_call("call-1"), settings.staged_folder)
    load(settings)
    publish(settings)
    return settings


def test_a_lost_database_is_not_begun_anew(published: Settings) -> None:
    """No sweep starts and nothing is loaded over the copy; after the copy takes its place, everything continues."""
    published.database.unlink()
    stage(make_call("call-2"), published.staged_folder)
    with pytest.raises(SetupError, match="install -m 600"):
        pipeline.begin(published)
    with pytest.raises(SetupError, match="gone"):
        load(published)
    assert not published.database.exists()
    shutil.copyfile(published.published_database, published.database)
    assert load(published).calls == ("call-2",)


def test_the_ledger_knows_of_a_lost_database(tmp_path: Path) -> None:
    """Even if no copy is left. Finished calls that are still staged were never in it."""
    settings = settings_for(tmp_path / "calls")
    drop(settings, "a.wav")
    call_id = finish_only(settings, **{"transcript.json": "{}"})
    staged = stage(make_call(call_id), settings.staged_folder)
    with open_database(settings):
        pass
    settings.database.unlink()
    staged.unlink()
    with pytest.raises(SetupError, match="gone"), open_database(settings):
        pass


def _full(*_: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_copy_that_cannot_be_written_is_told(published: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sweep did not do everything; the previous copy stays, and nothing half-written is left."""
    stage(make_call("call-2"), published.staged_folder)
    before = published.published_database.read_bytes()
    monkeypatch.setattr(shutil, "copyfile", lambda _, target: (target.write_bytes(b"half"), _full()))
    report = pipeline.conclude(Sweep((), 0, 0, datetime.now(UTC)), (), published)
    assert not report.whole
    assert "full" in (report.unwritten or "")
    assert published.published_database.read_bytes() == before
    assert not list(published.folder.glob(".*.partial"))


def test_a_copy_below_a_file_is_an_error_with_a_way_out(published: Settings, tmp_path: Path) -> None:
    """No folder can be made there."""
    (tmp_path / "file").touch()
    warehouse = published.warehouse.model_copy(update={"published": tmp_path / "file" / "copy.duckdb"})
    with pytest.raises(StorageError, match="file"):
        publish(published.model_copy(update={"warehouse": warehouse}))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("TransactionContext Error: Catalog write-write conflict on alter", DatabaseLockedError),
        ("TransactionContext Error: Failed to commit: No space left on device", StorageError),
    ],
)
def test_a_full_disk_is_no_other_writer(tmp_path: Path, text: str, kind: type) -> None:
    """Both end a transaction, but only a conflict resolves itself."""
    error = translated(duckdb.TransactionException(text), tmp_path / "pca.duckdb")
    assert type(error) is kind
    assert ("MB" in error.hint) == (kind is StorageError)
