"""Transcripts in the drop folder: told from records by shape, paired, awaited, claimed."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import pytest
from drops import (
    CONVERSATION,
    RECORDING,
    claim_only,
    conversation,
    drop,
    files_in,
    finish_only,
    metadata,
    names,
    settings_for,
)

from pca_pipeline import intake
from pca_pipeline.intake import LateRecord, Reason
from tests.transcripts import SHAPES, contact_lens, pca, said, whisper

TURNS = (said(0, "customer", 1.0, "Hello."),)
WHISPER = whisper(TURNS)
DETAIL = conversation(CONVERSATION)
GENESYS = {"Telephony": {"Genesys": {"id": RECORDING, "conversationId": CONVERSATION}}}
OF_GENESYS = pca(TURNS) | {"ConversationAnalytics": GENESYS}

# What is dropped, and what becomes of it: (recording, transcript, records) of each call that is ready.
LAYOUTS: dict[str, tuple[dict[str, Any], list[tuple[str | None, str | None, list[str]]]]] = {
    "alone": ({"x.json": WHISPER}, [(None, "x.json", [])]),
    "with what else was found in it": ({"x.json": WHISPER | {"entities": [{"text": "Oslo"}]}}, [(None, "x.json", [])]),
    "beside the recording": ({"x.wav": None, "x.json": WHISPER}, [("x.wav", "x.json", [])]),
    "name and suffix": ({"x.wav": None, "x.wav.json": WHISPER}, [("x.wav", "x.wav.json", [])]),
    "with a record": ({"x_transcript.json": WHISPER, "x.json": DETAIL}, [(None, "x_transcript.json", ["x.json"])]),
    "all three": (
        {"x.wav": None, "x.transcript.json": WHISPER, "x.json": DETAIL},
        [("x.wav", "x.transcript.json", ["x.json"])],
    ),
    "names of AWS PCA": (
        {
            "x.wav.json": OF_GENESYS,
            "x.wav_metadata.json": DETAIL,
            "x.wav_call_metadata.json": metadata(RECORDING, CONVERSATION),
        },
        [(None, "x.wav.json", ["x.wav_call_metadata.json", "x.wav_metadata.json"])],
    ),
    "ids in the name": (
        {f"{CONVERSATION}.json": WHISPER, "any.json": DETAIL},
        [(None, f"{CONVERSATION}.json", ["any.json"])],
    ),
    "ids in the transcript": ({"a.json": OF_GENESYS, "any.json": DETAIL}, [(None, "a.json", ["any.json"])]),
    "ids in the transcript and the recording's name": (
        {"a.json": OF_GENESYS, f"{RECORDING}.wav": None},
        [(f"{RECORDING}.wav", "a.json", [])],
    ),
    "contact id": (
        {"a.json": contact_lens(TURNS), "b.json": {"ContactId": contact_lens(TURNS)["CustomerMetadata"]["ContactId"]}},
        [(None, "a.json", ["b.json"])],
    ),
    "trees": (
        {"audio/x.wav": None, "transcripts/x.json": WHISPER, "ctr/x.json": DETAIL},
        [("audio/x.wav", "transcripts/x.json", ["ctr/x.json"])],
    ),
    "another name": ({"x.wav": None, "y.json": WHISPER}, [(None, "y.json", []), ("x.wav", None, [])]),
}


@pytest.mark.parametrize(("files", "calls"), LAYOUTS.values(), ids=LAYOUTS.keys())
def test_transcripts_find_recordings_and_records(tmp_path: Path, files: dict[str, Any], calls: list[Any]) -> None:
    """By name, by ids in names, by ids that they tell; in the place of a recording where there is none."""
    settings = settings_for(tmp_path / "calls")
    for name, content in files.items():
        drop(settings, name, content)
    scan = intake.scan(settings)
    ready = [
        (
            *(names([path], settings)[0] if path else None for path in (d.audio, d.transcript)),
            names(d.records, settings),
        )
        for d in scan.ready
    ]
    assert sorted(ready, key=str) == sorted(calls, key=str)
    assert not scan.waiting and not scan.rejected


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_is_known(shape: str, tmp_path: Path) -> None:
    """Whatever its name."""
    settings = settings_for(tmp_path / "calls")
    path = drop(settings, "conversation.json", SHAPES[shape](TURNS))
    (ready,) = intake.scan(settings).ready
    assert (ready.audio, ready.transcript, ready.files) == (None, path, (path,))


@pytest.mark.parametrize(
    "document",
    [
        DETAIL,
        {**DETAIL, "segments": []},
        {"segments": [{"segmentType": "ivr"}]},
        {"ContactId": "1", "Transcript": "s3://x"},
    ],
)
def test_records_are_no_transcripts(document: dict[str, Any], tmp_path: Path) -> None:
    """Records have segments, too."""
    settings = settings_for(tmp_path / "calls")
    drop(settings, "x.json", document)
    assert not intake.scan(settings).ready


def test_a_second_transcript_of_a_recording_is_set_aside(tmp_path: Path) -> None:
    """Nobody can tell which one is right; the call goes on with the first."""
    settings = settings_for(tmp_path / "calls")
    drop(settings, "x.wav")
    for name in ("x.json", "x_transcript.json"):
        drop(settings, name, WHISPER)
    scan = intake.scan(settings)
    assert [path.name for path in scan.ready[0].files] == ["x.json", "x.wav"]
    assert [(one.path.name, type(one.error).__name__) for one in scan.rejected] == [
        ("x_transcript.json", "TranscriptError")
    ]


def _reasons(files: dict[str, Any], tmp_path: Path, **intake_settings: float) -> set[Reason]:
    settings = settings_for(tmp_path / "calls", **intake_settings)
    for name, content in files.items():
        drop(settings, name, content)
    scan = intake.scan(settings)
    assert not scan.ready and len(scan.waiting) == len(files)
    return {waiting.reason for waiting in scan.waiting}


def test_it_waits_for_its_record_like_a_recording(tmp_path: Path) -> None:
    """And then goes on without."""
    assert _reasons({"x.json": WHISPER}, tmp_path, record_wait_seconds=900) == {Reason.RECORD}


def test_each_waits_for_the_other_where_the_settings_say_so(tmp_path: Path) -> None:
    """Where another system makes transcripts, a recording is not transcribed before its own can have come."""
    both = {"x.wav": None, "x.json": DETAIL}
    assert _reasons(both, tmp_path / "1", transcript_wait_seconds=900) == {Reason.TRANSCRIPT}
    both = {"x_transcript.json": WHISPER, "x.json": DETAIL}
    assert _reasons(both, tmp_path / "2", transcript_wait_seconds=900) == {Reason.RECORDING}


def test_it_waits_while_its_recording_is_being_written(tmp_path: Path) -> None:
    """The recording is there by name, and not complete."""
    settings = settings_for(tmp_path / "calls", stable_seconds=10)
    drop(settings, "x.json", WHISPER)
    recording, later = drop(settings, "x.wav"), time.time() + 20
    os.utime(recording, (later - 1, later - 1))
    assert {one.reason for one in intake.scan(settings, later).waiting} == {Reason.BUSY}
    (ready,) = intake.scan(settings, later + 20).ready
    assert ready.audio == recording


def test_alone_its_bytes_are_its_identity(tmp_path: Path) -> None:
    """The same again is a duplicate; with a record that is news, a late record."""
    settings = settings_for(tmp_path / "calls")
    drop(settings, "x.json", WHISPER)
    call_id = finish_only(settings, text="redacted")
    drop(settings, "y.json", WHISPER)
    (found,) = intake.scan(settings).ready
    assert intake.claim(found, settings) == intake.Duplicate(call_id)
    drop(settings, "z_transcript.json", WHISPER)
    drop(settings, "z.json", DETAIL)
    claim = claim_only(settings)
    assert (claim.call_id, claim.late, len(claim.records)) == (call_id, True, 1)
    intake.finish(claim, settings)
    assert files_in(settings.inbox_folder) == files_in(settings.work_folder) == []


def test_a_new_transcript_of_a_known_recording_is_news(tmp_path: Path) -> None:
    """The call is made anew, under its id."""
    settings = settings_for(tmp_path / "calls")
    drop(settings, "x.wav")
    call_id = finish_only(settings, text="redacted")
    (drop(settings, "x.wav"), drop(settings, "x.json", WHISPER))
    claim = claim_only(settings)
    assert (claim.call_id, claim.late, bool(claim.audio and claim.transcript)) == (call_id, False, True)
    assert sorted((file.name, file.kind) for file in claim.files) == [("x.json", "transcript"), ("x.wav", "audio")]


def test_audio_that_comes_for_a_finished_transcript_joins_its_call(tmp_path: Path) -> None:
    """Dropped together with it, the call gets its audio."""
    settings = settings_for(tmp_path / "calls")
    drop(settings, "x.json", WHISPER)
    call_id = finish_only(settings, text="redacted")
    (drop(settings, "x.wav"), drop(settings, "x.json", WHISPER))
    claim = claim_only(settings)
    assert (claim.call_id, claim.late) == (call_id, False)


def test_a_late_record_finds_it_by_name(tmp_path: Path) -> None:
    """As it would a recording."""
    settings = settings_for(tmp_path / "calls")
    drop(settings, "x_transcript.json", WHISPER)
    call_id = finish_only(settings, text="redacted")
    drop(settings, "x.json", DETAIL)
    (late,) = intake.scan(settings).late
    assert isinstance(late, LateRecord) and late.call_id == call_id


def test_both_sealed_originals_stay(tmp_path: Path) -> None:
    """One of the recording, one of the transcript; those of an earlier run go."""
    settings = settings_for(tmp_path / "calls")
    (drop(settings, "x.wav"), drop(settings, "x.json", WHISPER))
    claim = claim_only(settings)
    settings.sealed_folder.mkdir(parents=True)
    (settings.sealed_folder / f"{claim.call_id}.flac.sealed").write_bytes(b"older")
    (claim.out / "sealed").mkdir()
    for suffix in ("wav", "json"):
        (claim.out / "sealed" / f"{claim.call_id}.{suffix}.sealed").write_bytes(b"sealed")
    intake.finish(claim, settings)
    assert files_in(settings.sealed_folder) == [f"{claim.call_id}.{suffix}.sealed" for suffix in ("json", "wav")]


def test_a_transcript_of_genesys_cloud_is_refused_and_its_recording_is_not(tmp_path: Path) -> None:
    """It goes by itself, with its reason; it is neither taken for a record, nor for a transcript with times."""
    words = [{"word": "hello", "confidence": 0.9, "startTimeMs": 1618594874451, "duration": {"milliseconds": 300}}]
    phrase = {"text": "hello", "participantPurpose": "external", "startTimeMs": 1618594874451, "words": words}
    transcript = {
        "conversationId": CONVERSATION,
        "mediaType": "call",
        "participants": [{"participantPurpose": "agent"}],
        "transcripts": [{"language": "en-us", "phrases": [phrase]}],
    }
    settings = settings_for(tmp_path / "calls")
    for name, content in {"x.wav": None, "x.transcript.json": transcript, "x.json": DETAIL}.items():
        drop(settings, name, content)
    scan = intake.scan(settings)
    (rejected,) = scan.rejected
    assert rejected.path.name == "x.transcript.json" and not rejected.error.retryable
    assert "Genesys Cloud" in rejected.error.message and rejected.error.hint
    (ready,) = scan.ready
    assert ready.transcript is None and [record.name for record in ready.records] == ["x.json"]
