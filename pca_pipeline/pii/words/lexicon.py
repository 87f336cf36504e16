"""Word lists: names, dictionary words, and the small closed classes of English that recognizers ask for."""

from __future__ import annotations

from functools import cache, lru_cache
from importlib.resources import files


def word_set(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("january", "jan"),
            ("february", "feb"),
            ("march", "mar"),
            ("april", "apr"),
            ("may",),
            ("june", "jun"),
            ("july", "jul"),
            ("august", "aug"),
            ("september", "sept", "sep"),
            ("october", "oct"),
            ("november", "nov"),
            ("december", "dec"),
        ),
        start=1,
    )
    for name in names
}
WEEKDAYS = word_set("monday tuesday wednesday thursday friday saturday sunday")
FILLERS = word_set("""um uh er erm ah hmm mm mhm mm-hmm uh-huh huh oh okay ok yeah yes yep yup sure right alright so well like
    please and then now just got it its it's that's is thats correct perfect great thanks thank you go ahead hm mmhmm
    good fine all no sorry wait actually i mean let me see again""")
TITLES = word_set("mr mrs ms miss mister missus mx dr doctor professor")
STATES = word_set("""alabama alaska arizona arkansas california colorado connecticut delaware florida georgia hawaii idaho illinois
    indiana iowa kansas kentucky louisiana maine maryland massachusetts michigan minnesota mississippi missouri montana
    nebraska nevada ohio oklahoma oregon pennsylvania tennessee texas utah vermont virginia washington wisconsin
    wyoming ontario quebec manitoba saskatchewan alberta newfoundland nunavut yukon""")
STATE_CODES = word_set("""AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR
    PA RI SC SD TN TX UT VT VA WA WV WI WY DC""")
PROVINCE_CODES = word_set("ON QC BC AB MB SK NS NB NL PE YT NT")
TWO_WORD_STATES = frozenset(
    {
        ("new", "hampshire"),
        ("new", "jersey"),
        ("new", "mexico"),
        ("new", "york"),
        ("north", "carolina"),
        ("north", "dakota"),
        ("rhode", "island"),
        ("south", "carolina"),
        ("south", "dakota"),
        ("west", "virginia"),
        ("british", "columbia"),
        ("nova", "scotia"),
        ("new", "brunswick"),
        ("prince", "edward"),
    }
)
# Countries and peoples, those left out that many people are named after.
NATIONS = word_set("""afghanistan albania algeria angola argentina argentine armenian asian african australia australian austria
    austrian bahamas bangladesh barbados belgian belgium bermuda bolivia brazil brazilian bulgaria bulgarian cambodia cameroon
    caribbean chile chilean colombia colombian congo croatia croatian cuba cuban cyprus czech denmark danish dominican dutch
    ecuador egypt egyptian estonia ethiopia ethiopian european finland finnish filipino france ghana greece greek guatemala
    haiti haitian honduras hungarian hungary iceland indonesia iran iranian iraq iraqi ireland irish israeli italian italy
    jamaica jamaican japan japanese jordanian kazakhstan kenya kenyan kuwait latvia lebanese lebanon libya lithuania malaysia
    malta moroccan morocco nepal netherlands nicaragua nigeria nigerian norway norwegian pakistan pakistani panama paraguay
    peru peruvian philippines poland polish portugal portuguese qatar romania romanian russia russian rwanda scotland
    scottish senegal serbia singapore slovakia slovenia somalia spain sudan sweden swedish switzerland swiss syria taiwan
    tanzania thai thailand tunisia turkey turkish uganda ukraine ukrainian uruguay venezuela vietnam wales welsh yemen
    zambia zimbabwe""")
LANGUAGES = word_set("""arabic bengali cantonese creole farsi gaelic gujarati hindi igbo mandarin pashto patois punjabi swahili
    tagalog tamil telugu urdu yoruba""")
TWO_WORD_NATIONS = frozenset(
    tuple(name.split())
    for name in ("costa rica", "puerto rico", "sri lanka", "el salvador", "hong kong", "saudi arabia", "sierra leone")
)


# Who gives people their e-mail addresses.
HOSTS = word_set("""gmail yahoo hotmail icloud aol comcast msn verizon protonmail outlook live btinternet googlemail ymail
    rocketmail sbcglobal bellsouth talktalk virginmedia rogers sympatico telus shaw cox earthlink fastmail proton zoho gmx""")


def _read(name: str) -> frozenset[str]:
    return frozenset((files(__package__) / "data" / name).read_text(encoding="ascii").splitlines())


# Brands, medicines, foods, abbreviations: no dictionary holds them, and nobody is called so.
THINGS = _read("things.txt")
# Capitalised words that are no people: brands, peoples, tongues, places that are also first names, times.
NOT_PEOPLE = word_set("""i ok okay visa mastercard amex american express discover paypal zelle venmo google apple amazon android iphone
    ipad mac windows microsoft netflix hulu gmail yahoo hotmail outlook icloud facebook instagram twitter walmart
    costco target medicare medicaid fedex ups usps internet wifi wi-fi bluetooth english spanish french german chinese
    vietnamese korean arabic american canadian mexican indian british europe america canada mexico england london
    christmas thanksgiving easter halloween god lord jesus christian catholic hispanic africa asia ivr atm ssn pin cvv
    dob usa us uk irs fbi llc inc tv dvd pdf faq hr it id sms gps roth ira fdic mhm hmm
    alexa siri austin dallas houston paris sydney brooklyn florence savannah charlotte madison israel chelsea kent
    orlando lincoln jackson denver phoenix aurora cleveland berlin china india jordan asia chad
    chase wells fargo schwab vanguard fidelity verizon comcast xfinity sprint aetna cigna geico
    rn ty bc tbh idk btw omg brb thx pls plz np lmk imo fyi eta nvm yw yikes hiya oops whoa geez jeez howdy cheers ugh yay
    phew whew eek hooray hurray doc docs sgt pw pwd acct ppo hmo epo passcode diem mon tue tues wed thu thur thurs fri sat sun toyota honda ford chevrolet chevy nissan jeep mercedes lexus tesla hyundai subaru dodge max ima""") | frozenset(MONTHS) | WEEKDAYS | frozenset(f"{day}s" for day in WEEKDAYS) | STATES | NATIONS | LANGUAGES | THINGS  # fmt: skip
# Words after which no name begins, however they are written.
FUNCTION_WORDS = word_set("""a an the this that these those there here i i'm i'd i'll i've me my mine myself we we're our ours us you you're
    your yours he he's him his she she's her hers it it's its they they're them their what what's which who who's whom
    whose when where why how is isn't was wasn't are aren't were be been being am do does did don't doesn't didn't
    done have has had haven't hasn't having can can't could couldn't will won't would wouldn't shall should shouldn't
    might must may and or but nor so if then than because as until while of at by for with without about against between into
    through during before after above below to from up down in out on off over under again further once just only
    not no yes yeah yep okay ok oh um uh well please thanks thank hello hi hey sorry sure right correct all any
    both each few more most other some such own same too very now also still yet already let let's get got go going
    gonna calling call called speaking looking trying having need want like really actually back good great fine
    happy glad able one two three four five six seven eight nine ten zero first last middle full name names spelled
    spell number account policy dot at com dash wrong different under regarding perfect alright nope nah
    cheers ta""")
_CONTRACTED = frozenset(
    f"{word}'{end}" for word in "i you he she it we they that there who what".split() for end in ("ll", "d", "ve", "re")
)
WITHOUT_APOSTROPHE = frozenset(word.replace("'", "") for word in FUNCTION_WORDS | _CONTRACTED if "'" in word)  # "itll"


_PREFIXES = (
    "un",
    "re",
    "pre",
    "non",
    "over",
    "under",
    "mis",
    "de",
    "co",
    "in",
    "out",
    "auto",
    "super",
    "multi",
    "anti",
)
_SUFFIXES = (
    "s",
    "es",
    "ed",
    "ing",
    "er",
    "ers",
    "or",
    "able",
    "ible",
    "ly",
    "ness",
    "less",
    "ful",
    "ment",
    "tion",
    "ish",
)


@cache
def brands() -> frozenset[tuple[str, str]]:
    """Firms and brands that are called like a person, lower case, as given name and surname."""
    return frozenset((name, surname) for name, surname in map(str.split, _read("brands.txt")))


@cache
def first_names() -> frozenset[str]:
    """First names common in the United States, lower case."""
    return _read("first_names.txt")


@cache
def surnames() -> frozenset[str]:
    """Surnames common in the United States, lower case."""
    return _read("surnames.txt")


@cache
def towns() -> frozenset[str]:
    """Towns of the United States, Canada and the United Kingdom, lower case, of one to three words."""
    return _read("towns.txt")


@cache
def words() -> frozenset[str]:
    """English dictionary words, lower case; names that are seldom meant as words are not among them."""
    return _read("words.txt")


def is_word(text: str) -> bool:
    """Whether a lower-case text is an ordinary English word."""
    return text in words() or text in FUNCTION_WORDS or text in FILLERS


@lru_cache(maxsize=65536)
def is_formed(text: str) -> bool:
    """Whether a lower-case text is formed of dictionary words: "undeliverable", "bloodwork", "e-transfer"."""
    if text in surnames() or text in first_names():
        return False
    parts = text.split("-")
    if len(parts) > 1:
        return all(len(part) == 1 or is_word(part) or is_formed(part) for part in parts)
    bare = {text.removeprefix(prefix) for prefix in _PREFIXES} | {text}
    stems = {one.removesuffix(suffix) for one in bare for suffix in _SUFFIXES} | bare
    if any(len(stem) > 3 and (is_word(stem) or is_word(stem + "e")) for stem in stems):
        return True
    return any(is_word(text[:at]) and is_word(text[at:]) for at in range(4, len(text) - 3))


def clear_first_name(text: str) -> bool:
    """Whether a lower-case text is a first name and nothing else."""
    return text in first_names() and text not in words() and text not in NOT_PEOPLE


def clear_surname(text: str) -> bool:
    """Whether a lower-case text is a surname and nothing else."""
    return text in surnames() and text not in words() and text not in NOT_PEOPLE
