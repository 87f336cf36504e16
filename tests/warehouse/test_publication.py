from __future__ import annotations

import csv
import json
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from pca_pipeline.call import ParticipantTimes
from pca_pipeline.errors import AudioError, StorageError
from pca_pipeline.intake import Failure
from pca_pipeline.settings import Settings
from pca_pipeline.warehouse import (
    ExportFormat,
    Run,
    export,
    load,
    open_database,
    open_readonly,
    publish,
    publish_news,
    record_failure,
    record_run,
    stage,
)
from pca_pipeline.warehouse.schema import CALL_TABLES
from tests.factories import CUSTOMER, Turn, agent, make_call, queue


def test_the_copy_is_complete_and_read_only(settings: Settings) -> None:
    """Rows, views and comments are in the copy; its mode does not let anybody write to it."""
    stage(make_call(), settings.staged_folder)
    load(settings)
    path = publish(settings)
    assert path.stat().st_mode & 0o222 == 0
    with duckdb.connect(path, read_only=True) as connection:
        assert connection.execute("select call_id from v_calls").fetchall() == [("call-1",)]
        named = "select comment from duckdb_views() where view_name = 'v_calls'"
        assert "One row per call" in str(connection.execute(named).fetchone())


@pytest.mark.parametrize(("readers", "mode"), [("owner", 0o400), ("group", 0o440), ("all", 0o444)])
def test_who_may_read_the_copy(settings: Settings, readers: str, mode: int) -> None:
    """Only its owner, unless `warehouse.published_to` says otherwise."""
    settings = Settings(folder=settings.folder, warehouse={"published_to": readers})
    stage(make_call(), settings.staged_folder)
    load(settings)
    assert publish(settings).stat().st_mode & 0o777 == mode


def test_a_copy_is_its_readers_from_the_first_moment(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """If the publisher is killed at any change of rights, no copy is left that readers cannot open."""
    settings = Settings(folder=settings.folder, warehouse={"published_to": "all"})
    stage(make_call(), settings.staged_folder)
    load(settings)
    publish(settings)
    chmod = Path.chmod

    def killed(path: Path, mode: int) -> None:
        if path == settings.published_database:
            raise KeyboardInterrupt
        chmod(path, mode)

    monkeypatch.setattr(Path, "chmod", killed)
    with suppress(KeyboardInterrupt):
        publish(settings)
    assert settings.published_database.stat().st_mode & 0o777 == 0o444


def test_an_open_reader_keeps_its_copy_and_a_new_one_sees_the_new(settings: Settings) -> None:
    """The swap does not disturb anybody, even within one process."""
    stage(make_call("call-1"), settings.staged_folder)
    load(settings)
    publish(settings)
    with open_readonly(settings) as before:
        stage(make_call("call-2"), settings.staged_folder)
        load(settings)
        publish(settings)
        with open_readonly(settings) as after:
            assert after.execute("select count(*) from calls").fetchall() == [(2,)]
        assert before.execute("select count(*) from calls").fetchall() == [(1,)]
    assert sorted(p.name for p in settings.folder.iterdir()) == ["pca-published.duckdb", "pca.duckdb", "staged"]


def test_a_copy_left_by_a_killed_publisher_is_no_obstacle(settings: Settings) -> None:
    """The next publication starts anew."""
    with open_database(settings):
        (settings.folder / ".pca-published.duckdb.partial").write_bytes(b"half")
    assert publish(settings).exists()
    assert not (settings.folder / ".pca-published.duckdb.partial").exists()


def _stage_call(settings: Settings) -> None:
    stage(make_call("call-2"), settings.staged_folder)


def _stage_again(settings: Settings) -> None:
    stage(make_call("call-1", turns=[Turn("customer", 1.0, "corrected")]), settings.staged_folder)


def _fail(settings: Settings) -> None:
    record_failure(settings, Failure.of("call-3", AudioError("empty.", "Drop it again."), "audio"))


def _sweep(settings: Settings) -> None:
    record_run(settings, Run(datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 2, tzinfo=UTC)))


def _copy(settings: Settings) -> tuple[int, int]:
    """Identifies a published copy: a new one may get the inode of one that was removed."""
    found = settings.published_database.stat()
    return found.st_ino, found.st_mtime_ns


def _remove(settings: Settings) -> None:
    settings.published_database.unlink()


@pytest.mark.parametrize(
    ("happens", "is_news"),
    [(_stage_call, True), (_stage_again, True), (_fail, True), (_remove, True), (_sweep, False)],
)
def test_what_readers_lack_is_published(settings: Settings, happens: Callable[[Settings], None], is_news: bool) -> None:
    """Everything that a process left unpublished when it was killed after its load; counts of sweeps wait for more."""
    stage(make_call("call-1"), settings.staged_folder)
    load(settings)
    publish_news(settings)
    before = _copy(settings)
    happens(settings)
    load(settings)
    for is_published in (is_news, False):
        publish_news(settings)
        found = _copy(settings)
        assert (found != before) == is_published
        before = found


def test_a_copy_of_an_older_version_is_published_anew(settings: Settings) -> None:
    """Questions may need what the newest version has."""
    stage(make_call("call-1"), settings.staged_folder)
    load(settings)
    copy = publish(settings)
    copy.chmod(0o644)
    with duckdb.connect(copy) as connection:
        connection.execute("delete from schema_migrations where version = (select max(version) from schema_migrations)")
    before = copy.stat().st_ino
    publish_news(settings)
    assert copy.stat().st_ino != before


@pytest.mark.parametrize("file_format", ["parquet", "csv", "json"])
def test_an_export_has_a_file_for_each_table(settings: Settings, tmp_path: Path, file_format: ExportFormat) -> None:
    """Other programs read the same calls."""
    stage(make_call("call-1"), settings.staged_folder)
    stage(make_call("call-2"), settings.staged_folder)
    load(settings)
    paths = export(settings, tmp_path / "it's out", file_format)
    sheets = ["v_calls", "v_segments"] if file_format == "csv" else []
    assert [path.name for path in paths] == [f"{table}.{file_format}" for table in (*CALL_TABLES, *sheets)]
    if file_format == "csv":
        with paths[0].open(newline="") as file:
            rows = list(csv.DictReader(file))
    elif file_format == "json":
        rows = json.loads(paths[0].read_text())
    else:
        rows = duckdb.read_parquet(str(paths[0])).to_arrow_table().to_pylist()
    assert [row["call_id"] for row in rows] == ["call-1", "call-2"]


def test_a_spreadsheet_runs_nothing(settings: Settings, tmp_path: Path) -> None:
    """A name that looks like a formula is text in the files for spreadsheets, and unchanged in those of tables."""
    people = (CUSTOMER, queue(1, "=1+1"), agent(1, "=2+2"))
    stage(make_call(participants=people, turns=[Turn("agent_1", 1.0, "- yes")]), settings.staged_folder)
    load(settings)
    files = {path.stem: path.read_text("utf-8") for path in export(settings, tmp_path, "csv")}
    assert ",'=1+1," in files["v_calls"]
    assert ",'=2+2," in files["v_segments"]
    assert ",'- yes," in files["v_segments"]
    assert ",=1+1," in files["participants"]


def test_csv_opens_in_a_spreadsheet(settings: Settings, tmp_path: Path) -> None:
    """Seconds and names; lists of names with commas, and words, are JSON; a byte order mark tells Excel about umlauts."""
    people = (CUSTOMER, queue(1, "Müllers, Söhne"), agent(1, "Doyle, Patrick"), agent(2, "Gregory Lang"))
    talk = tuple(ParticipantTimes(f"agent_{number}", talk=60.5) for number in (1, 2))
    turns = (Turn("agent_2", 8.0, "bye"), Turn("agent_1", 2.0, "hello [PERSON]"))
    stage(make_call(participants=people, times=talk, turns=turns), settings.staged_folder)
    load(settings)
    files = {path.stem: path for path in export(settings, tmp_path, "csv")}

    def rows(name: str, encoding: str) -> list[dict[str, str]]:
        with files[name].open(newline="", encoding=encoding) as file:
            return list(csv.DictReader(file))

    (call,) = rows("v_calls", "utf-8-sig")
    assert files["v_calls"].read_bytes().startswith(b"\xef\xbb\xbfcall_id,")
    assert json.loads(call["agents"]) == ["Doyle, Patrick", "Gregory Lang"]
    assert (call["call_id"], call["first_queue"], float(call["talk_seconds"])) == ("call-1", "Müllers, Söhne", 121.0)
    said = rows("v_segments", "utf-8-sig")
    assert [(one["speaker_name"], float(one["start_seconds"])) for one in said] == [
        ("Doyle, Patrick", 2.0),
        ("Gregory Lang", 8.0),
    ]
    labels = json.loads(rows("segments", "utf-8")[0]["labels"])
    assert labels == [{"word": 2, "entity": "PERSON"}]


def test_an_export_into_a_file_is_refused(settings: Settings, tmp_path: Path) -> None:
    """The error names the folder."""
    stage(make_call(), settings.staged_folder)
    load(settings)
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="file"):
        export(settings, tmp_path / "file" / "out")


def test_an_export_by_month_is_a_lake(settings: Settings, tmp_path: Path) -> None:
    """Each month is a folder that can be deleted; another engine reads all of them as one table. Nothing is written twice."""
    for call_id, month in (("a", 1), ("b", 2), ("c", 2)):
        stage(make_call(call_id, started_at=datetime(2026, month, 3, tzinfo=UTC)), settings.staged_folder)
    load(settings)
    export(settings, tmp_path / "lake", by_month=True)
    query = (
        "select month, count(distinct call_id) from read_parquet(?, hive_partitioning = true) group by all order by all"
    )
    for table in ("calls", "segments", "participants"):
        files = str(tmp_path / "lake" / table / "*" / "*.parquet")
        assert duckdb.execute(query, [files]).fetchall() == [("2026-01", 1), ("2026-02", 2)]
    empty = str(tmp_path / "lake" / "transfers" / "*" / "*.parquet")
    assert duckdb.execute("select * from read_parquet(?)", [empty]).fetchall() == []
    with pytest.raises(StorageError, match="already"):
        export(settings, tmp_path / "lake", by_month=True)
