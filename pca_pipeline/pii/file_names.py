"""Names of dropped files without the people in them: some recorders name a recording after the caller."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from pca_pipeline.call import Finding, KnownIdentity, Segment, SourceFile
from pca_pipeline.pii.known import known_names
from pca_pipeline.pii.lexicon import WEEKDAYS, first_names, is_formed, is_word, surnames, word_set

_UUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_WORD = re.compile(rf"(?P<id>{_UUID})|[^\W\d_]+")
# What recorders and exports write; some are surnames, and seldom meant as such there.
_TERMS = WEEKDAYS | word_set("""aiff avaya case cdr contactid conversationid csv ctr date flac general genesys json jsonl media metadata
    mono ndjson oga ogg opus read sales snd stereo transcribe unknown voc wav wave whisper""")
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
    """The files, with "[name]" for each of these words in their names, and for each that may be a person's.

    Without a record nobody tells who called: only ordinary words stay, and ids, dates and suffixes.
    """

    def shown(found: re.Match[str]) -> str:
        word = found[0].lower()
        stays = found["id"] or len(word) < _LEAST or (word not in names and _is_ordinary(word))
        return found[0] if stays else "[name]"

    return tuple(replace(file, name=_WORD.sub(shown, file.name)) for file in files)


def _is_ordinary(word: str) -> bool:
    """Whether nobody is called so."""
    if word in _TERMS:
        return True
    return word not in first_names() and word not in surnames() and (is_word(word) or is_formed(word))
