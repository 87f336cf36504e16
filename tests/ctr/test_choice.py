from __future__ import annotations

from pathlib import Path

import pytest

from pca_pipeline.ctr import read_record
from pca_pipeline.settings import Settings
from tests.ctr.genesys_records import agent, conversation, customer, media, recording, segment, write


def talk(id_: str, start: float, end: float) -> dict[str, object]:
    """A conversation of one agent."""
    return conversation(
        customer(start, end), agent(f"agent of {id_}", segment("interact", start, end)), conversationId=id_
    )


@pytest.mark.parametrize(
    ("documents", "seconds", "chosen"),
    [
        ([[talk("one", 0, 60), talk("two", 0, 60)], media(0, 60, conversationId="two")], 60, "two"),
        ([[talk("one", 0, 60), talk("two", 900, 960)], media(900, 960, conversationId=None)], 60, "two"),
        ([[talk("one", 0, 60), talk("two", 0, 90)]], 90, "two"),
        ([talk("one", 0, 60), talk("two", 0, 60), media(0, 60, conversationId="one")], 60, "one"),
    ],
)
def test_one_of_several_conversations_is_chosen(
    tmp_path: Path, documents: list[object], seconds: float, chosen: str
) -> None:
    """The one named by the metadata, or with fitting times, or with a fitting length; the choice is noted."""
    line = read_record(write(tmp_path, *documents), recording(seconds), Settings()).timeline
    assert line.conversation_id == chosen
    assert line.notes[0] == f"Conversation {chosen} was chosen out of 2 in the record."


def test_a_conversation_named_by_the_recordings_file_is_chosen(tmp_path: Path) -> None:
    """In a day's export, whatever the lengths of the others are."""
    paths = write(tmp_path, [talk("conv-1001", 0, 60), talk("conv-1002", 0, 66), talk("conv-1003", 0, 60)])
    line = read_record(paths, recording(60), Settings(), "CONV-1002_20260302.wav").timeline
    assert line.conversation_id == "conv-1002"


def test_the_recording_that_fits_the_audio_is_chosen(tmp_path: Path) -> None:
    """Of a trunk, a station and a screen recording, the one as long as the audio, but never the screen."""
    several = [
        media(0, 100, recordingId="trunk"),
        media(40, 100, recordingId="station", mediaSubtype="Station"),
        media(40, 100, recordingId="screen", mediaSubtype="Screen"),
    ]
    paths = write(tmp_path, talk("conversation-1", 0, 100), several)
    assert read_record(paths, recording(60), Settings()).timeline.recording_id == "station"
    assert read_record(paths, recording(100), Settings()).timeline.recording_id == "trunk"


def test_the_trunk_is_preferred_among_equals(tmp_path: Path) -> None:
    """It has the call as the customer heard it."""
    several = [media(0, 60, recordingId="station", mediaSubtype="Station"), media(0, 60, recordingId="trunk")]
    line = read_record(write(tmp_path, talk("conversation-1", 0, 60), several), recording(60), Settings()).timeline
    assert line.recording_id == "trunk"
    assert line.notes == ("Recording trunk was chosen out of 2 by its id and length.",)


def test_a_recording_named_by_a_file_is_chosen(tmp_path: Path) -> None:
    """An export names files after the recording."""
    several = [media(0, 60, recordingId="aaaa"), media(0, 60, recordingId="bbbb")]
    paths = write(tmp_path, talk("conversation-1", 0, 60), several)
    named = paths[1].rename(tmp_path / "bbbb.wav_metadata.json")
    line = read_record([paths[0], named], recording(60), Settings()).timeline
    assert line.recording_id == "bbbb"


def test_the_fuller_of_two_exports_of_a_conversation_is_taken(tmp_path: Path) -> None:
    """A record exported during the call and again after it is one conversation."""
    early = conversation(customer(0, None))
    paths = write(tmp_path, talk("conversation-1", 0, 60), early, media(0, 60))
    line = read_record(paths, recording(60), Settings()).timeline
    assert [one.key for one in line.participants] == ["customer", "agent_1"]
    assert line.notes == ()


def test_ids_are_the_same_in_any_case(tmp_path: Path) -> None:
    """Exports of one platform differ in case."""
    documents = [[talk("conversation-one", 0, 60), talk("two", 0, 60)], media(0, 60, conversationId="CONVERSATION-ONE")]
    record = read_record(write(tmp_path, *documents), recording(60), Settings())
    assert record.timeline.conversation_id == "conversation-one"
