from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import duckdb
import pyarrow as arrow
import pyarrow.parquet as parquet
import pytest

from pca_pipeline import warehouse
from pca_pipeline.ctr import read_lookups, read_record
from pca_pipeline.errors import SetupError
from pca_pipeline.settings import CtrSettings, Settings
from tests.ctr.genesys_records import agent, conversation, customer, media, queue, recording, segment, write


def as_csv(folder: Path, key: str, names: dict[str, str]) -> dict[str, object]:
    """A CSV file with names."""
    path = folder / f"{key}.csv"
    path.write_text(f"{key},site,name\n" + "".join(f"{id_},MN,{name}\n\n" for id_, name in names.items()), "utf-8-sig")
    return {"queues": path}


def as_parquet(folder: Path, key: str, names: dict[str, str]) -> dict[str, object]:
    """A Parquet file with names."""
    path = folder / f"{key}.parquet"
    parquet.write_table(arrow.table({key: list(names), "name": list(names.values())}), path)
    return {"queues": path}


def as_table(folder: Path, key: str, names: dict[str, str]) -> dict[str, object]:
    """A DuckDB file with names, and a query of it."""
    path = folder / "names.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create or replace table n (id varchar, label varchar)")
        connection.executemany("insert into n values (?, ?)", list(names.items()))
    return {"queues": f"select id as {key}, label as name from n", "lookups": path}


def as_query(folder: Path, key: str, names: dict[str, str]) -> dict[str, object]:
    """A query of a file, without a database."""
    path = as_csv(folder, key, names)["queues"]
    return {"queues": f"from '{path}'"}


def test_no_lookups_is_no_error() -> None:
    """Ids stay ids."""
    assert read_lookups(CtrSettings()).agents == {}


@pytest.mark.parametrize("source", [as_csv, as_parquet, as_table, as_query])
def test_names_are_read_by_id_and_again_when_changed(
    tmp_path: Path, source: Callable[[Path, str, dict[str, str]], dict[str, object]]
) -> None:
    """From any source; extra columns, a byte order mark and blank lines do no harm."""
    for number, name in enumerate(("Billing", "Claims")):
        settings = CtrSettings(**source(tmp_path, "queue_id", {"q1": name}))  # type: ignore[arg-type]
        for file in tmp_path.iterdir():
            os.utime(file, (number, number + 1))
        assert read_lookups(settings, warehouse.select).queues == {"q1": name}


@pytest.mark.parametrize("content", [b"id,name\n1,Ana\n", b"", b"user_id,name\n\xff\xfe\n"])
@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_a_file_without_the_columns_is_refused(tmp_path: Path, content: bytes, suffix: str) -> None:
    """The error names the file and the columns it must have."""
    agents = tmp_path / f"agents.{suffix}"
    agents.write_bytes(content)
    with pytest.raises(SetupError, match=rf"agents\.{suffix}.*user_id"):
        read_lookups(CtrSettings(agents=agents))


@pytest.mark.parametrize("query", ["select 1 as user_id", "select nonsense"])
def test_a_query_that_fails_is_refused(query: str) -> None:
    """As a mistake in the settings."""
    with pytest.raises(SetupError, match="query"):
        read_lookups(CtrSettings(agents=query), warehouse.select)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    """A setting that points nowhere is a mistake, not an empty list."""
    with pytest.raises(SetupError, match=r"agents\.csv"):
        read_lookups(CtrSettings(agents=tmp_path / "agents.csv"))


def test_every_kind_of_id_gets_its_name(tmp_path: Path) -> None:
    """Agents, queues, wrap-up codes, divisions and skills; ids without a name stay ids."""
    for key in ("wrap_up_code", "division_id", "skill_id"):
        (tmp_path / f"{key}.csv").write_text(f"{key},name\nx-1,Name of {key}\n")
    waiting = queue(0, 10)
    waiting["sessions"][0]["segments"][0]["requestedRoutingSkillIds"] = ["x-1", "x-2"]
    wrapped = agent("u", segment("interact", 10, 30), segment("wrapup", 30, 40, wrapUpCode="x-1"))
    record = conversation(customer(0, 30), waiting, wrapped, divisionIds=["x-1", "x-2"])
    settings = Settings(
        ctr=CtrSettings(
            wrap_up_codes=tmp_path / "wrap_up_code.csv",
            divisions=tmp_path / "division_id.csv",
            skills=tmp_path / "skill_id.csv",
        )
    )
    line = read_record(write(tmp_path, record, media(0, 30)), recording(30), settings).timeline
    assert line.participant("agent_1").wrap_up == "Name of wrap_up_code"
    assert line.participant("queue_1").skills == ("Name of skill_id", "x-2")
    assert line.divisions == ("Name of division_id", "x-2")
