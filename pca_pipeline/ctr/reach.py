"""How far from the recording times may be: what is beyond cannot be stored."""

from __future__ import annotations

from dataclasses import asdict, replace

from pca_pipeline.call import Interval, ParticipantTimes, Timeline

# Seconds from the recording's start: differences between such times fit the 32 bits of a column of milliseconds.
_EARLIEST, _LATEST = -20 * 86_400.0, 4 * 86_400.0
_LONGEST = _LATEST - _EARLIEST


def within_reach(line: Timeline) -> Timeline:
    """The timeline with times that are too far from the recording to be stored moved to the limits, and a note."""
    near = replace(
        line,
        outside=tuple(inside for one in line.outside if (inside := _cut(one)).start < inside.end),
        transfers=tuple(replace(one, at=_nearest(one.at)) for one in line.transfers),
        times=tuple(map(_shortened, line.times)),
    )
    note = "The record tells of more than 20 days before the recording or 4 after its start, or of 24 in all: times end there."
    return line if near == line else replace(near, notes=(*line.notes, note))


def _nearest(seconds: float) -> float:
    return min(max(seconds, _EARLIEST), _LATEST)


def _cut(one: Interval) -> Interval:
    return replace(one, start=_nearest(one.start), end=_nearest(one.end))


def _shortened(times: ParticipantTimes) -> ParticipantTimes:
    told = {name: value for name, value in asdict(times).items() if isinstance(value, float)}
    return ParticipantTimes(times.participant, **{name: min(value, _LONGEST) for name, value in told.items()})
