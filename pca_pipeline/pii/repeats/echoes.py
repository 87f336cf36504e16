"""What was found once and is said again elsewhere in the call, on either channel: numbers, codes, names, places."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from pca_pipeline.pii.claims import UNKNOWN, Claim
from pca_pipeline.pii.conversation.reading import Reading
from pca_pipeline.pii.conversation.signs import is_sign, with_signs
from pca_pipeline.pii.entities import may_be_number
from pca_pipeline.pii.forms.numbers import Meaning, Run
from pca_pipeline.pii.names.known import Names, known_numbers, parts
from pca_pipeline.pii.names.shapes import FORMS_OF_ADDRESS, VERBS, base
from pca_pipeline.pii.names.towns import state_end, town_begin
from pca_pipeline.pii.words.lexicon import (
    FILLERS,
    FUNCTION_WORDS,
    HOSTS,
    MONTHS,
    NOT_PEOPLE,
    STATE_CODES,
    STATES,
    first_names,
    is_word,
    surnames,
    towns,
    word_set,
)
from pca_pipeline.pii.words.number_words import Kind, items_of, spell_out
from pca_pipeline.pii.words.stream import Token

ECHO = "echo"  # as a recognizer
ECHO_SCORE = 0.75
PIECE = (2, 3)  # digits of a piece that is repeated by itself
SOON_AFTER = 4  # turns within which it is
_IN_A_REPETITION = FUNCTION_WORDS | word_set("first last final bit part digits ones end ends missed lost heard cut far")
CODE_PART = 5  # signs of a code in a row that give it away
SURE = 0.7  # below this, a name that is also an ordinary word is not looked for elsewhere
_BEFORE_NAMES = word_set(
    """is was called named thanks you hi hello hey okay great dear for tell right lovely perfect cheers brilliant alright sorry morning afternoon bye goodbye"""
)
_DIGIT = re.compile(r"\d")
_BEFORE_AGES = word_set("at am i'm im you're are is be he's she's turn turned turning turns age aged got have was back")
_BEHIND_AGES = word_set(
    "you you'd you're you've you'll i i'm i'd he he's she she's they we and so but now year years then is right correct"
)
_READING_BACK = word_set("confirm read back slowly town city state it's lovely brilliant yeah listed file record")
_LETTERS = re.compile(r"[a-z]{2,}")
_PARTS = re.compile(r"[^\W\d_]+")
SECRET_WORD = 3  # letters of a word of a password that gives it away
SOON = 6  # turns within which a password's ordinary word is said again
COMPANY = "ORGANIZATION"
_SECRETS = frozenset({"PASSWORD", "USERNAME", "SECURITY_ANSWER"})
_OF_LETTERS = frozenset({"LICENSE_PLATE", "ID_DOCUMENT", "VEHICLE_ID", "IBAN_CODE"})
_NAMING = frozenset({"PERSON", "SECURITY_ANSWER"})
_PLACES = frozenset({"LOCATION", "STREET_ADDRESS"})


def echoed_numbers(reading: Reading, claims: Sequence[Claim]) -> Iterator[Claim]:
    """Runs elsewhere that repeat a found number, or four digits in a row of it; short values only whole.

    What may well be a year or an amount must repeat a whole run, or the first or last four digits of a value.
    """
    claimed: dict[int, str] = {}
    for claim in claims:
        if may_be_number(claim.entity):
            claimed |= dict.fromkeys(range(claim.first, claim.last + 1), claim.entity)
    sources = [run for run in reading.numbers.runs if run.first in claimed]
    values = _values(reading, sources, claimed)
    whole = {part for run in sources for digits in (run.digits, reading.chain(run).digits) for part in _ends(digits)}
    for run in known_numbers(reading.numbers.runs, frozenset(values)):
        entity = next(values[part] for part in parts(run.digits) if part in values)
        doubtful = run.meaning is not Meaning.UNKNOWN and run.digits not in whole
        if not doubtful and (run.first not in claimed or claimed[run.first] == UNKNOWN != entity):
            yield Claim(entity, run.first, run.last, ECHO_SCORE, ECHO)
    short = {run.digits: claimed[run.first] for run in sources if len(run.digits) == 3}
    for run in reading.numbers.runs:
        if run.first not in claimed and run.digits in short and not run.meaning:
            yield Claim(short[run.digits], run.first, run.last, ECHO_SCORE, ECHO)


def echoed_pieces(reading: Reading, claims: Sequence[Claim]) -> Iterator[Claim]:
    """Two or three digits that repeat how the other speaker's number began or ended just before: "after 942, what?"."""
    claimed = {at: claim.entity for claim in claims if may_be_number(claim.entity) for at in _places_of(claim)}
    tokens = reading.conversation.tokens
    recent: list[Run] = []
    for run in reading.numbers.runs if claimed else ():
        turn = tokens[run.first].turn
        recent = [one for one in recent if turn - tokens[one.first].turn <= SOON_AFTER]
        if run.first in claimed:
            recent.append(run)
        elif (
            len(run.digits) in PIECE
            and not _is_decimal(run)
            and run.meaning is not Meaning.BUSINESS
            and _is_repeated(reading, run)
        ):
            said = (one for one in reversed(recent) if _of_other(reading, one, run) and _opens_or_ends(one, run.digits))
            source = next(said, None)
            if source:
                yield Claim(claimed[source.first], run.first, run.last, ECHO_SCORE, ECHO)


def _is_decimal(run: Run) -> bool:
    return any(item.kind is Kind.QUANTITY for item in run.items)


def _places_of(claim: Claim) -> range:
    return range(claim.first, claim.last + 1)


def _of_other(reading: Reading, one: Run, other: Run) -> bool:
    return reading.conversation.speaker(one.first) != reading.conversation.speaker(other.first)


def _opens_or_ends(run: Run, digits: str) -> bool:
    return run.digits.startswith(digits) or run.digits.endswith(digits)


def _is_repeated(reading: Reading, run: Run) -> bool:
    """Whether a piece is no count: nothing but function words beside three digits, in the whole clause of two."""
    tokens = reading.conversation.tokens
    turn = reading.conversation.turn_of(run.first)
    first, last = run.first, run.last
    while first > turn.first and not tokens[first - 1].after:
        first -= 1
    while last + 1 < turn.end and not tokens[last].after:
        last += 1
    beside = [*tokens[first : run.first], *tokens[run.last + 1 : last + 1]]
    if len(run.digits) > PIECE[0]:
        beside = beside[run.first - first :][:1]
    return all(token.norm in _IN_A_REPETITION for token in beside)


def echoed_ages(reading: Reading, claims: Sequence[Claim]) -> Iterator[Claim]:
    """Found ages said again by themselves, or of somebody: "Okay, 88.", "At 88, you ..."."""
    tokens = reading.conversation.tokens
    ages = [tokens[claim.first : claim.last + 1] for claim in claims if claim.entity == "AGE"]
    found = {spell_out([item for token in age for item in items_of(token.norm)]) for age in ages}
    claimed = {at for claim in claims for at in range(claim.first, claim.last + 1)}
    for run in reading.numbers.runs if found else ():
        if run.digits in found and run.first not in claimed and _says_age(reading, run):
            yield Claim("AGE", run.first, run.last, ECHO_SCORE, ECHO)


def _says_age(reading: Reading, run: Run) -> bool:
    tokens = reading.conversation.tokens
    before = reading.token(run.first - 1, tokens[run.first].turn)
    behind = reading.token(run.last + 1, tokens[run.last].turn)
    somebodys = before is not None and before.norm in _BEFORE_AGES
    other = behind is not None and not tokens[run.last].after and behind.norm not in _BEHIND_AGES
    return reading.alone(run.first, run.last) or somebodys and not other


def _values(reading: Reading, sources: Sequence[Run], claimed: Mapping[int, str]) -> dict[str, str]:
    """The entity of each four digits in a row; a kind that is known goes before digits of any kind."""
    values: dict[str, str] = {}
    for run in sources:
        for part in (*parts(run.digits), *parts(reading.chain(run).digits)):
            if values.get(part, UNKNOWN) == UNKNOWN:
                values[part] = claimed[run.first]
    return values


def _ends(digits: str) -> tuple[str, ...]:
    return digits, digits[:4], digits[-4:]


def echoed_codes(reading: Reading, claims: Sequence[Claim]) -> Iterator[Claim]:
    """Letters and digits elsewhere that repeat a found code, or five of its signs in a row."""
    claimed = {
        at: claim.entity for claim in claims if may_be_number(claim.entity) for at in range(claim.first, claim.last + 1)
    }
    tokens = reading.conversation.tokens
    letters = {s.letters: claimed[s.first] for s in reading.spellings if s.first in claimed}
    letters |= {tokens[at].norm: claimed[at] for at in reading.locators if at in claimed}
    for at in reading.locators:
        if at not in claimed and tokens[at].norm in letters:
            yield Claim(letters[tokens[at].norm], at, at, ECHO_SCORE, ECHO)
    found = {code.text: claimed[code.first] for code in reading.codes if {code.first, code.last} <= claimed.keys()}
    lettered = {text: entity for text, entity in found.items() if entity in _OF_LETTERS}
    for group in reading.letters if lettered else ():
        entity = _part_of(lettered, group.letters)
        if entity and not claimed.keys() >= set(range(group.first, group.last + 1)):
            yield Claim(entity, group.first, group.last, ECHO_SCORE, ECHO)
    for code in reading.codes:
        if {code.first, code.last} <= claimed.keys() or len(code.text) < CODE_PART:
            continue
        entity = next(
            (found[text] for text in found if code.text in text or len(text) >= CODE_PART and text in code.text), None
        )
        if entity:
            yield Claim(entity, code.first, code.last, ECHO_SCORE, ECHO)


def _part_of(codes: Mapping[str, str], letters: str) -> str | None:
    """The entity of a code that has a group of letters, all of it: of "dt64xkz" are "dt" and "xkz"."""
    return next((entity for code, entity in codes.items() if letters in _LETTERS.findall(code)), None)


def echoed_names(reading: Reading, claims: Sequence[Claim]) -> Iterator[Claim]:
    """Other places where a found name, or a word that sounds like it, is said."""
    tokens = reading.conversation.tokens
    sources = [c for c in claims if c.entity in _NAMING]
    words = {
        base(tokens[at])
        for c in sources
        for at in range(c.first, c.last + 1)
        if at not in reading.spelled
        and not reading.numbers.items[at]
        and (c.score >= SURE or c.last > c.first or not is_word(base(tokens[at])))
    }
    spelled = {reading.spelled[c.first].letters: c.last for c in sources if c.first in reading.spelled}
    words |= spelled.keys()
    names = Names(frozenset(w for w in words if len(w) > 2))
    exact = Names(frozenset(w for w in names.words if not is_word(w) and w not in NOT_PEOPLE))
    claimed = {at for c in claims for at in range(c.first, c.last + 1)}
    for at, token in enumerate(tokens if names else ()):
        if at in claimed:
            continue
        said = base(token)
        if said in MONTHS and at + 1 < len(tokens) and (reading.numbers.items[at + 1] or at in reading.dated):
            continue  # "april seventeenth"
        sure = exact.matches(said, capital=True)
        if (
            sure
            or said in names.words
            and (
                _in_mid_sentence(token)
                or _opening(token)
                or _addressed(reading, at)
                or _called(reading, at)
                or _just_spelled(reading, at, spelled)
            )
        ):
            yield Claim("PERSON", at, at, ECHO_SCORE, ECHO)


def echoed_secrets(reading: Reading, claims: Sequence[Claim]) -> Iterator[Claim]:
    """Words of found passwords, user names and security answers said or spelled again, with digits and signs beside them.

    Ordinary words only soon after, or where digits follow as they did: "log in with buttercup seventy eight".
    """
    sources = {word: claim for claim in reversed(claims) if claim.entity in _SECRETS for word in _words(reading, claim)}
    taken = (claim for claim in claims if claim.entity != COMPANY) if sources else ()
    claimed = {at for claim in taken for at in range(claim.first, claim.last + 1)}
    for at in range(len(reading.conversation.tokens)) if sources else ():
        said = _letters(reading, at)
        source = sources.get(said) or _misspelt(said, sources)
        if source is None or at in claimed or at in reading.naming or not _repeats(reading, source, at, said):
            continue
        spelling = reading.spelled.get(at)
        first, last = (spelling.first, spelling.last) if spelling else (at, at)
        while (
            _has_digits(reading, source) and last + 1 < len(reading.numbers.items) and reading.numbers.items[last + 1]
        ):
            last += 1
        yield Claim(source.entity, *with_signs(reading, first, last), ECHO_SCORE, ECHO)


def _letters(reading: Reading, at: int) -> str:
    """The word that a token says, as letters only, or is a part of the spelling of."""
    spelling = reading.spelled.get(at)
    return spelling.letters if spelling else "".join(filter(str.isalpha, base(reading.conversation.tokens[at])))


def _words(reading: Reading, claim: Claim) -> Iterator[str]:
    """The words of a secret, written or spelled; neither digits nor names of signs."""
    for at in range(claim.first, claim.last + 1):
        word = _letters(reading, at)
        telling = len(word) >= SECRET_WORD and word not in FUNCTION_WORDS and at not in reading.naming
        if telling and not reading.numbers.items[at] and not is_sign(word):
            yield word


def _misspelt(said: str, sources: Mapping[str, Claim]) -> Claim | None:
    if len(said) <= SECRET_WORD or is_word(said):
        return None
    return next((sources[word] for word in sources if Names(frozenset({word})).matches(said, capital=False)), None)


def _repeats(reading: Reading, source: Claim, at: int, said: str) -> bool:
    tokens = reading.conversation.tokens
    near = abs(tokens[at].turn - tokens[source.first].turn) <= SOON
    digits = at + 1 < len(tokens) and bool(reading.numbers.items[at + 1]) and _has_digits(reading, source)
    return near or digits or not is_word(said)


def _has_digits(reading: Reading, claim: Claim) -> bool:
    inside = range(claim.first, claim.last + 1)
    return any(reading.numbers.items[at] or _DIGIT.search(reading.conversation.tokens[at].norm) for at in inside)


def echoed_addresses(reading: Reading, claims: Sequence[Claim]) -> Iterator[Claim]:
    """Words of a found e-mail address that are in no dictionary, said again by themselves: "northpier is one word"."""
    tokens = reading.conversation.tokens
    claimed = {at for claim in claims for at in range(claim.first, claim.last + 1)}
    found = [tokens[at] for c in claims if c.entity == "EMAIL_ADDRESS" for at in range(c.first, c.last + 1)]
    words = {part for token in found for part in _PARTS.findall(token.norm)}
    telling = {word for word in words if len(word) >= CODE_PART and _is_telling(word)}
    for at, token in enumerate(tokens if telling else ()):
        if at not in claimed and base(token) in telling:
            yield Claim("EMAIL_ADDRESS", at, at, ECHO_SCORE, ECHO)


def _is_telling(word: str) -> bool:
    """Whether a word of an e-mail address is no ordinary one: neither host, brand, month nor form of address."""
    return not is_word(word) and not any(word in listed for listed in (HOSTS, NOT_PEOPLE, FORMS_OF_ADDRESS))


def echoed_places(reading: Reading, claims: Sequence[Claim]) -> Iterator[Claim]:
    """A found town said again, and a found address by its whole number and the word after it."""
    tokens = reading.conversation.tokens
    claimed = {at for claim in claims for at in range(claim.first, claim.last + 1)}
    found = {at: c.entity for c in claims if c.entity in _PLACES for at in range(c.first, c.last + 1)}
    names = {base(tokens[at]) for at, entity in found.items() if entity == "LOCATION"} - STATES - NOT_PEOPLE
    towns_said = {name for name in names if not is_word(name) and len(name) > 3}
    houses = {_house(reading, c) for c in claims if c.entity == "STREET_ADDRESS"} - {()}
    for at, token in enumerate(tokens if towns_said or houses else ()):
        if at not in claimed and base(token) in towns_said:
            yield Claim("LOCATION", at, at, ECHO_SCORE, ECHO)
        for house in (one for one in houses if one[0] == token.norm):
            said = tuple(one.norm for one in tokens[at : at + len(house)])
            if said == house and claimed.isdisjoint(range(at, at + len(house))):
                yield Claim("STREET_ADDRESS", at, at + len(house) - 1, ECHO_SCORE, ECHO)


def _house(reading: Reading, claim: Claim) -> tuple[str, ...]:
    """The words that an address begins with, up to a number and a word: of "four hundred Maple Street" not "four hundred"."""
    numeric = [bool(reading.numbers.items[at]) for at in range(claim.first, claim.last)]
    until = next((at for at, one in enumerate(numeric) if one != numeric[0]), None)
    said = reading.conversation.tokens[claim.first : claim.first + until + 1] if until else ()
    return tuple(token.norm for token in said)


def read_back_towns(reading: Reading, claims: Sequence[Claim]) -> Iterator[Claim]:
    """Found towns that are ordinary words, where a segment says little else: "So I have Normal", "Independence, got it"."""
    tokens = reading.conversation.tokens
    claimed = {at for claim in claims for at in range(claim.first, claim.last + 1)}
    found = {_without_state(reading, claim) for claim in claims if claim.entity == "LOCATION"} - {()}
    firsts = {name[0] for name in found}
    for at, token in enumerate(tokens if found else ()):
        if token.norm not in firsts or at in claimed:
            continue
        for name in found:
            last = at + len(name) - 1
            said = tuple(one.norm for one in tokens[at : last + 1])
            if said == name and tokens[last].turn == token.turn and _reads_back(reading, at, last):
                yield Claim("LOCATION", at, last, ECHO_SCORE, ECHO)


def states_of_towns(reading: Reading, claims: Sequence[Claim]) -> Iterator[Claim]:
    """Found towns with the state or province right behind, and with all of the name: "Gary, Indiana", "red deer"."""
    tokens = reading.conversation.tokens
    claimed = {at for claim in claims for at in range(claim.first, claim.last + 1)}
    for claim in claims:
        if claim.entity != "LOCATION" and not (claim.entity == "PERSON" and base(tokens[claim.last]) in towns()):
            continue
        last = state_end(reading, claim.last)
        first = town_begin(reading, claim.first) if claim.entity == "LOCATION" else claim.first
        new = {*range(first, last + 1)} - {*range(claim.first, claim.last + 1)}
        if new and new.isdisjoint(claimed):
            yield Claim("LOCATION", first, last, ECHO_SCORE, ECHO)


def _without_state(reading: Reading, claim: Claim) -> tuple[str, ...]:
    """The words of a town; none of what is only a state, or holds more than a name."""
    tokens = reading.conversation.tokens[claim.first : claim.last + 1]
    words = [t.norm for t in tokens if t.norm not in STATES and not (t.cased and t.text in STATE_CODES)]
    return tuple(words) if all(word.isalpha() and word not in FUNCTION_WORDS for word in words) else ()


def _reads_back(reading: Reading, first: int, last: int) -> bool:
    """Whether the segment of tokens [first, last] says nothing else that means anything."""
    tokens = reading.conversation.tokens
    turn = reading.conversation.turn_of(first)
    others = (t for at, t in enumerate(tokens[turn.first : turn.end], turn.first) if not first <= at <= last)
    return all(
        t.segment != tokens[first].segment
        or t.norm in FUNCTION_WORDS
        or t.norm in FILLERS
        or t.norm in _READING_BACK
        or t.norm in STATES
        for t in others
    )


def _in_mid_sentence(token: Token) -> bool:
    return token.capital and not token.opens and token.norm not in FUNCTION_WORDS


def _opening(token: Token) -> bool:
    """A name that opens a sentence, and no verb or function word: "Robin's fine"."""
    said = base(token)
    return token.capital and said in first_names() and said not in VERBS and said not in FUNCTION_WORDS


def _just_spelled(reading: Reading, at: int, spelled: Mapping[str, int]) -> bool:
    """Said right before or after it was spelled: "cook, c o o k", "s m a l l. Thank you, so small"."""
    last = spelled.get(base(reading.conversation.tokens[at]))
    return last is not None and abs(reading.conversation.tokens[at].turn - reading.conversation.tokens[last].turn) <= 1


def _called(reading: Reading, at: int) -> bool:
    """At the end or the beginning of a turn in text without capitals: "what's your address hunter"."""
    token, turn = reading.conversation.tokens[at], reading.conversation.turn_of(at)
    said = base(token)
    listed = said in first_names() or said in surnames()
    return not token.cased and at in (turn.first, turn.end - 1) and listed and said not in VERBS


def _addressed(reading: Reading, at: int) -> bool:
    """After a greeting, thanks or "was", in text without capitals: "thank you frank", "it was biscuit"."""
    token = reading.conversation.tokens[at]
    before = reading.token(at - 1, token.turn)
    return not token.cased and before is not None and before.norm in _BEFORE_NAMES
