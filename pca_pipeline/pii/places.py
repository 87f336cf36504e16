"""Streets and the towns after them, as they are said on the telephone."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pca_pipeline.pii.answers import clause
from pca_pipeline.pii.asks import Ask
from pca_pipeline.pii.business import STREET_UNITS
from pca_pipeline.pii.lexicon import (
    FUNCTION_WORDS,
    NOT_PEOPLE,
    STATE_CODES,
    STATES,
    TWO_WORD_STATES,
    is_word,
    word_set,
)
from pca_pipeline.pii.numbers import Meaning
from pca_pipeline.pii.questions import Expectation, Mention
from pca_pipeline.pii.reading import Reading, Span
from pca_pipeline.pii.spoken import Kind
from pca_pipeline.pii.stream import Token

STREET_KINDS = word_set("""street st avenue ave av road rd drive dr lane ln boulevard blvd court ct way place pl circle cir terrace parkway
    pkwy highway hwy trail square loop pike crescent close grove row run crossing path plaza ridge hill alley
    gardens mews heights quay wharf bend cove glen manor freeway turnpike expressway broadway croft""")
# Endings of streets that are seldom said, and ordinary words elsewhere (USPS Publication 28, appendix C1); and what
# other tongues put before a street's name.
SELDOM_KINDS = word_set("""hollow knob canyon trace landing bluff bluffs meadow meadows woods point shore shores spring springs
    creek view village vista walk knoll knolls mill mills orchard haven forest ferry dale crest corner corners common commons
    brook bayou estates falls field fields flats ford fork forks glade green harbor harbour isle junction key lake lakes ledge
    lodge mall mount mountain oval parade pass pines plain plains prairie ranch rapids rest shoal station summit trafficway
    union valley viaduct wells rise chase end gate mead moor side top copse dene drove lea reach""")
_FOREMOST = word_set("calle camino avenida paseo via rue chemin rua strada piazza plaza corso calea ulica")
DIRECTIONS = word_set("north south east west northeast northwest southeast southwest n s e w ne nw se sw")
BEHIND_STREET, RESIDENCE = 0.75, 0.6  # scores of a town
NUMBERED = word_set("road rd route highway hwy county box rr lane")  # "county road 140", "route 2 box 118"
_ABROAD = (
    "strasse",
    "straße",
    "straat",
    "gasse",
    "weg",
    "laan",
    "gatan",
)  # "Lindenstrasse 47": the number comes after
_HOMES = word_set("apartment apt unit suite ste flat")
_NUMBERED_UNIT = re.compile(r"\d{1,4}[a-z]|[a-z]\d{1,4}")  # "#3B"
_NO_TOWNS = NOT_PEOPLE - frozenset({"austin", "dallas", "houston", "phoenix", "denver"})
LONGEST_HOUSE = 5  # digits of a house number
_NUMERIC_NAME = word_set("first second third fourth fifth sixth seventh eighth ninth tenth")
_STOPS = FUNCTION_WORDS - _NUMERIC_NAME - DIRECTIONS


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
        elif token.norm == "box" and at and tokens[at - 1].norm in ("po", "p.o", "office") and items[at + 1 : at + 2]:
            run = next((r for r in reading.numbers.runs if r.first == at + 1), None)
            if run:
                yield Span(at - 1, run.last, 0.85, "box")
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
            if last > run.last or _house_number(reading, asked):
                yield Span(run.first, last, 0.72, "asked for: address")


def _house_number(reading: Reading, asked: Expectation) -> bool:
    """Whether "house number" was asked for, whose answer needs no street after it."""
    return reading.conversation.tokens[asked.at].norm == "house" and not asked.own and asked.close


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
    house_last = at
    if house_last in reading.numbers.measured:
        return  # "4 wheel drive", "9 PM CT"
    while at >= 0 and tokens[at].turn == turn and items[at] and house_last - at < 8:
        at -= 1
    last = _with_unit(reading, kind)
    if house_last > at and named:
        yield Span(at + 1, last, 0.9, "street")
    elif house_last > at + 1 or named and reading.asked(kind, kind, Ask.ADDRESS) and _said_as_name(tokens[kind - 1]):
        yield Span((at if house_last > at else house_last) + 1, last, 0.6, "asked for: address")


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


def find_towns(reading: Reading) -> Iterator[Span]:
    """Town and state after a street, or where somebody says they live."""
    tokens = reading.conversation.tokens
    streets = sorted(find_streets(reading), key=lambda span: span.first)
    for street in streets:
        yield from _town(reading, street.last, BEHIND_STREET)
    for mention in reading.questions.mentions:
        if mention.ask is Ask.ADDRESS:
            yield from _town(reading, mention.last, RESIDENCE)
        elif mention.ask is Ask.TOWN:
            yield from _asked_town(reading, mention)
    for at, token in enumerate(tokens):
        if is_state(reading, at) and reading.asked(at, at, Ask.ADDRESS, Ask.ZIP, Ask.TOWN):
            first = _town_before(reading, at)
            if first < at or token.norm in STATES:
                yield Span(first, _state_end(reading, at), 0.6, "asked for: address")


def is_state(reading: Reading, at: int) -> bool:
    """Whether a token begins or is a state."""
    tokens = reading.conversation.tokens
    token = tokens[at]
    if token.norm in STATES or token.cased and token.text in STATE_CODES and at and tokens[at - 1].capital:
        return True
    return (token.norm, tokens[at + 1].norm if at + 1 < len(tokens) else "") in TWO_WORD_STATES


def _state_end(reading: Reading, at: int) -> int:
    tokens = reading.conversation.tokens
    pair = (tokens[at].norm, tokens[at + 1].norm if at + 1 < len(tokens) else "")
    return at + 1 if pair in TWO_WORD_STATES else at


def _asked_town(reading: Reading, mention: Mention) -> Iterator[Span]:
    """Whatever answers "and which town?", with the state after it."""
    for turn in reading.answering(mention):
        found = clause(reading, turn.first, turn.end)
        if found:
            first, last = found
            if not reading.numbers.items[first]:
                behind = _town(reading, last, RESIDENCE) if _state_behind(reading, last) else ()
                yield Span(first, max([last, *(span.last for span in behind)]), 0.6, "asked for: town")
            return


def _state_behind(reading: Reading, at: int) -> bool:
    """Whether a state follows a token in the same turn."""
    turn = reading.conversation.tokens[at].turn
    return reading.token(at + 1, turn) is not None and is_state(reading, at + 1)


def _town(reading: Reading, behind: int, score: float) -> Iterator[Span]:
    """A town's name of up to three words after a token, in its turn, with the state after it."""
    tokens = reading.conversation.tokens
    turn, start, first = tokens[behind].turn, behind + 1, behind + 1
    while (token := reading.token(first, turn)) and token.norm in ("in", "um", "uh"):
        first += 1
    # Without capitals any word is a town's in front of a state, and right after "... drive in".
    state_near = any(reading.token(at, turn) and is_state(reading, at) for at in range(first, first + 4))
    sure = 3 if state_near else int(score == BEHIND_STREET and first > start)
    at = first
    while (token := reading.token(at, turn)) and at - first < 3 and not is_state(reading, at):
        if not _town_name(token) and (at - first >= sure or not _may_name_town(token)):
            break
        at += 1
        if token.after == "." or (token.after and not (reading.token(at, turn) and is_state(reading, at))):
            break
    last = _state_end(reading, at) if reading.token(at, turn) and is_state(reading, at) else at - 1
    if last >= first:
        yield Span(first, last, score, "residence")


def _may_name_town(token: Token) -> bool:
    return token.norm not in FUNCTION_WORDS and token.text.isalpha()


def _town_name(token: Token) -> bool:
    if token.norm in FUNCTION_WORDS or not token.text.isalpha():
        return False
    if token.cased:
        return token.capital and not (token.opens and is_word(token.norm))
    return not is_word(token.norm)


def _town_before(reading: Reading, state: int) -> int:
    """The first token of the town in front of a state."""
    tokens = reading.conversation.tokens
    first = state
    while (
        first > 0
        and state - first < 3
        and tokens[first - 1].turn == tokens[state].turn
        and (tokens[first - 1].after != "." and _town_name(tokens[first - 1]))
        and tokens[first - 1].norm not in _NO_TOWNS
    ):
        first -= 1
    return first
