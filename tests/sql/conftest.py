"""A small warehouse whose answers can be worked out by hand."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pca_pipeline.call import CtrQuality, Interval, IntervalKind, ParticipantTimes, Transfer, TransferKind
from pca_pipeline.errors import AudioError
from pca_pipeline.intake import Failure
from pca_pipeline.settings import Settings
from pca_pipeline.warehouse import load, publish, record_failure, stage
from tests.factories import CUSTOMER, Turn, agent, ivr, make_call, queue

# Answered at once: IVR, Billing, Ann. Handle time 100 + 20 + 30 = 150 s.
PLAIN = make_call(
    "plain",
    started_at=datetime(2026, 3, 2, 9, tzinfo=UTC),
    duration=180,
    participants=(CUSTOMER, ivr(1, "Main menu"), queue(1, "Billing"), agent(1, "Ann")),
    times=[
        ParticipantTimes("ivr_1", ivr=15),
        ParticipantTimes("queue_1", queue_wait=10),
        ParticipantTimes("agent_1", talk=100, hold=20, after_call_work=30),
    ],
    intervals=[
        Interval(IntervalKind.IVR, "ivr_1", 0, 15),
        Interval(IntervalKind.QUEUE, "queue_1", 15, 25),
        Interval(IntervalKind.TALK, "agent_1", 25, 145),
    ],
    turns=[
        Turn("customer", 30, "my card is [CREDIT_CARD] okay", 0.5),
        Turn("agent_1", 40, "thank you very much", 0.2),
    ],
    drivers=["billing"],
)

# Recorded from the first agent on, so Billing has no interval: Bob, transferred to Support, Cem.
# Handle time 250 s of Bob and 400 s of Cem.
MOVED = make_call(
    "moved",
    started_at=datetime(2026, 3, 2, 10, tzinfo=UTC),
    duration=700,
    participants=(CUSTOMER, queue(1, "Billing"), agent(1, "Bob"), queue(2, "Support"), agent(2, "Cem")),
    times=[
        ParticipantTimes("queue_1", queue_wait=30),
        ParticipantTimes("agent_1", talk=200, after_call_work=50),
        ParticipantTimes("queue_2", queue_wait=5),
        ParticipantTimes("agent_2", talk=300, hold=60, after_call_work=40),
    ],
    intervals=[
        Interval(IntervalKind.TALK, "agent_1", 0, 200),
        Interval(IntervalKind.QUEUE, "queue_2", 200, 205),
        Interval(IntervalKind.TALK, "agent_2", 205, 565),
    ],
    transfers=[Transfer(TransferKind.BLIND, "agent_1", "queue_2", 200)],
    turns=[
        Turn("customer", 5, "the router does not work", -0.5),
        Turn("agent_1", 15, "one moment [PERSON]", 0.0),
        Turn("customer", 600, "this is TERRIBLE", -0.5),
    ],
    drivers=["technical", "billing"],
    metrics={
        "longest_silence_seconds": 40,
        "non_talk_seconds": 70,
        "talk_over_seconds": 7,
        "customer_sentiment_change": -0.5,
    },
    score=0.4,
)

# Gave up after 90 s in Billing; nobody spoke.
ABANDONED = make_call(
    "abandoned",
    started_at=datetime(2026, 3, 3, 9, 30, tzinfo=UTC),
    duration=95,
    participants=(CUSTOMER, queue(1, "Billing")),
    times=[ParticipantTimes("queue_1", queue_wait=90)],
    intervals=[Interval(IntervalKind.QUEUE, "queue_1", 0, 90)],
    turns=[],
)

# Served by the IVR.
CONTAINED = make_call(
    "contained",
    started_at=datetime(2026, 3, 3, 11, tzinfo=UTC),
    duration=45,
    participants=(CUSTOMER, ivr(1, "Main menu")),
    times=[ParticipantTimes("ivr_1", ivr=45)],
    intervals=[Interval(IntervalKind.IVR, "ivr_1", 0, 45)],
    turns=[Turn("ivr_1", 1, "welcome"), Turn("customer", 5, "my balance please", 0.1)],
    drivers=["billing"],
)

# No record: only what was heard.
UNRECORDED = make_call(
    "unrecorded",
    started_at=None,
    duration=50,
    quality=CtrQuality.NONE,
    participants=(CUSTOMER, agent(1, None)),
    turns=[Turn("customer", 1, "hello my mail is [EMAIL_ADDRESS]", 0.1), Turn("agent_1", 10, "fine", 0.0)],
)


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Five calls, loaded and published, with one failure since mended and one that is open."""
    settings = Settings(folder=tmp_path_factory.mktemp("calls"))
    record_failure(settings, Failure.of("plain", AudioError("plain.wav was cut off.", "Drop it again."), "audio"))
    record_failure(settings, Failure.of("lost", AudioError("lost.wav is empty.", "Drop it again."), "audio"))
    for call in (PLAIN, MOVED, ABANDONED, CONTAINED, UNRECORDED):
        stage(call, settings.staged_folder)
    load(settings)
    publish(settings)
    return settings
