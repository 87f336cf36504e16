"""Transcripts that were made elsewhere, through the whole pipeline: alone, with a record, beside the recording."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from benchmarks.accuracy import SAMPLES, Score, sample_settings, score_call, truth_by_audio
from pca_pipeline import audio, intake, pii, pipeline, speech, warehouse
from pca_pipeline.call import RedactedCall, Role
from pca_pipeline.errors import SetupError
from pca_pipeline.intake.sealing import make_keys, read_private_key, unseal
from pca_pipeline.settings import Settings
from pca_pipeline.transcript import read_transcript
from pca_pipeline.web import create_app
from tests.transcripts import SHAPES, call_analytics, from_truth, said, transcribe_channels, whisper

AGENTS = SAMPLES / "lookups/agents.csv"
CALL = "card-loss-read-back"  # a flow, an agent, and a card number read back
TRUTH: dict[str, Any] = truth_by_audio(SAMPLES)[f"{CALL}.wav"]
TURNS = from_truth(TRUTH)
PERSONAL = (
    said(1, "agent", 1.0, "Card number please?"),
    said(0, "customer", 3.0, "4111 1111 1111 1111 security code is 737."),
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A calls folder that takes files at once."""
    found = sample_settings(SAMPLES, tmp_path)
    found.inbox_folder.mkdir()
    return found


def drop(settings: Settings, name: str, document: object = None) -> None:
    """A document, or the sample call's file of that name."""
    if document is None:
        shutil.copy(SAMPLES / "calls" / name, settings.inbox_folder)
    else:
        (settings.inbox_folder / name).write_text(json.dumps(document))


def sweep(settings: Settings) -> pipeline.CallOutcome:
    """The outcome of the one call that a sweep finds."""
    (outcome,) = pipeline.run_sweep(settings).outcomes
    return outcome


def finished(settings: Settings) -> tuple[RedactedCall, Path]:
    """The one finished call and its folder."""
    (folder,) = settings.done_folder.glob("*/*")
    return read_transcript(folder), folder


def everything(settings: Settings) -> bytes:
    """All bytes that are left in the calls folder."""
    return b"".join(path.read_bytes() for path in settings.folder.rglob("*") if path.is_file())


def deaf(*_: object, **__: object) -> None:
    """Stands for a speech engine that must not be asked."""
    raise AssertionError("a ready transcript was there")


def test_alone_it_becomes_a_call_without_audio(settings: Settings) -> None:
    """Redacted, in the database and on the web, with nothing to play; the document itself is destroyed."""
    drop(settings, "x.json", call_analytics(PERSONAL))
    outcome = sweep(settings)
    assert (outcome.status, outcome.audio_seconds) == ("done", 0.0)
    call, folder = finished(settings)
    assert [segment.speaker for segment in call.segments] == ["internal", "customer"]
    assert call.segments[1].text == "<CREDIT_CARD> security code is <CVV>."
    assert (call.sample_rate, call.mute_spans, call.stats.model) == (None, (), "Amazon Transcribe Call Analytics")
    assert [(file.name, file.kind) for file in call.files] == [("x.json", "transcript")]
    assert sorted(path.name for path in folder.iterdir()) == ["transcript.json", "transcript.txt"]
    assert b"1111" not in everything(settings)
    with warehouse.open_readonly(settings) as connection:
        stored = connection.execute("select audio, sample_rate, model from calls").fetchall()
    assert stored == [(None, None, "Amazon Transcribe Call Analytics")]


def test_alone_it_needs_no_speech_model(settings: Settings) -> None:
    """Whoever has transcripts only needs no weights; who drops a recording is told of them before it is taken."""
    settings = settings.model_copy(update={"speech": settings.speech.model_copy(update={"model": "missing.pt"})})
    drop(settings, "x.json", call_analytics(PERSONAL))
    assert sweep(settings).status == "done"
    drop(settings, f"{CALL}.wav")
    with pytest.raises(SetupError, match=r"missing\.pt"):
        pipeline.run_sweep(settings)


def test_its_page_says_that_there_is_no_audio(settings: Settings) -> None:
    """The conversation is there to read; no player, and no audio at its address."""
    drop(settings, "x.json", call_analytics(PERSONAL))
    client = TestClient(create_app(settings), base_url="http://localhost")
    address = f"/calls/{sweep(settings).call_id}"
    page = client.get(address)
    assert "came as a transcript; it has no audio" in page.text and "<audio" not in page.text
    assert "CREDIT_CARD" in page.text
    assert client.get(f"{address}/audio").status_code == 404


@pytest.mark.parametrize("shape", ["transcribe_channels", "call_analytics", "pca", "pca_stream", "whisper_channels"])
def test_with_a_record_words_go_to_who_said_them(shape: str, settings: Settings) -> None:
    """The flow's to the flow, the agent's to the agent: as with audio, under the call id that the record gives."""
    drop(settings, f"{CALL}.json")
    drop(settings, f"{CALL}.recording.json")
    drop(settings, f"{CALL}.transcript.json", SHAPES[shape](TURNS))
    assert sweep(settings).status == "done"
    call, _ = finished(settings)
    score = Score()
    speakers = {word.text: segment.speaker for segment in call.segments for word in segment.words}
    assert speakers["disputes,"] == "ivr_1" and {"customer", "agent_1"} <= set(speakers.values())
    assert call.timeline.conversation_id == TRUTH["conversation_id"]
    score = score_speakers(call)
    assert score.heard > 100 and score.right_speaker == score.heard
    assert call.duration == pytest.approx(TRUTH["duration"], abs=1.0)


@pytest.mark.parametrize("comes", ["with the transcript", "late"])
def test_a_policy_that_replaces_agents_names_leaves_them_nowhere(settings: Settings, comes: str) -> None:
    """Not at the sentences either, nor in the database, the files, or an export: agents are their ids."""
    settings = settings.model_copy(update={"pii": settings.pii.model_copy(update={"policy": "gdpr"})})
    drop(settings, f"{CALL}.transcript.json", call_analytics(TURNS))
    if comes == "late":
        assert sweep(settings).status == "done"
    drop(settings, f"{CALL}.json")
    drop(settings, f"{CALL}.recording.json")
    assert sweep(settings).status == "done"
    call, folder = finished(settings)
    (agent,) = (one for one in call.timeline.participants if one.role is Role.AGENT)
    (name,) = (row["name"] for row in csv.DictReader(AGENTS.open()) if row["user_id"] == agent.id)
    assert agent.name == agent.id and f"{agent.id} (agent_1)" in (folder / "transcript.txt").read_text()
    exported = b"".join(path.read_bytes() for path in warehouse.export(settings, settings.folder / "out", "aws"))
    with warehouse.open_readonly(settings) as connection:
        assert connection.execute("select agents from v_calls").fetchall() == [([agent.id],)]
    for word in name.split():
        assert word.encode() not in everything(settings) + exported


def score_speakers(call: RedactedCall) -> Score:
    """Words with the right speaker, by the sample's truth."""
    return score_call(call, audio.read(SAMPLES / f"calls/{CALL}.wav"), TRUTH)


@pytest.mark.parametrize("shape", ["transcribe_channels", "call_analytics", "whisper", "whisper_segments"])
def test_beside_its_recording_nobody_listens_and_the_audio_is_muted(
    shape: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The words are the transcript's; what they tell of personal data is gone from the recording."""
    for name in (f"{CALL}.json", f"{CALL}.recording.json", f"{CALL}.wav"):
        drop(settings, name)
    drop(settings, f"{CALL}.wav.json", SHAPES[shape](TURNS))
    monkeypatch.setattr(speech, "transcribe_all", deaf)
    outcome = sweep(settings)
    assert (outcome.status, outcome.audio_seconds) == ("done", pytest.approx(TRUTH["duration"], abs=0.1))
    call, folder = finished(settings)
    score = score_call(call, audio.read(folder / "redacted.wav"), TRUTH)
    assert score.numbers > 0 and score.numbers_in_audio == score.numbers_in_text == 0
    assert score.in_audio.total() == 0
    assert score.right_speaker >= 0.99 * score.heard
    assert sorted(file.kind for file in call.files) == ["audio", "record", "record", "transcript"]


def test_the_redacted_audio_is_heard_again_as_always(settings: Settings) -> None:
    """Verification does not trust a transcript: it listens."""
    settings = settings.model_copy(update={"pii": settings.pii.model_copy(update={"verify_share": 1.0})})
    drop(settings, f"{CALL}.wav")
    drop(settings, f"{CALL}.wav.json", transcribe_channels(TURNS))
    assert sweep(settings).status == "done"


def test_a_record_that_comes_late_gives_it_speakers(settings: Settings) -> None:
    """Without audio, too."""
    drop(settings, f"{CALL}.transcript.json", whisper(TURNS))
    sweep(settings)
    assert {segment.speaker for segment in finished(settings)[0].segments} == {"unknown"}
    for name in (f"{CALL}.json", f"{CALL}.recording.json"):
        drop(settings, name)
    outcome = sweep(settings)
    assert (outcome.status, outcome.late) == ("done", True)
    call, folder = finished(settings)
    assert "ivr_1" in {segment.speaker for segment in call.segments}
    assert not list(folder.glob("redacted.*"))


def test_the_same_again_changes_nothing(settings: Settings) -> None:
    """Known by its bytes, under any name."""
    drop(settings, "x.json", call_analytics(PERSONAL))
    call_id = sweep(settings).call_id
    drop(settings, "y.json", call_analytics(PERSONAL))
    again = sweep(settings)
    assert (again.status, again.call_id) == ("duplicate", call_id)


def test_audio_is_never_lost_to_a_transcript(settings: Settings) -> None:
    """A call that was finished from its recording keeps it; the transcript is set aside with the way out."""
    names = (f"{CALL}.json", f"{CALL}.recording.json")
    for name in (*names, f"{CALL}.wav"):
        drop(settings, name)
    call_id = sweep(settings).call_id
    for name in names:
        drop(settings, name)
    drop(settings, f"{CALL}.transcript.json", whisper(TURNS))
    assert sweep(settings).error == "TranscriptError"
    (failure,) = intake.status(settings).failed
    assert f"pca erase --call {call_id}" in failure.hint
    assert list(finished(settings)[1].glob("redacted.wav"))


def test_a_transcript_that_comes_after_its_recording_makes_no_second_call(settings: Settings) -> None:
    """Known by its name, without any record; `intake.transcript_wait_seconds` is the way out."""
    drop(settings, f"{CALL}.wav")
    call_id = sweep(settings).call_id
    drop(settings, f"{CALL}.transcript.json", whisper(TURNS))
    assert sweep(settings).error == "TranscriptError"
    (failure,) = intake.status(settings).failed
    assert f"pca erase --call {call_id}" in failure.hint and "transcript_wait_seconds" in failure.hint


def test_a_bad_one_is_set_aside_by_name(settings: Settings) -> None:
    """With what is wrong and the way out; nothing of it is told."""
    document = whisper(PERSONAL)
    document["segments"][1]["words"][0]["start"] = -3
    drop(settings, "x.json", document)
    assert sweep(settings).status == "failed"
    (failure,) = intake.status(settings).failed
    assert "'x.json' has words with negative times" in failure.message and failure.hint
    assert "4111" not in failure.message + failure.hint


@pytest.mark.parametrize("beside", [False, True], ids=["alone", "beside its recording"])
@pytest.mark.parametrize("lets", ["refuse", "redact"])
def test_a_call_in_another_language_is_set_aside(lets: str, beside: bool, settings: Settings) -> None:
    """Redaction would find little in it: nothing of it is stored, unless the settings let it through."""
    settings = settings.model_copy(
        update={"pii": settings.pii.model_copy(update={"other_languages": lets, "verify_share": 0.0})}
    )
    if beside:
        drop(settings, f"{CALL}.wav")
    drop(settings, f"{CALL}.wav.json", whisper(TURNS) | {"language": "es"})
    outcome = sweep(settings)
    assert (outcome.status, outcome.error) == (("failed", "LanguageError") if lets == "refuse" else ("done", None))
    assert len(list(settings.done_folder.glob("*/*"))) == (lets == "redact")


@pytest.mark.parametrize(("words", "left"), [("my name is Kristen Davis", True), ("the security code is 737", False)])
def test_a_sealed_document_has_no_security_code(words: str, left: bool, settings: Settings, tmp_path: Path) -> None:
    """It is raw speech, and sealed like a recording; one with a security code is destroyed."""
    make_keys(tmp_path / "private.pem", tmp_path / "public.pem")
    strict = Path(pii.__file__).with_name("policies") / "strict.toml"
    (tmp_path / "policy.toml").write_text(strict.read_text().replace('"destroy"', '"seal"'))
    settings = settings.model_copy(
        update={
            "pii": settings.pii.model_copy(update={"policy": str(tmp_path / "policy.toml")}),
            "audio": settings.audio.model_copy(update={"seal_to": tmp_path / "public.pem"}),
        }
    )
    document = call_analytics([said(1, "agent", 1.0, "Security code or name?"), said(0, "customer", 4.0, words)])
    drop(settings, "x.json", document)
    outcome = sweep(settings)
    assert outcome.status == "done"
    sealed = list(settings.sealed_folder.glob("*"))
    assert [path.name for path in sealed] == [f"{outcome.call_id}.json.sealed"] * left
    if left:
        unseal(sealed[0], tmp_path / "opened", read_private_key(tmp_path / "private.pem"))
        assert json.loads((tmp_path / "opened").read_text()) == document
