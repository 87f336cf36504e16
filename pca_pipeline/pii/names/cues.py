"""What announces a name of a person, and how strongly: "my name is", "speaking with", "this is", "thanks"."""

from __future__ import annotations

import re
from enum import IntEnum


class Cue(IntEnum):
    """How strongly a name is announced."""

    NONE = 0  # only a word that is nothing but a first name
    GREETING = 1  # "thanks, ...": a first name, or a capital that a comma sets off
    WEAK = 2  # "this is ...": a first name, or a word that is in no dictionary
    MEDIUM = 3  # "my wife ...", "speaking with ...": any known name, or an unknown capital
    STRONG = 4  # "my name is ...": whatever is not a function word


_RELATIVES = (
    r"wife|husband|son|daughter|mother|father|mom|dad|brother|sister|friend|partner|boss|doctor|lawyer|attorney"
    r"|spouse|fiancee?|mum|gran|grandma|grandpa|nan|grandmother|grandfather|grandson|granddaughter|neighbou?r"
    r"|roommate|nephew|niece|uncle|aunt|manager|supervisor|colleague|coworker|girlfriend|boyfriend|ex|beneficiary"
    r"|caregiver|carer|nurse|landlord|landlady|tenant|client|witness|guarantor|executor|trustee|assistant|accountant"
    r"|agent|adviser|advisor|broker|rep|representative|technician|engineer|driver|adjuster|surveyor|plumber"
    r"|electrician|contractor|daughter in law|son in law"
)
RELATIVES = frozenset(_RELATIVES.replace("?", "").split("|"))
_SOMEBODY = rf"{_RELATIVES}|he|she|who|guy|man|woman|lady|gentleman|girl|boy|person|somebody|someone|chap|bloke"
_OWNERS = (
    rf"my|the|his|her|your|their|first|last|middle|full|legal|maiden|family|given|{_RELATIVES}|customer|cardholder"
    r"|patient|member|caller|account holder"
)
_FIELD = r"(?:field|box|column|section|tag) (?:is|isn't|was|has|can't|cannot|must|should|on|of|in)"  # of a form
CUES: tuple[tuple[Cue, re.Pattern[str]], ...] = (
    (
        Cue.STRONG,
        re.compile(
            r"\b(?:"
            rf"(?:{_OWNERS})(?:'s)? ?name(?:'s| on (?:\w+ )?\w+)?,? (?:(?:is|was|it's|would be|will be"
            r"|should be) )(?:going to be |gonna be |spelled )?|(?:my|his|her) name's "
            rf"|(?:first|last|middle) name (?!{_FIELD})|surname (?:is )?|name(?:'s)? is "
            rf"|(?:{_SOMEBODY})(?: (?:was|is|were)|'s) (?:called|named) "
            rf"|(?:{_SOMEBODY}) (?:called|named|by the name of) |i go by |(?:goes|go) by (?:the name )?"
            r"|in the name of |under the name (?:of )?|call (?:me|you) "
            r")"
        ),
    ),
    (
        Cue.MEDIUM,
        re.compile(
            r"\b(?:"
            r"(?:speaking|speak|spoke|spoken|talk|talking|talked|connected|chatting) (?:with|to) |named "
            r"|(?:hang|hold) on |(?:one|just a|a) (?:second|sec|moment|minute) |bear with me |excuse me "
            r"|under |ask (?:for )?|(?:you|you've|you have) got |is that |deal(?:ing|t)? with (?:a |an )?"
            r"|thank |attention |tell |contact |account holder(?: is)? "
            rf"|(?:my|his|her|your|our|the) (?:\w+ )?(?:{_RELATIVES})(?:'s)?,? (?:is |was |named |called "
            r"|'s name is )?|on behalf of |belongs? to |signed by |made out to |beneficiary is "
            r"|am i speaking (?:with|to) |is this |(?:hi|hello|hey|morning|afternoon|evening)(?: there)? this is "
            r")"
        ),
    ),
    (
        Cue.WEAK,
        re.compile(
            r"\b(?:"
            r"this is|it's|it is|i'm|i am|that's|that is|here is"
            r") "
        ),
    ),
    (
        Cue.GREETING,
        re.compile(
            r"\b(?:"
            r"(?:thank you|thanks)(?: so much| very much)?|hi there|hi|hello|hey|dear|okay|ok|sure|great"
            r"|perfect|sorry|yes|no|alright|all right|morning|afternoon|evening|welcome|bye|goodbye|it"
            r"|right|well|so|please|day|you|now|here|done|back|today|wonderful|excellent"
            r") "
        ),
    ),
)
