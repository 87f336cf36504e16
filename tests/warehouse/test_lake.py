"""The tables as a lake: the same rows and answers as in a file, many loaders, and nothing left of erased calls."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pca_pipeline.call import FinishedCall
from pca_pipeline.errors import SetupError
from pca_pipeline.settings import Settings
from pca_pipeline.warehouse import ask, erase, list_questions, load, open_database, open_readonly, publish, stage
from pca_pipeline.warehouse.schema import CALL_TABLES
from tests.factories import Turn, make_call


def some_call(number: int, text: str = "my bill [PERSON]") -> FinishedCall:
    """A call of its own month."""
    at = datetime(2026, 1 + number % 3, 2, tzinfo=UTC)
    return make_call(f"call-{number}", started_at=at, turns=[Turn("customer", 1.0, text)], drivers=["billing"])


@pytest.fixture
def lake(tmp_path: Path) -> Settings:
    """A lake whose name is a challenge for SQL strings."""
    return Settings(folder=tmp_path / "calls", warehouse={"lake": tmp_path / "the 'lake'"})


def rows(settings: Settings) -> dict[str, list[tuple[object, ...]]]:
    """All rows of the calls, except for the time and order of loading."""
    columns = {"calls": "* exclude (loaded_at, call_number)"}
    with open_readonly(settings) as connection:
        return {
            table: connection.execute(
                f"select {columns.get(table, '* exclude (call_number)')} from {table} order by all"
            ).fetchall()
            for table in CALL_TABLES
        }


def test_a_lake_holds_and_answers_what_a_file_does(lake: Settings, settings: Settings) -> None:
    """Even after a call was replaced. There is a folder of calls for each month."""
    for place in (lake, settings):
        for number in range(4):
            stage(some_call(number), place.staged_folder)
        load(place)
        stage(some_call(2, "replaced"), place.staged_folder)
        load(place)
        publish(place)
    assert rows(lake) == rows(settings)
    for question in list_questions():
        given = {"text": "bill"} if question.name == "find" else {}
        assert ask(question.name, lake, given) == ask(question.name, settings, given)
    assert lake.warehouse.lake is not None
    months = {path.parent.name for path in lake.warehouse.lake.rglob("calls/**/*.parquet")}
    assert months == {"month=1", "month=2", "month=3"}


LOADER = """
import sys
from pathlib import Path
from pca_pipeline.settings import Settings
from pca_pipeline.warehouse import load, stage
from tests.warehouse.test_lake import some_call
folder, lake, number = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
settings = Settings(folder=folder / str(number), warehouse={"lake": lake})
for round in range(4):
    stage(some_call(10 * number + round), settings.staged_folder)
    load(settings)
"""


def test_many_loaders_write_at_once(lake: Settings) -> None:
    """Each from its own folder of staged calls: none is lost, and every number belongs to one call."""
    stage(some_call(0), lake.staged_folder)
    load(lake)
    command = [sys.executable, "-c", LOADER, str(lake.folder), str(lake.warehouse.lake)]
    loaders = [subprocess.Popen([*command, str(number)]) for number in (1, 2, 3)]
    assert [one.wait() for one in loaders] == [0, 0, 0]
    with open_readonly(lake) as connection:
        counts = connection.execute("select count(*), count(distinct call_number) from calls").fetchall()
        segments = connection.execute("select count(*) from v_segments").fetchall()
    assert counts == [(13, 13)]
    assert segments == [(13,)]


def test_nothing_of_an_erased_call_is_left(lake: Settings) -> None:
    """Neither in data files, nor in former snapshots, nor in the catalog."""
    for number, word in enumerate(["canaryone", "canarytwo"]):
        stage(some_call(number, f"{word} said"), lake.staged_folder)
    load(lake)
    assert lake.warehouse.lake is not None
    before = set(lake.warehouse.lake.rglob("*.parquet"))
    erased = erase(lake, call="call-0")
    assert erased.calls == 1
    after = set(lake.warehouse.lake.rglob("*.parquet"))
    assert not {path for path in before & after if "segments" in path.parts}
    with open_readonly(lake) as connection:
        said = connection.execute("select text from segments").fetchall()
        snapshots = connection.execute("select count(*) from ducklake_snapshots('pca')").fetchone()
    assert said == [("canarytwo said",)]
    assert [row[0] for row in ask("calls", lake).rows] == ["call-1"]
    assert snapshots == (1,)
    files = [path.read_bytes() for path in lake.warehouse.lake.rglob("*") if path.is_file()]
    assert not any(b"canaryone" in content or b"call-0" in content for content in files)
    assert any(b"canarytwo" in content for content in files)


def test_a_lake_is_not_encrypted_in_silence(lake: Settings) -> None:
    """Both settings together are refused, and nothing is written."""
    both = lake.model_copy(update={"warehouse": lake.warehouse.model_copy(update={"encrypt": True})})
    stage(some_call(0), both.staged_folder)
    with pytest.raises(SetupError, match="lake"):
        load(both)


AS_OF_VERSION_16 = """
create table older as select * exclude (labels, pairs) replace (
    [{'offset_ms': 0, 'length_ms': 500, 'percent': 80::utinyint, 'entity': null::varchar},
     {'offset_ms': 700, 'length_ms': 300, 'percent': 80, 'entity': null}] as words
) from segments;
drop table segments;
alter table older rename to segments;
alter table findings drop column speaker;
drop table vocabularies;
alter table participants drop column connected;
delete from schema_migrations where version > 16;
"""


def test_an_older_lake_is_upgraded(lake: Settings) -> None:
    """Tables that a migration rewrites keep their rows, even in a lake."""
    stage(some_call(0, "my [PERSON]"), lake.staged_folder)
    load(lake)
    with open_database(lake) as connection:
        connection.execute(AS_OF_VERSION_16)
    stage(some_call(1, "his [PERSON]"), lake.staged_folder)
    load(lake)
    with open_readonly(lake) as connection:
        words = connection.execute("select text, start_seconds, end_seconds from v_words order by all").fetchall()
        speakers = connection.execute("select speaker, speaker_role from v_findings").fetchall()
    assert words == [("[PERSON]", 1.5, 2.0), ("[PERSON]", 1.7, 2.0), ("his", 1.0, 1.5), ("my", 1.0, 1.5)]
    assert speakers == [("customer", "customer")] * 2
