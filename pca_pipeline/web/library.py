"""The calls as the pages need them, read from the published copy."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

import duckdb

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
_CALL = """
select v_calls.*, calls.external_channel, calls.ctr_notes
from v_calls
join calls using (call_number)
where call_number = $number
"""
# Lists of plain values: as structs, the words would take longer to fetch than all the rest.
_SEGMENTS = """
select
    segment,
    speaker,
    participants.role as speaker_role,
    start_ms / 1000 as start_seconds,
    end_ms / 1000 as end_seconds,
    sentiment,
    sentiment_label,
    confidence,
    string_split(text, ' ') as words,
    list_transform(segments.words, lambda word: start_ms + word.offset_ms) as starts,
    list_transform(segments.words, lambda word: start_ms + word.offset_ms + word.length_ms) as ends,
    list_transform(segments.words, lambda word: word.entity) as entities
from segments
left join participants
    on participants.call_number = segments.call_number
    and participants.participant = segments.speaker
where segments.call_number = $number
order by start_ms, segment
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
        table: _rows(connection, _OF_CALL.format(table=source, order=order), value)
        for table, source, order in (
            ("participants", "v_participants", "position"),
            ("intervals", "intervals", "start_ms, end_ms desc"),
            ("transfers", "transfers", "at_ms"),
            ("mute_spans", "mute_spans", "start_ms"),
        )
    }
    return CallPage(call, [_with_words(row) for row in _rows(connection, _SEGMENTS, value)], **rest)


def find_audio(connection: duckdb.DuckDBPyConnection, call_id: str) -> str | None:
    """Where a call's redacted audio lies: absolute, or within the calls folder. None if it has none, or there is no such call."""
    found = connection.execute("select audio from calls where call_id = $call_id", {"call_id": call_id}).fetchone()
    return str(found[0]) if found and found[0] else None


def _with_words(segment: Row) -> Row:
    columns = (segment.pop(name) for name in ("starts", "ends", "entities"))
    return segment | {"words": [Word(*word) for word in zip(segment["words"], *columns, strict=True)]}


def _rows(connection: duckdb.DuckDBPyConnection, query: str, values: Row) -> list[Row]:
    cursor = connection.execute(query, values)
    columns = [column[0] for column in cursor.description]
    return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
