"""What the recognizers of this room share: they read conversations and are Presidio recognizers."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from typing import ClassVar

from presidio_analyzer import AnalysisExplanation, EntityRecognizer, RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts

from pca_pipeline.pii.lexicon import FUNCTION_WORDS, is_word
from pca_pipeline.pii.numbers import Meaning, Run
from pca_pipeline.pii.questions import Ask, Expectation
from pca_pipeline.pii.reading import Reading, Span

FAR = 8  # words of content


class ConversationRecognizer(EntityRecognizer):
    """Finds one entity in a conversation. A subclass names its `entity` and yields spans of tokens."""

    entity: ClassVar[str]

    def __init__(self) -> None:
        super().__init__(supported_entities=[self.entity], name=type(self).__name__)

    def load(self) -> None:
        """Nothing to load."""

    @abstractmethod
    def find(self, reading: Reading) -> Iterable[Span]:
        """The entity's spans in a conversation."""

    def analyze(
        self,
        text: str,  # noqa: ARG002
        entities: list[str],
        nlp_artifacts: NlpArtifacts,
    ) -> list[RecognizerResult]:
        """Presidio's entry: results in characters of the text."""
        if self.entity not in entities or not isinstance(nlp_artifacts, Reading):
            return []
        return [self._result(nlp_artifacts, span) for span in self.find(nlp_artifacts)]

    def _result(self, reading: Reading, span: Span) -> RecognizerResult:
        tokens = reading.conversation.tokens
        return RecognizerResult(
            entity_type=self.entity,
            start=tokens[span.first].start,
            end=tokens[span.last].end,
            score=min(1.0, span.score),
            analysis_explanation=AnalysisExplanation(type(self).__name__, span.score, textual_explanation=span.why),
        )


class DigitsRecognizer(ConversationRecognizer):
    """Finds numbers that were asked for, named, or that their own shape gives away.

    `asks`: what must be asked for. `lengths`: how many digits a whole value has. Speech recognition drops and
    doubles digits, so other lengths lower the score and clear nothing.
    """

    asks: ClassVar[frozenset[Ask]]
    lengths: ClassVar[tuple[int, ...]]
    least: ClassVar[int] = 3
    with_letters: ClassVar[bool] = False  # letters beside the digits are part of the value

    def find(self, reading: Reading) -> Iterable[Span]:
        """Runs whose score for this entity is above zero."""
        for run in reading.numbers.runs:
            asked, why = self.asked_score(reading, run)
            bare = self.bare_score(reading, run)
            score = max(asked, bare)
            if score > 0:
                first, last = _beside(reading, run) if self.with_letters else (run.first, run.last)
                yield Span(first, last, score, why if asked >= bare else "shape")

    def asked_score(self, reading: Reading, run: Run) -> tuple[float, str]:
        """Score and reason of a run by what was asked for."""
        length = len(reading.chain(run).digits)
        if length < self.least or (len(run.digits) < 2 and length < 4 and not run.said_singly):
            return 0.0, ""
        for rank, expectation in enumerate(reading.expected(run)):
            fits = length in self.lengths or len(run.digits) in self.lengths
            if expectation.ask in self.asks and not _cleared(run, expectation, fits) and not _stray(run, expectation):
                fit = 0.15 if fits else 0.0
                return 0.75 - 0.08 * min(rank, 4) + fit, f"asked for: {expectation.ask}"
        return 0.0, ""

    def bare_score(self, reading: Reading, run: Run) -> float:  # noqa: ARG002
        """Score of a run by its shape alone."""
        return 0.0


_NO_CODES = frozenset({"pin", "ssn", "cvv", "okay", "ok", "usa", "id", "dob", "zip", "iban", "vin", "acct", "num"})


def _cleared(run: Run, expectation: Expectation, fits: bool) -> bool:
    """Whether a business meaning outweighs what was asked for."""
    if run.meaning is Meaning.BUSINESS:
        return expectation.distance > 0 or expectation.own
    return run.meaning is Meaning.LIKELY_BUSINESS and not (expectation.close and (fits or expectation.distance <= 1))


def _stray(run: Run, expectation: Expectation) -> bool:
    """Few digits said as a cardinal, long after the question: a price or a count."""
    return expectation.distance > FAR and not run.said_singly and len(run.digits) <= 4


def _beside(reading: Reading, run: Run) -> tuple[int, int]:
    """A run with the letters that stand right before and after it: "AB 123456", "W as in Whiskey 12345"."""
    first, last = run.first, run.last
    turn = reading.conversation.tokens[first].turn
    while (before := reading.token(first - 1, turn)) and (before.norm == "dash" or is_letters(reading, first - 1)):
        first = reading.spelled[first - 1].first if first - 1 in reading.spelled else first - 1
    while reading.token(last + 1, turn) and is_letters(reading, last + 1):
        last = reading.spelled[last + 1].last if last + 1 in reading.spelled else last + 1
    return first, last


def is_letters(reading: Reading, at: int) -> bool:
    """Whether a token is letters of a code: spelled, or a few capitals."""
    token = reading.conversation.tokens[at]
    if at in reading.spelled:
        return True
    if len(token.norm) == 1 and token.norm.isalpha():
        return token.norm not in ("a", "i") or token.text.isupper() and token.norm != "i"
    if not token.text.isalpha() or len(token.text) > 4 or token.norm in _NO_CODES:
        return False
    if token.text.isupper() or len(token.text) <= 2 and token.norm not in FUNCTION_WORDS:
        return True
    return len(token.text) == 3 and not is_word(token.norm)
