"""The drawing of a call: lanes of coloured pieces, and a legend of their colours."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from pca_pipeline.call import Role
from pca_pipeline.web.formats import voice
from pca_pipeline.web.library import CallPage, Row

_NOT_DRAWN = ("alert", "wrap_up")  # nobody is on the line with the customer
_ROLES = {"ivr": "IVR", "queue": "queue", "voicemail": "voicemail"}  # one colour each, however many there are
_STATES = ("hold", "consult")  # have colours of their own, whoever is on the line
_REMOVED = "removed"


class Piece(NamedTuple):
    """A stretch of a lane, in seconds. `css` are the classes that colour it, `label` is their name in the legend."""

    css: str
    label: str
    title: str
    start: float
    end: float


class Lane(NamedTuple):
    """One line of the drawing."""

    label: str
    pieces: list[Piece]


def lanes(found: CallPage) -> list[Lane]:
    """The lanes of the call, and of what each side said and had removed: in a mono recording that is silent for both."""
    outside = found.call["external_channel"]
    mono = found.call["channels"] == 1
    customer = [one for one in found.mute_spans if mono or one["channel"] == outside]
    agents = [one for one in found.mute_spans if mono or one["channel"] != outside]
    return [
        Lane("Call", list(_intervals(found))),
        Lane("Customer", [*_speech(found, by_customer=True), *_removed(customer)]),
        Lane("Agents", [*_speech(found, by_customer=False), *_removed(agents)]),
    ]


def legend(drawn: Iterable[Lane]) -> list[tuple[str, str]]:
    """Each colour in the drawing and what it means, in the order of the lanes; what was removed comes last."""
    colours = dict.fromkeys((piece.css, piece.label) for lane in drawn for piece in lane.pieces)
    return sorted(colours, key=lambda colour: colour[1] == _REMOVED)


def _intervals(found: CallPage) -> Iterator[Piece]:
    for one in found.intervals:
        kind = one["kind"]
        if kind in _NOT_DRAWN:
            continue
        css, label = (kind, kind) if kind in _STATES else _colour(one["participant"], found)
        title = f"{kind.replace('_', ' ')} · {found.named(one['participant'])}"
        yield Piece(css, label, title, one["start_ms"] / 1000, one["end_ms"] / 1000)


def _speech(found: CallPage, *, by_customer: bool) -> Iterator[Piece]:
    for one in found.segments:
        if (one["speaker_role"] == Role.CUSTOMER) == by_customer:
            css, label = _colour(one["speaker"], found)
            yield Piece(css, label, found.named(one["speaker"]), one["start_seconds"], one["end_seconds"])


def _removed(spans: Iterable[Row]) -> Iterator[Piece]:
    for one in spans:
        title = f"removed: {', '.join(one['entities'])}"
        yield Piece("muted", _REMOVED, title, one["start_ms"] / 1000, one["end_ms"] / 1000)


def _colour(participant: str, found: CallPage) -> tuple[str, str]:
    """The CSS classes of a participant, and their name in the legend."""
    role = found.participants.get(participant, {}).get("role", Role.UNKNOWN)
    return voice(participant, role), _ROLES.get(role) or found.named(participant)
