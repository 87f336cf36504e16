"""Calls as the JSON of AWS Post Call Analytics: ConversationAnalytics and SpeechSegments, one file per call.

AWS PCA looks for the labels "Customer" and "Agent", for Duration as a string, and for flags that are 0 or 1
(amazon-transcribe-post-call-analytics, docs/output_json_structure.md, and its code). What its form has no place for is
under PcaPipeline, which it ignores.
"""

from __future__ import annotations

import itertools
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from pca_pipeline.call import CUSTOMER_KEY, MACHINES, NON_TALK_SECONDS, ON_HOLD, Role, is_call_id
from pca_pipeline.errors import WarehouseError
from pca_pipeline.warehouse.results import rows_of

Row = dict[str, Any]

SCALE = 5  # sentiment is -5 to 5 there, and -1 to 1 here
OWN = "PcaPipeline"
IVR = "IVR"  # the speaker code of every machine
LOOK_BACK = 5  # segments among which to look for one that is spoken over

_CALL = """
select v_calls.*, calls.sample_rate, calls.channels, calls.direction
from v_calls
join calls using (call_number)
where call_number = $number
"""
_SEGMENTS = """
select
    segment,
    speaker,
    channel,
    round(confidence::double, 3) as confidence,
    start_ms / 1000 as start,
    end_ms / 1000 as "end",
    text,
    string_split(text, ' ') as words,
    start_ms,
    list_transform(segments.words, lambda word: word.step_ms) as steps,
    list_transform(segments.words, lambda word: word.length_ms) as lengths,
    list_transform(segments.words, lambda word: word.percent / 100) as probabilities,
    list_transform(labels, lambda label: label.word) as labelled,
    list_transform(labels, lambda label: label.entity) as entities,
    coalesce(sentiment, 0)::double as sentiment,
    coalesce(sentiment_label, 'neutral') as label
from segments
where call_number = $number
order by start_ms, segment
"""
_PEOPLE = "from v_participants where call_number = $number order by position"
_PARTICIPANT = {
    "Key": "participant",
    "Role": "role",
    "Id": "id",
    "Name": "name",
    "WrapUp": "wrap_up",
    "Skills": "skills",
    "Connected": "connected",
}
_QUARTERS = "from sentiment_quarters where call_number = $number order by role, quarter"


def write_aws(connection: duckdb.DuckDBPyConnection, folder: Path) -> Iterator[Path]:
    """Write every call of an open database into `folder`, and yield its file. Raises OSError and WarehouseError."""
    calls = connection.execute("select call_id, call_number from calls order by call_number").fetchall()
    if strange := next((call_id for call_id, _ in calls if not is_call_id(call_id)), None):
        raise WarehouseError(
            f"The id {strange!r} of an imported call cannot name a file.",
            "Erase that call with `pca erase --call` and its id, then export again.",
        )
    for call_id, number in calls:
        path = folder / f"{call_id}.json"
        path.write_text(json.dumps(_document(connection, number), ensure_ascii=False), encoding="utf-8")
        yield path


def _document(connection: duckdb.DuckDBPyConnection, number: int) -> Row:
    (call,), segments, people, quarters = (
        rows_of(connection.execute(query, {"number": number})) for query in (_CALL, _SEGMENTS, _PEOPLE, _QUARTERS)
    )
    speakers = _speakers(people)
    return {
        "ConversationAnalytics": _analytics(call, segments, people, quarters, speakers),
        "SpeechSegments": [
            _segment(one, segments[max(0, at - LOOK_BACK) : at], speakers) for at, one in enumerate(segments)
        ],
    }


def _speakers(people: Sequence[Row]) -> dict[str, str]:
    """The speaker code of each participant: spk_0 is the customer, IVR every machine, spk_1 and on everybody else."""
    others = (one["participant"] for one in people if one["role"] != Role.CUSTOMER and not _is_machine(one))
    codes = {name: f"spk_{number}" for number, name in enumerate(others, 1)}
    machines = {one["participant"]: IVR for one in people if _is_machine(one)}
    return {CUSTOMER_KEY: "spk_0", **codes, **machines}


def _is_machine(one: Row) -> bool:
    return one["role"] in MACHINES or one["participant"] == ON_HOLD


def _unnamed(speakers: Mapping[str, str]) -> str:
    """The speaker code of a voice that is not a participant: one that nobody else has."""
    return f"spk_{1 + sum(code.startswith('spk_') for code in speakers.values())}"


def _analytics(
    call: Row, segments: Sequence[Row], people: Sequence[Row], quarters: Sequence[Row], speakers: Mapping[str, str]
) -> Row:
    return {
        "GUID": call["call_id"],
        "Agent": call["last_agent"] or "None",
        "Agents": call["agents"],
        "Cust": call["customer"] or "None",
        "ConversationTime": _moment(call["started_at"] or call["loaded_at"]),
        "ConversationLocation": "UTC",
        "ProcessTime": _moment(call["loaded_at"]),
        "LanguageCode": "en-US" if call["language"] == "en" else call["language"],
        "EntityRecognizerName": "None",
        "Duration": str(call["duration_seconds"]),
        "SpeakerLabels": _labels(people, speakers),
        "CustomEntities": _entities(segments),
        "SentimentTrends": _trends(call, people, quarters, speakers),
        "SpeakerTime": _speaker_time(segments, people, speakers),
        "Summary": {},
        "ContactSummary": {},
        "CategoriesDetected": [{"Name": name, "Instances": 1, "Timestamps": []} for name in call["drivers"]],
        "IssuesDetected": [],
        "ActionItemsDetected": [],
        "OutcomesDetected": [],
        "CombinedAnalyticsGraph": "",
        "SourceInformation": [{"TranscribeJobInfo": _job(call)}],
        OWN: _own(call, people),
    }


def _own(call: Row, people: Sequence[Row]) -> Row:
    """What AWS PCA's form has no place for. `aws_import` reads it back."""
    return {
        "CallId": call["call_id"],
        "ConversationId": call["conversation_id"] if call["conversation_id"] != call["call_id"] else None,
        "RecordingId": call["recording_id"],
        "HasStart": call["started_at"] is not None,
        "Direction": call["direction"],
        "Channels": call["channels"],
        "ExternalChannel": call["external_channel"],
        "EndedBy": call["ended_by"],
        "EndedHow": call["ended_how"],
        "Customer": call["customer"],
        "Audio": call["audio"],
        "Divisions": call["divisions"],
        "Drivers": call["drivers"],
        "Participants": [{name: one[column] for name, column in _PARTICIPANT.items()} for one in people],
    }


def _moment(when: Any) -> str:
    return f"{when:%Y-%m-%d %H:%M:%S.%f}"


def _labels(people: Sequence[Row], speakers: Mapping[str, str]) -> list[Row]:
    """The first agent is "Agent" and the caller "Customer": the dashboard and the index of AWS PCA look for these."""
    labels: list[Row] = []
    agents = 0
    for one in people:
        if one["role"] == Role.AGENT:
            agents += 1
            label = {
                "Speaker": speakers[one["participant"]],
                "DisplayText": "Agent" if agents == 1 else f"Agent {agents}",
            }
            labels.append(label | ({"UserId": one["id"]} if one["id"] else {}))
        elif one["role"] != Role.CUSTOMER and not _is_machine(one):
            labels.append({"Speaker": speakers[one["participant"]], "DisplayText": one["role"].capitalize()})
    if not agents:
        taken = {label["Speaker"] for label in labels}
        free = next(code for n in range(1, len(taken) + 2) if (code := f"spk_{n}") not in taken)
        labels.insert(0, {"Speaker": free, "DisplayText": "Agent"})
    machines = [{"Speaker": IVR, "DisplayText": IVR}] if IVR in speakers.values() else []
    return [*labels, {"Speaker": "spk_0", "DisplayText": "Customer"}, *machines]


def _entities(segments: Sequence[Row]) -> list[Row]:
    found = Counter(entity for one in segments for entity in one["entities"])
    return [{"Name": name, "Instances": count, "Values": [f"[{name}]"]} for name, count in sorted(found.items())]


def _trends(call: Row, people: Sequence[Row], quarters: Sequence[Row], speakers: Mapping[str, str]) -> dict[str, Row]:
    trends = {}
    for one in people:
        if one["participant"] in speakers and one["role"] in (Role.CUSTOMER, Role.AGENT):
            felt = {row["quarter"]: row["sentiment"] * SCALE for row in quarters if row["role"] == one["role"]}
            trends[speakers[one["participant"]]] = {
                "SentimentScore": (one["sentiment"] or 0) * SCALE,
                "SentimentChange": felt.get(4, 0) - felt.get(1, 0),
                "SentimentPerQuarter": [
                    {
                        "Quarter": quarter,
                        "Score": score,
                        "BeginOffsetSecs": (quarter - 1) * call["duration_seconds"] / 4,
                        "EndOffsetSecs": quarter * call["duration_seconds"] / 4,
                    }
                    for quarter, score in felt.items()
                ],
            } | ({"NameOverride": one["name"]} if one["name"] else {})
    return trends


def _speaker_time(segments: Sequence[Row], people: Sequence[Row], speakers: Mapping[str, str]) -> dict[str, Row]:
    seconds: Counter[str] = Counter()
    for one in people:
        if one["participant"] in speakers:
            seconds[speakers[one["participant"]]] += one["speech_seconds"] or 0
    quiet = list(_non_talk(segments))
    return {code: {"TotalTimeSecs": total} for code, total in seconds.items()} | {
        "NonTalkTime": {
            "TotalTimeSecs": sum(end - start for start, end in quiet),
            "Instances": [
                {"BeginOffsetSecs": start, "EndOffsetSecs": end, "DurationSecs": end - start} for start, end in quiet
            ],
        }
    }


def _non_talk(segments: Sequence[Row]) -> Iterator[tuple[float, float]]:
    heard = 0.0
    for one in segments:
        if one["start"] - heard >= NON_TALK_SECONDS:
            yield heard, one["start"]
        heard = max(heard, one["end"])


def _job(call: Row) -> Row:
    audio = call["audio"] or ""
    return {
        "TranscribeApiType": "analytics",
        "CompletionTime": _moment(call["loaded_at"]),
        "MediaFormat": audio.rpartition(".")[2],
        "MediaSampleRateHertz": call["sample_rate"] or 0,
        "MediaOriginalUri": audio,
        "MediaFileUri": audio,
        "AverageWordConfidence": call["mean_probability"] or 0.0,
        "TranscriptionJobName": call["call_id"],
        "RedactedTranscript": True,
        "ChannelIdentification": 1,
    }


def _segment(one: Row, before: Sequence[Row], speakers: Mapping[str, str]) -> Row:
    code = speakers.get(one["speaker"]) or _unnamed(speakers)
    return {
        "SegmentStartTime": one["start"],
        "SegmentEndTime": one["end"],
        "SegmentSpeaker": code,
        "SegmentInterruption": any(
            other["channel"] != one["channel"] and one["start"] < other["end"] < one["end"] for other in before
        ),
        "IVRSegment": code == IVR,
        "OriginalText": one["text"],
        "DisplayText": one["text"],
        "TextEdited": 0,
        "LoudnessScores": [],
        **_sentiment(one["sentiment"], one["label"]),
        "EntitiesDetected": list(_detected(one)),
        "CategoriesDetected": [],
        "FollowOnCategories": [],
        "IssuesDetected": [],
        "ActionItemsDetected": [],
        "OutcomesDetected": [],
        "WordConfidence": _words(one),
        OWN: {"Speaker": one["speaker"], "Channel": one["channel"], "Confidence": one["confidence"]},
    }


def _sentiment(score: float, label: str) -> Row:
    """AWS PCA has scores without a sign, and flags instead."""
    return {
        "SentimentIsPositive": int(label == "positive"),
        "SentimentIsNegative": int(label == "negative"),
        "SentimentScore": abs(score) * SCALE,
        "BaseSentimentScores": {"Positive": max(score, 0), "Negative": max(-score, 0), "Neutral": 1 - abs(score)},
    }


def _words(one: Row) -> list[Row]:
    starts = list(itertools.accumulate(one["steps"], initial=one["start_ms"]))[1:]
    return [
        {
            "Text": f" {text}",
            "Confidence": probability,
            "StartTime": start / 1000,
            "EndTime": (start + length) / 1000,
        }
        for text, probability, start, length in zip(
            one["words"], one["probabilities"], starts, one["lengths"], strict=True
        )
    ]


def _detected(one: Row) -> Iterator[Row]:
    """The labels in a segment, with their places in its text."""
    begins = list(itertools.accumulate((len(word) + 1 for word in one["words"]), initial=0))
    for number, entity in zip(one["labelled"], one["entities"], strict=True):
        begin, text = begins[number - 1], one["words"][number - 1]
        yield {"Type": entity, "Text": text, "BeginOffset": begin, "EndOffset": begin + len(text), "Score": 1.0}
