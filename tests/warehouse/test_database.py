from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from pca_pipeline.errors import DatabaseLockedError, StorageError, WarehouseError
from pca_pipeline.settings import Settings
from pca_pipeline.warehouse import ask, load, open_database, open_readonly, publish, stage
from tests.factories import make_call

HOLDER = """
import sys, time, duckdb
connection = duckdb.connect(sys.argv[1])
print("held", flush=True)
time.sleep(float(sys.argv[2]))
"""


@contextmanager
def held(settings: Settings, seconds: float) -> Iterator[int]:
    """Another process that has the database open for writing. Yields its id."""
    settings.folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-c", HOLDER, str(settings.database), str(seconds)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process.pid
        process.kill()


def test_a_held_file_delays_and_is_reported_with_its_holder(settings: Settings) -> None:
    """The error names the process; staged calls stay, and are loaded when the file is free."""
    stage(make_call(), settings.staged_folder)
    with held(settings, 60) as pid:
        began = time.monotonic()
        with pytest.raises(DatabaseLockedError, match=rf"PID {pid}\)"):
            load(settings)
        assert time.monotonic() - began >= settings.warehouse.lock_wait_seconds
        assert len(list(settings.staged_folder.iterdir())) == 1
    assert load(settings).calls == ("call-1",)


def test_a_file_that_becomes_free_in_time_is_loaded(settings: Settings) -> None:
    """The loader waits for a short lock to end."""
    patient = settings.model_copy(
        update={"warehouse": settings.warehouse.model_copy(update={"lock_wait_seconds": 20.0})}
    )
    stage(make_call(), settings.staged_folder)
    with held(settings, 0.5):
        assert load(patient).calls == ("call-1",)


def test_an_open_in_the_same_process_counts_as_held(settings: Settings) -> None:
    """A second writer in the same process is refused, like one in another process."""
    with open_database(settings), pytest.raises(DatabaseLockedError, match="this process"), open_database(settings):
        pass


def test_no_database_yet_is_said(settings: Settings) -> None:
    """The error before anything was loaded says what to do."""
    with pytest.raises(WarehouseError, match="pca run"):
        ask("calls", settings)
    with pytest.raises(WarehouseError, match="pca run"):
        publish(settings)


def test_a_file_that_is_no_database_is_named(settings: Settings) -> None:
    """Another file under that name is not touched."""
    settings.folder.mkdir(parents=True)
    settings.database.write_bytes(b"something else" * 1000)
    with pytest.raises(WarehouseError, match=r"pca\.duckdb is not a DuckDB database"), open_database(settings):
        pass
    assert settings.database.read_bytes() == b"something else" * 1000


def test_a_place_that_cannot_be_written_is_a_storage_error(settings: Settings) -> None:
    """A folder in the file's place can be removed, and then it works: the error is retryable."""
    settings.database.mkdir(parents=True)
    with pytest.raises(StorageError, match=r"pca\.duckdb"), open_database(settings):
        pass


def test_errors_do_not_quote_values(settings: Settings) -> None:
    """DuckDB quotes the value that it cannot convert; our error does not, and hides the cause."""
    with pytest.raises(WarehouseError) as raised, open_database(settings) as connection:
        connection.execute("select 'four one one one'::integer")
    assert "four" not in str(raised.value)
    assert raised.value.__suppress_context__


def test_readers_beside_a_loader_never_fail(settings: Settings) -> None:
    """Readers of the published copy see whole calls only, while calls are loaded and published."""
    stage(make_call("call-0"), settings.staged_folder)
    load(settings)
    publish(settings)
    stop, failures, counts = threading.Event(), [], []

    def read() -> None:
        while not stop.is_set():
            try:
                with open_readonly(settings) as connection:
                    row = connection.execute(
                        "select count(*), count(segments.call_id) from calls left join segments using (call_id)"
                    ).fetchone()
                assert row is not None
                assert row[0] == row[1]
                counts.append(row[0])
                time.sleep(0.05)
            except Exception as error:  # whatever it is, the reader met it
                failures.append(error)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for number in range(1, 4):
        stage(make_call(f"call-{number}"), settings.staged_folder)
        load(settings)
        publish(settings)
    stop.set()
    for reader in readers:
        reader.join()
    assert failures == []
    assert counts
    assert max(counts) <= 4


@pytest.mark.parametrize(("given", "most"), [(None, 4_000_000_000), ("1GB", 1_000_000_000), ("64GB", 64_000_000_000)])
def test_memory_stays_below_the_limit(settings: Settings, given: str | None, most: int) -> None:
    """Without a setting it is 4 GB on a larger machine, so that memory does not grow with the data; a setting is used as it is."""
    limited = settings.model_copy(update={"warehouse": settings.warehouse.model_copy(update={"memory_limit": given})})
    with open_database(limited) as connection:
        row = connection.execute("select parse_formatted_bytes(current_setting('memory_limit'))").fetchone()
    assert row is not None
    assert row[0] <= most
    assert given is None or row[0] > most * 0.9
