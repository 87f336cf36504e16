"""Parties who share a channel, told apart by voices made of pulses and resonances."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.signal import lfilter

from pca_pipeline import audio, intake
from pca_pipeline.call import (
    Participant,
    Recording,
    RedactedSegment,
    RedactedWord,
    Role,
    SpeechStats,
    Timeline,
    Transcript,
    Word,
)
from pca_pipeline.parties import name_voices
from pca_pipeline.timeline import attribute, with_parties
from pca_pipeline.transcript import write_transcript
from tests.calls_folder import prompt_settings
from tests.factories import make_call, make_timeline
from tests.test_late_record import claimed, drop_late

RATE, INTERNAL = 8000, 1
VOWELS = ((730, 1090), (270, 2290), (300, 870), (530, 1840), (570, 840), (490, 1350))  # Peterson and Barney 1952, Hz
PITCH_AND_SIZE = {"agent_1": (110.0, 1.0), "agent_2": (140.0, 1.08), "external_1": (205.0, 1.17), "customer": (90, 0.9)}

Turns = Sequence[tuple[str, float, int]]  # who, from when, how many words


def vowel(rng: np.random.Generator, who: str, seconds: float) -> np.ndarray:
    """A sound of that speaker: pulses at its pitch through two resonances, scaled by the size of its throat."""
    pitch, size = PITCH_AND_SIZE[who]
    n = round(seconds * RATE)
    sound = (np.arange(n) % round(RATE / (pitch * rng.uniform(0.9, 1.1))) == 0).astype(float)
    for hertz in VOWELS[rng.integers(len(VOWELS))]:
        angle, radius = 2 * np.pi * hertz * size / RATE, 0.96
        sound = lfilter([1.0], [1.0, -2 * radius * np.cos(angle), radius**2], sound)
    return np.asarray(0.1 * sound / np.abs(sound).max())


def spoken(turns: Turns, seconds: float) -> tuple[tuple[Word, ...], list[str], Recording]:
    """Words of 0.3 s, who says each, and the recording."""
    rng = np.random.default_rng(3)
    channels = rng.normal(0, 0.0005, (2, round(seconds * RATE)))
    words, who = [], []
    for speaker, start, count in turns:
        channel = 0 if speaker == "customer" else INTERNAL
        for place in range(count):
            at = start + 0.3 * place
            sound = vowel(rng, speaker, 0.3)
            channels[channel, round(at * RATE) : round(at * RATE) + len(sound)] += sound
            words.append(Word("so." if place == count - 1 else "so", at, at + 0.3, 0.9, channel))
            who.append(speaker)
    return tuple(words), who, Recording(channels.astype(np.float32), RATE, "PCM_16")


def timeline(*intervals: tuple[str, str, float, float]) -> Timeline:
    """A timeline of (kind, participant, start, end)."""
    keys = dict.fromkeys(["customer", *(one[1] for one in intervals)])
    return make_timeline(*intervals, participants=[Participant(key, Role(key.split("_")[0])) for key in keys])


def conference(other: str, until: float = 50.0) -> Timeline:
    """Agent 1 alone for 15 s, then with another party."""
    return timeline(
        ("talk", "agent_1", 0.0, 15.0), ("conference", "agent_1", 15.0, until), ("conference", other, 15.0, until)
    )


def turns(other: str) -> Turns:
    """The agent with the customer, then three of them: short turns and long ones, the same party twice in a row."""
    alone = [("agent_1", 1.0, 14), ("customer", 6.0, 5), ("agent_1", 8.0, 18)]
    lengths = [
        (other, 6),
        ("agent_1", 5),
        (other, 9),
        ("agent_1", 2),
        ("agent_1", 8),
        (other, 2),
        ("agent_1", 7),
        (other, 8),
    ]
    together, at = [], 16.0
    for who, count in lengths:
        together.append((who, at, count))
        at += 0.3 * count + 0.5
    return [*alone, *together]


def named(words: Sequence[Word], line: Timeline, recording: Recording) -> list[str | None]:
    """The speaker of each word, by voice."""
    return list(name_voices(words, [word.channel for word in words], line, recording))


@pytest.mark.parametrize("other", ["agent_2", "external_1"])
def test_a_voice_that_is_known_tells_the_other(other: str) -> None:
    """The agent spoke alone before; the other party is heard only in the conference."""
    words, who, recording = spoken(turns(other), 50.0)
    found = named(words, conference(other), recording)
    shared = [(one, true) for one, true, word in zip(found, who, words, strict=True) if word.start >= 15]
    right = sum(one == true for one, true in shared)
    assert right / len(shared) >= 0.95  # a turn of two words is short for a voice
    assert not any(one for one, word in zip(found, words, strict=True) if word.start < 15)


def test_the_order_of_parties_tells_nothing() -> None:
    """The result is the same if the record lists the other party first."""
    words, _, recording = spoken(turns("agent_2"), 50.0)
    line = conference("agent_2")
    turned = replace(line, intervals=(line.intervals[0], line.intervals[2], line.intervals[1]))
    assert named(words, turned, recording) == named(words, line, recording)


def test_segments_go_to_who_says_them() -> None:
    """By voice in the conference, by the record before it; with less confidence than by a channel alone."""
    words, who, recording = spoken(turns("agent_2"), 50.0)
    line = conference("agent_2")
    heard = tuple(replace(word, voice=one) for word, one in zip(words, named(words, line, recording), strict=True))
    segments = attribute(Transcript(heard, SpeechStats("made", "en", 0.0, None, 0)), line)
    truth = {word.start: speaker for word, speaker in zip(words, who, strict=True)}
    right = sum(segment.speaker == truth[word.start] for segment in segments for word in segment.words)
    assert right / len(words) >= 0.95
    assert {segment.confidence < 1 for segment in segments if segment.start > 15} == {True}


def told_apart(found: Sequence[str | None], who: Sequence[str]) -> float:
    """Share of words with their speaker's most common label, if no two speakers share it."""
    pairs = Counter(zip(who, found, strict=True))
    label = {
        speaker: max((one for one in pairs if one[0] == speaker), key=lambda one: pairs[one])[1] for speaker in who
    }
    assert len(set(label.values())) == len(label)
    return sum(count for (speaker, one), count in pairs.items() if label[speaker] == one) / len(who)


def test_two_unknown_voices_are_told_apart_but_not_named() -> None:
    """The record has both on the line at all times: it is not known which voice is whose."""
    words, who, recording = spoken([turn for turn in turns("agent_2") if turn[0] != "customer"], 50.0)
    line = timeline(("conference", "agent_1", 0.0, 50.0), ("conference", "agent_2", 0.0, 50.0))
    found = named(words, line, recording)
    assert set(found) == {"party_1", "party_2"}
    assert told_apart(found, who) >= 0.95
    heard = tuple(replace(word, voice=one) for word, one in zip(words, found, strict=True))
    with_both = with_parties(line, found)
    assert [one.key for one in with_both.participants][-2:] == ["party_1", "party_2"] and with_both.notes
    segments = attribute(Transcript(heard, SpeechStats("made", "en", 0.0, None, 0)), with_both)
    assert {segment.speaker for segment in segments} == {"party_1", "party_2"}


THREE = ("agent_1", "agent_2", "external_1")
ROUND = [(THREE[at % 3] if at % 2 else THREE[-1 - at % 3], 6 + at % 4) for at in range(18)]


def round_of_three(start: float) -> list[tuple[str, float, int]]:
    """Turns of three parties from then on."""
    found = []
    for who, count in ROUND:
        found.append((who, start, count))
        start += 0.3 * count + 0.5
    return found


def test_of_three_the_known_one_is_named() -> None:
    """The others join together, and are told apart from each other."""
    alone = [("agent_1", 1.0, 14), ("agent_1", 8.0, 18)]
    words, who, recording = spoken([*alone, *round_of_three(16.0)], 75.0)
    line = timeline(("talk", "agent_1", 0.0, 15.0), *(("conference", key, 15.0, 75.0) for key in THREE))
    together = [at for at, word in enumerate(words) if word.start >= 15]
    found = named(words, line, recording)
    assert told_apart([found[at] for at in together], [who[at] for at in together]) >= 0.9
    first = [found[at] for at in together if who[at] == "agent_1"]
    assert first.count("agent_1") / len(first) >= 0.9


def test_when_each_comes_on_tells_whose_a_voice_is() -> None:
    """Of two unknown parties, one was on the line before the other."""
    alone = [("agent_1", 1.0, 14), ("agent_1", 8.0, 18)]
    before = [("agent_2", 16.0, 10), ("agent_1", 20.0, 8), ("agent_2", 23.0, 12), ("agent_1", 27.5, 5)]
    words, who, recording = spoken([*alone, *before, *round_of_three(31.0)], 90.0)
    line = timeline(
        ("talk", "agent_1", 0.0, 15.0),
        ("conference", "agent_1", 15.0, 90.0),
        ("conference", "agent_2", 15.0, 90.0),
        ("conference", "external_1", 30.0, 90.0),
    )
    pairs = [
        (one, true)
        for one, true, word in zip(named(words, line, recording), who, words, strict=True)
        if word.start >= 15
    ]
    assert {one for one, _ in pairs} == set(THREE)
    assert sum(one == true for one, true in pairs) / len(pairs) >= 0.9


def test_nothing_is_named_without_a_conference_or_on_one_channel() -> None:
    """The channel and the record say everything, or too little."""
    words, _, recording = spoken(turns("agent_2"), 50.0)
    assert not any(named(words, timeline(("talk", "agent_1", 0.0, 50.0)), recording))
    mono = Recording(recording.channels[1:], RATE, "PCM_16")
    assert not any(named(words, conference("agent_2"), mono))


def test_words_without_sound_are_passed_over() -> None:
    """Digital silence, words beyond the recording, words too short for a frame."""
    words, _, recording = spoken(turns("agent_2"), 50.0)
    silent = Recording(np.zeros_like(recording.channels), RATE, "PCM_16")
    assert not any(named(words, conference("agent_2"), silent))
    beyond = [replace(word, start=word.start + 100, end=word.end + 100) for word in words]
    assert not any(named(beyond, conference("agent_2", until=200.0), recording))
    short = [replace(word, end=word.start + 0.01) for word in words]
    assert len(named(short, conference("agent_2"), recording)) == len(words)


def party(purpose: str, start: int, end: int, **fields: Any) -> dict[str, Any]:
    """A participant of a Genesys record with one segment."""
    times = {"segmentStart": f"2026-03-02T14:30:{start:02}Z", "segmentEnd": f"2026-03-02T14:30:{end:02}Z"}
    segment = {"segmentType": "interact", **times, **fields}
    return {
        "purpose": purpose,
        "userId": f"{purpose}-{start}",
        "sessions": [{"mediaType": "voice", "segments": [segment]}],
    }


def test_a_late_record_finds_the_voices_in_the_stored_recording(tmp_path: Path) -> None:
    """Words that were stored for the internal side go to the two agents of the conference in the record."""
    settings = prompt_settings(tmp_path)
    words, who, recording = spoken(turns("agent_2"), 50.0)
    audio.write(recording, settings.inbox_folder / "conversation-1.wav", "wav")
    claim = claimed(settings)
    people = (Participant("customer", Role.CUSTOMER), Participant("internal", Role.UNKNOWN))
    stored = tuple(
        RedactedSegment("internal" if channel else "customer", channel, run[0].start, run[-1].end, 1.0, run)
        for channel, group in groupby(words, key=lambda word: word.channel)
        for run in [tuple(RedactedWord(one.text, one.start, one.end, 0.9) for one in group)]
    )
    call = make_call(claim.call_id, participants=people, duration=50.0).call
    write_transcript(replace(call, segments=stored, findings=(), mute_spans=(), files=claim.files), claim.out)
    audio.write(recording, claim.out / "redacted.wav", "wav")
    intake.finish(claim, settings)
    parties = [party("customer", 0, 50), party("agent", 0, 50), party("user", 15, 50, conference=True)]
    late, _ = drop_late(settings, {"conversationId": "conversation-1", "participants": parties})
    truth = {round(word.start, 3): speaker for word, speaker in zip(words, who, strict=True)}
    told = [(one.speaker, truth[round(word.start, 3)]) for one in late.segments for word in one.words]
    assert sum(speaker == true for speaker, true in told) / len(told) >= 0.95
