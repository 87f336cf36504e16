from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pca_pipeline.call import Recording
from pca_pipeline.errors import TranscriptError
from pca_pipeline.settings import AudioSettings, Settings, SpeechSettings
from pca_pipeline.speech import ReadyTranscript, read_ready
from pca_pipeline.transcript_shape import transcript_shape
from tests.transcripts import (
    SHAPES,
    Said,
    call_analytics,
    pca,
    said,
    transcribe_channels,
    whisper,
    whisper_channels,
    whisper_segments,
    whisperx,
)

RATE = 8000
TURNS = (
    said(1, "ivr", 0.5, "Welcome to Harbor Bank."),
    said(1, "agent", 3.0, "This is Ann, how can I help?"),
    said(0, "customer", 6.0, "My card is 4111 please."),
    said(1, "agent", 8.5, "One moment."),
)
TEXT = [word for turn in TURNS for word, _, _ in turn.words]
TWO_CHANNELS = {"transcribe_channels", "call_analytics", "contact_lens", "pca", "pca_stream", "whisper_channels"}
SPREAD = {"contact_lens", "pca_stream", "whisper_segments"}
VOICES = {"transcribe_speakers": 3, "whisperx": 3}


def read(
    document: object, folder: Path, recording: Recording | None = None, external: int | None = None
) -> ReadyTranscript:
    """That document, from a file whose name tells nothing."""
    path = folder / "x.json"
    path.write_text(json.dumps(document))
    settings = Settings(speech=SpeechSettings(language="de"), audio=AudioSettings(external_channel=external))
    return read_ready(path, settings, recording)


def heard(turns: Sequence[Said], customer: int = 0, channels: int = 2, seconds: float = 12.0) -> Recording:
    """A recording of noise where words are said, the customer's on that channel."""
    samples = np.zeros((channels, 20 * RATE), np.float32)
    for turn in turns:
        on = (customer if turn.speaker == "customer" else 1 - customer) if channels == 2 else 0
        for _, start, end in turn.words:
            first, last = round(start * RATE), round(end * RATE)
            samples[on, first:last] = np.random.default_rng(first).normal(0, 0.05 * (1 + 5 * on), last - first)
    return Recording(samples[:, : round(seconds * RATE)], RATE, "PCM_16")


@pytest.mark.parametrize("name", SHAPES)
def test_every_shape_gives_its_words(name: str, tmp_path: Path) -> None:
    """All of them, in order, with marks, on the right channel, with the times that the document tells."""
    found = read(SHAPES[name](TURNS), tmp_path)
    words = found.transcript.words
    assert [word.text for word in words] == TEXT
    channels = [turn.channel if name in TWO_CHANNELS else 0 for turn in TURNS for _ in turn.words]
    assert [word.channel for word in words] == channels
    assert found.extent.channels == (2 if name in TWO_CHANNELS else 1)
    assert found.extent.seconds == pytest.approx(TURNS[-1].end, abs=0.002)
    assert len({word.voice for word in words} - {None}) == VOICES.get(name, 0)
    times = [times for turn in TURNS for _, *times in turn.words]
    exact = [
        word.text
        for word, (start, end) in zip(words, times, strict=True)
        if math.dist((word.start, word.end), (start, end)) < 0.002
    ]
    assert exact == TEXT or name in SPREAD | {"whisperx"}
    assert bool(found.transcript.notes) == (name in SPREAD | {"whisperx"})


@pytest.mark.parametrize("name", SHAPES)
def test_every_shape_says_what_made_it(name: str, tmp_path: Path) -> None:
    """In the place of a speech model; with its language and its mean confidence, where it tells them."""
    document = SHAPES[name](TURNS)
    stats = read(document, tmp_path).transcript.stats
    assert stats.model == transcript_shape(document)
    assert stats.language == "en"
    assert stats.mean_probability == (None if name in SPREAD | {"openai_api"} else pytest.approx(0.9))
    assert 0 < stats.speech_seconds <= TURNS[-1].end


def test_roles_and_no_language(tmp_path: Path) -> None:
    """The customer is on the channel of the settings; the language is theirs where none is told."""
    document = call_analytics(TURNS)
    del document["LanguageCode"]
    found = read(document, tmp_path, external=1).transcript
    assert (found.customer_channel, found.stats.language) == (1, "de")
    assert {word.channel for word in found.words if 6 <= word.start < 8} == {1}


@pytest.mark.parametrize("name", [name for name in SHAPES if name not in ("transcribe_channels", "whisper_channels")])
@pytest.mark.parametrize("customer", [0, 1])
def test_with_its_recording_words_are_found_on_its_channels(name: str, customer: int, tmp_path: Path) -> None:
    """By sound, whatever channel the customer is on, and though one channel is six times as loud."""
    words = read(SHAPES[name](TURNS), tmp_path, heard(TURNS, customer)).transcript.words
    said_by = [turn.speaker for turn in TURNS for _ in turn.words]
    assert [word.channel == customer for word in words] == [speaker == "customer" for speaker in said_by]


def test_of_a_mono_recording_roles_are_voices(tmp_path: Path) -> None:
    """There is but one channel; who is who is not told."""
    found = read(call_analytics(TURNS), tmp_path, heard(TURNS, channels=1))
    assert ({word.channel for word in found.transcript.words}, found.extent.channels) == ({0}, 1)
    assert {word.voice for word in found.transcript.words} == {"voice_1", "voice_2"}
    assert found.transcript.customer_channel is None


def test_words_without_times_share_their_segment_by_length(tmp_path: Path) -> None:
    """Twice the letters, twice the time; the first begins with the segment and the last ends with it."""
    words = read(whisper_segments([said(0, "customer", 10.0, "ab abcd ab", pace=1.0)]), tmp_path).transcript.words
    edges = [10.0, 10.725, 12.175, 12.9]
    assert [(word.start, word.end) for word in words] == [pytest.approx(edge) for edge in pairwise(edges)]


@pytest.mark.parametrize("document", [whisper_segments, whisperx])
def test_with_their_recording_they_cover_all_of_it(document: Callable[[Sequence[Said]], Any], tmp_path: Path) -> None:
    """A number may be said anywhere between its neighbours: what mutes it has to cover that."""
    words = read(document(TURNS), tmp_path, heard(TURNS)).transcript.words
    (number,) = [word for word in words if word.text == "4111"]
    before, after = (6.0, 7.96) if document is whisper_segments else (7.16, 7.6)
    assert (number.start, number.end) == (pytest.approx(before), pytest.approx(after))


def test_an_edited_turn_of_pca_has_the_edited_words(tmp_path: Path) -> None:
    """Somebody corrected it; its words' times are inferred."""
    document = pca(TURNS)
    document["SpeechSegments"][3] |= {"TextEdited": 1, "DisplayText": "Two moments please."}
    found = read(document, tmp_path).transcript
    assert [word.text for word in found.words[-3:]] == ["Two", "moments", "please."]
    assert found.notes == ("3 words of the transcript have no times of their own: theirs are inferred.",)


def test_a_silent_channel_is_a_channel(tmp_path: Path) -> None:
    """Nobody spoke on it, but it was there."""
    assert read(transcribe_channels(TURNS[2:3]), tmp_path).extent.channels == 2


# ---- bad transcripts


def _word(document: Any, **changes: Any) -> Any:
    document["segments"][2]["words"][1] |= changes
    return document


def _without_channel(document: Any) -> Any:
    del document["segments"][1]["channel"]
    return document


def _no_times(document: Any) -> Any:
    for segment in document["segments"]:
        del segment["start"]
    return document


def _on_channel(document: Any, channel: object) -> Any:
    document["segments"][0]["channel"] = channel
    return document


BAD: dict[str, tuple[Any, str]] = {
    "negative times": (_word(whisper(TURNS), start=-1.0), "negative times"),
    "end before begin": (_word(whisper(TURNS), start=6.5, end=6.4), "end before they begin"),
    "out of order": (_word(whisper(TURNS), start=2.0, end=2.1), "out of order"),
    "no number": (_word(whisper(TURNS), start="soon"), "no number"),
    "not a number": (_word(whisper(TURNS), start=math.nan), "no number"),
    "milliseconds for seconds": (_word(whisper(TURNS), start=6400.0, end=6_700_000.0), "not in seconds"),
    "empty": ({"text": "", "segments": [], "language": "en"}, "has no words"),
    "empty words": (transcribe_channels([]), "has no words"),
    "no times at all": (_no_times(whisper_segments(TURNS)), "without times"),
    "missing channel": (_without_channel(whisper_channels(TURNS)), "channel of some words only"),
    "third channel": (_on_channel(whisper_channels(TURNS), 2), "3 channels"),
    "nameless channel": (_on_channel(whisper_channels(TURNS), "left"), "channel without a number"),
    "no shape": ({"hello": "world"}, "no known shape"),
    "no object": ([], "no known shape"),
}


@pytest.mark.parametrize(("document", "flaw"), BAD.values(), ids=BAD.keys())
def test_a_bad_transcript_is_refused(document: object, flaw: str, tmp_path: Path) -> None:
    """The error names the file, what is wrong and the way out, and holds no word of it."""
    with pytest.raises(TranscriptError, match=flaw) as caught:
        read(document, tmp_path)
    assert "x.json" in caught.value.message
    assert caught.value.hint
    assert "Harbor" not in str(caught.value) and "4111" not in str(caught.value)


@pytest.mark.parametrize(
    ("recording", "flaw"),
    [
        (heard(TURNS, seconds=8.2), "goes on for 9 s, and its recording for 8 s"),
        (heard(()), "where its recording is silent"),
        (heard(TURNS, channels=1), "2 channels, and its recording has 1"),
    ],
)
def test_a_transcript_of_another_recording_is_refused(recording: Recording, flaw: str, tmp_path: Path) -> None:
    """Longer than it, of words where it is silent, of a channel that it has not."""
    with pytest.raises(TranscriptError, match=flaw):
        read(whisper_channels(TURNS), tmp_path, recording)


def test_a_redacted_transcript_is_good_for_text_alone(tmp_path: Path) -> None:
    """What its marks stand for is still to be heard in a recording, and nobody knows what it was."""
    turns = (*TURNS[:2], said(0, "customer", 6.0, "My card is [PII] please."))
    assert "[PII]" in {word.text for word in read(call_analytics(turns), tmp_path).transcript.words}
    with pytest.raises(TranscriptError, match="redacted already"):
        read(call_analytics(turns), tmp_path, heard(turns))


def test_half_a_file_is_refused(tmp_path: Path) -> None:
    """Not JSON: no traceback of the decoder, which would carry the document."""
    path = tmp_path / "x.json"
    path.write_text(json.dumps(whisper(TURNS))[:-20])
    with pytest.raises(TranscriptError) as caught:
        read_ready(path, Settings())
    assert caught.value.__cause__ is None and caught.value.__context__ is None


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
)


@given(data=st.data(), name=st.sampled_from(sorted(SHAPES)), value=ANYTHING)
def test_any_field_may_be_anything(
    data: st.DataObject, name: str, value: object, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A transcript with one field replaced or gone is read or refused, and never breaks the program."""
    document = SHAPES[name](TURNS)
    place: Any = document
    while True:
        key = data.draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
        if not isinstance(place[key], dict | list) or not place[key] or data.draw(st.booleans()):
            break
        place = place[key]
    place[key] = value
    try:
        words = read(document, tmp_path_factory.getbasetemp()).transcript.words
    except TranscriptError:
        return
    assert words and all(0 <= word.start <= word.end and 0 <= word.probability <= 1 for word in words)
    assert list(words) == sorted(words, key=lambda word: (word.start, word.channel))
