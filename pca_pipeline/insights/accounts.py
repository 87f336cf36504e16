"""The call's accounts: talk, hold, after-call work, queue wait and IVR time of all participants together.

They come from the record's own figures; if it has none, from its intervals; without a record, from what was heard.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from pca_pipeline.call import FLOWS, TALKING, IntervalKind, ParticipantTimes, RedactedCall, Role
from pca_pipeline.insights.spans import total
from pca_pipeline.insights.voices import people, role_of, segments_of, speech

WHOLE_CALL = "*"


def call_times(call: RedactedCall) -> ParticipantTimes:
    """The times of the whole call, seconds. Talk, hold and after-call work are those of agents."""
    if call.timeline.times:
        return _by_record(call)
    return _by_intervals(call) if call.timeline.intervals else _by_speech(call)


def _by_record(call: RedactedCall) -> ParticipantTimes:
    def add(role: Role, seconds: Callable[[ParticipantTimes], float]) -> float:
        return math.fsum(seconds(times) for times in call.timeline.times if role_of(call, times.participant) is role)

    return ParticipantTimes(
        WHOLE_CALL,
        talk=add(Role.AGENT, lambda times: times.talk),
        hold=add(Role.AGENT, lambda times: times.hold),
        after_call_work=add(Role.AGENT, lambda times: times.after_call_work),
        queue_wait=add(Role.QUEUE, lambda times: times.queue_wait),
        ivr=add(Role.IVR, lambda times: times.ivr),
        consult=_once(call),
        speed_of_answer=next(
            (one for times in call.timeline.times if (one := times.speed_of_answer) is not None), None
        ),
    )


def _once(call: RedactedCall) -> float:
    """Seconds of consults. Two agents in the same consult count once, if the record has both."""
    spans = [(one.start, one.end) for one in call.timeline.intervals if one.kind is IntervalKind.CONSULT]
    return total(spans) if spans else max((times.consult for times in call.timeline.times), default=0.0)


def _by_intervals(call: RedactedCall) -> ParticipantTimes:
    """Times of several agents add up; a consult is talk for both agents, as in a record."""

    def add(*kinds: IntervalKind) -> float:
        return math.fsum(
            total(
                (one.start, one.end) for one in call.timeline.intervals if one.participant == key and one.kind in kinds
            )
            for key in {one.participant for one in call.timeline.intervals}
        )

    return ParticipantTimes(
        WHOLE_CALL,
        talk=add(*TALKING, IntervalKind.CONSULT),
        hold=add(IntervalKind.HOLD),
        after_call_work=add(IntervalKind.WRAP_UP),
        queue_wait=add(IntervalKind.QUEUE),
        ivr=add(*FLOWS),
        consult=_once(call),
    )


def _by_speech(call: RedactedCall) -> ParticipantTimes:
    """Talk lasts from the first to the last word of any person, if not only the customer is heard."""
    voices = {speaker: speech(segments_of(call, speaker)) for speaker in people(call)}
    heard = {speaker: spans for speaker, spans in voices.items() if spans}
    if all(role_of(call, speaker) is Role.CUSTOMER for speaker in heard):
        return ParticipantTimes(WHOLE_CALL)
    start = min(spans[0][0] for spans in heard.values())
    end = max(spans[-1][1] for spans in heard.values())
    return ParticipantTimes(WHOLE_CALL, talk=end - start)
