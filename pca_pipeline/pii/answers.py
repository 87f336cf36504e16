"""The words that answer a question whose answer may be anything: a maiden name, a pet, a password."""

from __future__ import annotations

from collections.abc import Iterator

from pca_pipeline.pii.asks import Ask
from pca_pipeline.pii.lexicon import (
    FILLERS,
    FUNCTION_WORDS,
    HOSTS,
    NOT_PEOPLE,
    first_names,
    is_word,
    surnames,
    word_set,
)
from pca_pipeline.pii.questions import Mention
from pca_pipeline.pii.reading import Reading, Span
from pca_pipeline.pii.signs import JOINTS, is_counted
from pca_pipeline.pii.stream import Turn

# Words that lead to an answer: "sure, I think it was ...", "my first pet was ...", "his name is ...".
LEAD_IN = FILLERS | word_set("""was be would should will the a an my his her our their name named called i'd think believe guess went
    to attended answer mother's mothers maiden last first pet dog cat pet's dog's cat's of for that one he she we
    had school elementary high favorite favourite teacher street city town grew up on in born at password passcode
    passphrase word user username security question verbal phrase set has always used use there for man gosh goodness geez jeez wow haha lol
    let's put try that'd that'll this'd it'd it'll slowly probably maybe perhaps chose picked with i've here ugh mine
    he's she's make""")
_CRIES = word_set("lord god dear heavens goodness moly course hell")  # behind one of these no answer
_AHEAD_OF_CRIES = word_set("oh good holy of dear")
# Words that show that no answer is given, whatever was asked for.
REFUSALS = word_set("""what what's whats who's where's sir ma'am maam oops why how who which when where whose don't dont didn't can can't cannot could do does did not no
    never none nothing wait sorry hold remember forget forgot forgotten sure if or but because have haven't hasn't am
    i'm you you're your let give need want looking look check me we they this these those is isn't wasn't repeat say something anything
    said again too hello correct right wrong verify verified confirm help ask set change reset know idea new please
    doesn't didn't don't won't work works come comes sent receive received ready sec second minute guess click""")
# And words of stalling, greeting and talk, but for which a name may be misheard: "appreciate" for one asked for.
NO_ANSWER = REFUSALS | word_set("""get find grab pull open hang driving i'll we'll they'll he'll she'll we're we've you've they've wouldn't shouldn't much lot sounds whatever
    yours nope only found are were about log logged sign signed guys folks says saying keeps error invalid helpful appreciate awesome
    wonderful cool nice problem bye goodbye other hi hey hiya gave told thought already speaker home
    you'll since app changed write""")
_NO_ANSWERS = frozenset({("bear", "with"), ("case", "sensitive"), ("safe", "to")})  # of two words
_SUBJECTS = word_set("i we he she they he's she's")
_OBJECTS = word_set("that it this you them all him me to for")  # "I set that up", "she asked for ..."
_STOPS = word_set("""and but so because if is was with that on for thanks thank please i i'm my you do can it it's or what if okay
    then his her mr mrs just since as which who from last once twice""")
_REQUESTS = word_set("""what what's which can could may would need please tell verify confirm provide give do have who how where for
    want know remember answer question""")
_CHANGES = word_set("reset resetting changed change changing update updated set made switched")
# Words of sentences that talk of the thing, warn or promise, and ask for nothing.
_NO_QUESTION = _CHANGES - word_set("set made") | word_set("""sent send sending link created expired new choose choosing locked
    wrong trouble never share temporary""")
_REQUESTED = word_set("your give tell verify confirm provide choose")  # "give me your password, hon"
_TYPED = word_set("typed type typing entered enter entering tried try trying used using keyed put")
_NOT_NEXT = FUNCTION_WORDS - {"a"} | word_set("""twice online multiple several many every times manager hint vault page screen
    field box""")
_USING = word_set("as with using under")  # "log in as ..."
_COPULAS = word_set("is was are were be it's its would will should am that's")
_DEMANDS = word_set("must should needs can can't cannot")  # "the password must be ..."
_RESTARTS = word_set("but okay ok alright ago")
_RESTARTING = frozenset({("every", "time"), ("each", "time"), ("you'll", "find")})
_WHAT = word_set("what's what which")
ASKED_WITHIN = 3  # words between "what's" and the thing, whatever else the sentence says
COPULA_WITHIN = 4  # words behind the thing: "the password on file is ..."
WORDS_BEFORE = 4  # among which it is said that something was changed or typed
MAX_WORDS = 4
MAX_QUESTION = 12  # words of a sentence that asks without a word of asking
MAX_SENTENCES = 4


def find_answers(reading: Reading, ask: Ask) -> Iterator[Span]:
    """What is said in answer to a kind of question, or named by the speaker: "my password is ..."."""
    for mention in reading.questions.mentions:
        if mention.ask is ask:
            own = _own(reading, mention) or _in_front(reading, mention) or _behind(reading, mention)
            if own:
                yield Span(*own, 0.75, f"named: {ask}")
            elif is_question(reading, mention):
                yield from (Span(*found, 0.8, f"asked for: {ask}") for found in _answers(reading, mention))


def is_question(reading: Reading, mention: Mention) -> bool:
    """Whether the mention's sentence asks for the thing and does not talk about changing or sending one."""
    tokens = reading.conversation.tokens
    turn = reading.conversation.turns[mention.turn]
    first = max(at for at in sentences(reading, turn.first, turn.end) if at <= mention.first)
    last = next((at for at in range(mention.last, turn.end) if tokens[at].after == "."), turn.end - 1)
    said = {token.norm for token in tokens[first : last + 1]}
    asking = {token.norm for token in tokens[max(first, mention.first - ASKED_WITHIN) : mention.first]} & _WHAT
    if tokens[mention.last].norm in _USING:
        return not said.isdisjoint(_WHAT)
    return bool(asking) or not said & _NO_QUESTION and (bool(said & _REQUESTS) or last - first < MAX_QUESTION)


def _own(reading: Reading, mention: Mention) -> tuple[int, int] | None:
    """After the speaker's own mention and a copula: "the password is fluffy"."""
    tokens = reading.conversation.tokens
    end = reading.conversation.turns[mention.turn].end
    at = mention.last + 1
    if at >= end or tokens[mention.last].after == "." or tokens[at].norm in _DEMANDS or tokens[at].norm == "for":
        return None
    if tokens[mention.last].norm == "question" and tokens[mention.first - 1].norm == "your":
        return None  # "your security question is the make of your first car"
    if tokens[at].norm == "to":
        chosen = at + 1 < end and tokens[at + 1].norm != "be" and _before(reading, mention) & _CHANGES
        return _clause(reading, at + 1, end) if chosen else None
    copula = next((place for place in range(at, min(end, at + COPULA_WITHIN)) if tokens[place].norm in _COPULAS), None)
    if copula is not None and any(token.norm in _DEMANDS for token in tokens[at:copula]):
        return None  # "it wants a new password now. Can it be ..."
    requested = tokens[mention.last].after != "," or not _before(reading, mention).isdisjoint(_REQUESTED)
    if copula is None and requested or tokens[at].norm in NO_ANSWER - {"is"}:
        return None
    return _clause(reading, at if copula is None else copula + 1, end)


def _in_front(reading: Reading, mention: Mention) -> tuple[int, int] | None:
    """Before the mention: "Fluffy is my password", "Fluffy, that's the password"."""
    tokens = reading.conversation.tokens
    at = mention.first - 1
    links = 0
    while (
        at >= 0 and tokens[at].turn == mention.turn and tokens[at].norm in ("is", "was", "my", "the", "that's", "that")
    ):
        links += tokens[at].norm in ("is", "was", "that's")
        at -= 1
    if not links or at < 0 or tokens[at].turn != mention.turn or tokens[at].norm in NO_ANSWER | LEAD_IN:
        return None
    return at, at


def _behind(reading: Reading, mention: Mention) -> tuple[int, int] | None:
    """Right after the mention: "I typed my password fluffy", "my user id jsmith 42", "log in as a king 42"."""
    tokens = reading.conversation.tokens
    at, end = mention.last + 1, reading.conversation.turns[mention.turn].end
    silent = at >= end or tokens[mention.last].after == "." or tokens[at].norm in _NOT_NEXT
    found = None if silent or mention.ask is Ask.SECURITY else _clause(reading, at, end)
    if found is None or not tokens[at].norm.endswith("ly") and not _TYPED.isdisjoint(_before(reading, mention)):
        return found
    using = tokens[mention.last].norm in _USING
    handles = [place for place in range(found[0], found[1] + 1) if _is_handle(reading, place, using)]
    return (found[0], handles[-1]) if handles else None


def _is_handle(reading: Reading, at: int, names: bool) -> bool:
    """Whether a word is more likely a part of a user name or password than talk; so may a person's name be."""
    norm = reading.conversation.tokens[at].norm
    if norm in NOT_PEOPLE or norm in HOSTS:
        return False
    named = names and (norm in first_names() or norm in surnames() or not is_word(norm))
    return named or bool(reading.numbers.items[at]) or at in reading.spelled or norm in JOINTS


def _before(reading: Reading, mention: Mention) -> set[str]:
    """The words in front of a mention in its turn."""
    first = max(reading.conversation.turns[mention.turn].first, mention.first - WORDS_BEFORE)
    return {token.norm for token in reading.conversation.tokens[first : mention.first]}


def _answers(reading: Reading, mention: Mention) -> Iterator[tuple[int, int]]:
    """In the next turn of the other speaker that holds an answer."""
    others = reading.questions.personal_in(mention.turn) > 1
    for turn in reading.answering(mention):
        found = _among_others(reading, mention, turn) if others else _in_turn(reading, turn)
        if found:
            yield found
        if found or any(map(reading.is_numeric, range(turn.first, turn.end))):
            return


def _in_turn(reading: Reading, turn: Turn) -> tuple[int, int] | None:
    """The answering clause of a turn; where it has none, what comes after "but", "okay" or "ago": "hang on, okay ..."."""
    starts = (at + 1 for at in range(turn.first, turn.end) if _restarts(reading, at))
    found = (_clause(reading, start, turn.end) for start in starts)
    return clause(reading, turn.first, turn.end) or next(filter(None, found), None)


def _restarts(reading: Reading, at: int) -> bool:
    tokens = reading.conversation.tokens
    return tokens[at].norm in _RESTARTS or at > 0 and (tokens[at - 1].norm, tokens[at].norm) in _RESTARTING


def _among_others(reading: Reading, mention: Mention, turn: Turn) -> tuple[int, int] | None:
    """The answer to one of several questions: words after the numbers, and after the name if that was asked before."""
    starts = [
        at
        for at in range(turn.first, turn.end)
        if not reading.is_numeric(at) and (at == turn.first or reading.is_numeric(at - 1) or _new_segment(reading, at))
    ]
    asked = [m for m in reading.questions.mentions if m.turn == mention.turn and m.first < mention.first]
    name_first = any(m.ask is Ask.NAME for m in asked)
    for start in reversed(starts) if name_first else starts:
        found = _clause(reading, start, turn.end)
        if found and not reading.is_numeric(found[0]) and reading.asking.isdisjoint(range(found[0], found[1] + 1)):
            return found
    return None


def _new_segment(reading: Reading, at: int) -> bool:
    return reading.conversation.tokens[at].segment != reading.conversation.tokens[at - 1].segment


def clause(reading: Reading, first: int, end: int, no_answer: frozenset[str] = NO_ANSWER) -> tuple[int, int] | None:
    """The answer within tokens [first, end): in the first sentence that is one, and begins with none of `no_answer`."""
    for start in sentences(reading, first, end)[:MAX_SENTENCES]:
        found = _clause(reading, start, end, no_answer)
        if found:
            return found
    return None


def sentences(reading: Reading, first: int, end: int) -> list[int]:
    """Where sentences or segments begin in tokens [first, end)."""
    tokens = reading.conversation.tokens
    return [
        at
        for at in range(first, end)
        if at == first or tokens[at].opens or tokens[at].segment != tokens[at - 1].segment
    ]


def _clause(reading: Reading, first: int, end: int, no_answer: frozenset[str] = NO_ANSWER) -> tuple[int, int] | None:
    """The answer from a token on: lead-ins skipped, up to where the clause ends."""
    tokens = reading.conversation.tokens
    at = first
    while at < end and (tokens[at].norm in LEAD_IN and at not in reading.spelled or _is_cry(reading, at)):
        at += 1
    if at >= end or _is_no_answer(reading, at, no_answer) or at in reading.numbers.measured or at - first > 14:
        return None
    if tokens[at].is_label:
        return at, at
    last = at
    while last + 1 < end and _goes_on(reading, last, last - at + 1):
        last += 1
    return at, last


def _is_cry(reading: Reading, at: int) -> bool:
    """ "Oh lord", "of course"."""
    tokens = reading.conversation.tokens
    return tokens[at].norm in _CRIES and at > 0 and tokens[at - 1].norm in _AHEAD_OF_CRIES


def _is_no_answer(reading: Reading, at: int, no_answer: frozenset[str]) -> bool:
    tokens = reading.conversation.tokens
    before, token = tokens[at - 1].norm if at else "", tokens[at].norm
    following = tokens[at + 1].norm if at + 1 < len(tokens) and not tokens[at].after else ""
    if token in no_answer or (token, following) in _NO_ANSWERS or following == "ago":
        return True
    return before in _SUBJECTS and following in _OBJECTS and is_word(token)  # "I threw all that out"


def _goes_on(reading: Reading, last: int, count: int) -> bool:
    """Whether the word after a token is still the answer, `count` words of which are said."""
    if last + 1 in reading.spelled:
        return True
    token, following = reading.conversation.tokens[last : last + 2]
    together = not token.after and following.segment == token.segment and not following.is_label
    stops = following.norm in _STOPS or is_counted(reading, last + 1)
    return together and count < MAX_WORDS and (not stops or count == 1 and _is_pair(reading, last + 1))


def _is_pair(reading: Reading, link: int) -> bool:
    """Whether one word behind "and" ends the phrase, or the answer has it already: "fish and chips"."""
    tokens, turn = reading.conversation.tokens, reading.conversation.tokens[link].turn
    if tokens[link].norm != "and":
        return tokens[link - 1].norm == "and"
    other, behind = reading.token(link + 1, turn), reading.token(link + 2, turn)
    closes = other is not None and (behind is None or other.after != "" or behind.segment != other.segment)
    return closes and other is not None and other.norm.isalpha() and other.norm not in FUNCTION_WORDS | NO_ANSWER
