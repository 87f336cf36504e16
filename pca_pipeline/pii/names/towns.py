"""Towns where people live: asked for, after a street, with their state, or said of oneself."""

from __future__ import annotations

from collections.abc import Iterator

from pca_pipeline.pii.conversation.asks import Ask
from pca_pipeline.pii.conversation.questions import Mention
from pca_pipeline.pii.conversation.reading import Reading, Span
from pca_pipeline.pii.conversation.replies import clause
from pca_pipeline.pii.names.streets import find_streets
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
from pca_pipeline.pii.words.stream import Token, Turn

BEHIND_STREET, RESIDENCE = 0.75, 0.6  # scores of a town
_WHERE = word_set("in from near outside")
_LIVING = word_set("i'm we're he's she's they're am are up originally just living based come comes")  # "grew up in"
_OF_ONESELF = word_set("i i'm am we we're")
_LEADS_TO_TOWN = FILLERS | word_set("i'm we we're live over here down up based")
_BEHIND_TOWN = word_set("originally today currently and but phone now")
_CODES = STATE_CODES | PROVINCE_CODES
_NO_CODES = word_set("ok hi me oh or")  # in lower case
_NO_TOWNS = NOT_PEOPLE - frozenset({"austin", "dallas", "houston", "phoenix", "denver"})


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
