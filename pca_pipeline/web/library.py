"""The calls as the pages need them, read from the published copy; each read opens and closes it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import duckdb

from pca_pipeline.settings import Settings
from pca_pipeline.warehouse import open_readonly

PAGE_SIZE = 25
Row = dict[str, Any]  # a row by column, as the views in sql/views name them

_FITS = """
    ($queue is null or list_contains(v_calls.queues, $queue))
    and ($agent is null or list_contains(v_calls.agents, $agent))
    and ($driver is null or list_contains(v_calls.drivers, $driver))
    and ($text is null or exists (
        select 1 from segments
        where segments.call_id = v_calls.call_id and contains(lower(segments.text), lower($text))
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
    select call_id, arg_min(struct_pack(text := text, start_seconds := start_seconds), segment) as hit
    from v_segments
    where contains(lower(text), lower($text))
    group by call_id
) as hits using (call_id)
order by started_at desc nulls last, call_id
"""
_CHOICES = "select distinct unnest({column}) as name from v_calls order by lower(name)"
_CALL = """
select v_calls.*, calls.external_channel, calls.ctr_notes
from v_calls
join calls using (call_id)
where call_id = $call_id
"""
_SEGMENTS = """
select
    v_segments.* exclude (words),
    list_transform(
        list_zip(string_split(segments.text, ' '), segments.words),
        lambda one: struct_pack(
            word := one[1],
            start_ms := segments.start_ms + one[2].offset_ms,
            end_ms := segments.start_ms + one[2].offset_ms + one[2].length_ms,
            entity := one[2].entity
        )
    ) as words
from v_segments
join segments using (call_id, segment)
where v_segments.call_id = $call_id
order by v_segments.start_seconds, v_segments.segment
"""
_OF_CALL = "from {table} where call_id = $call_id order by {order}"


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


def list_calls(settings: Settings, filters: Filters, page: int = 1) -> CallList:
    """The page'th page of calls, newest first. Raises WarehouseError, DatabaseLockedError."""
    values = asdict(filters)
    with open_readonly(settings) as connection:
        window = {"limit": PAGE_SIZE, "offset": (page - 1) * PAGE_SIZE}
        names = {
            column: [row["name"] for row in _rows(connection, _CHOICES.format(column=column), {})]
            for column in ("queues", "agents", "drivers")
        }
        (summary,) = _rows(connection, _SUMMARY, values)
        return CallList(_rows(connection, _PAGE, values | window), summary, **names)


def find_call(settings: Settings, call_id: str) -> CallPage | None:
    """A call by its id; None if there is none. Raises WarehouseError, DatabaseLockedError."""
    value = {"call_id": call_id}
    with open_readonly(settings) as connection:
        calls = _rows(connection, _CALL, value)
        if not calls:
            return None
        rest = {
            table: _rows(connection, _OF_CALL.format(table=source, order=order), value)
            for table, source, order in (
                ("participants", "v_participants", "position"),
                ("intervals", "intervals", "start_ms, end_ms desc"),
                ("transfers", "transfers", "at_ms"),
                ("mute_spans", "mute_spans", "start_ms"),
            )
        }
        return CallPage(calls[0], _rows(connection, _SEGMENTS, value), **rest)


def find_audio(settings: Settings, call_id: str) -> Path | None:
    """Where a call's redacted audio lies; a relative path is one within the calls folder. None if no such call.

    Raises WarehouseError, DatabaseLockedError.
    """
    with open_readonly(settings) as connection:
        found = connection.execute("select audio from calls where call_id = $call_id", {"call_id": call_id}).fetchone()
    return settings.folder / str(found[0]) if found and found[0] else None


def _rows(connection: duckdb.DuckDBPyConnection, query: str, values: Row) -> list[Row]:
    cursor = connection.execute(query, values)
    columns = [column[0] for column in cursor.description]
    return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
