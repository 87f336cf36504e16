"""Dates of birth."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from pca_pipeline.pii.conversation.asks import BUSINESS, Ask
from pca_pipeline.pii.conversation.questions import Mention
from pca_pipeline.pii.conversation.reading import Reading, Span
from pca_pipeline.pii.forms.dates import FEASTS, Date, is_birth_year, of_feast, year_of
from pca_pipeline.pii.recognizers.base import DigitsRecognizer
from pca_pipeline.pii.words.lexicon import MONTHS, word_set
from pca_pipeline.pii.words.number_words import ZERO_LETTERS, Kind, spell_out

OWN_REACH = 4  # words between "my birthday is" and the date
YEAR_DIGITS = 4
MOST_YEAR_WORDS = 4  # "two thousand and four"
ANSWER_REACH = 8  # words that an answer may begin with
_STATING = word_set("have see seeing got show showing confirm verify is was that's it's as")
_CONFIRMING = word_set("confirm verify file record records right correct listed")
# What happened or begins on a date that stands behind: "a letter dated", "effective", "the visit on".
_EVENTS = word_set("""dated effective starting starts started beginning begins ending ends due expires expired visit letter bill
    statement invoice appointment out issued postmarked mailed posted scheduled delivered shipped runs valid renews""")
EVENT_REACH = 3  # words between the two
_LINKS = word_set("the of and in um uh er slash oh o")
_KINDS = (Kind.UNIT, Kind.TEEN, Kind.TENS, Kind.ZERO, Kind.SCALE, Kind.ORDINAL, Kind.WRITTEN, Kind.DATE)


class BirthDateRecognizer(DigitsRecognizer):
    """Dates that were asked for as a birthday or named so, and whole dates of long ago."""

    entity = "DATE_OF_BIRTH"
    asks = frozenset({Ask.BIRTH})
    lengths = (4, 5, 6, 7, 8)
    least = 2

    def may_be_year(self, year: int) -> bool:
        """Years long enough ago."""
        return is_birth_year(year)

    def find(self, reading: Reading) -> Iterable[Span]:
        """Dates in words and numerals, bare digits that answer the question, and what is left of a misheard date."""
        return (span for span in self._dates(reading) if not _at_a_time(reading, span))

    def _dates(self, reading: Reading) -> Iterator[Span]:
        for span in super().find(reading):
            first, last = _grown(reading, span.first, span.last, gap=0)
            yield replace(span, first=first, last=last)
            yield from _missing_year(reading, reading.conversation.tokens[last].turn)
        for date in reading.dates:
            score = _score(reading, date)
            if score:
                first, last = _grown(reading, date.first, date.last, gap=0)
                yield Span(first, last, score, "date of birth")
                if date.year is None and last == date.last:
                    yield from _missing_year(reading, reading.conversation.tokens[last].turn)
        yield from _years(reading)
        for mention in reading.questions.mentions:
            if mention.ask is Ask.BIRTH:
                yield from (Span(*said, 0.7, "asked for: birth, as heard") for said in _answers(reading, mention))


def _at_a_time(reading: Reading, span: Span) -> bool:
    """Whether a day without a year is an appointment's: "the twenty eighth at nine fifteen"."""
    tokens, items = reading.conversation.tokens, reading.numbers.items
    said = [item for at in range(span.first, span.last + 1) for item in items[at]]
    link, time = (reading.token(span.last + step, tokens[span.last].turn) for step in (1, 2))
    timed = link is not None and link.norm == "at" and time is not None and bool(items[span.last + 2])
    return timed and len(spell_out(said)) < YEAR_DIGITS


def _years(reading: Reading) -> Iterator[Span]:
    """ "And the year of birth?" "1958." """
    for run in reading.numbers.runs:
        asked = reading.asked(run.first, run.last, Ask.BIRTH)
        close = asked is not None and asked.close and not asked.own
        if close and len(run.digits) == YEAR_DIGITS and reading.alone(run.first, run.last):
            yield Span(run.first, run.last, 0.7, "asked for: year of birth")


def _missing_year(reading: Reading, turn: int) -> Iterator[Span]:
    """ "What year?" "Fifty one.", right after a turn with a day and a month."""
    turns, tokens, items = reading.conversation.turns, reading.conversation.tokens, reading.numbers.items
    if turn + 2 >= len(turns) or turns[turn + 2].speaker != turns[turn].speaker:
        return
    question, answer = turns[turn + 1], turns[turn + 2]
    if all(token.norm != "year" for token in tokens[question.first : question.end]):
        return
    numbers = [at for at in range(answer.first, answer.end) if items[at]]
    without_oh = numbers[1:] if numbers and tokens[numbers[0]].norm in ZERO_LETTERS else []  # "oh, seventy eight"
    for said in filter(None, (numbers[:MOST_YEAR_WORDS], without_oh[:MOST_YEAR_WORDS])):
        year = year_of(spell_out([item for at in said for item in items[at]]))
        if year is not None and said[-1] - said[0] < len(said):
            yield Span(said[0], said[-1], 0.9, "year of birth")
            return


def _answers(reading: Reading, mention: Mention) -> Iterator[tuple[int, int]]:
    """Parts of dates right after the speaker's own mention, or in the answer and what reads it back."""
    turns = reading.conversation.turns
    own = _parts(reading, mention.last + 1, min(turns[mention.turn].end, mention.last + 2 + OWN_REACH))
    if own:
        yield own
        return
    for turn in reading.answering(mention):
        at = reading.conversation.tokens[turn.first].turn
        said = _parts(reading, turn.first, min(turn.end, turn.first + ANSWER_REACH))
        if said:
            yield said
            yield from _read_back(reading, at + 1)
        dated = not reading.dated.isdisjoint(range(turn.first, turn.end))
        if (
            said
            or dated
            or at > mention.turn + 1
            or reading.conversation.content_between(turn.first, turn.end) > OWN_REACH
        ):
            return


def _read_back(reading: Reading, turn: int) -> Iterator[tuple[int, int]]:
    for other in reading.conversation.turns[turn : turn + 1]:
        said = _parts(reading, other.first, min(other.end, other.first + OWN_REACH))
        if said:
            yield said


def _parts(reading: Reading, first: int, end: int) -> tuple[int, int] | None:
    """The first place in tokens [first, end) where two parts of a date or more are said."""
    for at in range(first, end):
        if _of_date(reading, at):
            said = _grown(reading, at, at, gap=1)
            parts = sum(_of_date(reading, place) for place in range(said[0], said[1] + 1))
            return said if parts > 1 and _named(reading, *said) else None
    return None


def _named(reading: Reading, first: int, last: int) -> bool:
    """Whether a month or a day's ordinal is among the parts, or more digits than a count has."""
    items = [item for at in range(first, last + 1) for item in reading.numbers.items[at]]
    month = any(token.norm in MONTHS or token.norm in FEASTS for token in reading.conversation.tokens[first : last + 1])
    return month or any(item.kind is Kind.ORDINAL for item in items) or sum(len(item.digits) for item in items) > 3


def _grown(reading: Reading, first: int, last: int, gap: int) -> tuple[int, int]:
    """Tokens with all parts of a date around them, `gap` words that are none between two; "the" in front belongs."""
    first, last = _reach(reading, first, -1, gap), _reach(reading, last, 1, gap)
    tokens = reading.conversation.tokens
    while first and tokens[first - 1].norm in ("the", "of") and tokens[first - 1].segment == tokens[first].segment:
        first -= 1
    return first, last


def _reach(reading: Reading, at: int, step: int, gap: int) -> int:
    tokens = reading.conversation.tokens
    furthest, place, odd = at, at + step, 0
    while 0 <= place < len(tokens) and _goes_on(reading, at, place) and odd <= gap:
        if _of_date(reading, place):
            furthest, odd = place, 0
        elif tokens[place].norm not in _LINKS:
            odd += 1
        place += step
    return furthest


def _goes_on(reading: Reading, at: int, place: int) -> bool:
    """Whether a date at one token may reach another: within the segment, and over nothing else that is named."""
    tokens = reading.conversation.tokens
    return tokens[place].segment == tokens[at].segment and place not in reading.asking


def _of_date(reading: Reading, at: int) -> bool:
    if at in reading.numbers.measured:
        return False
    items = reading.numbers.items[at]
    if items and items[0].kind is Kind.ORDINAL and at and reading.conversation.tokens[at - 1].norm in ("a", "one"):
        return False  # "one second"
    named = reading.conversation.tokens[at].norm in MONTHS or of_feast(reading.conversation.tokens, at)
    return named or at in reading.dated or bool(items) and items[0].kind in _KINDS and len(items[0].digits) <= 4


def _score(reading: Reading, date: Date) -> float:
    if not date.could_be_birth and _of_an_event(reading, date):
        return 0.0
    for expectation in reading.questions.at(date.first, date.last):
        if expectation.ask in BUSINESS:
            break
        if expectation.ask is Ask.BIRTH and not date.complete and reading.answered(expectation, date.first, sure=False):
            break
        if expectation.ask is Ask.BIRTH and (date.complete or expectation.distance <= 10):
            return 0.9
    if not date.could_be_birth:
        return 0.0
    return 0.9 if _read_from_file(reading, date) else 0.45


def _of_an_event(reading: Reading, date: Date) -> bool:
    tokens = reading.conversation.tokens
    first = max(reading.conversation.turn_of(date.first).first, date.first - EVENT_REACH)
    words = [token.norm for token in tokens[first : date.first] if token.after != "."]
    return not _EVENTS.isdisjoint(words) and reading.asking.isdisjoint(range(first, date.first))


def _read_from_file(reading: Reading, date: Date) -> bool:
    """ "I have the 8th of November 1983 here, is that right?": an agent has it confirmed."""
    turn, tokens = reading.conversation.turn_of(date.first), reading.conversation.tokens
    before = reading.token(date.first - 1, tokens[date.first].turn)
    stated = before is not None and before.norm in _STATING
    return turn.role == "agent" and stated and any(t.norm in _CONFIRMING for t in tokens[turn.first : turn.end])
