"""One conversation, read: its numbers, dates, spellings and questions, as artifacts that recognizers share.

Presidio hands every recognizer the artifacts of its NLP engine. Here the engine is this reading: no model, and
the lemma of a token is its lower-case form, so that Presidio's own context words work too.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from presidio_analyzer.nlp_engine import NlpArtifacts, NoOpNlpEngine

from pca_pipeline.call import KnownIdentity
from pca_pipeline.pii.conversation.asks import BUSINESS, Ask
from pca_pipeline.pii.conversation.groups import find_groups
from pca_pipeline.pii.conversation.questions import Expectation, Mention, Questions
from pca_pipeline.pii.conversation.things import is_thing
from pca_pipeline.pii.forms.codes import Code, find_codes, is_letter_group, is_locator
from pca_pipeline.pii.forms.dates import Date, find_dates
from pca_pipeline.pii.forms.numbers import Chain, Meaning, Numbers, Run, find_numbers
from pca_pipeline.pii.forms.spelling import Spelling, find_spellings
from pca_pipeline.pii.words.stream import Conversation, Token, Turn

LONGEST_READING = 6  # digits of an amount, a time or a meter
SHORTEST_SAID_AGAIN = 4  # digits of a meter that are one wherever they are said
PASSED_ON = 4  # words of content after an answer that show that the talk went on


@dataclass(frozen=True, slots=True)
class Span:
    """Tokens [first, last] that a recognizer claims."""

    first: int
    last: int
    score: float
    why: str  # for the explanation; never content


class Reading(NlpArtifacts):
    """The artifacts of one conversation. What recognizers share is worked out once, when first asked for."""

    def __init__(self, conversation: Conversation, known: KnownIdentity, engine: ConversationEngine) -> None:
        tokens = conversation.tokens
        super().__init__(
            entities=[],
            # Presidio wants their lengths only; a spaCy document's vocabulary would keep every word for good.
            tokens=[token.text for token in tokens],  # type: ignore[arg-type]
            tokens_indices=[token.start for token in tokens],
            lemmas=[token.norm for token in tokens],
            nlp_engine=engine,
            language="en",
        )
        self.conversation = conversation
        self.known = known
        self._engine = engine
        self._asks: dict[int, frozenset[Ask]] = {}

    @staticmethod
    def set_keywords(nlp_engine: object, lemmas: list[str], language: str) -> list[str]:  # noqa: ARG004
        """Presidio's words for context: all of them."""
        return lemmas

    @cached_property
    def dates(self) -> tuple[Date, ...]:
        """Dates with a month's name or in numerals."""
        return find_dates(self.conversation)

    @cached_property
    def numbers(self) -> Numbers:
        """Runs and chains of digits, dates apart; what answers a question for an amount may be the business's own."""
        return self._numbers_asked[0]

    @cached_property
    def _numbers_asked(self) -> tuple[Numbers, dict[int, tuple[Expectation, ...]]]:
        """The numbers, and by its first token what each may answer."""
        numbers = find_numbers(self.conversation, self.dated, self.asking, self.groups)
        expected: dict[int, tuple[Expectation, ...]] = {}
        meters: set[str] = set()  # what they and the like read
        for run in numbers.runs:
            found = self.questions.at(run.first, run.last)
            head = numbers.chains[run.chain].runs[0]
            found = found if head is run else (*found, *expected[head.first])
            stop = next((at for at, e in enumerate(found) if e.ask in BUSINESS), len(found))
            read = stop == 0 and bool(found) and len(run.digits) <= LONGEST_READING
            if read and found[0].ask is Ask.READING and len(run.digits) >= SHORTEST_SAID_AGAIN:
                meters.add(run.digits)
            if read or run.digits in meters:  # "04819." "So 04819, that's about right."
                run.meaning = max(run.meaning, Meaning.LIKELY_BUSINESS)
            expected[run.first] = found[:stop]
        return numbers, expected

    @cached_property
    def groups(self) -> frozenset[int]:
        """Tokens that look like amounts or times and are digits of a number."""
        return find_groups(self.conversation, self.questions, self.dated)

    @cached_property
    def asking(self) -> frozenset[int]:
        """Tokens that name something of a kind."""
        named = [m for m in self.questions.mentions if m.ask is not Ask.NUMBER and not m.renews]
        return frozenset(at for mention in named for at in range(mention.first, mention.last + 1))

    @cached_property
    def naming(self) -> frozenset[int]:
        """Tokens that name a kind of value, the word "number" alone among them."""
        named = [mention for mention in self.questions.mentions if not mention.renews]
        return frozenset(at for mention in named for at in range(mention.first, mention.last + 1))

    @cached_property
    def things(self) -> frozenset[str]:
        """Numbers and codes that name things, as said."""
        tokens = self.conversation.tokens
        return frozenset(" ".join(t.norm for t in tokens[first : last + 1]) for _, first, last in self._things)

    def is_thing(self, said: Run | Code) -> bool:
        """Whether a number or code of the conversation names a thing where it is said."""
        return (type(said), said.first, said.last) in self._things

    @cached_property
    def _things(self) -> frozenset[tuple[type, int, int]]:
        said: tuple[Run | Code, ...] = (*self.numbers.runs, *self.codes)
        return frozenset((type(one), one.first, one.last) for one in said if is_thing(self, one))

    @cached_property
    def asked_letters(self) -> tuple[tuple[Spelling, tuple[Expectation, ...]], ...]:
        """Letters without digits that may answer a question, and what they may answer."""
        found = ((letters, self.questions.at(letters.first, letters.last)) for letters in self.letters)
        return tuple((letters, expected) for letters, expected in found if expected)

    @cached_property
    def dated(self) -> frozenset[int]:
        """Tokens of dates."""
        return frozenset(at for date in self.dates for at in range(date.first, date.last + 1))

    @cached_property
    def codes(self) -> tuple[Code, ...]:
        """Letters and digits in a row."""
        return find_codes(self.conversation, self.numbers.items, self.dated | self.numbers.measured)

    @cached_property
    def _code_at(self) -> dict[int, Code]:
        return {at: code for code in self.codes for at in range(code.first, code.last + 1)}

    def code_of(self, run: Run) -> Code | None:
        """The code that a run is a part of."""
        return self.code_at(run.first) or self.code_at(run.last)

    def code_at(self, at: int) -> Code | None:
        """The code that a token belongs to."""
        return self._code_at.get(at)

    @cached_property
    def locators(self) -> tuple[int, ...]:
        """Words that can be codes of letters alone."""
        return tuple(at for at, token in enumerate(self.conversation.tokens) if is_locator(token.text))

    @cached_property
    def questions(self) -> Questions:
        """What is asked for and named."""
        return Questions(self.conversation)

    @cached_property
    def spellings(self) -> tuple[Spelling, ...]:
        """Words spelled letter by letter."""
        return find_spellings(self.conversation)

    @cached_property
    def spelled(self) -> dict[int, Spelling]:
        """The spelling that each token belongs to."""
        return {at: s for s in self.spellings for at in range(s.first, s.last + 1)}

    @cached_property
    def letters(self) -> tuple[Spelling, ...]:
        """Letters without digits: spelled one by one, or written as a few capitals."""
        written = (Spelling(at, at, t.norm) for at, t in enumerate(self.conversation.tokens) if is_letter_group(t))
        return (*self.spellings, *(one for one in written if one.first not in self.spelled))

    def chain(self, run: Run) -> Chain:
        """The chain of a run."""
        return self.numbers.chains[run.chain]

    def is_numeric(self, at: int) -> bool:
        """Whether a token belongs to a number or a date."""
        return at in self._numeric

    @cached_property
    def _numeric(self) -> frozenset[int]:
        return self.dated.union(*(range(run.first, run.last + 1) for run in self.numbers.runs))

    def alone(self, first: int, last: int) -> bool:
        """Whether nothing but numbers and fillers is said beside tokens in their segment."""
        tokens = self.conversation.tokens
        begin, end = first, last + 1
        while begin and tokens[begin - 1].segment == tokens[first].segment:
            begin -= 1
        while end < len(tokens) and tokens[end].segment == tokens[last].segment:
            end += 1
        content = self.conversation.content_between
        return content(begin, first) + content(last + 1, end) == 0

    def expected(self, run: Run) -> tuple[Expectation, ...]:
        """What a run may answer, most likely first; nothing where an amount or a date was asked for instead."""
        return self._numbers_asked[1][run.first]

    def asks(self, run: Run) -> frozenset[Ask]:
        """The kinds of what a run may answer."""
        if run.first not in self._asks:
            self._asks[run.first] = frozenset(expectation.ask for expectation in self.expected(run))
        return self._asks[run.first]

    def answered(self, expectation: Expectation, first: int, sure: bool = True) -> bool:
        """Whether a question had its answer, and the talk went on, before a token.

        An answer is a number of three digits or more, a date or a code, with something else said after it. `sure`
        is False for what may well be the business's own number: then any word is enough.
        """
        tokens = self.conversation.tokens
        asked = tokens[expectation.at].turn
        if expectation.own and asked == tokens[first].turn and tokens[expectation.at].segment == tokens[first].segment:
            return False
        at = bisect_left(self._answers, first) - 1
        while at >= 0 and self._answers[at] >= expectation.at:
            if self.conversation.content_between(self._answers[at] + 1, first) > (PASSED_ON if sure else 0):
                return True
            at -= 1
        return False

    @cached_property
    def _answers(self) -> list[int]:
        """Where numbers and dates end that may answer a question."""
        runs = [r.last for r in self.numbers.runs if len(r.digits) > 2 and r.meaning is not Meaning.BUSINESS]
        labels = [at for at, token in enumerate(self.conversation.tokens) if token.is_label]
        return sorted([*labels, *runs, *(date.last for date in self.dates), *(code.last for code in self.codes)])

    def asked(self, first: int, last: int, *asks: Ask) -> Expectation | None:
        """The nearest expectation of some kinds at tokens [first, last]."""
        return next((e for e in self.questions.at(first, last) if e.ask in asks), None)

    def answering(self, mention: Mention) -> Iterator[Turn]:
        """The turns that may answer a question: the other speaker's next ones, until somebody asks anew."""
        turns = self.conversation.turns
        asker = turns[mention.turn]
        if asker.role == "customer" and self.conversation.has_agent:
            return
        for at in range(mention.turn + 1, min(len(turns), mention.turn + 6)):
            if turns[at].speaker != asker.speaker:
                yield turns[at]
            elif at in self.questions.renewing:
                continue
            elif self.questions.asked_in(at) or self.conversation.content_between(turns[at].first, turns[at].end) > 8:
                return

    def again(self, conversation: Conversation) -> Reading:
        """The reading of other words, such as a part of these, by themselves."""
        return Reading(conversation, self.known, self._engine)

    def token(self, at: int, turn: int) -> Token | None:
        """A token of a turn; None outside of it."""
        tokens = self.conversation.tokens
        return tokens[at] if 0 <= at < len(tokens) and tokens[at].turn == turn else None


class ConversationEngine(NoOpNlpEngine):
    """Presidio's NLP engine of this room: reads a text as a conversation of one line per turn. Loads nothing."""

    engine_name = "conversation"

    def __init__(self) -> None:
        super().__init__([{"lang_code": "en", "model_name": "none"}])
        self.load()

    def read(self, conversation: Conversation, known: KnownIdentity) -> Reading:
        """The reading of a conversation."""
        return Reading(conversation, known, self)

    def process_text(self, text: str, language: str) -> Reading:
        """Presidio's entry for plain text: `AnalyzerEngine.analyze(text, language="en")`."""
        self._validate_loaded_language(language)
        return self.read(Conversation.of_text(text), KnownIdentity())
