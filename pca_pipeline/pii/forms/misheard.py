"""Digits that were misheard as other words: "six ate won", "four for two one", "five five [hate] seven two".

Which words those are is known by their sound; that one is a digit, by the digits around it.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from itertools import count

from pca_pipeline.pii.forms.codes import NAMES_OF_THINGS
from pca_pipeline.pii.forms.spelling import NATO
from pca_pipeline.pii.words.lexicon import FILLERS, FUNCTION_WORDS, word_set
from pca_pipeline.pii.words.number_words import ZERO_LETTERS, Item, Kind
from pca_pipeline.pii.words.stream import Token

# Words that recognition writes for digits: wherever digits are near, and only amid three digits said one by one.
MISHEARD = {"ate": "8", "won": "1", "nein": "9", "fife": "5", "sicks": "6", "ait": "8"}
MISHEARD_AMID = {"to": "2", "too": "2", "for": "4", "fore": "4", "free": "3", "tree": "3", "sex": "6", "of": "0"}
_RHYMES = {
    "0": "hero nero xero sero owe owes ow whoa",
    "1": "want wants wanna when wan wand run none wine",
    "2": "tu few chew crew true drew threw through who do dew tool tooth",
    "3": "thee fee tea tee three's brief reef thief",
    "4": "fort forth pour door far fall ford",
    "5": "fire fine find fight file hive dive live drive life wife five's",
    "6": "sick sticks stick fix mix pick picks tricks ticks sit sits sixth",
    "7": "heaven leaven severn sevens given",
    "8": "hate wait weight late bait gate fate rate aid",
    "9": "night nigh knight line mine dine sign nice knife noun nile",
}
_SOUNDS = (
    {word: Item(Kind.UNIT, digit) for digit, words in _RHYMES.items() for word in words.split()}
    | {word: Item(Kind.UNIT, digit) for table in (MISHEARD, MISHEARD_AMID) for word, digit in table.items()}
    | {word: Item(Kind.TENS, tens) for word, tens in (("plenty", "20"), ("dirty", "30"), ("thirsty", "30"), ("nifty", "50"))}
    | dict.fromkeys(word_set("trouble bubble dabble rubble"), Item(Kind.TIMES, "2"))
)  # fmt: skip
_LINKS = word_set("to of for do who")  # which stand between numbers in talk
_PAUSES = word_set("um uh er slash dash hyphen dot space")
# What a number comes right behind.
_LEADS = FILLERS | word_set("is be was isn't its at in as says number's and then the already number")
_SAID = (Kind.UNIT, Kind.TEEN, Kind.TENS, Kind.TIMES, Kind.SCALE, Kind.WRITTEN)
_LONG = 7  # digits of no time, year or amount
_HALF = 5
_ENOUGH = 3  # digits said one by one beside one that was misheard
_MORE = 4  # of others


def settle_misheard(
    items: list[tuple[Item, ...]], tokens: Sequence[Token], measured: Set[int], asked: Set[int]
) -> None:
    """Words that can only be digits by those around them become digits. Those of `asked` name something."""
    for at, token in enumerate(tokens):
        item = _SOUNDS.get(token.norm)
        if item is None or items[at] or at in asked or not measured.isdisjoint(range(at - 1, at + 2)):
            continue
        if _is_near(items, tokens, at, measured) or _is_digit(items, tokens, at, measured):
            items[at] = (item,)
            _settle_zeros(items, tokens, at)


def _settle_zeros(items: list[tuple[Item, ...]], tokens: Sequence[Token], at: int) -> None:
    """ "Oh" beside a digit is one, too."""
    for place in (at - 1, at + 1):
        if 0 <= place < len(tokens) and tokens[place].turn == tokens[at].turn and tokens[place].norm in ZERO_LETTERS:
            items[place] = items[place] or (Item(Kind.UNIT, "0"),)


def _is_near(items: Sequence[tuple[Item, ...]], tokens: Sequence[Token], at: int, measured: Set[int]) -> bool:
    """Whether a word that often stands for a digit is one, among others said one by one."""
    norm = tokens[at].norm
    if norm not in MISHEARD and norm not in MISHEARD_AMID:
        return False
    near = [is_single(items, tokens, at, at + step) and at + step not in measured for step in (-2, -1, 1, 2)]
    before, behind, said = near[1], near[2], sum(near)
    if norm in MISHEARD:
        return (before or behind) and said > 1
    return before and (behind and said > 2 or _closes(tokens, at) and said > 1)


def _is_digit(items: Sequence[tuple[Item, ...]], tokens: Sequence[Token], at: int, measured: Set[int]) -> bool:
    """Whether a word that sounds like a digit stands amid digits, or begins or ends many of them."""
    norm = tokens[at].norm
    before, behind = (_digits(items, tokens, at, step, measured) for step in (-1, 1))
    singly = all(is_single(items, tokens, at, at + step) for step, said in ((-1, before), (1, behind)) if said)
    enough = before + behind >= (_ENOUGH if singly else _MORE)
    if before and behind and norm in _LINKS:
        spoken = not any(item.kind is Kind.WRITTEN for place in (at - 1, at + 1) for item in items[place])
        return spoken and max(before, behind) >= _HALF and before + behind >= _LONG
    if before and behind:
        return enough
    if not (before or behind) or not enough or norm in FILLERS:
        return False
    if before:
        return _closes(tokens, at) or norm not in FUNCTION_WORDS and _talk_follows(tokens, at)
    return norm not in FUNCTION_WORDS and norm not in NAMES_OF_THINGS and _is_led_to(tokens, at)


def _digits(items: Sequence[tuple[Item, ...]], tokens: Sequence[Token], at: int, step: int, measured: Set[int]) -> int:
    """About how many digits and letters of a code are said in a row beside a word; never too many."""
    said = 0
    for place in count(at + step, step):
        if not 0 <= place < len(tokens) or tokens[place].turn != tokens[at].turn or place in measured:
            return said
        norm, pausing = tokens[place].norm, tokens[min(place, place - step)].after == "."
        letter = len(norm) == 1 and norm.isalpha() and norm not in "ai" or norm in NATO
        number = bool(items[place]) and items[place][0].kind in _SAID
        if pausing or not (number or letter or norm in _PAUSES or norm in _SOUNDS and norm not in FUNCTION_WORDS):
            return said
        written = number and items[place][0].kind is not Kind.TENS
        said += (len(items[place][0].digits) if written else 1) if number or letter else 0
    return said


def _closes(tokens: Sequence[Token], at: int) -> bool:
    """Whether a sentence or a segment ends with a word."""
    return at + 1 == len(tokens) or tokens[at + 1].segment != tokens[at].segment or bool(tokens[at].after)


def _talk_follows(tokens: Sequence[Token], at: int) -> bool:
    """Whether something new begins behind a word: "is that right", "got it"; not "late fee"."""
    return tokens[at + 1].norm in FUNCTION_WORDS or tokens[at + 1].norm in FILLERS


def _is_led_to(tokens: Sequence[Token], at: int) -> bool:
    """Whether a number may begin with a word: it opens the turn or follows "it's", "is", "and then"."""
    return not at or tokens[at - 1].turn != tokens[at].turn or tokens[at - 1].norm in _LEADS


def is_single(items: Sequence[tuple[Item, ...]], tokens: Sequence[Token], at: int, place: int) -> bool:
    """Whether a token of the same turn as another is one digit."""
    if not 0 <= place < len(items) or tokens[place].turn != tokens[at].turn or not items[place]:
        return False
    return items[place][0].kind in (Kind.UNIT, Kind.WRITTEN, Kind.TIMES) and len(items[place][0].digits) == 1
