from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pca_pipeline.insights.spans import Span, intersect, overlapping, subtract, total, union

SPANS = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=8)


def _seconds(spans: tuple[Span, ...] | list[Span]) -> set[int]:
    return {second for start, end in spans for second in range(int(start), int(end))}


@pytest.mark.parametrize(
    ("spans", "gap", "expected"),
    [
        ([], 0, ()),
        ([(3, 4), (0, 1)], 0, ((0, 1), (3, 4))),
        ([(0, 2), (1, 3), (3, 4)], 0, ((0, 4),)),
        ([(0, 1), (2, 3)], 1, ((0, 3),)),
        ([(0, 1), (2, 3)], 0.9, ((0, 1), (2, 3))),
        ([(2, 2), (5, 4)], 0, ()),
    ],
)
def test_union(spans: list[Span], gap: float, expected: tuple[Span, ...]) -> None:
    """A union is disjoint and in order, and bridges gaps of the given length."""
    assert union(spans, gap) == expected


@settings(deadline=None, max_examples=80)
@given(SPANS, SPANS)
def test_spans_are_sets_of_seconds(left: list[Span], right: list[Span]) -> None:
    """Every operation has the same result as on sets of covered seconds."""
    ours, theirs = _seconds(left), _seconds(right)
    assert _seconds(union(left + right)) == ours | theirs
    assert _seconds(intersect(left, right)) == ours & theirs
    assert _seconds(subtract(left, right)) == ours - theirs
    assert total(left) == len(ours)


@settings(deadline=None, max_examples=80)
@given(st.lists(SPANS, max_size=4))
def test_overlapping_needs_two(groups: list[list[Span]]) -> None:
    """A second overlaps when at least two groups cover it."""
    sets = [_seconds(group) for group in groups]
    twice = {second for second in range(30) if sum(second in one for one in sets) >= 2}
    assert _seconds(overlapping(groups)) == twice
