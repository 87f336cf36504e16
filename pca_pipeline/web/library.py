"""The calls as the pages need them, read from the published copy."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

import duckdb
import pyarrow.compute as pc

PAGE_SIZE = 25
Row = dict[str, Any]  # a row by column, as the views in sql/views name them

_FITS = """
    ($queue is null or list_contains(v_calls.queues, $queue))
    and ($agent is null or list_contains(v_calls.agents, $agent))
    and ($driver is null or list_contains(v_calls.drivers, $driver))
    and ($text is null or exists (
        select 1 from segments
        where segments.call_number = v_calls.call_number and contains(lower(segments.text), lower($text))
    ))
"""
_SUMMARY = f"""
select
    count(*) as calls,
    sum(duration_seconds) as audio_seconds,
    avg(handle_seconds) filter (answered) as handle_seconds,
    avg(queue_wait_seconds) as queue_wait_seconds,
    avg((transfers > 0)::int) as transferred,
    avg(customer_sentiment) as customer_sentiment
from v_calls
where {_FITS}
"""
_PAGE = f"""
select v_calls.*, hits.hit
from (
    from v_calls
    where {_FITS}
    order by started_at desc nulls last, call_id
    limit $limit offset $offset
) as v_calls
left join (
    select call_number, arg_min(struct_pack(text := text, start_seconds := start_seconds), segment) as hit
    from v_segments
    where contains(lower(text), lower($text))
    group by call_number
) as hits using (call_number)
order by started_at desc nulls last, call_id
"""
_CHOICES = "select distinct unnest({column}) as name from v_calls order by lower(name)"
_NUMBER = "select call_number from calls where call_id = $call_id"
_CALL = "from v_calls where call_number = $number"
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
order by start_ms, segment
"""
_PARTICIPANTS = """
select
    participants.participant,
    participants.role,
    participants.name,
    times.speech_ms / 1000 as speech_seconds,
    times.words,
    times.words_per_minute,
    times.interruptions,
    times.loudness_dbfs
from participants
left join participant_metrics as times
    on times.call_number = $number
    and times.participant = participants.participant
where participants.call_number = $number
order by participants.position
"""
_OF_CALL = "from {table} where call_number = $number order by {order}"


class Word(NamedTuple):
    """A word of a transcript; `entity` is set where a label stands for it."""

    word: str
    start_ms: int
    end_ms: int
    entity: str | None


@dataclass(frozen=True, slots=True)
class Filters:
    """What the calls of a list have in common. `text` is looked for in what was said, whatever the case."""

    text: str | None = None
    queue: str | None = None
    agent: str | None = None
    driver: str | None = None


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
    participants: list[Row]
    intervals: list[Row]
    transfers: list[Row]
    mute_spans: list[Row]


def list_calls(connection: duckdb.DuckDBPyConnection, filters: Filters, page: int = 1) -> CallList:
    """The page'th page of calls, newest first."""
    values = asdict(filters)
    window = {"limit": PAGE_SIZE, "offset": (page - 1) * PAGE_SIZE}
    names = {
        column: [row["name"] for row in _rows(connection, _CHOICES.format(column=column), {})]
        for column in ("queues", "agents", "drivers")
    }
    (summary,) = _rows(connection, _SUMMARY, values)
    return CallList(_rows(connection, _PAGE, values | window), summary, **names)


def find_call(connection: duckdb.DuckDBPyConnection, call_id: str) -> CallPage | None:
    """A call by its id; None if there is none."""
    found = connection.execute(_NUMBER, {"call_id": call_id}).fetchone()
    if found is None:
        return None
    value = {"number": found[0]}
    (call,) = _rows(connection, _CALL, value)
    rest = {
        table: _rows(connection, _OF_CALL.format(table=table, order=order), value)
        for table, order in (("intervals", "start_ms, end_ms desc"), ("transfers", "at_ms"), ("mute_spans", "start_ms"))
    }
    participants = _rows(connection, _PARTICIPANTS, value)
    roles = {one["participant"]: one["role"] for one in participants}
    return CallPage(call, _segments(connection, found[0], roles), participants, **rest)


def find_audio(connection: duckdb.DuckDBPyConnection, call_id: str) -> str | None:
    """Where a call's redacted audio lies: absolute, or within the calls folder. None if it has none, or there is no such call."""
    found = connection.execute("select audio from calls where call_id = $call_id", {"call_id": call_id}).fetchone()
    return str(found[0]) if found and found[0] else None


def _segments(connection: duckdb.DuckDBPyConnection, number: int, roles: Mapping[str, str]) -> list[Row]:
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
        row["speaker_role"] = roles.get(row["speaker"])
        row["start_seconds"], row["end_seconds"] = start / 1000, row.pop("end_ms") / 1000
        starts = list(itertools.accumulate(steps[first:last], initial=start))[1:]
        row["words"] = [
            Word(text, start, start + length, entity)
            for text, start, length, entity in zip(
                texts, starts, *(column[first:last] for column in columns), strict=True
            )
        ]
        first = last
    return rows


def _rows(connection: duckdb.DuckDBPyConnection, query: str, values: Row) -> list[Row]:
    cursor = connection.execute(query, values)
    columns = [column[0] for column in cursor.description]
    return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
