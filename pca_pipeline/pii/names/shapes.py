"""What names of people look like, and what is called like a person and is a place, a brand or a verb.

Speech recognition misspells names and typed text drops capitals, so no single sign is asked for: how much a word
must look like a name depends on how strongly its surroundings announce one.
"""

from __future__ import annotations

import re
from functools import lru_cache

from pca_pipeline.pii.conversation.reading import Reading
from pca_pipeline.pii.names.cues import RELATIVES, Cue
from pca_pipeline.pii.names.streets import STREET_KINDS
from pca_pipeline.pii.words.lexicon import (
    FILLERS,
    FUNCTION_WORDS,
    MONTHS,
    NOT_PEOPLE,
    TITLES,
    brands,
    clear_first_name,
    clear_surname,
    first_names,
    is_formed,
    is_word,
    surnames,
    towns,
    word_set,
)
from pca_pipeline.pii.words.misspelling import is_slip
from pca_pipeline.pii.words.stream import Token

FORM = re.compile(r"[^\W\d_]+(?:['.-][^\W\d_]+)*\.?")  # of one word of a name: "o'neill", "bouchard-roy", "j."
_LOCATIVES = word_set("in from to near at via into towards toward outside around")
_SAINTS = word_set("san santa los las")  # before the name of a town, in text without capitals too
_ARTICLES = word_set("the a an any every another")
_EXAMPLES = word_set("for like in as")  # "C for Charlie", "S as in Sam"
_CAMEL = re.compile(r"(?!Mc|Mac|De|Di|La|Le|Van|Fitz|O')[A-Za-z][a-z]*[A-Z]")  # "NetID", "ParcelShop"
_PARTICLES = word_set("de la del van von der den da dos di st saint mc mac bin al el o")
_PLACE_BEFORE = word_set("saint st san santa fort lake mount port los las el point cape north south east west new")
_PLACE_BEHIND = STREET_KINDS | word_set("""inc bank insurance university college hospital elementary school park
    county city center centre church beach airport mutual financial energy wireless telecom health medical group company
    corporation airlines motors""")
# The same, where capitals keep a name apart from what is said next.
_THING_BEHIND = word_set("""office offices branch branches store stores warehouse depot clinic campus location dealership plant terminal
    loan loans account accounts plan policy card cards building wing tower suite hotel line model series edition collection
    range federal hydro power water gas electric utilities credit savings trust bridge river lake valley airways""")
COMPANY_WORDS = word_set("""bank inc insurance university college hospital airways airlines mutual financial energy wireless telecom
    motors corporation company department services association foundation llc ltd""")
VERBS = word_set("may will can mark bill grant chase pat sue drew drop trace hope rob don")
_SUBJECTS = word_set("i you we he she they it be have the a your my me this that us them")
_BEFORE_QUALITIES = word_set("be being not so too very quite")
_PRONOUNS = word_set("i we they")  # in front of a verb
# Behind a name and never behind a modal verb, a month or the first half of a compound.
_FINITE = word_set("""is isnt was wasnt has hasnt had hadnt does doesnt did didnt could couldnt would wouldnt should shouldnt will
    wont can cant might says said told asked thinks thought lives lived works worked wants wanted needs needed goes went comes
    came gets got pays paid sends sent takes took knows knew gave handles who whos""")
_PAST_TOO = word_set("set put read let")  # as they are behind "may"
_ADVERBS = word_set("always never usually just also still already only actually")
TOWARDS = word_set("""with to for from by under about is it's its that's thats this was ask asked tell told call called text texted
    ring rang see seeing saw visit visiting named""")  # whose object is a person
SIGNED = word_set("speaking here calling")
_INTRODUCING = word_set("is i'm am name's it's with hi hello hey dear mr mrs ms miss dr mister doctor")
_AFTER_NAME = word_set("and from calling with speaking here in")
_NAMING = word_set("name's called named by goes")
_TALKING = word_set("speaking speak spoke spoken talk talking talked connected chatting chatted")
_BEHIND_NAMES = _AFTER_NAME | word_set(
    "yesterday today earlier last on about before this at there who or i but he she if when because so"
)
CONTRACTED = ("'ve", "'d", "'ll", "'re", "'m", "n't")
LONGEST_NAME = 4
# "Thank you, Brigadier", "tell auntie", "thank Christ": whom they mean they do not say.
FORMS_OF_ADDRESS = word_set("""christ auntie aunty mummy daddy sister brother brigadier captain colonel sergeant lieutenant corporal
    reverend officer constable""")


def base(token: Token) -> str:
    """A token as it stands in a list of names: lower case, without the possessive."""
    return _base(token.norm)


@lru_cache(maxsize=65536)
def _base(norm: str) -> str:
    return norm.removesuffix("'s").strip(".'")


def looks_like_name(token: Token, cue: Cue) -> bool:
    """Whether a word can begin a name after a cue of some strength."""
    name = base(token)
    if not FORM.fullmatch(token.norm) or len(name) < 2 or name in FILLERS or name.endswith(CONTRACTED):
        return False
    if cue < Cue.STRONG and name in FORMS_OF_ADDRESS:
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
    known, unknown = listed or name in surnames(), not is_word(name) and (cue is Cue.STRONG or not is_slip(name))
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
    if not FORM.fullmatch(following.norm) or name.endswith(CONTRACTED) or name in NOT_PEOPLE and name not in surnames():
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


def is_unlisted(token: Token) -> bool:
    """Whether a capital is neither a word nor known as a thing: a name that is in no list."""
    said = base(token)
    known = is_word(said) or said in NOT_PEOPLE or said in TITLES or is_formed(said) or is_abbreviation(token)
    plain = len(said) > 1 and FORM.fullmatch(token.norm) is not None and not token.norm.endswith("'s")
    return token.capital and plain and not known


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
    fits = looks_like_name(tokens[first], cue) or cue >= Cue.MEDIUM and _is_named(reading, first)
    if not fits and not (cue >= Cue.WEAK and _strange_pair(reading, first)):
        return None
    last = first
    while (
        last - first + 1 < LONGEST_NAME
        and last + 1 < len(tokens)
        and goes_on(reading, tokens[last], tokens[last + 1], cue)
    ):
        last += 1
    return last if not is_place(reading, first, last) or cue >= Cue.MEDIUM else None


def _is_named(reading: Reading, at: int) -> bool:
    """ "His name is may", "i spoke to will yesterday", "hi this is grace i ...": a verb or a month that no other word belongs to."""
    tokens = reading.conversation.tokens
    verb, before, following = (reading.token(at + step, tokens[at].turn) for step in (-2, -1, 1))
    if before is None or verb is None or tokens[at].cased or base(tokens[at]) not in first_names():
        return False
    spoken = before.norm in ("to", "with") and verb.norm in _TALKING
    greeted = before.norm == "is" and verb.norm == "this"
    named = before.norm in ("is", "was") and verb.norm == "name" or before.norm in _NAMING
    known = spoken or greeted or named and (base(tokens[at]) in VERBS or base(tokens[at]) in MONTHS)
    return known and (following is None or bool(tokens[at].after) or following.norm in _BEHIND_NAMES)


def _strange_pair(reading: Reading, first: int) -> bool:
    """ "This is Priyanka Brown", "this is will price", "this is vlad from ...": by what comes after the word."""
    token = reading.conversation.tokens[first]
    following = reading.token(first + 1, token.turn)
    if following is None or token.after or token.capital != following.capital or not FORM.fullmatch(token.norm):
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
    """Whether a word that is also a name is a verb: "I Love Taylor Swift", "Hope I'm not a bother"."""
    token = reading.conversation.tokens[at]
    before, following = reading.token(at - 1, token.turn), reading.token(at + 1, token.turn)
    has_subject = before is not None and not before.after and before.norm in _PRONOUNS and is_word(base(token))
    if has_subject or following is None or token.after or base(token) not in VERBS:
        return has_subject
    subject, _, contracted = following.norm.partition("'")
    return subject in _SUBJECTS and (not contracted or base(token) == "hope")


def stands_as_name(reading: Reading, at: int, lead: Token | None) -> bool:
    """Whether a word that is also a verb or a month, behind kin or a title, is a name by what is around the two.

    "My sister may is with me", "with my sister may.", "dr march said", and not "my sister may be", "my husband will.".
    `lead` is what comes before "my sister" or "dr".
    """
    token = reading.conversation.tokens[at]
    following = reading.token(at + 1, token.turn)
    adverb = following is not None and following.norm in _ADVERBS
    verb = reading.token(at + 2, token.turn) if adverb else following
    if verb is not None and token.after != ".":
        done = verb.norm in _PAST_TOO and token.norm not in FUNCTION_WORDS
        if done or verb.norm.replace("'", "") in _FINITE:
            return True
    closes = following is None or bool(token.after) or following.norm in _BEHIND_NAMES
    return closes and lead is not None and not lead.after and lead.norm in TOWARDS


def is_quality(reading: Reading, at: int) -> bool:
    """Whether a word that is also a name says how somebody is: "to be frank", "I'm not rich"."""
    token = reading.conversation.tokens[at]
    before = reading.token(at - 1, token.turn)
    return before is not None and before.norm in _BEFORE_QUALITIES and not token.capital and is_word(base(token))


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
    return company or last > first and not introduced and (behind is None or behind.norm not in SIGNED)
