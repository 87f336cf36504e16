"""Names of people: by what introduces them, by who was asked, by lists of names, and spelled.

Speech recognition misspells names and typed text drops capitals, so no single sign is asked for: how much a word
must look like a name depends on how strongly its surroundings announce one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import IntEnum
from functools import lru_cache

from pca_pipeline.pii.answers import MAX_SENTENCES, clause, is_question, sentences
from pca_pipeline.pii.asks import Ask
from pca_pipeline.pii.lexicon import (
    FILLERS,
    FUNCTION_WORDS,
    NOT_PEOPLE,
    TITLES,
    brands,
    clear_first_name,
    clear_surname,
    first_names,
    is_word,
    surnames,
    towns,
    word_set,
)
from pca_pipeline.pii.places import STREET_KINDS
from pca_pipeline.pii.questions import Mention
from pca_pipeline.pii.reading import Reading, Span
from pca_pipeline.pii.spelling import Spelling
from pca_pipeline.pii.stream import Token


class Cue(IntEnum):
    """How strongly a name is announced."""

    NONE = 0  # only a word that is nothing but a first name
    GREETING = 1  # "thanks, ...": a first name, or a capital that a comma sets off
    WEAK = 2  # "this is ...": a first name, or a word that is in no dictionary
    MEDIUM = 3  # "my wife ...", "speaking with ...": any known name, or an unknown capital
    STRONG = 4  # "my name is ...": whatever is not a function word


_RELATIVES = (
    r"wife|husband|son|daughter|mother|father|mom|dad|brother|sister|friend|partner|boss|doctor|lawyer|attorney|spouse"
    r"|fiancee?|mum|gran|grandma|grandpa|nan|grandmother|grandfather|grandson|granddaughter|neighbou?r|roommate|nephew|niece|uncle|aunt|manager"
    r"|supervisor|colleague|coworker|girlfriend|boyfriend|ex|beneficiary|caregiver|carer|nurse|landlord|landlady|tenant"
    r"|client|witness|guarantor|executor|trustee|assistant|accountant|agent|adviser|advisor|broker|rep|representative"
    r"|technician|engineer|driver|adjuster|surveyor|plumber|electrician|contractor|daughter in law|son in law"
)
RELATIVES = frozenset(_RELATIVES.replace("?", "").split("|"))
_SOMEBODY = rf"{_RELATIVES}|he|she|who|guy|man|woman|lady|gentleman|girl|boy|person|somebody|someone|chap|bloke"
_OWNERS = rf"my|the|his|her|your|their|first|last|middle|full|legal|maiden|family|given|{_RELATIVES}|customer|cardholder|patient|member|caller|account holder"
_CUES: tuple[tuple[Cue, re.Pattern[str]], ...] = (
    (
        Cue.STRONG,
        re.compile(
            rf"\b(?:(?:{_OWNERS})(?:'s)? ?name(?:'s| on (?:\w+ )?\w+)?,? (?:(?:is|was|it's|would be|will be|should be) )"
            r"(?:going to be |gonna be |spelled )?|(?:my|his|her) name's |(?:first|last|middle) name |surname (?:is )?"
            rf"|name(?:'s)? is |(?:{_SOMEBODY})(?: (?:was|is|were)|'s) (?:called|named) |(?:{_SOMEBODY}) (?:called|named|by the name of) |i go by |(?:goes|go) by (?:the name )?|in the name of |under the name (?:of )?|call (?:me|you) )"
        ),
    ),
    (
        Cue.MEDIUM,
        re.compile(
            r"\b(?:(?:speaking|speak|spoke|spoken|talk|talking|talked|connected|chatting) (?:with|to) |named |under "
            rf"|ask (?:for )?|(?:you|you've|you have) got |is that |deal(?:ing|t)? with (?:a |an )?|thank |attention |tell |contact |account holder(?: is)? |(?:my|his|her|your|our|the) (?:\w+ )?(?:{_RELATIVES})(?:'s)?,? (?:is |was |named |called |'s name is )?"
            r"|on behalf of |belongs? to |signed by |made out to |beneficiary is |am i speaking (?:with|to) |is this )"
        ),
    ),
    (Cue.WEAK, re.compile(r"\b(?:this is|it's|it is|i'm|i am|that's|that is|here is) ")),
    (
        Cue.GREETING,
        re.compile(
            r"\b(?:(?:thank you|thanks)(?: so much| very much)?|hi there|hi|hello|hey|dear|okay|ok|sure|great|perfect|sorry|yes|no|alright|all right"
            r"|morning|afternoon|evening|welcome|bye|goodbye|it|right|well|so|please|day|you|now|here|done|back|today|wonderful|excellent) "
        ),
    ),
)
_LEAD_IN = FILLERS | word_set(
    "my name is it's it its this i'm i am the the's be would that's first last full and hi hello hey of course you're speaking with to here's"
)
_NAME = re.compile(r"[^\W\d_]+(?:['.-][^\W\d_]+)*\.?")
_LOCATIVES = word_set("in from to near at via into towards toward outside around")
_SAINTS = word_set("san santa los las")  # before the name of a town, in text without capitals too
_ARTICLES = word_set("the a an any every another")
_EXAMPLES = word_set("for like in as")  # "C for Charlie", "S as in Sam"
_CAMEL = re.compile(r"(?!Mc|Mac|De|Di|La|Le|Van|Fitz|O')[A-Za-z][a-z]*[A-Z]")  # "NetID", "ParcelShop"
_PARTICLES = word_set("de la del van von der den da dos di st saint mc mac bin al el o")
_PLACE_BEFORE = word_set("saint st san santa fort lake mount port los las el point cape north south east west new")
_PLACE_BEHIND = STREET_KINDS | word_set("""inc bank insurance university college hospital elementary school park county city center centre church beach
    airport mutual financial energy wireless telecom health medical group company corporation airlines motors""") - {
    "st",
    "dr",
}
# The same, where capitals keep a name apart from what is said next.
_THING_BEHIND = word_set("""office offices branch branches store stores warehouse depot clinic campus location dealership plant terminal
    loan loans account accounts plan policy card cards building wing tower suite hotel line model series edition collection
    range federal hydro power water gas electric utilities credit savings trust bridge river lake valley airways""")
COMPANY_WORDS = word_set("""bank inc insurance university college hospital airways airlines mutual financial energy wireless telecom
    motors corporation company department services association foundation llc ltd""")
VERBS = frozenset(
    {
        "may",
        "will",
        "can",
        "mark",
        "bill",
        "grant",
        "chase",
        "pat",
        "sue",
        "drew",
        "drop",
        "trace",
        "hope",
        "rob",
        "don",
    }
)
_SUBJECTS = word_set("i you we he she they it be have the a your my me this that us them")
_PRONOUNS = word_set("i we they")  # in front of a verb
_SIGNED = word_set("speaking here calling")
_INTRODUCING = word_set("is i'm am name's it's with hi hello hey dear mr mrs ms miss dr mister doctor")
_AFTER_NAME = word_set("and from calling with speaking here in")
CONTRACTED = ("'ve", "'d", "'ll", "'re", "'m", "n't")
STATED = word_set("my his her their")  # "my name" is no question
LONGEST_NAME = 4
SHORTEST_SPELLED = 4  # letters of a name that nobody asked for
MISHEARD_WORDS = 3  # of a reply to "may I have your name" that can be nothing else


def find_names(reading: Reading) -> Iterator[Span]:
    """All names of people in a conversation."""
    yield from _announced(reading)
    yield from _titled(reading)
    yield from _asked(reading)
    yield from _signed(reading)
    yield from _listed(reading)
    yield from _initialed(reading)
    yield from _spelled(reading)


def base(token: Token) -> str:
    """A token as it stands in a list of names: lower case, without the possessive."""
    return _base(token.norm)


@lru_cache(maxsize=65536)
def _base(norm: str) -> str:
    return norm.removesuffix("'s").strip(".'")


def looks_like_name(token: Token, cue: Cue) -> bool:
    """Whether a word can begin a name after a cue of some strength."""
    name = base(token)
    if not _NAME.fullmatch(token.norm) or len(name) < 2 or name in FILLERS or name.endswith(CONTRACTED):
        return False
    listed = name in first_names()
    if cue < Cue.STRONG and is_abbreviation(token):
        return False
    if name in FUNCTION_WORDS or name in NOT_PEOPLE:
        if cue is Cue.GREETING:
            return listed and token.capital and bool(token.after)
        return (
            cue >= Cue.MEDIUM
            and listed
            and (token.capital or cue is Cue.STRONG and not token.cased and name not in FUNCTION_WORDS)
        )
    if clear_first_name(name):
        return True
    known, unknown = listed or name in surnames(), not is_word(name)
    if cue is Cue.STRONG:
        return known or unknown or token.capital
    if cue is Cue.MEDIUM:
        return (known or unknown) and token.capital or clear_surname(name) or unknown and not token.cased
    if cue is Cue.WEAK:
        return (
            token.capital
            and (listed and not token.opens or unknown and bool(token.after))
            or clear_surname(name)
            and not token.cased
        )
    return cue is Cue.GREETING and token.capital and bool(token.after) and not token.opens and (listed or unknown)


def goes_on(reading: Reading, token: Token, following: Token, cue: Cue) -> bool:
    """Whether a name that holds `token` holds the next one too: a surname, an initial, a second given name."""
    name = base(following)
    if token.after == "." and len(token.norm) > 1 or following.turn != token.turn or token.norm.endswith("'s"):
        return False
    if token.after == "," and not (clear_surname(name) and cue >= Cue.STRONG):
        return False
    if (
        not _NAME.fullmatch(following.norm)
        or name.endswith(CONTRACTED)
        or name in NOT_PEOPLE
        and name not in surnames()
    ):
        return False
    if name in _PARTICLES or len(name) == 1 and following.capital and name != "i":
        after = reading.token(_index(reading, following) + 1, token.turn)
        return after is not None and (after.capital or clear_surname(base(after)))
    if name in FUNCTION_WORDS or name in FILLERS:
        return False
    if cue is Cue.STRONG and clear_first_name(base(token)) and following.after == "." and not name.endswith("ing"):
        return True  # "my name is Alexis house.": a surname that was misheard
    if following.capital:
        return name in surnames() or name in first_names() or not is_word(name) or clear_first_name(base(token))
    if token.capital:
        return clear_surname(name)
    unknown = not is_word(name) and (cue >= Cue.WEAK or clear_first_name(base(token)))
    return name in surnames() or clear_first_name(name) or unknown


def is_abbreviation(token: Token) -> bool:
    """ "PPO", "ATMs", "NetID", "Drive-up": capitals or words in a way in which no name is written."""
    if not token.cased or not token.text[0].isalpha():
        return False
    if token.text[:2].isalpha() and token.text[:2].isupper() or _CAMEL.match(token.text):
        return True
    parts = token.norm.removesuffix("'s").split("-")
    return len(parts) > 1 and all(map(is_word, parts))


def is_example(reading: Reading, at: int) -> bool:
    """Whether a word only says which letter is meant: "C for Charlie", "TT, like Tom Tom"."""
    token = reading.conversation.tokens[at]
    before = [reading.token(at - step, token.turn) for step in (1, 2, 3)]
    if before[0] is not None and before[0].norm == token.norm:
        before = before[1:]
    if before[0] is None or before[0].norm not in _EXAMPLES:
        return False
    letters = before[2] if before[0].norm == "in" and len(before) > 2 else before[1]
    short = letters is not None and (len(letters.norm) == 1 or letters.text.isupper() and len(letters.norm) < 4)
    return letters is not None and short and token.norm.startswith(letters.norm[0])


def _index(reading: Reading, token: Token) -> int:
    return reading.conversation.tokens_at(token.start, token.end)[0]


def name_from(reading: Reading, first: int, cue: Cue) -> int | None:
    """The last token of the name that begins at a token; None if none does."""
    tokens = reading.conversation.tokens
    if first >= len(tokens) or first in reading.spelled or is_verb(reading, first):
        return None
    following = reading.token(first + 1, tokens[first].turn)
    if base(tokens[first]) in VERBS and following and not tokens[first].after and following.norm in _SUBJECTS:
        return None
    if not looks_like_name(tokens[first], cue) and not (cue >= Cue.WEAK and _strange_pair(reading, first)):
        return None
    last = first
    while (
        last - first + 1 < LONGEST_NAME
        and last + 1 < len(tokens)
        and goes_on(reading, tokens[last], tokens[last + 1], cue)
    ):
        last += 1
    return last if not is_place(reading, first, last) or cue >= Cue.MEDIUM else None


def _strange_pair(reading: Reading, first: int) -> bool:
    """ "This is Priyanka Brown", "this is will price", "this is vlad from ...": by what comes after the word."""
    token = reading.conversation.tokens[first]
    following = reading.token(first + 1, token.turn)
    if following is None or token.after or token.capital != following.capital or not _NAME.fullmatch(token.norm):
        return False
    name, surname = base(token), base(following)
    if token.capital and name in first_names():
        return surname not in FUNCTION_WORDS
    if name in FUNCTION_WORDS or name in NOT_PEOPLE:
        return name in first_names() and surname not in FUNCTION_WORDS and not is_word(surname)
    if not is_word(name):
        strange = token.capital and not is_word(surname)
        return strange or surname in surnames() or not token.cased and (surname in _AFTER_NAME or not is_word(surname))
    return name in first_names() and (surname in surnames() or not is_word(surname)) and not token.cased


def is_place(reading: Reading, first: int, last: int) -> bool:
    """Whether the words around make a name a place's or a company's: "Saint ...", "... Road", "... community bank"."""
    turn = reading.conversation.tokens[first].turn
    before, behind = reading.token(first - 1, turn), reading.token(last + 1, turn)
    if before and (before.capital and before.norm in _PLACE_BEFORE or before.norm in _SAINTS):
        return True
    if (
        before
        and before.norm in ("calling", "contacting", "choosing")
        and reading.conversation.turns[turn].role != "customer"
    ):
        return True  # "thank you for calling ..."
    if last > first and base(reading.conversation.tokens[last]) in COMPANY_WORDS:
        return True
    if behind is None or reading.conversation.tokens[last].after:
        return False
    return base(behind) in _PLACE_BEHIND or behind.cased and base(behind) in _THING_BEHIND


def _announced(reading: Reading) -> Iterator[Span]:
    """Names right after a cue; fillers between are skipped."""
    for at, turn in enumerate(reading.conversation.turns):
        phrase = reading.conversation.phrase(at)
        text = phrase.text + " "
        for cue, pattern in _CUES:
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
        if last is None and _only_a_name(token, following):
            last = at + 1
        if last is not None:
            yield Span(at + 1, last, 0.85, "title")


def _only_a_name(title: Token, following: Token) -> bool:
    """After "mister" any word is a name, in text without capitals too: "mister cook"."""
    said = base(following)
    plain = (
        bool(_NAME.fullmatch(following.norm)) and len(said) > 1 and said not in FUNCTION_WORDS and said not in FILLERS
    )
    sure = title.norm in ("mr", "mrs", "ms", "mister", "missus") or said in surnames()
    return sure and plain and following.capital == following.cased


def _asked(reading: Reading) -> Iterator[Span]:
    """The other speaker's next turns after "can I have your name"."""
    for mention in reading.questions.mentions:
        if reading.conversation.tokens[mention.first].norm in STATED:
            continue  # a statement
        if (
            mention.ask is Ask.NAME
            or mention.ask is Ask.SPELL
            and reading.asked(mention.first, mention.first, Ask.NAME)
        ):
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
    if turn is None or mention.ask is not Ask.NAME or not is_question(reading, mention):
        return
    found = clause(reading, turn.first, turn.end)
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
        if not any(token.norm in _SIGNED for token in opening):
            continue
        for first in (turn.first, turn.first + 1):
            last = name_from(reading, first, Cue.MEDIUM) if first < turn.end else None
            following = reading.token(last + 1, tokens[first].turn) if last is not None else None
            if last is not None and following and following.norm in _SIGNED:
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
        if last is not None:
            if not is_nobody(reading, at, last):
                yield Span(at, last, 0.6 if last > at else 0.5, "listed")
            at = last
        at += 1


def is_nobody(reading: Reading, first: int, last: int) -> bool:
    """ "The Harley", "ships from Reno", "C for Charlie", "Roger.": a name by the lists, and nobody by where it stands."""
    tokens = reading.conversation.tokens
    token, before = tokens[first], reading.token(first - 1, tokens[first].turn)
    if is_example(reading, first) or names_the_firm(reading, first, last) or is_brand(reading, first):
        return True
    if last > first:
        return False
    if token.norm == "roger" and token.opens and (token.after or first + 1 == reading.conversation.turn_of(first).end):
        return True
    if before is None or before.after:
        return False
    town = base(token) in towns() and before.norm in _LOCATIVES
    return town or before.norm in _ARTICLES


def is_brand(reading: Reading, first: int) -> bool:
    """ "A Ralph Lauren jacket": a brand that is called like a person, where nobody is introduced."""
    tokens = reading.conversation.tokens
    pair = tokens[first : first + 2]
    before = reading.token(first - 1, tokens[first].turn)
    introduced = before is not None and (before.norm in _INTRODUCING or before.norm in RELATIVES)
    return len(pair) == 2 and (base(pair[0]), base(pair[1])) in brands() and not introduced


def is_verb(reading: Reading, at: int) -> bool:
    """Whether a word that is also a name is a verb after its subject: "I Love Taylor Swift"."""
    token = reading.conversation.tokens[at]
    before = reading.token(at - 1, token.turn)
    return before is not None and not before.after and before.norm in _PRONOUNS and is_word(base(token))


def names_the_firm(reading: Reading, first: int, last: int) -> bool:
    """ "Good morning, Hudson Federal. My name is ...": what an agent says first, and nothing introduces as a person."""
    tokens = reading.conversation.tokens
    turn = tokens[first].turn
    if turn or reading.conversation.turns[turn].role == "customer":
        return False
    before, behind = reading.token(first - 1, turn), reading.token(last + 1, turn)
    introduced = before is not None and before.norm in _INTRODUCING
    company = (
        behind is not None and not tokens[last].after and base(behind) in _PLACE_BEHIND | _THING_BEHIND | COMPANY_WORDS
    )
    return company or last > first and not introduced and (behind is None or behind.norm not in _SIGNED)


def _initialed(reading: Reading) -> Iterator[Span]:
    """ "M. Bouchard-Roy", "K J Pargeter": capitals by themselves, then a capital word that is a name or in no dictionary."""
    tokens = reading.conversation.tokens
    for at, token in enumerate(tokens):
        if not _is_initial(token) or at in reading.spelled and reading.spelled[at].last > at + 1:
            continue
        following = reading.token(at + 1, token.turn)
        if following is None or not following.capital or not _NAME.fullmatch(following.norm) or len(following.norm) < 3:
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
        and bool(_NAME.fullmatch(surname))
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
