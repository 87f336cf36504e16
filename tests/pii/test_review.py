"""The second reading: what the network reads, and what becomes of claims."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pca_pipeline.call import KnownIdentity
from pca_pipeline.pii.claims import Claim
from pca_pipeline.pii.conversation.asks import Ask
from pca_pipeline.pii.conversation.reading import ConversationEngine, Reading
from pca_pipeline.pii.entities import ENTITIES
from pca_pipeline.pii.finder import Finder
from pca_pipeline.pii.repeats.echoes import ECHO
from pca_pipeline.pii.review import features as read
from pca_pipeline.pii.review.network import Floats
from pca_pipeline.pii.review.reviewer import ADDED, RECOGNIZER, REFUTED, STANDS, Reviewer, load_reviewer
from pca_pipeline.pii.words.stream import Conversation, Line
from tests.pii.conftest import Found, Turns, conversation

MEGABYTE = 1_000_000
KINDS = ("", "ORGANIZATION", "PERSON", "PHONE_NUMBER", "DATE_OF_BIRTH", "LOCATION")
NO, ORG, WHO, PHONE, BORN, TOWN = range(6)


def reading(turns: Turns) -> Reading:
    """What the recognizers read of turns."""
    return ConversationEngine().read(conversation(turns), KnownIdentity())


def told(*kinds: int, chance: float = 0.99) -> Reviewer:
    """A reviewer whose network holds each token for a kind, or else for nothing, and what is nothing else for a person."""

    def network(rows: read.Rows) -> Floats:
        likely = np.zeros((len(rows), len(KINDS)), np.float32)
        likely[range(len(kinds)), [NO if kind else WHO for kind in kinds]] = 1 - chance
        likely[range(len(kinds)), list(kinds)] = chance
        return likely

    return Reviewer(KINDS, [network])  # type: ignore[list-item]


FIVE = [("customer", "it is Ana Lima here")]


@pytest.mark.parametrize(
    ("claim", "seen", "left"),
    [
        (Claim("PERSON", 2, 3, 0.5, "rule"), (NO, NO, WHO, WHO, NO), (2, 3)),
        (Claim("PERSON", 2, 4, 0.5, "rule"), (NO, NO, WHO, WHO, NO), (2, 3)),
        (Claim("PERSON", 1, 3, 0.5, "rule"), (NO, NO, WHO, NO, NO), (2, 2)),
        (Claim("PERSON", 0, 4, 0.5, "rule"), (WHO, NO, NO, NO, WHO), (0, 4)),
        (Claim("PERSON", 2, 3, 0.9, "rule"), (NO,) * 5, None),
        (Claim("EMAIL_ADDRESS", 1, 3, 0.6, "rule"), (NO, NO, NO, PHONE, NO), (1, 3)),
        (Claim("EMAIL_ADDRESS", 1, 3, 0.6, "rule"), (NO,) * 5, None),
        (Claim("PIN", 2, 3, STANDS, "rule"), (NO,) * 5, (2, 3)),
        (Claim("PIN", 2, 3, STANDS - 0.1, "rule"), (NO,) * 5, None),
        (Claim("PHONE_NUMBER", 2, 3, 0.95, "rule"), (NO,) * 5, (2, 3)),
        (Claim("PHONE_NUMBER", 2, 3, 0.8, "rule"), (NO,) * 5, None),
        (Claim("PERSON", 2, 3, 0.5, "KnownNameRecognizer"), (NO,) * 5, (2, 3)),
        (Claim("ORGANIZATION", 2, 3, 0.5, "rule"), (NO,) * 5, (2, 3)),
    ],
)
def test_claims_are_taken_back_or_cut(claim: Claim, seen: tuple[int, ...], left: tuple[int, int] | None) -> None:
    """What the network holds for nothing goes, but for what robs an account and was surely asked for."""
    kept, _ = told(*seen).review(reading(FIVE), [claim])
    assert [(one.first, one.last) for one in kept] == ([left] if left else [])


@pytest.mark.parametrize(
    ("claim", "out", "kind"),
    [
        (Claim("ACCOUNT_NUMBER", 2, 3, 0.42, "rule"), frozenset(), "PHONE_NUMBER"),
        (Claim("NUMBER", 2, 3, 0.4, "rule"), frozenset(), "PHONE_NUMBER"),
        (Claim("ACCOUNT_NUMBER", 2, 3, 0.42, "rule"), frozenset({"PHONE_NUMBER"}), "ACCOUNT_NUMBER"),
        (Claim("ACCOUNT_NUMBER", 2, 3, STANDS, "rule"), frozenset(), "ACCOUNT_NUMBER"),
        (Claim("PIN", 2, 3, STANDS, "rule"), frozenset(), "PIN"),
        (Claim("PERSON", 2, 3, 0.5, "rule"), frozenset(), "PERSON"),
    ],
)
def test_the_surer_one_tells_the_kind_of_a_number(claim: Claim, out: frozenset[str], kind: str) -> None:
    """Not of words, not of what was asked for, and no kind that is not looked for."""
    kept, _ = told(NO, NO, PHONE, PHONE, NO).review(reading(FIVE), [claim], out)
    assert [one.entity for one in kept] == [kind]


@pytest.mark.parametrize(
    ("said", "stays"),
    [
        ("four thirty five seven twenty three eighty nine", True),
        ("sixty one eighty nine oh one thirty one", True),
        ("nine fifteen ten thirty eleven forty five", False),  # times
        ("nine oh five ten fifteen eleven twenty", False),
        ("forty nine ninety five fifty nine ninety five", False),  # prices
        ("sixteen eighteen twenty twenty two", False),  # sizes
        ("four thirty five seven", False),
        ("four thirty five and then seven twenty three eighty nine", False),
        ("fifty two thousand one hundred sixteen twenty", False),
        ("four three five seven two three eight", False),
    ],
)
def test_a_long_number_in_pairs_stands(said: str, stays: bool) -> None:
    """Whatever the networks hold it for; what may be a list of times, prices or sizes is theirs to tell."""
    turns = [("agent", said)]
    claim = Claim("ACCOUNT_NUMBER", 0, len(said.split()) - 1, 0.42, "rule")
    kept, _ = told(*[NO] * len(said.split())).review(reading(turns), [claim])
    assert kept == ([claim] if stays else [])


def test_doubt_takes_nothing_back_and_adds_nothing() -> None:
    """Between the two limits the recognizers' word stands."""
    doubting = told(WHO, WHO, WHO, WHO, WHO, chance=(REFUTED + ADDED) / 2)
    claim = Claim("PERSON", 2, 3, 0.5, "rule")
    kept, new = doubting.review(reading(FIVE), [claim])
    assert kept == [claim] and not [one for one in new if one.entity == "PERSON"]


@pytest.mark.parametrize(
    ("turns", "seen", "added"),
    [
        (FIVE, (NO, NO, WHO, WHO, NO), [("PERSON", 2, 3)]),
        (FIVE, (NO, NO, ORG, ORG, NO), [("ORGANIZATION", 2, 3)]),
        (FIVE, (NO, NO, ORG, WHO, NO), [("PERSON", 3, 3), ("ORGANIZATION", 2, 2)]),
        (FIVE, (NO, NO, WHO, NO, PHONE), [("PERSON", 2, 2), ("PHONE_NUMBER", 4, 4)]),
        ([("customer", "yes Ana"), ("agent", "Lima ok so")], (NO, WHO, WHO, NO, NO), [("PERSON", 1, 1), ("PERSON", 2, 2)]),
        ([("customer", "it is <PERSON> you Lima")], (NO, NO, WHO, NO, WHO), []),
        ([("customer", "one second please Lima")], (PHONE, PHONE, NO, WHO), [("PERSON", 3, 3)]),
        ([("agent", "our number is 800-555-0123 Lima")], (NO, NO, NO, PHONE, WHO), [("PERSON", 4, 4)]),
        ([("customer", "it is J as in Jack, 52")], (NO, NO, NO, NO, NO, PHONE, PHONE), [("PHONE_NUMBER", 2, 6)]),
        ([("customer", "Emma, March 4th 2019")], (NO, NO, BORN, BORN), [("DATE_OF_BIRTH", 1, 3)]),
        ([("customer", "Emma, March 4th 2019")], (NO, BORN, NO, NO), [("DATE_OF_BIRTH", 1, 3)]),
    ],
)  # fmt: skip
def test_what_was_missed_is_added(turns: Turns, seen: tuple[int, ...], added: list[tuple[str, int, int]]) -> None:
    """Neighbours of one segment become one claim; labels of an earlier redaction are nobody's."""
    _, new = told(*seen).review(reading(turns), [])
    assert [(one.entity, one.first, one.last) for one in new] == added
    assert all(one.recognizer == RECOGNIZER and one.score > ADDED for one in new)


def test_what_is_added_is_found_everywhere() -> None:
    """A value once known goes wherever it is said; an agent's name that the record gives stays."""
    turns = [("customer", "gravelotte speaking"), ("agent", "thank you so much gravelotte and goodbye")]
    reviewer = told(WHO, NO, NO, NO, NO, NO, NO, NO, NO)
    stream = conversation(turns)

    def found(agents: tuple[str, ...]) -> set[int]:
        claims = Finder(0.35, reviewer=reviewer).find(stream, KnownIdentity(agent_names=agents))
        return {at for claim in claims for at in range(claim.first, claim.last + 1)}

    assert found(()) == {0, 6}
    assert found(("Gravelotte",)) == set()


def test_what_is_taken_back_is_repeated_nowhere() -> None:
    """An echo goes with its source, whatever is thought of itself."""
    turns = [("customer", "my pet is gravelotte"), ("agent", "hello gravelotte")]
    source, echo = Claim("PERSON", 3, 3, 0.5, "rule"), Claim("PERSON", 5, 5, 0.75, ECHO)
    likely = np.array([[1, 0, 0, 0, 0, 0]] * 5 + [[0.5, 0, 0.5, 0, 0, 0]], np.float32)
    assert Reviewer(KINDS, [lambda _: likely]).review(reading(turns), [source, echo]) == ([], [])  # type: ignore[list-item]


@pytest.mark.parametrize("setting", [0.35, 0.995])
def test_the_threshold_holds_for_what_is_added(setting: float) -> None:
    """`pii.threshold` counts for all findings."""
    claims = Finder(setting, reviewer=told(NO, NO, WHO, WHO, NO)).find(
        conversation([("customer", "so then qorvash qorvash went")]), KnownIdentity()
    )
    assert bool(claims) == (setting < 0.99)


digits = st.text("23456789", min_size=1, max_size=12)


def test_a_label_is_a_label() -> None:
    """A token in it is made up anew each time: the networks must not see it."""
    rows = [read.features(reading([("customer", f"it is {text} then")]), ()) for text in ("<PERSON>", "<PERSON:x7Qa2>")]
    assert (rows[0] == rows[1]).all()


@given(digits, st.data())
def test_the_network_sees_no_digits(written: str, data: st.DataObject) -> None:
    """Numbers of one length and look are one to it."""
    other = data.draw(st.text("23456789", min_size=len(written), max_size=len(written)))
    rows = [read.features(reading([("customer", f"well {text} then")]), ())[:, :6] for text in (written, other)]
    assert (rows[0] == rows[1]).all()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("four", "seven", True), ("fifty", "ninety", True), ("oh", "four", False), ("four", "fourth", False)],
)
def test_number_words_are_kinds(one: str, other: str, same: bool) -> None:
    """Which digit a word says does not matter to it."""
    first, second = (read.features(reading([("customer", f"well {text} then")]), ()) for text in (one, other))
    assert bool((first == second).all()) == same


def test_what_the_networks_learnt_is_still_called_so() -> None:
    """An entity or a question of another name would be nothing to them."""
    assert set(read._ENTITIES) <= set(ENTITIES)
    assert set(read._ASKS) <= set(Ask)
    assert len(read._ENTITIES) < read.SIZES["claim"] and len(read._ASKS) < read.SIZES["asked"]


def test_every_feature_has_rows_of_its_own() -> None:
    """No two features share a row of the table."""
    turns = [("agent", "Card number, please?"), ("customer", "It's 4111 1111 1111 1111, Ana Lima, A-N-A.")]
    rows = read.features(reading(turns), [Claim("CREDIT_CARD", 4, 7, 0.95, "rule")])
    ends = [*list(read.OFFSETS.values())[1:], read.TABLE]
    assert all(
        (low <= column).all() and (column < end).all()
        for low, end, column in zip(read.OFFSETS.values(), ends, rows.T, strict=True)
    )


@pytest.mark.parametrize(
    ("word", "letters"),
    [("the", "C"), ("four", "#"), ("maria", "F"), ("will's", "CF"), ("grace", "FW"), ("qzxv", "U"), ("x", "L")],
)
def test_lists_of_words(word: str, letters: str) -> None:
    """What the lists say of a word."""
    assert set(letters) <= set(read.lists(word))


def test_the_networks_that_come_along_are_small() -> None:
    """At most 15 MB, and no words in them: what they read is hashed."""
    file = Path(read.__file__).parent / "networks.npz"
    assert file.stat().st_size < 15 * MEGABYTE
    with np.load(file) as stored:
        assert {stored[name].dtype.kind for name in stored.files if "/" in name} == {"f"}


@pytest.mark.parametrize(
    ("text", "entity", "name"),
    [
        ("hi this is tomasz wojcik about my bill", "PERSON", "tomasz wojcik"),
        ("I spoke with somebody called Oluchi on Tuesday.", "PERSON", "Oluchi"),
        ("yeah it's for my sister oksana, she has the second line", "PERSON", "oksana"),
        ("Could you let Dr. Halvorsen know I called?", "PERSON", "Halvorsen"),
        ("the parcel was signed for by a marguerite dupont", "PERSON", "marguerite dupont"),
        ("we live out in albuquerque now", "LOCATION", "albuquerque"),
        ("I live in Chattanooga these days.", "LOCATION", "Chattanooga"),
        ("i'm in billings now, i used to be in boise", "LOCATION", "billings"),
    ],
)
def test_names_are_found_in_talk(found_as_shipped: Found, text: str, entity: str, name: str) -> None:
    """Names in sentences that the training never saw, with capitals and without."""
    assert (entity, name) in found_as_shipped([("customer", text)])


@pytest.mark.parametrize(
    "text",
    [
        "i will mark the bill as paid and you may get a letter in june",
        "Okay, perfect. Thanks so much for the help today.",
        "it says error four nine on the router and the light is red",
        "Can I get the balance on my savings account, please?",
        "let me pull over first i'm in traffic",
    ],
)
def test_ordinary_talk_is_left_alone(found_as_shipped: Found, text: str) -> None:
    """Words that are names elsewhere are words here."""
    assert found_as_shipped([("customer", text)]) == []


@pytest.mark.parametrize(
    ("text", "stays"),
    [
        ("it's four three five seven two three eight", True),
        ("it's eighty seven eighty five", False),
        ("it's nine fifteen ten thirty eleven forty five", False),
        ("charged twice fifty eight forty and then fifty eight forty again", False),
    ],
)
def test_a_customer_who_says_nothing_but_many_digits_gives_a_number(text: str, stays: bool) -> None:
    """Whatever the question sounded like; amounts in a sentence are left to the networks."""
    said = text.split()
    claim = Claim("ACCOUNT_NUMBER", 2 if "charged" in said else 1, len(said) - 1 - ("again" in said), 0.4, "rule")
    kept, _ = told(*[NO] * len(said)).review(reading([("customer", text)]), [claim])
    assert bool(kept) is stays


def test_a_state_belongs_to_the_town_in_front_of_it(found_as_shipped: Found) -> None:
    """Also where the networks found the town alone."""
    turns = [("agent", "Where are we sending this?"), ("customer", "I'm in Juneau, Alaska. 782 Old Mill Road.")]
    assert ("LOCATION", "Juneau, Alaska") in found_as_shipped(turns)


def test_an_empty_conversation_is_read() -> None:
    """Nothing in, nothing out."""
    stream = Conversation([Line("customer", ())])
    assert load_reviewer().review(ConversationEngine().read(stream, KnownIdentity()), ()) == ([], [])


@pytest.mark.parametrize(
    ("said", "at", "stays"),
    [
        ("Live long and prosper", 3, False),
        ("Live long and Prosper", 3, True),
        ("It's under rusty Begay", 2, True),
        ("They took out Geico", 3, False),
        ("They took out Chase", 3, True),
        ("This says ZRKMDA again", 2, False),
        ("This says BENEDICT again", 2, True),
        ("Very well, Brigadier", 2, False),
        ("Very well, Benedict", 2, True),
        ("okay and itll stop", 2, False),
        ("so costa rica for me", 1, False),
        ("so costa called for me", 1, True),
        ("okay and jorge stop", 2, True),
        ("at my wifes place", 2, False),
        ("at my jorges place", 2, True),
        ("I asked Brooks today", 2, True),
        ("i asked reeves today", 2, True),
        ("your q q v number", 1, False),
        ("raise it to 250/500 again", 3, False),
        ("They only speak Punjabi there", 3, False),
        ("spelled with an E again", 3, False),
        ("spelled with initial E again", 3, True),
    ],
)
def test_who_is_nobody(said: str, at: int, stays: bool) -> None:
    """A word without its capital, a brand, an abbreviation, a form of address; whatever the networks hold them for."""
    seen = [WHO if place == at else NO for place in range(len(said.split()))]
    _, new = told(*seen).review(reading([("agent", said)]), [])
    assert [(one.first, one.last) for one in new] == ([(at, at)] if stays else [])


@pytest.mark.parametrize(
    ("said", "stays"),
    [
        ("I flew here from Boise", False),
        ("It was a flight to Boise", False),
        ("My bag turned up in Boise", False),
        ("We moved the bags to Boise", True),
        ("I moved here from Boise", True),
        ("I took a flight. I live, since May, in Boise", True),
    ],
)
def test_a_town_where_a_journey_begins_or_ends_is_nobodys(said: str, stays: bool) -> None:
    """Whatever the networks hold it for; not where somebody lives."""
    count = len(said.split())
    _, new = told(*[NO] * (count - 1), TOWN).review(reading([("customer", said)]), [])
    assert [one.entity for one in new] == ["LOCATION"] * stays
