"""Towns and streets as they are answered and read back, in text without capitals too."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Found = Callable[..., list[tuple[str, str]]]
A, C = "agent", "customer"
TOWN = [(A, "And which town?"), (C, "it's normal illinois")]

GOES = [
    # towns
    ([(A, "Which city do you live in?"), (C, "I'm in Mobile.")], ["LOCATION Mobile"]),
    ([(A, "And what city is that?"), (C, "um we're just outside orange")], ["LOCATION orange"]),
    ([*TOWN, (A, "so i have normal")], ["LOCATION normal"]),
    ([*TOWN, (A, "it says that's not valid"), (C, "okay slowly normal")], ["LOCATION normal"]),
    ([(A, "Okay."), (C, "I'm from Poughkeepsie originally, we never had this.")], ["LOCATION Poughkeepsie"]),
    ([(A, "Where do you live?"), (C, "I'm in boise, id and nobody here knows")], ["LOCATION boise, id"]),
    ([(A, "Where do you live?"), (C, "I'm in Guelph ON thank you")], ["LOCATION Guelph ON"]),
    ([*TOWN, (A, "I'm showing Normal Illinois here")], ["LOCATION Normal Illinois"]),
    ([(A, "Where do you live?"), (C, "I'm in Boise, ok?")], ["LOCATION Boise"]),
    # streets
    ([(A, "Okay."), (C, "at p o box fifty in independence")], ["STREET_ADDRESS p o box fifty", "LOCATION independence"]),
    ([(A, "Okay."), (C, "it's eight juniper parkway normal")], ["STREET_ADDRESS eight juniper parkway", "LOCATION normal"]),
    ([(A, "Can you confirm flat twelve one seventy six dunmore gardens?")], ["STREET_ADDRESS flat twelve one seventy six dunmore gardens"]),
    ([(A, "Okay."), (C, "Flat 27, 182 High Street")], ["STREET_ADDRESS Flat 27, 182 High Street"]),
    ([(A, "Okay."), (C, "it was one south forty second street")], ["STREET_ADDRESS one south forty second street"]),
    ([(A, "Okay."), (C, "one two mine four fortieth avenue")], ["STREET_ADDRESS one two mine four fortieth avenue"]),
    ([(A, "Where do we deliver?"), (C, "one sixty three the crescent")], ["STREET_ADDRESS one sixty three the crescent"]),
    ([(A, "Okay."), (C, "send it to 74 Highway 9, Suite 143")], ["STREET_ADDRESS 74 Highway 9, Suite 143"]),
    ([(A, "House number and street?"), (C, "nine eight eight"), (A, "go on"), (C, "i mean oak ridge drive")], ["STREET_ADDRESS oak ridge drive"]),
    ([(A, "Okay."), (C, "It's 14 Broadway in the old town")], ["STREET_ADDRESS 14 Broadway"]),
    ([(A, "Okay."), (C, "I'm in Mobile right now")], ["LOCATION Mobile"]),
    # codes
    ([(A, "Okay."), (C, "i live in six eighty one fifty five")], ["ZIP_CODE six eighty one fifty five"]),
]  # fmt: skip
STAYS = [
    [(A, "And the street?")],
    [(C, "I'm in reading mode.")],
    [(C, "I'm in Mobile settings now.")],
    [(C, "They're up in price.")],
    [(C, "I want 2 broadway shows.")],
    [(C, "I drove 30 highway 9 miles.")],
    [(C, "the address on your website is wrong it four hundred four s")],
    [*TOWN, (A, "It's normal for that to take a while.")],
]


@pytest.mark.parametrize(("turns", "values"), GOES)
def test_towns_and_streets(found: Found, turns: list[tuple[str, str]], values: list[str]) -> None:
    """All of them, whole, are the last that is found."""
    said = [f"{kind} {text}" for kind, text in found(turns)]
    assert said[-len(values) :] == values


@pytest.mark.parametrize("turns", STAYS)
def test_words_that_are_also_towns_and_streets(found: Found, turns: list[tuple[str, str]]) -> None:
    """Nothing is found in the last turn."""
    assert len(found(turns)) == len(found(turns[:-1]))
