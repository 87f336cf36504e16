"""Where audio second 0 lies on the wall clock, and which stretches of wall-clock time the audio lacks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations

from pca_pipeline.call import CtrQuality, IntervalKind, Role
from pca_pipeline.ctr.contact import Contact, Media
from pca_pipeline.errors import RecordError

_Span = tuple[str, datetime, datetime]  # whose, from, to
Cut = tuple[float, float]  # seconds of wall-clock time from the recording's start: [start, end)

_FIT = 1.0  # seconds by which a recording's stated and real length may differ without a remark
_LOOSE_FIT = 0.02  # share of the length, where the recording's span is itself inferred
_REASONS = 4  # kinds of pauses; of more than that, only all together are tried
_LONGER, _LONGER_SHARE = 5.0, 0.1  # audio that is longer than its record by this much is another call's
_SHORTER_SHARE = 0.5  # audio of less than this share of its record is another call's, or mostly missing


@dataclass(frozen=True, slots=True)
class Clock:
    """Turns wall-clock moments into seconds of the audio. `cuts` are ordered and do not overlap."""

    zero: datetime
    cuts: tuple[Cut, ...] = ()

    def seconds(self, moment: datetime) -> float:
        """Seconds from the first sample; a moment within a cut falls on the cut's place."""
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
    """A clock, how far to trust it, and what a person should know about it."""

    clock: Clock
    quality: CtrQuality
    notes: tuple[str, ...] = ()


def align(contact: Contact, media: Media | None, duration: float) -> Alignment:
    """Lay a contact over audio of that many seconds. Raises RecordError where they do not fit each other."""
    if media is not None and media.started_at is not None:
        alignment = _by_media(contact, media, media.started_at, duration)
    else:
        alignment = _inferred(contact, duration)
    _check_overlap(contact, media, alignment.clock, duration)
    return alignment


def _by_media(contact: Contact, media: Media, zero: datetime, duration: float) -> Alignment:
    wall = media.seconds
    if wall is None:
        cuts = tuple((pause.start, pause.end) for pause in media.pauses)
        note = "The recording's end is not in the record: its length could not be checked."
        return Alignment(Clock(zero, cuts), CtrQuality.APPROXIMATE, (note,))
    missing = wall - duration
    if abs(missing) <= _FIT:
        notes = ("Pauses of the recording are silence in the audio.",) if media.pauses else ()
        return Alignment(Clock(zero), CtrQuality.EXACT, notes)
    for what, cuts in _candidates(contact, media, zero):
        if abs(missing - _total(cuts)) <= _FIT:
            note = f"{_total(cuts):.1f} s of {what} are cut out of the audio; times were corrected."
            return Alignment(Clock(zero, cuts), CtrQuality.APPROXIMATE, (note,))
    if not _plausible(wall, duration):
        raise _misfit(wall, duration, media.source)
    cuts = tuple((pause.start, pause.end) for pause in media.pauses)
    cuts = min(((), cuts), key=lambda some: abs(missing - _total(some)))
    note = f"The audio is {abs(missing):.1f} s {'shorter' if missing > 0 else 'longer'} than its record says"
    return Alignment(Clock(zero, cuts), CtrQuality.APPROXIMATE, (f"{note}; times may be off.",))


def _candidates(contact: Contact, media: Media, zero: datetime) -> Iterator[tuple[str, tuple[Cut, ...]]]:
    """What may have been left out of the recording, likeliest first: pauses, then what trunks suppress."""
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
        ("IVR and queue", (IntervalKind.IVR, IntervalKind.QUEUE)),
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
    """The audio ends with whichever span of the contact is as long as it; else with the customer's.

    With the end, because recordings begin late (the first prompts pass unrecorded) rather than stop early.
    """
    spans = list(_spans(contact))
    if not spans:
        raise RecordError(
            f"The record {contact.source!r} has no times to lay over the recording.",
            "Export the conversation detail again, or drop the recording without it.",
        )
    plausible = [span for span in spans if _plausible(_length(span), duration)]
    closest = min(spans, key=lambda span: abs(_length(span) - duration))
    if not plausible:
        raise _misfit(_length(closest), duration, contact.source)
    fits = abs(_length(closest) - duration) <= max(_FIT, _LOOSE_FIT * duration)
    what, _, end = closest if fits else plausible[0]
    note = f"Without recording metadata, the audio is taken to end with {what}"
    if not fits:
        note += ", though its length differs from the audio's"
    return Alignment(Clock(end - timedelta(seconds=duration)), CtrQuality.APPROXIMATE, (f"{note}.",))


def _length(span: _Span) -> float:
    return (span[2] - span[1]).total_seconds()


def _spans(contact: Contact) -> Iterator[_Span]:
    """Spans that recordings cover, likeliest first: trunk-side ones are as long as the customer's leg."""
    on_call = (IntervalKind.TALK, IntervalKind.HOLD)
    customers = sorted(contact.of(Role.CUSTOMER), key=lambda leg: not leg.recorded)
    for leg in customers:
        if span := leg.span(*on_call):
            yield "the customer's leg", *span
    if contact.span:
        yield "the conversation", *contact.span
    for leg in contact.of(Role.AGENT):
        if span := leg.span(*on_call):
            yield "an agent's leg", *span


def _plausible(wall: float, duration: float) -> bool:
    too_long = duration > wall + max(_LONGER, _LONGER_SHARE * wall)
    return not too_long and duration >= _SHORTER_SHARE * wall


def _misfit(wall: float, duration: float, source: str) -> RecordError:
    return RecordError(
        f"The record {source!r} does not fit the recording: it tells of {wall:.0f} s, not {duration:.0f} s.",
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
        f"No moment of the conversation in {contact.source!r} lies within the recording"
        + (f" that {media.source!r} describes." if media else "."),
        "Drop the recording with the records of its own conversation.",
    )
