"""Digits that put a number right which was just found: "no wait, 6 not one", "I said 6 but it's 8", "make that a 5".

A correction is a clause of nothing but digits and words of correcting, by whomever. It belongs to the last number
before it, to one within it, or to the one that it runs into: "917, actually that's a 918 555 0136".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pca_pipeline.pii.claims import Claim
from pca_pipeline.pii.conversation.asks import BUSINESS
from pca_pipeline.pii.conversation.reading import Reading
from pca_pipeline.pii.entities import may_be_number
from pca_pipeline.pii.forms.misheard import MISHEARD
from pca_pipeline.pii.repeats.echoes import ECHO, ECHO_SCORE
from pca_pipeline.pii.words.lexicon import FILLERS, word_set
from pca_pipeline.pii.words.number_words import ZERO_LETTERS, Item, Kind, spell_out

# Words that set one digit against another, and all that take back or question what was said.
_CONTRASTS = word_set("""not instead rather said say says meant mean isn't isnt wasn't wasnt should supposed misread misheard mixed
    replace swap swapped switch switched change changed""")
RETRACTIONS = _CONTRASTS | word_set("""no nope wait sorry actually oops whoops correction scratch strike lied wrong mistake make
    fault misspoke almost missed missing skipped forgot left extra excuse pardon hold digit typo error close start""")
CLAUSE = (
    FILLERS
    | RETRACTIONS
    | word_set("""of the a an or than but be was were that this there there's to you've i've i'd have had put
    wrote typed heard hear read where my bad one ones one's at end last first second third fourth fifth middle on hang
    only another with for by been gonna going believe think guess what whats what's did do pop because out in over
    part bit number numbers digits ends ending begins starts beginning gave give before earlier my your""")
)
# Words that may be digits, and what stands beside them where they are.
_UNSURE = dict.fromkeys(ZERO_LETTERS, "0") | MISHEARD | {"too": "2", "tree": "3", "fore": "4"}
_AHEAD_OF_UNSURE = word_set("not said of the a an mean meant sorry no it's that's be actually")
_BEHIND_UNSURE = word_set("not instead but rather and then")
# Beside these, number words count or stand for something: "the other one", "one second", "two more".
_NO_DIGIT_BEHIND = word_set("""this that which any every each another other same right only first second last new old the missed missing
    skipped forgot extra wrong""")
_NO_DIGIT_AHEAD = word_set("of more other another second last first missed missing extra wrong")
_VERBS = word_set("says is was has had")
_HOURS, _SUBJECTS = word_set("close start"), word_set("i we you they it")
_KINDS = (Kind.UNIT, Kind.TEEN, Kind.TENS, Kind.TIMES, Kind.PLURAL, Kind.WRITTEN)
MOST_DIGITS = 4  # of a part that is put right
NEAR = 1  # words of content between a value and one digit that puts it right
INTERRUPTED = 8  # the same, to several digits in the turn of the value: "hold on, somebody's at the door, sorry, 882"
FAR = 12  # the same, where two digits are set against each other
MOST_TURNS = 3
MOST_RUN_ON = 4  # words between a digit and the value that puts it right


@dataclass(frozen=True, slots=True, repr=False)
class _Clause:
    """Tokens [first, last], the places of the digits said in it, and its words."""

    first: int
    last: int
    digits: tuple[range, ...]
    words: frozenset[str]

    @property
    def contrasts(self) -> bool:
        """Whether two digits are set against each other."""
        return len(self.digits) > 1 and not self.words.isdisjoint(_CONTRASTS)


def corrections(reading: Reading, claims: Sequence[Claim]) -> Iterator[Claim]:
    """The digits that put claimed numbers right, as those numbers' entities."""
    found = _Corrections(reading, [claim for claim in claims if may_be_number(claim.entity)])
    return found.find() if found.entities else iter(())


@dataclass(slots=True, repr=False, eq=False)
class _Corrections:
    reading: Reading
    claims: Sequence[Claim]
    entities: dict[int, str] = field(init=False)  # of each claimed token
    _values: set[int] = field(init=False)  # tokens of claims too long for a correction
    _corrected: set[int] = field(init=False, default_factory=set)  # turns

    def __post_init__(self) -> None:
        places = {claim: range(claim.first, claim.last + 1) for claim in self.claims}
        self.entities = {at: claim.entity for claim, inside in places.items() for at in inside}
        self._values = {at for inside in places.values() if len(self._spelled(inside)) > MOST_DIGITS for at in inside}

    def find(self) -> Iterator[Claim]:
        """Claims in order."""
        for clause in self._clauses():
            entity = self._entity(clause)
            if entity is None:
                continue
            self._corrected.add(self._turn(clause.first))
            for digits in clause.digits:
                if self.entities.keys().isdisjoint(digits):
                    self.entities |= dict.fromkeys(digits, entity)
                    yield Claim(entity, digits[0], digits[-1], ECHO_SCORE, ECHO)

    def _clauses(self) -> Iterator[_Clause]:
        end = 0
        items, tokens = self.reading.numbers.items, self.reading.conversation.tokens
        for at, token in enumerate(tokens):
            if not items[at] and token.norm not in _UNSURE or at < end or at in self.entities or not self._is_digit(at):
                continue
            turn = self.reading.conversation.turn_of(at)
            first, last = at, at
            while first > max(end, turn.first) and self._in_clause(first - 1):
                first -= 1
            while last + 1 < turn.end and self._in_clause(last + 1):
                last += 1
            end = last + 1
            digits = tuple(self._digits(first, last))
            words = frozenset(t.norm for place, t in enumerate(tokens[first:end], first) if not self._is_verb(place))
            clause = _Clause(first, last, digits, words)
            if all(len(self._spelled(one)) <= MOST_DIGITS for one in digits) and not self._is_of_more(clause):
                yield clause

    def _is_verb(self, at: int) -> bool:
        """ "We close at 6" and not "close, but it's a 6"."""
        tokens = self.reading.conversation.tokens
        before = self.reading.token(at - 1, tokens[at].turn)
        return tokens[at].norm in _HOURS and before is not None and before.norm in _SUBJECTS

    def _in_clause(self, at: int) -> bool:
        word = self.reading.conversation.tokens[at].norm in CLAUSE
        return at not in self._values and (word or self._is_digit(at))

    def _is_digit(self, at: int) -> bool:
        """Whether digits are said that count nothing, or what sounds like them."""
        token, said = self.reading.conversation.tokens[at], self.reading.numbers.items[at]
        if not said and token.norm not in _UNSURE:
            return False
        before, after = self.reading.token(at - 1, token.turn), self.reading.token(at + 1, token.turn)
        if not said:
            closes = after is None or token.after != "" or after.norm in _BEHIND_UNSURE
            return closes and before is not None and before.norm in _AHEAD_OF_UNSURE
        if at in self.reading.numbers.measured or any(item.kind not in _KINDS for item in said):
            return False
        if after is not None and not token.after and after.norm in _NO_DIGIT_AHEAD:
            return False
        if token.norm != "one":
            return True
        begins = before is None and after is not None and after.norm in _VERBS  # "one says ..."
        return not begins and (before is None or before.norm not in _NO_DIGIT_BEHIND)

    def _digits(self, first: int, last: int) -> Iterator[range]:
        """Digits in a row."""
        start: int | None = None
        for at in range(first, last + 2):
            if at <= last and self._is_digit(at):
                start = at if start is None else start
            elif start is not None:
                yield range(start, at)
                start = None

    def _is_of_more(self, clause: _Clause) -> bool:
        """Whether words of something else touch its digits: "channel 6 not 7", "not 6 channels"."""
        opening = clause.digits[0][0] == clause.first and self._touches(clause.first - 1, clause.first)
        closing = clause.digits[-1][-1] == clause.last and self._touches(clause.last + 1, clause.last)
        return opening or closing

    def _touches(self, other: int, at: int) -> bool:
        tokens = self.reading.conversation.tokens
        if not 0 <= other < len(tokens) or tokens[other].segment != tokens[at].segment:
            return False
        return self.entities.keys().isdisjoint((other, at)) and not tokens[min(other, at)].after

    def _entity(self, clause: _Clause) -> str | None:
        """The entity of what a clause puts right."""
        value = next((at for at in range(clause.first - 1, -1, -1) if self._says_number(at)), -1)
        if value in self.entities and self._answers(value, clause):
            return self.entities[value]
        runs_on = len(clause.digits) == 1 and clause.last - clause.digits[0][-1] <= MOST_RUN_ON
        ahead = clause.last + 1 if runs_on else -1
        doubts = "or" in clause.words and (len(clause.digits) > 1 or ahead in self.entities)
        if clause.words.isdisjoint(RETRACTIONS) and not doubts:
            return None
        inside = (self.entities[at] for digits in clause.digits for at in digits if at in self.entities)
        before = self.entities[value] if value in self.entities and self._reaches(value, clause) else None
        return next(inside, before) or self.entities.get(ahead)

    def _says_number(self, at: int) -> bool:
        said = self.reading.numbers.items[at]
        pronoun = self.reading.conversation.tokens[at].norm == "one" and not self.reading.is_numeric(at)
        return at in self.entities or bool(said) and said[0].kind is not Kind.ORDINAL and not pronoun

    def _answers(self, value: int, clause: _Clause) -> bool:
        """Whether a turn of nothing else answers the other speaker's "was that a 2 or a 7?"."""
        asked = self._turn(value)
        begins = self.reading.conversation.turn_of(clause.first).first == clause.first
        return begins and asked in self._corrected and asked == self._turn(clause.first) - 1

    def _reaches(self, value: int, clause: _Clause) -> bool:
        """Whether a clause is so near that it can mean a value; of two digits, the value has one."""
        turns = self._turn(clause.first) - self._turn(value)
        again = not turns and len(self._spelled(clause.digits[0])) > 1
        reach = FAR if clause.contrasts else INTERRUPTED if again else NEAR
        far = self.reading.conversation.content_between(value + 1, clause.first) > reach
        if far or turns > MOST_TURNS or self._asked_between(value, clause.first):
            return False
        begin = self.reading.conversation.turns[max(0, self._turn(value) - MOST_TURNS)].first
        said = self._spelled([at for at in range(begin, value + 1) if at in self.entities])
        return len(clause.digits) == 1 or any(self._spelled(one) in said for one in clause.digits)

    def _asked_between(self, value: int, first: int) -> bool:
        """Whether an amount, a time or a reading is asked for after a value."""
        mentions = self.reading.questions.mentions
        return any(value < mention.first < first and mention.ask in BUSINESS for mention in mentions)

    def _spelled(self, places: Sequence[int]) -> str:
        """The digits that tokens say."""
        tokens, items = self.reading.conversation.tokens, self.reading.numbers.items
        unsure = {at: (Item(Kind.UNIT, _UNSURE[tokens[at].norm]),) for at in places if tokens[at].norm in _UNSURE}
        return spell_out([item for at in places for item in items[at] or unsure.get(at, ())])

    def _turn(self, at: int) -> int:
        return self.reading.conversation.tokens[at].turn
