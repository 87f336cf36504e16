"""Passwords, user names, answers to security questions and one-time codes, as callers and agents say them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.pii.conftest import Turns

SPELLED = " ".join(
    f"{word[0]} as in {word}" for word in "nora oscar victor adam kite henry oscar uncle sam echo".split()
)
Found = Callable[..., list[tuple[str, str]]]

ASKED: list[tuple[str, str, str, str]] = [
    ("What's the password?", "Starfish 1987 exclamation point.", "PASSWORD", "Starfish 1987 exclamation point"),
    ("Your passphrase?", "capital O, T, T, E, R, asterisk", "PASSWORD", "capital O, T, T, E, R, asterisk"),
    ("the security word please", "penguin one nine eight six question mark", "PASSWORD", "penguin one nine eight six question mark"),
    ("the verbal password?", "try maple thirty one bang", "PASSWORD", "maple thirty one bang"),
    ("the verbal password?", "that would be o t t e r pound sign", "PASSWORD", "o t t e r pound sign"),
    ("Your password?", "You should have that already, but otter 22 dollar sign.", "PASSWORD", "otter 22 dollar sign"),
    ("What user name did you choose?", "it's a novak eighty one", "USERNAME", "a novak eighty one"),
    ("What user name did you choose?", "okay slowly tulip dash olga", "USERNAME", "tulip dash olga"),
    ("your user name please", "will underscore okafor", "USERNAME", "will underscore okafor"),
    ("What do you log in with?", "bluejay44", "USERNAME", "bluejay44"),
    ("Who was your favorite teacher?", "Mr. Lindgren.", "SECURITY_ANSWER", "Mr. Lindgren"),
    ("What's your favourite book?", "oh um the odyssey", "SECURITY_ANSWER", "the odyssey"),
    ("What user name did you register?", "mrs dot novak", "USERNAME", "mrs dot novak"),
    ("What's the passphrase?", "you guys should have it already but starfish bang", "PASSWORD", "starfish bang"),
    ("Your favorite food?", "hang on okay lamb stew", "SECURITY_ANSWER", "lamb stew"),
    ("Which road did you live on as a child?", "ninth street, bless her", "SECURITY_ANSWER", "ninth street"),
    ("What's your oldest cousin's first name?", "it's leonard", "SECURITY_ANSWER", "leonard"),
    ("And your high school mascot?", "the wildcats", "SECURITY_ANSWER", "the wildcats"),
    ("Where did you go for your honeymoon?", "oh Crete", "SECURITY_ANSWER", "Crete"),
    ("I'm texting you a new code, tell me when it's there.", "it says 411 324", "PASSWORD", "411 324"),
    ("Read me the one in the authenticator app.", "okay four one one three two four", "PASSWORD", "four one one three two four"),
    ("What numbers did we text you?", "4 1 1 3 2 4", "PASSWORD", "4 1 1 3 2 4"),
    ("What was your first car?", "I think I put Corolla.", "SECURITY_ANSWER", "Corolla"),
    ("Your favorite food?", "Good lord, I chose that ages ago. Ravioli?", "SECURITY_ANSWER", "Ravioli"),
    ("Your favorite food?", "i told your colleague already but lamb stew", "SECURITY_ANSWER", "lamb stew"),
    ("Your favorite food?", "you ask me each time ravioli", "SECURITY_ANSWER", "ravioli"),
    ("Your favorite food?", "Of course, ravioli.", "SECURITY_ANSWER", "ravioli"),
    ("Your favorite food?", "rice and beans", "SECURITY_ANSWER", "rice and beans"),
    ("Your security question is the name of your first pet.", "mine was otter", "SECURITY_ANSWER", "otter"),
    ("Give me your mother's maiden name, dear.", "Lindgren.", "SECURITY_ANSWER", "Lindgren"),
    ("Now choose a new one, please.", "Make it starfishotter 22.", "PASSWORD", "starfishotter 22"),
    ("Do you want a password on the account?", "Sure, make it starfish.", "PASSWORD", "starfish"),
    ("It wants a new password.", "Can it be the old one, Otter 4411?", "PASSWORD", "Otter 4411"),
]  # fmt: skip
NAMED: list[tuple[str, str, str]] = [
    ("I typed my password starfish twice.", "PASSWORD", "starfish"),
    ("my wife changed the password to otter four four bang so i can't get in", "PASSWORD", "otter four four bang"),
    ("they wrote starfish 1987 exclamation mark on the form", "PASSWORD", "starfish 1987 exclamation mark"),
    ("Then log in with k novak 81 and the new code.", "USERNAME", "k novak 81"),
    ("it says my user id k novak eighty one is unknown", "USERNAME", "k novak eighty one"),
    ("I got a code, 99-41 22, what do I do with it?", "PASSWORD", "99-41 22"),
    ("I got a text that says 442219 is my code", "PASSWORD", "442219"),
    ("the password on file is banana bread", "PASSWORD", "banana bread"),
    ("I sign in as the_real_olga.", "USERNAME", "the_real_olga"),
    ("I log in as jnovak every morning.", "USERNAME", "jnovak"),
    ("Okay, user kayla207.", "USERNAME", "kayla207"),
]
ADDRESSES: list[tuple[Turns, list[str]]] = [
    ([("customer", "I changed my email, it's b novak at a t and t dot net now")], ["b novak at a t and t dot net"]),
    ([("agent", "You'll get it at the novak s at hotmail dot com.")], ["the novak s at hotmail dot com"]),
    ([("agent", "So that's okonkwo i 80@sbcglobal.net.")], ["okonkwo i 80@sbcglobal.net"]),
    ([("agent", "Your email is anna hyphen novak@icloud.com.")], ["anna hyphen novak@icloud.com"]),
    ([("agent", "i have novakfamily at yahoo dot co dot u k")], ["novakfamily at yahoo dot co dot u k"]),
    ([("agent", "i have novak forty at hotmail that com")], ["novak forty at hotmail that com"]),
    (
        [
            ("agent", "your email?"),
            ("customer", "um so annanovak"),
            ("agent", "uh huh"),
            ("customer", "at aol dot com"),
        ],
        ["annanovak", "at aol dot com"],
    ),
    (
        [("agent", "your email?"), ("customer", "annanovak 25"), ("agent", "okay at"), ("customer", "well me dot com")],
        ["annanovak 25", "me dot com"],
    ),
    ([("agent", "your email?"), ("customer", f"it's {SPELLED} at aol dot com")], [f"{SPELLED} at aol dot com"]),
]
SAID_AGAIN: list[tuple[Turns, list[str]]] = [
    (
        [("agent", "your security word"), ("customer", "it's starfish"), ("agent", "starfish that matches")],
        ["starfish", "starfish"],
    ),
    (
        [("agent", "your password"), ("customer", "otter two oh one four star"), ("agent", "capital otter 2014 star")],
        ["otter two oh one four star", "capital otter 2014 star"],
    ),
    (
        [("agent", "your password?"), ("customer", "o t t e r asterisk"), ("agent", "otter asterisk, right?")],
        ["o t t e r asterisk", "otter asterisk"],
    ),
    (
        [("agent", "Your password?"), ("customer", "Otter97$"), ("agent", "Otter 97 dollar sign, thanks.")],
        ["Otter97", "Otter 97 dollar sign"],
    ),
    (
        [("agent", "your first pet?"), ("customer", "mittens"), ("agent", "mittens that's right")],
        ["mittens", "mittens"],
    ),
]
NO_VALUE: list[Turns] = [
    [("agent", "What's the password?"), ("customer", "let me get my glasses one second")],
    [("agent", "What's the password?"), ("customer", "Hang on, I'm driving.")],
    [("agent", "What's the password?"), ("customer", "okay bear with me")],
    [("agent", "Never share your passcode with anyone."), ("customer", "I wouldn't.")],
    [("agent", "Then log in with the temporary password."), ("customer", "Thank you so much.")],
    [("agent", "The procedure code is on the form."), ("customer", "My doctor already sent it.")],
    [("customer", "I tried my password three times and I log in with my email or with Google.")],
    [("agent", "What's the password?"), ("customer", "hold on okay I found the letter")],
    [("customer", "I entered my password wrong and changed it to something else.")],
    [("customer", "they lost ninety dollars, a question mark over the whole thing")],
    [("customer", "I used my password manager.")],
    [("customer", "The password is case sensitive.")],
    [("customer", "My login is broken since yesterday.")],
    [("customer", "My first employer offered a 401k.")],
    [("agent", "You can change the password to whatever you like.")],
    [("agent", "You should change your password to be safe.")],
    [("agent", "Press 3 hashtag to continue.")],
    [("agent", "Which school district are you in?")],
    [("agent", "Your password?"), ("customer", "Oh, I already said it.")],
    [("agent", "Your favorite food?"), ("customer", "I threw all that out, I thought you could see it.")],
    [("agent", "This is the password team."), ("customer", "Hi.")],
    [("agent", "Don't tell me your password, type it yourself.")],
    [("customer", "It wants a new password."), ("agent", "When will it be fixed?")],
    [("customer", "Make it Tuesday, and make that two pounds.")],
]


@pytest.mark.parametrize(("question", "answer", "entity", "value"), ASKED)
def test_what_is_asked_for_is_found_whole(
    found_as_shipped: Found, question: str, answer: str, entity: str, value: str
) -> None:
    """Signs by their names, "capital", initials, titles and articles belong to it."""
    assert found_as_shipped([("agent", question), ("customer", answer)]) == [(entity, value)]


@pytest.mark.parametrize(("text", "entity", "value"), NAMED)
def test_what_is_named_or_shaped_like_it_is_found(found_as_shipped: Found, text: str, entity: str, value: str) -> None:
    """Right after its name, after what was done with it, or by its signs."""
    assert found_as_shipped([("customer", text)]) == [(entity, value)]


@pytest.mark.parametrize(("turns", "values"), SAID_AGAIN)
def test_what_is_read_back_is_found(found_as_shipped: Found, turns: Turns, values: list[str]) -> None:
    """In other forms, too: spelled, in digits, with its signs."""
    assert [text for _, text in found_as_shipped(turns)] == values


@pytest.mark.parametrize(("turns", "values"), ADDRESSES)
def test_all_of_an_address_is_found(found_as_shipped: Found, turns: Turns, values: list[str]) -> None:
    """Said over two turns, spelled at length, misheard, or written only at its end."""
    assert [text for entity, text in found_as_shipped(turns) if entity == "EMAIL_ADDRESS"] == values


@pytest.mark.parametrize("turns", NO_VALUE)
def test_talk_of_a_password_without_one_finds_nothing(found: Found, turns: Turns) -> None:
    """Stalling, warnings, instructions."""
    assert found(turns) == []
