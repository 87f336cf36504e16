"""Replies with talk before, behind and between, and talk that is no reply."""

from __future__ import annotations

import pytest

from tests.pii.conftest import Found, Turns

A, C = "agent", "customer"
PASSWORD, PET = (A, "What's the password on the account?"), (A, "what was the name of your first pet")
GOES: list[tuple[Turns, str]] = [
    ([PASSWORD, (C, "for the third time its tangerine")], "tangerine"),
    ([PASSWORD, (C, "You asked me that already. It's marigold.")], "marigold"),
    ([PASSWORD, (C, "hang on let me find my glasses right its pumpernickel")], "pumpernickel"),
    ([PASSWORD, (C, "I was just telling the last girl. Pumpernickel.")], "Pumpernickel"),
    ([PASSWORD, (C, "Just a moment, the kettle's whistling. Windermere.")], "Windermere"),
    ([PASSWORD, (C, "It's on a sticky note on the fridge."), (A, "Okay."), (C, "Right. Sunflower88.")], "Sunflower88"),
    ([PASSWORD, (C, "is that the one with the animal"), (A, "i couldn't say"), (C, "wobbly badger nine")], "wobbly badger nine"),
    ([PASSWORD, (C, "Bear with me. It's in my phone."), (A, "No rush."), (C, "Found it. Lollipop.")], "Lollipop"),
    ([PASSWORD, (C, "Heron. No. I changed it. Kingfisher 9.")], "Heron"),
    ([PASSWORD, (C, "Heron. No. I changed it. Kingfisher 9.")], "Kingfisher 9"),
    ([PASSWORD, (C, "my daughter set it up it says marmalade here")], "marmalade"),
    ([PET, (C, "Okay I'm back, sorry about that, the dog wanted out. Hobnob.")], "Hobnob"),
    ([PET, (C, "well lets see pretzel")], "pretzel"),
    ([PET, (C, "that was pancho he was a parrot")], "pancho"),
    ([PET, (C, "its pretzel isnt it")], "pretzel"),
    ([PET, (C, "She's dead, love."), (A, "I'm sorry."), (C, "I'm pulling your leg. It's Pretzel.")], "Pretzel"),
    ([(A, "What's your login?"), (C, "I put in king dot sven and it says it's taken.")], "king dot sven"),
    ([(A, "And the school you first went to?"), (C, "Now that was knocked down. Hollin Bank Infants, it was.")], "Hollin Bank Infants"),
]  # fmt: skip
TALK = [
    "Oh, I've got it here somewhere.",
    "My glasses are somewhere.",
    "The dog wanted out, sorry.",
    "it's ringing",
    "You want the long one?",
    "is that the one with the animal",
    "Can I ask you something? Why is there a $35 fee?",
    "I was charged twice, $390.75!",
    "what do i do if its tangled",
]
NO_PASSWORDS = [
    "I typed the wrong password 3 times and it's locked me out",
    "i changed my password and it threw us off",
]
BEHIND = ["tangerine no spaces", "Tangerine, no spaces.", "tangerine sir", "Tangerine. The kettle's whistling, sorry."]


@pytest.mark.parametrize(("turns", "value"), GOES)
def test_replies_amid_talk(found: Found, turns: Turns, value: str) -> None:
    """Presented, said barely, behind a pause, in a later turn, or in the place of another."""
    assert value in {text for _, text in found(turns)}


@pytest.mark.parametrize("talk", TALK)
def test_talk_is_no_reply(found: Found, talk: str) -> None:
    """Neither alone nor in front of the reply."""
    for question in (PASSWORD, PET):
        assert found([question, (C, talk), (A, "No rush."), (C, "Tangerine.")])[0][1] == "Tangerine"


@pytest.mark.parametrize("reply", BEHIND)
def test_talk_behind_a_reply_stays(found: Found, reply: str) -> None:
    """What follows the reply in its turn."""
    assert [text.lower() for _, text in found([PASSWORD, (C, reply)])] == ["tangerine"]


@pytest.mark.parametrize("talk", NO_PASSWORDS)
def test_what_a_password_did_is_none(found: Found, talk: str) -> None:
    """Said of it, not said as it."""
    assert found([(C, talk)]) == []
