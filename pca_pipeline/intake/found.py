"""What a look into the drop folder finds. File names may hold a caller's number, so no `repr` shows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from pca_pipeline.errors import PcaError


class Reason(StrEnum):
    """Why a file is left where it is for now."""

    BUSY = "it, or a record that belongs to it, may still be being written"
    TEMPORARY = "it has the name of an unfinished or hidden file"
    RECORD = "its contact trace record has not arrived"
    RECORDING = "its recording has not arrived"
    NAMED_BY_ID = "no recording is named after this id, and its conversation has several"
    TRANSCRIPT = "its transcript has not arrived"
    SPECIAL = "it is a link or a device; drop the file itself"
    UNREADABLE = "it cannot be read; give this user read permission"


@dataclass(frozen=True, slots=True)
class Drop:
    """A complete recording, or the transcript of one, with its records, still in the inbox.

    Ids are those that name exactly this one.
    """

    audio: Path | None = field(repr=False)  # None where the transcript came alone
    records: tuple[Path, ...] = field(default=(), repr=False)
    conversation_id: str | None = None
    recording_id: str | None = None
    # Recordings, or transcripts alone, that need the same record: whoever comes last takes it out of the inbox.
    sharers: Mapping[Path, frozenset[Path]] = field(default_factory=dict, repr=False)
    # Records that also name calls whose recordings have not arrived: they stay, and the call takes a copy.
    kept: frozenset[Path] = field(default=frozenset(), repr=False)
    transcript: Path | None = field(default=None, repr=False)  # made elsewhere, to be read instead of listening
    chain: str | None = None  # the conversation that this is one leg of, where each leg has a record of its own
    # Of records that tell of other conversations, too: SHA-256 of the part that is taken (`RecordIds.parts`).
    parts: Mapping[Path, str] = field(default_factory=dict, repr=False)

    @property
    def files(self) -> tuple[Path, ...]:
        """All of it, the recording last."""
        return (*self.records, *filter(None, (self.transcript, self.audio)))


@dataclass(frozen=True, slots=True)
class LateRecord:
    """Records, new or corrected, of a call that was finished earlier."""

    call_id: str
    records: tuple[Path, ...] = field(repr=False)
    conversation_id: str | None = None
    kept: frozenset[Path] = field(default=frozenset(), repr=False)
    chain: str | None = None  # see `Drop.chain`
    parts: Mapping[Path, str] = field(default_factory=dict, repr=False)  # see `Drop.parts`

    @property
    def files(self) -> tuple[Path, ...]:
        """All of it."""
        return self.records


@dataclass(frozen=True, slots=True)
class Rejected:
    """A file that cannot become a call, with the records that came for it."""

    path: Path = field(repr=False)
    error: PcaError
    records: tuple[Path, ...] = field(default=(), repr=False)
    parts: Mapping[Path, str] = field(default_factory=dict, repr=False)  # see `Drop.parts`

    @property
    def files(self) -> tuple[Path, ...]:
        """All of it, the file itself last."""
        return (*self.records, self.path)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file that stays in the inbox for now."""

    path: Path = field(repr=False)
    reason: Reason


@dataclass(frozen=True, slots=True)
class Scan:
    """Everything in the inbox, each file in one place; ordered by path."""

    ready: tuple[Drop, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    late: tuple[LateRecord, ...] = ()
    rejected: tuple[Rejected, ...] = ()
