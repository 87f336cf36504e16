"""Letters of a value that are asked about or put right: "is that T or D as in David?", "it's H, not Q", "no, Y as in yellow".

Like digits (`corrections`), they are a clause of nothing but letters, their examples and words of correcting, by
whomever. It belongs to the value just said that has one of the letters; its answer belongs to what was asked about.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pca_pipeline.pii.claims import Claim
from pca_pipeline.pii.conversation.reading import Reading
from pca_pipeline.pii.entities import may_be_number
from pca_pipeline.pii.forms.spelling import letters_at, says_letters
from pca_pipeline.pii.repeats.corrections import CLAUSE, RETRACTIONS
from pca_pipeline.pii.repeats.echoes import ECHO
from pca_pipeline.pii.words.lexicon import word_set

_VALUES = word_set("EMAIL_ADDRESS USERNAME SECURITY_ANSWER PERSON LOCATION STREET_ADDRESS")  # beside numbers
_AROUND = CLAUSE | word_set("""is are does with its letter letters capital lowercase uppercase spelled spelt starts dear honey
    hon sir ma'am madam love yes exactly""")
_CONTRASTS = RETRACTIONS | {"or"}
_PRONOUNS = ("i", "a")
_BEHIND_PRONOUNS = word_set("or not dear instead")  # where they are letters
SCORE = 0.96  # above that of a name found in an example
MOST_LETTERS = 3  # more are spelled
MOST_TURNS = 2  # between a value and a clause
MOST_WORDS = 8  # of content between them


@dataclass(frozen=True, slots=True, repr=False)
class _Clause:
    """Tokens [first, end), and those of each letter with its example."""

    first: int
    end: int
    places: tuple[range, ...]


def corrected_letters(reading: Reading, claims: Sequence[Claim]) -> Iterator[Claim]:
    """The letters that question claimed values or put them right, as those values' entities."""
    values = sorted(
        (claim for claim in claims if claim.entity in _VALUES or may_be_number(claim.entity)),
        key=lambda claim: claim.first,
    )
    return _Letters(reading, values).find() if values else iter(())


@dataclass(slots=True, repr=False, eq=False)
class _Letters:
    reading: Reading
    values: Sequence[Claim]
    _corrected: dict[int, str] = field(init=False, default_factory=dict)  # the entity, by turn

    def find(self) -> Iterator[Claim]:
        """Claims in order."""
        tokens = self.reading.conversation.tokens
        for clause in self._clauses():
            turn = tokens[clause.first].turn
            entity = self._corrected.get(turn - 1) or self._entity(clause)
            if entity:
                self._corrected[turn] = entity
                yield from (Claim(entity, place[0], place[-1], SCORE, ECHO) for place in clause.places)

    def _clauses(self) -> Iterator[_Clause]:
        end = 0
        for at, token in enumerate(self.reading.conversation.tokens):
            if at >= end and says_letters(token.norm) and (place := self._letter(at)):
                clause = self._clause(place, end)
                end = clause.end
                if len(clause.places) <= MOST_LETTERS and not self._is_of_more(clause):
                    yield clause

    def _clause(self, place: range, begin: int) -> _Clause:
        """The clause around its first letter, from token `begin` on."""
        tokens, places = self.reading.conversation.tokens, [place]
        first, end, segment = place.start, place.stop, tokens[place.start].segment
        while first > begin and tokens[first - 1].segment == segment and tokens[first - 1].norm in _AROUND:
            first -= 1
        while end < len(tokens) and tokens[end].segment == segment:
            following = self._letter(end)
            if not following and tokens[end].norm not in _AROUND:
                break
            places += [following] if following else []
            end = following.stop if following else end + 1
        return _Clause(first, end, tuple(places))

    def _letter(self, at: int) -> range:
        """The tokens of a letter and its example; none where other words are said."""
        tokens = self.reading.conversation.tokens
        norm = tokens[at].norm
        letter, end = letters_at(tokens, at) if norm.isalpha() else ("", at)
        following = self.reading.token(at + 1, tokens[at].turn)
        behind = following is None or tokens[at].after or following.norm in _BEHIND_PRONOUNS
        pronoun = norm in _PRONOUNS and end == at + 1 and not behind
        return range(at, end if len(letter) == 1 and not pronoun else at)

    def _is_of_more(self, clause: _Clause) -> bool:
        """Whether words of something else touch its letters: "plan B or C", "B or D vitamins"."""
        tokens = self.reading.conversation.tokens
        opening, closing = clause.places[0].start, clause.places[-1].stop
        before = self.reading.token(opening - 1, tokens[opening].turn) if opening == clause.first else None
        after = self.reading.token(closing, tokens[opening].turn) if closing == clause.end else None
        continues = before is not None and before.segment == tokens[opening].segment and not tokens[opening].opens
        goes_on = after is not None and after.segment == tokens[opening].segment and not tokens[closing - 1].after
        return continues or goes_on

    def _entity(self, clause: _Clause) -> str | None:
        """The entity of the last value with one of the letters, near before them; of bare letters, only of contrasts."""
        tokens = self.reading.conversation.tokens
        letters = {letters_at(tokens, place.start)[0] for place in clause.places}
        words = (token.norm for token in tokens[clause.first : clause.end])
        if _CONTRASTS.isdisjoint(words) and not any(len(place) > 1 for place in clause.places):
            return None
        for value in reversed(self.values):
            if value.last < clause.first:
                if not self._near(value, clause.first):
                    return None
                if letters & self._signs(value):
                    return value.entity
        return None

    def _near(self, value: Claim, first: int) -> bool:
        conversation = self.reading.conversation
        turns = conversation.tokens[first].turn - conversation.tokens[value.last].turn
        return turns <= MOST_TURNS and conversation.content_between(value.last + 1, first) <= MOST_WORDS

    def _signs(self, value: Claim) -> set[str]:
        """The letters that a value has, those of number words apart."""
        tokens, items = self.reading.conversation.tokens, self.reading.numbers.items
        inside = range(value.first, value.last + 1)
        return {sign for at in inside if not items[at] or not tokens[at].norm.isalpha() for sign in tokens[at].norm}
