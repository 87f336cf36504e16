"""Which words of a turn are the reply, and which are talk: "hang on, let me find my glasses, right, it's fluffy".

A reply is said barely or presented ("it's ...", "mine was ..."), holds nothing but words of content, and ends its clause.
Of what is none for certain, the first clause that does not begin like talk may be one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pca_pipeline.pii.conversation.reading import Reading
from pca_pipeline.pii.conversation.signs import JOINTS, is_counted
from pca_pipeline.pii.words.lexicon import FILLERS, FUNCTION_WORDS, first_names, is_word, surnames, towns, word_set

# Words that lead to an answer: "sure, I think it was ...", "my first pet was ...", "his name is ...".
LEAD_IN = FILLERS | word_set("""was be would should will the a an my his her our their name named called i'd think believe guess went
    to attended answer mother's mothers maiden last first pet dog cat pet's dog's cat's of for that one he she we
    had school elementary high favorite favourite teacher street city town grew up on in born at password passcode
    passphrase word user username security question verbal phrase set has always used use there for man gosh goodness geez jeez wow haha lol
    let's lets put try that'd that'll this'd it'd it'll slowly probably maybe perhaps chose picked with i've here ugh mine
    he's she's make still""")
_CRIES = word_set("lord god dear boy heavens goodness moly course hell")  # behind one of these no answer
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
    you'll since app changed write taken""")
_NO_ANSWERS = frozenset({("bear", "with"), ("case", "sensitive"), ("safe", "to")})  # of two words
_SUFFERERS = word_set("me us")  # "(it's) locked me out"
_SUBJECTS = word_set("i we he she they he's she's")
_OBJECTS = word_set("that it this you them all him me to for")  # "I set that up", "she asked for ..."
_STOPS = word_set("""and but so because if is was with that on for thanks thank please i i'm my you do can it it's or what if okay
    then his her mr mrs just since as which who from last once twice""")
# After one of these, speech without punctuation may begin anew.
_PAUSES = word_set("""um uh er erm ah hmm hm mm oh okay ok yeah yes yep yup right alright well but so ago already now no sorry wait
    here says""")
_COPULAS = word_set("is was be it's its that's thats")
_PRESENTING = _COPULAS | word_set("named called put try chose picked think believe guess used use would should")
_PLACING = word_set("in at to on")  # of a place only: "went to", "born in", "grew up on"
_AHEAD_OF_PLACES = word_set("went born up attended put")
_DETERMINERS = word_set("the a an my our his her their")
_NO_END = word_set("i he she we me let just got see go all mean")  # of what leads to a reply: behind it comes a verb
_INSIDE = JOINTS | word_set("and of first middle last great good one")
_VOCATIVES = word_set("sir ma'am maam madam love hon honey dear darling")
_CLOSERS = (
    _VOCATIVES
    | FILLERS - word_set("it me let see is go again all got")
    | word_set("""and but because cause cos if or
    i'm i've i'd i'll we my you he she they isn't wasn't isnt wasnt which here""")
)
_ASKING_BACK = frozenset({("is", "that"), ("is", "this"), ("was", "that"), ("is", "there")})
_ASKING = word_set("what why when where who how which do does did can could would will should are have has")
_RETRACTING = word_set("no wait or actually oops scratch changed")
_WITHOUT_APOSTROPHE = frozenset(word.replace("'", "") for word in FUNCTION_WORDS | NO_ANSWER if "'" in word)
_INDEFINITE = re.compile(r"(?:some|any|no|every)(?:where|one|body|thing|place|time|times)")

MAX_WORDS = 4
MAX_SENTENCES = 4
SHORTEST_STEM = 3


def replies(reading: Reading, first: int, end: int) -> Iterator[tuple[int, int]]:
    """The reply within tokens [first, end), and what the speaker puts in its place: "Heron. No, Kingfisher."."""
    tokens, before = reading.conversation.tokens, -1
    for start in _starts(reading, first, end):
        found = _reply(reading, start, end) if start > before else None
        if found is None:
            continue
        if before >= 0 and _RETRACTING.isdisjoint(token.norm for token in tokens[before + 1 : found[0]]):
            return
        yield found
        before = found[1]


def _starts(reading: Reading, first: int, end: int) -> Iterator[int]:
    """Where a reply may begin: with a clause, behind a pause, with what presents it; not within a question."""
    tokens, asking = reading.conversation.tokens, False
    for at in range(first, end):
        before, token = tokens[at - 1], tokens[at]
        opens = at == first or token.segment != before.segment or before.after != "" or before.norm in _PAUSES
        asking = token.norm in _ASKING if opens else asking
        if opens or token.norm in _COPULAS and not asking:
            yield at


def _reply(reading: Reading, start: int, end: int) -> tuple[int, int] | None:
    """The clause that begins at a token, if it can be nothing but a reply."""
    tokens = reading.conversation.tokens
    found = clause_at(reading, start, end)
    if found is None or not _presents(reading, start, found[0]):
        return None
    first, last = found[0], found[0] - 1
    while last < found[1] and (_is_content(reading, last + 1) or last >= first and tokens[last + 1].norm in _INSIDE):
        last += 1
    closes = _is_strange(tokens[first].norm) or _closes(reading, last, end)
    inside = range(first, last + 1)
    if last < first or not closes or any(_is_verb(reading, at) or tokens[at].norm[0] in "$£€" for at in inside):
        return None
    return first, last


def _presents(reading: Reading, start: int, at: int) -> bool:
    """Whether tokens [start, at) are nothing, a filler, or what presents a reply."""
    tokens = reading.conversation.tokens
    lead = [token.norm for token in tokens[start:at]]
    if tuple(lead[:2]) in _ASKING_BACK or at > 0 and tokens[at - 1].norm == "no" and not tokens[at - 1].after:
        return False  # "is that the long one?", "no spaces"
    if lead[-1:] == ["see"]:
        return True  # "let's see, ..."
    while lead and lead[-1] in _DETERMINERS:
        lead.pop()
    if not lead or lead[-1] in _PRESENTING or lead[-1] in FILLERS - _NO_END:
        return True
    return lead[-1] in _PLACING and not _AHEAD_OF_PLACES.isdisjoint(lead)


def _closes(reading: Reading, last: int, end: int) -> bool:
    """Whether a clause ends with a token, or goes on with what says nothing, or with another clause."""
    token = reading.conversation.tokens[last]
    following = reading.conversation.tokens[last + 1] if last + 1 < end else None
    ends = following is None or token.after != "" or following.segment != token.segment
    return ends or following is not None and following.norm in _CLOSERS


def _is_content(reading: Reading, at: int) -> bool:
    norm, before = reading.conversation.tokens[at].norm, reading.conversation.tokens[at - 1].norm
    closed = norm in FUNCTION_WORDS or norm in _WITHOUT_APOSTROPHE or norm in _VOCATIVES or _INDEFINITE.fullmatch(norm)
    return not closed or before in JOINTS or bool(reading.numbers.items[at]) or at in reading.spelled


def _is_strange(norm: str) -> bool:
    """Whether a word is in no dictionary, as names and handles are: it is a reply wherever it begins a clause."""
    return norm[:1].isalpha() and not is_word(norm)


def _is_verb(reading: Reading, at: int) -> bool:
    """ "(it's) ringing", "(the line) dropped": formed of another word, nobody's name, and joined to nothing."""
    norm = reading.conversation.tokens[at].norm
    stem = norm.removesuffix("ing") if norm.endswith("ing") else norm.removesuffix("ed")
    named = norm in first_names() or norm in surnames() or norm in towns()
    if named or stem == norm or len(stem) < SHORTEST_STEM:
        return False
    doubled = stem[-1] == stem[-2] and is_word(stem[:-1])
    return (doubled or is_word(stem) or is_word(stem + "e")) and reading.conversation.tokens[at - 1].norm not in JOINTS


def clause(reading: Reading, first: int, end: int, no_answer: frozenset[str] = NO_ANSWER) -> tuple[int, int] | None:
    """The answer within tokens [first, end): in the first sentence that is one, and begins with none of `no_answer`."""
    for start in sentences(reading, first, end)[:MAX_SENTENCES]:
        found = clause_at(reading, start, end, no_answer)
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


def clause_at(reading: Reading, first: int, end: int, no_answer: frozenset[str] = NO_ANSWER) -> tuple[int, int] | None:
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
    if following in _SUFFERERS and is_word(token):
        return True
    acting = following in _OBJECTS and is_word(token) or _is_verb(reading, at)
    return before in _SUBJECTS and acting  # "I threw all that out", "we moved"


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
