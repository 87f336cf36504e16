"""Names of dropped files without the people in them: some recorders name a recording after the caller."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from pca_pipeline.call import Finding, KnownIdentity, Segment, SourceFile
from pca_pipeline.pii.known import known_names

_WORD = re.compile(r"[^\W\d_]+")
_LEAST = 3  # letters; shorter words are initials and suffixes


def names_of(
    known: KnownIdentity, segments: Sequence[Segment] = (), findings: Iterable[Finding] = ()
) -> frozenset[str]:
    """Words of people's names, lower case: those in the record, and those that were found in what was said."""
    said = (
        " ".join(w.text for w in segments[f.segment].words if f.start <= w.start and w.end <= f.end)
        for f in findings
        if f.entity == "PERSON"
    )
    return known_names([*known.names, *said]).words


def without_names(files: Iterable[SourceFile], names: frozenset[str]) -> tuple[SourceFile, ...]:
    """The files, with "[name]" for each of these words in their names."""

    def shown(found: re.Match[str]) -> str:
        word = found[0]
        return "[name]" if len(word) >= _LEAST and word.lower() in names else word

    return tuple(replace(file, name=_WORD.sub(shown, file.name)) for file in files)
