from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from pca_pipeline.errors import WarehouseError
from pca_pipeline.settings import Settings
from pca_pipeline.warehouse import load, open_database, open_readonly, stage
from pca_pipeline.warehouse.dictionary import data_dictionary
from pca_pipeline.warehouse.schema import CALL_TABLES, SQL_FOLDER, create_indexes, migrate, migrations, schema_version
from tests.factories import make_call

UNCOMMENTED = """
select table_name from duckdb_tables() where not internal and comment is null
union all select view_name from duckdb_views() where not internal and comment is null
union all select table_name || '.' || column_name from duckdb_columns() where not internal and comment is null
"""


def test_migrations_are_numbered_without_gaps() -> None:
    """Numbers run from 1, so that the highest one says which migrations a file has seen."""
    assert [step.version for step in migrations()] == list(range(1, len(migrations()) + 1))


def test_everything_has_a_comment(settings: Settings) -> None:
    """Every table, view and column says what it is."""
    with open_database(settings) as connection:
        assert connection.execute(UNCOMMENTED).fetchall() == []


def test_the_published_dictionary_is_up_to_date() -> None:
    """docs/data-dictionary.md matches the comments; `python -m pca_pipeline.warehouse.dictionary` writes it."""
    assert (SQL_FOLDER.parent / "docs" / "data-dictionary.md").read_text("utf-8") == data_dictionary()


def test_tables_of_a_call_have_its_id(settings: Settings) -> None:
    """Every table with a call_id is replaced and erased with the call."""
    with open_database(settings) as connection:
        query = "select t.table_name from duckdb_tables() t join duckdb_columns() c using (table_name)"
        named = connection.execute(f"{query} where column_name = 'call_id' and not t.internal").fetchall()
    assert {name for (name,) in named} == {*CALL_TABLES, "call_versions", "failures"}


def _as_of_version_1(settings: Settings) -> None:
    """Make the database as it was written by a program that had only the first migration."""
    settings.folder.mkdir(parents=True)
    with duckdb.connect(settings.database) as connection:
        connection.execute(migrations()[0].sql)
        connection.execute(
            "insert into schema_migrations (version, name, code_version) values (1, '0001_calls.sql', 'x')"
        )
        connection.execute("insert into files values ('old', 'old.wav', 'audio', '00', 1)")
        create_indexes(connection)  # as newer files have, of whose tables no column can be changed


def test_an_older_file_is_upgraded_after_a_backup(settings: Settings) -> None:
    """The file has all migrations afterwards and keeps its rows; the backup is what it was before."""
    _as_of_version_1(settings)
    with open_database(settings) as connection:
        assert schema_version(connection) == migrations()[-1].version
        assert connection.execute("select name from files").fetchall() == [("old.wav",)]
        assert connection.execute("select index_name from duckdb_indexes()").fetchall() == [("calls_by_conversation",)]
    with duckdb.connect(settings.folder / "pca.duckdb.v1.backup", read_only=True) as backup:
        assert schema_version(backup) == 1
        assert backup.execute("select name from files").fetchall() == [("old.wav",)]


def test_words_of_an_older_file_keep_their_text_and_times(settings: Settings) -> None:
    """The upgrade to compact words loses no word, even if a made-up value contains a blank."""
    _as_of_version_1(settings)
    with duckdb.connect(settings.database) as connection:
        connection.execute("""
            insert into segments values ('old', 0, 'customer', 0, 1000, 2500, 1.0, 'i am Ann Lee', [
                {word: 'i', start_ms: 1000, end_ms: 1200, probability: 0.5, entity: null},
                {word: 'am', start_ms: 1200, end_ms: 1500, probability: 0.9, entity: null},
                {word: 'Ann Lee', start_ms: 1500, end_ms: 2500, probability: 1.0, entity: 'PERSON'}
            ], 0.5, 'neutral', -20.0)
        """)
    with open_database(settings) as connection:
        words = connection.execute("select * exclude (call_id, segment, speaker, call_number) from v_words").fetchall()
    assert words == [
        (1, "i", 1.0, 1.2, 0.5, None),
        (2, "am", 1.2, 1.5, 0.9, None),
        (3, "Ann\N{NO-BREAK SPACE}Lee", 1.5, 2.5, 1.0, "PERSON"),
    ]


def test_a_current_file_is_not_backed_up(settings: Settings) -> None:
    """Opening costs nothing when there is nothing to upgrade."""
    for _ in range(2):
        with open_database(settings):
            pass
    assert sorted(path.name for path in settings.folder.iterdir()) == ["pca.duckdb"]


def test_a_newer_file_is_refused_and_left_alone(settings: Settings) -> None:
    """A file of a later version is not written to, and what is staged stays."""
    with open_database(settings) as connection:
        connection.execute("insert into schema_migrations (version, name, code_version) values (999, 'x', 'x')")
    stage(make_call(), settings.staged_folder)
    with pytest.raises(WarehouseError, match="schema version 999"):
        load(settings)
    assert len(list(settings.staged_folder.iterdir())) == 1


def test_a_failing_migration_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    """Each migration is one transaction: it is never half done."""
    (tmp_path / "0001_start.sql").write_text(migrations()[0].sql)
    (tmp_path / "0002_broken.sql").write_text("create table half (x integer); select no_such_column from calls;")
    with duckdb.connect() as connection:
        with pytest.raises(WarehouseError, match="0002_broken"):
            migrate(connection, tmp_path)
        assert schema_version(connection) == 1
        assert connection.execute("select 1 from duckdb_tables() where table_name = 'half'").fetchone() is None


def test_views_of_the_analyst_survive(settings: Settings) -> None:
    """Opening the file again does not touch views that are not the project's."""
    with open_database(settings) as connection:
        connection.execute("create view mine as select count(*) as calls from v_calls")
    with open_database(settings):
        pass
    with open_readonly(settings) as connection:
        assert connection.execute("from mine").fetchall() == [(0,)]
