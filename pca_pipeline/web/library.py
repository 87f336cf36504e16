"""The calls as the pages need them, read from the published copy."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from enum import StrEnum
from operator import itemgetter
from typing import Any, NamedTuple

import duckdb
import pyarrow.compute as pc

from pca_pipeline.web.formats import STRONG, speaker
from pca_pipeline.web.marks import marked

PAGE_SIZE = 25
_A_DAY = timedelta(days=1)  # within which the recordings of one conversation begin
_MACHINES = ("ivr", "queue", "voicemail")  # roles whose words no search looks through, as in sql/questions/find.sql
_ON_HOLD = "hold"  # nor what is heard on hold: the key of a participant
Row = dict[str, Any]  # a row by column, as the views in sql/views name them

# The calls that fit, once for all that is shown of them.
_FITTING = """
create or replace temp table fitting as
with chosen as (
    select call_number, started_at, calls.call_id, duration_ms, customer_sentiment
    from calls
    join call_facts using (call_number)
    join call_metrics using (call_number)
    where {conditions}
)
from chosen
"""
_CONDITIONS = {
    "queue": "list_contains(call_facts.queues, $queue)",
    "agent": "list_contains(call_facts.agents, $agent)",
    "driver": "list_contains(drivers, $driver)",
    "direction": "direction = $direction",
    "since": "started_at >= $since",
    "until": "started_at < $until + interval 1 day",
    "unanswered": "not answered and ctr_quality != 'none'",
    "unhappy": f"customer_sentiment < -{STRONG}",
    "unrecorded": "ctr_quality = 'none'",
}
# Of calls whose block lacks one of the words, no text is read: DuckDB passes over texts by the numbers that it joins,
# but not where there are none: hence -1, which is no call.
_SAID = f"""
where call_number in (
    with possible as (
        select call_number
        from chosen
        where call_number // 1024 not in (
            select block
            from vocabularies
            where not list_bool_and([contains(words, word) for word in string_split(lower($text), ' ')])
        )
    ),
    calls_to_read as (
        from possible
        union all
        select -1
        where (select count(*) from possible) = 0
    ),
    said as (
        select call_number, speaker as participant
        from segments
        join calls_to_read using (call_number)
        where contains(lower(text), lower($text))
            and speaker != '{_ON_HOLD}'
    )
    select call_number
    from said
    anti join (from participants where role in {_MACHINES}) as machines using (call_number, participant)
)
"""
_SUMMARY = """
select
    count(*) as calls,
    sum(duration_seconds) as audio_seconds,
    avg(handle_seconds) filter (answered) as handle_seconds,
    avg(queue_wait_seconds) as queue_wait_seconds,
    avg((transfers > 0)::int) as transferred,
    avg(customer_sentiment) as customer_sentiment
from v_calls
where call_number in (select call_number from fitting)
"""
_NUMBERS = """
select call_number
from fitting
order by {order}, call_id
limit $limit offset $offset
"""
_PAGE = f"""
with said as (
    select call_number, segment, start_ms / 1000 as start_seconds, speaker, text
    from segments
    where call_number in ({{numbers}})
        and contains(lower(text), lower($text))
        and speaker != '{_ON_HOLD}'
),
hits as (
    select said.call_number, arg_min(struct_pack(text, start_seconds, speaker, name), segment) as hit
    from said
    left join (from participants where call_number in ({{numbers}})) as people
        on people.call_number = said.call_number
        and people.participant = said.speaker
    where coalesce(role not in {_MACHINES}, true)
    group by said.call_number
)
select v_calls.*, hits.hit
from v_calls
left join hits using (call_number)
where call_number in ({{numbers}})
order by list_position([{{numbers}}], call_number)
"""
_CHOICES = "select distinct unnest({column}) as name from call_facts order by lower(name)"
_NUMBER = "select call_number from calls where call_id = $call_id"
# Of one call: its number asked of each table, few columns and no sorting. DuckDB prepares that in half the time that
# v_calls and `order by` take, and to prepare is most of the work.
_CALL = """
select
    calls.call_id,
    coalesce(calls.conversation_id, calls.call_id) as conversation_id,
    calls.started_at,
    calls.direction,
    calls.ended_by,
    calls.ended_how,
    calls.channels,
    calls.external_channel,
    calls.ctr_quality,
    calls.ctr_notes,
    calls.language,
    calls.model,
    calls.mean_probability,
    calls.audio,
    calls.duration_ms / 1000 as duration_seconds,
    if(calls.ctr_quality != 'none', metrics.handle_ms / 1000, null) as handle_seconds,
    if(calls.ctr_quality != 'none', metrics.talk_ms / 1000, null) as talk_seconds,
    if(calls.ctr_quality != 'none', metrics.hold_ms / 1000, null) as hold_seconds,
    if(calls.ctr_quality != 'none', metrics.after_call_work_ms / 1000, null) as after_call_work_seconds,
    if(calls.ctr_quality != 'none' and metrics.queues > 0, metrics.queue_wait_ms / 1000, null) as queue_wait_seconds,
    if(calls.ctr_quality != 'none', metrics.ivr_ms / 1000, null) as ivr_seconds,
    if(calls.ctr_quality != 'none', metrics.holds, null) as holds,
    if(calls.ctr_quality != 'none', metrics.answered, null) as answered,
    if(calls.ctr_quality != 'none', metrics.non_talk_ms / 1000, null) as non_talk_seconds,
    if(calls.ctr_quality != 'none', metrics.longest_silence_ms / 1000, null) as longest_silence_seconds,
    metrics.talk_over_ms / 1000 as talk_over_seconds,
    metrics.customer_sentiment,
    metrics.customer_sentiment_change,
    metrics.agent_sentiment,
    facts.queues,
    facts.agents,
    facts.drivers,
    facts.redacted
from calls, call_metrics as metrics, call_facts as facts
where calls.call_number = $number
    and metrics.call_number = $number
    and facts.call_number = $number
"""
_SEGMENTS = """
select
    segment,
    speaker,
    start_ms,
    end_ms,
    sentiment,
    sentiment_label,
    confidence,
    text,
    words
from segments
where call_number = $number
"""
_PARTICIPANTS = """
select
    participants.participant,
    participants.role,
    participants.name,
    participants.wrap_up,
    times.speech_ms / 1000 as speech_seconds,
    times.words,
    times.words_per_minute,
    times.interruptions,
    times.loudness_dbfs,
    participants.position
from participants
left join participant_metrics as times
    on times.call_number = $number
    and times.participant = participants.participant
where participants.call_number = $number
"""
# DuckDB passes over the blocks of all other days.
_OTHERS = """
select call_id, started_at, duration_ms / 1000 as duration_seconds
from calls
where conversation_id = $conversation
    and call_number != $number
    and started_at between $earliest and $latest
"""
_INTERVALS = "select participant, kind, start_ms, end_ms from intervals where call_number = $number"
_TRANSFERS = "select kind, from_participant, to_participant, at_ms from transfers where call_number = $number"
_MUTE_SPANS = "select channel, start_ms, end_ms, entities from mute_spans where call_number = $number"


class Sort(StrEnum):
    """Orders of a list of calls."""

    NEWEST = "newest"
    OLDEST = "oldest"
    LONGEST = "longest"
    SHORTEST = "shortest"
    UNHAPPIEST = "unhappiest"
    HAPPIEST = "happiest"


_ORDERS = {
    Sort.NEWEST: "started_at desc nulls last",
    Sort.OLDEST: "started_at nulls last",
    Sort.LONGEST: "duration_ms desc",
    Sort.SHORTEST: "duration_ms",
    Sort.UNHAPPIEST: "customer_sentiment nulls last",
    Sort.HAPPIEST: "customer_sentiment desc nulls last",
}


class Word(NamedTuple):
    """A word of a transcript; `entity` is set where a label stands for it."""

    word: str
    start_ms: int
    end_ms: int
    entity: str | None
    is_hit: bool  # part of what is looked for


@dataclass(frozen=True, slots=True)
class Filters:
    """What the calls of a list have in common.

    `text` is looked for in what people said, whatever the case; `since` and `until` are the first and the last day, UTC.
    """

    text: str | None = None
    queue: str | None = None
    agent: str | None = None
    driver: str | None = None
    direction: str | None = None
    since: date | None = None
    until: date | None = None
    unanswered: bool = False
    unhappy: bool = False
    unrecorded: bool = False

    def given(self) -> dict[str, Any]:
        """Those that are set, by name."""
        return {name: value for name, value in asdict(self).items() if value}


@dataclass(frozen=True, slots=True)
class CallList:
    """One page of calls, figures of all that fit, and what can be filtered by."""

    calls: list[Row]
    summary: Row
    queues: list[str]
    agents: list[str]
    drivers: list[str]


@dataclass(frozen=True, slots=True)
class CallPage:
    """One call with all that was said and measured."""

    call: Row
    segments: list[Row]
    participants: dict[str, Row]  # by their keys, in the record's order
    intervals: list[Row]
    transfers: list[Row]
    mute_spans: list[Row]
    others: list[Row]  # recordings of the same conversation

    def named(self, participant: str | None) -> str:
        """What a participant is called on the page, also one that the call does not list."""
        return speaker(participant, self.participants.get(participant, {}).get("name")) if participant else "nobody"


def list_calls(
    connection: duckdb.DuckDBPyConnection, filters: Filters, page: int = 1, sort: Sort = Sort.NEWEST
) -> CallList:
    """Page `page`, counted from 1, of the calls that match; calls without the sort key come last."""
    names = {
        column: [row["name"] for row in _rows(connection, _CHOICES.format(column=column), {})]
        for column in ("queues", "agents", "drivers")
    }
    _choose(connection, filters.given())
    (summary,) = _rows(connection, _SUMMARY, {})
    window = {"limit": PAGE_SIZE, "offset": (page - 1) * PAGE_SIZE}
    numbers = connection.execute(_NUMBERS.format(order=_ORDERS[sort]), window).fetchall()
    listed = _PAGE.format(numbers=", ".join(str(number) for (number,) in numbers) or "null")
    return CallList(_rows(connection, listed, {"text": filters.text}), summary, **names)


def _choose(connection: duckdb.DuckDBPyConnection, given: Row) -> None:
    """Make the table of the calls that fit."""
    conditions = " and ".join(_CONDITIONS[name] for name in given if name != "text")
    query = _FITTING.format(conditions=conditions or "true") + (_SAID if "text" in given else "")
    connection.execute(query, {name: value for name, value in given.items() if value is not True})


def find_call(connection: duckdb.DuckDBPyConnection, call_id: str, text: str | None = None) -> CallPage | None:
    """A call by its id, with the words marked that are looked for; None if there is none."""
    found = connection.execute(_NUMBER, {"call_id": call_id}).fetchone()
    if found is None:
        return None
    value = {"number": found[0]}
    (call,) = _rows(connection, _CALL, value)
    listed = sorted(_rows(connection, _PARTICIPANTS, value), key=itemgetter("position"))
    participants = {one["participant"]: one for one in listed}
    return CallPage(
        call,
        sorted(_segments(connection, found[0], participants, text), key=itemgetter("start_seconds", "segment")),
        participants,
        sorted(_rows(connection, _INTERVALS, value), key=lambda one: (one["start_ms"], -one["end_ms"])),
        sorted(_rows(connection, _TRANSFERS, value), key=itemgetter("at_ms")),
        sorted(_rows(connection, _MUTE_SPANS, value), key=itemgetter("start_ms")),
        _others(connection, call, found[0]),
    )


def _others(connection: duckdb.DuckDBPyConnection, call: Row, number: int) -> list[Row]:
    """The other recordings of a call's conversation, earliest first."""
    if call["started_at"] is None:
        return []
    values = {
        "conversation": call["conversation_id"],
        "number": number,
        "earliest": call["started_at"] - _A_DAY,
        "latest": call["started_at"] + _A_DAY,
    }
    return sorted(_rows(connection, _OTHERS, values), key=itemgetter("started_at", "call_id"))


def find_audio(connection: duckdb.DuckDBPyConnection, call_id: str) -> str | None:
    """Where a call's redacted audio lies, within the calls folder. None if it has none, or there is no such call."""
    found = connection.execute("select audio from calls where call_id = $call_id", {"call_id": call_id}).fetchone()
    return str(found[0]) if found and found[0] else None


def _segments(
    connection: duckdb.DuckDBPyConnection, number: int, participants: Mapping[str, Row], sought: str | None
) -> list[Row]:
    """By way of Arrow: to make a Python object of each word's struct takes longer than all the rest."""
    table = connection.execute(_SEGMENTS, {"number": number}).to_arrow_table()
    timed = table["words"].combine_chunks()
    steps, *columns = [timed.flatten().field(name).to_pylist() for name in ("step_ms", "length_ms", "entity")]
    ends = itertools.accumulate(pc.list_value_length(timed).to_pylist())
    rows: list[Row] = table.drop_columns(["words"]).to_pylist()
    first = 0
    for row, last in zip(rows, ends, strict=True):
        texts = row.pop("text").split(" ")
        start = row.pop("start_ms")
        row["speaker_role"] = participants.get(row["speaker"], {}).get("role", "unknown")
        row["start_seconds"], row["end_seconds"] = start / 1000, row.pop("end_ms") / 1000
        is_machine = row["speaker_role"] in _MACHINES or row["speaker"] == _ON_HOLD
        hits = marked(texts, None if is_machine else sought)
        starts = list(itertools.accumulate(steps[first:last], initial=start))[1:]
        row["words"] = [
            Word(text, start, start + length, entity, number in hits)
            for number, (text, start, length, entity) in enumerate(
                zip(texts, starts, *(column[first:last] for column in columns), strict=True)
            )
        ]
        first = last
    return rows


def _rows(connection: duckdb.DuckDBPyConnection, query: str, values: Row) -> list[Row]:
    cursor = connection.execute(query, values)
    columns = [column[0] for column in cursor.description]
    return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
