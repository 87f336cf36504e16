"""Where audio second 0 is on the wall clock, and which stretches of wall-clock time are missing from the audio."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import combinations
from typing import NamedTuple

from pca_pipeline.call import FLOWS, CtrQuality, IntervalKind, Role
from pca_pipeline.ctr.capabilities import PauseMode
from pca_pipeline.ctr.contact import Contact, Media
from pca_pipeline.errors import RecordError, quoted_name

Cut = tuple[float, float]  # seconds of wall-clock time from the recording's start: [start, end)

_ON_CALL = (IntervalKind.TALK, IntervalKind.HOLD)
_FIT = 1.0  # seconds by which a recording's stated and real length may differ without a note
_LOOSE_FIT = 0.02  # the same as a share of the length, where the recording's span is itself inferred
_BEEP = 2.0  # seconds of tone that may stand for a pause
_REASONS = 4  # kinds of pauses of which every combination is tried; of more, only all together
_LONGER, _LONGER_SHARE = 5.0, 0.1  # seconds and share by which audio is too long to be this call's
_SHORTER_SHARE = 0.5  # share of its record below which audio is another call's, or mostly missing


class _Span(NamedTuple):
    """A stretch of the call that a recording may cover."""

    whose: str
    start: datetime
    end: datetime
    begins: bool = False  # a recording starts with it, rather than ends with it

    @property
    def seconds(self) -> float:
        return (self.end - self.start).total_seconds()


@dataclass(frozen=True, slots=True)
class Clock:
    """Converts wall-clock moments to seconds of the audio. `cuts` are ordered and do not overlap."""

    zero: datetime
    cuts: tuple[Cut, ...] = ()

    def seconds(self, moment: datetime) -> float:
        """Seconds from the first sample; a moment within a cut is where the cut was made."""
        wall = (moment - self.zero).total_seconds()
        return wall - sum(min(wall, end) - start for start, end in self.cuts if start < wall)

    def moment(self, seconds: float) -> datetime:
        """The wall-clock moment of an audio second."""
        for start, end in self.cuts:
            if seconds > start:
                seconds += end - start
        return self.zero + timedelta(seconds=seconds)


@dataclass(frozen=True, slots=True)
class Alignment:
    """A clock, how far to trust it, and notes about it for a person."""

    clock: Clock
    quality: CtrQuality
    notes: tuple[str, ...] = ()


def align(contact: Contact, media: Media | None, duration: float) -> Alignment:
    """Lay a contact over audio of that many seconds. Raises RecordError if they do not fit."""
    if media is not None and media.started_at is not None:
        alignment = _as_inferred(media, _by_media(contact, media, media.started_at, duration))
    else:
        alignment = _inferred(contact, duration)
    _check_overlap(contact, media, alignment.clock, duration)
    return alignment


def _by_media(contact: Contact, media: Media, zero: datetime, duration: float) -> Alignment:
    wall, pauses = media.seconds, tuple((pause.start, pause.end) for pause in media.pauses)
    if wall is None:
        cuts = () if media.capabilities.pauses is PauseMode.SILENCE else pauses
        note = "The recording's end is not in the record: its length could not be checked."
        return Alignment(Clock(zero, cuts), CtrQuality.APPROXIMATE, (note,))
    if abs(wall - duration) <= _FIT and not (pauses and _surely_cut(media, wall - duration)):
        notes = ("Pauses of the recording are silence in the audio.",) if pauses else ()
        return Alignment(Clock(zero), CtrQuality.EXACT, notes)
    cuts, note = _fitted(contact, media, zero, wall, duration)
    return Alignment(Clock(zero, cuts), CtrQuality.APPROXIMATE, (note,))


def _fitted(
    contact: Contact, media: Media, zero: datetime, wall: float, duration: float
) -> tuple[tuple[Cut, ...], str]:
    """What is missing from audio whose length differs from its record's, and a note about it."""
    missing, pauses = wall - duration, tuple((pause.start, pause.end) for pause in media.pauses)
    for what, cuts in _candidates(contact, media, zero):
        if abs(missing - _total(cuts)) <= _FIT:
            return cuts, f"{_total(cuts):.1f} s of {what} are cut out of the audio; times were corrected."
    if not _plausible(wall, duration):
        raise _misfit(wall, duration, media.source)
    if beeps := _beeps(pauses, missing):
        return beeps, f"{_total(beeps):.1f} s of pauses are cut out but for a tone each; times were corrected."
    cuts = min(((), pauses), key=lambda some: abs(missing - _total(some)))
    longer = "shorter" if missing > 0 else "longer"
    return cuts, f"The audio is {abs(missing):.1f} s {longer} than its record says; times may be off."


def _surely_cut(media: Media, missing: float) -> bool:
    """Whether pauses are cut that are too short to show in the length, since this vendor always cuts them."""
    paused = sum(pause.end - pause.start for pause in media.pauses)
    return media.capabilities.pauses is PauseMode.CUT and abs(missing - paused) <= _FIT


def _beeps(pauses: Sequence[Cut], missing: float) -> tuple[Cut, ...]:
    """The cuts, if each pause was replaced by a short tone; none if that does not explain the length."""
    left = (_total(pauses) - missing) / len(pauses) if pauses else 0.0
    if not 0 < left <= min([_BEEP, *(end - start for start, end in pauses)]):
        return ()
    return tuple((start + left, end) for start, end in pauses)


def _as_inferred(media: Media, alignment: Alignment) -> Alignment:
    """The alignment, flagged if the recording's start is not in the record."""
    if media.inferred is None:
        return alignment
    note = f"The recording's start is not in the record; it is taken to begin {media.inferred}."
    return replace(alignment, quality=CtrQuality.APPROXIMATE, notes=(note, *alignment.notes))


def _candidates(contact: Contact, media: Media, zero: datetime) -> Iterator[tuple[str, tuple[Cut, ...]]]:
    """What may have been left out of the recording, most likely first: pauses, then what trunks suppress."""
    reasons = sorted({pause.reason for pause in media.pauses})
    fewest = 1 if len(reasons) <= _REASONS else len(reasons)
    for count in range(len(reasons), fewest - 1, -1):
        for some in combinations(reasons, count):
            cuts = tuple((pause.start, pause.end) for pause in media.pauses if pause.reason in some)
            yield f"pauses ({', '.join(some)})", cuts
    wall = media.seconds or 0.0
    for what, kinds in (
        ("hold", (IntervalKind.HOLD,)),
        ("queue", (IntervalKind.QUEUE,)),
        ("IVR and queue", (*FLOWS, IntervalKind.QUEUE)),
    ):
        yield what, _merged(_stretches(contact, kinds, zero, wall))


def _stretches(contact: Contact, kinds: Sequence[IntervalKind], zero: datetime, wall: float) -> Iterator[Cut]:
    for leg in contact.legs:
        for stretch in leg.stretches:
            if stretch.kind in kinds and stretch.end and leg.role is not Role.CUSTOMER:
                start = max(0.0, (stretch.start - zero).total_seconds())
                end = min(wall, (stretch.end - zero).total_seconds())
                if start < end:
                    yield start, end


def _merged(cuts: Iterator[Cut]) -> tuple[Cut, ...]:
    merged: list[Cut] = []
    for start, end in sorted(cuts):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def _total(cuts: Sequence[Cut]) -> float:
    return sum(end - start for start, end in cuts)


def _inferred(contact: Contact, duration: float) -> Alignment:
    """The audio ends with the span of the contact that is as long as it, else with the customer's.

    It ends with it, because recordings start late (the first prompts are not recorded) rather than stop early. If a
    vendor's recordings start when an agent answers, so does the audio.
    """
    spans = list(_spans(contact))
    start = _open_start(contact)
    if start and not any(_plausible(span.seconds, duration) or span.seconds > duration for span in spans):
        note = "The record does not tell when the call ended: the audio is taken to begin with it, and to end with it."
        return Alignment(Clock(start), CtrQuality.APPROXIMATE, (note,))
    if not spans:
        raise RecordError(
            f"The record {quoted_name(contact.source)} has no times to lay over the recording.",
            "Export the conversation detail again, or drop the recording without it.",
        )
    plausible = [span for span in spans if _plausible(span.seconds, duration)]
    closest = min(spans, key=lambda span: abs(span.seconds - duration))
    if not plausible:
        raise _misfit(closest.seconds, duration, contact.source)
    fits = abs(closest.seconds - duration) <= max(_FIT, _LOOSE_FIT * duration)
    span = closest if fits else plausible[0]
    zero = span.start if span.begins else span.end - timedelta(seconds=duration)
    note = f"Without recording metadata, the audio is taken to {'begin' if span.begins else 'end'} with {span.whose}"
    if not fits:
        note += ", though its length differs from the audio's"
    return Alignment(Clock(zero), CtrQuality.APPROXIMATE, (f"{note}.",))


def _open_start(contact: Contact) -> datetime | None:
    """The start of a call whose agent has no end in the record: with the answer, if the IVR is not recorded."""
    stretches = (one for leg in contact.of(Role.AGENT) for one in leg.stretches)
    opened = [one.start for one in stretches if one.end is None and one.kind in _ON_CALL]
    if not opened or not contact.capabilities.ivr_in_audio:
        return min(opened, default=None)
    return min(leg.start for leg in contact.legs)


def _spans(contact: Contact) -> Iterator[_Span]:
    """Spans that recordings may cover, most likely first: those made at the trunk last as long as the customer's leg."""
    agents = [span for leg in contact.of(Role.AGENT) if (span := leg.span(*_ON_CALL))]
    if agents and not contact.capabilities.ivr_in_audio:
        yield _Span("the first agent's answer", agents[0][0], max(end for _, end in agents), begins=True)
    customers = sorted(contact.of(Role.CUSTOMER), key=lambda leg: not leg.recorded)
    for leg in customers:
        if span := leg.span(*_ON_CALL):
            yield _Span("the customer's leg", *span)
    if contact.span:
        yield _Span("the conversation", *contact.span)
    for start, end in agents:
        yield _Span("an agent's leg", start, end)


def _plausible(wall: float, duration: float) -> bool:
    too_long = duration > wall + max(_LONGER, _LONGER_SHARE * wall)
    return not too_long and duration >= _SHORTER_SHARE * wall


def _misfit(wall: float, duration: float, source: str) -> RecordError:
    return RecordError(
        f"The record {quoted_name(source)} does not fit the recording: it tells of {wall:.0f} s, not {duration:.0f} s.",
        "Drop the recording with its own record; if parts of the audio were removed, add the recording's metadata "
        "with its pauses.",
    )


def _check_overlap(contact: Contact, media: Media | None, clock: Clock, duration: float) -> None:
    for leg in contact.legs:
        for stretch in leg.stretches:
            ends = clock.seconds(stretch.end) if stretch.end else duration
            if clock.seconds(stretch.start) < duration and ends > 0:
                return
    raise RecordError(
        f"No moment of the conversation in {quoted_name(contact.source)} lies within the recording"
        + (f" that {quoted_name(media.source)} describes." if media else "."),
        "Drop the recording with the records of its own conversation.",
    )
