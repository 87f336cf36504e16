"""A recognizer of the user's own, which reads what is said as well as what is written.

What a pattern is looked for in is the text, and every number, code and spelled word as it would be written: of "m b, four
double one, seven" that is "MB4117".
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Sequence
from itertools import groupby

from presidio_analyzer import EntityRecognizer, Pattern, PatternRecognizer, RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts

from pca_pipeline.errors import RedactionError
from pca_pipeline.pii.claims import OWN
from pca_pipeline.pii.conversation.reading import Reading
from pca_pipeline.pii.forms.codes import Code
from pca_pipeline.pii.forms.numbers import Chain, Run
from pca_pipeline.pii.words.stream import Conversation, Line, Token

Place = tuple[int, int]  # tokens [first, last]


class OwnRecognizer(EntityRecognizer):
    """One of the user's recognizers, which reads what is said as well as what is written.

    `version` tells apart what is not told apart by the recognizer's own description: a package's is its version.
    """

    name: str

    def __init__(self, written: EntityRecognizer, version: str = "") -> None:
        name = OWN + written.name  # type: ignore[has-type]  # Presidio does not say that it is text
        super().__init__(written.supported_entities, name=name, context=written.context)
        self.score_thresholds = written.score_thresholds
        self.description = json.dumps([written.to_dict(), version], sort_keys=True, default=str)
        self._written = written
        self._of_values = _of_whole_values(written) if isinstance(written, PatternRecognizer) else None

    def load(self) -> None:
        """Nothing to load: Presidio's recognizers load when they are made."""

    def analyze(
        self,
        text: str,
        entities: list[str],
        nlp_artifacts: NlpArtifacts,
    ) -> list[RecognizerResult]:
        """Presidio's entry: results in characters of the text, each within one line of the conversation."""
        try:
            return list(self._analyzed(text, entities, nlp_artifacts))
        except Exception as error:  # outside code: anything can happen, and its message may hold speech
            raise RedactionError(
                f"The recognizer {self.name.removeprefix(OWN)!r} of your own failed ({type(error).__name__}).",
                "Mend it, or take it out of pii.recognizers or of its package.",
            ) from None

    def _analyzed(self, text: str, entities: list[str], artifacts: NlpArtifacts) -> Iterator[RecognizerResult]:
        found = self._written.analyze(text, entities, artifacts) or []
        if not isinstance(artifacts, Reading):
            yield from (self._result(one, one.start, one.end) for one in found)
            return
        placed = [(one, place) for one in found for place in _lines(artifacts, one.start, one.end)]
        tokens = artifacts.conversation.tokens
        for one, (first, last) in (*placed, *self._values_found(artifacts, entities)):
            yield self._result(one, tokens[first].start, tokens[last].end)

    def _values_found(self, reading: Reading, entities: list[str]) -> Iterator[tuple[RecognizerResult, Place]]:
        """The values of which a pattern is the whole."""
        if self._of_values is not None:
            for value, places in _values(reading):
                for one in self._of_values.analyze(value, entities):
                    yield from ((one, place) for place in places)

    def _result(self, found: RecognizerResult, start: int, end: int) -> RecognizerResult:
        metadata = {
            RecognizerResult.RECOGNIZER_NAME_KEY: self.name,
            RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: self.id,
        }
        return RecognizerResult(found.entity_type, start, end, found.score, found.analysis_explanation, metadata)


def _of_whole_values(written: PatternRecognizer) -> PatternRecognizer:
    """The recognizer with patterns that match nothing but all of a text."""
    whole: PatternRecognizer = copy.copy(written)
    patterns: list[Pattern] = written.patterns  # type: ignore[has-type]
    whole.patterns = [Pattern(one.name, rf"\A(?:{one.regex})\Z", one.score) for one in patterns]  # type: ignore[has-type]
    return whole


def _lines(reading: Reading, start: int, end: int) -> Iterator[Place]:
    """The tokens of characters [start, end), line by line."""
    tokens = reading.conversation.tokens
    for _, inside in groupby(reading.conversation.tokens_at(start, end), key=lambda at: tokens[at].segment):
        places = list(inside)
        yield places[0], places[-1]


def _values(reading: Reading) -> Iterator[tuple[str, tuple[Place, ...]]]:
    """Numbers, codes and spelled words as they would be written, and where their parts are."""
    for code in reading.codes:
        yield code.text.upper(), ((code.first, code.last),)
        yield from _in_a_row(reading, code.first, code.last)
    for letters in reading.letters:
        yield letters.letters.upper(), ((letters.first, letters.last),)
    for run in reading.numbers.runs:
        yield run.digits, ((run.first, run.last),)
        yield from _in_a_row(reading, run.first, run.last)
    for chain in reading.numbers.chains:
        if len(chain.runs) > 1:
            yield chain.digits, tuple((run.first, run.last) for run in chain.runs)
        yield from _with_letters(reading, chain)


def _in_a_row(reading: Reading, first: int, last: int) -> Iterator[tuple[str, tuple[Place, ...]]]:
    """Each of several values in a row: "RX123456, RX654321", "8001015009087, eight zero zero ..."."""
    places = list(_parts(reading.conversation.tokens, first, last))
    for place in places if len(places) > 1 else ():
        tokens = reading.conversation.tokens[place[0] : place[1] + 1]
        part = reading.again(Conversation([Line("customer", tuple(token.text for token in tokens))]))
        found: list[Code | Run] = [*part.codes, *part.numbers.runs]
        for one in found:
            if one.first == 0 and one.last == len(part.conversation.tokens) - 1:
                yield _written(one).upper(), (place,)


def _parts(tokens: Sequence[Token], first: int, last: int) -> Iterator[Place]:
    """What stands between pauses, and between an "and" or "or"."""
    begin = first
    for at in range(first, last + 1):
        links = tokens[at].norm in ("and", "or")
        if links or tokens[at].after or at == last:
            end = at - 1 if links else at
            if begin <= end:
                yield begin, end
            begin = at + 1


def _written(said: Code | Run) -> str:
    return said.text if isinstance(said, Code) else said.digits


def _with_letters(reading: Reading, chain: Chain) -> Iterator[tuple[str, tuple[Place, ...]]]:
    """What each speaker says of a chain, with its letters: "M, B." "Yes?" "Four double one, seven."."""
    conversation = reading.conversation
    for speaker in sorted({conversation.speaker(run.first) for run in chain.runs}):
        said = [run for run in chain.runs if conversation.speaker(run.first) == speaker]
        parts: list[Run | Code] = []
        for part in (reading.code_of(run) or run for run in said):
            parts += [] if part in parts else [part]
        begin = next((one for one in reading.letters if _leads_to(reading, one.last, parts[0].first)), None)
        text = "".join(map(_written, parts))
        places = [(part.first, part.last) for part in parts]
        if begin is not None:
            text, places = begin.letters + text, [(begin.first, begin.last), *places]
        if len(places) > 1 and not text.isdigit():
            yield text.upper(), tuple(places)


def _leads_to(reading: Reading, last: int, first: int) -> bool:
    """Whether the same speaker says nothing else between two tokens, and nobody anything that matters."""
    conversation = reading.conversation
    between = last < first and not conversation.content_between(last + 1, first)
    return between and conversation.speaker(last) == conversation.speaker(first)
