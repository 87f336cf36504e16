"""Set operations on stretches of time: a span is (start, end) in seconds with start < end."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

Span = tuple[float, float]


def union(spans: Iterable[Span], gap: float = 0.0) -> tuple[Span, ...]:
    """Disjoint spans in order that cover the same time; spans up to `gap` seconds apart become one."""
    merged: list[Span] = []
    for start, end in sorted(span for span in spans if span[1] > span[0]):
        if merged and start - merged[-1][1] <= gap:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return tuple(merged)


def intersect(left: Iterable[Span], right: Iterable[Span]) -> tuple[Span, ...]:
    """Time covered by both."""
    ours, theirs = union(left), union(right)
    shared: list[Span] = []
    i = j = 0
    while i < len(ours) and j < len(theirs):
        start, end = max(ours[i][0], theirs[j][0]), min(ours[i][1], theirs[j][1])
        if start < end:
            shared.append((start, end))
        if ours[i][1] < theirs[j][1]:
            i += 1
        else:
            j += 1
    return tuple(shared)


def subtract(left: Iterable[Span], right: Iterable[Span]) -> tuple[Span, ...]:
    """Time covered by `left` and not by `right`."""
    taken = union(right)
    edges = [-math.inf, *(edge for span in taken for edge in span), math.inf]
    free = [(edges[i], edges[i + 1]) for i in range(0, len(edges), 2)]
    return intersect(left, free)


def overlapping(groups: Sequence[Iterable[Span]]) -> tuple[Span, ...]:
    """Time covered by at least two of the groups."""
    seen: tuple[Span, ...] = ()
    shared: list[Span] = []
    for group in groups:
        spans = union(group)
        shared.extend(intersect(seen, spans))
        seen = union((*seen, *spans))
    return union(shared)


def total(spans: Iterable[Span]) -> float:
    """Seconds covered, overlaps counted once."""
    return math.fsum(end - start for start, end in union(spans))
