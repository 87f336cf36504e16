"""A finished call as the rows of its tables. Moments become UTC without zone, seconds become milliseconds."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from importlib.metadata import entry_points
from itertools import groupby

from pca_pipeline import journey
from pca_pipeline.call import (
    ENRICHERS,
    TALKING,
    CallMetrics,
    FinishedCall,
    IntervalKind,
    RedactedCall,
    RedactedSegment,
    Role,
    Timeline,
)
from pca_pipeline.warehouse import schema
from pca_pipeline.warehouse.word_pairs import pair_bits, words_of

Row = dict[str, object]

_WITHIN_WORD = "\N{NO-BREAK SPACE}"  # instead of blanks in words: a text is split at blanks to get its words back


def call_rows(finished: FinishedCall, settings_version: str | None) -> dict[str, list[Row]]:
    """Rows by table, in the order of schema.STAGED_TABLES, each with its call_id."""
    tables = {
        "calls": [_call(finished, settings_version)],
        "files": _files(finished.call),
        "participants": _participants(finished),
        "intervals": _intervals(finished.call),
        "transfers": _transfers(finished.call),
        "segments": _segments(finished),
        "findings": _findings(finished.call),
        "mute_spans": _mute_spans(finished.call),
        "call_facts": [_call_facts(finished)],
        "call_metrics": [_call_metrics(finished.insights.metrics)],
        "participant_metrics": _participant_metrics(finished),
        "sentiment_quarters": _sentiment_quarters(finished),
        "drivers": [{"rank": rank, "driver": name} for rank, name in enumerate(finished.insights.drivers, 1)],
        "enrichments": _enrichments(finished.insights.enrichments),
        "journey_steps": _journey_steps(finished.call),
        "call_attributes": _call_attributes(finished.call),
    }
    call_id = finished.call.call_id
    return {table: [{"call_id": call_id, **row} for row in rows] for table, rows in tables.items()}


def utc(moment: datetime) -> datetime:
    """An aware moment as it is stored: UTC, without a zone."""
    return moment.astimezone(UTC).replace(tzinfo=None)


def _ms(seconds: float) -> int:
    return round(seconds * 1000)


def _ms_or_none(seconds: float | None) -> int | None:
    return None if seconds is None else _ms(seconds)


def _call(finished: FinishedCall, settings_version: str | None) -> Row:
    call, timeline, stats = finished.call, finished.call.timeline, finished.call.stats
    return {
        "conversation_id": timeline.conversation_id,
        "recording_id": timeline.recording_id,
        "started_at": utc(timeline.started_at) if timeline.started_at else None,
        "direction": timeline.direction.value,
        "duration_ms": _ms(call.duration),
        "sample_rate": call.sample_rate,
        "channels": call.channels,
        "external_channel": timeline.external_channel,
        "ctr_quality": timeline.quality.value,
        "ctr_notes": list(timeline.notes),
        "speaker_confidence": _speaker_confidence(call),
        "ended_by": timeline.ended_by,
        "ended_how": timeline.ended_how,
        "customer": call.customer,
        "divisions": list(timeline.divisions),
        "language": stats.language,
        "model": stats.model,
        "speech_ms": _ms(stats.speech_seconds),
        "mean_probability": stats.mean_probability,
        "dropped_words": stats.dropped_words,
        "dropped": list(stats.dropped.items()),
        "audio": finished.audio.as_posix() if finished.audio else None,
        "code_version": schema.code_version(),
        "settings_version": settings_version,
    }


def _speaker_confidence(call: RedactedCall) -> float | None:
    """Mean over all words."""
    words = sum(len(segment.words) for segment in call.segments)
    return sum(len(one.words) * one.confidence for one in call.segments) / words if words else None


def _files(call: RedactedCall) -> list[Row]:
    return [
        {"name": file.name, "kind": file.kind, "sha256": file.sha256, "size_bytes": file.size} for file in call.files
    ]


def _participants(finished: FinishedCall) -> list[Row]:
    connected = _connected(finished)
    return [
        {
            "participant": one.key,
            "position": position,
            "role": one.role.value,
            "id": one.id,
            "name": one.name,
            "wrap_up": one.wrap_up,
            "skills": list(one.skills),
            "connected": one.key in connected if one.role is Role.AGENT else None,
        }
        for position, one in enumerate(finished.call.timeline.participants)
    ]


def _intervals(call: RedactedCall) -> list[Row]:
    return [
        {
            "participant": interval.participant,
            "kind": interval.kind.value,
            "start_ms": _ms(interval.start),
            "end_ms": _ms(interval.end),
        }
        for interval in call.timeline.intervals
    ]


def _transfers(call: RedactedCall) -> list[Row]:
    return [
        {
            "kind": transfer.kind.value,
            "from_participant": transfer.from_participant,
            "to_participant": transfer.to_participant,
            "at_ms": _ms(transfer.at),
            "went": move.kind,
        }
        for transfer, move in zip(call.timeline.transfers, journey.moves(call.timeline), strict=True)
    ]


def _call_attributes(call: RedactedCall) -> list[Row]:
    return [{"name": name, "value": value} for name, value in call.timeline.attributes]


def _journey_steps(call: RedactedCall) -> list[Row]:
    return [
        {
            "step": number,
            "kind": step.kind,
            "participant": step.participant_id,
            "queue_id": step.queue_id,
            "queue": step.queue_name,
            "start_ms": _ms(step.start),
            "end_ms": _ms(step.end),
            "outcome": step.outcome,
        }
        for number, step in enumerate(journey.whole_way(call.timeline))
    ]


def _segments(finished: FinishedCall) -> list[Row]:
    insights = finished.insights
    measured = zip(finished.call.segments, insights.segment_sentiment, insights.segment_loudness, strict=True)
    return [
        {
            "segment": number,
            "speaker": segment.speaker,
            "channel": segment.channel,
            "start_ms": _ms(segment.start),
            "end_ms": _ms(segment.end),
            "confidence": segment.confidence,
            "text": (text := " ".join(word.text.replace(" ", _WITHIN_WORD) for word in segment.words)),
            "pairs": pair_bits(words_of(text)),
            "words": _words(segment),
            "labels": _labels(segment),
            "sentiment": sentiment.score,
            "sentiment_label": sentiment.label,
            "loudness_dbfs": loudness,
        }
        for number, (segment, sentiment, loudness) in enumerate(measured)
    ]


def _words(segment: RedactedSegment) -> list[Row]:
    befores = (segment.start, *(word.start for word in segment.words))
    return [
        {
            "step_ms": _ms(word.start) - _ms(before),
            "length_ms": _ms(word.end) - _ms(word.start),
            "percent": round(100 * word.probability),
        }
        for word, before in zip(segment.words, befores, strict=False)
    ]


def _labels(segment: RedactedSegment) -> list[Row]:
    return [{"word": number, "entity": word.entity} for number, word in enumerate(segment.words, 1) if word.entity]


def _findings(call: RedactedCall) -> list[Row]:
    return [
        {
            "finding": number,
            "entity": finding.entity,
            "segment": finding.segment,
            "first_word": finding.first_word,
            "last_word": finding.last_word,
            "channel": finding.channel,
            "start_ms": _ms(finding.start),
            "end_ms": _ms(finding.end),
            "score": finding.score,
            "recognizer": finding.recognizer,
            "speaker": call.segments[finding.segment].speaker,
        }
        for number, finding in enumerate(call.findings)
    ]


def _mute_spans(call: RedactedCall) -> list[Row]:
    return [
        {
            "channel": span.channel,
            "start_ms": _ms(span.start),
            "end_ms": _ms(span.end),
            "entities": list(span.entities),
        }
        for span in call.mute_spans
    ]


def _call_facts(finished: FinishedCall) -> Row:
    timeline = finished.call.timeline
    agents, queues = _connected(finished), {one.key for one in timeline.participants if one.role is Role.QUEUE}
    entities = Counter(finding.entity for finding in finished.call.findings)
    return {
        "agents": _names(timeline, agents, TALKING),
        "queues": _names(timeline, queues, (IntervalKind.QUEUE,)),
        "drivers": list(finished.insights.drivers),
        "findings": entities.total(),
        "redacted": ", ".join(f"{entity} {count}" for entity, count in sorted(entities.items())),
    }


def _names(timeline: Timeline, chosen: set[str], kinds: Collection[IntervalKind]) -> list[str]:
    """Names in the order in which the call met them, repeated if it came back; without times, in the record's order."""
    people = [one for one in timeline.participants if one.key in chosen]
    places = {one.key: place for place, one in enumerate(people)}
    met = sorted(
        (_ms(one.start), places[one.participant])
        for one in (*timeline.intervals, *timeline.outside)
        if one.participant in places and one.kind in kinds
    )
    order = [place for _, place in met]
    if set(order) != set(places.values()):
        order = [*places.values()]
    return [name for name, _ in groupby(people[place].name or people[place].id or people[place].key for place in order)]


def _connected(finished: FinishedCall) -> set[str]:
    """Agents who spoke with the customer: not those whose telephone only rang, or who were only consulted.

    By the record or the import, else by what was heard. An agent about whom nothing is known is assumed to have spoken.
    """
    timeline = finished.call.timeline
    intervals = (*timeline.intervals, *timeline.outside)
    talked = {one.participant for one in intervals if one.kind in TALKING}
    talked |= {one.participant for one in timeline.times if _ms(one.talk) > _ms(one.consult)}
    consulted = {one.participant for one in timeline.times if _ms(one.consult)}
    heard = {one.participant for one in finished.insights.participants if one.words} - consulted
    known = {one.participant for one in intervals} | {one.participant for one in timeline.times}
    agents = {one.key: one.connected for one in timeline.participants if one.role is Role.AGENT}
    return {
        key for key, told in agents.items() if (told if told is not None else key in talked | heard or key not in known)
    }


def _call_metrics(metrics: CallMetrics) -> Row:
    return {
        "handle_ms": _ms(metrics.handle_seconds),
        "talk_ms": _ms(metrics.talk_seconds),
        "hold_ms": _ms(metrics.hold_seconds),
        "after_call_work_ms": _ms(metrics.after_call_work_seconds),
        "queue_wait_ms": _ms(metrics.queue_wait_seconds),
        "ivr_ms": _ms(metrics.ivr_seconds),
        "consult_ms": _ms(metrics.consult_seconds),
        "speed_of_answer_ms": _ms_or_none(metrics.speed_of_answer_seconds),
        "non_talk_ms": _ms(metrics.non_talk_seconds),
        "talk_over_ms": _ms(metrics.talk_over_seconds),
        "longest_silence_ms": _ms(metrics.longest_silence_seconds),
        "agents": metrics.agents,
        "queues": metrics.queues,
        "ivrs": metrics.ivrs,
        "holds": metrics.holds,
        "blind_transfers": metrics.blind_transfers,
        "consult_transfers": metrics.consult_transfers,
        "transfers": metrics.transfers,
        "answered": metrics.answered,
        "customer_sentiment": metrics.customer_sentiment,
        "agent_sentiment": metrics.agent_sentiment,
        "customer_sentiment_change": metrics.customer_sentiment_change,
    }


def _participant_metrics(finished: FinishedCall) -> list[Row]:
    """What the record says and what was heard; one row for each participant with either."""
    rows: dict[str, Row] = {}
    for times in finished.call.timeline.times:
        rows[times.participant] = {
            "talk_ms": _ms(times.talk),
            "hold_ms": _ms(times.hold),
            "after_call_work_ms": _ms(times.after_call_work),
            "queue_wait_ms": _ms(times.queue_wait),
            "ivr_ms": _ms(times.ivr),
            "alert_ms": _ms(times.alert),
            "consult_ms": _ms(times.consult),
            "speed_of_answer_ms": _ms_or_none(times.speed_of_answer),
        }
    for heard in finished.insights.participants:
        rows.setdefault(heard.participant, {}).update(
            speech_ms=_ms(heard.speech_seconds),
            words=heard.words,
            words_per_minute=heard.words_per_minute,
            interruptions=heard.interruptions,
            loudness_dbfs=heard.loudness_dbfs,
            sentiment=heard.sentiment,
        )
    return [{"participant": participant, **row} for participant, row in rows.items()]


def _sentiment_quarters(finished: FinishedCall) -> list[Row]:
    roles = {one.key: one.role.value for one in finished.call.timeline.participants}
    felt: dict[tuple[str, int], tuple[int, float]] = {}
    for segment, sentiment in zip(finished.call.segments, finished.insights.segment_sentiment, strict=True):
        quarter = min(4, 1 + _ms(segment.start) * 4 // max(_ms(finished.call.duration), 1))
        key = (roles.get(segment.speaker, Role.UNKNOWN.value), quarter)
        words, total = felt.get(key, (0, 0.0))
        felt[key] = (words + len(segment.words), total + sentiment.score * len(segment.words))
    return [
        {"role": role, "quarter": quarter, "sentiment": total / words, "words": words}
        for (role, quarter), (words, total) in felt.items()
        if words
    ]


def _enrichments(enrichments: Mapping[str, object]) -> list[Row]:
    points = {point.name: point for point in entry_points(group=ENRICHERS)} if enrichments else {}
    versions = {name: point.dist.version for name, point in points.items() if point.dist}
    return [
        {"name": name, "version": versions.get(name), "value": json.dumps(value, ensure_ascii=False, sort_keys=True)}
        for name, value in sorted(enrichments.items())
    ]
