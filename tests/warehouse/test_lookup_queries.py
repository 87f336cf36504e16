from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from pca_pipeline.call import Participant, Role
from pca_pipeline.errors import SetupError
from pca_pipeline.settings import Settings
from pca_pipeline.warehouse import load, open_readonly, select, stage
from tests.factories import CUSTOMER, make_call


def test_what_a_call_was_filed_under_is_stored(settings: Settings) -> None:
    """Wrap-up code, skills and divisions, by name or id; null and empty where the record has none."""
    people = (
        CUSTOMER,
        Participant("queue_1", Role.QUEUE, skills=("Spanish", "x-2")),
        Participant("agent_1", Role.AGENT, wrap_up="Resolved"),
    )
    finished = make_call("call-1", participants=people)
    timeline = replace(finished.call.timeline, divisions=("East",))
    stage(replace(finished, call=replace(finished.call, timeline=timeline)), settings.staged_folder)
    load(settings)
    with open_readonly(settings) as connection:
        assert connection.execute("select divisions from calls").fetchall() == [(["East"],)]
        found = connection.execute("select wrap_up, skills from participants order by position").fetchall()
    assert found == [(None, []), (None, ["Spanish", "x-2"]), ("Resolved", [])]


def test_a_query_reads_a_file_and_cannot_change_it(tmp_path: Path) -> None:
    """It is somebody else's file."""
    path = tmp_path / "names.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table n as select 'q1' as queue_id, 'Billing' as name")
    assert select(path, "from n") == [{"queue_id": "q1", "name": "Billing"}]
    with pytest.raises(SetupError, match="query"):
        select(path, "delete from n")
