"""Checks of a record against its recording, the clock, and what is stored already: what does not fit is noted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from math import inf

from pca_pipeline import audio
from pca_pipeline.call import CallRecord, Recording, Role, Timeline

_SAME_SOUND = "Both channels hold the same sound: they are read as one."
_SILENT = "Channel {} is silent."


def with_doubted_start(record: CallRecord) -> CallRecord:
    """The record, with a note if it dates the call in the future."""
    line = record.timeline
    if line.started_at is None or line.started_at <= datetime.now(UTC):
        return record
    note = "The record dates the call in the future: its age is counted from its loading."
    return replace(record, timeline=replace(line, notes=(*line.notes, note)))


def with_fuller_timeline(stored: Timeline, record: CallRecord, shown: Timeline) -> CallRecord:
    """The record, with the stored timeline if that one lasts longer and has more parties: an older record came last.

    `shown` is the record's timeline as it would be stored, with agents' ids by policy.
    """
    before, now = (
        Counter((one.role, one.id) for one in line.participants if one.role not in (Role.CUSTOMER, Role.UNKNOWN))
        for line in (stored, shown)
    )
    if not now < before or shown.conversation_id != stored.conversation_id or _told_until(stored) <= _told_until(shown):
        return record
    note = "A record came later that lacks parties of the call: it is taken for an older one, and left."
    return replace(record, timeline=replace(stored, notes=tuple(dict.fromkeys((*stored.notes, note)))))


def _told_until(line: Timeline) -> float:
    """The last moment in a record, in seconds since 1970; minus infinity without moments."""
    ends = [one.end for one in (*line.intervals, *line.outside)]
    return line.started_at.timestamp() + max(ends) if line.started_at and ends else -inf


def with_sides(record: CallRecord, recording: Recording, whole: Recording) -> CallRecord:
    """The record, with notes if the channels are not two sides; `recording` is the part of `whole` that is transcribed."""
    notes = [_SAME_SOUND] if recording is not whole else []
    silent = audio.silent_channels(recording)
    if len(silent) < len(recording.channels):
        notes += [_SILENT.format(channel) for channel in silent]
    return _with_notes(record, notes)


def with_stored_sides(record: CallRecord, stored: Timeline) -> CallRecord:
    """The record, with what `with_sides` noted when the recording was transcribed."""
    of_sides = {_SAME_SOUND, *map(_SILENT.format, range(2))}
    return _with_notes(record, [note for note in stored.notes if note in of_sides])


def _with_notes(record: CallRecord, notes: Iterable[str]) -> CallRecord:
    told = dict.fromkeys((*record.timeline.notes, *notes))
    return replace(record, timeline=replace(record.timeline, notes=tuple(told)))
