"""Marks on the words that were searched for, in a row of the list and in a call's transcript."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pca_pipeline.warehouse import seek

_BEFORE = 60  # characters of an excerpt before the words


def excerpt(text: str, sought: str, room: int = 160) -> list[tuple[str, bool]]:
    """About `room` characters around the first match, in pieces, each with whether it is a match."""
    places = list(_places(text, sought))
    first = places[0][0] if places else 0
    begins = text.rfind(" ", 0, first - _BEFORE) + 1 if first > _BEFORE else 0
    ends = text.find(" ", begins + room) if len(text) > begins + room else -1
    pieces = list(_cut(text, places, begins, len(text) if ends < 0 else ends))
    return [*[("… ", False)] * (begins > 0), *pieces, *[(" …", False)] * (ends >= 0)]


def marked(words: Sequence[str], sought: str | None) -> set[int]:
    """Places of the words of a segment that contain a part of a match."""
    if not sought:
        return set()
    starts = [0]
    for word in words:
        starts.append(starts[-1] + len(word) + 1)
    places = list(_places(" ".join(words), sought))
    return {
        number
        for number, word in enumerate(words)
        if any(start < starts[number] + len(word) and end > starts[number] for start, end in places)
    }


def _places(text: str, sought: str) -> Iterator[tuple[int, int]]:
    said = seek(sought)
    plain = re.sub(
        said.label, lambda label: "<" * len(label[0]), text, flags=re.IGNORECASE
    )  # the same length, so that places stay the same
    return (found.span() for found in re.finditer(said.pattern, plain, re.IGNORECASE))


def _cut(text: str, places: Sequence[tuple[int, int]], begins: int, ends: int) -> Iterator[tuple[str, bool]]:
    at = begins
    for start, end in places:
        if start >= ends:
            break
        yield from ((text[at:start], False), (text[start : min(end, ends)], True))
        at = min(end, ends)
    yield text[at:ends], False
