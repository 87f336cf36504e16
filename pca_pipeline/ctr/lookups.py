"""Names behind ids: agents and queues, from CSV files that the contact centre keeps."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from pca_pipeline.errors import SetupError
from pca_pipeline.settings import CtrSettings


@dataclass(frozen=True, slots=True)
class Lookups:
    """Display names by id. An id that is not in here stays an id."""

    agents: Mapping[str, str] = field(default_factory=dict)
    queues: Mapping[str, str] = field(default_factory=dict)


def read_lookups(settings: CtrSettings) -> Lookups:
    """The names the settings point to; a changed file is read again. Raises SetupError."""
    return Lookups(
        agents=_names(settings.agents, "user_id") if settings.agents else {},
        queues=_names(settings.queues, "queue_id") if settings.queues else {},
    )


def _names(path: Path, key: str) -> Mapping[str, str]:
    try:
        return _read_names(path, key, path.stat().st_mtime_ns)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise SetupError(
            f"The names in {path.name!r} cannot be read.",
            f"It must be a UTF-8 CSV file with the columns {key} and name; see ctr.agents and ctr.queues.",
        ) from error


@lru_cache(maxsize=16)
def _read_names(path: Path, key: str, _modified: int) -> Mapping[str, str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file, skipinitialspace=True)
        if not {key, "name"} <= set(reader.fieldnames or ()):
            raise SetupError(
                f"{path.name!r} lacks the column {key} or name.",
                f"Its first line must name both, for example: {key},name",
            )
        return {row[key].strip(): row["name"].strip() for row in reader if row[key] and row["name"]}
