"""What is being asked for: mentions of identifiers ("account number", "last four of your social"), and which of
them a number, a name or a word answers. A mention by one speaker waits for the other's answer; a speaker's own
mention ("my PIN is ...", "..., that's my PIN") names what they say next to it.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from enum import StrEnum

from pca_pipeline.pii.lexicon import FILLERS, word_set
from pca_pipeline.pii.spoken import items_of
from pca_pipeline.pii.stream import Conversation


class Ask(StrEnum):
    """What a mention is about. The business kinds ask for something that is not personal."""

    CARD = "card"
    CVV = "cvv"
    EXPIRY = "expiry"
    PIN = "pin"
    SSN = "ssn"
    PHONE = "phone"
    ROUTING = "routing"
    SIN = "sin"  # Canadian social insurance number
    NINO = "nino"  # UK national insurance number
    NHS = "nhs"
    IBAN = "iban"
    VEHICLE = "vehicle"
    DEVICE = "device"
    TOWN = "town"
    ACCOUNT = "account"
    DOCUMENT = "document"
    PLATE = "plate"
    BIRTH = "birth"
    AGE = "age"
    ZIP = "zip"
    ADDRESS = "address"
    DELIVERY = "delivery"  # where something goes: a house and its street, if a number is said
    EMAIL = "email"
    NAME = "name"
    SPELL = "spell"
    PASSWORD = "password"
    PASSCODE = "passcode"  # letters and digits, never words
    USERNAME = "username"
    SECURITY = "security"
    SUFFIX = "suffix"  # one to three digits or letters of a number
    NUMBER = "number"  # some number; which, the digits must tell
    HERE = "here"  # "account 1234": names only the number right after it
    AMOUNT = "amount"  # business
    WHEN = "when"  # business
    READING = "reading"  # business


BUSINESS = frozenset({Ask.AMOUNT, Ask.WHEN, Ask.READING})
_CARDS = r"(?:credit|debit|bank|visa|mastercard|master card|amex|payment|gift|atm)"
_OWNER = r"(?:your|my|the|his|her|their|our|that|this|a)"
_FAVOURITE = r"(?:first|childhood|favou?rite|oldest|best|grade school|elementary|high school|middle school|primary)"
_MEMORY = r"(?:pet|dog|cat|school|teacher|car|job|concert|friend|food|book|team|movie|film|colou?r|street|boss|stuffed animal|band|singer|hobby)"
_REFERENCES = (
    r"account|acct?|policy|member|membership|claim|case|reference|confirmation|order|ticket|invoice|customer|contract|"
    r"group|subscriber|patient|medical record|record|loan|tracking|booking|reservation|certificate|employee|student|"
    r"client|transaction|file|identification|savings|checking|insurance|medicare|medicaid|record|chart|prescription|rx|"
    r"mortgage|rewards?|loyalty|frequent flyer|work order|incident|enrol?l?ment|beneficiary|id|i d|swift|meter|parcel|"
    r"return|rma|job|quote|application|contract|cheque|check|bank|building society|user|service|premise|supply|mpan"
)
# The order matters: of two patterns that begin at one place, the first wins.
PATTERNS: tuple[tuple[Ask, str], ...] = (
    (
        Ask.SECURITY,
        rf"(?:mother'?s? )?maiden name|mother'?s? (?:last|maiden|middle|first) name|father'?s? (?:middle|first) name"
        rf"|(?:security|secret) (?:question|answer)s?|(?<=the )answer(?= (?:is|was|would be) )"
        r"|(?:which|what) (?:town|city|place|street|school|hospital|country|year|month)[\w ]{0,24} (?:meet|met|born|married|grew up|grow up|raised|honeymoon\w*|attend\w*|went to|go to)"
        r"|favou?rite (?!plan|store|shop|branch|product|channel|app\b)\w+"
        rf"|{_FAVOURITE} {_MEMORY}(?:'?s)?(?: name)?|name of {_OWNER} (?:\w+ )?(?:pet|dog|cat|school|teacher|friend)"
        rf"|(?:pet|dog|cat|teacher|best friend)(?:'?s)? name|(?:town|city|hospital|place)[\w ]{{0,16}} (?:were )?born"
        rf"|where (?:were you|you were|i was) born|place of birth|birthplace"
        rf"|mother'?s? name at birth|(?:street|town|city)[\w ]{{0,14}} (?:grew|grow) up|(?:elementary|high|primary|grade|first) school"
        rf"|(?:which|what) school",
    ),
    (
        Ask.USERNAME,
        r"user ?name|user(?= is\b)|(?:log|sign) ?(?:in|on) (?:name|id)|user id|screen name|(?:online|internet|web)(?: banking)? (?:id|name)",
    ),
    (
        Ask.CVV,
        r"cvv2?|cvc2?|cv2|c v v|c v c|cv code|security (?:code|number|digits)|(?:three|3|four|4)[- ]digits? (?:security )?(?:code|number)"
        r"(?! pin)|(?:last )?(?:three|3) (?:digits |numbers )?(?:on|from|at) the (?:back|reverse|rear)|signature (?:strip|panel)|(?:three|3) (?:digits|numbers)|(?:digits|numbers?|code) (?:\w+ ){0,3}(?:back|reverse|rear)|card verification (?:code|number|value)"
        r"|back of (?:the|your|my) card|the (?:back|reverse) (?:is|says)",
    ),
    (
        Ask.PASSWORD,
        r"(?:security|secret|memorable|magic) word|(?:what's|what is|the|your) (?:\w+ )?word (?:we|you|that|for|on)|pass ?(?:word|code|phrase|key)s?|pw|pwd|safe word|code ?word|verification code|one[- ]time (?:code|pin)|access code"
        r"|authori[sz]ation code|(?:texted|sent|emailed|send|text) you(?: \w+){0,3} code|code (?:to|on) your (?:phone|mobile|cell|e ?mail)|(?:five|six|5|6)[- ]digits? code|code (?:we|i|that|you)"
        r"|(?<!area )(?<!country )(?<!dialling )(?<!dialing )(?<!error )(?<!product )(?<!item )(?<!colour )(?<!color )(?<!fault )(?<!promo )(?<!discount )(?<!voucher )code(?: is| was| says|'s)",
    ),
    (
        Ask.PASSCODE,
        r"lock ?box(?: on the \w+)?|(?:recovery|backup|reset|unlock|gate|door|entry|alarm|lock ?box|garage|buzzer|key ?pad|building|panel) (?:pass ?)?codes?",
    ),
    (
        Ask.PIN,
        r"pins?(?: numbers?| code)?|puk(?:'s)?(?: code)?|(?:four|4)[- ]digits? pass ?code|p i n|personal identification(?: number)?|pen number",
    ),
    (
        Ask.EXPIRY,
        r"expir(?:ation|y|es?|ing|ed)(?: date)?(?: (?:of|on|for) (?:the|your|my|that|this) (?:\w+ )?card)?|exp(?:\.| date)?|valid (?:through|thru|until|till|to|from)|good (?:through|thru|until|till)"
        r"|(?:when )?(?:does|did|will|do) (?:it|that|they|(?:the|your|that|this)(?: card)?) (?:run out|end|expire)|month and (?:the )?year(?! (?:you|were|did|of))|and year on (?:the|your) card",
    ),
    (Ask.SIN, r"social insurance(?: number)?|sin(?: number)?|s i n number"),
    (Ask.NINO, r"national insurance(?: number)?|ni number|n i number|nino"),
    (Ask.NHS, r"nhs(?: number)?|n h s(?: number)?|health card(?: number)?|health number|ohip(?: number)?"),
    (
        Ask.SSN,
        r"social security(?: number)?|social(?! media)|ssn|s s n|tax(?:payer)? id(?:entification)?(?: number)?|itin",
    ),
    (
        Ask.CARD,
        rf"{_CARDS}? ?card(?:'s)? (?:number|ending|ends|digits|info(?:rmation)?|details)(?: in)?|{_CARDS} cards?"
        rf"|(?:numbers?|digits) (?:\w+ ){{0,5}}{_CARDS}? ?card|(?:four|4|six|6) (?:\w+ ){{0,3}}card|first (?:six|6|four|4) (?:digits )?and (?:the )?last (?:four|4)|long number|(?:which|what) card|go ahead with (?:the|your) card|(?:visa|mastercard|amex|american express)(?: card)?(?: ending| that ends)?(?: in)?"
        rf"|cards?(?= (?:\w+ ){{1,6}}(?:ends?|ending|starts?) (?:in|with)?)"
        rf"|(?:sixteen|16|fifteen|15)[- ]digits?(?: number)?|{_OWNER} card(?: (?:number|is|was))",
    ),
    (
        Ask.PHONE,
        r"(?:phone|telephone|cell|cellular|mobile|call ?back|contact|fax|daytime|evening|home|work|land ?line|direct|toll free|other|emergency)"
        r"(?: ?phone)? (?:number|line)s?|(?:cell|mobile)(?: ?phone)?|reach (?:you|me|him|her)|call(?:ed|ing)? (?:you|me)(?: back)? (?:at|on)"
        r"|number (?:\w+ ){0,4}(?:call|calling|reach|text|contact|block|ring|dial|port)\b|(?:ring|phone|dial) (?:me|you) (?:back )?(?:on|at)|(?:his|her|their) number|best number|text (?:you|me) (?:at|on)|my (?:phone|telephone|number)|phone is|(?:tele)?phone"
        r"|tel(?: (?:no|number))?|mob(?: (?:no|number))?",
    ),
    (
        Ask.DOCUMENT,
        r"(?:driver'?s?|driving) licen[sc]e(?: number)?|licen[sc]e number|passport(?: number)?|state id(?: number)?|green card(?: number)?",
    ),
    (
        Ask.PLATE,
        r"(?:licen[sc]e |number )?plates?(?: number)?|registration(?: (?:number|plate|mark))?(?: of (?:the|your|his|her) (?:car|vehicle|van|truck))?|tag number|reg(?: number)?",
    ),
    (Ask.ROUTING, r"(?:routing|transit|sort|aba|swift|bic)(?: (?:number|code)s?)?|sort codes?|institution number"),
    (Ask.IBAN, r"iban(?: number)?|international (?:bank )?account number"),
    (Ask.VEHICLE, r"vin(?: number)?|v i n|vehicle identification(?: number)?|chassis number"),
    (Ask.DEVICE, r"imei(?: number)?|service tag|asset tag|(?:serial|device|sim|iccid|meid) (?:numbers?|no|id)|serial"),
    (
        Ask.ACCOUNT,
        rf"(?:what|which) (?:account|policy|claim|order|loan|booking|case|contract)|(?:checking|savings|current|bank) account|(?:{_REFERENCES})s?(?: (?:reference|identification))? (?:numbers?|no|num|nr|id|i d|code|ref|reference|ending|ends)(?: in)?|id number|reference|ref",
    ),
    (
        Ask.BIRTH,
        r"(?:dates?|year) of (?:\w+ )?birth|birth year|birth ?(?:date|day)s?|b ?days?|born|d o b|dob|turn(?:s|ed|ing)? (?:\d{1,3}|[a-z]+(?:ty|teen)(?: \w+)?) on",
    ),
    (
        Ask.AGE,
        r"how old|years old|your age|my age|(?<!retirement )(?<!through )(?<!to )(?<!minimum )(?<!legal )(?:age is|age)",
    ),
    (Ask.ZIP, r"zip ?(?:code)?s?|postal code|post ?code|eircode"),
    (Ask.EMAIL, r"e ?mails?(?: address(?:es)?)?|[\w.+]+@[\w.]*\w"),
    (
        Ask.TOWN,
        r"(?:what|which|and|the|your) (?:city|town|village)(?: and (?:state|province|county))?(?= (?:is|are|do|and|was)\b|$)|(?:city|town) and (?:state|province|county)"
        r"|(?:city|town|village)(?: (?:is|please))?$",
    ),
    (
        Ask.ADDRESS,
        r"(?<!ip )(?<!mac )address(?:es)?(?! book)|where (?:do )?you live|(?:live|lives|living|reside) (?:at|on|in)|moved (?:to|from)|street name|first line",
    ),
    (
        Ask.DELIVERY,
        r"where (?:should|shall|do|can) (?:we|i) (?:send|ship|mail|deliver)|where to\b|house (?:name or )?number|(?:and |your |the )street$|what's your street"
        r"|(?:ship|shipped|deliver|delivered|send|sent|mail|mailed) (?:it |that |them |this )?(?:to(?= the (?:house|office|shop|store|cabin|farm))|out)|(?:want|need) (?:it|them|that) (?:shipped|delivered|mailed|sent)|pick(?:ed)? (?:me |us |you |him |her )?up (?:at|from)|drop(?:ped)? (?:me |us |you |him |her )?(?:off )?at",
    ),
    (
        Ask.NAME,
        r"(?:first|last|full|middle|given|family|legal|sur) ?(?:and \w+ )?names?|(?:your|my|his|her|their|cardholder|customer|patient|caller|husband|wife|son|daughter|spouse)"
        r"(?:'s)? names?|who (?:am i|do i have|have i|do we have|is this|is calling|is speaking|i'm|are you)|who's (?:this|calling|speaking|that|there)|speaking (?:with|to)|surname|(?:put|get|have|take|give|need|catch) (?:\w+ ){0,3}names?|(?:booked|registered|filed|listed) under|(?:which|whose|what) name|name (?:on|is|for|under|please)|names?'s|under (?:the|what) name",
    ),
    (Ask.SPELL, r"spell(?:ed|ing|s)?"),
    (
        Ask.AMOUNT,
        r"how (?:much|many)|amounts?|balances?|total|price|costs?|fees?|payments? of|charges? (?:of|for)|limit|deposit|transfer(?:red|ring)?|deductible|what time|budget|income|salary|worth",
    ),
    (
        Ask.WHEN,
        r"when (?:did|do|does|is|was|will|would|are|were)|(?:what|which) (?:day|date|month|year)|how (?:long|often|soon)|due date|since when",
    ),
    (
        Ask.READING,
        r"read(?:ing)? (?:\w+ ){0,2}meter|meter read(?:ing)?s?|meter (?:says?|shows?)|odometer|mileage|mile marker|(?:which|what) (?:version|model|size|build|firmware|row|seat|zone|quantity)|year and make|make and model|year make and model",
    ),
    (
        Ask.SUFFIX,
        r"suffix|check digit|(?:one|two|1|2)[- ](?:more )?digits?(?: (?:on|at|behind|after|before)(?: \w+){0,2})?",
    ),
    (
        Ask.NUMBER,
        r"(?:last|first|final)(?= (?:\w+ )?(?:digits|numbers?|four|4)\b)|(?:ends?|finish(?:es)?) (?:in|with)|ending (?:in|with)|finishing (?:in|with)|starts? with|numbers?",
    ),
    (Ask.HERE, r"account|acct?|policy|claim|case|member|order|ticket|reference|confirmation|invoice|id|loan|card"),
)
_MENTION = re.compile(
    r"(?<![\w'])(?:" + "|".join(f"(?P<{ask.name}>{pattern})" for ask, pattern in PATTERNS) + r")(?:'s)?(?![\w'])"
)
_NOT_A_NAME = re.compile(r"(?:company|business|user|plan|street|product|brand|file|domain|employer)(?:'s)? $")
OWN_REACH = 12  # words of content between a speaker's own mention and what it names
OTHER_REACH = 25  # the same, from the end of the other speaker's turn
AMOUNT_REACH = 12  # the same, where an amount was asked for
STATED_WITHIN = 5  # words between "charge of" and its amount, or "what" and what is asked
ELLIPSIS = 3  # words of a sentence that asks by naming: "and the account?"
BEHIND_REACH = 5  # "1234, that's my PIN"
_ASKING = word_set("what what's whats which enter")
_COPULAS = word_set("is was that's thats that it's as for my the are a")


@dataclass(frozen=True, slots=True)
class Mention:
    """An identifier is named: tokens [first, last]."""

    ask: Ask
    first: int
    last: int
    turn: int


@dataclass(frozen=True, slots=True)
class Expectation:
    """A mention that may explain a token."""

    ask: Ask
    distance: int  # words of content between the two
    own: bool  # named by the same speaker
    at: int  # first token of the mention
    mixed: bool = False  # an amount was asked for in the same turn

    @property
    def close(self) -> bool:
        """So near that little else can be meant."""
        return self.distance <= 4


class Questions:
    """All mentions of a conversation, and what is expected at each of its tokens."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation
        self.mentions = tuple(_mentions(conversation))
        self._lasts = [mention.last for mention in self.mentions]
        self._firsts = [mention.first for mention in self.mentions]
        self._amount_turns = {m.turn for m in self.mentions if m.ask is Ask.AMOUNT and _asks_how_much(conversation, m)}
        self._personal_turns = {m.turn for m in self.mentions if m.ask not in BUSINESS and m.ask is not Ask.HERE}
        self._at: dict[tuple[int, int], tuple[Expectation, ...]] = {}

    def at(self, first: int, last: int) -> tuple[Expectation, ...]:
        """What the tokens [first, last] may answer, most likely first; many recognizers ask, it is found once."""
        if (first, last) not in self._at:
            self._at[first, last] = self._find(first, last)
        return self._at[first, last]

    def _find(self, first: int, last: int) -> tuple[Expectation, ...]:
        behind = self._behind(last)
        found = [behind] if behind else []
        speaker = self._conversation.speaker(first)
        question: int | None = None  # turn of the other speaker's latest question
        for mention in reversed(self.mentions[: bisect_left(self._lasts, first)]):
            if self._too_far(mention, first) or (question is not None and mention.turn < question - 2):
                break
            expectation = self._before(mention, first, speaker)
            if expectation is None:
                continue
            if not expectation.own:
                if mention.ask in BUSINESS and mention.turn in self._personal_turns:
                    continue
                question = mention.turn if question is None else question
            found.append(expectation)
        return tuple(found)

    def personal_in(self, turn: int) -> int:
        """How many kinds of personal data a turn names."""
        return len({m.ask for m in self.mentions if m.turn == turn and m.ask not in BUSINESS and m.ask is not Ask.HERE})

    def asked_in(self, turn: int) -> bool:
        """Whether a turn names anything personal."""
        return turn in self._personal_turns

    def _too_far(self, mention: Mention, first: int) -> bool:
        return self._conversation.content_between(mention.last + 1, first) > 3 * OTHER_REACH

    def _before(self, mention: Mention, first: int, speaker: str) -> Expectation | None:
        turn = self._conversation.turns[mention.turn]
        own = turn.speaker == speaker
        if mention.ask is Ask.HERE:
            near = own and self._conversation.content_between(mention.last + 1, first) <= 1
            ask = _named_here(self._conversation, mention.first)
            return Expectation(ask, 1, True, mention.first) if near and first - mention.last <= 4 else None
        if own:
            distance = self._conversation.content_between(mention.last + 1, first)
            return Expectation(mention.ask, distance, True, mention.first) if distance <= OWN_REACH else None
        distance = self._conversation.content_between(turn.end, first)
        if mention.ask is Ask.AMOUNT and (distance > AMOUNT_REACH or not _asks(self._conversation, mention)):
            return None
        mixed = mention.turn in self._amount_turns
        return Expectation(mention.ask, distance, False, mention.first, mixed) if distance <= OTHER_REACH else None

    def _behind(self, last: int) -> Expectation | None:
        """A mention that follows in the same turn, with nothing but "is my" or "that's the" between."""
        tokens = self._conversation.tokens
        for mention in self.mentions[bisect_right(self._firsts, last) :]:
            between = tokens[last + 1 : mention.first]
            if len(between) > BEHIND_REACH or mention.turn != tokens[last].turn:
                return None
            if between and mention.ask not in BUSINESS and all(token.norm in _COPULAS for token in between):
                return Expectation(mention.ask, 0, True, mention.first)
        return None


def _asks(conversation: Conversation, mention: Mention) -> bool:
    """Whether an amount is asked for and not said or talked about: "what's the price" and not "a charge of $84"."""
    if _asks_how_much(conversation, mention):
        return True
    tokens, turn = conversation.tokens, conversation.turns[mention.turn]
    said = any(items_of(token.norm) for token in tokens[mention.last + 1 : min(turn.end, mention.last + STATED_WITHIN)])
    before = tokens[max(turn.first, mention.first - STATED_WITHIN) : mention.first + 1]
    all_said = mention.last + 1 >= turn.end and any(token.opens for token in before[-ELLIPSIS:])
    return not said and (all_said or any(token.norm in _ASKING for token in before))


def _asks_how_much(conversation: Conversation, mention: Mention) -> bool:
    return conversation.tokens[mention.first].norm in ("how", "amount", "amounts")


def _named_here(conversation: Conversation, at: int) -> Ask:
    return Ask.CARD if conversation.tokens[at].norm == "card" else Ask.ACCOUNT


def _is_all(conversation: Conversation, first: int, last: int) -> bool:
    """Whether a mention ends its turn and is nearly all that its sentence says: "Account?", "and the card please"."""
    turn = conversation.turn_of(first)
    begin = first
    while begin > turn.first and not conversation.tokens[begin].opens:
        begin -= 1
    rest = [token for token in conversation.tokens[last + 1 : turn.end] if token.norm not in FILLERS]
    return not rest and turn.role != "customer" and first - begin <= ELLIPSIS


def _mentions(conversation: Conversation) -> list[Mention]:
    found: list[Mention] = []
    for at in range(len(conversation.turns)):
        phrase = conversation.phrase(at)
        for match in _MENTION.finditer(phrase.text):
            ask = Ask[match.lastgroup or "NUMBER"]
            if ask is not Ask.NAME or not _NOT_A_NAME.search(phrase.text[: match.start()]):
                first, last = phrase.tokens(match)
                if ask is Ask.HERE and _is_all(conversation, first, last):
                    ask = _named_here(conversation, first)
                found.append(Mention(ask, first, last, at))
    return found
