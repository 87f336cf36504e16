from __future__ import annotations

import json
import os
from pathlib import Path, PurePosixPath

import pytest
from drops import (
    CONVERSATION,
    OTHER_CONVERSATION,
    OTHER_RECORDING,
    RECORDING,
    claim_only,
    conversation,
    drop,
    files_in,
    finish_only,
    metadata,
    settings_for,
)

from pca_pipeline import intake
from pca_pipeline.errors import AudioError, FileBusyError
from pca_pipeline.intake import claims, records, taking
from pca_pipeline.intake.journal import load_journal
from pca_pipeline.intake.pairing import Found, pair
from pca_pipeline.intake.quarantine import note_failure
from pca_pipeline.intake.taking import inspect
from pca_pipeline.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Files are taken at once."""
    return settings_for(tmp_path / "calls")


def late_claim(settings: Settings) -> intake.Claim:
    """The claim of the one late record."""
    (found,) = intake.scan(settings).late
    claim = intake.claim(found, settings)
    assert isinstance(claim, intake.Claim)
    return claim


def test_a_call_from_inbox_to_done(settings: Settings) -> None:
    """Inputs leave the inbox for the claim; in the end only the redacted outputs are left."""
    drop(settings, "a b/x.wav", b"speech")
    drop(settings, "a b/x.json", conversation(CONVERSATION))
    claim = claim_only(settings)
    assert files_in(settings.inbox_folder) == []
    assert claim.audio is not None
    assert (claim.audio.read_bytes(), claim.audio.name) == (b"speech", "x.wav")
    assert [path.name for path in claim.records] == ["x.json"]
    assert sorted((file.name, file.kind, file.size) for file in claim.files) == [
        ("a b/x.json", "record", claim.records[0].stat().st_size),
        ("a b/x.wav", "audio", 6),
    ]
    (claim.out / "audio.wav").write_bytes(b"redacted")
    folder = intake.finish(claim, settings)
    assert folder == intake.outputs(claim.call_id, settings)
    assert folder.parent.parent == settings.done_folder
    assert files_in(folder) == ["audio.wav"]
    assert files_in(settings.work_folder) == files_in(settings.inbox_folder) == []
    assert list(settings.work_folder.glob("*")) == [settings.work_folder / ".lock"] or not list(
        settings.work_folder.glob("[!.]*")
    )


@pytest.mark.parametrize(
    "name", ['it\'s "x"\n.wav', "通話.wav", os.fsdecode(b"\xff.wav"), "-x.wav", "x" * 251 + ".wav"]
)
def test_any_file_name_goes_all_the_way(settings: Settings, name: str) -> None:
    """The name is kept on the disk, and given on as text that can be stored."""
    drop(settings, name)
    claim = claim_only(settings)
    assert claim.audio is not None
    assert claim.audio.name == name
    claim.files[0].name.encode()
    intake.finish(claim, settings)
    assert files_in(settings.folder) == []


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ({"x.wav": b"1"}, {"y.wav": b"1"}, True),
        ({"x.wav": b"1"}, {"x.wav": b"2"}, False),
        (
            {"x.wav": b"1", "x_call_metadata.json": metadata(RECORDING, CONVERSATION)},
            {"y.wav": b"2", "y_call_metadata.json": metadata(RECORDING, CONVERSATION)},
            True,
        ),
        (
            {"x.wav": b"1", "x_call_metadata.json": metadata(RECORDING, CONVERSATION)},
            {"y.wav": b"2", "y_call_metadata.json": metadata(OTHER_RECORDING, CONVERSATION)},
            False,
        ),
        (
            {"x.wav": b"1", "x.json": conversation(CONVERSATION)},
            {"y.wav": b"2", "y.json": conversation(CONVERSATION)},
            False,
        ),
    ],
)
def test_identity(tmp_path: Path, first: dict[str, object], second: dict[str, object], same: bool) -> None:
    """Conversation and recording id where both are known, else the audio's content; never the file's name."""
    ids = []
    for number, files in enumerate((first, second)):
        settings = settings_for(tmp_path / str(number))
        for name, content in files.items():
            drop(settings, name, content)
        ids.append(claim_only(settings).call_id)
    assert (ids[0] == ids[1]) is same
    assert all(len(call_id) == 20 for call_id in ids)


@pytest.mark.parametrize("with_record", [True, False])
def test_the_same_files_again_change_nothing(settings: Settings, with_record: bool) -> None:
    """Even under another name, with the record or without: the copies go, the outputs stay."""
    for name in ("x", "again"):
        drop(settings, f"{name}.wav", b"speech")
        if with_record or name == "x":
            drop(settings, f"{name}.json", conversation(CONVERSATION))
        if name == "x":
            call_id = finish_only(settings, transcript="redacted")
    (again,) = intake.scan(settings).ready
    assert intake.claim(again, settings) == intake.Duplicate(call_id)
    assert files_in(settings.inbox_folder) == files_in(settings.work_folder) == []
    assert len(files_in(settings.done_folder)) == 1


def test_the_same_audio_with_a_new_record(settings: Settings) -> None:
    """The record is news to the finished call; its words are not recognized again."""
    drop(settings, "x.wav", b"speech")
    call_id = finish_only(settings, audio="redacted", transcript="old")
    drop(settings, "y.wav", b"speech")
    drop(settings, "y.json", conversation(CONVERSATION))
    claim = claim_only(settings)
    assert (claim.call_id, claim.audio, len(claim.records)) == (call_id, None, 1)
    (claim.out / "transcript").write_text("new")
    folder = intake.finish(claim, settings)
    assert {path.name: path.read_text() for path in folder.iterdir()} == {"audio": "redacted", "transcript": "new"}
    assert files_in(settings.inbox_folder) == files_in(settings.work_folder) == []


@pytest.mark.parametrize(
    ("audio", "record", "content"),
    [
        ("x.wav", "x.json", conversation(CONVERSATION)),
        ("a/x.wav", "a/x_metadata.json", conversation(CONVERSATION)),
        ("CALL17.WAV", "call17.json", conversation(CONVERSATION)),
        (f"{CONVERSATION}.wav", "any.json", conversation(CONVERSATION)),
        (f"conversation_id={CONVERSATION}/{RECORDING}.wav", "any.json", conversation(CONVERSATION)),
        (
            f"call_{RECORDING}.wav",
            "any.json",
            {"id": CONVERSATION, "participants": [{"calls": [{"recordingId": RECORDING}]}]},
        ),
        (f"{CONVERSATION}.wav", "any.json", conversation(CONVERSATION, OTHER_CONVERSATION)),
    ],
)
def test_a_late_record_finds_its_call(settings: Settings, audio: str, record: str, content: object) -> None:
    """By name or by any id that the recording's name held."""
    drop(settings, audio)
    call_id = finish_only(settings)
    drop(settings, record, content)
    claim = late_claim(settings)
    assert (claim.call_id, claim.audio) == (call_id, None)
    intake.finish(claim, settings)
    assert intake.scan(settings).late == ()


def test_a_corrected_record_finds_its_call(settings: Settings) -> None:
    """By the conversation of the first one; the same record again is no news and goes away."""
    drop(settings, "x.wav")
    drop(settings, "x.json", conversation(CONVERSATION))
    call_id = finish_only(settings)
    drop(settings, "correction.json", conversation(CONVERSATION, conversationEnd="2026-01-05T10:10:00Z"))
    claim = late_claim(settings)
    assert claim.call_id == call_id
    intake.finish(claim, settings)
    drop(settings, "again.json", conversation(CONVERSATION))
    (again,) = intake.scan(settings).late
    assert intake.claim(again, settings) == intake.Duplicate(call_id)
    assert intake.scan(settings) == intake.Scan()


def test_a_name_alone_does_not_correct_a_call(settings: Settings) -> None:
    """The telephone system may use a name again: its record waits for the new recording."""
    drop(settings, "x.wav")
    drop(settings, "x.json", conversation(CONVERSATION))
    finish_only(settings)
    drop(settings, "x.json", conversation(OTHER_CONVERSATION))
    found = intake.scan(settings)
    assert (found.late, len(found.waiting)) == ((), 1)


def test_a_name_alone_waits_before_it_makes_a_record_late(tmp_path: Path) -> None:
    """A new recording of the same name has `record_wait_seconds` to arrive."""
    settings = settings_for(tmp_path / "calls", record_wait_seconds=0)
    drop(settings, "x.wav")
    finish_only(settings)
    patient = settings_for(tmp_path / "calls", record_wait_seconds=900)
    drop(settings, "x.json", conversation(CONVERSATION))
    assert intake.scan(patient).late == ()
    assert len(intake.scan(settings).late) == 1


def test_late_metadata_follows_with_its_conversation(settings: Settings) -> None:
    """Alone it cannot tell who spoke; both records come as one."""
    drop(settings, f"{RECORDING}.wav")
    finish_only(settings)
    drop(settings, "m.json", metadata(RECORDING, CONVERSATION))
    assert intake.scan(settings).late == ()
    drop(settings, f"{RECORDING}_ctr.json", conversation(CONVERSATION))
    assert len(late_claim(settings).records) == 2


@pytest.mark.parametrize(
    ("recording", "metadata_of", "taken"),
    [
        (f"{CONVERSATION}.wav", RECORDING, 2),
        (f"conversation_id={CONVERSATION}/{RECORDING}.wav", OTHER_RECORDING, 1),
    ],
)
def test_late_metadata_is_that_of_a_recording_named_by_its_conversation(
    settings: Settings, recording: str, metadata_of: str, taken: int
) -> None:
    """Of another recording of the conversation, which has yet to come, it waits."""
    drop(settings, recording)
    finish_only(settings)
    drop(settings, f"{Path(recording).with_name(metadata_of)}.json", metadata(metadata_of, CONVERSATION))
    drop(settings, "detail.json", conversation(CONVERSATION))
    assert len(late_claim(settings).records) == taken


def test_late_records_dropped_again_go_away(settings: Settings) -> None:
    """Metadata too, of a recording whose name held no id: it is known by its bytes, and waits for nothing."""
    drop(settings, "x.wav")
    finish_only(settings)
    for _ in range(2):
        drop(settings, "x.json", conversation(CONVERSATION))
        drop(settings, "x.recording.json", metadata(RECORDING, CONVERSATION))
        (late,) = intake.scan(settings).late
        claim = intake.claim(late, settings)
        if isinstance(claim, intake.Claim):
            intake.finish(claim, settings)
    assert files_in(settings.inbox_folder) == []


def test_a_shared_record_goes_with_the_last(settings: Settings) -> None:
    """Every recording gets a copy of the conversation; the record is in the inbox until the last is claimed."""
    for name, recording_id in (("a", RECORDING), ("b", OTHER_RECORDING)):
        drop(settings, f"{name}.wav")
        drop(settings, f"{name}.wav_metadata.json", metadata(recording_id, CONVERSATION))
    drop(settings, "detail.json", conversation(CONVERSATION))
    first, second = (intake.claim(found, settings) for found in reversed(intake.scan(settings).ready))
    for claim in (first, second):
        assert isinstance(claim, intake.Claim)
        assert len(claim.records) == 2
        intake.finish(claim, settings)
    assert files_in(settings.inbox_folder) == []


def test_a_list_of_conversations_stays_for_the_missing(settings: Settings) -> None:
    """Until the recordings of all its conversations were finished; then it goes."""
    drop(settings, f"{CONVERSATION}.wav")
    drop(settings, "all.json", conversation(CONVERSATION, OTHER_CONVERSATION))
    finish_only(settings)
    assert files_in(settings.inbox_folder) == ["all.json"]
    assert [item.reason for item in intake.scan(settings).waiting] == [intake.Reason.RECORDING]
    drop(settings, f"{OTHER_CONVERSATION}.wav")
    finish_only(settings)
    for found in intake.scan(settings).late:
        assert isinstance(intake.claim(found, settings), intake.Duplicate)
    assert files_in(settings.inbox_folder) == []


def three_of_a_days_export(settings: Settings, **corrected: str) -> list[str]:
    """One file about conversations of which each has a recording: two of Genesys, and one of two legs. Their names."""
    legs = [
        {"ContactId": f"leg-{number}", "InitialContactId": "leg-1", "InitiationMethod": "TRANSFER"} for number in (1, 2)
    ]
    details = [conversation(CONVERSATION), conversation(OTHER_CONVERSATION, **corrected), *legs]
    drop(settings, "day.json", details)
    return [CONVERSATION, OTHER_CONVERSATION, "leg-2"]


def test_of_a_days_export_a_call_takes_its_own_conversation(settings: Settings) -> None:
    """Failed, it keeps nobody else's; sent back, it is finished with it. The file goes with the last."""
    for name in three_of_a_days_export(settings):
        drop(settings, f"{name}.wav")
    claims = [intake.claim(found, settings) for found in intake.scan(settings).ready]
    told: list[list[str]] = []
    for claim in claims:
        assert isinstance(claim, intake.Claim)
        (record,) = claim.records
        told.append([one.get("conversationId") or one["ContactId"] for one in json.loads(record.read_text())])
        intake.fail(claim, AudioError("Broken.", "Mend it."), "audio", settings)
    assert told == [[CONVERSATION], [OTHER_CONVERSATION], ["leg-1", "leg-2"]]
    assert files_in(settings.inbox_folder) == []
    intake.retry(settings)
    for found in intake.scan(settings).ready:
        again = intake.claim(found, settings)
        assert isinstance(again, intake.Claim) and len(again.records) == 1
        intake.finish(again, settings)
    assert files_in(settings.folder) == []


def test_of_a_days_export_only_what_was_corrected_is_news(settings: Settings) -> None:
    """Dropped again as it was, it goes; with one conversation corrected, it is late for that call alone."""
    calls = {}
    for name in three_of_a_days_export(settings):
        drop(settings, f"{name}.wav")
    for found in intake.scan(settings).ready:
        claim = intake.claim(found, settings)
        assert isinstance(claim, intake.Claim) and claim.audio
        calls[claim.audio.stem] = claim.call_id
        intake.finish(claim, settings)
    three_of_a_days_export(settings)
    (again,) = intake.scan(settings).late
    assert isinstance(intake.claim(again, settings), intake.Duplicate)
    three_of_a_days_export(settings, conversationEnd="2026-01-05T10:10:00Z")
    late = late_claim(settings)
    assert late.call_id == calls[OTHER_CONVERSATION]
    assert [one["conversationId"] for one in json.loads(late.records[0].read_text())] == [OTHER_CONVERSATION]
    intake.finish(late, settings)
    assert intake.scan(settings) == intake.Scan()


def test_a_days_export_stays_for_metadata_that_comes_late(settings: Settings) -> None:
    """Of a recording named by its conversation, whose record has yet to come; with that it goes."""
    for id_ in (CONVERSATION, OTHER_CONVERSATION):
        drop(settings, f"{id_}.wav")
        finish_only(settings)
    drop(settings, "day.json", [conversation(CONVERSATION), metadata("rec-00000001", OTHER_CONVERSATION)])
    intake.finish(late_claim(settings), settings)
    assert files_in(settings.inbox_folder) == ["day.json"]
    assert intake.scan(settings).late == ()
    drop(settings, "detail.json", conversation(OTHER_CONVERSATION))
    late = late_claim(settings)
    assert len(late.records) == 2
    intake.finish(late, settings)
    assert files_in(settings.folder) == []


def test_an_empty_recording_takes_its_own_conversation_along(settings: Settings) -> None:
    """Set aside with it, and no other call's."""
    for name in three_of_a_days_export(settings):
        drop(settings, f"{name}.wav", b"" if name == CONVERSATION else None)
    for found in intake.scan(settings).ready:
        claim = intake.claim(found, settings)
        assert isinstance(claim, intake.Claim)
        intake.finish(claim, settings)
    (rejected,) = intake.scan(settings).rejected
    folder = intake.reject(rejected, settings)
    (told,) = json.loads((folder / "input" / "day.json").read_text())
    assert told["conversationId"] == CONVERSATION


def test_a_days_export_is_read_once(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """When it is looked at, and when the first call takes its own of it: not for every call."""
    for name in three_of_a_days_export(settings):
        drop(settings, f"{name}.wav")
    ready, reads = intake.scan(settings).ready, []
    parse = records.parse_record
    monkeypatch.setattr(records, "parse_record", lambda content: (reads.append(1), parse(content))[1])
    for found in ready:
        claim = intake.claim(found, settings)
        assert isinstance(claim, intake.Claim)
        claim.lock.close()
    assert len(ready) == 3 and len(reads) == 1


def test_a_record_stays_for_a_finished_call_that_lacks_it(settings: Settings) -> None:
    """Two recordings of a conversation, one finished without: the record serves the new one and is late for it."""
    drop(settings, f"conversation_id={CONVERSATION}/{RECORDING}.wav")
    finished = finish_only(settings)
    drop(settings, f"conversation_id={CONVERSATION}/{OTHER_RECORDING}.wav")
    drop(settings, "detail.json", conversation(CONVERSATION))
    found = intake.scan(settings)
    assert [item.call_id for item in found.late] == [finished]
    claims = [intake.claim(item, settings) for item in (*found.ready, *found.late)]
    for claim in claims:
        assert isinstance(claim, intake.Claim)
        assert len(claim.records) == 1
        intake.finish(claim, settings)
    for item in intake.scan(settings).late:
        intake.claim(item, settings)
    assert files_in(settings.inbox_folder) == []


def test_a_new_recording_of_a_call_replaces_the_old(settings: Settings) -> None:
    """Other audio under the same ids is the same call, exported again: nothing of the old outputs stays."""
    for content in (b"1", b"2"):
        drop(settings, "x.wav", content)
        drop(settings, "x.json", conversation(CONVERSATION))
        drop(settings, "x_call_metadata.json", metadata(RECORDING, CONVERSATION))
        call_id = finish_only(settings, **{f"audio{content.decode()}": "redacted"})
    folder = intake.outputs(call_id, settings)
    assert folder is not None
    assert files_in(folder) == ["audio2"]


def test_a_call_in_work_is_not_taken_twice(settings: Settings) -> None:
    """Neither by a second process, nor as the same audio under another name or id."""
    drop(settings, "x.wav", b"speech")
    (found,) = intake.scan(settings).ready
    claim = intake.claim(found, settings)
    assert isinstance(claim, intake.Claim)
    drop(settings, "y.wav", b"speech")
    drop(settings, "y_call_metadata.json", metadata(RECORDING, CONVERSATION))
    (again,) = intake.scan(settings).ready
    with pytest.raises(FileBusyError):
        intake.claim(again, settings)
    assert files_in(settings.inbox_folder) == ["y.wav", "y_call_metadata.json"]
    intake.finish(claim, settings)


def test_a_file_that_changes_while_it_is_taken_stays(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was hashed is what is processed: otherwise everything is back in the inbox."""
    audio = drop(settings, "x.wav", b"speech")
    drop(settings, "x.json", conversation(CONVERSATION))
    (found,) = intake.scan(settings).ready
    rename = Path.rename

    def write_then_rename(path: Path, target: Path) -> Path:
        audio.write_bytes(b"SPEECH") if audio.exists() else None
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", write_then_rename)
    with pytest.raises(FileBusyError):
        intake.claim(found, settings)
    monkeypatch.undo()
    (again,) = intake.scan(settings).ready
    assert (again.audio.read_bytes(), len(again.records)) == (b"SPEECH", 1)
    assert files_in(settings.work_folder) == []


def test_claims_show_no_file_name(settings: Settings) -> None:
    """They end up in logs, and so may all that a claim is made from."""
    path = drop(settings, "Brightwater.wav", b"speech")
    drop(settings, "Brightwater.json", conversation(CONVERSATION))
    scan = intake.scan(settings)
    found = Found(path, PurePosixPath(path.name), 1.0, 6)
    sources = inspect(scan.ready[0], settings)
    claim = claim_only(settings)
    journal = load_journal(claim.folder)
    assert journal
    journal = note_failure(journal, AudioError("'Brightwater.wav' is empty.", ""), "audio")
    for one in (scan, found, pair([found], []), sources, journal, intake.unfinished(settings), claim):
        assert "Brightwater" not in repr(one)


def test_status_counts_every_folder(settings: Settings) -> None:
    """Those of intake; what waits for the loader, the warehouse knows."""
    drop(settings, "x.wav")
    finish_only(settings)
    drop(settings, "y.wav")
    claim_only(settings)
    drop(settings, "z.json", conversation(CONVERSATION))
    found = intake.status(settings)
    assert (found.done, found.work, len(found.inbox.waiting), found.failed) == (1, 1, 1, ())


def test_an_erased_call_dropped_again_is_new(settings: Settings) -> None:
    """Nothing tells any more that it was here: its audio is taken, and its record finds no call."""
    drop(settings, "x.wav", b"speech")
    claim = claim_only(settings)
    intake.finish(claim, settings)
    intake.forget([claim.call_id], settings)
    assert intake.outputs(claim.call_id, settings) is None
    drop(settings, "again.wav", b"speech")
    assert claim_only(settings).call_id == claim.call_id


@pytest.mark.parametrize("content", ['{"call_id": "de', "[1]", "{}", '{"phase": "no"}'])
def test_a_damaged_claim_holds_up_no_other(settings: Settings, content: str, caplog: pytest.LogCaptureFixture) -> None:
    """It is told with the way out, and its files stay; once its journal is deleted, they are in the inbox again."""
    drop(settings, "x.wav", b"speech")
    broken = claim_only(settings)
    broken.lock.close()
    (broken.folder / "claim.json").write_text(content)
    assert intake.stale(settings) == ()
    assert broken.call_id in caplog.text
    assert "claim.json" in caplog.text
    for number in (1, 2):  # two legs of a conversation, each with its record
        leg = f"00000000-0000-4000-8000-00000000000{number}"
        drop(settings, f"{leg}.wav")
        drop(settings, f"{leg}.json", {"ContactId": leg, "InitialContactId": CONVERSATION, "InitiationMethod": "X"})
    claims = [intake.claim(found, settings) for found in intake.scan(settings).ready]
    assert [isinstance(claim, intake.Claim) for claim in claims] == [True, True]
    assert files_in(broken.folder) == ["input/x.wav"]
    assert broken.call_id in {one.call_id for one in intake.unfinished(settings)}
    (broken.folder / "claim.json").unlink()
    intake.stale(settings)
    assert files_in(settings.inbox_folder) == [f"retry-{broken.call_id}/x.wav"]


@pytest.mark.parametrize("when", ["found", "read"])
def test_a_link_is_never_followed(settings: Settings, monkeypatch: pytest.MonkeyPatch, when: str) -> None:
    """A recording that becomes a link to a file elsewhere, once it was found or read, is not taken as the call."""
    audio = drop(settings, "a.wav")
    elsewhere = settings.folder / "elsewhere.wav"
    (found,) = intake.scan(settings).ready

    def swap() -> None:
        audio.rename(elsewhere)
        audio.symlink_to(elsewhere)

    if when == "found":
        swap()
    else:
        inspected = taking.inspect
        monkeypatch.setattr(claims, "inspect", lambda *given: (inspected(*given), swap())[0])
    with pytest.raises(FileBusyError):
        intake.claim(found, settings)
    assert elsewhere.exists() and not list(settings.work_folder.glob("*/input/*"))


@pytest.mark.parametrize("ids", [True, False], ids=["with metadata", "conversation alone"])
def test_equal_bytes_of_two_conversations_are_two_calls(settings: Settings, ids: bool) -> None:
    """As of two that are silent. Each dropped again, with its record, is itself."""
    both = ((CONVERSATION, RECORDING), (OTHER_CONVERSATION, OTHER_RECORDING))
    call_ids = []
    for conversation_id, recording_id in both:
        drop(settings, f"{recording_id}.wav", b"silence")
        drop(settings, f"{recording_id}.json", conversation(conversation_id))
        if ids:
            drop(settings, f"{recording_id}_metadata.json", metadata(recording_id, conversation_id))
        call_ids.append(finish_only(settings, transcript=conversation_id))
    assert len(set(call_ids)) == 2
    assert len(files_in(settings.done_folder)) == 2
    for (conversation_id, _), call_id in zip(both, call_ids, strict=True):
        drop(settings, "again.wav", b"silence")
        drop(settings, "again.json", conversation(conversation_id))
        (again,) = intake.scan(settings).ready
        assert intake.claim(again, settings) == intake.Duplicate(call_id)
