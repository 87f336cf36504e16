"""The catch-all: digits of unknown kind."""

from __future__ import annotations

from collections.abc import Iterable

from pca_pipeline.pii.conversation.asks import Ask
from pca_pipeline.pii.conversation.reading import Reading, Span
from pca_pipeline.pii.forms.business import is_tail, is_toll_free
from pca_pipeline.pii.forms.codes import Code
from pca_pipeline.pii.forms.numbers import Meaning, Run
from pca_pipeline.pii.recognizers.base import DigitsRecognizer, names_a_thing
from pca_pipeline.pii.words.number_words import Item, Kind

SHORTEST_CODE = 4  # letters and digits
SUFFIX_REACH = 4  # words of content after the question for one or two digits
LEAST_DIGITS = 3  # after letters that are spelled out
_ONE_BY_ONE = (Kind.UNIT, Kind.ZERO, Kind.TIMES)


class NumberRecognizer(DigitsRecognizer):
    """Four or more digits without a business meaning, or a number that was asked for as just "the number"."""

    entity = "NUMBER"
    asks = frozenset({Ask.NUMBER, Ask.SUFFIX})
    lengths = ()
    with_letters = True

    def find(self, reading: Reading) -> Iterable[Span]:
        """Also codes that are all that is said."""
        yield from super().find(reading)
        for code in reading.codes:
            alone = len(code.text) >= SHORTEST_CODE and reading.alone(code.first, code.last)
            if alone or _spelled_out(reading, code):
                yield Span(code.first, code.last, 0.4, "shape")

    def asked_score(self, reading: Reading, run: Run) -> tuple[float, str]:
        """Lower than any recognizer that knows what the number is."""
        if _is_suffix(reading, run):
            return 0.5, "asked for: suffix"
        score, why = super().asked_score(reading, run)
        return score * 0.6, why

    def bare_score(self, reading: Reading, run: Run) -> float:
        """Digits as identifiers are said: one by one, or in long written groups."""
        if names_a_thing(reading, run):
            return 0.0
        reading.expected(run)  # an amount that was asked for becomes likely business
        digits = reading.chain(run).digits
        if is_tail(reading.conversation.tokens, run.first, run.last) and (len(run.digits) > 1 or reading.expected(run)):
            return 0.4
        if run.meaning is Meaning.BUSINESS:
            return 0.0
        if run.meaning is not Meaning.UNKNOWN and len(digits) < 12:
            return 0.4 if _customers_own(reading, run) else 0.0
        if len(digits) >= 7 and len(run.digits) > 1 or _single_digits(run) >= 4 or _longest_group(run) >= 4:
            return 0.4
        if len(digits) >= 4 and (all(map(_one_by_one, reading.chain(run).runs)) or _alone(reading, run)):
            return 0.4
        return 0.4 if len(digits) == 3 and run.said_singly and _alone(reading, run) else 0.0


def _is_suffix(reading: Reading, run: Run) -> bool:
    """ "And the two digits after it?" "Oh two": few digits, said by themselves."""
    asked = reading.asked(run.first, run.last, Ask.SUFFIX)
    closes = bool(reading.conversation.tokens[run.last].after) or reading.alone(run.first, run.last)
    near = asked is not None and asked.distance <= SUFFIX_REACH and not asked.own
    return near and closes and len(run.digits) <= LEAST_DIGITS and run.said_singly and not run.meaning


def _spelled_out(reading: Reading, code: Code) -> bool:
    """Letters said one by one, with digits said one by one right after them: "d like david r l two two nine"."""
    spelling = reading.spelled.get(code.first)
    run = next((run for run in reading.numbers.runs if run.last == code.last), None)
    singly = run is not None and len(run.digits) >= LEAST_DIGITS and all(map(_one, run.items))
    return spelling is not None and singly and not names_a_thing(reading, code)


def _longest_group(run: Run) -> int:
    """Digits of the longest written group; in a word with letters there may be four of a product or an error."""
    return max(len(item.digits) - (item.kind is Kind.CODE) for item in run.items)


def _one(item: Item) -> bool:
    return item.kind in _ONE_BY_ONE


def _customers_own(reading: Reading, run: Run) -> bool:
    """Digits that begin as toll-free numbers do, as a customer's whole answer."""
    return (
        is_toll_free(run.digits) and reading.conversation.turn_of(run.first).role == "customer" and _alone(reading, run)
    )


def _alone(reading: Reading, run: Run) -> bool:
    return reading.alone(run.first, run.last)


def _single_digits(run: Run) -> int:
    """How many digits are said or written one by one."""
    spoken = sum(item.kind in _ONE_BY_ONE for item in run.items)
    return spoken + sum(item.kind is Kind.WRITTEN and len(item.digits) == 1 for item in run.items)


def _one_by_one(run: Run) -> bool:
    return _single_digits(run) == len(run.items)
