from __future__ import annotations

import random
from dataclasses import asdict, replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pca_pipeline.call import (
    Interval,
    IntervalKind,
    MuteSpan,
    Participant,
    ParticipantTimes,
    RedactedCall,
    RedactedSegment,
    Role,
    Sentiment,
    Transfer,
    TransferKind,
)
from pca_pipeline.insights import enrich
from pca_pipeline.insights.metrics import measure_call, measure_participants
from tests.insights.calls import CAST, interval, make_call, say, silent_recording

NEUTRAL = Sentiment(0.0, "neutral")

TWO_AGENTS = make_call(
    [
        say("ivr_1", 0, 9),
        say("agent_1", 20, 25),
        say("customer", 25, 30),
        say("agent_1", 34, 40),
        say("customer", 42, 58),
        say("agent_1", 57, 59.5),
        say("agent_1", 72, 78),
        say("agent_2", 85, 95),
    ],
    intervals=(
        interval("ivr", "ivr_1", 0, 10),
        interval("queue", "queue_1", 10, 20),
        interval("alert", "agent_3", 12, 15),
        interval("talk", "agent_1", 20, 60),
        interval("hold", "agent_1", 60, 65),
        interval("hold", "agent_1", 65, 70),
        interval("talk", "agent_1", 70, 80),
        interval("queue", "queue_2", 80, 85),
        interval("wrap_up", "agent_1", 80, 84),
        interval("talk", "agent_2", 85, 100),
    ),
    times=(
        ParticipantTimes("agent_1", talk=50, hold=10, after_call_work=25, speed_of_answer=10),
        ParticipantTimes("agent_2", talk=15, after_call_work=5, speed_of_answer=5),
        ParticipantTimes("agent_3", alert=3),
        ParticipantTimes("queue_1", queue_wait=10),
        ParticipantTimes("queue_2", queue_wait=5),
        ParticipantTimes("ivr_1", ivr=10),
    ),
    transfers=(Transfer(TransferKind.BLIND, "agent_1", "agent_2", 80.0),),
)


def test_a_call_with_a_blind_transfer() -> None:
    """Every metric of a call of 100 seconds, added up by hand."""
    feelings = [0.9, 0.5, -0.8, 0.1, 0.4, 0.3, 0.2, 0.0]
    metrics = measure_call(TWO_AGENTS, [Sentiment(score, "") for score in feelings])
    assert asdict(metrics) == pytest.approx(
        {
            "handle_seconds": 105,
            "talk_seconds": 65,
            "hold_seconds": 10,
            "after_call_work_seconds": 30,
            "queue_wait_seconds": 15,
            "ivr_seconds": 10,
            "consult_seconds": 0,
            "speed_of_answer_seconds": 10,
            "non_talk_seconds": 4 + 5,  # 30 to 34, 95 to 100; shorter: 40, 59.5, 70, 78
            "talk_over_seconds": 1,  # 57 to 58
            "longest_silence_seconds": 5,
            "agents": 2,  # the third one's telephone only rang
            "queues": 2,
            "ivrs": 1,
            "holds": 1,  # two stretches that touch
            "blind_transfers": 1,
            "consult_transfers": 0,
            "transfers": 1,
            "answered": True,
            "customer_sentiment": (-0.8 + 0.4) / 2,
            "agent_sentiment": (0.5 + 0.1 + 0.3 + 0.2 + 0.0) / 5,
            "customer_sentiment_change": 0.4 + 0.8,
        }
    )


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (  # abandoned in queue
            make_call(
                [say("queue_1", 5, 9)],
                intervals=(interval("queue", "queue_1", 0, 30), interval("alert", "agent_1", 25, 30)),
                times=(ParticipantTimes("queue_1", queue_wait=30), ParticipantTimes("agent_1", alert=5)),
            ),
            {"answered": False, "agents": 0, "queues": 1, "queue_wait_seconds": 30, "handle_seconds": 0},
        ),
        (  # voicemail
            make_call(
                [say("customer", 5, 9)],
                intervals=(interval("voicemail", "ivr_1", 0, 30),),
            ),
            {"answered": False, "agents": 0, "longest_silence_seconds": 0},
        ),
        (  # prompts on hold are nobody's
            make_call(
                [say("agent_1", 0, 30), say("hold", 30, 40), say("customer", 32, 45)],
                participants=(*CAST, Participant("hold", Role.UNKNOWN)),
                intervals=(
                    interval("talk", "agent_1", 0, 30),
                    interval("hold", "agent_1", 30, 60),
                    interval("talk", "agent_1", 60, 70),
                    interval("hold", "agent_1", 70, 90),
                ),
            ),
            {"queues": 0, "holds": 2, "hold_seconds": 50, "talk_seconds": 40, "talk_over_seconds": 0},
        ),
        (  # no record
            make_call([say("customer", 0, 5), say("internal", 5, 50), say("customer", 54, 60)]),
            {"answered": True, "agents": 0, "talk_seconds": 60, "non_talk_seconds": 4, "handle_seconds": 60},
        ),
        (  # consult transfer, and one of which nobody knows how
            make_call(
                transfers=(
                    Transfer(TransferKind.CONSULT, "agent_1", "agent_2", 9),
                    Transfer(TransferKind.UNKNOWN, "agent_2", None, 9),
                )
            ),
            {"consult_transfers": 1, "blind_transfers": 0, "transfers": 2, "answered": False},
        ),
    ],
    ids=["abandoned", "voicemail", "holds", "no record", "transfers"],
)
def test_calls_of_every_kind(call: RedactedCall, expected: dict[str, float]) -> None:
    """What a call of each kind must count."""
    metrics = asdict(measure_call(call, [NEUTRAL] * len(call.segments)))
    assert {name: metrics[name] for name in expected} == pytest.approx(expected)


def test_participants_of_a_call() -> None:
    """Each participant has its own speech, including silent ones and unnamed voices; machines have no sentiment."""
    call = make_call([say("ivr_1", 0, 2, "good day"), say("customer", 3, 9, "my card [CARD]"), say("ghost", 9, 10)])
    by_key = {one.participant: one for one in measure_participants(call, silent_recording(), [Sentiment(0.5, "")] * 3)}
    assert list(by_key) == [*(participant.key for participant in CAST), "ghost"]
    customer, silent, machine = by_key["customer"], by_key["agent_3"], by_key["ivr_1"]
    assert (customer.speech_seconds, customer.words, customer.words_per_minute) == (6, 3, 30)
    assert (customer.sentiment, machine.sentiment, silent.sentiment) == (0.5, None, None)
    assert (silent.speech_seconds, silent.words, silent.words_per_minute) == (0, 0, None)
    assert (machine.speech_seconds, machine.loudness_dbfs) == (2, None)


SPEAKERS = st.sampled_from([participant.key for participant in CAST])
SPANS = st.tuples(st.integers(0, 90), st.integers(1, 10))
TEXTS = st.sampled_from(["hello", "I am very angry [NAME]", "that is wonderful", "[CARD]", "no no no"])


@st.composite
def calls(draw: st.DrawFn) -> RedactedCall:
    """Any call: segments may overlap, touch and contradict the intervals."""

    def segment() -> RedactedSegment:
        start, length = draw(SPANS)
        return say(draw(SPEAKERS), start, start + length, draw(TEXTS))

    def stretch() -> Interval:
        start, length = draw(SPANS)
        return Interval(draw(st.sampled_from(IntervalKind)), draw(SPEAKERS), start, start + length)

    segments = [segment() for _ in range(draw(st.integers(0, 6)))]
    intervals = tuple(stretch() for _ in range(draw(st.integers(0, 4))))
    muted = tuple(MuteSpan(0, start, start + length, ()) for start, length in draw(st.lists(SPANS, max_size=2)))
    return make_call(segments, intervals=intervals, mute_spans=muted)


@settings(deadline=None, max_examples=50)
@given(calls())
def test_bounds(call: RedactedCall) -> None:
    """No time is negative or longer than the call, parts fit into the whole, scores are in [-1, 1]."""
    insights = enrich(call, silent_recording())
    metrics = insights.metrics
    seconds = {name: value for name, value in asdict(metrics).items() if name.endswith("_seconds")}
    assert all(value >= 0 for value in seconds.values() if value is not None)
    assert metrics.non_talk_seconds + metrics.talk_over_seconds <= call.duration
    assert metrics.longest_silence_seconds <= call.duration
    assert metrics.handle_seconds >= metrics.talk_seconds
    speech = [one.speech_seconds for one in insights.participants]
    assert metrics.talk_over_seconds <= sum(speech) / 2 + 1e-9
    assert all(0 <= value <= call.duration for value in speech)
    assert all(one.interruptions >= 0 and one.words >= 0 for one in insights.participants)
    scores = [one.score for one in insights.segment_sentiment]
    scores += [one.sentiment for one in insights.participants if one.sentiment is not None]
    assert all(-1 <= score <= 1 for score in scores)
    assert -2 <= (metrics.customer_sentiment_change or 0) <= 2


@settings(deadline=None, max_examples=50)
@given(calls(), st.randoms(use_true_random=False))
def test_order_of_segments_is_nothing(call: RedactedCall, chance: random.Random) -> None:
    """The same segments in another order give the same call, and each segment keeps its own scores."""
    assume(len(set(call.segments)) == len(call.segments))
    order = list(range(len(call.segments)))
    chance.shuffle(order)
    shuffled = replace(call, segments=tuple(call.segments[i] for i in order))
    one, other = enrich(call, silent_recording()), enrich(shuffled, silent_recording())
    assert other.metrics == one.metrics
    assert other.participants == one.participants
    assert other.segment_sentiment == tuple(one.segment_sentiment[i] for i in order)
