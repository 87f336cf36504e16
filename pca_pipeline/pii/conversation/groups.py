"""Groups of a number that recognition wrote as amounts, times or decimals: "42:71, 0002, $59.02", "ending in 6,023".

What a group looks like says little; what was asked for, and the digits around it, tell whether it is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from pca_pipeline.pii.conversation.asks import BUSINESS, Ask
from pca_pipeline.pii.conversation.questions import Mention, Questions
from pca_pipeline.pii.forms.business import ACKNOWLEDGEMENTS
from pca_pipeline.pii.forms.numbers import YEAR
from pca_pipeline.pii.words.lexicon import FILLERS, word_set
from pca_pipeline.pii.words.number_words import Kind, items_of, spell_out
from pca_pipeline.pii.words.stream import Conversation, Turn

_NO_GOODS = frozenset(  # what has no price, and no time
    {Ask.PASSCODE, Ask.PASSWORD, Ask.CVV, Ask.PIN, Ask.SSN, Ask.ROUTING, Ask.SIN, Ask.NINO, Ask.NHS, Ask.IBAN}
    | {Ask.VEHICLE, Ask.NUMBER}
)
_ASKS = _NO_GOODS | {Ask.CARD, Ask.PHONE, Ask.DEVICE, Ask.ACCOUNT, Ask.DOCUMENT, Ask.PLATE, Ask.SUFFIX}
_FORM = re.compile(r"[$£€]?\d{1,3}(?:,\d{3})+(?:\.\d\d)?|[$£€]?\d{1,4}\.\d\d|\d{1,2}:\d\d")
_NO_TIME = re.compile(r"(?:2[4-9]|[3-9]\d):\d\d|\d{1,2}:[6-9]\d")
_PLAIN = (Kind.WRITTEN, Kind.UNIT, Kind.TEEN, Kind.TENS, Kind.TIMES, Kind.PLURAL, Kind.CODE)
_PAUSES = word_set("""um uh er erm ah hmm mm and then dash hyphen dot slash space comma so okay ok yeah hang hold on wait
    sorry""")
# Words before the digits of an answer that say nothing else: "it ends in", "I have it here, it's", "and the last bit is".
_LEADS = FILLERS | word_set("""dash hyphen space comma the rest last first second third final next ones after all but four three six digits
    digit number numbers bit
    part end ends ending finishes finishing starting starts begins in with of are was be here have has i've i'd my your his her
    says reads shows hang hold on one sec second moment ugh oops wrong scratch correction would might could read said number's
    code's""")
_RETRACTIONS = word_set("no sorry wait oops whoops correction scratch actually mean rather")
_TAILS = FILLERS | word_set("here in the system on file that what have i've for you if think believe end at")
_LINKS = word_set("is it's was are in with at says reads as number numbers digits on")
_OF_NUMBERS = word_set("number numbers no num digit digits ending ends id reference ref code")
MOST_SUMS = 3  # groups from which on amounts are not said in a row, digits behind them
_REACH = 12  # words of content between a question and the sentence that holds nothing but its answer
_PART = 4  # digits that are no chance repetition
_TURNS = 5  # within which digits are repeated or continued


def find_groups(conversation: Conversation, questions: Questions, taken: frozenset[int]) -> frozenset[int]:
    """Tokens that look like amounts, times or decimals and are digits of a number; those of dates are `taken`."""
    candidates = [at for at, token in enumerate(conversation.tokens) if at not in taken and _looks_else(token.norm)]
    return _Groups(conversation, questions, frozenset(candidates), taken).settle() if candidates else frozenset()


def _looks_else(norm: str) -> bool:
    return (norm[:1].isdigit() or norm[:1] in "$£€") and _FORM.fullmatch(norm) is not None


class _Groups:
    """The groups of one conversation in order; those that are digits tell that later ones go on with them."""

    def __init__(
        self, conversation: Conversation, questions: Questions, candidates: frozenset[int], taken: frozenset[int]
    ) -> None:
        self._conversation = conversation
        self._tokens = conversation.tokens
        self._questions = questions
        self._candidates = candidates
        self._taken = taken
        self._mentions = {mention.first: mention for mention in questions.mentions}
        self._settled: set[int] = set()

    def settle(self) -> frozenset[int]:
        """Those of the candidates that are digits of a number."""
        done = -1
        for at in sorted(self._candidates):
            if at > done:
                first, done = self._reach(at, -1), self._reach(at, 1)
                if self._are_digits(first, done):
                    self._settled |= self._candidates.intersection(range(first, done + 1))
        return frozenset(self._settled)

    def _reach(self, at: int, step: int) -> int:
        """The furthest group of the same sentence with nothing but pauses before it."""
        furthest = place = at
        while self._together(place, place + step):
            place += step
            if place in self._candidates or self._is_digits(place):
                furthest = place
            elif self._tokens[place].norm not in _PAUSES:
                break
        return furthest

    def _together(self, one: int, other: int) -> bool:
        """Whether two neighbours are of one sentence."""
        inside = 0 <= other < len(self._tokens) and self._tokens[other].turn == self._tokens[one].turn
        return inside and self._tokens[min(one, other)].after != "."

    def _is_digits(self, at: int) -> bool:
        """Whether a token says digits, as far as is known."""
        said = items_of(self._tokens[at].norm) if at not in self._taken else ()
        return at in self._settled or bool(said) and all(item.kind in _PLAIN for item in said)

    def _are_digits(self, first: int, last: int) -> bool:
        """Whether the groups of one breath are digits, by what stands around them, was asked for, or was said before."""
        if not self._closes(last) or self._is_priced(first, last):
            return False
        before = first - 1
        while before >= 0 and self._together(before, before + 1) and self._tokens[before].norm in _LEADS:
            before -= 1
        opens = before < 0 or not self._together(before, before + 1) or before in self._taken
        opens = opens or self._is_digits(before) and self._takes_back(before, first)
        if self._amid(first, last) or self._named(first, last, before):
            return True
        return opens and (self._asked(first, last) or self._goes_on(first) or self._read_back(first, last))

    def _is_priced(self, first: int, last: int) -> bool:
        """Whether an amount follows a number in one piece: "44821-5502, $59.99"."""
        numbers = (self._digits((at,)) for at in range(first, last) if self._is_digits(at))
        return not self._is_sure(last) and any(len(digits) > _PART for digits in numbers)

    def _closes(self, last: int) -> bool:
        """Whether the clause ends with a group, or with words that say nothing else, or what it is: "... is my code"."""
        at = last
        while not self._tokens[at].after and self._together(at, at + 1):
            at += 1
            if self._tokens[at].norm not in _TAILS:
                return at in self._mentions and self._mentions[at].ask in _NO_GOODS
        return True

    def _amid(self, first: int, last: int) -> bool:
        """Among digits: "8064, 22:77, 31"; or of three or more, with four digits that are no year and more at the end."""
        inside = [at for at in range(first, last + 1) if at in self._candidates or self._is_digits(at)]
        if len(inside) < MOST_SUMS or not self._is_sure(last):
            return len(inside) > 1 and self._is_sure(first) and self._is_sure(last)
        return self._is_sure(first) or any(self._is_sure(at) and self._is_long(at) for at in inside)

    def _is_long(self, at: int) -> bool:
        digits = self._digits((at,))
        return len(digits) >= _PART and not YEAR.fullmatch(digits)

    def _is_sure(self, at: int) -> bool:
        """Whether a group can be nothing but digits, among others: "53:33" is no time of the day."""
        return self._is_digits(at) or _NO_TIME.fullmatch(self._tokens[at].norm) is not None

    def _named(self, first: int, last: int, before: int) -> bool:
        """Right behind what the speaker names: "my account number is 40:99, $66.68"."""
        named = [self._mentions[one.at] for one in self._questions.at(first, last) if one.own and one.at < first]
        if not named or named[0].last < before or named[0].ask not in _ASKS:
            return False
        if any(map(self._is_sure, range(first, last + 1))):
            return True
        priced = any(one.ask in BUSINESS and one.turn == named[0].turn for one in named)
        return self._tokens[first - 1].norm in _LINKS and not priced and self._is_of_digits(named[0])

    def _is_of_digits(self, mention: Mention) -> bool:
        """Whether a mention is of a number, and not of a thing that has a price: "the card is $40.00"."""
        words = {token.norm for token in self._tokens[mention.first : mention.last + 1]}
        return mention.ask in _NO_GOODS or not words.isdisjoint(_OF_NUMBERS)

    def _asked(self, first: int, last: int) -> bool:
        """All that answers the other speaker's question for a number, before the talk goes on."""
        asked = [one for one in self._questions.at(first, last) if not one.own]
        if not asked or asked[0].ask in BUSINESS or asked[0].mixed or asked[0].distance > _REACH:
            return False
        turn = self._mentions[asked[0].at].turn
        asks = {one.ask for one in asked if self._mentions[one.at].turn == turn}
        return not asks.isdisjoint(_ASKS) and not self._asked_anew(turn, first) and not self._answered(turn, first)

    def _asked_anew(self, asked: int, first: int) -> bool:
        """Whether the other speaker asks something else after the question, whatever it is."""
        return any(
            turn.speaker != self._conversation.speaker(first) and self._asks(turn)
            for turn in self._conversation.turns[asked + 1 : self._tokens[first].turn]
        )

    def _asks(self, turn: Turn) -> bool:
        """Whether a turn ends with a question that is more than "okay, next?"."""
        said = self._tokens[turn.first : turn.end]
        more = any(token.norm not in ACKNOWLEDGEMENTS for token in said)
        return more and self._conversation.text.startswith("?", said[-1].end)

    def _answered(self, asked: int, first: int) -> bool:
        """Whether an amount was said between the turn of a question and a group, or a number and then something else."""
        said = 0
        for at in range(first - 1, self._conversation.turns[asked].end - 1, -1):
            if at in self._candidates or self._is_digits(at):
                return said > 1 or not self._is_digits(at)
            said += self._tokens[at].norm not in _LEADS and self._tokens[at].norm not in ACKNOWLEDGEMENTS
        return False

    def _goes_on(self, first: int) -> bool:
        """With what the speaker said before, nothing but acknowledgements between: "4186" "mhm" "then $12.51"."""
        at = first - 1
        while at >= 0 and (self._tokens[at].norm in _LEADS or self._tokens[at].norm in ACKNOWLEDGEMENTS):
            at -= 1
        recent = at >= 0 and self._tokens[first].turn - self._tokens[at].turn <= _TURNS
        if not recent or not self._is_digits(at):
            return False
        asked = next(iter(self._questions.at(at, at)), None)
        if self._conversation.speaker(at) != self._conversation.speaker(first) or self._new_sum(at, first):
            return False
        return at in self._settled or asked is not None and asked.ask in _ASKS

    def _new_sum(self, at: int, first: int) -> bool:
        """Whether an amount opens a sentence in the turn of what comes before: "it ends in 4821. $45.50"."""
        same_turn = self._tokens[at].turn == self._tokens[first].turn
        return same_turn and "." in self._tokens[first].norm and not self._takes_back(at, first)

    def _takes_back(self, at: int, first: int) -> bool:
        """Whether a group puts right what comes before: "2258, no, I mean $21.58"."""
        return any(token.norm in _RETRACTIONS for token in self._tokens[at + 1 : first])

    def _read_back(self, first: int, last: int) -> bool:
        """Digits that were said a moment ago: "9626" "okay, 96:26"."""
        digits = self._digits(range(first, last + 1))
        turn = self._tokens[first].turn
        turns = self._conversation.turns[max(0, turn - _TURNS) : turn]
        said = (self._digits(at for at in range(one.first, one.end) if self._is_digits(at)) for one in turns)
        return len(digits) >= _PART and any(digits in one for one in said)

    def _digits(self, places: Iterable[int]) -> str:
        return spell_out([item for at in places for item in items_of(self._tokens[at].norm)])
