"""Flat records of any platform, CSV or JSON, read by a mapping of column names.

Most platforms export totals, not intervals: missing times follow from the order of a call, which is flow, queue, agent,
after-call work.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from itertools import chain, pairwise

from pca_pipeline.call import Direction, IntervalKind, KnownIdentity, Role, TransferKind
from pca_pipeline.ctr.capabilities import Capabilities, PauseMode
from pca_pipeline.ctr.contact import Contact, Ending, Handover, Leg, Media, Stretch
from pca_pipeline.ctr.fields import Document, Entry, parse_moment, plausible_seconds
from pca_pipeline.mapping import ColumnMapping, Columns, value_of

_EPOCH = re.compile(r"\d{10}(\d{3})?(\.\d+)?")  # seconds or milliseconds
_THOUSANDS = re.compile(r"\d{1,3}(,\d{3})+\.\d+|\d{1,3}(,\d{3}){2,}")
_DIALLED = re.compile(r"(tel:|sips?:)?\+\d{7,}", re.IGNORECASE)  # a telephone number, by ITU-T E.164
_UNIT = re.compile(r"\s*(s|secs?|seconds?)\.?$", re.IGNORECASE)
_MOMENTS = ("start", "end", "queue_start", "queue_end", "answered", "left")  # of CallColumns
_LENGTHS = ("ivr_seconds", "queue_seconds", "talk_seconds", "hold_seconds", "wrap_up_seconds")


@dataclass(frozen=True, slots=True)
class FlatRecords:
    """A vendor made from a mapping."""

    mapping: ColumnMapping

    @property
    def name(self) -> str:
        return self.mapping.name

    @property
    def capabilities(self) -> Capabilities:
        """As the mapping says. Rows have neither the times of holds nor those of transfers."""
        platform = self.mapping.platform
        return Capabilities(
            hold_intervals=False,
            transfer_times=False,
            ivr_in_audio=platform.ivr_in_audio,
            pauses=PauseMode(platform.pauses),
            external_channel=platform.external_channel,
            external_channel_outbound=platform.external_channel_outbound,
        )

    def matches(self, document: Document) -> bool:
        """Whether the document has the id's column and half of the others, of a call or of a recording."""
        return self._is_call(document) or self._is_recording(document)

    def read(self, entries: Sequence[Entry]) -> Iterator[Contact | Media]:
        """A contact for all rows with the same id, and a media for each row about a recording."""
        calls: dict[str, list[Entry]] = defaultdict(list)
        for entry in entries:
            if self._is_call(entry.document):
                calls[_text(entry.document, self.mapping.call.conversation) or ""].append(entry)
            if self._is_recording(entry.document):
                yield self._media(entry)
        for id_, own in calls.items():
            yield self._contact(id_, own)

    def _is_call(self, document: Document) -> bool:
        return _has(document, self.mapping.call.conversation, self.mapping.call.columns())

    def _is_recording(self, document: Document) -> bool:
        columns = self.mapping.recording
        return columns is not None and _has(document, columns.conversation, columns.columns())

    # ---- calls

    def _contact(self, id_: str, entries: Sequence[Entry]) -> Contact:
        rows = sorted((_Row(self.mapping, entry.document) for entry in entries), key=lambda row: row.begins)
        legs = [*chain.from_iterable(row.legs() for row in rows)]
        return Contact(
            id=id_ or None,
            direction=rows[0].direction,
            started_at=rows[0].start,
            legs=tuple(sorted(_handed_on(legs), key=lambda leg: leg.start)),
            known=_known(rows),
            ending=rows[-1].ending(legs),
            language=next(filter(None, (row.text(self.mapping.call.language) for row in rows)), None),
            unusable=None if legs else next((row.unusable for row in rows if row.unusable), None),
            notes=tuple(dict.fromkeys(chain.from_iterable(row.notes() for row in rows))),
            attributes={key: value for row in rows for key, value in _scalars(row.document)},
            source=entries[0].source,
        )

    # ---- recordings

    def _media(self, entry: Entry) -> Media:
        columns, row = self.mapping.recording, _Row(self.mapping, entry.document)
        assert columns is not None
        start, end = row.moment(columns.start), row.moment(columns.end)
        length = row.seconds(columns.seconds)
        if length is not None:
            start, end = start or (end - length if end else None), end or (start + length if start else None)
        return Media(
            id=_text(entry.document, columns.id),
            contact_id=_text(entry.document, columns.conversation),
            started_at=start,
            ended_at=end,
            source=entry.source,
        )


@dataclass(frozen=True, slots=True, repr=False)
class _Row:
    """One row of a call, with its values as the mapping reads them. Raw."""

    mapping: ColumnMapping
    document: Document

    def text(self, columns: Columns) -> str | None:
        return _text(self.document, columns)

    def moment(self, columns: Columns) -> datetime | None:
        value = _value(self.document, columns)
        return None if value is None else _moment(value, self.mapping)

    def seconds(self, columns: Columns) -> timedelta | None:
        found = _seconds(self.text(columns))
        return None if found is None else timedelta(seconds=found)

    def unreadable(self, columns: Columns, read: Callable[[Columns], object]) -> str | None:
        """The column with a value, if that is not of the kind that the column is mapped to."""
        if self.text(columns) is None or read(columns) is not None:
            return None
        return next(column for column in columns if self.text((column,)) is not None)

    @property
    def unusable(self) -> tuple[str, str] | None:
        """The first column of times that cannot be read, and what to do."""
        for columns in (getattr(self.mapping.call, name) for name in _MOMENTS):
            if column := self.unreadable(columns, self.moment):
                reason = "does not fit time_format" if self.mapping.time_format else "is no time without time_format"
                return (
                    f"{column} {reason}",
                    "Set `time_format` of the mapping as docs/ctr.md has it, then drop it again.",
                )
        return None

    def notes(self) -> Iterator[str]:
        """Notes on columns whose lengths and times cannot be read."""
        for names, read, what in ((_MOMENTS, self.moment, "time"), (_LENGTHS, self.seconds, "length")):
            for name in names:
                if column := self.unreadable(getattr(self.mapping.call, name), read):
                    yield f"{column} of the record cannot be read as a {what}: it counts as unknown."

    @property
    def direction(self) -> Direction:
        value = (self.text(self.mapping.call.direction) or "").lower()
        for direction, values in (
            (Direction.INBOUND, self.mapping.inbound),
            (Direction.OUTBOUND, self.mapping.outbound),
        ):
            if value in map(str.lower, values):
                return direction
        return Direction.UNKNOWN

    def ending(self, legs: Sequence[Leg]) -> Ending | None:
        """Who ended the call, by the values in the mapping; of several agents, the last."""
        how = self.text(self.mapping.call.ended_by)
        if how is None:
            return None
        values = self.mapping.ended_by.items()
        role = next((Role(role) for role, known in values if how.lower() in map(str.lower, known)), None)
        return Ending(how, role, next((leg.identity for leg in reversed(legs) if leg.role is role), None))

    @property
    def customer_number(self) -> str | None:
        """The number called in an outbound call, the caller's number in any other."""
        call = self.mapping.call
        dialled = self.direction is Direction.OUTBOUND and call.customer_number_outbound
        return self.text(dialled or call.customer_number)

    @property
    def start(self) -> datetime | None:
        call = self.mapping.call
        return self.moment(call.start) or self.moment(call.queue_start) or self.moment(call.answered)

    @property
    def begins(self) -> datetime:
        """When the row begins, to order rows by."""
        return self.start or datetime.max.replace(tzinfo=UTC)

    def legs(self) -> Iterator[Leg]:
        """Customer, flow, queue and agent of the row."""
        start, end = self.start, self.moment(self.mapping.call.end)
        queued, dequeued = self._queue()
        answered, left = self._agent(dequeued or self._flow_end() or start, end)
        unknown = answered is not None and left is None and self._is_talk_unreadable
        last = end or left or (None if unknown else dequeued)
        yield from _leg(Role.CUSTOMER, "customer", IntervalKind.TALK, start, last, open_end=unknown)
        yield from _leg(Role.IVR, "flow", IntervalKind.IVR, start, self._flow_end())
        queue_id, queue_name = self.text(self.mapping.call.queue_id), self.text(self.mapping.call.queue_name)
        who = queue_id or queue_name or "queue"
        yield from _leg(Role.QUEUE, who, IntervalKind.QUEUE, queued, dequeued, queue_id or queue_name, queue_name)
        if answered and (unknown or left and answered < left):
            yield self._agent_leg(answered, left)

    def _flow_end(self) -> datetime | None:
        length = self.seconds(self.mapping.call.ivr_seconds)
        return self.start + length if self.start and length else None

    def _queue(self) -> tuple[datetime | None, datetime | None]:
        call = self.mapping.call
        start, end = self.moment(call.queue_start) or self._flow_end() or self.start, self.moment(call.queue_end)
        length = self.seconds(call.queue_seconds)
        if length is not None and start:
            end = end or start + length
        return (start, end) if start and end and end > start else (None, None)

    def _agent(self, before: datetime | None, end: datetime | None) -> tuple[datetime | None, datetime | None]:
        """From when to when an agent was on the line; (None, None) if the row has no agent."""
        call = self.mapping.call
        talked, held = self.seconds(call.talk_seconds), self.seconds(call.hold_seconds) or timedelta()
        rows = self.mapping.agent_rows.items()
        theirs = all((self.text((column,)) or "").lower() in map(str.lower, values) for column, values in rows)
        if not theirs or not (self.text(call.agent_id) or self.text(call.agent_name)):
            return None, None
        answered = self.moment(call.answered) or before
        by_length = answered + talked + held if answered and talked is not None else None
        return answered, self.moment(call.left) or by_length or end

    @property
    def _is_talk_unreadable(self) -> bool:
        return self.unreadable(self.mapping.call.talk_seconds, self.seconds) is not None

    def _agent_leg(self, answered: datetime, left: datetime | None) -> Leg:
        """The agent's leg. If the record does not have its end, it is open: it lasts to the end of the recording."""
        call = self.mapping.call
        held, wrap_up = self.seconds(call.hold_seconds), self.seconds(call.wrap_up_seconds)
        after = (Stretch(IntervalKind.WRAP_UP, left, left + wrap_up),) if left and wrap_up else ()
        id_, name = self.text(call.agent_id), self.text(call.agent_name)
        return Leg(
            role=Role.AGENT,
            identity=id_ or name or "agent",
            stretches=(Stretch(IntervalKind.TALK, answered, left), *after),
            id=None if _DIALLED.match(id_ or "") else id_,
            name=name,
            hold_within=held.total_seconds() if held else 0.0,
        )


def _leg(
    role: Role,
    identity: str,
    kind: IntervalKind,
    start: datetime | None,
    end: datetime | None,
    id_: str | None = None,
    name: str | None = None,
    *,
    open_end: bool = False,
) -> Iterator[Leg]:
    if start and (end > start if end else open_end):
        yield Leg(role, identity, (Stretch(kind, start, end),), id=id_, name=name)


def _handed_on(legs: Sequence[Leg]) -> Iterator[Leg]:
    """The legs, with a transfer by each agent who is followed by another."""
    agents = sorted((leg for leg in legs if leg.role is Role.AGENT), key=lambda leg: leg.start)
    handed = {
        id(one): Handover(TransferKind.UNKNOWN, following.start)
        for one, following in pairwise(agents)
        if one.identity != following.identity
    }
    for leg in legs:
        yield replace(leg, handovers=(handed[id(leg)],)) if id(leg) in handed else leg


def _known(rows: Sequence[_Row]) -> KnownIdentity:
    call = rows[0].mapping.call
    names = filter(None, (row.text(call.customer_name) for row in rows))
    numbers = tuple(dict.fromkeys(filter(None, (row.customer_number for row in rows))))
    return KnownIdentity(names=tuple(dict.fromkeys(names)), numbers=numbers, customer=next(iter(numbers), None))


# ---- values


def _scalars(document: Document, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Every column of a row; those of nested objects have dots in their names."""
    for key, value in document.items():
        if isinstance(value, dict):
            yield from _scalars(value, f"{prefix}{key}.")
        elif isinstance(value, str | int | float) and str(value).strip():
            yield f"{prefix}{key}", str(value).strip()


def _has(document: Document, id_: Columns, every: Sequence[Columns]) -> bool:
    present = [any(_value(document, (name,), blank=True) is not None for name in columns) for columns in every]
    return _text(document, id_) is not None and 2 * sum(present) >= len(present)


def _value(document: Document, columns: Columns, blank: bool = False) -> object:
    """The value of the first of these columns that has one."""
    for column in columns:
        value = value_of(document, column)
        if isinstance(value, bool | int | float) or (isinstance(value, str) and (blank or value.strip())):
            return value
    return None


def _text(document: Document, columns: Columns) -> str | None:
    value = _value(document, columns)
    return None if value is None else str(value).strip()


def _moment(value: object, mapping: ColumnMapping) -> datetime | None:
    """A moment in the mapping's format, else ISO 8601, epoch or RFC 2822; without a zone, in the mapping's zone."""
    if not isinstance(value, str):
        return parse_moment(value)
    if _EPOCH.fullmatch(value.strip()):
        return parse_moment(float(value))
    for parse in (
        lambda text: datetime.strptime(text, mapping.time_format or ""),
        datetime.fromisoformat,
        parsedate_to_datetime,
    ):
        try:
            found = parse(value.strip())
            found = found if found.tzinfo else found.replace(tzinfo=mapping.time_zone)
            return parse_moment(found.astimezone(UTC).isoformat())
        except (ValueError, TypeError, OverflowError):
            continue
    return None


def _seconds(value: str | None) -> float | None:
    """Seconds, from a number with or without its unit, or from hours, minutes and seconds with colons.

    "1,040" is ambiguous, and None; "1,040.5" and "1,040,000" have separators of thousands.
    """
    text = _UNIT.sub("", (value or "").strip())
    if _THOUSANDS.fullmatch(text):
        text = text.replace(",", "")
    try:
        found = sum(float(part) * 60**place for place, part in enumerate(reversed(text.split(":"))))
    except (ValueError, OverflowError):
        return None
    return plausible_seconds(found)
