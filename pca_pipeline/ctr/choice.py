"""Which of the conversations and recordings in the files belong to the audio."""

from __future__ import annotations

from collections.abc import Sequence

from pca_pipeline.ctr.contact import Contact, Media
from pca_pipeline.errors import RecordError, quoted_name

# Recordings made at the trunk hold the whole call as the customer heard it; the others are parts or other views.
_KINDS = ("trunk", "station", "consult")
_SHORTEST_ID = 4  # characters; shorter ids appear in names by chance
_NOT_CALLS = frozenset({"screen", "chat", "email", "message"})


def choose(
    found: Sequence[Contact | Media], names: Sequence[str], duration: float, stem: str | None = None
) -> tuple[Contact | None, Media | None, tuple[str, ...]]:
    """The contact and the media that belong to audio of that many seconds, with notes on how they were chosen.

    `names` are the names of the recording's file and of its records' files: exports name them after the recording. `stem`
    is what the names of records dropped with the recording start with.
    Raises RecordError if the recordings and the conversations are of different calls.
    """
    contacts = _newest([one for one in found if isinstance(one, Contact)])
    every_media = [one for one in found if isinstance(one, Media)]
    media = _media_of(contacts, [one for one in every_media if (one.kind or "").lower() not in _NOT_CALLS])
    chosen_media = min(media, key=lambda one: _media_misfit(one, names, duration, stem), default=None)
    contact = _contact(contacts, chosen_media, names, duration)
    notes = []
    if len({one.id for one in media}) > 1 and chosen_media:
        notes.append(f"Recording {chosen_media.id} was chosen out of {len(media)} by its id and length.")
    if len(contacts) > 1 and contact:
        notes.append(f"Conversation {contact.id} was chosen out of {len(contacts)} in the record.")
    return contact, chosen_media, tuple(notes)


def _newest(contacts: Sequence[Contact]) -> list[Contact]:
    """One contact per id: the most detailed one; of equal ones the later."""
    best: dict[object, Contact] = {}
    for place, contact in enumerate(contacts):
        key = contact.id or place
        if key not in best or _size(contact) >= _size(best[key]):
            best[key] = contact
    return list(best.values())


def _size(contact: Contact) -> int:
    return sum(len(leg.stretches) for leg in contact.legs)


def _media_of(contacts: Sequence[Contact], media: Sequence[Media]) -> list[Media]:
    ids = {folded(contact.id) for contact in contacts}
    if not media or not contacts or None in ids:
        return list(media)
    own = [one for one in media if folded(one.contact_id) in ids or one.contact_id is None]
    if not own:
        raise RecordError(
            f"The record {quoted_name(media[0].source)} is about another conversation than {quoted_name(contacts[0].source)}.",
            "Drop each recording with the records of its own conversation.",
        )
    return own


def folded(id_: str | None) -> str | None:
    """An id in lower case: exports differ in case."""
    return id_.lower() if id_ else None


def _media_misfit(
    media: Media, names: Sequence[str], duration: float, stem: str | None
) -> tuple[bool, bool, float, int]:
    """Smaller is better: named in a file name, from a file beside it, of the right length, made at the trunk."""
    named, beside = _is_in(media.id, names), bool(stem) and media.source.startswith(stem or "")
    wall = media.seconds
    paused = sum(pause.end - pause.start for pause in media.pauses)
    misfit = 1e9 if wall is None else min(abs(wall - duration), abs(wall - paused - duration))
    kind = (media.kind or "trunk").lower()
    return not named, not beside, round(misfit), _KINDS.index(kind) if kind in _KINDS else len(_KINDS)


def _is_in(id_: str | None, names: Sequence[str]) -> bool:
    return id_ is not None and len(id_) >= _SHORTEST_ID and any(id_.lower() in name.lower() for name in names)


def _contact(contacts: Sequence[Contact], media: Media | None, names: Sequence[str], duration: float) -> Contact | None:
    """The contact that the media names, else the one in a file's name, else the one that fits best in time."""
    named = [one for one in contacts if media and media.contact_id and folded(one.id) == folded(media.contact_id)]
    named = named or [one for one in contacts if _is_in(one.id, names)]
    return min(named or contacts, key=lambda one: _contact_misfit(one, media, duration), default=None)


def _contact_misfit(contact: Contact, media: Media | None, duration: float) -> float:
    """Seconds between a contact and the recording's start, or, if that is unknown, between their lengths."""
    span = contact.span
    if span is None:
        return float("inf")
    if media and media.started_at:
        before, after = span[0] - media.started_at, media.started_at - span[1]
        return max(0.0, before.total_seconds(), after.total_seconds())
    return abs((span[1] - span[0]).total_seconds() - duration)
