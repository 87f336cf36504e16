"""What is being asked for: mentions of identifiers ("account number", "last four of your social"), and which of
them a number, a name or a word answers. A mention by one speaker waits for the other's answer; a speaker's own
mention ("my PIN is ...", "..., that's my PIN") names what they say next to it. Who did not hear the answer and says so
("sorry, you broke up") asks once more what they asked before.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pca_pipeline.pii.conversation.asks import ASKING_AGAIN, BUSINESS, PATTERNS, Ask
from pca_pipeline.pii.words.lexicon import FILLERS, word_set
from pca_pipeline.pii.words.number_words import items_of
from pca_pipeline.pii.words.stream import Conversation, Turn

_MENTION = re.compile(
    r"(?<![\w'])(?:" + "|".join(f"(?P<{ask.name}>{pattern})" for ask, pattern in PATTERNS) + r")(?:'s)?(?![\w'])"
)
_NOT_A_NAME = re.compile(r"(?:company|business|user|plan|street|product|brand|file|domain|employer)(?:'s)? $")
OWN_REACH = 12  # words of content between a speaker's own mention and what it names
OTHER_REACH = 25  # the same, from the end of the other speaker's turn
AMOUNT_REACH = 12  # the same, where an amount was asked for
STATED_WITHIN = 5  # words between "charge of" and its amount, or "what" and what is asked
ELLIPSIS = 3  # words of a sentence that asks by naming: "and the account?"
BEHIND_REACH = 5  # "1234, that's my PIN"
_ASKING = word_set("what what's whats which enter")
_COPULAS = word_set("is was that's thats that it's as for my the are a")
_ASKED_ANEW = word_set("what what's whats who where when why how which")
_THANKS = word_set("thank thanks perfect great lovely brilliant excellent wonderful awesome")
BACKCHANNEL = 3  # words of content of a turn that asks nothing: "and then?", "okay, go on"
MOST_AGAIN = 14  # words of content of a turn that asks once more
RENEWED_WITHIN = 6  # turns
_GENERAL = frozenset({Ask.NUMBER, Ask.SUFFIX, Ask.HERE})  # which say nothing of the kind: "the last four, say again?"


@dataclass(frozen=True, slots=True)
class Mention:
    """An identifier is named: tokens [first, last]."""

    ask: Ask
    first: int
    last: int
    turn: int
    renews: Mention | None = None  # the question that is asked once more at the end of this turn, without its words

    @property
    def worded(self) -> Mention:
        """The mention that has the words."""
        return self.renews or self


@dataclass(frozen=True, slots=True)
class Expectation:
    """A mention that may explain a token."""

    ask: Ask
    distance: int  # words of content between the two
    own: bool  # named by the same speaker
    at: int  # first token of the mention
    mixed: bool = False  # an amount was asked for in the same turn

    @property
    def close(self) -> bool:
        """So near that little else can be meant."""
        return self.distance <= 4


class Questions:
    """All mentions of a conversation, and what is expected at each of its tokens."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation
        self.mentions = tuple(_mentions(conversation))
        self._lasts = [mention.last for mention in self.mentions]
        self._firsts = [mention.first for mention in self.mentions]
        self._amount_turns = {m.turn for m in self.mentions if m.ask is Ask.AMOUNT and _asks_how_much(conversation, m)}
        self._personal_turns = {m.turn for m in self.mentions if m.ask not in BUSINESS and m.ask is not Ask.HERE}
        self.renewing = {m.turn for m in self.mentions if m.renews}  # turns that ask once more, without its words
        self._at: dict[tuple[int, int], tuple[Expectation, ...]] = {}

    def at(self, first: int, last: int) -> tuple[Expectation, ...]:
        """What the tokens [first, last] may answer, most likely first; many recognizers ask, it is found once."""
        if (first, last) not in self._at:
            self._at[first, last] = self._find(first, last)
        return self._at[first, last]

    def _find(self, first: int, last: int) -> tuple[Expectation, ...]:
        behind = self._behind(last)
        found = [behind] if behind else []
        speaker = self._conversation.speaker(first)
        question: int | None = None  # turn of the other speaker's latest question
        for mention in reversed(self.mentions[: bisect_left(self._lasts, first)]):
            if self._too_far(mention, first) or (question is not None and mention.turn < question - 2):
                break
            expectation = self._before(mention, first, speaker)
            if expectation is None:
                continue
            if not expectation.own:
                if mention.ask in BUSINESS and mention.turn in self._personal_turns:
                    continue
                question = mention.turn if question is None else question
            found.append(expectation)
        return tuple(found)

    def personal_in(self, turn: int) -> int:
        """How many kinds of personal data a turn names."""
        return len({m.ask for m in self.mentions if m.turn == turn and m.ask not in BUSINESS and m.ask is not Ask.HERE})

    def asked_in(self, turn: int) -> bool:
        """Whether a turn names anything personal."""
        return turn in self._personal_turns

    def _too_far(self, mention: Mention, first: int) -> bool:
        return self._conversation.content_between(mention.last + 1, first) > 3 * OTHER_REACH

    def _before(self, mention: Mention, first: int, speaker: str) -> Expectation | None:
        turn = self._conversation.turns[mention.turn]
        own = turn.speaker == speaker
        if mention.ask is Ask.HERE:
            near = own and self._conversation.content_between(mention.last + 1, first) <= 1
            ask = _named_here(self._conversation, mention.first)
            return Expectation(ask, 1, True, mention.first) if near and first - mention.last <= 4 else None
        if own:
            distance = self._conversation.content_between(mention.last + 1, first)
            return Expectation(mention.ask, distance, True, mention.first) if distance <= OWN_REACH else None
        distance = self._conversation.content_between(turn.end, first)
        if mention.ask is Ask.AMOUNT and (distance > AMOUNT_REACH or not _asks(self._conversation, mention.worded)):
            return None
        mixed = mention.turn in self._amount_turns
        return Expectation(mention.ask, distance, False, mention.first, mixed) if distance <= OTHER_REACH else None

    def _behind(self, last: int) -> Expectation | None:
        """A mention that follows in the same turn, with nothing but "is my" or "that's the" between."""
        tokens = self._conversation.tokens
        for mention in self.mentions[bisect_right(self._firsts, last) :]:
            between = tokens[last + 1 : mention.first]
            if len(between) > BEHIND_REACH or mention.turn != tokens[last].turn:
                return None
            if between and mention.ask not in BUSINESS and all(token.norm in _COPULAS for token in between):
                return Expectation(mention.ask, 0, True, mention.first)
        return None


def _asks(conversation: Conversation, mention: Mention) -> bool:
    """Whether an amount is asked for and not said or talked about: "what's the price" and not "a charge of $84"."""
    if _asks_how_much(conversation, mention):
        return True
    tokens, turn = conversation.tokens, conversation.turns[mention.turn]
    said = any(items_of(token.norm) for token in tokens[mention.last + 1 : min(turn.end, mention.last + STATED_WITHIN)])
    before = tokens[max(turn.first, mention.first - STATED_WITHIN) : mention.first + 1]
    all_said = mention.last + 1 >= turn.end and any(token.opens for token in before[-ELLIPSIS:])
    return not said and (all_said or any(token.norm in _ASKING for token in before))


def _asks_how_much(conversation: Conversation, mention: Mention) -> bool:
    return conversation.tokens[mention.worded.first].norm in ("how", "amount", "amounts")


def _named_here(conversation: Conversation, at: int) -> Ask:
    return Ask.CARD if conversation.tokens[at].norm == "card" else Ask.ACCOUNT


def _is_all(conversation: Conversation, first: int, last: int) -> bool:
    """Whether a mention ends its turn and is nearly all that its sentence says: "Account?", "and the card please"."""
    turn = conversation.turn_of(first)
    begin = first
    while begin > turn.first and not conversation.tokens[begin].opens:
        begin -= 1
    rest = [token for token in conversation.tokens[last + 1 : turn.end] if token.norm not in FILLERS]
    return not rest and turn.role != "customer" and first - begin <= ELLIPSIS


def _mentions(conversation: Conversation) -> list[Mention]:
    found: list[Mention] = []
    for at in range(len(conversation.turns)):
        phrase, known = conversation.phrase(at), len(found)
        for match in _MENTION.finditer(phrase.text):
            ask = Ask[match.lastgroup or "NUMBER"]
            if ask is not Ask.NAME or not _NOT_A_NAME.search(phrase.text[: match.start()]):
                first, last = phrase.tokens(match)
                if ask is Ask.HERE and _is_all(conversation, first, last):
                    ask = _named_here(conversation, first)
                found.append(Mention(ask, first, last, at))
        if all(mention.ask in _GENERAL for mention in found[known:]):
            found += _renewed(conversation, found, at)
    return found


def _waits(conversation: Conversation, turn: Turn) -> bool:
    """Whether a turn leaves a question open: it is short, or neither asks anything nor takes an answer with thanks."""
    said = [token.norm for token in conversation.tokens[turn.first : turn.end]]
    short = conversation.content_between(turn.first, turn.end) <= BACKCHANNEL
    asks = not _ASKED_ANEW.isdisjoint(said) or conversation.text.startswith("?", conversation.tokens[turn.end - 1].end)
    return short or not asks and _THANKS.isdisjoint(said[:3])


def _renewed(conversation: Conversation, found: Sequence[Mention], at: int) -> list[Mention]:
    """What the speaker of a turn asked last, if that is what the turn asks once more: "sorry, say that again?"."""
    turn = conversation.turns[at]
    answers = turn.role == "customer" and conversation.has_agent
    short = conversation.content_between(turn.first, turn.end) <= MOST_AGAIN
    if answers or not short or not ASKING_AGAIN.search(conversation.phrase(at).text):
        return []
    for before in range(at - 1, max(-1, at - 1 - RENEWED_WITHIN), -1):
        other = conversation.turns[before]
        if other.speaker == turn.speaker:
            asked = [m for m in found if m.turn == before and m.ask is not Ask.HERE]
            asked = [m for m in asked if m.renews] or asked
            if asked or not _waits(conversation, other):
                return [replace(m, first=turn.end - 1, last=turn.end - 1, turn=at, renews=m.worded) for m in asked]
    return []
