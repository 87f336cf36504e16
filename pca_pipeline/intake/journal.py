"""A claim's folder: its places, and the journal by which another process goes on where one was killed."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from pca_pipeline.call import FileKind
from pca_pipeline.intake.files import damaged, read_json, write_json

NAME = "claim.json"
INPUT = "input"  # folder of the files as they were dropped, in a claim's folder and in a failed call's
OUTPUT = "out"  # folder of the call's outputs, in a claim's folder
SEALED = "sealed"  # folder of sealed originals, within the outputs until the call is finished


class Phase(StrEnum):
    """How far a claim has come."""

    TAKING = "taking"  # files are on their way from the inbox: undone when interrupted
    TAKEN = "taken"  # all files are in: worked on again when interrupted
    FINISHING = "finishing"  # outputs are complete: driven to the end when interrupted
    FAILING = "failing"  # on its way to the failed calls: driven to the end when interrupted


@dataclass(frozen=True, slots=True)
class Input:
    """A file of the claim; paths exactly as on the disk, and relative."""

    source: str = field(repr=False)  # within the inbox
    place: str = field(repr=False)  # within the claim's folder of inputs: as first dropped
    kind: FileKind
    sha256: str
    size: int  # bytes


@dataclass(frozen=True, slots=True)
class Journal:
    """The state of a claim. `failures` holds what went wrong in earlier attempts, oldest first."""

    call_id: str
    late: bool  # only records are news: the call itself was finished earlier
    claimed_at: str
    inputs: tuple[Input, ...]
    conversation_id: str | None = None
    recording_id: str | None = None
    chain: str | None = None  # the conversation that this is one leg of, where each leg has a record of its own
    phase: Phase = Phase.TAKING
    attempt: int = 1
    outputs: tuple[str, ...] = ()  # names of the files that the call leaves, once it is finishing
    failures: tuple[dict[str, Any], ...] = field(default=(), repr=False)  # their messages name files

    def save(self, folder: Path, **changes: Any) -> Journal:
        """The journal with these changes, written into the claim's folder."""
        changed = replace(self, **changes)
        write_json(folder / NAME, asdict(changed))
        return changed


def load_journal(folder: Path) -> Journal | None:
    """The journal of a claim; None when its process was killed before it took anything.

    Raises StorageError where it is damaged.
    """
    stored = read_json(folder / NAME)
    if stored is None:
        return None
    try:
        return _journal(stored)
    except (KeyError, TypeError, ValueError):  # fields that are not there, or hold something else
        raise damaged(folder / NAME) from None


def _journal(stored: dict[str, Any]) -> Journal:
    known = {one.name: stored[one.name] for one in fields(Journal) if one.name in stored}
    inputs = tuple(Input(**item | {"kind": FileKind(item["kind"])}) for item in stored["inputs"])
    return Journal(
        **known
        | {
            "inputs": inputs,
            "phase": Phase(stored["phase"]),
            "outputs": tuple(stored["outputs"]),
            "failures": tuple(stored["failures"]),
        }
    )
