from __future__ import annotations

import errno
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from pca_pipeline.errors import StorageError
from pca_pipeline.settings import Settings
from pca_pipeline.warehouse import Loaded, erase, load, loader, open_database, open_readonly, stage, stage_all
from pca_pipeline.warehouse.schema import CALL_TABLES
from tests.factories import Turn, make_call

CALLS = [
    make_call(
        f"call-{number}",
        started_at=datetime(2026, 3, 2, tzinfo=UTC) + timedelta(hours=number * 7 % 5),
        turns=[Turn("customer", 1.0, "hello [PERSON]"), Turn("agent_1", 4.0, "good day")],
        drivers=["billing"],
    )
    for number in range(4)
]


def contents(settings: Settings) -> dict[str, list[tuple[object, ...]]]:
    """All rows of the calls, except for the time and order of loading, in their order in the file."""
    columns = {"calls": "* exclude (loaded_at, call_number)"}
    with open_readonly(settings) as connection:
        return {
            table: connection.execute(f"select {columns.get(table, '* exclude (call_number)')} from {table}").fetchall()
            for table in CALL_TABLES
        }


def test_nothing_staged_makes_no_database(settings: Settings) -> None:
    """Loading nothing changes nothing."""
    assert load(settings) == Loaded()
    assert not settings.database.exists()


def test_staged_files_are_gone_after_the_load(settings: Settings) -> None:
    """What is in the database is no longer staged, and the calls are named."""
    for call in CALLS:
        stage(call, settings.staged_folder)
    assert load(settings).calls == tuple(call.call.call_id for call in CALLS)
    assert list(settings.staged_folder.iterdir()) == []


def test_what_was_dropped_is_kept_by_kind(settings: Settings) -> None:
    """Reviewers can find the calls in which speech recognition invented words, and how many of each kind."""
    stage(CALLS[0], settings.staged_folder)
    load(settings)
    with open_readonly(settings) as connection:
        row = connection.execute("select dropped_words, dropped['loop'], dropped['echo'] from v_calls").fetchone()
    assert row == (3, 2, 1)


def test_a_call_tells_how_sure_its_speakers_are(settings: Settings) -> None:
    """The mean over words, not over segments."""
    call = CALLS[0].call
    long, short = call.segments[0], replace(call.segments[0], words=call.segments[0].words[:1], confidence=0.5)
    stage(replace(CALLS[0], call=replace(call, segments=(long, short), findings=())), settings.staged_folder)
    load(settings)
    with open_readonly(settings) as connection:
        (found,) = connection.execute("select speaker_confidence from v_calls").fetchone() or (None,)
    words = len(long.words)
    assert words > 1 and found == pytest.approx((words * long.confidence + 0.5) / (words + 1))


@hypothesis_settings(max_examples=3, deadline=None)
@given(order=st.permutations(CALLS), cut=st.integers(0, len(CALLS)))
def test_order_and_batches_change_nothing(order: Sequence[object], cut: int) -> None:
    """However calls are spread over loads, the same rows come out."""

    def loaded(parts: Sequence[Sequence[object]], folder: str) -> dict[str, list[tuple[object, ...]]]:
        settings = Settings(folder=Path(folder))
        for part in parts:
            for call in part:
                stage(call, settings.staged_folder)  # type: ignore[arg-type]
            load(settings)
        return contents(settings)

    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
        at_once, cut_up = loaded([CALLS], one), loaded([order[:cut], order[cut:]], two)
    assert {table: sorted(map(repr, rows)) for table, rows in at_once.items()} == {
        table: sorted(map(repr, rows)) for table, rows in cut_up.items()
    }


def test_rows_lie_by_time(settings: Settings) -> None:
    """Whatever the files are called, calls of the same days are stored together, so that DuckDB can skip the others."""
    for call in CALLS:
        stage(call, settings.staged_folder)
    load(settings)
    rows = contents(settings)
    assert [row[0] for row in rows["calls"]] == ["call-0", "call-3", "call-1", "call-2"]
    assert [row[:2] for row in rows["segments"][:3]] == [("call-0", 0), ("call-0", 1), ("call-3", 0)]


def test_small_batches_give_the_same(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """More calls than fit in one transaction are all loaded."""
    monkeypatch.setattr(loader, "_BATCH_BYTES", 1)
    for call in CALLS:
        stage(call, settings.staged_folder)
    assert len(load(settings).calls) == len(CALLS)
    assert len(contents(settings)["segments"]) == 2 * len(CALLS)


def test_a_call_is_replaced_as_a_whole(settings: Settings) -> None:
    """A late record or a newer model leaves nothing of the former version, and does not change other calls."""
    for call in CALLS[:2]:
        stage(call, settings.staged_folder)
    load(settings)
    stage(make_call("call-0", turns=[Turn("customer", 2.0, "only this")]), settings.staged_folder)
    load(settings)
    rows = contents(settings)
    assert [row[7] for row in rows["segments"] if row[0] == "call-0"] == ["only this"]
    assert {row[0] for table in ("drivers", "findings", "mute_spans") for row in rows[table]} == {"call-1"}
    assert sorted(row[0] for row in rows["calls"]) == ["call-0", "call-1"]


def test_the_last_of_two_staged_versions_wins(settings: Settings) -> None:
    """A call staged twice before a load is loaded once, as it was staged last."""
    stage(CALLS[0], settings.staged_folder)
    stage(make_call("call-0", turns=[Turn("customer", 2.0, "newer")]), settings.staged_folder)
    assert load(settings).calls == ("call-0",)
    assert [row[7] for row in contents(settings)["segments"]] == ["newer"]
    assert list(settings.staged_folder.iterdir()) == []


def test_a_call_staged_during_the_load_is_kept(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The loader removes only the files it has read, not newer ones."""
    stage(CALLS[0], settings.staged_folder)
    remove = loader.remove_staged

    def late(files: object) -> None:
        stage(make_call("call-0", turns=[Turn("customer", 2.0, "newer")]), settings.staged_folder)
        remove(files)  # type: ignore[arg-type]

    monkeypatch.setattr(loader, "remove_staged", late)
    load(settings)
    monkeypatch.undo()
    load(settings)
    assert [row[7] for row in contents(settings)["segments"]] == ["newer"]


KILLED = """
import os, sys
from contextlib import contextmanager
from pathlib import Path
from pca_pipeline.settings import Settings
from pca_pipeline.warehouse import loader

@contextmanager
def transaction(connection):
    connection.begin()
    yield
    os._exit(9)

def remove_staged(files):
    os._exit(9)

real_unlink = Path.unlink

def unlink(path, missing_ok=False):
    real_unlink(path)
    os._exit(9)

owner = Path if sys.argv[2] == "unlink" else loader
setattr(owner, sys.argv[2], globals()[sys.argv[2]])
loader.load(Settings(folder=Path(sys.argv[1])))
"""


def _load_and_die(settings: Settings, place: str) -> None:
    """Load in a process of its own that dies at `place`: the function of that name above stands in for it."""
    command = [sys.executable, "-c", KILLED, str(settings.folder), place]
    assert subprocess.run(command, check=False).returncode == 9


@pytest.mark.parametrize(
    ("place", "committed"),
    [("transaction", False), ("remove_staged", True)],
    ids=["before the commit", "between commit and removal"],
)
def test_a_killed_load_loses_and_doubles_nothing(settings: Settings, place: str, committed: bool) -> None:
    """Wherever the process dies, the next load produces the same rows."""
    for call in CALLS:
        stage(call, settings.staged_folder)
    _load_and_die(settings, place)
    assert len(list(settings.staged_folder.iterdir())) == len(CALLS)
    assert len(contents(settings)["calls"]) == (len(CALLS) if committed else 0)
    load(settings)
    rows = contents(settings)
    assert len(rows["calls"]) == len(CALLS)
    assert len(rows["segments"]) == 2 * len(CALLS)
    assert list(settings.staged_folder.iterdir()) == []


def test_killed_while_removing_never_brings_back_the_older_version(settings: Settings) -> None:
    """Of two staged versions the older is removed first."""
    stage(CALLS[0], settings.staged_folder)
    stage(make_call("call-0", turns=[Turn("customer", 2.0, "newer")]), settings.staged_folder)
    _load_and_die(settings, "unlink")
    load(settings)
    assert [row[7] for row in contents(settings)["segments"]] == ["newer"]


@pytest.mark.parametrize("damage", [b"", b"no parquet", None], ids=["empty", "foreign", "cut off"])
def test_a_broken_staged_file_is_set_aside(settings: Settings, damage: bytes | None) -> None:
    """The other calls are loaded; the broken file keeps its content under another name and is reported."""
    for call in CALLS[:3]:
        path = stage(call, settings.staged_folder)
    path.write_bytes(path.read_bytes()[:-200] if damage is None else damage)
    loaded = load(settings)
    assert loaded.calls == ("call-0", "call-1")
    assert loaded.unreadable == (path.with_suffix(".unreadable"),)
    assert [left.name for left in settings.staged_folder.iterdir()] == [loaded.unreadable[0].name]


def test_a_file_that_cannot_be_read_now_waits_for_the_next_load(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Too many open files is not the call's fault: it is reported, stays in its place, and is loaded later."""
    paths = [stage(call, settings.staged_folder) for call in CALLS[:2]]
    read = Path.read_bytes

    def busy(path: Path) -> bytes:
        if path == paths[0]:
            raise OSError(errno.EMFILE, "Too many open files")
        return read(path)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "read_bytes", busy)
        assert load(settings) == Loaded(calls=("call-1",), left=(paths[0],))
        with pytest.raises(StorageError, match="cannot be read now"):
            erase(settings, call="call-0")
    assert "Too many open files" in caplog.text
    assert load(settings).calls == ("call-0",)


def test_what_another_loader_took_meanwhile_is_no_error(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A loader that waited for the database finds some files gone, and loads the rest."""
    taken = stage(CALLS[0], settings.staged_folder)
    stage(CALLS[1], settings.staged_folder)

    @contextmanager
    def late(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
        with open_database(settings) as connection:
            taken.unlink()
            yield connection

    monkeypatch.setattr(loader, "open_database", late)
    assert load(settings) == Loaded(calls=("call-1",))


def test_a_staged_file_of_an_older_version_is_loaded(settings: Settings) -> None:
    """Columns that a later migration added are left empty."""
    stage(CALLS[0], settings.staged_folder)
    with open_database(settings) as connection:
        connection.execute("alter table segments add column added varchar; alter table calls add column added integer")
    load(settings)
    assert len(contents(settings)["segments"]) == 2


def test_many_calls_in_one_staged_file(settings: Settings) -> None:
    """An import stages calls together; a call staged later by itself replaces the imported one."""
    stage_all(CALLS, settings.staged_folder)
    stage(make_call("call-0", turns=[Turn("customer", 2.0, "newer")]), settings.staged_folder)
    assert set(load(settings).calls) == {call.call.call_id for call in CALLS}
    rows = contents(settings)
    assert len(rows["calls"]) == len(CALLS)
    assert [row[7] for row in rows["segments"] if row[0] == "call-0"] == ["newer"]
    assert list(settings.staged_folder.iterdir()) == []


def test_an_import_that_repeats_calls_is_loaded_once(settings: Settings) -> None:
    """If a call is in two staged files with many calls, the last one wins, in one transaction."""
    stage_all(CALLS, settings.staged_folder)
    newer = make_call("call-0", turns=[Turn("customer", 2.0, "newer")])
    stage_all([newer, *CALLS[2:]], settings.staged_folder)
    assert len(load(settings).calls) == len(CALLS)
    rows = contents(settings)
    assert [row[7] for row in rows["segments"] if row[0] == "call-0"] == ["newer"]
    assert len(rows["calls"]) == len(CALLS)


def test_rows_carry_the_number_of_their_call(settings: Settings) -> None:
    """Numbers grow with each load and name the same call in every table, also after a call was replaced."""
    for batch in (CALLS[:2], CALLS[2:], CALLS[:1]):
        stage_all(batch, settings.staged_folder)
        load(settings)
    with open_readonly(settings) as connection:
        order = connection.execute("select call_id from calls order by call_number").fetchall()
        for table in CALL_TABLES[1:]:
            strays = f"select 1 from {table} anti join calls using (call_id, call_number)"
            assert connection.execute(strays).fetchall() == []
    assert [call_id for (call_id,) in order] == ["call-1", "call-2", "call-3", "call-0"]


def test_every_loading_of_a_call_is_remembered(settings: Settings) -> None:
    """Replaced rows leave a history of the models, settings and code that made them."""
    for version in ("first", "second"):
        stage(CALLS[0], settings.staged_folder, version)
        load(settings)
    with open_readonly(settings) as connection:
        history = connection.execute("select settings_version from call_versions order by loaded_at").fetchall()
    assert history == [("first",), ("second",)]
