"""Where people are named: after what announces them, when they are asked, with a title, by lists, with initials, spelled."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pca_pipeline.pii.conversation.answers import is_question
from pca_pipeline.pii.conversation.asks import Ask
from pca_pipeline.pii.conversation.questions import Mention
from pca_pipeline.pii.conversation.reading import Reading, Span
from pca_pipeline.pii.conversation.replies import MAX_SENTENCES, REFUSALS, clause, sentences
from pca_pipeline.pii.forms.spelling import Spelling
from pca_pipeline.pii.names.cues import CUES, Cue
from pca_pipeline.pii.names.shapes import (
    FORM,
    LONGEST_NAME,
    SIGNED,
    TOWARDS,
    VERBS,
    base,
    is_abbreviation,
    is_nobody,
    is_place,
    is_unlisted,
    is_verb,
    name_from,
    stands_as_name,
)
from pca_pipeline.pii.words.lexicon import (
    FILLERS,
    FUNCTION_WORDS,
    MONTHS,
    NOT_PEOPLE,
    TITLES,
    clear_first_name,
    clear_surname,
    first_names,
    is_word,
    surnames,
    word_set,
)
from pca_pipeline.pii.words.stream import Token

_LEAD_IN = FILLERS | word_set(
    "my name is it's it its this i'm i am the the's be would that's first last full and hi hello hey of course you're speaking with to here's says say should under listed"
)
_BEFORE_TITLES = FUNCTION_WORDS | FILLERS | TOWARDS  # and no name of a street: "22 elm dr"
_BEFORE_SPEAKERS = FILLERS | word_set("and but so because cause when if then that oh on since as says said think until")
_HEARD = word_set("shouting yelling screaming calling telling crying laughing waving nodding whispering")
STATED = word_set("my his her their")  # "my name" is no question
SHORTEST_SPELLED = 4  # letters of a name that nobody asked for
MISHEARD_WORDS = 3  # of a reply to "may I have your name" that can be nothing else


def find_names(reading: Reading) -> Iterator[Span]:
    """All names of people in a conversation."""
    yield from (_with_given_name(reading, span) for span in _names(reading))


def _with_given_name(reading: Reading, span: Span) -> Span:
    """A name with the unlisted one right in front: "Minh Cash Pacheco", "Ji Woo Garcia"."""
    token = reading.conversation.tokens[span.first]
    before = reading.token(span.first - 1, token.turn)
    if before is None or before.after or not token.capital or span.first in reading.spelled:
        return span
    return replace(span, first=span.first - 1) if is_unlisted(before) else span


def _names(reading: Reading) -> Iterator[Span]:
    yield from _announced(reading)
    yield from _titled(reading)
    yield from _asked(reading)
    yield from _signed(reading)
    yield from _listed(reading)
    yield from _initialed(reading)
    yield from _spelled(reading)


def _announced(reading: Reading) -> Iterator[Span]:
    """Names right after a cue; fillers between are skipped."""
    for at, turn in enumerate(reading.conversation.turns):
        phrase = reading.conversation.phrase(at)
        text = phrase.text + " "
        for cue, pattern in CUES:
            for match in pattern.finditer(text):
                first = phrase.token(match.end() - 2) + 1
                while cue is Cue.STRONG and first < turn.end and reading.conversation.tokens[first].norm in FILLERS:
                    first += 1
                last = name_from(reading, first, cue) if first < turn.end else None
                if last is not None and _plausible(reading, first, cue):
                    yield Span(first, last, 0.45 + 0.1 * cue, "announced")


def _plausible(reading: Reading, first: int, cue: Cue) -> bool:
    """Not the beginning of a new sentence after the cue, unless the cue itself ends one ("Thank you. Maria, ...")."""
    before = reading.conversation.tokens[first - 1]
    return cue is Cue.GREETING or before.after != "."


def _titled(reading: Reading) -> Iterator[Span]:
    tokens = reading.conversation.tokens
    for at, token in enumerate(tokens[:-1]):
        following = tokens[at + 1]
        if token.norm not in TITLES or following.turn != token.turn or token.after and token.text[-1:] != ".":
            continue
        sure = token.norm not in ("miss", "doctor") or token.capital and following.capital
        last = name_from(reading, at + 1, Cue.STRONG if sure else Cue.MEDIUM)
        if last is None and (_only_a_name(token, following) or _titled_word(reading, at)):
            last = at + 1
        if last is not None:
            yield Span(at + 1, last, 0.85, "title")


def _only_a_name(title: Token, following: Token) -> bool:
    """After "mister" any word is a name, in text without capitals too: "mister cook"."""
    said = base(following)
    plain = (
        bool(FORM.fullmatch(following.norm)) and len(said) > 1 and said not in FUNCTION_WORDS and said not in FILLERS
    )
    sure = title.norm in ("mr", "mrs", "ms", "mister", "missus") or said in surnames()
    return sure and plain and following.capital == following.cased


def _titled_word(reading: Reading, at: int) -> bool:
    """ "Dr march said", "with doctor may": a name that is also a month or a verb, in text without capitals."""
    tokens = reading.conversation.tokens
    said = base(tokens[at + 1])
    known = said in MONTHS or said in first_names() or said in surnames()
    lead = reading.token(at - 1, tokens[at].turn)
    street = lead is not None and not lead.after and lead.norm not in _BEFORE_TITLES
    return known and not tokens[at + 1].cased and not street and stands_as_name(reading, at + 1, lead)


def _asked(reading: Reading) -> Iterator[Span]:
    """The other speaker's next turns after "can I have your name"."""
    for mention in reading.questions.mentions:
        first = mention.worded.first
        if reading.conversation.tokens[first].norm in STATED:
            continue  # a statement
        if mention.ask is Ask.NAME or mention.ask is Ask.SPELL and reading.asked(first, first, Ask.NAME):
            found = list(_answer(reading, mention))
            yield from found or _misheard_answer(reading, mention)


def _answer(reading: Reading, mention: Mention) -> Iterator[Span]:
    tokens = reading.conversation.tokens
    for turn in reading.answering(mention):
        for start in sentences(reading, turn.first, turn.end)[:MAX_SENTENCES]:
            first = start
            while first < turn.end and tokens[first].norm in _LEAD_IN and first not in reading.spelled:
                first += 1
            last = name_from(reading, first, Cue.STRONG) if first - start <= 10 else None
            if last is not None and _answers(reading, first, last, turn.end):
                yield Span(first, last, 0.8, "asked for: name")
                return


def _misheard_answer(reading: Reading, mention: Mention) -> Iterator[Span]:
    """A reply of few words that holds no name: speech recognition writes "March card" for "Margaret Porter"."""
    turn = next(iter(reading.answering(mention)), None)
    if turn is None or mention.ask is not Ask.NAME or not is_question(reading, mention.worded):
        return
    found = clause(reading, turn.first, turn.end, REFUSALS)
    if found and reading.conversation.content_between(turn.first, turn.end) <= MISHEARD_WORDS:
        yield Span(*found, 0.5, "asked for: name, as heard")


def _answers(reading: Reading, first: int, last: int, end: int) -> bool:
    """A dictionary word counts as an answer only where the turn says little else."""
    tokens = reading.conversation.tokens[first : last + 1]
    if any(clear_first_name(base(t)) or clear_surname(base(t)) or not is_word(base(t)) for t in tokens):
        return True
    if len(tokens) > 1 and base(tokens[0]) in first_names() or tokens[0].capital and base(tokens[0]) in first_names():
        return True
    return reading.conversation.content_between(first, end) <= 3


def _signed(reading: Reading) -> Iterator[Span]:
    """ "Maria speaking", "Maria here", "Lopez is the last name"."""
    tokens = reading.conversation.tokens
    for turn in reading.conversation.turns:
        opening = tokens[turn.first : min(turn.end, turn.first + LONGEST_NAME + 2)]
        if not any(token.norm in SIGNED for token in opening):
            continue
        for first in (turn.first, turn.first + 1):
            last = name_from(reading, first, Cue.MEDIUM) if first < turn.end else None
            following = reading.token(last + 1, tokens[first].turn) if last is not None else None
            if last is not None and following and following.norm in SIGNED:
                yield Span(first, last, 0.7, "signed")


def _listed(reading: Reading) -> Iterator[Span]:
    """Words that are nothing but first names, and pairs of a first name and a surname."""
    tokens = reading.conversation.tokens
    at = 0
    while at < len(tokens):
        if base(tokens[at]) not in first_names() or is_verb(reading, at):
            at += 1
            continue
        last = name_from(reading, at, Cue.NONE)
        if last is None:
            last = _pair(reading, at)
        if last is None and _told(reading, at):
            last = at
        if last is not None:
            if not is_nobody(reading, at, last):
                yield Span(at, last, 0.6 if last > at else 0.5, "listed")
            at = last
        at += 1


def _told(reading: Reading, at: int) -> bool:
    """ "June told me to call", "hope is shouting from the kitchen": a first name that is also a word, as whom one hears."""
    token = reading.conversation.tokens[at]
    before, verb, more = (reading.token(at + step, token.turn) for step in (-1, 1, 2))
    nobody = token.norm in FUNCTION_WORDS or token.norm in NOT_PEOPLE and token.norm not in MONTHS
    if verb is None or token.after or nobody:
        return False
    alone = before is None or bool(before.after) or before.norm in _BEFORE_SPEAKERS
    heard = verb.norm == "told" or verb.norm in ("is", "was") and more is not None and more.norm in _HEARD
    return heard and alone


def _initialed(reading: Reading) -> Iterator[Span]:
    """ "M. Bouchard-Roy", "K J Pargeter": capitals by themselves, then a capital word that is a name or in no dictionary."""
    tokens = reading.conversation.tokens
    for at, token in enumerate(tokens):
        if not _is_initial(token) or at in reading.spelled and reading.spelled[at].last > at + 1:
            continue
        following = reading.token(at + 1, token.turn)
        if following is None or not following.capital or not FORM.fullmatch(following.norm) or len(following.norm) < 3:
            continue
        said = base(following)
        dotted = reading.conversation.text[token.end : token.end + 1] == "."
        known = said in surnames() or dotted and not is_word(said)
        if known and said not in NOT_PEOPLE and not is_abbreviation(following) and not is_place(reading, at, at + 1):
            before = reading.token(at - 1, token.turn)
            yield Span(at - 1 if before is not None and _is_initial(before) else at, at + 1, 0.5, "initial and surname")


def _is_initial(token: Token) -> bool:
    return token.cased and len(token.text) == 1 and token.text.isupper() and token.text not in "IA"


def _pair(reading: Reading, at: int) -> int | None:
    """ "Grace Lopez": a first name that is also a word, with a surname after it."""
    tokens = reading.conversation.tokens
    following = reading.token(at + 1, tokens[at].turn)
    if (
        following is None
        or at + 1 in reading.spelled
        or tokens[at].after
        or base(tokens[at]) not in first_names()
        or tokens[at].norm in FUNCTION_WORDS
    ):
        return None
    surname = base(following)
    both = tokens[at].capital and following.capital and not (tokens[at].opens and base(tokens[at]) in VERBS)
    listed = (
        surname in surnames()
        and not tokens[at].opens
        or not is_word(surname)
        and len(surname) > 2
        and bool(FORM.fullmatch(surname))
    )
    pair = listed and both and surname not in NOT_PEOPLE
    uncased = clear_surname(surname) and not following.cased and surname not in first_names()
    return (
        at + 1
        if (pair or uncased or clear_surname(surname) and following.capital) and not is_place(reading, at, at + 1)
        else None
    )


def _spelled(reading: Reading) -> Iterator[Span]:
    """Spelled words of three letters and more; what kind they are, other recognizers may know better."""
    for spelling in reading.spellings:
        if spelling.is_word:
            asked = reading.asked(spelling.first, spelling.first, Ask.NAME, Ask.SPELL)
            if not asked and (_abbreviation(reading, spelling) or _of_a_thing(reading, spelling)):
                continue
            yield Span(spelling.first, spelling.last, 0.7 if asked else 0.4, "spelled")


def _of_a_thing(reading: Reading, spelling: Spelling) -> bool:
    """ "The d c d seven nine six", "three letter codes it's g e g": after an article, or called a code."""
    turn = reading.conversation.tokens[spelling.first].turn
    before = [reading.token(spelling.first - step, turn) for step in range(1, 5)]
    said = [token.norm for token in before if token is not None]
    return said[:1] == ["the"] or bool({"code", "codes", "form", "model"}.intersection(said))


def _abbreviation(reading: Reading, spelling: Spelling) -> bool:
    """ "Eight pounds plus v a t", "the H-E-B parking lot": few letters amid words, and no digits after them."""
    turn = reading.conversation.tokens[spelling.first].turn
    behind = reading.token(spelling.last + 1, turn)
    coded = behind is not None and (behind.norm in ("dash", "hyphen") or bool(reading.numbers.items[spelling.last + 1]))
    return len(spelling.letters) < SHORTEST_SPELLED and not coded and not reading.alone(spelling.first, spelling.last)
