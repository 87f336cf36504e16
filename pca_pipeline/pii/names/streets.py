"""Streets with their house numbers, as they are said on the telephone."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pca_pipeline.pii.conversation.asks import Ask
from pca_pipeline.pii.conversation.questions import Expectation
from pca_pipeline.pii.conversation.reading import Reading, Span
from pca_pipeline.pii.forms.business import STREET_UNITS
from pca_pipeline.pii.forms.misheard import MISHEARD, MISHEARD_AMID
from pca_pipeline.pii.forms.numbers import Meaning, Run
from pca_pipeline.pii.words.lexicon import (
    FUNCTION_WORDS,
    is_word,
    towns,
    word_set,
)
from pca_pipeline.pii.words.number_words import Kind
from pca_pipeline.pii.words.stream import Token

STREET_KINDS = word_set("""street st avenue ave av road rd drive dr lane ln boulevard blvd court ct way place pl circle cir terrace parkway
    pkwy highway hwy trail square loop pike crescent close grove row run crossing path plaza ridge hill alley
    gardens mews heights quay wharf bend cove glen manor freeway turnpike expressway broadway queensway kingsway croft""")
# Endings of streets that are seldom said, and ordinary words elsewhere (USPS Publication 28, appendix C1); and what
# other tongues put before a street's name.
SELDOM_KINDS = word_set("""hollow knob canyon trace landing bluff bluffs meadow meadows woods point shore shores spring springs
    creek view village vista walk knoll knolls mill mills orchard haven forest ferry dale crest corner corners common commons
    brook bayou estates falls field fields flats ford fork forks glade green harbor harbour isle junction key lake lakes ledge
    lodge mall mount mountain oval parade pass pines plain plains prairie ranch rapids rest shoal station summit trafficway
    union valley viaduct wells rise chase end gate mead moor side top copse dene drove lea reach""")
_FOREMOST = word_set("calle camino avenida paseo via rue chemin rua strada piazza plaza corso calea ulica")
DIRECTIONS = word_set("north south east west northeast northwest southeast southwest n s e w ne nw se sw")
NUMBERED = word_set("road rd route highway hwy county box rr lane")  # "county road 140", "route 2 box 118"
# "Lindenstrasse 47": the number comes after.
_ABROAD = ("strasse", "straße", "straat", "gasse", "weg", "laan", "gatan")
_HOMES = word_set("apartment apt unit suite ste flat")
_NUMBERED_UNIT = re.compile(r"\d{1,4}[a-z]|[a-z]\d{1,4}")  # "#3B"
_WHOLE_NAMES = word_set("broadway queensway kingsway embarcadero")  # of streets, without a kind
_BEHIND_ARTICLE = word_set("crescent avenue terrace grove mews lane street parade boulevard green")  # "the crescent"
_BETWEEN_DIGITS = DIRECTIONS.union(MISHEARD, MISHEARD_AMID, word_set("on mine fine sick then heaven"))
_AHEAD_OF_OBJECTS = word_set("the a an my your our his her their this that it")
LONGEST_SAID = 8  # words of a house number
LONGEST_HOUSE = 5  # digits of a house number
_NUMERIC_NAME = word_set("first second third fourth fifth sixth seventh eighth ninth tenth")
_STOPS = FUNCTION_WORDS - _NUMERIC_NAME - DIRECTIONS | {"mean"}


def find_streets(reading: Reading) -> Iterator[Span]:
    """House number and street, boxes, and whatever numbered street an address question is answered with."""
    tokens = reading.conversation.tokens
    items = reading.numbers.items
    for at, token in enumerate(tokens):
        if token.norm in STREET_KINDS:
            yield from _before_kind(reading, at)
        elif token.norm in SELDOM_KINDS:
            yield from _before_seldom_kind(reading, at)
        elif (token.norm in _FOREMOST or token.norm in DIRECTIONS) and len(token.norm) > 1:
            yield from _before_name(reading, at)
        elif token.norm.endswith(_ABROAD) and len(token.norm) > 6 and items[at + 1 : at + 2] and items[at + 1]:
            yield Span(at, _digits_end(reading, at + 1), 0.8, "street")
        elif token.norm == "route" and (last := _rural_route(reading, at)):
            rural = at > 0 and tokens[at - 1].norm in ("rural", "star") and tokens[at - 1].turn == token.turn
            yield Span(at - rural, last, 0.8, "rural route")
        elif token.norm == "box" and (post := _post_office(reading, at)) and items[at + 1 : at + 2]:
            run = next((r for r in reading.numbers.runs if r.first == at + 1), None)
            if run:
                yield Span(at - post, run.last, 0.85, "box")
        elif token.norm in _HOMES and reading.asked(at, at, Ask.ADDRESS, Ask.DELIVERY):
            last = _with_unit(reading, at - 1)
            if last > at and any(reading.numbers.items[at + 1 : last + 1]):
                yield Span(at, last, 0.6, "unit of an address")
    for run in reading.numbers.runs:
        asked = reading.asked(run.first, run.last, Ask.ADDRESS, Ask.DELIVERY)
        decimal = any(item.kind is Kind.QUANTITY for item in run.items)
        if (
            asked
            and asked.distance <= 8
            and len(run.digits) <= 6
            and run.meaning is not Meaning.BUSINESS
            and not decimal
        ):
            last = _name_after(reading, run.last)
            if _names_a_street(reading, run, last) or _house_number(reading, asked) or _street_follows(reading, run):
                yield Span(run.first, last, 0.72, "asked for: address")


def _names_a_street(reading: Reading, run: Run, last: int) -> bool:
    """Whether words follow a number up to a token, and are no verb: "anyone under 25 drive the car"."""
    kind = reading.conversation.tokens[last].norm in STREET_KINDS
    return last > run.last and not (kind and last == run.last + 1 and _is_verb(reading, last))


def _post_office(reading: Reading, box: int) -> int:
    """How many tokens before "box" say that it is one for post: "PO", "P. O."."""
    turn = reading.conversation.tokens[box].turn
    before = [token.norm if (token := reading.token(box - step, turn)) else "" for step in (1, 2)]
    return 1 if before[0] in ("po", "p.o", "office") else 2 if before == ["o", "p"] else 0


def _house_number(reading: Reading, asked: Expectation) -> bool:
    """Whether "house number" was asked for, whose answer needs no street after it."""
    return reading.conversation.tokens[asked.at].norm == "house" and not asked.own and asked.close


def _street_follows(reading: Reading, run: Run) -> bool:
    """Whether a number is all of its turn, and the speaker's next turn says a street."""
    turns, tokens = reading.conversation.turns, reading.conversation.tokens
    at = tokens[run.first].turn
    if at + 2 >= len(turns) or turns[at + 2].speaker != turns[at].speaker or not reading.alone(run.first, run.last):
        return False
    return any(token.norm in STREET_KINDS | SELDOM_KINDS for token in tokens[turns[at + 2].first : turns[at + 2].end])


def _before_seldom_kind(reading: Reading, kind: int) -> Iterator[Span]:
    """ "1022 Sycamore Hollow": an ending that is seldom a street's, where capitals or a question show that it is one."""
    tokens = reading.conversation.tokens
    said = tokens[kind].capital and tokens[kind - 1].capital
    if kind and (said or reading.asked(kind, kind, Ask.ADDRESS, Ask.DELIVERY)):
        yield from (span for span in _before_kind(reading, kind) if reading.numbers.items[span.first])


def _before_name(reading: Reading, at: int) -> Iterator[Span]:
    """ "1470 El Camino Real", "nine oh eight South Tamarack": a number, a word that leads to a name, the name."""
    tokens = reading.conversation.tokens
    turn, house = tokens[at].turn, at - 1
    if house >= 0 and tokens[house].norm in ("el", "la", "las", "los") and tokens[house].turn == turn:
        house -= 1
    run = next((run for run in reading.numbers.runs if run.last == house), None)
    if run is None or tokens[house].turn != turn or tokens[house].after or run.meaning is Meaning.BUSINESS:
        return
    last = _name_after(reading, at)
    named = last > at and (tokens[at + 1].capital or not is_word(tokens[at + 1].norm))
    if named and len(run.digits) <= LONGEST_HOUSE and tokens[at].capital == tokens[at].cased:
        yield Span(run.first, _with_unit(reading, last), 0.7, "street")


def _digits_end(reading: Reading, at: int) -> int:
    """The last token of the digits that begin at a token."""
    tokens, items = reading.conversation.tokens, reading.numbers.items
    while at + 1 < len(tokens) and tokens[at + 1].turn == tokens[at].turn and items[at + 1] and not tokens[at].after:
        at += 1
    return at


def _rural_route(reading: Reading, route: int) -> int | None:
    """The last token of "route 2 box 118"; None for any other route."""
    tokens, items = reading.conversation.tokens, reading.numbers.items
    if route + 1 >= len(tokens) or not items[route + 1]:
        return None
    box = _digits_end(reading, route + 1) + 1
    follows = box + 1 < len(tokens) and tokens[box].norm == "box" and items[box + 1]
    return _digits_end(reading, box + 1) if follows and tokens[box + 1].turn == tokens[route].turn else None


def _before_kind(reading: Reading, kind: int) -> Iterator[Span]:
    """The number and name in front of a street's kind."""
    tokens, items = reading.conversation.tokens, reading.numbers.items
    turn = tokens[kind].turn
    at = kind - 1
    while at >= 0 and kind - at <= 4 and tokens[at].turn == turn and _street_name(tokens[at], bool(items[at])):
        at -= 1
    named = kind - at - 1
    if tokens[kind].norm in _BEHIND_ARTICLE and not named and at >= 0 and tokens[at].norm == "the":
        at -= 1
    alone = at < kind - named - 1 or tokens[kind].norm in _WHOLE_NAMES or _is_numbered(reading, kind)
    house_last = at
    if house_last in reading.numbers.measured or not named and _is_verb(reading, kind):
        return  # "4 wheel drive", "9 PM CT", "anyone under 25 drive the car"
    at = _house_begins(reading, at, turn)
    last = _with_unit(reading, kind)
    asked = reading.asked(kind, kind, Ask.ADDRESS, Ask.DELIVERY) if named else None
    if house_last > at and (named or alone and not _qualifies(reading, last)):
        yield Span(_with_home(reading, at + 1), last, 0.9, "street")
    elif house_last > at + 1 or asked and (_said_as_name(tokens[kind - 1]) or _is_all(reading, house_last + 1, last)):
        yield Span((at if house_last > at else house_last) + 1, last, 0.6, "asked for: address")


def _is_verb(reading: Reading, kind: int) -> bool:
    """Whether a street's kind has an object: "drive the car", "close my account"."""
    token = reading.conversation.tokens[kind]
    following = None if token.after else reading.token(kind + 1, token.turn)
    return following is not None and following.norm in _AHEAD_OF_OBJECTS


def _qualifies(reading: Reading, last: int) -> bool:
    """Whether an ordinary word goes on behind a street's name: "2 Broadway shows"."""
    token = reading.conversation.tokens[last]
    following = None if token.after else reading.token(last + 1, token.turn)
    name = following is None or following.capital or following.norm in FUNCTION_WORDS or following.norm in towns()
    return not name and following is not None and is_word(following.norm)


def _is_numbered(reading: Reading, kind: int) -> bool:
    """ "Highway 9"."""
    numbered = reading.conversation.tokens[kind].norm in NUMBERED and not reading.conversation.tokens[kind].after
    return numbered and kind + 1 < len(reading.numbers.items) and bool(reading.numbers.items[kind + 1])


def _house_begins(reading: Reading, last: int, turn: int) -> int:
    """The token before a house number that ends at a token; of "one south forty second street" the one before "one"."""
    tokens, items = reading.conversation.tokens, reading.numbers.items
    at = last
    while at >= 0 and tokens[at].turn == turn and last - at < LONGEST_SAID:
        between = at < last and at > 0 and bool(items[at - 1])
        if not items[at] and not (between and tokens[at].norm in _BETWEEN_DIGITS):
            break
        at -= 1
    return at


def _with_home(reading: Reading, first: int) -> int:
    """The first token of an address with "flat 12" or "unit 3 A" in front of the house number."""
    turn = reading.conversation.tokens[first].turn
    for at in range(first - 1, first - 4, -1):
        token = reading.token(at, turn)
        if token is None or token.norm in _HOMES:
            return first if token is None else at
        if not (reading.numbers.items[at] or len(token.norm) == 1 or _NUMBERED_UNIT.fullmatch(token.norm)):
            return first
    return first


def _is_all(reading: Reading, first: int, last: int) -> bool:
    """Whether a turn says nothing else."""
    turn = reading.conversation.turn_of(first)
    content = reading.conversation.content_between
    return content(turn.first, first) + content(last + 1, turn.end) == 0


def _said_as_name(token: Token) -> bool:
    return token.capital or not is_word(token.norm)


def _street_name(token: Token, numeric: bool) -> bool:
    if token.after == ".":
        return False
    return token.norm not in _STOPS and (
        not numeric or token.norm in _NUMERIC_NAME or token.norm[-2:] in ("st", "nd", "rd", "th")
    )


def _with_unit(reading: Reading, kind: int) -> int:
    """The last token of the address with "apartment 4" or "northwest" after the street."""
    turn = reading.conversation.tokens[kind].turn
    last = kind
    following = reading.token(kind + 1, turn)
    if following and following.norm in DIRECTIONS:
        last += 1
        following = reading.token(last + 1, turn)
    numbered = reading.conversation.tokens[kind].norm in NUMBERED and not reading.conversation.tokens[last].after
    if following and numbered and reading.numbers.items[last + 1]:
        last = _digits_end(reading, last + 1)
        following = reading.token(last + 1, turn)
    if following and _NUMBERED_UNIT.fullmatch(following.norm):
        return last + 1
    value = reading.token(last + 2, turn)
    if (
        following
        and value
        and following.norm in STREET_UNITS
        and (len(value.norm) <= 4 or reading.numbers.items[last + 2])
    ):
        last += 2
        while (
            reading.token(last + 1, turn)
            and reading.numbers.items[last + 1]
            and not reading.conversation.tokens[last].after
        ):
            last += 1
    return last


def _name_after(reading: Reading, last: int) -> int:
    """The last of the words after a house number that can be a street's name."""
    tokens = reading.conversation.tokens
    turn, start = tokens[last].turn, last
    while last - start < 3 and not tokens[last].after:
        following = reading.token(last + 1, turn)
        if not following or following.norm in _STOPS or reading.numbers.items[last + 1]:
            break
        last += 1
    return last
