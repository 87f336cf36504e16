from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.attribution import by_timeline, by_turn_start, channels, names, right, timeline_of
from benchmarks.ctr_records import CLEAN, KINDS, REAL, MadeCall, make_call
from pca_pipeline.call import IntervalKind, Timeline

OFF_LINE = (IntervalKind.ALERT, IntervalKind.WRAP_UP)
EDGE = 0.7  # seconds beside a change of party in which the noise of records may tell either
kinds = st.sampled_from(list(KINDS))
seeds = st.integers(0, 10**6)


def test_the_same_seed_makes_the_same_call() -> None:
    """Another seed makes another one."""
    assert make_call(1, "holds") == make_call(1, "holds") != make_call(2, "holds")


def told(timeline: Timeline, call: MadeCall) -> list[tuple[str, str, set[str]]]:
    """For the middle of each stretch of the truth: kind and party, and the parties that the timeline has there."""
    who = names(timeline)
    found = []
    for one in call.line:
        if one.end - one.start > 2 * EDGE and one.kind != "ringing":
            at = (one.start + one.end) / 2
            there = [it for it in timeline.intervals if it.start <= at < it.end and it.kind not in OFF_LINE]
            found.append((one.kind, one.who, {who[it.participant] for it in there}))
    return found


@given(seeds, kinds, st.sampled_from([CLEAN, REAL, replace(REAL, clock=0.0)]))
@settings(max_examples=80, deadline=None)
def test_who_is_on_the_line_is_told_for_any_lawful_call(seed: int, kind: str, noise: object) -> None:
    """Whatever the noise, the party that is really on the line is in the timeline at that time."""
    call = make_call(seed, kind, noise)  # type: ignore[arg-type]
    timeline = timeline_of(call)
    for what, who, there in told(timeline, call):
        assert what == "hold" or who in there, (what, who, there)


@given(seeds, kinds)
@settings(max_examples=60, deadline=None)
def test_totals_match_the_metrics_of_any_lawful_call(seed: int, kind: str) -> None:
    """If a record is consistent, there is nothing to report, and no interval is outside the recording."""
    call = make_call(seed, kind)
    timeline = timeline_of(call)
    assert not [note for note in timeline.notes if "by metrics" in note]
    assert all(0 <= one.start < one.end <= call.seconds + 0.01 for one in timeline.intervals)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if not kind.startswith("conference")])
def test_words_go_to_who_says_them(kind: str) -> None:
    """At least 99 of 100 words, and more than by the start of turns, on records with realistic noise."""
    calls = [make_call(seed, kind) for seed in range(9000, 9006)]
    timelines = [timeline_of(call) for call in calls]
    total = sum(len(call.said) for call in calls)
    ours = sum(right(call, by_timeline(call, line)) for call, line in zip(calls, timelines, strict=True))
    rule = sum(right(call, by_turn_start(call, line)) for call, line in zip(calls, timelines, strict=True))
    assert ours / total >= 0.99
    assert ours >= rule


SAME = ("queue", "consult", "conference", "secure_pause", "voicemail", "survey", "bot", "ivr", "hold")


@given(seeds, kinds, st.sampled_from([CLEAN, replace(REAL, left_out=0.0, open_ends=0.0)]))
@settings(max_examples=60, deadline=None)
def test_kinds_of_intervals_and_the_end_are_told_for_any_lawful_call(seed: int, kind: str, noise: object) -> None:
    """What really happens is among the kinds in the timeline, including bots, surveys, secure pauses and conferences."""
    call = make_call(seed, kind, noise)  # type: ignore[arg-type]
    timeline = timeline_of(call)
    for one in call.line:
        if one.kind in SAME and one.end - one.start > 2 * EDGE + 2:
            at = (one.start + one.end) / 2
            assert one.kind in {it.kind.value for it in timeline.intervals if it.start <= at < it.end}
    by = names(timeline).get(timeline.ended_by or "", timeline.ended_by)
    assert call.ended_by is None or by == call.ended_by


def test_swapped_channels_are_found() -> None:
    """In most calls, by who is heard; wrongly in one of a hundred at most. A call with just one agent shows nothing."""
    counts = channels(150, seed=70_000)
    assert counts["as they are"]["all"] >= 149
    assert counts["swapped"]["all"] - counts["swapped"]["outbound"] >= 0.8 * (150 - counts["calls"]["outbound"])


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        *(
            (name, "holds")
            for name in ("tTalkComplete", "tHeldComplete", "tAcw", "tHandle", "tAcd", "tAlert", "tAnswered")
        ),
        ("tIvr", "abandoned"),
        ("tVoicemail", "voicemail"),
    ],
)
def test_a_metric_that_contradicts_the_segments_is_told(name: str, kind: str) -> None:
    """Whichever metric it is, in a record that is otherwise consistent."""
    call = make_call(7, kind, CLEAN)
    assert not [note for note in timeline_of(call).notes if "by metrics" in note]
    metrics = [one for who in call.conversation["participants"] for one in who["sessions"][0]["metrics"]]
    next(one for one in metrics if one["name"] == name)["value"] += 5000
    assert [note for note in timeline_of(call).notes if "by metrics" in note]


@given(seeds, kinds)
@settings(max_examples=40, deadline=None)
def test_the_speed_of_answer_is_the_wait_in_the_queue(seed: int, kind: str) -> None:
    """For every agent that a queue led to, within a second, and for nobody else."""
    call = make_call(seed, kind, CLEAN)
    timeline = timeline_of(call)
    waits = {one.participant: one.queue_wait for one in timeline.times if one.queue_wait}
    for one in timeline.times:
        if one.speed_of_answer is not None:
            assert one.participant.startswith("agent")
            assert min(abs(one.speed_of_answer - wait) for wait in waits.values()) <= 1.0
