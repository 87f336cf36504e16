"""Every way in which a value is said on the telephone, in every place where it may stand in a call."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.pii.conftest import Turns

Found = Callable[..., list[tuple[str, str]]]

ACCOUNTS = """one two three four five six seven eight
oh one two three four oh five six
o one two three four o five six
nought one two three four five
double four seven one triple two
treble two seven one double nought
forty one eleven twenty one seventeen
one eight hundred four thousand one eleven
five hundred twelve eight hundred three
four 1 one 1 two 2 three 3
4111 2222
4111, 2222
4-1-1-1-2-2
41112222
4.1.1.1.2.2.7
411-122-27
4111,2222
4 1 1 1 2 2 2 2
seven one two, no, nine four one six
seven one two four, sorry, seven one two five, three three
seven one uh two four and then three three
seven one to four ate three for five
seven one two four wun won three three
seven seven one two two four three
seven one three fore six two
AB 074700
a b one two three four five
A as in apple, B as in boy, 123456
alpha bravo one two three four five""".splitlines()
CARDS = """4111 1111 1111 1111
4111, 1111, 1111, 1111
4111-1111-1111-1111
4111111111111111
four one one one, one one one one, one one one one, one one one one
four triple one, double one double one, eleven eleven eleven eleven
forty one eleven eleven eleven eleven eleven eleven eleven
3782 822463 10005
4111 1111 1111 1112
4111 1111 no sorry 1111 1112 1111 1111""".splitlines()
DATES = """March 4, 1982
March 4th 1982
the 4th of March 1982
4 March 1982
the fourth of march nineteen eighty two
march fourth nineteen eighty two
march the fourth eighty two
the fourth of the seventh eighty two
4th of the 7th, 82
nineteen eighty two, march fourth
1982-03-04
03/04/1982
3/4/82
03-04-1982
3.4.1982
03 04 1982
oh three oh four nineteen eighty two
three four eighty two
three slash four slash eighty two
march fourth two thousand and one
december twenty sixth two thousand five
fourth of march oh five
March 4th, '82
zero three zero four one nine eight two
Febuary 4 1982
march march fourth nineteen eighty two
march fourth well nineteen eighty two""".splitlines()
EXPIRIES = """oh four twenty six
oh four slash twenty six
04/26
04:26
4/2026
0426
04 26
april twenty six
April of 2026
april twenty twenty six
zero four two six""".splitlines()
CODES = ["four one one", "4-1-1", "411", "four double one", "4, 1, 1.", "four eleven", "4 1 1", "seven oh five"]
PINS = """four one one one
4111
41 11
forty one eleven
4-1-1-1
4,111
$4,111
nineteen eighty two
four triple one
one two three four
double oh seven three
treble four nought""".splitlines()
EMAILS = """john.smith@gmail.com
john dot smith at gmail dot com
john.smith at gmail.com
john underscore smith at yahoo dot co dot uk
j smith eighty two at hotmail dot com
J-O-H-N at outlook.com
j o h n dash s at gmail dot com
johnsmith at smithbuilders dot com
johnsmith all one word at gmail dot com
john smith at gmail got com
john smith that gmail dot com
john smith gmail dot com
john.smith@yahoo.com.mx
john dot smith at yahoo dot com dot m x
john hyphen smith at mail.ru
j as in judge smith at outlook.com.br
smith dot j for james at gmail dot com
john smith eleven and then at comcast dot net
john smith that's at gmail dot com
john smith at yahoo dot calm
john smith at comcast.nee""".splitlines()
VALUES = (
    ("account number", "ACCOUNT_NUMBER", ACCOUNTS),
    ("card number", "CREDIT_CARD", CARDS),
    ("date of birth", "DATE_OF_BIRTH", DATES),
    ("expiration date of the card", "CARD_EXPIRY", EXPIRIES),
    ("security code on the back", "CVV", CODES),
    ("PIN", "PIN", PINS),
    ("email address", "EMAIL_ADDRESS", EMAILS),
)
SAID = [(name, entity, value) for name, entity, values in VALUES for value in values]
PLACES: dict[str, Callable[[str, str], list[tuple[str, str]]]] = {
    "asked": lambda name, value: [("agent", f"What's the {name}?"), ("customer", value)],
    "led in": lambda name, value: [("agent", f"And your {name}, please."), ("customer", f"Sure, it's {value}")],
    "after a wait": lambda name, value: [
        ("agent", f"Could you give me your {name}?"),
        ("customer", "One second, I need to find it."),
        ("agent", "Take your time."),
        ("customer", value),
    ],
    "before the question": lambda name, value: [
        ("agent", "How can I help you today?"),
        ("customer", f"I lost my wallet and my {name} is {value}"),
    ],
    "beside an amount": lambda name, value: [
        ("agent", f"The payment of $250 is due, what's the {name}?"),
        ("customer", value),
    ],
    "at last": lambda name, value: [
        ("customer", "I paid three hundred dollars in 2019 and forty last week"),
        ("agent", f"Okay. Your {name}?"),
        ("customer", value),
        ("agent", "Thank you so much."),
    ],
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(("name", "entity", "value"), SAID)
def test_every_form_is_found_whole_wherever_it_stands(
    found: Found, place: str, name: str, entity: str, value: str
) -> None:
    """All of the value and of its kind, in one finding or in several."""
    claims = found(PLACES[place](name, value))
    said = " ".join(text for kind, text in claims if kind == entity)
    assert said.replace(",", "").split() == value.strip(".").replace(",", "").split(), claims


@pytest.mark.parametrize(
    ("turns", "left"),
    [
        (
            [("customer", "transfer five hundred from account one two three four five six to savings")],
            "transfer five hundred from account to savings",
        ),
        ([("customer", "move 1200 to account number 38845996")], "move 1200 to account number"),
        (
            [("agent", "How much and from which account?"), ("customer", "five hundred from account 12345678")],
            "How much and from which account? five hundred from account",
        ),
        (
            [("customer", "I have two accounts, 12345678 and 87654321"), ("agent", "and 8765 is to be closed?")],
            "I have two accounts, and is to be closed?",
        ),
        (
            [("agent", "Your PIN?"), ("customer", "is that safe"), ("agent", "Just the first and third."), ("customer", "four and nine")],
            "Your PIN? is that safe Just the first and third.",
        ),
        (
            [
                ("agent", "Your date of birth and your mother's maiden name?"),
                ("customer", "five slash two slash eighty two and Thibodeau"),
            ],
            "Your date of birth and your mother's maiden name? and",
        ),
        (
            [("agent", "hello, account?"), ("customer", "eight double oh five um six eight six"), ("agent", "and the new one?")],
            "hello, account? and the new one?",
        ),
        (
            [("agent", "the card number?"), ("customer", "4111 1111"), ("agent", "brilliant, carry on"), ("customer", "11 11"), ("agent", "mhm"), ("customer", "1112")],
            "the card number? brilliant, carry on mhm",
        ),
        (
            [("agent", "And the it tree code?"), ("customer", "469."), ("customer", "The deductible is fifteen hundred, right?")],
            "And the it tree code? The deductible is fifteen hundred, right?",
        ),
    ],
)  # fmt: skip
def test_only_the_value_goes(found: Found, turns: Turns, left: str) -> None:
    """Amounts right beside stay; parts, second values and values whose question was lost go."""
    text = " ".join(text for _, text in turns)
    for _, value in found(turns):
        text = text.replace(value, "", 1)
    assert text.replace(" ,", ",").replace(" .", "").split() == left.replace(" ,", ",").split()
