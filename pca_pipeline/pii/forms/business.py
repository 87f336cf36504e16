"""What makes a number the business's own: units, amounts, counts, times, years and menu choices."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from pca_pipeline.pii.words.lexicon import FILLERS, MONTHS, is_formed, is_word, word_set
from pca_pipeline.pii.words.number_words import Item, Kind, items_of, spell_out
from pca_pipeline.pii.words.stream import Token

UNITS_OF_MEASURE = word_set("""dollar dollars cent cents buck bucks pound pounds euro euros quid percent per % seconds sec secs minute
    minutes min mins hour hours hr hrs day days week weeks month months year years decade decades am pm a.m p.m a.m.
    p.m. o'clock oclock times gigabyte gigabytes gig gigs gb megabyte megabytes mb megabits mbps terabyte terabytes
    mile miles kilometer kilometers feet foot inch inches degree degrees kilowatt kilowatts watt watts vac va kva btu gallon gallons
    liter liters people persons kids children payment payments installment installments items bags boxes lines phones
    devices channels calls callers customers agents options questions things reasons users accounts cards claims
    policies checks charges transactions statements transfers shares units points stars million billion grand business
    calendar working nights rooms seats tickets copies pages letters emails messages texts attempts tablets pills
    milligrams milligram mg doses refills visits sessions steps bedroom bedrooms bathroom bathrooms cars vehicles
    employees dependents members ounces ounce kilos kilo grams amp amps volts days' weeks' months' years' hours'
    minutes' credits debits deductions deposits withdrawals orders packages modems routers lights bars
    meg megs megabit gigabit gigabits kilobytes centimeters centimetres centimeter centimetre meters metres meter metre
    millimeters millimetres kilometers kilometres kilograms litres litre yards acres hectares bar psi decibels hertz
    megahertz gigahertz thousand stone pence bps basis weekends mornings evenings afternoons
    places spots slots chairs passengers guests adults crews homes houses properties branches stores shops
    rounds games episodes chapters articles clauses digits characters words numbers ways sides ports cables plugs
    batteries digit being seater wheel cylinder screens programs programmes towels bottles cans cartons pallets kits sets pairs dozen percentage""")
# What stands shortly before a number that is an amount, a choice or a count.
BEFORE_AMOUNT = word_set("""press dial option choose select transfer transferring transferred pay paying paid send sending sent move moved
    deposit deposited withdraw withdrew withdrawn charge charged charging cost costs costing owe owed owes balance
    total totals totaling amount amounts about around approximately roughly nearly almost least most up than under
    over worth price priced limit refund refunded credit credited fee fees save saved spend spent borrow borrowed
    earn earned salary income only another extra additional maximum minimum version page step level line room gate
    flight channel form section chapter windows model size quantity score usd contributed contribute contribution
    loan deductible premium copay rate spent spend makes make made get gets got instead quoted bill billed bought sold
    offer offered saving error code series plan package bundle class grade zone terminal platform route bus chapter
    article clause paragraph question problem method mode speed temperature pressure setting volume episode season
    ppo hmo epo hdhp exit junction tier band stage phase ranking rank rated score scored factor ratio index target goal average
    mileage width height length weight depth increase increased raise raised lower lowered down dollars grand""")
BEFORE_TIME = word_set("at by until till before after from between since past half quarter around")
BEHIND_PLAN = word_set("package plan bundle tier series model edition version deal tariff year")
ACKNOWLEDGEMENTS = FILLERS | word_set("""got that's correct uh-huh mm-hmm gotcha continue copy perfect awesome excellent noted next part rest what's
    what is the number to you and so far ready when whenever i'm with one moment listening alright hmm kay cool nice
    go on keep going carry remaining numbers digits last first four second third group after bit piece chunk end ends
    ending begins starts""")
_PURSES = word_set("account accounts savings saving checking my your")
_ENDS = word_set("ending ends finishes finishing")
_MASKED = re.compile(r"(?:[*•…]+|\.{2,})\d{2,5}|x{1,4}\d{3,4}")  # "...8120", "x5518"
_LINKS = frozenset({"and", "a", "to", "or", "point", "by"})
_PLANS = frozenset({"401", "403", "457", "529"})  # retirement and savings plans
_PLAN_LETTERS = frozenset({"k", "kay", "b", "bee", "plan", "plans", "form", "forms"})
_TOLL_FREE = frozenset({"800", "833", "844", "855", "866", "877", "888"})
# Ofcom's National Telephone Numbering Plan: 080 is free, 03, 084 and 087 are organisations' own
_BRITISH_FIRMS = re.compile(r"0(?:80[08]|3[0347]\d|84[345]|87[0123])\d{7}|0800\d{6}")
_YEAR = re.compile(r"(?:19[2-9]|20[0-4])\d")
_OWN_LINE = re.compile(
    r"\b(?:toll free|our (?:main |phone |telephone |fax )?number|our (?:\w+ ){0,2}line|(?<!your )main (?:number|line)"
    r"|(?:customer service|support|claims|help ?desk) line|hot ?line|help ?line)\b"
)
# Written in one word: sizes, limits ("100/300/50", "250/500"), rates, versions, times, "6-digit", "1040s".
_MEASURE = re.compile(
    r"\d+(?:\.\d+)?x\d+(?:\.\d+)?|\d{1,3}/[1-9]\d0(?:/\d{1,3})?|\d{1,2}\.\d{3}|\d{1,2}(?:\.\d{1,2}){2}|\d{1,2}(?:\.\d\d)?[ap]m|(\d\d)/\1|\d{3,4}s"
    r"|\d{1,2}(?:[.:]\d\d)?(?:[ap]m)?-\d{1,2}(?:[.:]\d\d)?[ap]m"
    r"|\d+-(?P<noun>[a-z]{4,})|\d+(?:\.\d+)?p|\d+(?:v|va|vac|w|kw|kg|mm|cm|ml|mg|mcg|gb|tb|mb|mp|hz|ghz|mhz|kbps|mbps|in|ft|lbs?|oz)"
)
STREET_UNITS = word_set("apartment apt unit suite ste number floor box lot flat room #")  # of an address
_EXTENSIONS = word_set("extension ext")
_SENDS = word_set("forward text")
SHORT_CODE = 6  # digits at most of a number that messages are sent to
LINE_REACH = 6  # words between "our number" and the number
_CALLS = word_set("call calls called calling dial dialed dialled dialing the")
_AMOUNT = re.compile(r"[$£€]\d[\d,]*(?:\.\d\d)?|\d[\d,]*\.\d\d")
_NUMBERED_THINGS = word_set("""room flight form item seat seats gate platform bay bays aisle build firmware driver error chapter page step
    version terminal""")
_JUST_BELOW = ("99", "98", "95")
PRICE = 4  # digits of dollars and cents in two pairs
_CARDINAL = (Kind.UNIT, Kind.TEEN, Kind.TENS, Kind.SCALE)


def measured(tokens: Sequence[Token], items: Sequence[tuple[Item, ...]]) -> frozenset[int]:
    """Tokens of numbers that carry a unit ("two hundred fifty dollars", "three to five business days"), and of 911."""
    found: set[int] = set()
    for at, token in enumerate(tokens):
        half_day = token.norm in ("a", "p") and [t.norm for t in tokens[at + 1 : at + 2]] == ["m"]  # "two p m"
        if (token.norm in UNITS_OF_MEASURE or half_day) and at and not items[at] and tokens[at - 1].turn == token.turn:
            found |= quantity_before(tokens, items, at - 1)
        found |= {*_emergency(tokens, items, at)}
        if is_measure(token.norm):
            found.add(at)
        if token.norm == "since" or token.norm == "from":
            found |= _year_behind(tokens, items, at)
    return frozenset(found)


def is_measure(norm: str) -> bool:
    """Whether a word is a size, a rate, a version or a count: "106x92", "6-digit", "1040s"."""
    match = _MEASURE.fullmatch(norm) if norm[:1].isdigit() else None
    return match is not None and (match["noun"] is None or is_word(match["noun"]) or is_formed(match["noun"]))


def _year_behind(tokens: Sequence[Token], items: Sequence[tuple[Item, ...]], at: int) -> set[int]:
    """ "since 2008", "from nineteen seventy six"."""
    end = at + 1
    while end < len(tokens) and items[end] and tokens[end].turn == tokens[at].turn and not tokens[end - 1].after:
        end += 1
    said = [item for found in items[at + 1 : end] for item in found]
    return set(range(at + 1, end)) if said and is_year(spell_out(said), said) else set()


def quantity_before(tokens: Sequence[Token], items: Sequence[tuple[Item, ...]], last: int) -> set[int]:
    """The cardinal that ends at `last`, with the lower end of a range before it."""
    if not items[last] or tokens[last].after or items[last][0].kind is Kind.CODE:
        return set()
    if items[last][-1].kind not in _CARDINAL:
        fits = len(items[last][0].digits) <= 4 or items[last][0].kind in (Kind.MONEY, Kind.QUANTITY)
        alone = last == 0 or not items[last - 1] or tokens[last - 1].turn != tokens[last].turn
        found = {last} if fits and (alone or _small(items[last])) else set()
    else:
        found = _cardinal_before(tokens, items, last)
    if not found:
        return found
    before = min(found) - 1
    if before > 0 and tokens[before].norm in _LINKS and items[before - 1] and tokens[before].turn == tokens[last].turn:
        found |= quantity_before(tokens, items, before - 1)
    return found


def is_line(tokens: Sequence[Token], first: int) -> bool:
    """Whether a number is named as the speaker's firm's: "our toll free number is ...", "the main line", "extension"."""
    before = [token for token in tokens[max(0, first - LINE_REACH) : first] if token.turn == tokens[first].turn]
    extension = bool(before) and before[-1].norm in _EXTENSIONS
    return extension or _OWN_LINE.search(" ".join(token.norm.replace("-", " ") for token in before)) is not None


def is_short_code(tokens: Sequence[Token], first: int) -> bool:
    """Whether messages are sent to a number: "forward it to 7726", "text STOP to 10223"; not "I'll text it to 0186"."""
    before = [token for token in tokens[max(0, first - LINE_REACH) : first] if token.turn == tokens[first].turn]
    if not before or before[-1].norm != "to":
        return False
    at = next((at for at in range(len(before) - 1, -1, -1) if before[at].norm in _SENDS), -1)
    if at < 0 or before[at].norm != "text":
        return at >= 0
    led = " ".join(token.norm for token in before[max(0, at - 2) : at])
    return before[at].opens or led.endswith(("you can", "you could", "please"))


def is_tail(tokens: Sequence[Token], first: int, last: int) -> bool:
    """Whether digits are called the end of a number: "ending 19", "ends in 19", "six seven at the end"."""
    if _MASKED.fullmatch(tokens[first].norm):
        return True
    before = [token.norm for token in tokens[max(0, first - 2) : first] if token.turn == tokens[first].turn]
    after = [token.norm for token in tokens[last + 1 : last + 5] if token.turn == tokens[last].turn]
    ends = bool(before) and (before[-1] in _ENDS or before[0] in _ENDS and before[-1] in ("in", "with"))
    return ends or after[:3] == ["at", "the", "end"] and after[3:4] != ["of"]


def _emergency(tokens: Sequence[Token], items: Sequence[tuple[Item, ...]], at: int) -> range:
    """The tokens from `at` on that say 911 after "the" or "call"; none elsewhere."""
    if not at or tokens[at - 1].norm not in _CALLS or tokens[at - 1].turn != tokens[at].turn:
        return range(0)
    end = at
    while end < len(tokens) and items[end] and tokens[end].turn == tokens[at].turn:
        end += 1
    said = [item for found in items[at:end] for item in found]
    return range(at, end) if spell_out(said) == "911" else range(0)


def _small(found: tuple[Item, ...]) -> bool:
    return len(found[0].digits) <= 2


def _cardinal_before(tokens: Sequence[Token], items: Sequence[tuple[Item, ...]], last: int) -> set[int]:
    """Number words back to where the cardinal begins; of digits said one by one only the last is counted."""
    start = last
    while start > 0 and _continues(tokens, items, start):
        start -= 1
    singles = [at for at in range(start, last + 1) if items[at] and items[at][0].kind is Kind.UNIT]
    scaled = any(item.kind is Kind.SCALE for at in range(start, last + 1) for item in items[at])
    if not scaled and len(singles) >= 3:
        return set()
    return set(range(start, last + 1))


def _continues(tokens: Sequence[Token], items: Sequence[tuple[Item, ...]], at: int) -> bool:
    before = at - 1
    if tokens[before].turn != tokens[at].turn or tokens[before].after:
        return False
    if items[before]:
        return items[before][-1].kind in _CARDINAL
    return (
        tokens[before].norm in ("and", "a")
        and before > 0
        and bool(items[before - 1])
        and (items[before - 1][-1].kind is Kind.SCALE)
    )


def likely(tokens: Sequence[Token], first: int, last: int, digits: str, items: Sequence[Item]) -> bool:
    """Whether a number without a unit is a year, an amount, a time, a count or a choice by what surrounds it."""
    before = [token.norm for token in tokens[max(0, first - 3) : first] if token.turn == tokens[first].turn]
    nearest = before[-1] if before else ""
    follows = last + 1 < len(tokens) and tokens[last + 1].segment == tokens[last].segment and tokens[last].after != "."
    after = tokens[last + 1].norm if follows else ""
    if nearest == "point" and first > 1 and items_of(tokens[first - 2].norm):
        return True  # "one point oh eight"
    if _is_sum(tokens[first : last + 1], items):
        return True
    if is_toll_free(digits) or digits == "1099" or digits in _PLANS and after in _PLAN_LETTERS:
        return True
    if len(digits) > 6:
        return False
    if any(item.kind is Kind.QUANTITY for item in items) or any(item.kind is Kind.SCALE for item in items):
        return True
    if is_year(digits, items) or nearest in MONTHS or nearest in _NUMBERED_THINGS:
        return True
    if nearest in BEFORE_TIME and len(digits) <= 4 and _is_clock(digits):
        return True
    if len(digits) <= 4 and (_between(tokens, first) or after in BEHIND_PLAN or _brand(tokens, first)):
        return True
    return bool(BEFORE_AMOUNT.intersection(before)) and len(digits) <= 5


def _is_sum(tokens: Sequence[Token], items: Sequence[Item]) -> bool:
    """Whether all that is said are amounts, one with cents: "$62.34, $62.33"; "$4,111" alone may be part of a card."""
    if any(item.kind not in (Kind.MONEY, Kind.QUANTITY) for item in items):
        return False
    return all(_AMOUNT.fullmatch(token.norm) for token in tokens) and any("." in token.norm for token in tokens)


def moved(tokens: Sequence[Token], last: int) -> bool:
    """Whether a number is an amount that goes somewhere: "1500 to savings", "five hundred from account 1234567"."""
    following = [token for token in tokens[last + 1 : last + 10] if token.turn == tokens[last].turn]
    if len(following) < 2 or following[0].norm not in ("to", "from", "into") or tokens[last].after == ".":
        return False
    said = [item for token in following[1:] for item in items_of(token.norm)]
    return any(token.norm in _PURSES for token in following[1:3]) or len(spell_out(said)) > 5


def _between(tokens: Sequence[Token], first: int) -> bool:
    """The limits of a range: "between eight and one"."""
    before = [token.norm for token in tokens[max(0, first - 2) : first] if token.turn == tokens[first].turn]
    return "between" in before or len(before) == 2 and before[1] == "to" and bool(items_of(before[0]))


def _brand(tokens: Sequence[Token], first: int) -> bool:
    """Right after a capital in mid-sentence that is a word or a product and no letter: "Fibre 300"."""
    token = tokens[first - 1] if first else None
    if token is None or token.turn != tokens[first].turn or token.after or token.opens:
        return False
    return token.capital and len(token.text) > 2 and token.text.isalpha() and not token.text.isupper()


def is_year(digits: str, items: Sequence[Item]) -> bool:
    """Whether digits are said as a year: one written group, or a pair of a teen or twenty and what follows."""
    together = len(items) == 1 or items[0].kind in (Kind.TEEN, Kind.TENS)
    return together and bool(_YEAR.fullmatch(digits))


def are_years(items: Sequence[Item]) -> bool:
    """Whether written numbers are years in a row: "2021, 2022, 2023"."""
    said = [item.digits for item in items]
    years = len(said) > 1 and all(map(_YEAR.fullmatch, said))
    return years and all(int(later) == int(one) + 1 for one, later in pairwise(said))


def ends_as_price(items: Sequence[Item]) -> bool:
    """Whether two pairs are a price that is set just below a whole one: "forty nine ninety nine"."""
    said = spell_out(items)
    return len(said) == PRICE and said.endswith(_JUST_BELOW) and items[0].kind in (Kind.TEEN, Kind.TENS)


def _is_clock(digits: str) -> bool:
    if len(digits) <= 2:
        return int(digits) <= 12
    return int(digits[:-2]) <= 12 and int(digits[-2:]) < 60


def is_toll_free(digits: str) -> bool:
    """Numbers that the called party pays for, or that only organisations have: a business's own."""
    if digits[:1] == "0":
        return _BRITISH_FIRMS.fullmatch(digits) is not None
    national = digits[-10:]
    prefix = digits[:-10]
    return len(digits) in (10, 11) and prefix in ("", "1") and national[:3] in _TOLL_FREE
