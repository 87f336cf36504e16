"""Policies of one entity: its values go though the likeliest guess is another one, and other values stay."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from pca_pipeline.call import KnownIdentity
from pca_pipeline.pii.entities import ENTITIES
from pca_pipeline.pii.finder import Finder, load_finder
from pca_pipeline.pii.policy import NEVER_STORED, load_policy
from pca_pipeline.settings import PiiSettings
from tests.pii.conftest import Found, Turns, conversation

Removed = Callable[[str, Turns], str]
A, C = "agent", "customer"

GOES = [
    # telephone numbers by their form, typed and said, whatever was asked for
    ("PHONE_NUMBER", "", "07700 900 461, Siobhan...", "07700 900 461"),
    ("PHONE_NUMBER", "", "ring my husband Tunde on 0161 496 0872", "0161 496 0872"),
    ("PHONE_NUMBER", "whats ur name and number", "siobhan 07700900461", "07700900461"),
    ("PHONE_NUMBER", "", "tel 01225 460123", "01225 460123"),
    ("PHONE_NUMBER", "", "Mrs. Adaeze Bell (07911 123456)", "07911 123456"),
    ("PHONE_NUMBER", "And the account number?", "it's 07700 900 461", "07700 900 461"),
    ("PHONE_NUMBER", "And the account number?", "312-555-0143", "312-555-0143"),
    ("PHONE_NUMBER", "", "the landline's 0117 496 0011 til friday", "0117 496 0011"),
    ("PHONE_NUMBER", "Your NI number?", "07911 123456 wait thats not it", "07911 123456"),
    ("PHONE_NUMBER", "", "oh seven seven double oh nine oh oh four six one is me", "oh seven seven double oh nine oh oh four six one"),
    ("PHONE_NUMBER", "What's the claim number?", "0044 20 7946 0011", "0044 20 7946 0011"),
    ("PHONE_NUMBER", "", "my sister is on +353 1 496 0123 if I miss you", "+353 1 496 0123"),
    # cards, by form and by the question
    ("CREDIT_CARD", "What's your account number?", "4111 1111 1111 1111", "4111 1111 1111 1111"),
    ("CREDIT_CARD", "The IMEI?", "490154203237518", "490154203237518"),
    ("CREDIT_CARD", "Which card, and your member number?", "it ends 4471", "4471"),
    # other numbers, by the question
    ("US_SSN", "What's the social or the account number?", "219-09-9999", "219-09-9999"),
    ("US_SSN", "Your account number?", "219-09-9999", "219-09-9999"),
    ("UK_NINO", "Your account number?", "QQ 12 34 56 C", "QQ 12 34 56 C"),
    ("ACCOUNT_NUMBER", "Account number, or the phone number on it?", "312 555 0143", "312 555 0143"),
    ("PASSWORD", "Could I have the passcode or the account number?", "804 219", "804 219"),
]  # fmt: skip
STAYS = [
    ("PHONE_NUMBER", "What is your phone number?", "ticket INC0049213"),
    ("PHONE_NUMBER", "The number to call, and your IP?", "81.2.69.142"),
    ("PHONE_NUMBER", "", "my ip is 10.20.30.40"),
    ("PHONE_NUMBER", "And the account number?", "55443"),
    ("PHONE_NUMBER", "Your date of birth?", "March 4th, 1982"),
    ("PHONE_NUMBER", "", "my pal Bogdan Ostrowski said so"),
    ("UK_NINO", "", "call 07911 123456 then"),
    ("US_SSN", "What's the card number?", "4111 1111 1111 1111"),
    ("CREDIT_CARD", "", "call 07911 123456 then"),
    ("PERSON", "And the account number?", "5544332211"),
]


@pytest.fixture(scope="module")
def removed() -> Removed:
    """What a policy of one entity leaves of the last turn, as shipped."""
    finders: dict[str, Finder] = {}

    def remove(entity: str, turns: Turns) -> str:
        if entity not in finders:
            kept = frozenset(ENTITIES) - NEVER_STORED - {entity}
            policy = replace(load_policy("strict"), kept=kept, heard=kept)
            finders[entity] = load_finder(PiiSettings(), policy)
        stream = conversation(turns)
        gone = {
            at
            for claim in finders[entity].find(stream, KnownIdentity())
            if claim.entity in {entity, *NEVER_STORED}
            for at in range(claim.first, claim.last + 1)
        }
        last = stream.turns[-1]
        return " ".join(stream.tokens[at].text for at in range(last.first, last.end) if at not in gone)

    return remove


def asked(question: str, text: str) -> Turns:
    """A turn of the customer, behind the agent's question."""
    return [(A, question or "Okay."), (C, text)]


@pytest.mark.parametrize(("entity", "question", "text", "value"), GOES)
def test_what_may_be_the_entity_goes(removed: Removed, entity: str, question: str, text: str, value: str) -> None:
    """No word of the value is left."""
    left = removed(entity, asked(question, text)).split()
    assert not set(value.replace(",", "").split()) & set(left)


@pytest.mark.parametrize(("entity", "question", "text"), STAYS)
def test_what_cannot_be_the_entity_stays(removed: Removed, entity: str, question: str, text: str) -> None:
    """Every word."""
    assert removed(entity, asked(question, text)) == text.replace(",", "")


def test_a_number_beside_a_name_is_a_finding_of_its_own(removed: Removed) -> None:
    """The name goes under a policy of names, the number does not."""
    assert removed("PERSON", asked("Your name and number?", "Siobhan Doyle 07700 900461")) == "07700 900461"


def test_what_is_said_again_goes_again(removed: Removed) -> None:
    """An echo is what its source is, under every policy."""
    turns = [(C, "on 0161 496 0872 please"), (A, "So that is 0161 496 0872?"), (C, "yes 0872")]
    assert removed("PHONE_NUMBER", turns[:2]) == "So that is"
    assert removed("PHONE_NUMBER", turns) == "yes"


def test_a_version_is_no_address(found_as_shipped: Callable[[Turns], list[tuple[str, str]]]) -> None:
    """Four numbers that a firm names."""
    assert found_as_shipped([(C, "it runs firmware 1.0.12.120 now")]) == []


@pytest.mark.parametrize(
    ("text", "entity", "value"),
    [
        ("it's ten dot oh dot two thirty six dot one nine", "IP_ADDRESS", "ten dot oh dot two thirty six dot one nine"),
        ("ten point oh point eighty six point ninety", "IP_ADDRESS", "ten point oh point eighty six point ninety"),
        ("It says 82, dot, 14, dot, 203, dot, 9.", "IP_ADDRESS", "82, dot, 14, dot, 203, dot, 9"),
        ("192.168, .1.44. And?", "IP_ADDRESS", "192.168, .1.44"),
        ("three e colon four five colon c c colon d nine then", "MAC_ADDRESS", "three e colon four five colon c c colon d nine"),
        ("A4, colon, 2B, colon, B0", "MAC_ADDRESS", "A4, colon, 2B, colon, B0"),
        ("it's b a b a b c four f b d two c", "MAC_ADDRESS", "b a b a b c four f b d two c"),
    ],
)  # fmt: skip
def test_addresses_on_a_network_are_found_as_said(found: Found, text: str, entity: str, value: str) -> None:
    """Whole, whatever was asked for."""
    assert (entity, value) in found([(C, text)])


@pytest.mark.parametrize(
    "turns",
    [
        [(C, "we're on version eleven point two point four point one")],
        [(A, "which version is it"), (C, "ten point four point one point two")],
        [(C, "it took three point two seconds and one point five and four point one")],
        [(C, "from ten point two point three hundred point one")],
        [(C, "the timer says ten colon thirty colon fifteen")],
        [(C, "colon cancer, the colon, and a colon")],
    ],
)
def test_versions_times_and_organs_are_no_addresses(found: Found, turns: Turns) -> None:
    """Four numbers of a version, one up to more than an address has, and the colon of the body."""
    assert not {entity for entity, _ in found(turns)} & {"IP_ADDRESS", "MAC_ADDRESS"}


@pytest.mark.parametrize("text", ["my ip is 81.2.69.142", "router says 192.168.10.24 now", "mac is 00:1B:44:11:3A:B7"])
def test_addresses_on_a_network_go(found_as_shipped: Callable[[Turns], list[tuple[str, str]]], text: str) -> None:
    """The networks of the second reading, which never learnt them, take none back."""
    assert [entity for entity, _ in found_as_shipped([(C, text)])][:1] in (["IP_ADDRESS"], ["MAC_ADDRESS"])
