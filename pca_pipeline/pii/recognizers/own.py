"""Recognizers of the user's own: those that a file lists in Presidio's form, and those that installed packages add.

What a pattern is looked for in is the text, and every number, code and spelled word as it would be written: of "m b, four
double one, seven" that is "MB4117".
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from itertools import groupby
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]
from presidio_analyzer import EntityRecognizer, PatternRecognizer, RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts
from presidio_analyzer.recognizer_registry import RecognizerRegistryProvider
from pydantic import ValidationError

from pca_pipeline.errors import SetupError
from pca_pipeline.pii.conversation.reading import Reading

ENTRY_POINTS = "pca_pipeline.recognizers"
OWN = "own: "  # before their names
_REGISTRY = {"supported_languages": ["en"], "global_regex_flags": 26}  # as in Presidio's own: case says nothing
MOST_TOLD = 3
_HINT = "docs/redaction.md shows a whole file (pii.recognizers)."
Places = tuple[tuple[int, int], ...]  # tokens [first, last] of each part of a value


class OwnRecognizer(EntityRecognizer):
    """One of the user's recognizers, which reads what is said as well as what is written."""

    name: str

    def __init__(self, written: EntityRecognizer) -> None:
        name = OWN + written.name  # type: ignore[has-type]  # Presidio does not say that it is text
        super().__init__(written.supported_entities, name=name, context=written.context)
        self.score_thresholds = written.score_thresholds
        self._written = written

    def load(self) -> None:
        """Nothing to load: Presidio's recognizers load when they are made."""

    def analyze(
        self,
        text: str,
        entities: list[str],
        nlp_artifacts: NlpArtifacts,
    ) -> list[RecognizerResult]:
        """Presidio's entry: results in characters of the text, each within one line of the conversation."""
        found = self._written.analyze(text, entities, nlp_artifacts) or []
        if not isinstance(nlp_artifacts, Reading):
            return [self._result(one, one.start, one.end) for one in found]
        placed = [(one, places) for one in found for places in _lines(nlp_artifacts, one.start, one.end)]
        placed += self._said(nlp_artifacts, entities)
        tokens = nlp_artifacts.conversation.tokens
        return [self._result(one, tokens[first].start, tokens[last].end) for one, (first, last) in placed]

    def _said(self, reading: Reading, entities: list[str]) -> Iterator[tuple[RecognizerResult, tuple[int, int]]]:
        """Values of which a pattern is the whole."""
        if isinstance(self._written, PatternRecognizer):
            for value, places in _values(reading):
                for one in self._written.analyze(value, entities):
                    if one.end - one.start == len(value):
                        yield from ((one, place) for place in places)

    def _result(self, found: RecognizerResult, start: int, end: int) -> RecognizerResult:
        metadata = {
            RecognizerResult.RECOGNIZER_NAME_KEY: self.name,
            RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: self.id,
        }
        return RecognizerResult(found.entity_type, start, end, found.score, found.analysis_explanation, metadata)


def _lines(reading: Reading, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The tokens of characters [start, end), line by line."""
    tokens = reading.conversation.tokens
    for _, inside in groupby(reading.conversation.tokens_at(start, end), key=lambda at: tokens[at].segment):
        places = list(inside)
        yield places[0], places[-1]


def _values(reading: Reading) -> Iterator[tuple[str, Places]]:
    """Numbers, codes and spelled words as they would be written, and where their parts are."""
    for code in reading.codes:
        yield code.text.upper(), ((code.first, code.last),)
    for letters in reading.letters:
        yield letters.letters.upper(), ((letters.first, letters.last),)
    for run in reading.numbers.runs:
        yield run.digits, ((run.first, run.last),)
    for chain in reading.numbers.chains:
        if len(chain.runs) > 1:
            yield chain.digits, tuple((run.first, run.last) for run in chain.runs)


def own_recognizers(file: Path | None) -> list[OwnRecognizer]:
    """The recognizers of a file, if there is one, and of the installed packages.

    Raises SetupError that names the file or the package, and what is wrong with it.
    """
    listed = _listed(file) if file else []
    return [OwnRecognizer(one) for one in (*listed, *installed_recognizers())]


@cache
def installed_recognizers() -> tuple[EntityRecognizer, ...]:
    """The recognizers that installed packages add, by the names of their entry points. Raises SetupError."""
    return tuple(_loaded(point) for point in sorted(entry_points(group=ENTRY_POINTS), key=lambda point: point.name))


def read_file(file: Path) -> str:
    """What a file of recognizers says. Raises SetupError."""
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, ValueError):
        raise SetupError(f"The file of recognizers {str(file)!r} cannot be read.", _HINT) from None


def _listed(file: Path) -> list[EntityRecognizer]:
    said = read_file(file)
    try:
        content: Any = yaml.safe_load(said)
        configuration = _REGISTRY | (content if isinstance(content, dict) else {"recognizers": []})
        provider = RecognizerRegistryProvider(registry_configuration=configuration)
        recognizers = list(provider.create_recognizer_registry().recognizers)
    except Exception as error:  # of YAML, of Presidio's many checks, of patterns
        why = _told(error)
        raise SetupError(f"The file of recognizers {str(file)!r} is not in Presidio's form: {why}.", _HINT) from None
    if not recognizers:
        raise SetupError(f"The file of recognizers {str(file)!r} has none for English.", _HINT)
    return recognizers


def _told(error: Exception) -> str:
    """What is wrong, in one line; Presidio says where only in the cause of its error."""
    cause = error.__cause__
    if isinstance(cause, ValidationError):
        return "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in cause.errors()[:MOST_TOLD])
    return " ".join(str(error).split())


def _loaded(point: EntryPoint) -> EntityRecognizer:
    try:
        recognizer: EntityRecognizer = point.load()()
    except Exception as error:  # outside code: anything can happen
        raise SetupError(
            f"The recognizer {point.name!r} of the package {point.value!r} cannot be loaded ({type(error).__name__}).",
            f"Repair or uninstall the package; its entry point ({ENTRY_POINTS}) is a class of Presidio's EntityRecognizer.",
        ) from error
    return recognizer
