"""Column names of a telephony platform's flat exports, from a TOML file: a bundled one, or your own."""

from __future__ import annotations

import csv
import io
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from pca_pipeline.errors import SetupError

_SEPARATORS = (",", ";", "\t", "|")
_OWN = Path(__file__).parent / "mappings"


def _listed(value: object) -> object:
    return (value,) if isinstance(value, str) else value


def _zone(name: object) -> ZoneInfo:
    try:
        return ZoneInfo(str(name))
    except ZoneInfoNotFoundError:  # a KeyError, with which pydantic would not name the field
        raise ValueError("no such time zone") from None


# Names of columns; a dot leads into a nested object. The first column with a value counts.
Columns = Annotated[tuple[str, ...], BeforeValidator(_listed)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    def columns(self) -> tuple[Columns, ...]:
        """The columns of every field that is mapped."""
        values = (getattr(self, name) for name in type(self).model_fields)
        return tuple(value for value in values if isinstance(value, tuple) and value)


class CallColumns(_Table):
    """Columns of a call: one row per call, or one per leg."""

    conversation: Columns
    direction: Columns = ()
    start: Columns = ()
    end: Columns = ()
    ivr_seconds: Columns = ()
    queue_id: Columns = ()
    queue_name: Columns = ()
    queue_start: Columns = ()
    queue_end: Columns = ()
    queue_seconds: Columns = ()
    agent_id: Columns = ()
    agent_name: Columns = ()
    answered: Columns = ()
    left: Columns = ()
    talk_seconds: Columns = ()
    hold_seconds: Columns = ()
    wrap_up_seconds: Columns = ()
    customer_name: Columns = ()
    customer_number: Columns = ()
    customer_number_outbound: Columns = ()
    ended_by: Columns = ()
    language: Columns = ()


class RecordingColumns(_Table):
    """Columns of a recording: in rows of their own, or in those of calls."""

    conversation: Columns
    id: Columns = ()
    start: Columns = ()
    end: Columns = ()
    seconds: Columns = ()


class Platform(_Table):
    """What the platform's records and recordings contain, as `ctr.Capabilities`."""

    ivr_in_audio: bool = True
    pauses: Literal["cut", "silence", "beep", "unknown"] = "unknown"
    external_channel: int = Field(0, ge=0, le=1)
    external_channel_outbound: int | None = Field(None, ge=0, le=1)


class ColumnMapping(_Table):
    """One platform's export."""

    name: str
    time_zone: Annotated[ZoneInfo, BeforeValidator(_zone)] = ZoneInfo("UTC")
    time_format: str | None = None  # of `datetime.strptime`; ISO 8601, epochs and RFC 2822 need none
    platform: Platform = Platform()
    call: CallColumns
    recording: RecordingColumns | None = None
    inbound: Columns = ("inbound",)  # values of the column `direction`, in any case
    outbound: Columns = ("outbound",)
    # Values of the column `ended_by`, in any case; any other means the platform or the network.
    ended_by: dict[Literal["customer", "agent", "external", "ivr"], Columns] = {}
    # If only some rows have an agent: columns, and the values that they have in those rows.
    agent_rows: dict[str, Columns] = {}

    @property
    def id_columns(self) -> Columns:
        """Columns that say which conversation a row is about."""
        return (*(self.recording.conversation if self.recording else ()), *self.call.conversation)


def own_mappings() -> tuple[str, ...]:
    """Names of the bundled mappings."""
    return tuple(sorted(path.stem for path in _OWN.glob("*.toml")))


def load_mapping(setting: str) -> ColumnMapping:
    """The mapping of that name or in that file, which is read again if it changed. Raises SetupError."""
    path = _OWN / f"{setting}.toml" if setting in own_mappings() else Path(setting)
    try:
        return _load(path, path.stat().st_mtime_ns)
    except (OSError, ValueError) as error:  # broken TOML and UTF-8 are ValueErrors
        raise SetupError(
            f"The mapping {path.name!r} cannot be read{_places(error)}.",
            f"ctr.mapping is one of {', '.join(own_mappings())}, or the path of a TOML file as in docs/ctr.md.",
        ) from error


def read_table(text: str) -> list[dict[str, str]]:
    """Rows of a table whose first line names its columns. Raises ValueError if that line has no separator."""
    first = text.lstrip().partition("\n")[0]
    separator = max(_SEPARATORS, key=first.count)
    if separator not in first:
        raise ValueError("not a table")
    rows = csv.DictReader(io.StringIO(text.lstrip(), newline=""), delimiter=separator, skipinitialspace=True)
    try:
        return [{key: value for key, value in row.items() if isinstance(value, str)} for row in rows]
    except csv.Error:
        raise ValueError("not a table") from None


def value_of(document: object, column: str) -> object:
    """The value of a column of a row or of a nested object; None if there is no such column."""
    if isinstance(document, dict) and column in document:
        return document[column]
    for part in column.split("."):
        document = document.get(part) if isinstance(document, dict) else None
    return document


def _places(error: Exception) -> str:
    if not isinstance(error, ValidationError):
        return ""
    names = sorted({".".join(map(str, one["loc"])) for one in error.errors()})
    return f": {', '.join(names)} is missing, unknown or not valid"


@lru_cache(maxsize=16)
def _load(path: Path, _modified: int) -> ColumnMapping:
    return ColumnMapping.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
