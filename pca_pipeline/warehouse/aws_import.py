"""Calls from the JSON of AWS Post Call Analytics, so that those who come from there keep their history.

What aws_export.py wrote comes back as it was, except for what that form has no place for (docs/commands.md lists it). Calls
from AWS have been redacted by AWS at most, so they are redacted here. There is no audio: loudness is unknown, and nothing
is muted.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from pca_pipeline.call import (
    CUSTOMER_KEY,
    UNKNOWN_KEY,
    CtrQuality,
    Direction,
    FileKind,
    Finding,
    FinishedCall,
    Insights,
    KnownIdentity,
    Participant,
    RedactedCall,
    RedactedSegment,
    Role,
    Segment,
    Sentiment,
    SourceFile,
    SpeechStats,
    Timeline,
    Word,
    is_audio_place,
    is_call_id,
)
from pca_pipeline.errors import LanguageError, RecordError
from pca_pipeline.insights import name_drivers
from pca_pipeline.insights.metrics import measure_call, measure_participants
from pca_pipeline.pii import Redactor, check_language, customer_key
from pca_pipeline.settings import Settings
from pca_pipeline.warehouse.aws_export import OWN, SCALE
from pca_pipeline.warehouse.database import open_readonly
from pca_pipeline.warehouse.staging import settings_version, stage_all, staged_calls

_NOBODY = Participant(UNKNOWN_KEY, Role.UNKNOWN)  # the speaker of turns whose code belongs to nobody
_IN_A_FILE = 500  # calls staged together
_NONE = "None"  # what AWS PCA writes for unknown values
_MODEL = "Amazon Transcribe"
_NOTE = "imported from AWS Post Call Analytics"
_HEARD_HERE = "The call was transcribed here and would lose its intervals and times; `--replace` overrides this."
_LABEL = re.compile(r"\W*[\[<]([A-Z][A-Z_]+)[\]>]\W*")
# Entities of Amazon Transcribe and Comprehend that have another name here.
_ENTITIES = {
    "NAME": "PERSON",
    "SSN": "US_SSN",
    "PHONE": "PHONE_NUMBER",
    "EMAIL": "EMAIL_ADDRESS",
    "CREDIT_DEBIT_NUMBER": "CREDIT_CARD",
    "CREDIT_DEBIT_CVV": "CVV",
    "CREDIT_DEBIT_EXPIRY": "CARD_EXPIRY",
    "BANK_ACCOUNT_NUMBER": "ACCOUNT_NUMBER",
    "BANK_ROUTING": "ROUTING_NUMBER",
}

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: ids of the calls that are staged now, and files without a call, with the reason."""

    calls: tuple[str, ...]
    refused: tuple[tuple[Path, str], ...]


def import_aws(files: Sequence[Path], settings: Settings, *, replace_heard: bool = False) -> Imported:
    """Read files of ConversationAnalytics and SpeechSegments and stage their calls, redacted, for the loader.

    Files that cannot be read are refused, and so are, unless `replace_heard`, those of calls that were transcribed here, of
    which the database knows more. The same file again is the same call again. Raises StorageError.
    """
    redactor = Redactor(settings)
    version = settings_version(settings, redactor.rules.fingerprint)
    refused: list[tuple[Path, str]] = []
    calls: list[str] = []
    read = _read_all(files, redactor, settings, refused)
    while batch := list(islice(read, _IN_A_FILE)):
        heard = set() if replace_heard else _heard_here([one.call.call_id for _, one in batch], settings)
        refused += [(path, _HEARD_HERE) for path, one in batch if one.call.call_id in heard]
        newest = {one.call.call_id: one for _, one in batch if one.call.call_id not in heard}
        stage_all(newest.values(), settings.staged_folder, version)
        calls += newest
    return Imported(tuple(dict.fromkeys(calls)), tuple(refused))


def _read_all(
    files: Sequence[Path], redactor: Redactor, settings: Settings, refused: list[tuple[Path, str]]
) -> Iterator[tuple[Path, FinishedCall]]:
    for path in files:
        try:
            yield path, _read(path, redactor, settings)
        except (RecordError, LanguageError) as error:
            refused.append((path, str(error)))


def _heard_here(call_ids: Sequence[str], settings: Settings) -> set[str]:
    """Which of these calls are stored and did not come from an import, or wait for the loader."""
    waiting = staged_calls(settings.staged_folder).intersection(call_ids)
    if not settings.database.exists():
        return waiting
    query = """
        select call_id
        from calls
        where call_id in (select unnest($calls))
            and not coalesce(list_contains(ctr_notes, $note), false)
    """
    with open_readonly(settings) as connection:
        found = connection.execute(query, {"calls": list(call_ids), "note": _NOTE}).fetchall()
    return waiting | {call_id for (call_id,) in found}


def _read(path: Path, redactor: Redactor, settings: Settings) -> FinishedCall:
    """One call. Raises RecordError and LanguageError."""
    try:
        content = path.read_bytes()
        document = json.loads(content)
        header, turns = document["ConversationAnalytics"], document["SpeechSegments"]
        source = SourceFile(path.name, FileKind.RECORD, hashlib.sha256(content).hexdigest(), len(content))
        _check_places(header.get(OWN) or {}, path.name)
        return _finished(header, turns, source, redactor, settings)
    except OSError as error:
        raise RecordError(
            f"{path} cannot be read ({error.strerror}).", "Name a file or a folder that is there."
        ) from None
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise RecordError(
            f"{path.name} is not the JSON of one call ({type(error).__name__}).",
            "It has ConversationAnalytics and SpeechSegments, as AWS Post Call Analytics writes them to parsedFiles.",
        ) from None


def _check_places(own: Document, file: str) -> None:
    """Raise RecordError for ids and paths that could make other files be read, written or erased."""
    call_id, audio = own.get("CallId"), own.get("Audio")
    if call_id and not is_call_id(call_id):
        raise RecordError(
            f"{OWN}.CallId of {file} is not the id of a call.",
            "It has letters, digits, _ and -, at most 128; without one, the call gets an id of its own.",
        )
    if audio and not is_audio_place(PurePosixPath(audio)):
        raise RecordError(
            f"{OWN}.Audio of {file} is no redacted audio of a finished call.",
            "It is a path within the calls folder, as in done/2026-03-02/ID/redacted.wav; leave it out if there is none.",
        )


def _finished(
    header: Document, turns: Sequence[Document], source: SourceFile, redactor: Redactor, settings: Settings
) -> FinishedCall:
    own = header.get(OWN) or {}
    people = _people(header, own)
    segments = [one for turn in turns if (one := _segment(turn, people))]
    order = sorted(range(len(segments)), key=lambda at: segments[at].start)
    spoken = [turn for turn in turns if _words(turn, 0)]
    known = _known(header, people)
    check_language(_language(header), segments, settings)
    redaction = redactor.redact([segments[at] for at in order], known)
    safe, labels = _labelled(redaction.segments)
    call = RedactedCall(
        call_id=own.get("CallId") or _call_id(header),
        duration=float(header["Duration"]),
        sample_rate=_job(header).get("MediaSampleRateHertz") or None,
        channels=own.get("Channels") or (2 if _job(header).get("ChannelIdentification", 1) else 1),
        timeline=redactor.with_agents(_timeline(header, own, people)),
        segments=safe,
        findings=tuple(sorted((*redaction.findings, *labels), key=lambda one: (one.segment, one.first_word))),
        mute_spans=(),
        stats=_stats(header, safe),
        files=(replace(source, name=f"import/{hashlib.sha256(source.name.encode()).hexdigest()[:12]}.json"),),
        customer=own.get("Customer") or customer_key(known, settings),
    )
    insights = _insights(call, [_sentiment(spoken[at]) for at in order], header, own, redactor, settings)
    return FinishedCall(call, insights, Path(own["Audio"]) if own.get("Audio") else None)


def _job(header: Document) -> Document:
    information = header.get("SourceInformation") or [{}]
    job: Document = information[0].get("TranscribeJobInfo") or {}
    return job


def _call_id(header: Document) -> str:
    """An id that stays the same for the same transcription job, however often its file is written again."""
    parts = (_job(header).get("TranscriptionJobName"), header["GUID"], header["ConversationTime"])
    return "aws-" + hashlib.sha256("/".join(map(str, parts)).encode()).hexdigest()[:32]


# ---- who


def _people(header: Document, own: Document) -> dict[str, Participant]:
    """Participants by their speaker codes."""
    if own:
        return _coded(
            [
                Participant(
                    key=one["Key"],
                    role=Role(one["Role"]),
                    id=one["Id"],
                    name=one["Name"],
                    wrap_up=one.get("WrapUp"),
                    skills=tuple(one.get("Skills") or ()),
                    connected=one.get("Connected"),
                )
                for one in own["Participants"]
            ]
        )
    people: dict[str, Participant] = {}
    for label in header["SpeakerLabels"]:
        role = _role(label)
        count = 1 + sum(one.role is role for one in people.values())
        key = CUSTOMER_KEY if role is Role.CUSTOMER else f"{role.value}_{count}"
        name = (header.get("SentimentTrends") or {}).get(label["Speaker"], {}).get("NameOverride")
        shown = name if role is Role.AGENT and name and not re.fullmatch(r"Agent( \d+)?", name) else None
        people[label["Speaker"]] = Participant(key, role, label.get("UserId"), shown)
    return people


def _coded(people: Sequence[Participant]) -> dict[str, Participant]:
    """By code, for segments without a key: spk_0 is the customer, IVR the first flow, spk_1 and on are all others."""
    codes: dict[str, Participant] = {}
    others = 0
    for one in people:
        if one.role is Role.CUSTOMER:
            codes["spk_0"] = one
        elif one.role is Role.IVR and "IVR" not in codes:
            codes["IVR"] = one
        elif one.role in (Role.IVR, Role.QUEUE):
            codes[one.key] = one
        else:
            others += 1
            codes[f"spk_{others}"] = one
    return codes


def _role(label: Document) -> Role:
    text = str(label["DisplayText"])
    if label["Speaker"] == "IVR" or text.endswith("IVR"):
        return Role.IVR
    if text == "Customer":
        return Role.CUSTOMER
    return Role.AGENT if re.fullmatch(r"Agent( \d+)?", text) else Role.UNKNOWN


def _known(header: Document, people: Mapping[str, Participant]) -> KnownIdentity:
    customer = header.get("Cust")
    agents = [one for one in people.values() if one.role is Role.AGENT and one.name]
    return KnownIdentity(
        agent_names=tuple(one.name for one in agents if one.name),
        agent_ids=tuple(one.id or one.key for one in agents),
        customer=customer if customer and customer != _NONE else None,
    )


def _timeline(header: Document, own: Document, people: Mapping[str, Participant]) -> Timeline:
    genesys = (header.get("Telephony") or {}).get("Genesys") or {}
    has_start = own.get("HasStart", True)
    return Timeline(
        conversation_id=own.get("ConversationId") or genesys.get("conversationId"),
        recording_id=own.get("RecordingId") or genesys.get("id"),
        started_at=_started_at(header, genesys) if has_start else None,
        direction=Direction(own.get("Direction") or genesys.get("originatingDirection") or "unknown"),
        external_channel=own.get("ExternalChannel") or 0,
        participants=tuple(dict.fromkeys(people.values())),
        intervals=(),
        transfers=(),
        times=(),
        quality=CtrQuality.NONE,
        divisions=tuple(own.get("Divisions") or ()),
        ended_by=own.get("EndedBy"),
        ended_how=own.get("EndedHow"),
        notes=(_NOTE,),
    )


def _started_at(header: Document, genesys: Document) -> datetime:
    """The record's moment, which has a zone; else the header's, in the zone named next to it, if that is a zone."""
    if genesys.get("startTime"):
        return datetime.fromisoformat(genesys["startTime"]).astimezone(UTC)
    place = header.get("ConversationLocation")
    zone = ZoneInfo(place) if place in available_timezones() else UTC
    return datetime.fromisoformat(header["ConversationTime"]).replace(tzinfo=zone).astimezone(UTC)


# ---- what was said


def _segment(turn: Document, people: Mapping[str, Participant]) -> Segment | None:
    """What one speaker says. The speaker is known by the key from our own export, else by the code, else not at all."""
    own = turn.get(OWN) or {}
    code = "IVR" if turn.get("IVRSegment") and "IVR" in people else turn["SegmentSpeaker"]
    keys = {one.key: one for one in people.values()}
    who = keys.get(str(own.get("Speaker"))) or people.get(code) or _NOBODY
    channel = int(own.get("Channel", who.role is not Role.CUSTOMER))
    words = _words(turn, channel)
    return Segment(who.key, channel, words, float(own.get("Confidence", 1.0))) if words else None


def _words(turn: Document, channel: int) -> tuple[Word, ...]:
    """Words with their times. If the words have none, or the turn was edited, its time is divided evenly."""
    start, end = float(turn["SegmentStartTime"]), float(turn["SegmentEndTime"])
    timed = turn.get("WordConfidence") or []
    texts = str(turn.get("DisplayText") or turn["OriginalText"]).split()
    if not turn.get("TextEdited") and any(one["EndTime"] for one in timed):
        found = [
            Word(text, float(one["StartTime"]), float(one["EndTime"]), float(one["Confidence"]), channel)
            for one in timed
            if (text := str(one["Text"]).strip())
        ]
        return tuple(sorted(found, key=lambda word: word.start))
    step = (end - start) / max(len(texts), 1)
    return tuple(Word(text, start + at * step, start + (at + 1) * step, 0.0, channel) for at, text in enumerate(texts))


def _labelled(segments: Sequence[RedactedSegment]) -> tuple[tuple[RedactedSegment, ...], list[Finding]]:
    """The segments and findings, with labels that were in the text already as findings, too."""
    safe, findings = [], []
    for number, segment in enumerate(segments):
        words = list(segment.words)
        for at, word in enumerate(words):
            label = None if word.entity else _LABEL.fullmatch(word.text)
            if label:
                entity = _ENTITIES.get(label[1], label[1])
                words[at] = replace(word, entity=entity)
                findings.append(
                    Finding(entity, number, at, at, segment.channel, word.start, word.end, 1.0, "imported label")
                )
        safe.append(replace(segment, words=tuple(words)))
    return tuple(safe), findings


def _language(header: Document) -> str:
    return str(header["LanguageCode"]).partition("-")[0]


def _stats(header: Document, segments: Sequence[RedactedSegment]) -> SpeechStats:
    return SpeechStats(
        model=_MODEL,
        language=_language(header),
        speech_seconds=sum(one.end - one.start for one in segments),
        mean_probability=float(_job(header).get("AverageWordConfidence") or 0) or None,
        dropped_words=0,
    )


# ---- what it says about the call


def _sentiment(turn: Document) -> Sentiment:
    """Sentiment with a sign: AWS PCA has flags instead, and for a neutral turn the base scores."""
    scores = turn.get("BaseSentimentScores")
    strength = float(turn.get("SentimentScore") or 0) / SCALE
    if turn.get("SentimentIsPositive"):
        return Sentiment(strength, "positive")
    if turn.get("SentimentIsNegative"):
        return Sentiment(-strength, "negative")
    leaning = float(scores["Positive"]) - float(scores["Negative"]) if isinstance(scores, dict) else 0.0
    return Sentiment(leaning, "neutral")


def _insights(
    call: RedactedCall,
    sentiment: Sequence[Sentiment],
    header: Document,
    own: Document,
    redactor: Redactor,
    settings: Settings,
) -> Insights:
    drivers = tuple(own["Drivers"]) if own else name_drivers(call, settings.insights.drivers)
    return Insights(
        metrics=measure_call(call, sentiment),
        participants=measure_participants(call, None, sentiment),
        segment_sentiment=tuple(sentiment),
        segment_loudness=(None,) * len(call.segments),
        drivers=drivers,
        enrichments={} if own else {"aws_pca": _kept(header, redactor)},
    )


def _kept(header: Document, redactor: Redactor) -> Document:
    """The categories and the summary, whose free text is redacted, too."""
    summary = header.get("Summary") or {}
    return {
        "categories": {one["Name"]: one["Instances"] for one in header.get("CategoriesDetected") or []},
        "summary": {key: _redacted(str(text), redactor) for key, text in summary.items()},
    }


def _redacted(text: str, redactor: Redactor) -> str:
    """Free text without personal data, redacted as if somebody had said it."""
    words = tuple(Word(word, at, at + 1, 1.0, 0) for at, word in enumerate(text.split()))
    return redactor.redact([Segment(CUSTOMER_KEY, 0, words)], KnownIdentity()).segments[0].text if words else ""
