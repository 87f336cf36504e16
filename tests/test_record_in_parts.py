"""Metadata and conversation of one recording that arrive one after the other, or again: nothing that was known is lost."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pca_pipeline import audio, intake, pipeline
from pca_pipeline.call import CtrQuality, Recording, RedactedCall, SpeechStats, Transcript, Word
from pca_pipeline.pii import Redactor
from pca_pipeline.settings import Settings
from pca_pipeline.transcript import read_transcript
from tests.calls_folder import RATE, drop_transcribed, noise, prompt_settings
from tests.transcripts import said

SECONDS = 40.0
# The recording is of the middle of the conversation: of its conversation alone, that cannot be told.
METADATA = {
    "id": "recording-1",
    "conversationId": "conversation-1",
    "startTime": "2026-03-02T14:30:10Z",
    "endTime": "2026-03-02T14:30:55Z",
    "annotations": [{"realtimeLocation": 20000, "durationMs": 5000, "reason": "SecurePause"}],
}


def conversation(agent: str, end: str = "2026-03-02T14:31:00Z") -> dict[str, Any]:
    """A conversation of a minute."""
    times = {"segmentStart": "2026-03-02T14:30:00Z", "segmentEnd": end}
    sessions = [{"mediaType": "voice", "segments": [{"segmentType": "interact", **times}]}]
    people = [
        {"purpose": "customer", "sessions": sessions},
        {"purpose": "agent", "userId": agent, "sessions": sessions},
    ]
    return {"conversationId": "conversation-1", "conversationStart": times["segmentStart"], "participants": people}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A calls folder that takes files at once."""
    return prompt_settings(tmp_path)


def drop(settings: Settings, **records: Any) -> None:
    """Records into the inbox, by the names of their files."""
    for name, record in records.items():
        (settings.inbox_folder / f"{name}.json").write_text(json.dumps(record), encoding="utf-8")


def drop_recording(settings: Settings) -> None:
    """With what is said in it."""
    turns = [said(0, "customer", 3, "i cannot log in"), said(1, "agent", 8, "it is down today")]
    drop_transcribed(settings.inbox_folder / "recording-1.wav", SECONDS, turns)


def drop_double(settings: Settings) -> None:
    """A recording with the same sound on both channels."""
    one, _ = noise(SECONDS).channels
    audio.write(Recording(np.stack([one, one]), RATE, "PCM_16"), settings.inbox_folder / "double.wav", "wav")


def sweep(settings: Settings) -> RedactedCall:
    """The one call there is after another sweep."""
    tools = pipeline.Tools(None, Redactor(settings))
    done = pipeline.process_together(pipeline.begin(settings).items, settings, tools)
    assert [one.status for one in done] == ["done"]
    folder = intake.outputs(done[0].call_id or "", settings)
    assert folder is not None
    return read_transcript(folder)


@pytest.mark.parametrize("first", [{"detail": conversation("user-1")}, {}], ids=["corrected", "late"])
def test_a_conversation_that_comes_later_keeps_the_recordings_metadata(
    settings: Settings, first: dict[str, Any]
) -> None:
    """Its id, its start and its pause: the call is as if everything had arrived together."""
    drop_recording(settings)
    drop(settings, metadata=METADATA, **first)
    sweep(settings)
    drop(settings, detail=conversation("user-2"))
    late = sweep(settings).timeline
    assert late.recording_id == "recording-1"
    assert late.started_at is not None and late.started_at.isoformat() == "2026-03-02T14:30:10+00:00"
    assert [one.id for one in late.participants if one.key == "agent_1"] == ["user-2"]
    (note,) = late.notes
    assert "5.0 s of pauses (SecurePause) are cut out" in note and late.quality is CtrQuality.APPROXIMATE


def test_metadata_that_is_told_again_counts(settings: Settings) -> None:
    """Corrected metadata replaces what was kept."""
    drop_recording(settings)
    drop(settings, metadata=METADATA)
    sweep(settings)
    corrected = METADATA | {"startTime": "2026-03-02T14:30:15Z", "annotations": []}
    drop(settings, detail=[conversation("user-1"), corrected])
    late = sweep(settings).timeline
    assert late.started_at is not None and late.started_at.isoformat() == "2026-03-02T14:30:15+00:00"
    assert late.quality is CtrQuality.EXACT


@pytest.mark.parametrize("policy", ["strict", "gdpr"])
def test_an_older_record_that_comes_last_is_left(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, policy: str
) -> None:
    """A record that ends before the second agent joined changes nothing; a note says that it arrived."""
    monkeypatch.setenv("PCA_CUSTOMER_KEY", base64.b64encode(bytes(32)).decode())
    settings = settings.model_copy(update={"pii": settings.pii.model_copy(update={"policy": policy})})
    drop_recording(settings)
    whole = conversation("ana@example.com")
    second = whole["participants"][1] | {"userId": "bo@example.com"}
    drop(settings, metadata=METADATA, detail=whole | {"participants": [*whole["participants"], second]})
    before = sweep(settings)
    drop(settings, detail=conversation("ana@example.com", end="2026-03-02T14:30:40Z"))
    late = sweep(settings)
    assert late.timeline.participants == before.timeline.participants
    assert [one.speaker for one in late.segments] == [one.speaker for one in before.segments]
    (note,) = set(late.timeline.notes) - set(before.timeline.notes)
    assert "older" in note


def test_a_correction_without_an_agent_counts(settings: Settings) -> None:
    """It lasts as long as the record that it corrects."""
    drop_recording(settings)
    right = conversation("user-1")
    wrong = right["participants"][1] | {"userId": "user-2"}
    drop(settings, metadata=METADATA, detail=right | {"participants": [*right["participants"], wrong]})
    assert {one.id for one in sweep(settings).timeline.participants} >= {"user-1", "user-2"}
    drop(settings, detail=right)
    assert "user-2" not in {one.id for one in sweep(settings).timeline.participants}


def test_the_same_sound_on_both_channels_is_heard_once(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The redacted recording has one channel, and a note says so."""
    asked: list[Recording] = []

    def hear(requests: Any, *_: Any) -> Any:
        asked.extend(request.recording for request in requests)
        return [Transcript((), SpeechStats("none", "und", 0.0, None, 0)) for _ in requests]

    monkeypatch.setattr("pca_pipeline.hearing.hear", hear)
    drop_double(settings)
    call = sweep(settings)
    assert [one.channels.shape[0] for one in asked] == [call.channels] == [1]
    assert "Both channels hold the same sound: they are read as one." in call.timeline.notes


def test_a_code_is_silent_on_both_channels_of_a_kept_original(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is found on one of two channels with the same sound, and is audible on both."""
    policy = tmp_path / "keep.toml"
    rules = 'redact = ["CVV"]\nmute = "all"\nagent_names = "keep"\noriginal = "keep"\n'
    policy.write_text(rules, encoding="utf-8")
    settings = settings.model_copy(update={"pii": settings.pii.model_copy(update={"policy": str(policy)})})
    turns = said(0, "agent", 2, "what is the security code"), said(0, "customer", 8, "it is four two seven")
    words = tuple(Word(text, start, end, 0.9, 0) for turn in turns for text, start, end in turn.words)
    heard = Transcript(words, SpeechStats("none", "en", 10.0, 0.9, 0))
    monkeypatch.setattr("pca_pipeline.hearing.hear", lambda requests, *_: [heard for _ in requests])
    drop_double(settings)
    assert sweep(settings).channels == 1
    (kept,) = settings.done_folder.rglob("original/original.wav")
    both = audio.read(kept).channels
    assert both.shape[0] == 2 and not both[:, round(8.8 * RATE) : round(9.9 * RATE)].any()
    assert both[:, : 8 * RATE].any(axis=1).all()


def test_a_silent_channel_is_told(settings: Settings) -> None:
    """Nobody is heard there; the note stays when the record is corrected."""
    drop_recording(settings)
    recording = audio.read(settings.inbox_folder / "recording-1.wav")
    recording.channels[1] = 0
    audio.write(recording, settings.inbox_folder / "recording-1.wav", "wav")
    drop(settings, metadata=METADATA, detail=conversation("user-1"))
    assert "Channel 1 is silent." in sweep(settings).timeline.notes
    drop(settings, detail=conversation("user-2"))
    assert "Channel 1 is silent." in sweep(settings).timeline.notes
