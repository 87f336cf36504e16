"""What the recognizers of this room share: they read conversations and are Presidio recognizers."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Iterator
from re import Pattern
from typing import ClassVar

from presidio_analyzer import AnalysisExplanation, EntityRecognizer, RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts

from pca_pipeline.pii.conversation.asks import BUSINESS, Ask
from pca_pipeline.pii.conversation.questions import Expectation
from pca_pipeline.pii.conversation.reading import Reading, Span
from pca_pipeline.pii.forms.business import is_tail, is_toll_free, is_year
from pca_pipeline.pii.forms.codes import LETTERS_OF_A_LOCATOR, Code, grown
from pca_pipeline.pii.forms.numbers import Meaning, Run
from pca_pipeline.pii.words.number_words import Kind

FAR = 8  # words of content
REACH_OF_LIKELY = 2  # the same, to a number that may well be the business's own
OWN_REACH_OF_LIKELY = 4  # the same, where the speaker named it
LETTERS_OF_A_CODE = 2
CODE_REACH = 10  # the same, between a question and a code
_OF_LETTERS = (Ask.NUMBER, Ask.SUFFIX, Ask.HERE)  # which say nothing of the kind of value
_BEGIN_WITH_LETTERS = (Ask.PLATE, Ask.DOCUMENT, Ask.VEHICLE)
_AMOUNTS = (Kind.MONEY, Kind.QUANTITY, Kind.SCALE)


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
    doubles digits, so other lengths lower the score and clear nothing. `with_letters`: letters beside the digits
    are part of the value; `shape`: letters and digits that are this entity wherever they stand.
    """

    asks: ClassVar[frozenset[Ask]]
    lengths: ClassVar[tuple[int, ...]]
    least: ClassVar[int] = 3
    shortest_code: ClassVar[int] = 0  # letters and digits; 0: one more than the digits alone
    in_parts: ClassVar[bool] = False  # single digits of it are asked for: "the first and third of your PIN"
    with_letters: ClassVar[bool] = False
    of_firms: ClassVar[bool] = False  # a thing may be named in the same shape: a part, an error, a flight
    shape: ClassVar[Pattern[str] | None] = None
    shape_score: ClassVar[float] = 0.6

    def find(self, reading: Reading) -> Iterable[Span]:
        """Runs and codes whose score for this entity is above zero."""
        for run in reading.numbers.runs:
            asked, why = self.asked_score(reading, run)
            bare = self.bare_score(reading, run)
            score = max(asked, bare)
            if score > 0:
                first, last = self._whole(reading, run)
                if self.with_letters and asked:
                    first, last = grown(reading.conversation.tokens, first, last, reading.numbers.measured)
                yield Span(first, last, score, why if asked >= bare else "shape")
        if self.with_letters:
            yield from self._codes(reading)
            yield from self._letters(reading)
            yield from self._locators(reading)

    def asked_score(self, reading: Reading, run: Run) -> tuple[float, str]:
        """Score and reason of a run by what was asked for."""
        if self.asks.isdisjoint(reading.asks(run)) or _names_it_here(reading, run):
            return 0.0, ""
        if _names_a_year(reading, run) and not self.may_be_year(int(run.digits)):
            return 0.0, ""
        if not self.with_letters and _in_a_word(reading, run):
            return 0.0, ""
        length = len(reading.chain(run).digits)
        few = length < self.least or len(run.digits) < 2 and length < 4 and not run.said_singly
        tail = few and is_tail(reading.conversation.tokens, run.first, run.last)
        if few and not tail and not (self.in_parts and run.said_singly and reading.alone(run.first, run.last)):
            return 0.0, ""
        for rank, expectation in enumerate(reading.expected(run)):
            fits = length in self.lengths or len(run.digits) in self.lengths
            if (
                expectation.ask in self.asks
                and not _cleared(reading, run, expectation, fits)
                and not _stray(run, expectation, fits)
            ):
                if _answered(reading, run, expectation, length in self.lengths):
                    continue
                fit = 0.15 if fits else 0.0 if expectation.close else -0.25
                return 0.75 - 0.08 * min(rank, 4) + fit, f"asked for: {expectation.ask}"
        return 0.0, ""

    def may_be_year(self, year: int) -> bool:  # noqa: ARG002
        """Whether a value may be a year that is said as one."""
        return False

    def bare_score(self, reading: Reading, run: Run) -> float:  # noqa: ARG002
        """Score of a run by its shape alone."""
        return 0.0

    def _whole(self, reading: Reading, run: Run) -> tuple[int, int]:
        """A run with the letters around it."""
        code = reading.code_of(run) if self.with_letters else None
        return (min(code.first, run.first), max(code.last, run.last)) if code else (run.first, run.last)

    def _codes(self, reading: Reading) -> Iterator[Span]:
        for code in reading.codes:
            if self.shape and self.shape.fullmatch(code.text) and not (self.of_firms and names_a_thing(reading, code)):
                yield Span(code.first, code.last, self.shape_score, "shape")
            if len(code.text) >= (self.shortest_code or self.least + 1) and not names_a_thing(reading, code):
                yield from self._asked_code(reading, code)

    def _letters(self, reading: Reading) -> Iterator[Span]:
        """Letters that begin the answer in a turn of their own: "It starts with three letters. X-Q-D."."""
        for letters, expected in reading.asked_letters:
            nearest = next((e for e in expected if e.ask not in _OF_LETTERS), None)
            if nearest is None or nearest.ask not in self.asks or nearest.distance > FAR or nearest.own:
                continue
            spelt = letters.first in reading.spelled and not set(letters.letters) <= {"a", "i"}
            if (spelt or nearest.ask in _BEGIN_WITH_LETTERS) and not reading.answered(nearest, letters.first):
                whole = nearest is expected[0] and len(letters.letters) >= LETTERS_OF_A_LOCATOR
                sure = nearest.close and (whole or nearest.ask in _BEGIN_WITH_LETTERS)
                yield Span(letters.first, letters.last, 0.9 if sure else 0.5, f"letters of: {nearest.ask}")

    def _locators(self, reading: Reading) -> Iterator[Span]:
        """Words that can only be codes, where one was asked for or is named right before: "booking reference PZAEXW"."""
        for at in reading.locators:
            asked = next(iter(reading.questions.at(at, at)), None)
            reach = 1 if asked and asked.own else CODE_REACH
            if asked and asked.ask in self.asks and asked.distance <= reach and not reading.answered(asked, at):
                if asked.ask in _OF_LETTERS and _is_customers(reading, asked):
                    continue  # "apartment number 9." "I see it: ROKMDA is ..."
                yield Span(at, at, 0.9, f"letters of: {asked.ask}")

    def _asked_code(self, reading: Reading, code: Code) -> Iterator[Span]:
        for rank, expectation in enumerate(reading.questions.at(code.first, code.last)):
            if expectation.ask in BUSINESS:
                return
            if expectation.ask in self.asks and expectation.distance <= CODE_REACH:
                if reading.answered(expectation, code.first, sure=code.digits > 3):
                    return
                fit = 0.15 if len(code.text) in self.lengths else 0.0
                first, last = grown(reading.conversation.tokens, code.first, code.last, reading.numbers.measured)
                yield Span(first, last, 0.75 - 0.08 * min(rank, 4) + fit, f"asked for: {expectation.ask}")
                return


def _is_customers(reading: Reading, asked: Expectation) -> bool:
    """Whether a customer named what the agent says something to: an agent is not asked for "the number"."""
    return (
        not asked.own and reading.conversation.has_agent and reading.conversation.turn_of(asked.at).role == "customer"
    )


def _names_a_year(reading: Reading, run: Run) -> bool:
    """ "I did that in 2022"; "of 2019?" as a turn begins."""
    if run.meaning is Meaning.UNKNOWN or not is_year(run.digits, run.items):
        return False
    turn = reading.conversation.turn_of(run.first)
    before = reading.conversation.tokens[run.first - 1].norm if run.first > turn.first else ""
    return before == "in" or before == "of" and run.first - 1 == turn.first


def _in_a_word(reading: Reading, run: Run) -> bool:
    """Whether digits come after letters in one word: "INC0049213" is no telephone number, whoever asks for one."""
    letters = sum(map(str.isalpha, reading.conversation.tokens[run.first].norm))
    return run.first == run.last and run.items[0].kind is Kind.CODE and letters >= LETTERS_OF_A_CODE


def _answered(reading: Reading, run: Run, expectation: Expectation, whole: bool) -> bool:
    """Whether the question had its answer before a run; a piece of a whole value is a part of the answer."""
    piece = whole and run.said_singly and reading.chain(run).runs[0] is not run
    return len(run.digits) <= 6 and not piece and reading.answered(expectation, run.first, not run.meaning)


def names_a_thing(reading: Reading, code: Code | Run) -> bool:
    """ "Error E 31", "gate B 12", "on transformer 118-B", "the XPS 13"; and what was named so, said again."""
    whole = reading.code_of(code) if isinstance(code, Run) else None
    if reading.is_thing(code) or whole is not None and reading.is_thing(whole):
        return True
    tokens = reading.conversation.tokens
    said = " ".join(token.norm for token in tokens[code.first : code.last + 1])
    return said in reading.things and not _answers_a_question(reading, code)


def _names_it_here(reading: Reading, run: Run) -> bool:
    """Whether a thing is named right here, whatever was asked for before: "on transformer 118-B", "SKU 88-4410"."""
    code = reading.code_of(run)
    return reading.is_thing(run) or code is not None and reading.is_thing(code)


def _answers_a_question(reading: Reading, code: Code | Run) -> bool:
    return any(e.ask not in BUSINESS and e.close for e in reading.questions.at(code.first, code.last))


def _cleared(reading: Reading, run: Run, expectation: Expectation, fits: bool) -> bool:
    """Whether a business meaning outweighs what was asked for."""
    if run.meaning is Meaning.UNKNOWN:
        return False
    if expectation.mixed and any(item.kind in _AMOUNTS for item in run.items):
        return True
    if is_toll_free(run.digits):
        return run.meaning is Meaning.BUSINESS or not expectation.close
    if run.meaning is Meaning.BUSINESS:  # recognition writes "$4,111" for a PIN
        whole = (
            any(item.kind is Kind.MONEY for item in run.items) and "." not in reading.conversation.tokens[run.last].norm
        )
        alone = reading.alone(run.first, run.last)
        return not whole or not (alone or expectation.own) or expectation.distance > (FAR if alone else 0)
    if not expectation.own and fits and reading.alone(run.first, run.last):
        return expectation.distance > FAR
    return expectation.distance > ((OWN_REACH_OF_LIKELY if expectation.own else REACH_OF_LIKELY) if fits else 1)


def _stray(run: Run, expectation: Expectation, fits: bool) -> bool:
    """Few digits long after the question, said as a cardinal or too few for an answer: a price or a count."""
    return expectation.distance > FAR and len(run.digits) <= 4 and not (run.said_singly and fits)
