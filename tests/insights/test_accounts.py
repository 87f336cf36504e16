from __future__ import annotations

import pytest

from pca_pipeline.call import ParticipantTimes, RedactedCall
from pca_pipeline.insights.accounts import call_times
from tests.insights.calls import interval, make_call, say

RECORD = (
    ParticipantTimes("agent_1", talk=100, hold=20, after_call_work=30, queue_wait=7, alert=2),
    ParticipantTimes("agent_2", talk=50, after_call_work=10),
    ParticipantTimes("queue_1", queue_wait=15),
    ParticipantTimes("queue_2", queue_wait=5),
    ParticipantTimes("ivr_1", ivr=12, talk=3),
)
INTERVALS = (
    interval("ivr", "ivr_1", 0, 12),
    interval("queue", "queue_1", 12, 20),
    interval("alert", "agent_1", 18, 20),
    interval("talk", "agent_1", 20, 50),
    interval("hold", "agent_1", 50, 60),
    interval("consult", "agent_1", 60, 70),
    interval("consult", "agent_2", 62, 70),
    interval("talk", "agent_2", 70, 90),
    interval("wrap_up", "agent_1", 70, 75),
)


def _figures(call: RedactedCall) -> tuple[float, ...]:
    times = call_times(call)
    return times.talk, times.hold, times.after_call_work, times.queue_wait, times.ivr


@pytest.mark.parametrize(
    ("call", "figures"),
    [
        (make_call(times=RECORD, intervals=INTERVALS), (150, 20, 40, 20, 12)),
        (make_call(intervals=INTERVALS), (30 + 10 + 8 + 20, 10, 5, 8, 12)),
        (make_call([say("customer", 2, 5), say("agent_1", 8, 30)]), (28, 0, 0, 0, 0)),
        (make_call([say("ivr_1", 0, 5), say("customer", 8, 30)]), (0, 0, 0, 0, 0)),
        (make_call(), (0, 0, 0, 0, 0)),
    ],
    ids=["record", "intervals", "speech", "customer alone", "nothing"],
)
def test_accounts(call: RedactedCall, figures: tuple[float, ...]) -> None:
    """Talk, hold, wrap-up, queue and IVR come from the record, else from intervals, else from speech."""
    assert _figures(call) == figures


@pytest.mark.parametrize(("waits", "speed"), [((0.0, 42.0), 0.0), ((None, 42.0), 42.0), ((None, None), None)])
def test_the_speed_of_answer_is_the_first_that_is_known(waits: tuple[float | None, ...], speed: float | None) -> None:
    """If the first agent answered at once, the wait is 0 seconds, and not that for the next agent."""
    times = tuple(ParticipantTimes(f"agent_{n}", talk=5, speed_of_answer=wait) for n, wait in enumerate(waits, 1))
    assert call_times(make_call(times=times)).speed_of_answer == speed
