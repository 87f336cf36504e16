"""What PINs and security codes share: so few digits that halves of them, with words between, are no number by themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pca_pipeline.pii.conversation.asks import BUSINESS, Ask
from pca_pipeline.pii.conversation.questions import Mention
from pca_pipeline.pii.conversation.reading import Reading, Span
from pca_pipeline.pii.forms.numbers import Meaning, Run
from pca_pipeline.pii.recognizers.base import DigitsRecognizer

REACH = 12  # words of content between the question and a part, or between two parts
_SAYING_HOW = frozenset({Ask.NUMBER, Ask.SUFFIX, Ask.HERE})  # "it ends in", "the last number is"


class SecretRecognizer(DigitsRecognizer):
    """A number that may not be stored, also where it is said in parts: "four two, let me check, one nine"."""

    def find(self, reading: Reading) -> Iterable[Span]:
        """What any number that was asked for is, and parts that make a whole one together, with who reads them back."""
        yield from super().find(reading)
        for mention in reading.questions.mentions:
            if mention.ask in self.asks:
                for run in self._parts(reading, mention):
                    yield Span(run.first, run.last, 0.75, f"part of: {mention.ask}")

    def _parts(self, reading: Reading, mention: Mention) -> Iterator[Run]:
        """Runs of too few digits that follow a mention, if together they have as many as a whole number."""
        parts: list[Run] = []
        digits = 0
        for run in _answers(reading, mention):
            fits = digits + len(run.digits) <= max(self.lengths)
            more = digits < min(self.lengths) or _goes_on(reading, parts[-1], run)
            if not (fits and more) or self._something_else(reading, mention, parts, run.first):
                break
            parts, digits = [*parts, run], digits + len(run.digits)
        if len(parts) > 1 and digits in self.lengths:
            yield from parts
            yield from _read_back(reading, parts)

    def _something_else(self, reading: Reading, mention: Mention, parts: Sequence[Run], first: int) -> bool:
        """Whether the talk went on, or to another kind of value, before a token; the PIN may be one "for your card"."""
        before = parts[-1].last if parts else mention.last
        behind = [m for m in reading.questions.mentions if before < m.first < first]
        others = [m for m in behind if parts or m.turn != mention.turn or m.ask in BUSINESS]
        far = reading.conversation.content_between(before + 1, first) > REACH
        return far or any(m.ask not in self.asks | _SAYING_HOW for m in others)


def _goes_on(reading: Reading, part: Run, run: Run) -> bool:
    """Whether digits go on with what may be whole already: behind it in its turn, as a phrase of their own."""
    tokens, turn = reading.conversation.tokens, reading.conversation.tokens[part.last].turn
    ends = tokens[run.last].after or reading.token(run.last + 1, turn) is None
    return tokens[run.first].turn == turn and run.said_singly and bool(tokens[run.first - 1].after and ends)


def _answers(reading: Reading, mention: Mention) -> Iterator[Run]:
    """Numbers behind a mention in its own turn, or else in the turns that may answer it; none of the business's."""
    own = range(mention.last + 1, reading.conversation.turns[mention.turn].end)
    said = [run for run in reading.numbers.runs if run.meaning is not Meaning.BUSINESS]
    mine = [run for run in said if run.first in own]
    turns = [range(turn.first, turn.end) for turn in reading.answering(mention)]
    yield from mine or (run for run in said if any(run.first in turn for turn in turns))


def _read_back(reading: Reading, parts: Sequence[Run]) -> Iterator[Run]:
    """The same digits said by the other side between the parts, or in the turn after the last one."""
    tokens = reading.conversation.tokens
    digits, last = {part.digits for part in parts}, tokens[parts[-1].last].turn + 1
    for run in reading.numbers.runs:
        between = parts[0].last < run.first and tokens[run.first].turn <= last
        if between and run not in parts and run.digits in digits and run.meaning is not Meaning.BUSINESS:
            yield run
