"""Names of dropped files without the people in them: some recorders name a recording after the caller."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace

from pca_pipeline.call import Finding, KnownIdentity, Segment, SourceFile
from pca_pipeline.pii.names.known import known_names
from pca_pipeline.pii.words.lexicon import WEEKDAYS, first_names, is_formed, is_word, surnames, word_set

_UUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_WORD = re.compile(rf"(?P<id>{_UUID})|[^\W\d_]+")
# What recorders and exports write; some are surnames, and seldom meant as such there.
_TERMS = WEEKDAYS | word_set("""aiff am au avaya case cdr contactid conversationid csv ctr date en flac general genesys json jsonl media metadata
    id mono ndjson no oga ogg opus pm read sales snd stereo transcribe uk unknown us voc wav wave whisper""")


def names_of(
    known: KnownIdentity, segments: Sequence[Segment] = (), findings: Iterable[Finding] = ()
) -> frozenset[str]:
    """Words of people's names, lower case: those in the record, and those that were found in what was said."""
    said = (
        " ".join(w.text for w in segments[f.segment].words if f.start <= w.start and w.end <= f.end)
        for f in findings
        if f.entity == "PERSON"
    )
    return known_names(map(_composed, [*known.names, *said])).words


def without_names(files: Iterable[SourceFile], names: frozenset[str]) -> tuple[SourceFile, ...]:
    """The files, with "[name]" for each of these words in their names, and for each that may be a person's.

    Without a record nobody tells who called: only ordinary words stay, and ids, dates and suffixes.
    """

    def shown(found: re.Match[str]) -> str:
        stays = found["id"] or (found[0].lower() not in names and _is_ordinary(found[0]))
        return found[0] if stays else "[name]"

    return tuple(replace(file, name=_WORD.sub(shown, _composed(file.name))) for file in files)


def _composed(text: str) -> str:
    """With every letter and its accents as one sign, as far as Unicode has it."""
    return unicodedata.normalize("NFC", text)


def _is_ordinary(written: str) -> bool:
    """Whether nobody is called so."""
    word = written.lower()
    if word in _TERMS:
        return True
    if word in first_names() or word in surnames():
        return False
    return len(word) == 1 and word.isascii() or is_word(word) or is_formed(word)
