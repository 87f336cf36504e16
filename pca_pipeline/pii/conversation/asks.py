"""What can be asked for, and the words that name it: "account number", "last four of your social", "how much"."""

from __future__ import annotations

import re
from enum import StrEnum


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
_PLACE = r"(?:town|city|place|street|road|avenue|neighbou?rhood|house|school|hospital|country|year|month)"
_KIN = r"(?:sibling|brother|sister|cousin|nephew|niece|child|son|daughter|aunt|uncle|grandparent)"
_MEMORY = (
    r"(?:pet|dog|cat|school|teacher|car|job|concert|friend|food|book|team|movie|film|colou?r|street|boss"
    r"|stuffed animal|band|singer|hobby|employer|company|roommate|crush|boyfriend|girlfriend|album|bike|vehicle"
    r"|cartoon|superhero|author|artist|toy|game)"
)
_REFERENCES = (
    r"account|acct?|policy|member|membership|claim|case|reference|confirmation|order|ticket|invoice|customer|contract"
    r"|group|subscriber|patient|medical record|record|loan|tracking|booking|reservation|certificate|employee|student"
    r"|client|transaction|file|identification|savings|checking|insurance|medicare|medicaid|record|chart|prescription"
    r"|rx|mortgage|rewards?|loyalty|frequent flyer|work order|incident|enrol?l?ment|beneficiary|id|i d|swift|meter"
    r"|parcel|return|rma|job|quote|application|contract|bank|building society|user|service|premise"
    r"|supply|mpan"
)
_THINGS = (  # whose codes are nobody's
    r"(?:tax|error|fault|trouble|product|item|model|procedure|diagnosis|diagnostic|billing|cpt|hcpcs|icd|ndc|modifier|remark|denial"
    r"|reason|status|rejection|cheque|check|dress|colou?r|promo|promotion|discount|coupon|voucher|zone|tooth|test|lot|batch)"
)
# The order matters: of two patterns that begin at one place, the first wins.
PATTERNS: tuple[tuple[Ask, str], ...] = (
    (
        Ask.SECURITY,
        r"(?:mother'?s? )?maiden name|mother'?s? (?:last|maiden|middle|first) name|father'?s? (?:middle|first) name"
        r"|(?:security|secret) (?:question|answer)|(?<=the )answer(?= (?:is|was|would be) )"
        rf"|(?:which|what|of the) {_PLACE}[\w ]{{0,24}} (?:meet|met|born|married|grew up|grow up|raised|honeymoon\w*"
        r"|attend\w*|went to|go to|as a (?:child|kid)|as (?:children|kids)|when you were (?:a |little|young)\w*)"
        rf"|favou?rite (?!plan|store|shop|branch|product|channel|app\b)\w+|{_FAVOURITE} {_MEMORY}(?:'?s)?(?: name)?"
        rf"|name of {_OWNER} (?:\w+ )?(?:pet|dog|cat|school|teacher|friend)"
        rf"|(?:oldest|eldest|youngest|favou?rite) {_KIN}(?:'?s)?(?: \w+)? name"
        rf"|(?:middle|maiden) name of {_OWNER} (?:\w+ )?{_KIN}"
        r"|grand(?:mother|father|ma|pa)(?:'?s)? (?:first |middle |maiden )?name"
        r"|where did you (?:go (?:on|for) your )?honeymoon|where did you (?:first )?meet your (?:spouse|husband|wife|partner)"
        r"|(?:spouse|husband|wife|partner|childhood|your|my)(?:'?s)? nickname|childhood hero|best man|maid of honou?r|(?:school|team|college) mascot|god(?:mother|father)(?:'?s)? name"
        r"|(?:pet|dog|cat|teacher|best friend)(?:'?s)? name|(?:town|city|hospital|place)[\w ]{0,16} (?:were )?born"
        r"|memorable (?:place|name|date|person|event)|secret (?:place|name)|where (?:were you|you were|i was) born|place of birth|birthplace|mother'?s? name at birth"
        r"|(?:street|town|city)[\w ]{0,14} (?:grew|grow) up|(?:elementary|high|primary|grade|first) school"
        r"|(?:which|what) school|school (?:that )?you (?:first )?(?:went to|attended)",
    ),
    (
        Ask.USERNAME,
        r"user ?name|user(?= is\b| (?!id\b|name\b|number\b)\w+ (?:dot|dash|hyphen|underscore|\d+)\b| [a-z]+\d)|(?:log|sign) ?(?:in|on) (?:name|id)|user id|screen name"
        r"|(?:log|logged|logging|sign|signed|signing) ?(?:in|on)(?: (?:there|online|to it))? (?:as|with|using|under)"
        r"|your log ?in|(?:my|the|his|her) log ?in(?= (?:is|was) (?!broken|down|gone|stuck|blocked|disabled|locked|slow)|'s|$)"
        r"|(?:online|internet|web)(?: banking)? (?:id|name)",
    ),
    (
        Ask.CVV,
        r"cvv2?|cvc2?|cv2|c v v|c v c|cv code|security (?:code|number|digits)"
        r"|(?:three|3|four|4)[- ]digits? (?:security )?(?:code|number)(?! pin)"
        r"|(?:last )?(?:three|3) (?:digits |numbers )?(?:on|from|at) the (?:back|reverse|rear)"
        r"|signature (?:strip|panel)|(?:three|3) (?:digits|numbers)"
        r"|(?:digits|numbers?|code) (?:\w+ ){0,3}(?<!call )(?<!ring )(?<!you )(?<!me )(?:back|reverse|rear)|card verification (?:code|number|value)"
        r"|back of (?:the|your|my) card|the (?:back|reverse) (?:is|says)|(?:little|small|tiny|short) (?:numbers?|digits|code)"
        r"|(?:digits|numbers?|code) (?:\w+ ){0,3}signature",
    ),
    (
        Ask.PASSWORD,
        r"(?:security|secret|memorable|magic) word|(?:what's|what is|the|your) (?:\w+ )?word (?:we|you|that|for|on)"
        r"|pass ?(?:word|code|phrase|key)s?|pw|pwd|safe word|code ?word|verification code|one[- ]time (?:code|pin)"
        r"|access code|authori[sz]ation code|(?:texted|sent|emailed|send|text) you(?: \w+){0,3} code"
        r"|code (?:to|on) your (?:phone|mobile|cell|e ?mail)|(?:five|six|5|6)[- ]digits? code|code (?:we|i|that|you)"
        r"|(?<!area )(?<!country )(?<!dialling )(?<!dialing )"
        r"code(?: is| was| says|'s)",
    ),
    (
        Ask.PASSCODE,
        r"lock ?box(?: on the \w+)?|(?:my|your) code|(?:what's|whats|what is) the code(?! (?:on|for))"
        r"|(?:did|has) the (?:\w+ )?code|did you (?:get|receive) the (?:\w+ )?code|(?:authenticator|verification) app|(?:key ?)?fob"
        r"|(?:got|received|getting|sending|send|sent|texting|emailing|texted|emailed)(?: (?:you|me|out))?"
        r" (?:a|an|the|another|your|this)(?: \w+){0,2} code"
        r"|(?:numbers?|digits|code) (?:did |have )?(?:we|they|you) (?:just )?(?:text|send|sent|e ?mail|get|got)(?:e?d)?"
        r"|(?:text|text message|sms) (?:that )?(?:says?|said|reads?)"
        r"|(?:recovery|backup|reset|unlock|gate|door|entry|alarm|lock ?box|garage|buzzer|key ?pad|building|panel) "
        r"(?:pass ?)?codes?",
    ),
    (
        Ask.PIN,
        r"pins?(?: numbers?| code)?|puk(?:'s)?(?: code)?|(?:four|4)[- ]digits? pass ?code|p i n"
        r"|personal identification(?: number)?|pen number",
    ),
    (
        Ask.EXPIRY,
        r"expir(?:ation|y|es?|ing|ed)(?: date)?(?: (?:of|on|for) (?:the|your|my|that|this) (?:\w+ )?card)?"
        r"|exp(?:\.| date)?|valid (?:through|thru|until|till|to|from)|(?<!you're )(?<!you are )(?<!we're )good (?:through|thru|until|till)"
        r"|(?:when )?(?:does|did|will|do) (?:it|that|they|(?:the|your|that|this)(?: card| one)?) (?:run out|end|expire)"
        r"|month and (?:the )?year(?! (?:you|were|did|of))|and year on (?:the|your) card",
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
        rf"|(?:numbers?|digits) (?:\w+ ){{0,5}}{_CARDS}? ?card|(?:four|4|six|6) (?:\w+ ){{0,3}}card"
        r"|first (?:six|6|four|4) (?:digits )?and (?:the )?last (?:four|4)|long number|(?:which|what) card"
        r"|go ahead with (?:the|your) card"
        r"|(?:visa|mastercard|amex|american express)(?: card)?(?: ending| that ends)?(?: in)?"
        r"|cards?(?= (?:\w+ ){1,6}(?:ends?|ending|starts?) (?:in|with)?)"
        rf"|(?:sixteen|16|fifteen|15)[- ]digits?(?: number)?|{_OWNER} card(?: (?:number|is|was))",
    ),
    (
        Ask.PHONE,
        r"(?:phone|telephone|cell|cellular|mobile|call ?back|contact|fax|daytime|evening|home|work|land ?line|direct"
        r"|toll free|other|emergency)(?: ?phone)? (?:number|line)s?|(?:cell|mobile)(?: ?phone)?"
        r"|reach (?:you|me|him|her)|call(?:ed|ing)? (?:you|me)(?: back)? (?:at|on)"
        r"|number (?:\w+ ){0,4}(?:call|calling|reach|text|contact|block|ring|dial|port)\b"
        r"|(?:ring|phone|dial) (?:me|you) (?:back )?(?:on|at)|(?:his|her|their) number|best number"
        r"|text (?:you|me) (?:at|on)|my (?:phone|telephone|number)|phone is|(?:tele)?phone|tel(?: (?:no|number))?"
        r"|mob(?: (?:no|number))?",
    ),
    (
        Ask.DOCUMENT,
        r"(?:driver'?s?|driving) licen[sc]e(?: number)?|licen[sc]e number|passport(?: number)?|state id(?: number)?"
        r"|green card(?: number)?",
    ),
    (
        Ask.PLATE,
        r"(?:licen[sc]e |number )?plates?(?: number)?"
        r"|registration(?: (?:number|plate|mark))?(?: of (?:the|your|his|her) (?:car|vehicle|van|truck))?|tag number"
        r"|reg(?: number)?",
    ),
    (
        Ask.ROUTING,
        r"(?:routing|transit|sort|aba|swift|bic)(?: (?:number|code)s?)?|sort codes?|institution number"
        r"|(?:bottom|foot|base)(?: \w+){0,2} of (?:the|your|my|a) (?:check|cheque)",
    ),
    (Ask.IBAN, r"iban(?: number)?|international (?:bank )?account number"),
    (Ask.VEHICLE, r"vin(?: number)?|v i n|vehicle identification(?: number)?|chassis number"),
    (
        Ask.DEVICE,
        r"imei(?: number)?|service tag|asset tag|(?:serial|device|sim|iccid|meid) (?:numbers?|no|id)|serial",
    ),
    (
        Ask.ACCOUNT,
        r"(?:what|which) (?:account|policy|claim|order|loan|booking|case|contract)"
        r"|(?:checking|savings|current|bank) account"
        rf"|(?:{_REFERENCES})s?(?: (?:reference|identification))? (?:numbers?|no|num|nr|id|i d|code|ref|reference"
        r"|ending|ends)(?: in)?|id number|reference|ref|mrn|m r n|locator|pnr",
    ),
    (
        Ask.BIRTH,
        r"(?:dates?|year) of (?:\w+ )?birth|birth year|birth ?(?:date|day)s?|b ?days?|(?<!anyone )(?<!everyone )(?<!people )(?<!those )(?<!someone )born|d o b|dob"
        r"|turn(?:s|ed|ing)? (?:\d{1,3}|[a-z]+(?:ty|teen)(?: \w+)?) on",
    ),
    (
        Ask.AGE,
        r"how old|years old|your age|my age"
        r"|(?<!retirement )(?<!through )(?<!to )(?<!minimum )(?<!maximum )(?<!legal )(?<!until )(?<!till )(?<!under )(?<!over )"
        r"(?<!before )(?<!after )(?<!by )(?:age is|age)",
    ),
    (Ask.ZIP, r"zip ?(?:code)?s?|postal code|post ?code|eircode"),
    (Ask.EMAIL, r"e ?mails?(?: address(?:es)?)?|[\w.+]+@[\w.]*\w"),
    (
        Ask.TOWN,
        r"(?:what|which|and|the|your) (?:city|town|village)(?: and (?:state|province|county))?(?= (?:is|are|do|and"
        r"|was)\b|$)|(?:city|town) and (?:state|province|county)|(?:city|town|village)(?: (?:is|please))?$",
    ),
    (
        Ask.ADDRESS,
        r"(?<!ip )(?<!mac )address(?:es)?(?! book| (?:on|of) (?:your|the) (?:web ?)?(?:site|page|app))|where (?:do )?you live|(?:live|lives|living|reside) (?:at|on|in)"
        r"|moved (?:to|from)|street name|first line",
    ),
    (
        Ask.DELIVERY,
        r"where (?:should|shall|do|can) (?:we|i) (?:send|ship|mail|deliver)|where to\b|house (?:name or )?number"
        r"|(?:and |your |the )street$|what's your street"
        r"|(?:ship|shipped|deliver|delivered|send|sent|mail|mailed) (?:it |that |them |this )?(?:to(?= the (?:house"
        r"|office|shop|store|cabin|farm))|out)|(?:want|need) (?:it|them|that) (?:shipped|delivered|mailed|sent)"
        r"|pick(?:ed)? (?:me |us |you |him |her )?up (?:at|from)|drop(?:ped)? (?:me |us |you |him |her )?(?:off )?at",
    ),
    (
        Ask.NAME,
        r"(?:first|last|full|middle|given|family|legal|sur) ?(?:and \w+ )?names?"
        r"|(?:your|my|his|her|their|cardholder|customer|patient|caller|husband|wife|son|daughter"
        r"|spouse)(?:'s)? names?|who (?:am i|do i have|have i|do we have|is this|is calling|is speaking|i'm|are you)"
        r"|(?:who's|who is) (?:this|calling|speaking|that|there"
        r"|(?:the|your) (?:card ?holder|account holder|policy ?holder|patient|caller|member|insured|customer|owner|subscriber))|speaking (?:with|to)|surname"
        r"|(?:put|get|have|take|give|need|catch) (?:\w+ ){0,3}names?|(?:booked|registered|filed|listed) under"
        r"|(?:which|whose|what) name|name (?:on|is|for|under|please)|names?'s|under (?:the|what) name",
    ),
    (Ask.SPELL, r"spell(?:ed|ing|s)?"),
    (
        Ask.AMOUNT,
        r"how (?:much|many)|amounts?|balances?|total|price|costs?|fees?|payments? of|charges? (?:of|for)|limit"
        r"|deposit|transfer(?:red|ring)?|deductible|what time|budget|income|salary|worth",
    ),
    (
        Ask.WHEN,
        r"when (?:did|do|does|is|was|will|would|are|were)|(?:what|which) (?:day|date|month|year)"
        r"|how (?:long|often|soon)|due date|since when",
    ),
    (
        Ask.READING,
        rf"{_THINGS} (?:codes?|numbers?)|read(?:ing)? (?:\w+ ){{0,2}}meter|meter (?:\w+ ){{0,3}}read(?:ing)?s?|meter (?:says?|shows?)"
        r"|(?:what's|what is|the|your) readings?(?! (?:room|glasses|list|group))|odometer|mileage|mile marker"
        r"|(?:which|what) (?:version|model|size|build|firmware|row|seat|zone|quantity)|year and make|make and model"
        r"|year make and model",
    ),
    (
        Ask.SUFFIX,
        r"suffix|check digit|(?:one|two|1|2)[- ](?:more )?digits?(?: (?:on|at|behind|after|before)(?: \w+){0,2})?",
    ),
    (
        Ask.NUMBER,
        r"(?:last|first|final)(?= (?:\w+ )?(?:digits|numbers?|four|4)\b)|(?:ends?|finish(?:es)?) (?:in|with)"
        r"|ending (?:in|with)|finishing (?:in|with)|starts? with|numbers?",
    ),
    (Ask.HERE, r"account|acct?|policy|claim|case|member|order|ticket|reference|confirmation|invoice|id|loan|card"),
)
# What somebody says who did not hear an answer or cannot take it: that it be said once more, that nothing or only a
# part of it arrived, and that it is not the right one.
ASKING_AGAIN = re.compile(
    r"(?<![\w'])(?:"
    r"(?:say|repeat|read|give|tell|spell)(?: \w+){0,4} (?:again|(?:once|one) more)|repeat (?:that|it|yourself|the)"
    r"|(?:once|one) more(?: time)?(?: please)?$|^(?:\w+ )?(?:again|slower|louder)(?: please)?$|come again|from the (?:top|beginning|start)"
    r"|run (?:that|it) by me|what (?:did you|was it you) say|what(?: was|'?s)? that(?: again)?(?: please|$| (?:after|before|behind))"
    r"|(?:beg your )?pardon(?: me)?$|excuse me$|^(?:sorry|huh|what)$"
    r"|(?:did|could|can)(?:n'?t| not|not) (?:quite |really |fully |even )?(?:catch|get|hear|make (?:that|it) out|understand|follow)"
    r"|i(?:'?ve| have)? (?:just )?(?:missed|lost) (?:you|that|it|the|what|some|part|a)|i (?:only|just) (?:got|heard|caught)"
    r"|(?:you|line|call|phone|connection|signal|audio|sound|voice)(?:'?re| are|'?s| is| was| were|'?ve)?(?: \w+){0,2} "
    r"(?:(?:cut(?:ting)?|br(?:oke|oken|eaking)|drop(?:ped|ping)|fad(?:ed|ing)|fr(?:oze|ozen|eezing))(?:$|(?: \w+)? (?:out|up|off|away|there|in|for|after))"
    r"|(?:went|going|gone) (?:\w+ )?(?:out|off|away|quiet|silent|dead|funny|fuzzy|muffled|under|after|before))"
    r"|(?:crackl|glitch|clipp)(?:ed|ing|y)|(?:it|that) (?:all )?went (?:quiet|silent|dead|fuzzy|muffled)"
    r"|(?:bad|poor|terrible|awful) (?:line|connection|signal)|(?:line|connection|signal)(?:'?s| is) (?:\w+ )?(?:bad|poor|faint|terrible|awful)"
    r"|hard to hear|static|garbled|(?:that'?s|it'?s) not (?:it|match\w*|a match|what i have|the one)|not matching|incorrect"
    r"|(?:that|it) (?:does|did)n'?t match|(?:another|one more) (?:try|guess|go)|^no(?: sir| ma'am| sorry)?$"
    r")(?![\w'])"
)
