"""Finished calls for tests, from a few words each: who took part, who said what, and the record's times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from pca_pipeline import warehouse
from pca_pipeline.audio import Fill, mute_in_place
from pca_pipeline.call import (
    CUSTOMER_KEY,
    CallMetrics,
    CtrQuality,
    Direction,
    FileKind,
    Finding,
    FinishedCall,
    Insights,
    Interval,
    IntervalKind,
    MuteSpan,
    Participant,
    ParticipantMetrics,
    ParticipantTimes,
    Recording,
    RedactedCall,
    RedactedSegment,
    RedactedWord,
    Role,
    Sentiment,
    SourceFile,
    SpeechStats,
    Timeline,
    Transfer,
)
from pca_pipeline.settings import Settings

WORD_SECONDS = 0.5
CUSTOMER = Participant(CUSTOMER_KEY, Role.CUSTOMER)


@dataclass(frozen=True, slots=True)
class Turn:
    """What somebody says. Words in capitals within brackets, as in [PERSON], are labels with a finding each."""

    speaker: str
    start: float
    text: str
    sentiment: float = 0.0


def agent(number: int, name: str | None) -> Participant:
    """Agent `agent_<number>`; equal names are equal people."""
    return Participant(f"agent_{number}", Role.AGENT, name and f"user-{name}", name)


def queue(number: int, name: str) -> Participant:
    """Queue `queue_<number>`; equal names are equal queues."""
    return Participant(f"queue_{number}", Role.QUEUE, f"id-{name}", name)


def ivr(number: int, name: str) -> Participant:
    """IVR flow `ivr_<number>`; equal names are equal flows."""
    return Participant(f"ivr_{number}", Role.IVR, f"id-{name}", name)


def make_call(
    call_id: str = "call-1",
    *,
    turns: Sequence[Turn] = (Turn("customer", 1.0, "my bill is too high"),),
    participants: Sequence[Participant] = (CUSTOMER, queue(1, "Billing"), agent(1, "Ann")),
    times: Sequence[ParticipantTimes] = (),
    intervals: Sequence[Interval] = (),
    transfers: Sequence[Transfer] = (),
    started_at: datetime | None = datetime(2026, 3, 2, 9, tzinfo=UTC),
    conversation_id: str | None = None,
    quality: CtrQuality = CtrQuality.EXACT,
    attributes: Sequence[tuple[str, str]] = (),
    duration: float = 100.0,
    drivers: Sequence[str] = (),
    enrichments: Mapping[str, object] | None = None,
    metrics: Mapping[str, object] | None = None,
    score: float = 0.9,
) -> FinishedCall:
    """A finished call. Metrics are added up from `times` and `turns`; `metrics` overrides any of them."""
    segments = tuple(_segment(turn) for turn in sorted(turns, key=lambda turn: turn.start))
    findings = tuple(_findings(segments, score))
    timeline = Timeline(
        conversation_id=conversation_id,
        recording_id=f"recording-{call_id}" if conversation_id else None,
        started_at=started_at,
        direction=Direction.INBOUND,
        external_channel=0,
        participants=tuple(participants),
        intervals=tuple(intervals),
        transfers=tuple(transfers),
        times=tuple(times),
        quality=quality,
        attributes=tuple(attributes),
    )
    call = RedactedCall(
        call_id=call_id,
        duration=duration,
        sample_rate=8000,
        channels=2,
        timeline=timeline,
        segments=segments,
        findings=findings,
        mute_spans=tuple(MuteSpan(f.channel, f.start, f.end, (f.entity,)) for f in findings),
        stats=SpeechStats("demo", "en", sum(s.end - s.start for s in segments), 0.8, 3, {"loop": 2, "echo": 1}),
        files=(SourceFile(f"inbox/{call_id}.wav", FileKind.AUDIO, f"{call_id:0>64}", 1234),),
    )
    sentiments = tuple(_sentiment(turn.sentiment) for turn in sorted(turns, key=lambda turn: turn.start))
    insights = Insights(
        metrics=replace(_call_metrics(call, sentiments), **(metrics or {})),  # type: ignore[arg-type]
        participants=tuple(_participant_metrics(call, sentiments)),
        segment_sentiment=sentiments,
        segment_loudness=tuple(-20.0 for _ in segments),
        drivers=tuple(drivers),
        enrichments=dict(enrichments or {}),
    )
    return FinishedCall(call, insights, Path("done/2026-03-02") / call_id / "redacted.wav")


def make_timeline(
    *intervals: tuple[str, str, float, float], participants: Sequence[Participant], **others: object
) -> Timeline:
    """A timeline of (kind, participant, start, end); `others` are further fields of it."""
    fields: dict[str, object] = {
        "conversation_id": "conversation-1",
        "recording_id": "recording-1",
        "started_at": None,
        "direction": Direction.INBOUND,
        "external_channel": 0,
        "transfers": (),
        "times": (),
        "quality": CtrQuality.EXACT,
    }
    placed = tuple(Interval(IntervalKind(kind), *rest) for kind, *rest in intervals)
    return Timeline(participants=tuple(participants), intervals=placed, **(fields | others))  # type: ignore[arg-type]


def load_calls(folder: Path, *calls: FinishedCall) -> Settings:
    """The settings of a calls folder with these calls loaded."""
    settings = Settings(folder=folder)
    for call in calls:
        warehouse.stage(call, settings.staged_folder)
    warehouse.load(settings)
    return settings


def _segment(turn: Turn) -> RedactedSegment:
    words = tuple(
        RedactedWord(
            text,
            turn.start + position * WORD_SECONDS,
            turn.start + (position + 1) * WORD_SECONDS,
            0.8,
            text.strip("[]") if text.startswith("[") else None,
        )
        for position, text in enumerate(turn.text.split())
    )
    channel = 0 if turn.speaker == "customer" else 1
    return RedactedSegment(turn.speaker, channel, words[0].start, words[-1].end, 1.0, words)


def _findings(segments: Sequence[RedactedSegment], score: float) -> list[Finding]:
    return [
        Finding(word.entity, number, place, place, segment.channel, word.start, word.end, score, "Factory")
        for number, segment in enumerate(segments)
        for place, word in enumerate(segment.words)
        if word.entity
    ]


def _sentiment(score: float) -> Sentiment:
    label = "positive" if score > 0 else "negative" if score < 0 else "neutral"
    return Sentiment(score, label)


def _felt(call: RedactedCall, sentiments: Sequence[Sentiment], speakers: set[str]) -> float | None:
    spoken = [(len(s.words), f.score) for s, f in zip(call.segments, sentiments, strict=True) if s.speaker in speakers]
    words = sum(count for count, _ in spoken)
    return sum(count * score for count, score in spoken) / words if words else None


def _keys(call: RedactedCall, role: Role) -> set[str]:
    return {one.key for one in call.timeline.participants if one.role is role}


def _call_metrics(call: RedactedCall, sentiments: Sequence[Sentiment]) -> CallMetrics:
    times, transfers = call.timeline.times, call.timeline.transfers
    talk, hold = sum(t.talk for t in times), sum(t.hold for t in times)
    work = sum(t.after_call_work for t in times)
    return CallMetrics(
        handle_seconds=talk + hold + work,
        talk_seconds=talk,
        hold_seconds=hold,
        after_call_work_seconds=work,
        queue_wait_seconds=sum(t.queue_wait for t in times),
        ivr_seconds=sum(t.ivr for t in times),
        consult_seconds=max((t.consult for t in times), default=0.0),
        speed_of_answer_seconds=next((t.speed_of_answer for t in times if t.speed_of_answer is not None), None),
        non_talk_seconds=0.0,
        talk_over_seconds=0.0,
        longest_silence_seconds=0.0,
        agents=len(_keys(call, Role.AGENT)),
        queues=len(_keys(call, Role.QUEUE)),
        ivrs=len(_keys(call, Role.IVR)),
        holds=sum(t.hold > 0 for t in times),
        blind_transfers=sum(t.kind.value == "blind" for t in transfers),
        consult_transfers=sum(t.kind.value == "consult" for t in transfers),
        transfers=len(transfers),
        answered=bool(_keys(call, Role.AGENT)),
        customer_sentiment=_felt(call, sentiments, {"customer"}),
        agent_sentiment=_felt(call, sentiments, _keys(call, Role.AGENT)),
        customer_sentiment_change=None,
    )


def _participant_metrics(call: RedactedCall, sentiments: Sequence[Sentiment]) -> list[ParticipantMetrics]:
    spoken: dict[str, list[RedactedSegment]] = {}
    for segment in call.segments:
        spoken.setdefault(segment.speaker, []).append(segment)
    return [
        ParticipantMetrics(
            participant=speaker,
            speech_seconds=sum(s.end - s.start for s in segments),
            words=sum(len(s.words) for s in segments),
            words_per_minute=60 / WORD_SECONDS,
            interruptions=0,
            loudness_dbfs=-20.0,
            sentiment=_felt(call, sentiments, {speaker}),
        )
        for speaker, segments in spoken.items()
    ]


def mute_copy(recording: Recording, spans: Sequence[MuteSpan], fill: Fill) -> Recording:
    """A copy of a recording, muted."""
    return mute_in_place(replace(recording, channels=recording.channels.copy()), spans, fill)
