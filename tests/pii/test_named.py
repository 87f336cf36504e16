"""What counts of what a model finds."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from pca_pipeline.call import KnownIdentity
from pca_pipeline.pii.finder import Finder
from pca_pipeline.pii.models.base import Named
from pca_pipeline.pii.words.stream import Conversation
from tests.pii.conftest import Turns, conversation


class Pointer:
    """A model that names the words it is told to: what is tested is what becomes of them."""

    def __init__(self, entity: str, text: str) -> None:
        self._entity, self._words = entity, text.split()

    def find(self, stream: Conversation) -> Iterable[Named]:
        """Wherever the words stand."""
        said = [token.text for token in stream.tokens]
        for at in range(len(said) - len(self._words) + 1):
            if said[at : at + len(self._words)] == self._words:
                yield Named(self._entity, at, at + len(self._words) - 1, 0.55)


def found(entity: str, words: str, turns: Turns) -> list[str]:
    """Texts of an entity that are found when the model names some words."""
    stream = conversation(turns)
    claims = Finder(0.35, model=Pointer(entity, words)).find(stream, KnownIdentity())
    texts = ((c.entity, stream.text[stream.tokens[c.first].start : stream.tokens[c.last].end]) for c in claims)
    return [text for name, text in texts if name == entity]


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("zorbanella", "then zorbanella picked up the phone"),
        ("Zorbanella", "Then I asked Zorbanella about it"),
        ("grace price", "i left it with grace price at the desk"),
        ("oluchi", "so oluchi can drive it too"),
    ],
)
def test_names_of_a_model_count(words: str, text: str) -> None:
    """Unknown words and listed names, in both ways of writing."""
    assert found("PERSON", words, [("customer", text)]) == [words]


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("Tacoma", "Was it the Accord or the Tacoma you drove?"),
        ("link", "i can send you a link to the page"),
        ("branch", "my main branch is closed today"),
        ("PPO", "It is the Choice PPO plan, I think."),
        ("Meridian", "We switched to Meridian Airways last year."),
        ("4410", "you just dial 4410 from there"),
        ("Humira", "I take Humira 40 milligrams a week."),
        ("Ozempic", "so i switched to Ozempic in the spring"),
        ("LaserPro", "My old LaserPro M455 is broken."),
        ("ATMs", "You can use ATMs of other banks."),
        ("Cash withdrawals", "That is free. Cash withdrawals are not."),
        ("infant", "Then infant seats are free of charge."),
        ("the", "give it to the people there"),
        ("Norwegian", "It has Norwegian subtitles and nothing else."),
    ],
)
def test_what_the_lists_deny_does_not_count(words: str, text: str) -> None:
    """Things, companies, abbreviations, numbers, peoples and dictionary words are no people, whatever a model says."""
    assert found("PERSON", words, [("customer", text)]) == []


def test_who_is_called_is_no_person() -> None:
    """ "Thank you for calling ..." goes on with a company's name."""
    assert found("PERSON", "zorbanella", [("agent", "thank you for calling zorbanella how can i help")]) == []


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("i live in toledo with my mother", True),
        ("we just moved to toledo", True),
        ("it is at fourteen oak street in toledo", True),
        ("toledo 43604 is where it goes", True),
        ("i'm from toledo and it is cold", True),
        ("is there a branch in toledo that opens late", False),
        ("the flight was from denver by way of toledo i guess", False),
    ],
)
def test_places_count_where_people_live(text: str, counts: bool) -> None:
    """A town in passing stays."""
    assert ("toledo" in " ".join(found("LOCATION", "toledo", [("customer", text)]))) is counts


def test_a_found_name_is_found_where_it_ends_a_turn() -> None:
    """In text without capitals people are addressed at the end of what is said."""
    turns = [
        ("agent", "can i have your name please"),
        ("customer", "hunter"),
        ("agent", "thanks and what's your address hunter"),
    ]
    assert found("PERSON", "-", turns) == ["hunter", "hunter"]


def test_a_found_address_is_found_again_without_its_kind() -> None:
    """The number and the word behind it are enough; so is the town alone."""
    turns = [
        ("agent", "What is your address?"),
        ("customer", "It's 17 Quarry Road, Chattanooga, Tennessee."),
        ("agent", "So 17 Quarry, in Chattanooga."),
    ]
    assert found("STREET_ADDRESS", "-", turns) == ["17 Quarry Road", "17 Quarry"]
    assert "Chattanooga" in found("LOCATION", "-", turns)


@pytest.mark.parametrize(
    "address",
    [
        "four four two county road one forty",
        "route two box one eighteen",
        "lindenstrasse forty seven",
        "77 East 2nd Street",
    ],
)
def test_addresses_of_other_kinds(address: str) -> None:
    """Numbered roads, rural routes, and streets whose number stands behind."""
    turns = [("agent", "what's the address"), ("customer", f"it is {address} thanks")]
    assert found("STREET_ADDRESS", "-", turns) == [address]
