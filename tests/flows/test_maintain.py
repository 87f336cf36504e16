"""Housekeeping as a flow, on a calls folder that a real sweep filled."""

from __future__ import annotations

import shutil

import pytest
from prefect.states import Failed

from flows.ingest import ingest
from flows.maintain import is_retryable, maintain
from pca_pipeline.errors import DatabaseLockedError, PcaError, WarehouseError
from pca_pipeline.settings import load_settings
from pca_pipeline.warehouse import open_database
from tests.flows.prefect_harness import Prefect, drop_call


@pytest.mark.parametrize(
    ("error", "retryable"),
    [(DatabaseLockedError("held.", "Wait."), True), (WarehouseError("newer.", "Upgrade."), False)],
)
def test_only_what_can_get_better_is_tried_again(error: PcaError, retryable: bool) -> None:
    """A held database is worth another try, a permanent error is not."""
    assert is_retryable(None, None, Failed(data=error)) is retryable  # type: ignore[arg-type]


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_maintain_publishes_finds_what_is_lost_and_erases(prefect: Prefect) -> None:
    """A whole call passes; one whose files are gone fails the run, by its id; an old one is erased."""
    drop_call(prefect.calls, "call.wav")
    ingest()
    published = prefect.calls / "pca-published.duckdb"
    published.unlink()
    found = maintain()
    assert (found.stored, found.without_rows, found.without_files) == (1, (), ())
    assert published.exists()

    [folder] = (prefect.calls / "done").glob("*/*")
    shutil.move(folder, prefect.calls / "aside")
    state = maintain(return_state=True)
    assert state.is_failed()
    assert folder.name in (state.message or "")

    shutil.move(prefect.calls / "aside", folder)
    database = prefect.calls / "pca.duckdb"
    database.rename(prefect.calls / "aside")
    assert maintain(return_state=True).result(raise_on_failure=False).without_rows == (folder.name,)

    (prefect.calls / "aside").replace(database)
    with open_database(load_settings(folder=prefect.calls)) as connection:
        connection.execute("update calls set loaded_at = loaded_at - interval 40 days")
    assert maintain(overrides={"warehouse": {"keep_days": 50}}).stored == 1
    assert maintain(overrides={"warehouse": {"keep_days": 30}}).stored == 0
    assert not folder.exists()
