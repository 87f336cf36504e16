"""The calls as the pages need them, read from the published copy."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from operator import itemgetter
from typing import Any, NamedTuple

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from pca_pipeline.call import MACHINES, ON_HOLD
from pca_pipeline.warehouse import second_connection, seek
from pca_pipeline.web.formats import UNHAPPY, speaker
from pca_pipeline.web.marks import marked

PAGE_SIZE = 25
_MACHINES = tuple(sorted(map(str, MACHINES)))  # no search looks through their words, as in sql/questions/find.sql
# Kept: to start a thread for each page takes as long as one of its queries.
_BESIDE = ThreadPoolExecutor(thread_name_prefix="timeline")
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
    "unhappy": f"customer_sentiment < {UNHAPPY}",
    "unrecorded": "ctr_quality = 'none'",
}
# As in sql/questions/find.sql: pairs of words, then LIKE tell most texts apart, in a fraction of an expression's time.
_HAS_IT = """case
    when (pairs & $pairs::uinteger) != $pairs::uinteger then false
    when not lower(text) like $rough then false
    when contains(text, '<') then regexp_matches(regexp_replace(lower(text), $label, '<>', 'g'), $pattern)
    when lower($text) = $word then true
    else regexp_matches(lower(text), $pattern)
end"""
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
            where not list_bool_and([contains(words, word) for word in $words])
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
        where {_HAS_IT}
            and speaker != '{ON_HOLD}'
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
        and {_HAS_IT}
        and speaker != '{ON_HOLD}'
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
# One call: each table by itself, and columns as they are stored. DuckDB prepares that in less than half the time that joins,
# sorting and arithmetic take, and to prepare is most of the work.
_CALL = """
select
    call_id,
    coalesce(conversation_id, call_id) as conversation_id,
    started_at,
    direction,
    ended_by,
    ended_how,
    channels,
    external_channel,
    ctr_quality,
    ctr_notes,
    language,
    model,
    mean_probability,
    audio,
    duration_ms,
    call_number
from calls
where call_id = $call_id
"""
_METRICS = """
select
    handle_ms,
    talk_ms,
    hold_ms,
    after_call_work_ms,
    queues,
    queue_wait_ms,
    ivr_ms,
    holds,
    answered,
    non_talk_ms,
    longest_silence_ms,
    talk_over_ms,
    customer_sentiment,
    customer_sentiment_change,
    agent_sentiment
from call_metrics
where call_number = $number
"""
_BY_RECORD = frozenset(
    """handle_seconds talk_seconds hold_seconds after_call_work_seconds queue_wait_seconds ivr_seconds holds
    answered non_talk_seconds longest_silence_seconds""".split()
)  # metrics that are known only where there is a record
_FACTS = "select queues, agents, drivers, redacted from call_facts where call_number = $number"
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
    words,
    labels
from segments
where call_number = $number
"""
_PARTICIPANTS = "select participant, role, name, wrap_up, position from participants where call_number = $number"
_SPEECH = """
select
    participant,
    speech_ms,
    words,
    words_per_minute,
    interruptions,
    loudness_dbfs
from participant_metrics
where call_number = $number
"""
# By the conversation alone: with any other condition DuckDB leaves the index alone.
_RECORDINGS = """
select call_id, started_at, duration_ms
from calls
where conversation_id = $conversation
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
    page: int  # from 1 to `pages`
    pages: int
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
    """Page `page`, counted from 1, of the calls that match, or the last; calls without the sort key come last."""
    names = {
        column: [row["name"] for row in _rows(connection, _CHOICES.format(column=column), {})]
        for column in ("queues", "agents", "drivers")
    }
    _choose(connection, filters.given())
    (summary,) = _rows(connection, _SUMMARY, {})
    pages = max(1, -(-int(summary["calls"]) // PAGE_SIZE))
    page = min(page, pages)
    window = {"limit": PAGE_SIZE, "offset": (page - 1) * PAGE_SIZE}
    numbers = connection.execute(_NUMBERS.format(order=_ORDERS[sort]), window).fetchall()
    listed = _PAGE.format(numbers=", ".join(str(number) for (number,) in numbers) or "null")
    return CallList(_rows(connection, listed, _sought(filters.text)), page, pages, summary, **names)


def _choose(connection: duckdb.DuckDBPyConnection, given: Row) -> None:
    """Make the table of the calls that fit."""
    conditions = " and ".join(_CONDITIONS[name] for name in given if name != "text")
    query = _FITTING.format(conditions=conditions or "true") + (_SAID if "text" in given else "")
    values = {name: value for name, value in given.items() if value is not True}
    sought = _sought(given["text"]) | {"words": seek(given["text"]).words} if "text" in given else {}
    connection.execute(query, values | sought)


def _sought(text: str | None) -> Row:
    """The parameters of _HAS_IT: without words to look for, no text has them."""
    sought = seek(text) if text else None
    return {"text": text} | {
        name: getattr(sought, name, None) for name in ("pairs", "rough", "word", "label", "pattern")
    }


def find_call(connection: duckdb.DuckDBPyConnection, call_id: str, text: str | None = None) -> CallPage | None:
    """A call by its id, with the words marked that are looked for; None if there is none.

    What was said and went on is read on a second connection meanwhile: that takes as long as all the rest.
    """
    found = _rows(connection, _CALL, {"call_id": call_id})
    if not found:
        return None
    call = _in_seconds(found[0])
    number = {"number": call.pop("call_number")}
    with second_connection(connection) as beside:
        timeline = _BESIDE.submit(_timeline, beside, number)
        try:
            participants = _participants(connection, number)
            call |= _measured(connection, call, number)
            others = _other_recordings(connection, call)
            mute_spans = sorted(_rows(connection, _MUTE_SPANS, number), key=itemgetter("start_ms"))
        finally:
            wait([timeline])  # before its connection is closed
    said, intervals, transfers = timeline.result()
    segments = sorted(_segments(said, participants, text), key=itemgetter("start_seconds", "segment"))
    return CallPage(call, segments, participants, intervals, transfers, mute_spans, others)


def _timeline(connection: duckdb.DuckDBPyConnection, number: Row) -> tuple[pa.Table, list[Row], list[Row]]:
    """Segments as they are stored; intervals and transfers in the order of time."""
    said = connection.execute(_SEGMENTS, number).to_arrow_table()
    intervals = sorted(_rows(connection, _INTERVALS, number), key=lambda one: (one["start_ms"], -one["end_ms"]))
    transfers = sorted(_rows(connection, _TRANSFERS, number), key=itemgetter("at_ms"))
    return said, intervals, transfers


def _measured(connection: duckdb.DuckDBPyConnection, call: Row, number: Row) -> Row:
    (metrics,) = _rows(connection, _METRICS, number)
    (facts,) = _rows(connection, _FACTS, number)
    if not metrics.pop("queues"):
        metrics["queue_wait_ms"] = None
    metrics = _in_seconds(metrics)
    if call["ctr_quality"] == "none":
        metrics |= dict.fromkeys(_BY_RECORD)
    return metrics | facts


def _participants(connection: duckdb.DuckDBPyConnection, number: Row) -> dict[str, Row]:
    """Those of a call, with how they spoke, by their keys, in the record's order."""
    speech = {one["participant"]: _in_seconds(one) for one in _rows(connection, _SPEECH, number)}
    listed = sorted(_rows(connection, _PARTICIPANTS, number), key=itemgetter("position"))
    return {one["participant"]: one | speech.get(one["participant"], {}) for one in listed}


def _other_recordings(connection: duckdb.DuckDBPyConnection, call: Row) -> list[Row]:
    """The other recordings of a call's conversation, earliest first."""
    recordings = _rows(connection, _RECORDINGS, {"conversation": call["conversation_id"]})
    others = (_in_seconds(one) for one in recordings if one["call_id"] != call["call_id"])
    return sorted(others, key=lambda one: (one["started_at"] is None, one["started_at"], one["call_id"]))


def find_audio(connection: duckdb.DuckDBPyConnection, call_id: str) -> str | None:
    """Where a call's redacted audio lies, within the calls folder. None if it has none, or there is no such call."""
    found = connection.execute("select audio from calls where call_id = $call_id", {"call_id": call_id}).fetchone()
    return str(found[0]) if found and found[0] else None


def _segments(table: pa.Table, participants: Mapping[str, Row], sought: str | None) -> list[Row]:
    """By way of Arrow: to make a Python object of each word's struct takes longer than all the rest."""
    timed = table["words"].combine_chunks()
    steps, lengths = (timed.flatten().field(name).to_pylist() for name in ("step_ms", "length_ms"))
    ends = itertools.accumulate(pc.list_value_length(timed).to_pylist())
    rows: list[Row] = table.drop_columns(["words"]).to_pylist()
    first = 0
    for row, last in zip(rows, ends, strict=True):
        texts = row.pop("text").split(" ")
        start = row.pop("start_ms")
        row["speaker_role"] = participants.get(row["speaker"], {}).get("role", "unknown")
        row["start_seconds"], row["end_seconds"] = start / 1000, row.pop("end_ms") / 1000
        is_machine = row["speaker_role"] in _MACHINES or row["speaker"] == ON_HOLD
        hits = marked(texts, None if is_machine else sought)
        starts = list(itertools.accumulate(steps[first:last], initial=start))[1:]
        entities = {label["word"]: label["entity"] for label in row.pop("labels")}
        row["words"] = [
            Word(text, start, start + length, entities.get(number), number - 1 in hits)
            for number, (text, start, length) in enumerate(zip(texts, starts, lengths[first:last], strict=True), 1)
        ]
        first = last
    return rows


def _in_seconds(row: Row) -> Row:
    """A row with seconds in the place of milliseconds."""
    seconds: Row = {}
    for name, value in row.items():
        if name.endswith("_ms"):
            seconds[f"{name.removesuffix('_ms')}_seconds"] = None if value is None else value / 1000
        else:
            seconds[name] = value
    return seconds


def _rows(connection: duckdb.DuckDBPyConnection, query: str, values: Row) -> list[Row]:
    cursor = connection.execute(query, values)
    columns = [column[0] for column in cursor.description]
    return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
