from __future__ import annotations

import base64
import errno
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pca_pipeline import intake
from pca_pipeline.call import FinishedCall
from pca_pipeline.errors import (
    AudioError,
    FileBusyError,
    PcaError,
    StorageError,
    SweepRunningError,
    VaultError,
    WarehouseError,
)
from pca_pipeline.intake import Claim, Failure
from pca_pipeline.lock import sweep_lock
from pca_pipeline.pii import Vault
from pca_pipeline.pii.replacing.customers import key_of
from pca_pipeline.settings import Settings
from pca_pipeline.transcript import write_transcript
from pca_pipeline.warehouse import (
    Erased,
    erase,
    erasure,
    load,
    open_database,
    open_readonly,
    publish,
    record_failure,
    stage,
)
from pca_pipeline.warehouse.schema import CALL_TABLES
from tests.factories import Turn, make_call

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def recording(number: int, conversation: str, customer: str | None = None) -> FinishedCall:
    """A call that began `number` hours after noon and has words of its own."""
    finished = make_call(
        f"call-{number}",
        conversation_id=conversation,
        started_at=NOON + timedelta(hours=number),
        turns=[Turn("customer", 1.0, f"canary-of-{number} [PERSON]")],
    )
    return replace(finished, call=replace(finished.call, customer=customer))


@pytest.fixture
def filled(settings: Settings) -> Settings:
    """Two recordings of one conversation, one of them still staged, and one of another conversation; all with files."""
    stage(recording(0, "first"), settings.staged_folder)
    stage(recording(2, "second"), settings.staged_folder)
    load(settings)
    stage(recording(1, "first"), settings.staged_folder)
    record_failure(settings, Failure.of("call-0", AudioError("empty.", "Drop it again."), "audio"))
    (settings.failed_folder / "call-0-2").mkdir(parents=True)  # it failed twice
    for parent in (settings.done_folder / "2026-03-02", settings.failed_folder):
        for number in range(3):
            (parent / f"call-{number}").mkdir(parents=True)
            (parent / f"call-{number}" / "redacted.wav").write_bytes(b"RIFF")
    return settings


def remaining(settings: Settings) -> set[str]:
    """Calls with a row left in any table."""
    with open_readonly(settings) as connection:
        union = " union ".join(f"select call_id from {table}" for table in (*CALL_TABLES, "failures"))
        return {call_id for (call_id,) in connection.execute(union).fetchall()}


@pytest.mark.parametrize(
    ("scope", "value", "left"),
    [
        ("call", "call-0", {"call-1", "call-2"}),
        ("conversation", "first", {"call-2"}),
        ("before", NOON + timedelta(hours=2), {"call-2"}),
        ("conversation", "unknown", {"call-0", "call-1", "call-2"}),
    ],
)
def test_what_was_asked_for_is_gone_everywhere(filled: Settings, scope: str, value: object, left: set[str]) -> None:
    """Rows, published copy, staged and other files of those calls go, and no others."""
    erased = erase(filled, **{scope: value})  # type: ignore[arg-type]
    assert remaining(filled) == left
    assert erased.scope == scope
    assert erased.calls == 3 - len(left)
    assert erased.files == 2 * (3 - len(left))
    assert {path.name for path in filled.failed_folder.iterdir()} == left | (
        {"call-0-2"} if "call-0" in left else set()
    )
    assert {path.name for path in (filled.done_folder / "2026-03-02").iterdir()} == left
    assert list(filled.staged_folder.iterdir()) == []


def test_nothing_of_it_is_left_in_the_bytes(filled: Settings) -> None:
    """Freed space of the file is not kept: no file contains the erased words; others are still there."""
    files = (filled.database, publish(filled))
    assert all(b"canary-of-0" in path.read_bytes() for path in files)
    erase(filled, call="call-0")
    for path in files:
        assert b"canary-of-0" not in path.read_bytes()
        assert b"canary-of-2" in path.read_bytes()
    assert not filled.database.with_name("pca.duckdb.wal").exists()


@pytest.mark.parametrize(
    "left",
    [
        "pca.duckdb.tmp/duckdb_temp_storage_DEFAULT-0.tmp",
        "pca-published.duckdb.tmp/duckdb_temp_storage_DEFAULT-0.tmp",
        "staged/.calls-0123.arrows.4567.partial",
        "staged/calls-0123.arrows.unreadable",
    ],
)
def test_what_killed_processes_left_is_erased_too(filled: Settings, left: str) -> None:
    """It cannot be known whose words are in it. It is not a call by itself: the erasure says that it found none."""
    path = filled.folder / left
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"canary")
    assert not erase(filled, conversation="unknown")
    assert not path.exists()


def test_a_call_of_which_only_the_copy_has_rows_leaves_the_copy(filled: Settings) -> None:
    """If the database is an older backup, the copy is published again without the call."""
    publish(filled)
    write_transcript(recording(2, "second").call, filled.done_folder / "2026-03-02" / "call-2")
    with open_database(filled) as connection:
        for table in CALL_TABLES:
            connection.execute(f"delete from {table} where call_id = 'call-2'")
    erase(filled, conversation="second")
    assert b"canary-of-2" not in filled.published_database.read_bytes()


@pytest.mark.parametrize("scope", ["conversation", "customer", "before", "call"])
def test_a_finished_call_without_rows_is_found(filled: Settings, monkeypatch: pytest.MonkeyPatch, scope: str) -> None:
    """Its staged file broke, or the database is an older backup: its transcript says which call it is."""
    monkeypatch.setenv("PCA_CUSTOMER_KEY", base64.b64encode(bytes(32)).decode())
    lost = recording(-30, "Lost", key_of(NUMBER, filled)).call
    kept = recording(-29, "kept", key_of("+13175550199", filled)).call
    for call in (lost, kept):
        (folder := filled.done_folder / "2026-03-01" / call.call_id).mkdir(parents=True)
        write_transcript(call, folder)
    scopes: dict[str, object] = {
        "conversation": "lost",
        "customer": NUMBER,
        "before": NOON - timedelta(hours=29, minutes=30),
        "call": lost.call_id,
    }
    assert erase(filled, **{scope: scopes[scope]}).files == 2  # type: ignore[arg-type]
    assert [folder.name for folder in (filled.done_folder / "2026-03-01").iterdir()] == [kept.call_id]


def test_backups_are_erased_too(filled: Settings) -> None:
    """A backup made before an upgrade still contains the call."""
    backup = filled.folder / "pca.duckdb.v1.backup"
    backup.write_bytes(b"older")
    erase(filled, call="call-0")
    assert not backup.exists()


def test_the_proof_is_kept_without_identity(filled: Settings) -> None:
    """Counts remain, in the database too; no id is in them."""
    erased = erase(filled, conversation="second")
    assert erased == Erased("conversation", calls=1, rows=erased.rows, files=2)
    assert erased.rows > 5
    with open_readonly(filled) as connection:
        kept = connection.execute("select scope, calls, row_count, file_count from erasures").fetchall()
    assert kept == [("conversation", 1, erased.rows, 2)]


@pytest.mark.parametrize("call", ["..", "../done", "*", "", "a/b"])
def test_an_id_that_is_a_path_is_refused(settings: Settings, call: str) -> None:
    """It cannot refer to anything outside a call's own folder."""
    (settings.failed_folder / "call-1").mkdir(parents=True)
    with pytest.raises(WarehouseError, match="not the id of a call"):
        erase(settings, call=call)
    assert (settings.failed_folder / "call-1").exists()


@pytest.mark.parametrize("strange", ["../../victim", "{victim}", "*", "."])
def test_a_row_whose_id_is_a_path_goes_alone(filled: Settings, tmp_path: Path, strange: str) -> None:
    """An older import may have stored such rows: no file is touched for them, and retention continues."""
    victim = tmp_path / "victim"
    victim.mkdir()
    call_id = strange.format(victim=victim)
    with open_database(filled) as connection:
        connection.execute("update calls set call_id = ? where call_id = 'call-2'", [call_id])
    assert erase(filled, call=call_id).calls == 1
    assert victim.exists()
    assert (filled.failed_folder / "call-2" / "redacted.wav").exists()
    with open_database(filled) as connection:
        connection.execute("update calls set call_id = ? where call_id = 'call-0'", [call_id])
    assert erase(filled, before=NOON + timedelta(days=1)).calls == 2
    assert victim.exists()
    assert not (filled.failed_folder / "call-1").exists()


@pytest.mark.parametrize("scopes", [{}, {"call": "a", "conversation": "b"}])
def test_exactly_one_scope_is_needed(settings: Settings, scopes: dict[str, str]) -> None:
    """None, or two that may contradict each other, are refused."""
    with pytest.raises(WarehouseError, match="what to erase"):
        erase(settings, **scopes)  # type: ignore[arg-type]


def test_a_customer_is_erased_by_number(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The operator types the number; files and proof contain only its keyed hash."""
    monkeypatch.setenv("PCA_CUSTOMER_KEY", base64.b64encode(bytes(32)).decode())
    for number, customer in enumerate(["+13175550142", "+13175550143", "+13175550142"]):
        stage(recording(number, f"c{number}", key_of(customer, settings)), settings.staged_folder)
    assert erase(settings, customer="(317) 555-0142").calls == 2
    assert remaining(settings) == {"call-1"}
    with open_readonly(settings) as connection:
        assert connection.execute("select scope, calls from erasures").fetchall() == [("customer", 2)]
    assert all(b"5550142" not in path.read_bytes() for path in settings.folder.glob("*.duckdb"))


def test_what_is_not_there_costs_no_rewriting(filled: Settings) -> None:
    """A nightly erasure that finds nothing leaves the files as they are."""
    publish(filled)
    erase(filled, conversation="second")
    before = [path.stat().st_ino for path in (filled.database, filled.published_database)]
    assert erase(filled, before=NOON - timedelta(days=1)).calls == 0
    assert [path.stat().st_ino for path in (filled.database, filled.published_database)] == before


def test_a_killed_erasure_is_finished_by_the_next(filled: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """If it was killed after the rows were deleted and before the file was rewritten, the same command removes the bytes."""
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(erasure, "copy_database", _interrupt)
        erase(filled, call="call-0")
    assert erase(filled, call="call-0").resumed
    assert not erase(filled, call="call-0").resumed
    assert b"canary-of-0" not in filled.database.read_bytes()
    assert not list(filled.folder.glob("*.erasing"))


def test_another_erasure_is_not_taken_for_the_one_that_was_killed(
    filled: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It rewrites the file, and a typo in its id is still reported."""
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(erasure, "copy_database", _interrupt)
        erase(filled, call="call-0")
    assert not erase(filled, call="call-9").resumed
    assert b"canary-of-0" not in filled.database.read_bytes()


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


CONVERSATION = "11111111-aaaa-4bbb-8ccc-000000000001"
NUMBER = "+13175550142"


def dropped(folder: Settings, name: str, record: object) -> Settings:
    """The same settings, but files are taken at once; a recording of that name and its record are in the inbox."""
    settings = Settings(
        folder=folder.folder, warehouse=folder.warehouse, intake={"stable_seconds": 0, "record_wait_seconds": 0}
    )
    settings.inbox_folder.mkdir(parents=True)
    (settings.inbox_folder / f"{name}.wav").write_bytes(b"raw speech")
    (settings.inbox_folder / f"{name}.json").write_text(record if isinstance(record, str) else json.dumps(record))
    return settings


def claimed(settings: Settings) -> Claim:
    """The one call in the inbox, taken."""
    (found,) = intake.scan(settings).ready
    claim = intake.claim(found, settings)
    assert isinstance(claim, Claim)
    return claim


def record(conversation: str = CONVERSATION, customer: str = NUMBER) -> dict[str, object]:
    """A conversation detail that began on 2 March 2026 and names its customer's number."""
    leg = {"segmentType": "interact", "segmentStart": "2026-03-02T12:00:00Z", "segmentEnd": "2026-03-02T12:01:00Z"}
    session = {"mediaType": "voice", "direction": "inbound", "ani": f"tel:{customer}", "segments": [leg]}
    return {
        "conversationId": conversation,
        "conversationStart": "2026-03-02T12:00:00Z",
        "originatingDirection": "inbound",
        "participants": [{"participantId": "c", "purpose": "customer", "sessions": [session]}],
    }


def failed(settings: Settings, error: PcaError) -> None:
    """Its first attempt, ended by an error."""
    intake.fail(claimed(settings), error, "audio", settings)


def sent_back(settings: Settings) -> None:
    """Failed for good, and returned to the inbox by a person."""
    failed(settings, AudioError("empty.", "Drop it again."))
    intake.retry(settings)


STATES: dict[str, Callable[[Settings], None]] = {
    "failed": lambda settings: failed(settings, AudioError("empty.", "Drop it again.")),
    "waiting for another attempt": lambda settings: failed(settings, StorageError("full.", "Free space.")),
    "sent back": sent_back,
}
SCOPES: dict[str, dict[str, object]] = {
    "conversation": {"conversation": CONVERSATION},
    "customer": {"customer": "(317) 555-0142"},
    "before": {"before": datetime(2026, 3, 3, tzinfo=UTC)},
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("scope", ["call", *SCOPES])
def test_raw_files_of_unfinished_calls_go_with_it(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, state: str, scope: str
) -> None:
    """Whatever the call is erased by, nothing of it is left to be heard, or to be processed by the next sweep."""
    monkeypatch.setenv("PCA_CUSTOMER_KEY", base64.b64encode(bytes(32)).decode())
    settings = dropped(settings, "a", record())
    STATES[state](settings)
    (call_id,) = {one.call_id for one in intake.unfinished(settings)}
    erased = erase(settings, **SCOPES.get(scope, {"call": call_id}))  # type: ignore[arg-type]
    assert (erased.calls, erased.files >= 2) == (1, True)
    assert [path.name for path in settings.folder.rglob("a.*")] == []
    assert intake.stale(settings) == ()
    assert intake.scan(settings).ready == ()


@pytest.mark.parametrize(
    "scope",
    [{"call": "another"}, {"conversation": "another"}, {"customer": "+13175550199"}, {"before": datetime(2026, 3, 1, tzinfo=UTC)}],
)  # fmt: skip
@pytest.mark.parametrize("state", STATES)
def test_raw_files_of_others_stay(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, state: str, scope: dict[str, object]
) -> None:
    """A call that is not erased keeps its files."""
    monkeypatch.setenv("PCA_CUSTOMER_KEY", base64.b64encode(bytes(32)).decode())
    settings = dropped(settings, "a", record())
    STATES[state](settings)
    erase(settings, **scope)  # type: ignore[arg-type]
    assert sorted(path.name for path in settings.folder.rglob("a.*")) == ["a.json", "a.wav"]


WRITTEN = (
    "+1_317_555_0142",
    "317%20555%200142 call",
    "2026-03-02_14-30-05_317\N{EN DASH}555\N{EN DASH}0142",
    "204-317.555\N{NO-BREAK SPACE}0142_2026-03-02",
)


def test_other_calls_of_one_export_stay(settings: Settings) -> None:
    """Each failed call has a record of many conversations: only the call's own conversation counts."""
    other = "22222222-aaaa-4bbb-8ccc-000000000002"
    settings = dropped(settings, f"{other}", {"conversations": [record(), record(other)]})
    STATES["failed"](settings)
    assert erase(settings, conversation=CONVERSATION).calls == 0
    assert erase(settings, conversation=other.upper()).calls == 1


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("in13175550142", "{}"),
        *((name, "{}") for name in WRITTEN),
        ("a", f'{{"conversationId": "{CONVERSATION}", "ani": "tel:{NUMBER}", half'),
        ("a", "[]"),
    ],
)
def test_files_that_cannot_be_read_are_found_by_what_stands_in_them(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, name: str, text: str
) -> None:
    """By a number in a recording's name, or in a broken record; a call about which neither says anything stays."""
    monkeypatch.setenv("PCA_CUSTOMER_KEY", base64.b64encode(bytes(32)).decode())
    folder = settings.failed_folder / "0123456789abcdef0123" / "input"
    folder.mkdir(parents=True)
    (folder / f"{name}.wav").write_bytes(b"raw speech")
    (folder / f"{name}.json").write_text(text)
    told = text != "[]"
    assert erase(settings, customer=NUMBER).calls == told
    assert folder.exists() != told


@pytest.mark.parametrize("where", ["discard", "forget"])
def test_killed_among_a_failed_calls_files_nothing_else_is_left_of_it(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    """Only its files show its conversation, so the vault and the table of failures forget it before they are deleted."""
    monkeypatch.setenv("PCA_MASTER_KEY", base64.b64encode(bytes(32)).decode())
    settings = dropped(settings, "a", record())
    claim = claimed(settings)
    token = Vault(settings.folder).put(claim.call_id, "PERSON", "Bogdan Ostrowski")
    intake.fail(claim, AudioError("empty.", "Drop it again."), "audio", settings)
    record_failure(settings, Failure.of(claim.call_id, AudioError("empty.", "Drop it again."), "audio"))
    backup = settings.folder / "pca.duckdb.v1.backup"
    load(settings)
    backup.touch()
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(intake, where, _interrupt)
        erase(settings, conversation=CONVERSATION)
    erase(settings, conversation=CONVERSATION)
    with pytest.raises(VaultError):
        Vault(settings.folder).reveal([token], "test")
    assert remaining(settings) == set()
    assert not backup.exists()
    assert claim.call_id.encode() not in settings.database.read_bytes()


@pytest.mark.parametrize("name", ["rmtree", "unlink"])
def test_a_folder_that_cannot_be_deleted_is_told_without_names(
    filled: Settings, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """The system's own error would name a file, and with it a caller's number."""

    def denied(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", f"{NUMBER}.wav")

    with monkeypatch.context() as patched, pytest.raises(StorageError, match="Give the user") as error:
        patched.setattr(*((shutil, name) if name == "rmtree" else (Path, name)), denied)
        erase(filled, call="call-0")
    assert NUMBER[1:] not in str(error.value)
    assert erase(filled, call="call-0").calls == 1
    assert b"canary-of-0" not in filled.database.read_bytes()


def test_no_sweep_is_at_work_meanwhile(filled: Settings) -> None:
    """It would bring the calls back."""
    with sweep_lock(filled.folder), pytest.raises(SweepRunningError):
        erase(filled, call="call-0", wait=0.3)
    assert erase(filled, call="call-0").calls == 1


def test_a_call_that_is_worked_on_is_not_erased_under_its_hands(settings: Settings) -> None:
    """The error says to wait; nothing is lost."""
    settings = dropped(settings, "a", record())
    claim = claimed(settings)
    with pytest.raises(FileBusyError, match="being worked on"):
        erase(settings, conversation=CONVERSATION)
    assert claim.audio and claim.audio.exists()


def test_a_conversation_is_found_in_any_case(settings: Settings) -> None:
    """Ids are shown as they are in the record, and may be typed in any case."""
    stage(recording(0, "AbC-1"), settings.staged_folder)
    load(settings)
    assert erase(settings, conversation="aBc-1").calls == 1


def test_a_call_dated_in_the_future_is_as_old_as_its_loading(settings: Settings) -> None:
    """A wrong clock does not keep a call beyond its retention."""
    stage(recording(24 * 365 * 100, "first"), settings.staged_folder)
    load(settings)
    assert erase(settings, before=datetime.now(UTC) - timedelta(days=1)).calls == 0
    assert erase(settings, before=datetime.now(UTC) + timedelta(days=1)).calls == 1
