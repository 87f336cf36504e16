"""Names that are also words: known by the word of kinship or naming beside them, in any order; and their ages."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Found = Callable[..., list[tuple[str, str]]]

NAMES = [
    ("faith my daughter will come instead, shes 17", ["faith"], ["17"]),
    ("kids are called summer and hunter, they go to st marys", ["summer", "hunter"], []),
    ("my wife hope is on the account", ["hope"], []),
    ("my son chase picks it up", ["chase"], []),
    ("my kids summer and reed need seats, hes 9 and shes 12", ["summer", "reed"], ["9", "12"]),
    ("joy, my mum, pays the bill", ["joy"], []),
    ("our daughters are named ivy and pearl", ["ivy", "pearl"], []),
    ("my husband rob and our son drew live here", ["rob", "drew"], []),
    ("her name's ruby and his brother is called buck", ["ruby", "buck"], []),
    ("Grace my sister will sign for it", ["Grace"], []),
    ("my little one is called rose, she's 4", ["rose"], ["4"]),
    ("the twins are daisy and basil, theyre 11", ["daisy", "basil"], ["11"]),
    ("dawn my neighbour has a key", ["dawn"], []),
    ("hope is my wife and shes on the policy", ["hope"], []),
    ("iris my nan cant come down the stairs, shes 84", ["iris"], ["84"]),
    ("our boys are called chase and heath", ["chase", "heath"], []),
    ("can my partner grant collect it", ["grant"], []),
    ("my girls, amber and skye, are both on the plan", ["amber", "skye"], []),
    ("my daughter is called autumn, hes called river", ["autumn", "river"], []),
    ("Faith, my niece, has the code", ["Faith"], []),
    ("our kids, hazel and jasper, hes 6 and shes 8", ["hazel", "jasper"], ["6", "8"]),
    ("summer my eldest turns up on friday", ["summer"], []),
    ("no my aunt may is with me", ["may"], []),
    ("my brother will has the keys", ["will"], []),
    ("i was there with my cousin june.", ["june"], []),
    ("My stepson, Thanh, drives it.", ["Thanh"], []),
    ("My nephew, Linh.", ["Linh"], []),
    ("my mother in law april lives there", ["april"], []),
    ("is that your sister bell who called", ["bell"], []),
    ("I rang Savannah, that's my niece, and she has it.", ["Savannah"], []),
    ("i asked augusta shes my aunt", ["augusta"], []),
    ("I told Thuc, he's my flatmate.", ["Thuc"], []),
    ("my late wife summer always took care of that", ["summer"], []),
    ("my aunt rose set this up", ["rose"], []),
    ("you can talk to my uncle too grant if im not home", ["grant"], []),
    ("You can ask my niece too, Faith, any day.", ["Faith"], []),
    ("Mark's my cousin.", ["Mark's"], []),
    ("well joy is the one who pays the bills", ["joy"], []),
]
FORMER = [
    ([], "She was a Braddock before we married.", "Braddock"),
    ([], "shes a guerrero now", "guerrero"),
    ([], "i was marsh until i got divorced", "marsh"),
    ([("agent", "I don't see that. What last name is it under?")], "I was Torvill before.", "Torvill"),
]
NOT_FORMER = [
    "I was Humana before.",
    "she's a Texan now",
    "She was a Marine before we married.",
    "i was brown until june",
    "i'm young now",
    "he was rich before i joined",
]
HEARD = [
    ("hope is shouting from the kitchen", "hope"),
    ("oh hazel is shouting for me", "hazel"),
    ("oh and basil told me to ring", "basil"),
    ("dr march said there would be no problem", "march"),
    ("i need it from doctor april", "april"),
    ("dr may is out today", "may"),
    ("his name is may", "may"),
    ("my name is will and i need a hand", "will"),
    ("i spoke to drew about it yesterday", "drew"),
    ("am i talking to april", "april"),
    ("hi this is grace i need to move a booking", "grace"),
    ("hello this is zoltan i want to add a driver", "zoltan"),
]
UNHEARD = [
    "some lady told me to call",
    "the young lady told me so",
    "one friend told me it was free",
    "dr may see me on friday",
    "dr will see you now",
    "it was with dr march 5",
    "my dr may be out",
    "its 22 elm dr may works for me",
    "the name is will be fine",
    "my last name will match",
    "i spoke to general support",
    "i had to talk to early morning staff",
    "my name is will you help me",
    "hi this is urgent i need some help",
    "hello this is about my order",
    "cash is the one that works",
]
WORDS = [
    "my wife will be on the account",
    "i hope my daughter can come instead",
    "my son may call you back in june",
    "you have to have faith my brother says",
    "my kids are called up for summer camp",
    "my husband can pick it up in the summer",
    "in summer my daughter is away",
    "i bill my mother for it",
    "my mum will mark it as paid and grant access",
    "its 9 and shes late",
    "Hope I'm not being a bother.",
    "hope you are well",
    "mark it as paid",
    "trace my parcel",
    "bill me later",
    "my sister may be with me",
    "my son will call you",
    "my son will always pay",
    "my sister may set this up",
    "my brother may when he can",
    "he said my husband will.",
    "my daughter may need a seat",
    "my mum rose to her feet",
    "i saw my cousin in june",
    "my dad case is still open",
    "i came with my mom early",
    "no chance that's my son",
    "it starts from june that's my son",
    "My dad Facebook messaged you",
]


@pytest.mark.parametrize(("text", "names", "ages"), NAMES)
def test_names_beside_kinship(found_as_shipped: Found, text: str, names: list[str], ages: list[str]) -> None:
    """Every name and every age."""
    found = found_as_shipped([("agent", "Okay."), ("customer", text)])
    said = {word.strip(",.") for kind, one in found if kind == "PERSON" for word in one.split()}
    assert set(names) <= said, found
    assert set(ages) <= {one for kind, one in found if kind == "AGE"}, found


@pytest.mark.parametrize(("before", "text", "name"), FORMER)
def test_names_before_and_after_a_marriage(
    found_as_shipped: Found, before: list[tuple[str, str]], text: str, name: str
) -> None:
    """The surname that somebody had or has."""
    found = found_as_shipped([*before, ("customer", text)])
    assert name in [word for kind, one in found if kind == "PERSON" for word in one.split()]


@pytest.mark.parametrize("text", NOT_FORMER)
def test_what_somebody_was_is_no_name(found: Found, text: str) -> None:
    """Firms, peoples and qualities."""
    assert found([("agent", "Okay."), ("customer", text)]) == []


@pytest.mark.parametrize(("text", "name"), HEARD)
def test_words_of_whom_one_hears_are_names(found_as_shipped: Found, text: str, name: str) -> None:
    """By what they do, and by their title."""
    assert found_as_shipped([("agent", "Okay."), ("customer", text)]) == [("PERSON", name)]


@pytest.mark.parametrize("text", UNHEARD)
def test_words_of_people_and_titles_that_name_nobody(found: Found, text: str) -> None:
    """Anybody, a street, a verb, a date."""
    assert "PERSON" not in [kind for kind, _ in found([("agent", "Okay."), ("customer", text)])]


@pytest.mark.parametrize(
    "text",
    [
        "I bought a Ralph Lauren jacket",
        "the Charlotte Tilbury palette arrived broken",
        "do you sell tommy hilfiger",
        "my Calvin Klein order is late",
    ],
)
def test_brands_called_like_people(found_as_shipped: Found, text: str) -> None:
    """No person is found in them."""
    assert "PERSON" not in [kind for kind, _ in found_as_shipped([("agent", "Okay."), ("customer", text)])]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("My name is Ralph Lauren", "Ralph Lauren"),
        ("I Love Taylor Swift", "Taylor Swift"),
        ("i love taylor swift", "taylor swift"),
        ("We Trust Maria Lopez", "Maria Lopez"),
        ("they miss Grace Kelly", "Grace Kelly"),
    ],
)
def test_where_a_name_begins(found_as_shipped: Found, text: str, name: str) -> None:
    """Not with the verb; and who introduces themselves is a person."""
    assert found_as_shipped([("agent", "Okay."), ("customer", text)]) == [("PERSON", name)]


@pytest.mark.parametrize("text", WORDS)
def test_words_beside_kinship(found_as_shipped: Found, text: str) -> None:
    """The same words where they are none."""
    assert found_as_shipped([("agent", "Okay."), ("customer", text)]) == []


@pytest.mark.parametrize(
    "text",
    [
        "okay thnk you for that",
        "I just need to veirfy a few thinngs",
        "to be frank with you i'm not rich",
        "the first name field can't be blank",
        "go ahaed whenver you're raedy",
    ],
)
def test_misspelt_words_and_qualities_are_no_names(found_as_shipped: Found, text: str) -> None:
    """Everyday words with a letter wrong, and words that say how somebody is, name nobody."""
    assert "PERSON" not in [kind for kind, _ in found_as_shipped([("agent", "How can I help?"), ("customer", text)])]
