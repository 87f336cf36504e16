"""The words that answer a question whose answer may be anything: a maiden name, a pet, a password."""

from __future__ import annotations

from collections.abc import Iterator

from pca_pipeline.pii.conversation.asks import Ask
from pca_pipeline.pii.conversation.questions import Mention
from pca_pipeline.pii.conversation.reading import Reading, Span
from pca_pipeline.pii.conversation.replies import LEAD_IN, NO_ANSWER, clause, clause_at, replies, sentences
from pca_pipeline.pii.conversation.signs import JOINTS
from pca_pipeline.pii.forms.numbers import Meaning
from pca_pipeline.pii.words.lexicon import FUNCTION_WORDS, HOSTS, NOT_PEOPLE, first_names, is_word, surnames, word_set
from pca_pipeline.pii.words.stream import Turn

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
_UNDER = word_set("under behind inside underneath beside beneath")
_PLACES = _UNDER | word_set("on in at")
_DETERMINERS = word_set("the a an my our his her their this that")
_COPULAS = word_set("is was are were be it's its would will should am that's")
_DEMANDS = word_set("must should needs can can't cannot")  # "the password must be ..."
_RESTARTS = word_set("but okay ok alright ago")
_RESTARTING = frozenset({("every", "time"), ("each", "time"), ("you'll", "find")})
_WHAT = word_set("what's what which")
ASKED_WITHIN = 3  # words between "what's" and the thing, whatever else the sentence says
COPULA_WITHIN = 4  # words behind the thing: "the password on file is ..."
WORDS_BEFORE = 4  # among which it is said that something was changed or typed
DIGITS_OF_AN_ANSWER = 3
MAX_QUESTION = 12  # words of a sentence that asks without a word of asking


def find_answers(reading: Reading, ask: Ask) -> Iterator[Span]:
    """What is said in answer to a kind of question, or named by the speaker: "my password is ..."."""
    for mention in reading.questions.mentions:
        if mention.ask is ask:
            for span in _said(reading, mention):
                if ask is not Ask.PASSWORD or not _tells_where(reading, span):
                    yield span


def _said(reading: Reading, mention: Mention) -> Iterator[Span]:
    own = None if mention.renews else _named(reading, mention)
    if own:
        yield Span(*own, 0.75, f"named: {mention.ask}")
    elif is_question(reading, mention.worded):
        yield from (Span(*found, 0.8, f"asked for: {mention.ask}") for found in _answers(reading, mention))


def _tells_where(reading: Reading, span: Span) -> bool:
    """Whether words tell where something is kept, or how it must be: "on the card", "under the mat", "at least 10 characters".

    What has digits is a password all the same: "on fire 22".
    """
    tokens, at = reading.conversation.tokens, span.first
    if any(reading.numbers.items[inside] for inside in range(span.first, span.last + 1)):
        return False
    before = reading.token(at - 1, tokens[at].turn)
    determined = before is not None and before.norm in _DETERMINERS
    place = reading.token(at - 2, tokens[at].turn) if determined else before
    return tokens[at].norm in _UNDER or place is not None and not place.after and place.norm in _PLACES


def _named(reading: Reading, mention: Mention) -> tuple[int, int] | None:
    """What the speaker of a mention says beside it."""
    return _own(reading, mention) or _in_front(reading, mention) or _behind(reading, mention)


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
        return clause_at(reading, at + 1, end) if chosen else None
    copula = next((place for place in range(at, min(end, at + COPULA_WITHIN)) if tokens[place].norm in _COPULAS), None)
    if copula is not None and any(token.norm in _DEMANDS for token in tokens[at:copula]):
        return None  # "it wants a new password now. Can it be ..."
    requested = tokens[mention.last].after != "," or not _before(reading, mention).isdisjoint(_REQUESTED)
    if copula is None and requested or tokens[at].norm in NO_ANSWER - {"is"}:
        return None
    return clause_at(reading, at if copula is None else copula + 1, end)


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
    found = None if silent or mention.ask is Ask.SECURITY else clause_at(reading, at, end)
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
    doubtful: tuple[int, int] | None = None
    for turn in reading.answering(mention):
        sure = () if others else tuple(replies(reading, turn.first, turn.end))
        yield from sure
        if sure:
            return
        doubtful = doubtful or (_among_others(reading, mention, turn) if others else _in_turn(reading, turn))
        if _holds_number(reading, turn):
            break
    if doubtful:
        yield doubtful


def _holds_number(reading: Reading, turn: Turn) -> bool:
    """Whether a turn gives a number of three digits or more, or a date: then it answers something."""
    runs = (run for run in reading.numbers.runs if turn.first <= run.first < turn.end)
    given = any(len(run.digits) >= DIGITS_OF_AN_ANSWER and run.meaning is not Meaning.BUSINESS for run in runs)
    return given or not reading.dated.isdisjoint(range(turn.first, turn.end))


def _in_turn(reading: Reading, turn: Turn) -> tuple[int, int] | None:
    """The answering clause of a turn; where it has none, what comes after "but", "okay" or "ago": "hang on, okay ..."."""
    starts = (at + 1 for at in range(turn.first, turn.end) if _restarts(reading, at))
    found = (clause_at(reading, start, turn.end) for start in starts)
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
    asked = [m.worded for m in reading.questions.mentions if m.turn == mention.turn]
    name_first = any(m.ask is Ask.NAME and m.first < mention.worded.first for m in asked)
    for start in reversed(starts) if name_first else starts:
        found = clause_at(reading, start, turn.end)
        if found and not reading.is_numeric(found[0]) and reading.asking.isdisjoint(range(found[0], found[1] + 1)):
            return found
    return None


def _new_segment(reading: Reading, at: int) -> bool:
    return reading.conversation.tokens[at].segment != reading.conversation.tokens[at - 1].segment
