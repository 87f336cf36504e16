"""The lists of a call: kept by the loader, and gathered anew when an older file is upgraded."""

from __future__ import annotations

from benchmarks.warehouse import make_calls
from pca_pipeline.settings import Settings
from pca_pipeline.warehouse import load, open_database, stage
from pca_pipeline.warehouse.schema import migrations


def test_an_upgraded_file_has_the_lists_that_the_loader_writes(settings: Settings) -> None:
    """The statement of the migration, over the rows of loaded calls, gives the same rows."""
    for finished in make_calls(40, 3):
        stage(finished, settings.staged_folder)
    load(settings)
    (step,) = (one for one in migrations() if one.name == "0005_call_facts.sql")
    _, insert = step.sql.split("insert into call_facts")
    with open_database(settings) as connection:
        kept = connection.execute("from call_facts order by call_id").fetchall()
        gathered = connection.execute(f"from ({insert.strip().rstrip(';')}) order by call_id").fetchall()
    assert len(kept) == 40
    assert any(agents and queues and drivers and findings for _, agents, queues, drivers, findings, _ in kept)
    assert kept == gathered
