"""Calls without rows that an erasure has to include, found by their own files: failed, waiting and lost ones."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from itertools import accumulate
from pathlib import Path
from urllib.parse import unquote

import duckdb

from pca_pipeline import ctr, intake
from pca_pipeline.call import RedactedCall
from pca_pipeline.errors import GAP, RecordError, StorageError
from pca_pipeline.intake import Unfinished
from pca_pipeline.pii.replacing.customers import key_of
from pca_pipeline.settings import Settings
from pca_pipeline.transcript import read_transcript
from pca_pipeline.warehouse.rows import utc

_WRITTEN = re.compile(rf"\d(?:{GAP}\d){{6,}}")  # numbers, and dates and counters that may be next to them
_FEWEST, _MOST = 7, 15  # digits of a telephone number, by ITU-T E.164


def unfinished_calls(scope: str, value: object, settings: Settings) -> set[str]:
    """Ids of the unfinished calls in a scope. `value` is as it is in the tables. Raises StorageError."""
    means: dict[str, Callable[[Unfinished], bool]] = {
        "call": lambda one: one.call_id == value,
        "conversation": lambda one: _is_of_conversation(one, str(value).lower()),
        "customer": lambda one: any(key_of(customer, settings) == value for customer in _customers(one, settings)),
        "before": lambda one: _began(one, settings) < value,  # type: ignore[operator]  # a moment without a zone
    }
    return {one.call_id for one in intake.unfinished(settings) if means[scope](one)}


def calls_without_rows(
    scope: str, value: object, connection: duckdb.DuckDBPyConnection, settings: Settings
) -> set[str]:
    """Ids of the finished calls in a scope that the database lacks: never loaded, or it is an older backup."""
    stored = {call_id for (call_id,) in connection.execute("select call_id from calls").fetchall()}
    folders = (folder for folder in settings.done_folder.glob("*/*") if folder.is_dir() and folder.name not in stored)
    means: dict[str, Callable[[Path], bool]] = {
        "call": lambda folder: folder.name == value,
        "conversation": lambda folder: _conversation(_finished(folder)) == str(value).lower(),
        "customer": lambda folder: (call := _finished(folder)) is not None and call.customer == value,
        "before": lambda folder: _moment_of(folder) < value,  # type: ignore[operator]  # as above
    }
    return {folder.name for folder in folders if means[scope](folder)}


def _finished(folder: Path) -> RedactedCall | None:
    """The call from its output files; None if they are damaged."""
    try:
        return read_transcript(folder)
    except (OSError, ValueError, StorageError):
        return None


def _conversation(call: RedactedCall | None) -> str | None:
    return (call.timeline.conversation_id or "").lower() if call else None


def _moment_of(folder: Path) -> datetime:
    """When the call began, at the latest when its output files were written; as moments are in the tables."""
    call, came = _finished(folder), datetime.fromtimestamp(folder.stat().st_mtime, UTC)
    return utc(min(call.timeline.started_at or came, came) if call else came)


def _is_of_conversation(call: Unfinished, conversation: str) -> bool:
    """Whether the call is of that conversation. If its own is not known, any mention counts: raw speech must not be left."""
    if call.conversations:
        return conversation in call.conversations
    return any(conversation in text.lower() for text in (*_names(call), *_contents(call)))


def _customers(call: Unfinished, settings: Settings) -> Iterator[str]:
    """Who may be the customer: by the record, and by numbers in file names, where recorders put them.

    If the record cannot be read, all numbers in it.
    """
    texts = list(_names(call))
    try:
        contacts = _contacts(call, settings)
        yield from (one.known.customer for one in contacts if isinstance(one, ctr.Contact) and one.known.customer)
    except RecordError:
        texts += _contents(call)
    for text in texts:
        for number in _numbers(unquote(text)):
            yield from (number, f"+{number}")


def _numbers(text: str) -> Iterator[str]:
    """The digits of everything that may be a telephone number, however its groups are separated."""
    for written in _WRITTEN.findall(text):
        groups = re.findall(r"\d+", written)
        for first in range(len(groups)):
            together = accumulate(groups[first : first + _MOST])
            yield from (digits for digits in together if _FEWEST <= len(digits) <= _MOST)


def _began(call: Unfinished, settings: Settings) -> datetime:
    """When the call began, at the latest when it was taken or failed; as moments are in the tables."""
    try:
        moments = [one.started_at for one in _contacts(call, settings) if one.started_at]
    except RecordError:
        moments = []
    return utc(min([*moments, call.arrived_at]))


def _contacts(call: Unfinished, settings: Settings) -> list[ctr.Contact | ctr.Media]:
    """The parts of its records about its own conversation; all parts if that is not known."""
    found = ctr.read_contacts(call.records, settings)
    ids = [(one.id if isinstance(one, ctr.Contact) else one.contact_id) or "" for one in found]
    own = [one for one, id_ in zip(found, ids, strict=True) if id_.lower() in call.conversations]
    return own or found


def _names(call: Unfinished) -> Iterator[str]:
    return (str(path.relative_to(call.folder)) for path in call.files)


def _contents(call: Unfinished) -> Iterable[str]:
    return (path.read_text("utf-8", errors="replace") for path in call.records)
