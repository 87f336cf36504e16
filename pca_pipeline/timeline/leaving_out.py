"""The parts of the internal channel that the setting `speech.leave_out` excludes from transcription."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pca_pipeline.call import FLOWS, CtrQuality, Interval, IntervalKind, Role, Timeline
from pca_pipeline.timeline.floor import AUDIBLE, SNAP, TOLERANCE, Span, covered, is_mono

_LEAVE_OUT: Mapping[str, tuple[IntervalKind, ...]] = {
    "ivr": (*FLOWS, IntervalKind.SECURE_PAUSE, IntervalKind.VOICEMAIL),
    "queue": (IntervalKind.QUEUE,),
    "hold": (IntervalKind.HOLD,),
}
# Seconds that are kept next to whoever speaks next: records are imprecise, and more so if times were inferred.
_KEPT_BESIDE = {CtrQuality.EXACT: SNAP, CtrQuality.APPROXIMATE: 2.0, CtrQuality.NONE: 2.0}
_WORTH_LEAVING_OUT = 1.0  # seconds


def left_out(timeline: Timeline, what: Sequence[str]) -> tuple[tuple[Span, ...], ...]:
    """For each of two channels, the stretches that are not to be transcribed, in order; `what`: ivr, queue, hold.

    They are on the internal channel, where the record has nobody else on the line, less a margin next to whoever speaks
    next. A recording with one channel has none, since the customer shares it.
    """
    kinds = [kind for one in what for kind in _LEAVE_OUT[one]]
    if is_mono(timeline):
        return ((), ())
    runs: list[Span] = []
    for start, end, covering in covered(timeline, AUDIBLE):
        alone = all(one.kind in kinds or one.kind is IntervalKind.QUEUE for one in covering)
        if covering[0].kind in kinds and alone and _is_machine(covering[0], timeline):
            joined = runs and start - runs[-1][1] <= TOLERANCE
            runs.append((runs.pop()[0], end) if joined else (start, end))
    kept = _KEPT_BESIDE[timeline.quality]
    spans = tuple((start + kept if start > 0 else start, end - kept) for start, end in runs)
    spans = tuple(span for span in spans if span[1] - span[0] >= _WORTH_LEAVING_OUT)
    return (spans, ()) if timeline.external_channel == 1 else ((), spans)


def _is_machine(interval: Interval, timeline: Timeline) -> bool:
    """Whether a recorded voice or music is heard in an interval. On hold it is, though the interval is an agent's."""
    role = timeline.participant(interval.participant).role
    return interval.kind is IntervalKind.HOLD or role not in (Role.AGENT, Role.EXTERNAL)
