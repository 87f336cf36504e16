from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pca_pipeline.call import (
    CallRecord,
    CtrQuality,
    Finding,
    MuteSpan,
    Participant,
    RedactedCall,
    RedactedSegment,
    RedactedWord,
    Role,
    Segment,
    SpeechStats,
    Timeline,
    Transcript,
    Word,
)
from pca_pipeline.timeline import (
    attribute,
    left_out,
    reattribute,
    with_channels_by_sound,
    with_detected_channels,
    with_internal_voices,
)
from tests.factories import make_timeline

EXTERNAL, INTERNAL = 0, 1
ROLES = {
    "ivr": Role.IVR,
    "queue": Role.QUEUE,
    "agent": Role.AGENT,
    "voicemail": Role.VOICEMAIL,
    "customer": Role.CUSTOMER,
}
STATS = SpeechStats("test", "en", 0.0, None, 0)


def timeline(*intervals: tuple[str, str, float, float], extra: tuple[str, ...] = ()) -> Timeline:
    """A timeline of (kind, participant, start, end)."""
    keys = dict.fromkeys(["customer", *(one[1] for one in intervals), *extra])
    people = [Participant(key, ROLES.get(key.split("_")[0], Role.UNKNOWN)) for key in keys]
    return make_timeline(*intervals, participants=people, external_channel=EXTERNAL)


def say(text: str, start: float, channel: int = INTERNAL, step: float = 0.3) -> list[Word]:
    """The words of a text, evenly spoken, without gaps."""
    return [
        Word(word, start + step * place, start + step * (place + 1), 0.9, channel)
        for place, word in enumerate(text.split())
    ]


def transcript(*lines: list[Word]) -> Transcript:
    """The words of all lines in the order they are spoken."""
    return Transcript(tuple(sorted((word for line in lines for word in line), key=lambda word: word.start)), STATS)


def read(segments: tuple[Segment, ...]) -> list[tuple[str, str]]:
    """Speaker and text of each segment."""
    return [(segment.speaker, segment.text) for segment in segments]


INBOUND = timeline(
    ("ivr", "ivr_1", 0.0, 10.0),
    ("queue", "queue_1", 10.05, 20.0),
    ("talk", "agent_1", 20.0, 40.0),
    ("hold", "agent_1", 40.0, 50.0),
    ("talk", "agent_1", 50.0, 60.0),
    extra=("hold",),
)


@pytest.mark.parametrize(
    ("start", "channel", "speaker"),
    [
        (3.0, INTERNAL, "ivr_1"),
        (12.0, INTERNAL, "queue_1"),
        (25.0, INTERNAL, "agent_1"),
        (45.0, INTERNAL, "hold"),
        (55.0, INTERNAL, "agent_1"),
        (90.0, INTERNAL, "agent_1"),
        (3.0, EXTERNAL, "customer"),
        (45.0, EXTERNAL, "customer"),
    ],
)
def test_the_channel_and_the_interval_tell_the_speaker(start: float, channel: int, speaker: str) -> None:
    """The customer's channel is always the customer; the other one is whoever is on the line."""
    (segment,) = attribute(transcript(say("one two", start, channel)), INBOUND)
    assert (segment.speaker, segment.channel) == (speaker, channel)


def test_a_run_of_words_is_split_where_the_speaker_changes() -> None:
    """The queue's last words and the agent's first are two segments, however short the gap."""
    words = transcript(say("please hold the line.", 18.8), say("hello my name is Ana", 20.0))
    assert read(attribute(words, INBOUND)) == [
        ("queue_1", "please hold the line."),
        ("agent_1", "hello my name is Ana"),
    ]


@pytest.mark.parametrize("late", [-0.5, -0.2, 0.0, 0.2, 0.5])
def test_an_imprecise_boundary_is_moved_to_the_pause_beside_it(late: float) -> None:
    """The record says 20.0; the greeting starts half a second before or after it and stays whole."""
    words = transcript(say("please hold the line", 18.3 + late), say("hello my name is Ana", 20.0 + late))
    assert read(attribute(words, INBOUND)) == [
        ("queue_1", "please hold the line"),
        ("agent_1", "hello my name is Ana"),
    ]


def test_a_word_across_a_boundary_goes_to_the_side_that_holds_most_of_it() -> None:
    """If there is no pause at all."""
    words = [Word(str(place), 18.0 + place, 19.0 + place, 1.0, INTERNAL) for place in range(5)]
    shifted = [replace(word, start=word.start + 0.4, end=word.end + 0.4) for word in words]
    assert read(attribute(transcript(shifted), INBOUND)) == [("queue_1", "0 1"), ("agent_1", "2 3 4")]


CONSULT = timeline(
    ("talk", "agent_1", 0.0, 20.0),
    ("consult", "agent_1", 20.0, 40.0),
    ("alert", "agent_2", 21.0, 25.0),
    ("consult", "agent_2", 25.0, 40.0),
    ("wrap_up", "agent_1", 40.0, 55.0),
    ("talk", "agent_2", 40.0, 60.0),
)


def test_words_of_a_consult_are_the_first_agents_and_less_sure() -> None:
    """Overlapping agents are not a conference: the one on the line introduces the other."""
    words = transcript(say("I have a colleague here", 36.0), say("hi there", 41.0))
    first, second = attribute(words, CONSULT)
    assert (first.speaker, second.speaker) == ("agent_1", "agent_2")
    assert first.confidence < second.confidence == 1.0


def test_a_machine_is_heard_before_the_agent_beside_it() -> None:
    """A payment flow during a talk plays its prompts to the customer."""
    line = timeline(("talk", "agent_1", 0.0, 30.0), ("ivr", "ivr_1", 10.0, 20.0))
    words = transcript(say("go on", 5.0), say("key in your number", 14.0), say("thank you", 25.0))
    assert [segment.speaker for segment in attribute(words, line)] == ["agent_1", "ivr_1", "agent_1"]


def test_words_between_intervals_go_to_the_nearest_and_are_less_sure() -> None:
    """Nothing is lost because of a gap in the record."""
    line = timeline(("talk", "agent_1", 0.0, 10.0), ("talk", "agent_2", 30.0, 40.0))
    found = attribute(transcript(say("yes", 10.2), say("bye", 15.0), say("hi", 26.0)), line)
    assert [(one.speaker, one.confidence) for one in found] == [
        ("agent_1", 1.0),
        ("agent_1", 0.5),
        ("agent_2", 0.5),
    ]


def test_voicemail_belongs_to_the_machine_and_the_customer() -> None:
    """The prompt on one channel, the message on the other."""
    line = timeline(("voicemail", "voicemail", 0.0, 30.0))
    words = transcript(say("leave a message", 1.0), say("call me back", 5.0, EXTERNAL))
    assert [one.speaker for one in attribute(words, line)] == ["voicemail", "customer"]


@pytest.mark.parametrize(
    ("lines", "count"),
    [
        ([say("one two", 0), say("three", 0.9)], 1),
        ([say("one two.", 0), say("Three", 1.4)], 1),  # 0.8 s after a sentence
        ([say("one two.", 0), say("Three", 1.8)], 2),  # 1.2 s after a sentence
        ([say("one two", 0), say("three", 1.8)], 1),  # 1.2 s in the midst of one
        ([say("one two", 0), say("three", 3.0)], 2),
        ([say("one two", 0), say("yes", 0.7, EXTERNAL), say("three", 1.3)], 3),  # somebody answers in between
        ([say("one two three", 0), say("yes", 0.4, EXTERNAL)], 2),  # a backchannel does not tear a sentence
    ],
)
def test_segments_end_where_a_turn_ends(lines: list[list[Word]], count: int) -> None:
    """At long pauses, at shorter ones after a sentence, and where the other side speaks."""
    assert len(attribute(transcript(*lines), timeline(("talk", "agent_1", 0.0, 10.0)))) == count


def test_without_intervals_the_internal_side_is_internal() -> None:
    """Channels alone identify only the customer."""
    words = transcript(say("hello", 0.0), say("hi", 1.0, EXTERNAL))
    assert [one.speaker for one in attribute(words, timeline(extra=("internal",)))] == [
        "internal",
        "customer",
    ]


def test_voices_on_the_internal_channel_are_people_where_nothing_else_tells() -> None:
    """Each voice is a participant, on that channel only; a record with intervals takes precedence."""
    voices = [
        replace(word, voice=voice) for word, voice in zip(say("hello there you", 0.0), ("a", "b", "a"), strict=True)
    ]
    words = transcript(voices, [replace(word, voice="c") for word in say("hi", 2.0, EXTERNAL)])
    bare = timeline(extra=("internal",))
    told = with_internal_voices(words, bare)
    assert [one.key for one in told.participants] == ["customer", "internal", "a", "b"]
    assert [one.speaker for one in attribute(words, told)] == ["a", "b", "a", "customer"]
    recorded = timeline(("talk", "agent_1", 0.0, 10.0))
    assert with_internal_voices(words, recorded) == recorded
    assert with_internal_voices(transcript(say("hello", 0.0)), bare) == bare


PROMPT = "press one for billing or press two for claims or stay on the line"
MONO = replace(INBOUND, participants=(*INBOUND.participants, Participant("unknown", Role.UNKNOWN)))


def test_on_one_channel_only_machines_are_known() -> None:
    """Which person speaks is not known without diarization."""
    words = transcript(say("press one", 3.0, 0), say("hello.", 25.0, 0), say("hi", 27.0, 0))
    assert [one.speaker for one in attribute(words, MONO)] == ["ivr_1", "unknown", "unknown"]
    assert with_detected_channels(words, MONO) == MONO


def test_on_one_channel_voices_tell_people_apart() -> None:
    """The agent greets first; the customer is the other voice."""
    words = [replace(word, voice="voice_1") for word in say("press one", 3.0, 0)]
    words += [replace(word, voice="voice_2") for word in say("my name is Ana.", 21.0, 0)]
    words += [replace(word, voice="voice_3") for word in say("hi Ana", 22.2, 0)]
    words += [replace(word, voice="voice_2") for word in say("hi", 23.0, 0)]
    found = attribute(transcript(words), MONO)
    assert [one.speaker for one in found] == ["ivr_1", "agent_1", "customer", "agent_1"]


@pytest.mark.parametrize(
    ("lines", "external"),
    [
        ([say(PROMPT, 2.0, INTERNAL), say("hello", 25.0, EXTERNAL)], EXTERNAL),
        ([say(PROMPT, 2.0, EXTERNAL), say("hello", 25.0, INTERNAL)], INTERNAL),
        ([say("agent", 2.0, EXTERNAL), say("hello", 25.0, EXTERNAL)], EXTERNAL),  # the other side is silent
        ([say(PROMPT, 2.0, INTERNAL), say(PROMPT, 2.0, EXTERNAL)], EXTERNAL),
    ],
)
def test_a_swap_shows_where_the_machine_speaks(lines: list[list[Word]], external: int) -> None:
    """Found, corrected and noted; echo, or a customer who answers the machine, is not a swap."""
    line = with_detected_channels(transcript(*lines), INBOUND)
    assert line.external_channel == external
    assert bool(line.notes) == (external != EXTERNAL)


AWAY = {
    "consult": (("talk", "agent_1", 0.0, 10.0), ("consult", "agent_1", 10.0, 20.0), ("talk", "agent_1", 20.0, 30.0)),
    "hold": (("talk", "agent_1", 0.0, 10.0), ("hold", "agent_1", 10.0, 20.0), ("talk", "agent_1", 20.0, 30.0)),
    "after the call": (("talk", "agent_1", 0.0, 10.0), ("wrap_up", "agent_1", 10.0, 20.0)),
    "with somebody else": (
        ("talk", "agent_1", 0.0, 10.0),
        ("wrap_up", "agent_1", 10.0, 20.0),
        ("talk", "agent_2", 10.0, 30.0),
    ),
}


@pytest.mark.parametrize("channel", [EXTERNAL, INTERNAL])
@pytest.mark.parametrize(
    ("where", "seconds", "tells"),
    [
        ("consult", 8.0, True),
        ("hold", 8.0, True),
        ("after the call", 5.0, True),
        ("consult", 3.0, False),  # a customer who waits says something to somebody in the room
        ("hold", 3.0, False),
        ("with somebody else", 8.0, False),  # one agent writes up the call while the customer speaks with the next
    ],
)
def test_a_swap_shows_where_the_customer_is_away(where: str, seconds: float, tells: bool, channel: int) -> None:
    """At those times only agents speak, on the internal channel, or nobody."""
    line = timeline(*AWAY[where], extra=("hold",))
    words = transcript(say("so " * round(seconds / 0.5), 11.0, channel, step=0.5), say("well then", 2.0, 1 - channel))
    found = with_detected_channels(words, line)
    assert found.external_channel == (INTERNAL if tells and channel == EXTERNAL else EXTERNAL)
    assert bool(found.notes) == (found.external_channel != EXTERNAL)


def test_a_machine_that_is_silent_leaves_it_to_others() -> None:
    """If the recorder leaves out prompts, what is heard in the consult decides."""
    line = timeline(("ivr", "ivr_1", 0.0, 5.0), ("talk", "agent_1", 5.0, 10.0), ("consult", "agent_1", 10.0, 20.0))
    words = transcript(say("so " * 20, 10.6, EXTERNAL, step=0.45))
    assert with_detected_channels(words, line).external_channel == INTERNAL


def test_agents_who_sound_like_agents_are_never_flipped() -> None:
    """Even if the customer talks all the time in the queue."""
    waiting = say("well " * 20, 11.0, EXTERNAL, step=0.4)
    answer = say("thank you for calling can i have your name and your date of birth and your address", 21.0)
    assert with_detected_channels(transcript(waiting, answer), INBOUND).external_channel == EXTERNAL
    assert with_detected_channels(transcript(waiting), INBOUND).external_channel == INTERNAL


@pytest.mark.parametrize("swapped", [False, True])
def test_without_a_machine_the_way_of_speaking_shows_a_swap(swapped: bool) -> None:
    """An outbound call has neither IVR nor queue."""
    agent, customer = (EXTERNAL, INTERNAL) if swapped else (INTERNAL, EXTERNAL)
    words = transcript(
        say(
            "Hello, I am calling from Oak Bank. Can you confirm your address and your date of birth?",
            1.0,
            agent,
        ),
        say("My address is in my file, my dear.", 10.0, customer),
        say("Thank you, your card is in the mail.", 15.0, agent),
    )
    line = with_detected_channels(words, timeline(("talk", "agent_1", 0.0, 20.0)))
    assert line.external_channel == customer


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(
            st.floats(0, 80),
            st.floats(0.01, 3),
            st.sampled_from([EXTERNAL, INTERNAL]),
            st.sampled_from(["a", "b."]),
        ),
        max_size=30,
    ),
    st.sampled_from([INBOUND, CONSULT, MONO]),
)
def test_every_word_is_in_one_segment(spoken: list[tuple[float, float, int, str]], line: Timeline) -> None:
    """Nothing is lost or duplicated; segments are in order, each of one speaker on one channel."""
    words = transcript([Word(text, start, start + length, 1.0, channel) for start, length, channel, text in spoken])
    segments = attribute(words, line)
    assert sorted(map(id, words.words)) == sorted(id(word) for segment in segments for word in segment.words)
    assert [one.start for one in segments] == sorted(one.start for one in segments)
    assert all({word.channel for word in one.words} == {one.channel} for one in segments)
    assert {one.speaker for one in segments} <= {participant.key for participant in line.participants}


def conversation(rng: Random) -> tuple[Timeline, list[tuple[Word, str]]]:
    """A call of alternating turns with its true speakers, and a timeline with edges up to 0.4 s off."""
    stages = ["ivr_1", "queue_1", "agent_1", "hold", "agent_1", "queue_2", "agent_2"]
    kinds = {"ivr_1": "ivr", "queue_1": "queue", "queue_2": "queue", "hold": "hold"}
    now, spans, words = 0.0, [], []
    for stage in stages:
        start = now
        for _ in range(rng.randint(2, 6)):
            now += rng.uniform(0.0, 0.8)
            for speaker, channel in [(stage, INTERNAL), ("customer", EXTERNAL)]:
                if speaker == "hold" or (speaker == "customer" and not stage.startswith("agent")):
                    now += rng.uniform(0.0, 0.5)
                    continue
                for _ in range(rng.randint(2, 12)):
                    length = rng.uniform(0.12, 0.45)
                    words.append((Word("word", now, now + length, 1.0, channel), speaker))
                    now += length + (0.0 if rng.random() < 0.9 else rng.uniform(0, 0.25))
                now += rng.uniform(0.2, 0.9)
        spans.append((kinds.get(stage, "talk"), "agent_1" if stage == "hold" else stage, start, now))
    edges = [0.0, *(max(0.0, end + rng.uniform(-0.4, 0.4)) for *_, end in spans)]
    jittered = [(kind, who, edges[at], edges[at + 1]) for at, (kind, who, *_) in enumerate(spans)]
    return timeline(*jittered, extra=("hold",)), words


def test_speakers_are_right_in_spite_of_imprecise_records() -> None:
    """At least 99.9 % of the words of 100 calls with every edge off by up to 0.4 s."""
    right = total = 0
    for seed in range(100):
        line, truth = conversation(Random(seed))
        said = {id(word): speaker for word, speaker in truth}
        for segment in attribute(transcript([word for word, _ in truth]), line):
            right += sum(said[id(word)] == segment.speaker for word in segment.words)
            total += len(segment.words)
    assert right / total >= 0.999


def redacted() -> RedactedCall:
    """A call without a record: the internal side is one participant. Its number is a label of two words."""
    words = [
        [RedactedWord("press", 3.0, 3.4, 1.0), RedactedWord("one", 3.4, 9.4, 1.0)],
        [
            RedactedWord("hello", 18.6, 19.0, 1.0),
            RedactedWord("[PHONE_NUMBER]", 19.0, 19.5, 1.0, "PHONE_NUMBER"),
            RedactedWord("[PHONE_NUMBER]", 20.3, 21.0, 1.0, "PHONE_NUMBER"),
            RedactedWord("bye", 21.0, 21.4, 1.0),
        ],
        [RedactedWord("yes", 19.7, 20.0, 1.0)],
    ]
    speakers = [("internal", INTERNAL), ("internal", INTERNAL), ("customer", EXTERNAL)]
    segments = tuple(
        RedactedSegment(speaker, channel, line[0].start, line[-1].end, 1.0, tuple(line))
        for (speaker, channel), line in zip(speakers, words, strict=True)
    )
    return RedactedCall(
        call_id="call-1",
        duration=60.0,
        sample_rate=8000,
        channels=2,
        timeline=replace(timeline(extra=("internal",)), quality=CtrQuality.NONE),
        segments=segments,
        findings=(Finding("PHONE_NUMBER", 1, 1, 2, INTERNAL, 19.0, 21.0, 0.9, "phone"),),
        mute_spans=(MuteSpan(INTERNAL, 19.0, 21.0, ("PHONE_NUMBER",)),),
        stats=STATS,
        files=(),
    )


def words_of(call: RedactedCall) -> list[RedactedWord]:
    """All stored words in order of speech."""
    return sorted((word for one in call.segments for word in one.words), key=lambda word: word.start)


def test_a_late_record_attributes_stored_words_anew() -> None:
    """Speakers and quality change; words, labels and mute spans do not."""
    before = redacted()
    after = reattribute(before, CallRecord(INBOUND))
    assert [one.speaker for one in after.segments] == ["ivr_1", "queue_1", "customer", "agent_1"]
    assert after.timeline.quality is CtrQuality.EXACT
    assert words_of(after) == words_of(before)
    assert after.mute_spans == before.mute_spans
    assert reattribute(after, CallRecord(INBOUND)) == after


def test_findings_follow_their_words_and_are_never_torn() -> None:
    """A label stays in one segment, even across a hand-over, and while somebody else speaks."""
    (finding,) = reattribute(redacted(), CallRecord(INBOUND)).findings
    segments = reattribute(redacted(), CallRecord(INBOUND)).segments
    words = segments[finding.segment].words[finding.first_word : finding.last_word + 1]
    assert [word.entity for word in words] == ["PHONE_NUMBER", "PHONE_NUMBER"]
    assert (words[0].start, words[-1].end) == (finding.start, finding.end)


def test_nothing_that_was_said_shows_in_a_repr() -> None:
    """Not even in values inside the package."""
    (segment,) = attribute(transcript(say("swordfish", 25.0)), INBOUND)
    assert "swordfish" not in repr(segment)


@pytest.mark.parametrize(
    ("what", "spans"),
    [
        ((), ()),
        (("ivr",), ((0.0, 9.4),)),
        (("queue",), ((10.65, 19.4),)),
        (("ivr", "queue"), ((0.0, 19.4),)),
        (("hold",), ((40.6, 49.4),)),
        (("ivr", "hold"), ((0.0, 9.4), (40.6, 49.4))),
    ],
)
def test_what_is_left_out_lies_on_the_internal_channel(
    what: tuple[str, ...], spans: tuple[tuple[float, float], ...]
) -> None:
    """With a margin next to whoever speaks next; neighbours are joined."""
    assert left_out(INBOUND, what) == ((), tuple(pytest.approx(span) for span in spans))
    swapped = replace(INBOUND, external_channel=1)
    assert left_out(swapped, what)[1] == ()


@pytest.mark.parametrize(
    "other",
    [("talk", "agent_2", 41.0, 48.0), ("consult", "agent_1", 41.0, 48.0), ("secure_pause", "agent_1", 41.0, 48.0)],
)
def test_nobody_who_speaks_is_left_out(other: tuple[str, str, float, float]) -> None:
    """While somebody is on the line during the music, everything is transcribed."""
    line = timeline(("talk", "agent_1", 0.0, 40.0), ("hold", "agent_1", 40.0, 50.0), other, extra=("hold",))
    assert all(end <= 41.0 or start >= 48.0 for start, end in left_out(line, ["hold"])[1])


def test_inferred_times_leave_out_less_and_one_channel_nothing() -> None:
    """The margin is wider if the record may be wrong; on one channel the customer can be heard as well."""
    inferred = replace(INBOUND, quality=CtrQuality.APPROXIMATE)
    assert left_out(inferred, ["queue"]) == ((), (pytest.approx((12.05, 18.0)),))
    assert left_out(MONO, ["ivr", "queue", "hold"]) == ((), ())


@pytest.mark.parametrize(("channel", "external"), [(INTERNAL, EXTERNAL), (EXTERNAL, INTERNAL)])
def test_sound_alone_shows_a_swap(channel: int, external: int) -> None:
    """The channel with sound while the flow plays is the internal one."""
    sounds = [(channel, at / 10, at / 10 + 0.1) for at in range(5, 95)]
    line = with_channels_by_sound(sounds, INBOUND)
    assert (line.external_channel, bool(line.notes)) == (external, external != EXTERNAL)


def test_who_speaks_in_a_conference_is_less_sure() -> None:
    """Two people share the channel; without their voices it is the first."""
    line = timeline(("conference", "agent_1", 0.0, 20.0), ("conference", "agent_2", 0.0, 20.0))
    (segment,) = attribute(transcript(say("one two", 5.0)), line)
    assert segment.speaker == "agent_1" and segment.confidence < 1


def test_a_late_record_with_a_conference_is_attributed_by_voices() -> None:
    """Stored words go to the named speaker of each, else to the record's party."""
    before = redacted()
    line = timeline(("conference", "agent_1", 0.0, 60.0), ("conference", "agent_2", 0.0, 60.0))
    after = reattribute(before, CallRecord(line), [*["agent_2"] * 5, None, None])
    internal = [segment.speaker for segment in after.segments if segment.channel == INTERNAL]
    assert internal[0] == "agent_2" and internal[-1] == "agent_1"
