from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from pca_pipeline.call import Interval, IntervalKind, ParticipantTimes, Transfer, TransferKind
from pca_pipeline.errors import AudioError, StorageError
from pca_pipeline.intake import Failure
from pca_pipeline.pii import load_policy
from pca_pipeline.settings import Settings, load_settings
from pca_pipeline.warehouse import Run, load, open_readonly, record_failure, record_run, settings_version, stage
from pca_pipeline.warehouse.rows import call_rows
from pca_pipeline.warehouse.staging import read_staged, staged_schema
from tests.factories import CUSTOMER, Turn, agent, make_call

FULL = make_call(
    turns=[Turn("customer", 1.0, "card [CREDIT_CARD]", -0.5), Turn("agent_1", 3.0, "thanks", 0.25)],
    participants=(CUSTOMER, agent(1, "Ann"), agent(2, "Bob")),
    times=[ParticipantTimes("agent_1", talk=60, hold=5.0004, after_call_work=9)],
    intervals=[Interval(IntervalKind.TALK, "agent_1", 0, 60.5)],
    transfers=[Transfer(TransferKind.CONSULT, "agent_1", None, 61)],
    attributes=[("Tier", "gold")],
    started_at=datetime(2026, 7, 1, 1, 30, tzinfo=timezone(timedelta(hours=2))),
    conversation_id="conversation-1",
    drivers=["billing", "card"],
    enrichments={"summary": {"text": "Grüße", "score": 1}},
)


def test_rows_fill_exactly_the_columns_of_their_tables() -> None:
    """No value is lost because of a wrong name, and no column is missing."""
    filled = {table: set().union(*rows) for table, rows in call_rows(FULL, "v").items()}
    schema = staged_schema()
    columns = {name: {field.name for field in schema.field(name).type.value_type} for name in filled}
    assert filled == columns


def test_a_call_comes_through_unchanged(settings: Settings) -> None:
    """What was staged is what the tables hold: milliseconds, UTC, labels, JSON."""
    stage(FULL, settings.staged_folder, "abc")
    load(settings)
    with open_readonly(settings) as connection:
        call = connection.execute(
            "select conversation_id, started_at, duration_ms, model, settings_version, audio from calls"
        ).fetchone()
        segments = connection.execute("select speaker, start_ms, text, labels[-1].entity from segments").fetchall()
        words = connection.execute("select text, start_seconds, end_seconds, probability from v_words").fetchall()[1]
        metrics = connection.execute("select talk_ms, hold_ms, words from participant_metrics").fetchall()
        transfer = connection.execute("select kind, to_participant, at_ms from transfers").fetchone()
        enrichment = connection.execute("select value ->> '$.text' from enrichments").fetchone()
    assert call == (
        "conversation-1",
        datetime(2026, 6, 30, 23, 30),
        100_000,
        "demo",
        "abc",
        "done/2026-03-02/call-1/redacted.wav",
    )
    assert segments == [("customer", 1000, "card [CREDIT_CARD]", "CREDIT_CARD"), ("agent_1", 3000, "thanks", None)]
    assert words == ("[CREDIT_CARD]", 1.5, 2.0, 0.8)
    assert metrics == [(60_000, 5000, 1), (None, None, 2)]
    assert transfer == ("consult", None, 61_000)
    assert enrichment == ("Grüße",)


def test_a_blank_within_a_word_does_not_split_it(settings: Settings) -> None:
    """A made-up value of two words replaces one spoken word and keeps its time."""
    call = make_call(turns=[Turn("customer", 1.0, "i am Ann yes")])
    words = [replace(word, text=word.text.replace("Ann", "Ann Lee")) for word in call.call.segments[0].words]
    segments = (replace(call.call.segments[0], words=tuple(words)),)
    stage(replace(call, call=replace(call.call, segments=segments)), settings.staged_folder)
    load(settings)
    with open_readonly(settings) as connection:
        found = connection.execute("select text, start_seconds from v_words order by word").fetchall()
    assert found == [("i", 1.0), ("am", 1.5), ("Ann\N{NO-BREAK SPACE}Lee", 2.0), ("yes", 2.5)]


def test_a_staged_file_appears_whole_or_not_at_all(settings: Settings) -> None:
    """Only complete files have the name that the loader looks for."""
    path = stage(FULL, settings.staged_folder)
    assert read_staged(path).table.num_rows == 1
    assert [found.name for found in settings.staged_folder.iterdir()] == [path.name]


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """The error says where, and contains nothing of the call."""
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    with pytest.raises(StorageError, match="cannot be written") as raised:
        stage(FULL, blocked / "staged")
    assert "card" not in str(raised.value)


def test_runs_and_failures_reach_the_database(settings: Settings) -> None:
    """Counts of a sweep and reasons of failures are staged like calls, once each."""
    began = datetime(2026, 3, 2, 9, tzinfo=UTC)
    run = Run(began, began + timedelta(minutes=2), finished=3, failed=1, audio_seconds=61.5, run_id="flow/run 1")
    record_run(settings, run)
    record_run(settings, run)
    failure = Failure.of("call-9", AudioError("x.wav is empty.", "Drop it again."), "audio", 2)
    for _ in range(2):  # reported again in another sweep
        record_failure(settings, failure)
        assert load(settings).calls == ()
    with open_readonly(settings) as connection:
        runs = connection.execute("select run_id, started_at, finished, failed, audio_ms from runs").fetchall()
        failures = connection.execute("select call_id, stage, error, retryable, attempt from failures").fetchall()
    assert runs == [("flow/run 1", datetime(2026, 3, 2, 9), 3, 1, 61_500)]
    assert failures == [("call-9", "audio", "AudioError", False, 2)]


@pytest.mark.parametrize(
    ("changed", "same"),
    [
        ({"folder": "elsewhere"}, True),
        ({"speech": {"threads": 3, "batch_size": 2, "workers": 2, "calls_at_once": 8}}, True),
        ({"web": {"hosts": ("calls.example",)}}, True),
        ({"speech": {"model": "small"}}, False),
        ({"pii": {"threshold": 0.5}}, False),
    ],
)
def test_the_settings_version_follows_what_shapes_results(changed: dict[str, object], same: bool) -> None:
    """Threads and folders do not change a transcript; model and threshold do."""
    changed_settings, settings = load_settings(**changed), load_settings()
    assert (settings_version(changed_settings, "policy") == settings_version(settings, "policy")) is same


def test_the_settings_version_follows_what_the_policy_does(tmp_path: Path) -> None:
    """Different content under the same name is another version; the same content under another name is not."""
    versions = []
    for name, kept in (("mine", "AGE"), ("mine", "LOCATION"), ("yours", "LOCATION")):
        path = tmp_path / f"{name}.toml"
        path.write_text(
            f'description = "{name}"\nredact = "all"\nkeep = ["{kept}"]\nmute = "all"\nagent_names = "keep"\n'
            'original = "destroy"\n[operators]\n'
        )
        settings = load_settings(pii={"policy": str(path)})
        versions.append(settings_version(settings, load_policy(str(path)).fingerprint))
    assert versions[0] != versions[1] == versions[2]
