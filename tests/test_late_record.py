"""A record that comes after its call was finished: speakers, names in the words, and names in the audio."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from pca_pipeline import audio, intake, pipeline
from pca_pipeline.call import MuteSpan, Participant, Recording, RedactedCall, Role
from pca_pipeline.errors import RedactionError
from pca_pipeline.intake import Claim
from pca_pipeline.leaving_out import LEFT_OUT
from pca_pipeline.pii import Redactor
from pca_pipeline.settings import AudioSettings, PiiSettings, Settings
from pca_pipeline.steps import Steps
from pca_pipeline.transcript import read_transcript, write_transcript
from tests.calls_folder import prompt_settings
from tests.factories import Turn, make_call, mute_copy

RATE, SECONDS = 8000, 60
SAID = (Turn("internal", 2.0, "welcome to the centre"), Turn("internal", 30.0, "i see your account brightwater thanks"))

CARD = "my card number is four one one one one one one one one one one one one one one one thanks"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A calls folder that takes files at once."""
    return prompt_settings(tmp_path, pii=PiiSettings(model="none"))


def claimed(settings: Settings) -> Claim:
    """The one call in the inbox."""
    scan = intake.scan(settings)
    (found,) = (*scan.ready, *scan.late)
    claim = intake.claim(found, settings)
    assert isinstance(claim, Claim)
    return claim


def finish_without_record(settings: Settings, said: tuple[Turn, ...] = SAID, channels: int = 2) -> str:
    """A call of noise on all channels, finished before its record came. Returns its id."""
    noise = np.random.default_rng(1).uniform(-0.5, 0.5, (channels, RATE * SECONDS)).astype(np.float32)
    recording = Recording(noise, RATE, "PCM_16")
    audio.write(recording, settings.inbox_folder / "conversation-1.wav", "wav")
    claim = claimed(settings)
    people = (Participant("customer", Role.CUSTOMER), Participant("internal", Role.UNKNOWN))
    call = make_call(claim.call_id, turns=said, participants=people, duration=SECONDS).call
    write_transcript(replace(call, files=claim.files, channels=channels), claim.out)
    audio.write(recording, claim.out / "redacted.wav", "wav")
    intake.finish(claim, settings)
    return claim.call_id


def session(kind: str, start: int, end: int) -> list[dict[str, Any]]:
    """One voice session of one segment."""
    times = {"segmentStart": f"2026-03-02T14:30:{start:02}Z", "segmentEnd": f"2026-03-02T14:30:{end:02}Z"}
    return [{"mediaType": "voice", "segments": [{"segmentType": kind, **times}]}]


def record(name: str, agent: str) -> dict[str, Any]:
    """A conversation of flow and agent, whose customer has that name."""
    return {
        "conversationId": "conversation-1",
        "conversationStart": "2026-03-02T14:30:00Z",
        "participants": [
            {"purpose": "customer", "participantName": name, "sessions": session("interact", 0, 59)},
            {"purpose": "ivr", "sessions": session("ivr", 0, 10)},
            {"purpose": "agent", "userId": agent, "sessions": session("interact", 10, 59)},
        ],
    }


def drop_late(settings: Settings, content: dict[str, Any]) -> tuple[RedactedCall, Recording]:
    """The stored call and audio after that record arrived. There is no speech engine that could transcribe again."""
    (settings.inbox_folder / "late.json").write_text(json.dumps(content))
    claim = claimed(settings)
    assert claim.audio is None
    tools = pipeline.Tools(engine=None, redactor=Redactor(settings))  # type: ignore[arg-type]
    pipeline.process_late_record(claim, tools, settings, Steps())
    folder = intake.outputs(claim.call_id, settings)
    assert folder is not None
    (stored,) = folder.glob("redacted.*")
    return read_transcript(folder), audio.read(stored)


def test_a_late_record_gives_words_their_speakers(settings: Settings) -> None:
    """The flow and the agent, by time."""
    finish_without_record(settings)
    call, _ = drop_late(settings, record("Jo Okonkwo", "user-1"))
    assert [segment.speaker for segment in call.segments] == ["ivr_1", "agent_1"]
    assert call.segments[1].text == "i see your account brightwater thanks"


def test_a_name_that_it_brings_is_removed_from_words_and_audio(settings: Settings) -> None:
    """It was stored, since it was not known as a name; its sound is removed, and all other samples stay."""
    finish_without_record(settings)
    call, heard = drop_late(settings, record("Jo Brightwater", "user-1"))
    (word,) = [one for segment in call.segments for one in segment.words if one.entity]
    assert call.segments[1].text == "i see your account <PERSON> thanks"
    inside = heard.channels[1, round(word.start * RATE) + 1 : round(word.end * RATE) - 1]
    assert not inside.any()
    assert heard.channels[1, : RATE * 25].any() and heard.channels.shape[1] == RATE * SECONDS
    everything = b"".join(path.read_bytes() for path in settings.folder.rglob("*") if path.is_file())
    assert b"rightwater" not in everything


def test_a_corrected_record_replaces_the_first(settings: Settings) -> None:
    """The last record counts, under the same call id."""
    call_id = finish_without_record(settings)
    drop_late(settings, record("Jo Okonkwo", "user-1"))
    call, _ = drop_late(settings, record("Jo Okonkwo", "user-2"))
    assert call.call_id == call_id
    assert call.timeline.participant("agent_1").id == "user-2"


def in_another_format(call_id: str, settings: Settings, suffix: str = "flac") -> Path:
    """The call's redacted audio as if `audio.output_format` had been another. Returns its folder."""
    folder = intake.outputs(call_id, settings)
    assert folder is not None
    samples, rate = soundfile.read(folder / "redacted.wav")
    soundfile.write(folder / f"redacted.{suffix}", samples, rate)
    (folder / "redacted.wav").unlink()
    return folder


def test_only_the_newest_audio_stays(settings: Settings) -> None:
    """If the format was changed since, the new file replaces the one in which the name is still audible."""
    in_another_format(finish_without_record(settings), settings)
    call, heard = drop_late(settings, record("Jo Brightwater", "user-1"))
    (word,) = [one for segment in call.segments for one in segment.words if one.entity]
    assert not heard.channels[1, round(word.start * RATE) + 1 : round(word.end * RATE) - 1].any()


def test_older_audio_that_was_left_is_not_taken(settings: Settings) -> None:
    """Some finished calls have both: the newest has the least speech in it, and only it stays."""
    folder = in_another_format(finish_without_record(settings), settings)
    (folder / "redacted.wav").write_bytes(b"older, in which more is heard")
    os.utime(folder / "redacted.wav", (0, 0))
    assert intake.redacted_audio(folder) == folder / "redacted.flac"
    drop_late(settings, record("Jo Okonkwo", "user-1"))
    assert [path.name for path in folder.glob("redacted.*")] == ["redacted.flac"]


def test_audio_in_which_nothing_new_is_muted_stays_as_it_is(settings: Settings) -> None:
    """Byte by byte, and in its old format, even if the setting has changed: a lossy format would lose quality again."""
    folder = in_another_format(finish_without_record(settings), settings)
    before = (folder / "redacted.flac").read_bytes()
    call, _ = drop_late(settings, record("Jo Okonkwo", "user-1"))
    assert call.segments[1].speaker == "agent_1"
    assert [path.name for path in folder.glob("redacted.*")] == ["redacted.flac"]
    assert (folder / "redacted.flac").read_bytes() == before


def test_what_is_muted_later_is_proved(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a new call: if the name can still be heard, the published audio is not replaced."""
    call_id = finish_without_record(settings)
    monkeypatch.setattr(audio, "mute_in_place", lambda recording, *_: recording)
    with pytest.raises(RedactionError, match="muted"):
        drop_late(settings, record("Jo Brightwater", "user-1"))
    folder = intake.outputs(call_id, settings)
    assert folder is not None
    assert read_transcript(folder).segments[1].text == "i see your account brightwater thanks"


@pytest.mark.parametrize("suffix", ["wav", "ogg"])
def test_what_was_left_out_stays_silent(settings: Settings, suffix: str) -> None:
    """A tone replaces speech that was removed; a stretch that was not transcribed stays silent, and its rest is listed as before."""
    call_id = finish_without_record(settings, (Turn("customer", 30.0, CARD),))
    folder = intake.outputs(call_id, settings)
    assert folder is not None
    left_out = MuteSpan(1, 0.0, 59.0, (LEFT_OUT,))
    write_transcript(replace(read_transcript(folder), mute_spans=(left_out,)), folder)
    recording = mute_copy(audio.read(folder / "redacted.wav"), [left_out], "silence")
    audio.write(recording, folder / "redacted.wav", "wav")
    if suffix != "wav":
        in_another_format(call_id, settings, suffix)
    tones = settings.model_copy(update={"audio": AudioSettings(fill="tone")})
    call, heard = drop_late(tones, record("Jo Okonkwo", "user-1"))
    (card,) = [span for span in call.mute_spans if span.channel == 1 and "CREDIT_CARD" in span.entities]
    rest = [span for span in call.mute_spans if span.entities == (LEFT_OUT,)]
    assert [(span.start, span.end) for span in rest] == [
        (0.0, pytest.approx(card.start, abs=2 / RATE)),
        (pytest.approx(card.end, abs=2 / RATE), 59.0),
    ]
    assert not any(heard.channels[1, round(s.start * RATE) : round(s.end * RATE)].any() for s in rest)
    assert heard.channels[1, round(card.start * RATE) + 99 : round(card.end * RATE) - 99].any()


def test_a_call_in_one_channel_takes_a_record_too(settings: Settings) -> None:
    """A card that is found only now is muted on every channel."""
    finish_without_record(settings, (Turn("customer", 30.0, CARD),), channels=1)
    call, heard = drop_late(settings, record("Jo Okonkwo", "user-1"))
    assert {span.channel for span in call.mute_spans} == {0}
    assert heard.channels.shape[0] == 1
