"""Reading the record of one call: files in, timeline and known identities out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from math import inf
from pathlib import Path

from pca_pipeline.call import (
    CallRecord,
    CtrQuality,
    Direction,
    Extent,
    IntervalKind,
    KnownIdentity,
    Recording,
    Role,
    Timeline,
)
from pca_pipeline.ctr.accounts import accounts
from pca_pipeline.ctr.alignment import align
from pca_pipeline.ctr.choice import choose
from pca_pipeline.ctr.consults import find_consults, is_inside
from pca_pipeline.ctr.contact import Contact, Ending, Media
from pca_pipeline.ctr.documents import read_files
from pca_pipeline.ctr.fields import Document
from pca_pipeline.ctr.kept_media import to_keep, with_kept
from pca_pipeline.ctr.layout import intervals, transfers, with_secure_pauses
from pca_pipeline.ctr.lookups import Lookups, Query, no_queries, read_lookups
from pca_pipeline.ctr.participants import CUSTOMER, INTERNAL, UNKNOWN, Cast, cast_of, with_stand_ins
from pca_pipeline.ctr.reach import within_reach
from pca_pipeline.ctr.vendors import vendors
from pca_pipeline.errors import RecordError, quoted_name
from pca_pipeline.settings import Settings

_CONSULT = "consult"  # kind of a recording, in lower case
SYSTEM = "system"  # who ended a call that no party ended: the platform or the network


@dataclass(frozen=True, slots=True)
class _Chosen:
    """What the records say about one recording, and its extent."""

    contact: Contact | None
    media: Media | None
    extent: Extent
    notes: tuple[str, ...]


def read_record(
    paths: Sequence[Path],
    recording: Recording | Extent | None,
    settings: Settings,
    file_name: str | None = None,
    query: Query = no_queries,
    *,
    beside: Sequence[Path] = (),
    recording_id: str | None = None,
    kept_media: Path | None = None,
) -> CallRecord:
    """The record of a recording, from these files. `file_name` is the recording's own, which may contain its id.

    `query` runs the lookups that are database queries. `beside` are legs of the same conversation that were kept with
    other recordings (`CallRecord.legs`): who was on them counts, their recordings do not. `recording_id` is the
    recording's, if an earlier reading found it; `kept_media` is the file of what that kept (`CallRecord.media`).

    Without a recording, the timeline is as long as the recording in the record, else as the conversation, and at least as
    long as the transcript, if there is one. Without a conversation detail its quality is NONE: the external channel is the
    customer, the internal one the participant `internal`. A recording with one channel has the participants `customer` and
    `unknown`; words for which no interval says who speaks belong to `unknown`.

    Raises RecordError (not JSON, of no known shape, of another call), StorageError and SetupError (lookups).
    """
    lookups = read_lookups(settings.ctr, query)
    found = _without_media_of(beside, read_files([*beside, *paths], vendors(settings.ctr)))
    found = with_kept(found, kept_media)
    file_names = [*filter(None, [file_name, recording_id]), *(path.name for path in paths)]
    chosen = _choose(found, recording, file_names, Path(file_name).stem if file_name else None)
    contact, media = chosen.contact, chosen.media
    external = _external_channel(settings, contact or media, contact.direction if contact else Direction.UNKNOWN)
    if contact is None:
        return CallRecord(_without_contact(chosen, external), media=to_keep(media))
    allowed = tuple((key, contact.attributes[key]) for key in settings.ctr.attributes if key in contact.attributes)
    timeline = within_reach(_timeline(contact, chosen, lookups))
    timeline = replace(timeline, external_channel=external, attributes=allowed)
    if media and (media.kind or "").lower() == _CONSULT:
        timeline = _of_consult(timeline)
    legs = _with_attributes(contact.legs_to_keep, allowed)
    return CallRecord(timeline, _known(contact, timeline), contact.language, legs, to_keep(media))


def _choose(
    found: Sequence[Contact | Media], recording: Recording | Extent | None, names: Sequence[str], stem: str | None
) -> _Chosen:
    """The parts of the records that are about the recording; without audio, it is as long as they say. Raises RecordError."""
    extent = _extent(recording, found)
    contact, media, notes = choose(found, names, extent.seconds, stem)
    if found and not isinstance(recording, Recording):
        told = _told([one for one in (contact, media) if one])
        extent = replace(extent, seconds=max(extent.seconds, told.seconds))
        notes = (*notes, "Without audio, lengths are the record's own.")
    return _Chosen(contact, media, extent, notes)


def _known(contact: Contact, timeline: Timeline) -> KnownIdentity:
    """The contact's identities, with the agents' names from the lookups."""
    names = {one.id or one.key: one.name for one in timeline.participants if one.role is Role.AGENT and one.name}
    return replace(contact.known, agent_names=tuple(names.values()), agent_ids=tuple(names))


def read_contacts(paths: Sequence[Path], settings: Settings) -> list[Contact | Media]:
    """Everything in record files, without laying it over a recording. Raises RecordError and StorageError."""
    return read_files(paths, vendors(settings.ctr))


def _without_media_of(beside: Sequence[Path], found: Sequence[Contact | Media]) -> list[Contact | Media]:
    names = {path.name for path in beside}
    return [one for one in found if isinstance(one, Contact) or one.source not in names]


def _with_attributes(legs: Sequence[Document], allowed: Sequence[tuple[str, str]]) -> tuple[Document, ...]:
    """The legs, the last one with the attributes that the settings allow."""
    return (*legs[:-1], {**legs[-1], "Attributes": dict(allowed)}) if legs and allowed else tuple(legs)


def _of_consult(timeline: Timeline) -> Timeline:
    """The timeline of a recording of just a consult: the colleague who was called is on the external channel."""
    seconds: dict[str, float] = {}
    for one in timeline.intervals:
        if one.kind is IntervalKind.CONSULT:
            seconds[one.participant] = seconds.get(one.participant, 0.0) + one.end - one.start
    if len(seconds) < 2:
        note = (
            "The recording is of a consult, of which the record does not have both sides: none of them is the customer."
        )
        return replace(timeline, notes=(*timeline.notes, note))
    asked = list(seconds)[1]  # the one who asks is there first
    note = f"The recording is of a consult: the customer is not on it, and {asked} is taken to be on the other channel."
    return replace(timeline, external_party=asked, notes=(*timeline.notes, note))


def _external_channel(settings: Settings, found: Contact | Media | None, direction: Direction) -> int:
    """The customer's channel, by setting, else by vendor."""
    if settings.audio.external_channel is not None:
        return settings.audio.external_channel
    return found.capabilities.channel(direction) if found else 0


def _extent(recording: Recording | Extent | None, found: Sequence[Contact | Media]) -> Extent:
    if recording is None:
        return _told(found)
    return recording.extent if isinstance(recording, Recording) else recording


def _told(found: Sequence[Contact | Media]) -> Extent:
    """Two channels, as long as the longest recording in the records, else as the longest conversation."""
    recordings = [one.seconds for one in found if isinstance(one, Media) and one.seconds]
    spans = [one.span for one in found if isinstance(one, Contact) and one.span]
    conversations = [(end - start).total_seconds() for start, end in spans]
    return Extent(max(recordings or conversations, default=0.0), channels=2)


def _timeline(contact: Contact, chosen: _Chosen, lookups: Lookups) -> Timeline:
    """The contact laid over the recording. Raises RecordError if there is no call in it."""
    if not contact.legs:
        reason, way_out = contact.unusable or (
            "it has only other media or nothing at all",
            "Drop the recording with the record of its own conversation.",
        )
        raise RecordError(f"The conversation in {quoted_name(contact.source)} has no call in it: {reason}.", way_out)
    media, duration = chosen.media, chosen.extent.seconds
    alignment = align(contact, media, duration)
    clock = alignment.clock
    contact = contact.closed(clock.moment(duration))
    consults = find_consults(contact)
    legs = [leg for leg in contact.legs if not is_inside(leg, consults)]
    cast = cast_of(legs, lookups)
    inside = intervals(legs, consults, cast, clock, (0.0, duration))
    outside = (intervals(legs, consults, cast, clock, bounds) for bounds in ((-inf, 0.0), (duration, inf)))
    spans = with_secure_pauses(inside, media, clock, duration)
    times, mismatches = accounts(legs, consults, cast)
    return Timeline(
        conversation_id=contact.id or (media.contact_id if media else None),
        recording_id=media.id if media else None,
        started_at=clock.zero,
        direction=contact.direction,
        external_channel=0,
        participants=with_stand_ins(cast.participants, {interval.kind for interval in spans}, chosen.extent.channels),
        intervals=spans,
        transfers=transfers(legs, consults, cast, clock),
        times=times,
        quality=alignment.quality,
        divisions=tuple(lookups.divisions.get(id_, id_) for id_ in contact.divisions),
        outside=tuple(chain.from_iterable(outside)),
        ended_by=_ended_by(contact.ending, cast),
        ended_how=contact.ending.how if contact.ending else None,
        notes=(*chosen.notes, *alignment.notes, *_limits(contact), *mismatches),
    )


def _ended_by(ending: Ending | None, cast: Cast) -> str | None:
    """Key of the participant who ended the call; only the role, if the record does not say which of them."""
    if ending is None:
        return None
    if ending.role is None:
        return SYSTEM
    return cast.keys.get((ending.role, ending.identity or ""), ending.role.value)


def _limits(contact: Contact) -> Iterator[str]:
    """Notes on what the vendor's records leave open in this call."""
    yield from contact.notes
    if not contact.capabilities.hold_intervals and any(leg.hold_within for leg in contact.legs):
        yield "The record tells how long holds were, not when: what is heard on hold counts as the agent's."
    if not contact.capabilities.transfer_times and any(leg.handovers for leg in contact.legs):
        yield "The record does not tell when a transfer took place: it is put where the next party comes on."


def _without_contact(chosen: _Chosen, external: int) -> Timeline:
    media, notes = chosen.media, chosen.notes
    other = UNKNOWN if chosen.extent.channels == 1 else INTERNAL
    if media:
        notes = (*notes, "The record has no conversation detail: speakers come from the channels alone.")
    return Timeline(
        conversation_id=media.contact_id if media else None,
        recording_id=media.id if media else None,
        started_at=media.started_at if media else None,
        direction=Direction.UNKNOWN,
        external_channel=external,
        participants=(CUSTOMER, other),
        intervals=(),
        transfers=(),
        times=(),
        quality=CtrQuality.NONE,
        notes=notes,
    )
