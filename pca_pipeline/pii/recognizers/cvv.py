"""Security codes of cards."""

from __future__ import annotations

from collections.abc import Iterable

from pca_pipeline.pii.conversation.asks import Ask
from pca_pipeline.pii.conversation.reading import Reading, Span
from pca_pipeline.pii.recognizers.expiry import ExpiryRecognizer
from pca_pipeline.pii.recognizers.secret import SecretRecognizer
from pca_pipeline.pii.words.lexicon import word_set

_TELLING = word_set("code back three security reverse")
_LEADS = _TELLING | word_set("and the it's its is on says it that's um uh then number numbers digits card of")
MOST_LEADS = 8  # words between the expiry and the code


class CvvRecognizer(SecretRecognizer):
    """Three or four digits that only the question gives away."""

    entity = "CVV"
    asks = frozenset({Ask.CVV})
    lengths = (3, 4)
    least = 2

    def find(self, reading: Reading) -> Iterable[Span]:
        """What was asked for, and three or four digits right after an expiry: "oh four two nine, code nine oh eight"."""
        yield from super().find(reading)
        expiries = {span.last: span for span in ExpiryRecognizer().find(reading)} if _may_hold_card(reading) else {}
        for run in reading.numbers.runs if expiries else ():
            if len(run.digits) in self.lengths and run.said_singly and _behind(reading, run.first) in expiries:
                yield Span(run.first, run.last, 0.7, "behind an expiry")


def _may_hold_card(reading: Reading) -> bool:
    return any(mention.ask in (Ask.EXPIRY, Ask.CARD) for mention in reading.questions.mentions)


def _behind(reading: Reading, first: int) -> int:
    """The token before the words that lead from an expiry to a security code, in the same turn; -1 if there are none."""
    turn, at = reading.conversation.tokens[first].turn, first - 1
    while first - at <= MOST_LEADS and (token := reading.token(at, turn)) and token.norm in _LEADS:
        at -= 1
    leads = [token.norm for token in reading.conversation.tokens[at + 1 : first]]
    return at if _TELLING.intersection(leads) else -1
