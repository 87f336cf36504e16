"""Who says each word: by its channel, by the floor, and, if several share a channel, by its voice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pca_pipeline.call import CUSTOMER_KEY, INTERNAL_KEY, ON_HOLD, UNKNOWN_KEY, Role, Timeline
from pca_pipeline.timeline.floor import Speaker, floor_of, is_mono, on_floor, snapped
from pca_pipeline.timeline.spoken import Spoken

_BY_SIDE = 0.7  # two colleagues, each on a channel
_BY_VOICE = 0.6  # told apart by diarization
_NAMED_BY_VOICE = 0.85  # told from other known parties on the channel, by the package `parties`


def speakers(said: Sequence[Spoken], timeline: Timeline) -> dict[int, Speaker]:
    """Who says each word, by the word's source."""
    mono = is_mono(timeline)
    internal = [one for one in said if mono or one.channel != timeline.external_channel]
    internal.sort(key=lambda one: one.middle)
    floor = snapped(floor_of(timeline), internal)
    outside = (timeline.external_party, 1.0 if timeline.external_party == CUSTOMER_KEY else _BY_SIDE)
    found: dict[int, Speaker] = {one.source: outside for one in said}
    for one in internal:
        found[one.source] = on_floor(one.middle, floor) if floor else (UNKNOWN_KEY if mono else INTERNAL_KEY, 1.0)
    if mono:
        found |= _by_voice(internal, found, timeline)
    else:
        keys = {participant.key for participant in timeline.participants}
        found |= {one.source: (one.voice, _NAMED_BY_VOICE) for one in internal if one.voice in keys and one.voice}
    first: dict[int, Speaker] = {}
    for one in said:
        if one.tie is not None:
            found[one.source] = first.setdefault(one.tie, found[one.source])
    return found


def _by_voice(said: Sequence[Spoken], floor: Mapping[int, Speaker], timeline: Timeline) -> dict[int, Speaker]:
    """Who speaks the words of people on the one channel of a mono recording; `unknown` without diarization."""
    machines = {
        participant.key for participant in timeline.participants if participant.role in (Role.IVR, Role.QUEUE)
    } | {ON_HOLD}
    people = [one for one in said if floor[one.source][0] not in machines]
    customer = _customer_voice(people, floor)
    found: dict[int, Speaker] = {}
    for one in people:
        if customer is None or one.voice is None:
            found[one.source] = (UNKNOWN_KEY, 1.0)
        else:
            found[one.source] = (CUSTOMER_KEY if one.voice == customer else floor[one.source][0], _BY_VOICE)
    return found


def _customer_voice(people: Sequence[Spoken], floor: Mapping[int, Speaker]) -> str | None:
    """The voice heard with the most agents; among equals, the one that speaks up last, since agents greet first."""
    met: dict[str, set[str]] = {}
    for one in people:
        if one.voice and floor[one.source][0] != UNKNOWN_KEY:
            met.setdefault(one.voice, set()).add(floor[one.source][0])
    return max(reversed(met), key=lambda voice: len(met[voice])) if len(met) > 1 else None
