from __future__ import annotations

import copy
import random
import tempfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pca_pipeline.call import CallRecord, IntervalKind
from pca_pipeline.ctr import read_record
from pca_pipeline.errors import RecordError
from pca_pipeline.settings import Settings
from tests.ctr.genesys_records import (
    Json,
    agent,
    blind_transfer,
    consult_transfer,
    conversation,
    customer,
    ivr,
    media,
    metric,
    queue,
    recording,
    segment,
    write,
)

JUNK = (
    None,
    "",
    "?",
    -1,
    1e300,
    [],
    {},
    [None, 7, "x"],
    {"a": []},
    True,
    "2026-03-02T14:31:00Z",
    "9999-12-31T00:00:00Z",
)
SETTINGS = Settings()


def read(*documents: object, seconds: float) -> CallRecord:
    """The record of a recording of that length, from these documents."""
    with tempfile.TemporaryDirectory() as folder:
        return read_record(write(Path(folder), *documents), recording(seconds), SETTINGS)


def places(node: object) -> Iterator[tuple[Json | list[object], str | int]]:
    """Every field and every list item below a node."""
    keys = list(node) if isinstance(node, dict) else list(range(len(node))) if isinstance(node, list) else []
    for key in keys:
        yield node, key  # type: ignore[misc]
        yield from places(node[key])  # type: ignore[index]


def damage(document: Json, rng: random.Random, share: float) -> Json:
    """The document with that share of its fields and items removed or replaced by junk."""
    document = copy.deepcopy(document)
    for parent, key in list(places(document)):
        if rng.random() < share and isinstance(parent, dict):
            if rng.random() < 0.5:
                parent.pop(key, None)  # type: ignore[arg-type]
            else:
                parent[key] = rng.choice(JUNK)
    return document


@given(st.randoms(use_true_random=False), st.floats(0, 0.5))
@settings(max_examples=60, deadline=None)
def test_a_damaged_record_gives_a_timeline_or_is_refused(rng: random.Random, share: float) -> None:
    """Whatever is missing or of the wrong type, only RecordError is raised, and intervals stay within the recording."""
    conversation_, media_ = damage(consult_transfer(), rng, share), damage(media(0, 132), rng, share)
    try:
        record = read(conversation_, media_, seconds=132)
    except RecordError:
        return
    assert all(0 <= one.start < one.end <= 132 for one in record.timeline.intervals)


@pytest.mark.parametrize("document", [consult_transfer(), blind_transfer()], ids=["consult", "blind"])
def test_no_single_field_is_needed(document: Json) -> None:
    """A record that lacks any one field below its participants' sessions still gives a timeline."""
    for place, (parent, key) in enumerate(places(document["participants"])):
        if isinstance(parent, dict):
            damaged = copy.deepcopy(document)
            spot, name = list(places(damaged["participants"]))[place]
            assert name == key
            del spot[name]  # type: ignore[arg-type]
            assert read(damaged, media(0, 120), seconds=120).timeline.participants


@st.composite
def lawful(draw: st.DrawFn) -> tuple[Json, float]:
    """IVR, then queues and agents in turn, each with holds; neighbours miss each other by up to 20 ms."""
    edge = st.floats(-0.02, 0.02)
    length = st.floats(2, 60)
    now = draw(length)
    parties = [ivr(0.05, now)]
    for number in range(draw(st.integers(1, 3))):
        waited = now + draw(length)
        parties.append(queue(now + 0.02, waited, f"Queue {number}"))
        now = start = waited + draw(edge)
        talk, kinds, held = [], draw(st.lists(st.just("hold"), max_size=2)), 0.0
        for kind in [*kinds, None]:
            end = now + draw(length)
            talk.append(segment("interact", now, end))
            now = end
            if kind:
                held += (away := draw(length))
                talk.append(segment(kind, now, now + away))
                now += away
        totals = (metric("tTalkComplete", now - start - held, now), metric("tHeldComplete", held, now))
        wrap_up = segment("wrapup", now - draw(st.floats(0, 0.3)), now + draw(length))
        parties.append(agent(f"user-{number}", *talk, wrap_up, metrics=totals))
    return conversation(customer(0, now), *parties), now


@given(lawful())
@settings(max_examples=60, deadline=None)
def test_a_lawful_record_covers_the_call_once(call: tuple[Json, float]) -> None:
    """One party at a time except at the edges, every second covered, and totals that match the metrics."""
    record, seconds = call
    line = read(record, media(0, seconds), seconds=seconds).timeline
    heard = [one for one in line.intervals if one.kind not in (IntervalKind.ALERT, IntervalKind.WRAP_UP)]
    for before, after in pairwise(heard):
        assert abs(after.start - before.end) < 0.05
    assert sum(one.end - one.start for one in heard) == pytest.approx(seconds, abs=0.5)
    assert not any("by metrics" in note for note in line.notes)
