from __future__ import annotations

import pytest

from pca_pipeline.call import Interval, MuteSpan, RedactedSegment
from pca_pipeline.insights.conversation import count_interruptions, silences, talk_over, words_per_minute
from pca_pipeline.insights.spans import Span
from tests.insights.calls import interval, make_call, say

TALK = interval("talk", "agent_1", 0, 20)


@pytest.mark.parametrize(
    ("intervals", "segments", "quiet"),
    [
        ((TALK,), [say("agent_1", 0, 8), say("customer", 12, 19)], ((8, 12), (19, 20))),
        ((TALK, interval("hold", "agent_1", 9, 20)), [say("agent_1", 0, 8)], ((8, 9),)),
        ((TALK, interval("consult", "agent_2", 9, 20)), [say("agent_1", 0, 8)], ((8, 9),)),
        ((interval("queue", "queue_1", 0, 20),), [say("queue_1", 0, 1)], ()),
        ((TALK,), [say("agent_1", 0, 8), say("agent_1", 8.4, 20)], ()),
        ((TALK,), [say("agent_1", 0, 5), say("hold", 5, 20)], ()),
        ((TALK,), [], ((0, 20),)),
        ((), [say("agent_1", 3, 8), say("customer", 12, 19), say("ivr_1", 0, 1)], ((8, 12),)),
        ((), [], ()),
    ],
    ids=["gaps", "hold", "consult", "queue", "breath", "prompt", "nobody", "no record", "nothing"],
)
def test_silences(intervals: tuple[Interval, ...], segments: list[RedactedSegment], quiet: tuple[Span, ...]) -> None:
    """Silence is where nobody is heard while an agent has the customer on the line."""
    assert silences(make_call(segments, intervals=intervals)) == quiet


def test_muted_time_is_not_silence() -> None:
    """There are words under a muted span, and under a label."""
    segments = [say("agent_1", 0, 4, "[NAME]"), say("customer", 14, 20)]
    call = make_call(segments, intervals=(TALK,), mute_spans=(MuteSpan(0, 6, 10, ("NAME",)),))
    assert silences(call) == ((4, 6), (10, 14))


@pytest.mark.parametrize(
    ("segments", "over", "agent", "customer"),
    [
        ([say("customer", 0, 10), say("agent_1", 5, 12)], ((5, 10),), 1, 0),
        ([say("agent_1", 0, 10), say("customer", 5, 12)], ((5, 10),), 0, 1),
        ([say("customer", 0, 10), say("agent_1", 5, 8)], ((5, 8),), 0, 0),
        ([say("customer", 0, 10), say("agent_1", 5, 10)], ((5, 10),), 0, 0),
        ([say("customer", 0, 10), say("agent_1", 9.5, 12)], ((9.5, 10),), 1, 0),
        ([say("customer", 0, 10), say("agent_1", 9.625, 12)], ((9.625, 10),), 0, 0),
        ([say("customer", 0, 10), say("agent_1", 10, 12)], (), 0, 0),
        ([say("customer", 0, 10), say("agent_1", 0, 12)], ((0, 10),), 0, 0),
        ([say("customer", 0, 4), say("customer", 4.5, 10), say("agent_1", 4.25, 12)], ((4.25, 10),), 1, 0),
        ([say("ivr_1", 0, 10), say("customer", 5, 12)], (), 0, 0),
        ([say("customer", 0, 9), say("agent_1", 2, 10), say("agent_2", 3, 11)], ((2, 10),), 1, 0),
    ],
    ids=[
        "agent",
        "customer",
        "answers inside",
        "ends together",
        "half a second",
        "less",
        "touches",
        "begins together",
        "in a breath",
        "barge-in",
        "three",
    ],
)
def test_talk_over_and_interruptions(
    segments: list[RedactedSegment], over: tuple[Span, ...], agent: int, customer: int
) -> None:
    """Beginning while another person speaks, overlapping by half a second and lasting longer is an interruption."""
    call = make_call(segments)
    assert talk_over(call) == over
    assert count_interruptions(call, "agent_1") == agent
    assert count_interruptions(call, "customer") == customer
    assert count_interruptions(call, "ivr_1") == 0


@pytest.mark.parametrize(
    ("texts", "pace"),
    [
        (["one two three four five six seven eight nine ten"], 60.0),
        (["one two", "three four"], 12.0),
        (["my name is [NAME] [NAME]"], 30.0),
        (["[NAME]"], None),
        ([], None),
    ],
)
def test_words_per_minute(texts: list[str], pace: float | None) -> None:
    """Each text takes ten seconds; labels and their time do not count."""
    segments = tuple(say("customer", 20 * i, 20 * i + 10, text) for i, text in enumerate(texts))
    assert words_per_minute(segments) == pytest.approx(pace)
