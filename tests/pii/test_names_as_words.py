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
]


@pytest.mark.parametrize(("text", "names", "ages"), NAMES)
def test_names_beside_kinship(found_as_shipped: Found, text: str, names: list[str], ages: list[str]) -> None:
    """Every name and every age."""
    found = found_as_shipped([("agent", "Okay."), ("customer", text)])
    said = {word.strip(",.") for kind, one in found if kind == "PERSON" for word in one.split()}
    assert set(names) <= said, found
    assert set(ages) <= {one for kind, one in found if kind == "AGE"}, found


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
        "go ahaed whenver you're redy",
    ],
)
def test_misspelt_words_and_qualities_are_no_names(found_as_shipped: Found, text: str) -> None:
    """Everyday words with a letter wrong, and words that say how somebody is, name nobody."""
    assert "PERSON" not in [kind for kind, _ in found_as_shipped([("agent", "How can I help?"), ("customer", text)])]
