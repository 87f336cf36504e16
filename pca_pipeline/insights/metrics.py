"""The metrics a contact centre lives by, for a call and for each of its participants."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from pca_pipeline.call import (
    FLOWS,
    NON_TALK_SECONDS,
    TALKING,
    CallMetrics,
    Interval,
    IntervalKind,
    ParticipantMetrics,
    ParticipantTimes,
    Recording,
    RedactedCall,
    Role,
    Sentiment,
    TransferKind,
)
from pca_pipeline.insights.accounts import call_times
from pca_pipeline.insights.conversation import count_interruptions, silences, talk_over, words_per_minute
from pca_pipeline.insights.loudness import measure_loudness
from pca_pipeline.insights.sentiment import Scored, mean_sentiment, sentiment_change
from pca_pipeline.insights.spans import total, union
from pca_pipeline.insights.voices import people, role_of, segments_of, speakers, speech

# What participants of a role do: kinds of intervals, and seconds by the record.
_DOES: Mapping[Role, tuple[tuple[IntervalKind, ...], Callable[[ParticipantTimes], float]]] = {
    Role.AGENT: (TALKING, lambda times: times.talk),
    Role.QUEUE: ((IntervalKind.QUEUE,), lambda times: times.queue_wait),
    Role.IVR: ((*FLOWS, IntervalKind.SECURE_PAUSE), lambda times: times.ivr),
}


def measure_call(call: RedactedCall, sentiment: Sequence[Sentiment]) -> CallMetrics:
    """Metrics of the call; `sentiment` has one entry per segment."""
    times = call_times(call)
    quiet = [end - start for start, end in silences(call)]
    customer = _scored(call, sentiment, Role.CUSTOMER)
    return CallMetrics(
        handle_seconds=times.talk + times.hold + times.after_call_work,
        talk_seconds=times.talk,
        hold_seconds=times.hold,
        after_call_work_seconds=times.after_call_work,
        queue_wait_seconds=times.queue_wait,
        ivr_seconds=times.ivr,
        consult_seconds=times.consult,
        speed_of_answer_seconds=times.speed_of_answer,
        non_talk_seconds=sum(seconds for seconds in quiet if seconds >= NON_TALK_SECONDS),
        talk_over_seconds=total(talk_over(call)),
        longest_silence_seconds=max(quiet, default=0.0),
        agents=len(_active(call, Role.AGENT)),
        queues=len(_active(call, Role.QUEUE)),
        ivrs=len(_active(call, Role.IVR)),
        holds=_holds(call.timeline.intervals),
        blind_transfers=_transfers(call, TransferKind.BLIND),
        consult_transfers=_transfers(call, TransferKind.CONSULT),
        transfers=len(call.timeline.transfers),
        answered=_answered(call),
        customer_sentiment=mean_sentiment(customer),
        agent_sentiment=mean_sentiment(_scored(call, sentiment, Role.AGENT)),
        customer_sentiment_change=sentiment_change(customer),
    )


def measure_participants(
    call: RedactedCall, recording: Recording | None, sentiment: Sequence[Sentiment]
) -> tuple[ParticipantMetrics, ...]:
    """Metrics of every participant, including machines and silent ones; `sentiment` has one entry per segment."""
    return tuple(_measure_participant(call, recording, sentiment, key) for key in speakers(call))


def _measure_participant(
    call: RedactedCall, recording: Recording | None, sentiment: Sequence[Sentiment], key: str
) -> ParticipantMetrics:
    segments = segments_of(call, key)
    scored = [one for one in zip(call.segments, sentiment, strict=True) if one[0].speaker == key]
    return ParticipantMetrics(
        participant=key,
        speech_seconds=total(speech(segments)),
        words=sum(len(segment.words) for segment in segments),
        words_per_minute=words_per_minute(segments),
        interruptions=count_interruptions(call, key),
        loudness_dbfs=measure_loudness(call, recording, segments),
        sentiment=mean_sentiment(scored) if key in people(call) else None,
    )


def _scored(call: RedactedCall, sentiment: Sequence[Sentiment], role: Role) -> list[Scored]:
    scored = zip(call.segments, sentiment, strict=True)
    return [one for one in scored if role_of(call, one[0].speaker) is role]


def _active(call: RedactedCall, role: Role) -> set[str]:
    """Participants of a role who did something: not an agent whose telephone only rang."""
    kinds, seconds = _DOES[role]
    seen = {one.participant for one in call.timeline.intervals if one.kind in kinds}
    seen |= {one.participant for one in call.timeline.times if seconds(one)}
    return {key for key in seen if role_of(call, key) is role}


def _holds(intervals: Iterable[Interval]) -> int:
    """Number of holds of all agents; adjacent stretches are one."""
    spans: dict[str, list[tuple[float, float]]] = {}
    for one in intervals:
        if one.kind is IntervalKind.HOLD:
            spans.setdefault(one.participant, []).append((one.start, one.end))
    return sum(len(union(held)) for held in spans.values())


def _transfers(call: RedactedCall, kind: TransferKind) -> int:
    return sum(transfer.kind is kind for transfer in call.timeline.transfers)


def _answered(call: RedactedCall) -> bool:
    """Whether an agent talked, by the record; without one, whether somebody other than the customer is heard."""
    if call.timeline.times or call.timeline.intervals:
        return bool(_active(call, Role.AGENT))
    return call_times(call).talk > 0
