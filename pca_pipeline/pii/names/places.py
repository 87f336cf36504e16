"""Streets and the towns after them, as they are said on the telephone."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pca_pipeline.pii.conversation.asks import Ask
from pca_pipeline.pii.conversation.questions import Expectation, Mention
from pca_pipeline.pii.conversation.reading import Reading, Span
from pca_pipeline.pii.conversation.replies import clause
from pca_pipeline.pii.forms.business import STREET_UNITS
from pca_pipeline.pii.forms.misheard import MISHEARD, MISHEARD_AMID
from pca_pipeline.pii.forms.numbers import Meaning, Run
from pca_pipeline.pii.words.lexicon import (
    FILLERS,
    FUNCTION_WORDS,
    NATIONS,
    NOT_PEOPLE,
    PROVINCE_CODES,
    STATE_CODES,
    STATES,
    TWO_WORD_STATES,
    is_word,
    towns,
    word_set,
)
from pca_pipeline.pii.words.number_words import Kind
from pca_pipeline.pii.words.stream import Token, Turn

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
_WHERE = word_set("in from near outside")
_LIVING = word_set("i'm we're he's she's they're am are up originally just living based come comes")  # "grew up in"
_OF_ONESELF = word_set("i i'm am we we're")
_LEADS_TO_TOWN = FILLERS | word_set("i'm we we're live over here down up based")
_BEHIND_TOWN = word_set("originally today currently and but phone now")
_CODES = STATE_CODES | PROVINCE_CODES
_NO_CODES = word_set("ok hi me oh or")  # in lower case
_NO_TOWNS = NOT_PEOPLE - frozenset({"austin", "dallas", "houston", "phoenix", "denver"})
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
        if token.norm in _WHERE and (last := _home_town(reading, at)) is not None:
            yield Span(at + 1, _with_state(reading, last), RESIDENCE, "residence")
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


def state_end(reading: Reading, last: int) -> int:
    """The last token of the state behind the town that ends at a token; the token itself where none follows."""
    tokens = reading.conversation.tokens
    turn = tokens[last].turn
    following = reading.token(last + 1, turn)
    if following is None or tokens[last].after == ".":
        return last
    if (tokens[last].norm, following.norm) in TWO_WORD_STATES or _is_code(reading, last + 1):
        return last + 1
    end = _state_end(reading, last + 1)
    return end if end > last + 1 or following.norm in STATES else last


def _is_code(reading: Reading, at: int) -> bool:
    """Whether a token behind a town is a state's code: in capitals, or set off as no other word is: "boise, id."."""
    before, token = reading.conversation.tokens[at - 1 : at + 1]
    if token.norm.upper() not in _CODES:
        return False
    if token.cased and token.text.isupper():
        return before.capital
    behind = reading.token(at + 1, token.turn)
    closes = token.after != "" or behind is None or behind.norm == "and" or bool(reading.numbers.items[at + 1])
    signs = (before.after == ",") + closes
    return token.norm not in _NO_CODES and signs > int(is_word(token.norm))


def town_begin(reading: Reading, first: int) -> int:
    """The first token of the listed town that a token ends: of "red deer"."""
    tokens = reading.conversation.tokens
    before = reading.token(first - 1, tokens[first].turn)
    if before is None or before.after or before.norm in FUNCTION_WORDS:
        return first
    return first - 1 if f"{before.norm} {tokens[first].norm}" in towns() else first


def _state_end(reading: Reading, at: int) -> int:
    tokens = reading.conversation.tokens
    pair = (tokens[at].norm, tokens[at + 1].norm if at + 1 < len(tokens) else "")
    return at + 1 if pair in TWO_WORD_STATES else at


def _asked_town(reading: Reading, mention: Mention) -> Iterator[Span]:
    """Whatever answers "and which town?", with the state after it."""
    for turn in reading.answering(mention):
        found = clause(reading, _behind_where(reading, turn), turn.end)
        if found:
            first, last = found
            if not reading.numbers.items[first]:
                behind = _town(reading, last, RESIDENCE) if _state_behind(reading, last) else ()
                yield Span(first, max([last, *(span.last for span in behind)]), 0.6, "asked for: town")
            return


def _behind_where(reading: Reading, turn: Turn) -> int:
    """The token after "I'm in", "we live near", "just outside" at the beginning of a turn; else its first."""
    tokens = reading.conversation.tokens
    at = turn.first
    while at < turn.end and tokens[at].norm in _LEADS_TO_TOWN:
        at += 1
    return at + 1 if at + 1 < turn.end and tokens[at].norm in _WHERE else turn.first


def _home_town(reading: Reading, where: int) -> int | None:
    """The last token of a listed town after "I'm from", "we're in", "he grew up in"; None for anything else."""
    turn = reading.conversation.tokens[where].turn
    before = reading.token(where - 1, turn)
    if before is None or before.after or before.norm not in _LIVING or _is_agents(reading, where):
        return None
    last = _listed_town(reading, where + 1)
    if last is None or last > where + 1:
        return last
    country = reading.conversation.tokens[last].norm in NATIONS and not _state_behind(reading, last)
    return last if _names_only_a_town(reading, last) and not country else None


def _is_agents(reading: Reading, where: int) -> bool:
    """Whether an agent says where they or their firm are: "I'm originally from Reno", "we're in Ohio"."""
    turn = reading.conversation.turn_of(where)
    said = [token.norm for token in reading.conversation.tokens[max(turn.first, where - 2) : where]]
    return turn.role == "agent" and not _OF_ONESELF.isdisjoint(said)


def _names_only_a_town(reading: Reading, at: int) -> bool:
    """Whether a listed town is no other word, or its clause ends there; "I'm in Mobile settings", "up in price"."""
    token = reading.conversation.tokens[at]
    if not is_word(token.norm) or token.cased and not token.capital:
        return not is_word(token.norm)
    following = None if token.after else reading.token(at + 1, token.turn)
    ends = following is None or following.segment != token.segment or following.norm in _BEHIND_TOWN
    return ends or token.capital and following is not None and following.norm in FUNCTION_WORDS


def _listed_town(reading: Reading, first: int) -> int | None:
    """The last token of the longest listed town that begins at a token."""
    tokens = reading.conversation.tokens
    for length in (3, 2, 1):
        said = [token for token in tokens[first : first + length] if token.turn == tokens[first - 1].turn]
        whole = len(said) == length and not any(token.after for token in said[:-1])
        if whole and said[0].norm not in FUNCTION_WORDS and " ".join(token.norm for token in said) in towns():
            return first + length - 1
    return None


def _with_state(reading: Reading, last: int) -> int:
    return _state_end(reading, last + 1) if _state_behind(reading, last) else last


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
    listed = _listed_town(reading, first) if score == BEHIND_STREET else None
    if listed is not None and (listed > first or _names_only_a_town(reading, listed)):
        yield Span(first, _with_state(reading, listed), score, "residence")
        return
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
