from __future__ import annotations

import logging
import socket
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from presidio_analyzer.context_aware_enhancers import LemmaContextAwareEnhancer

from pca_pipeline.call import KnownIdentity
from pca_pipeline.pii.finder import Finder
from pca_pipeline.pii.policy import load_policy
from tests.pii.conftest import Turns, conversation

Found = Callable[..., list[tuple[str, str]]]
DIGIT_WORDS = "zero one two three four five six seven eight nine".split()


def test_a_card_over_several_turns_is_found_on_both_sides(found: Found) -> None:
    """Every group and the agent's read-back belong to the card."""
    turns = [
        ("agent", "The card number, please."),
        ("customer", "okay it's 4111"),
        ("agent", "Mhm."),
        ("customer", "2012"),
        ("agent", "Uh-huh."),
        ("customer", "three three three three and 44 44"),
        ("agent", "So 4111 2012 3333 4444?"),
    ]
    assert [entity for entity, _ in found(turns)] == ["CREDIT_CARD"] * 4


def test_a_value_is_found_again_in_parts_anywhere(found: Found) -> None:
    """Four digits of a known number give it away, before and after it was asked for."""
    turns = [
        ("agent", "Is it the one with 5678 in it, from 1999?"),
        ("customer", "My account number is 12345678."),
        ("agent", "The limit of account five six seven eight is $5,678."),
    ]
    assert found(turns) == [
        ("ACCOUNT_NUMBER", "5678"),
        ("ACCOUNT_NUMBER", "12345678"),
        ("ACCOUNT_NUMBER", "five six seven eight"),
    ]


def test_a_short_value_is_found_again_as_a_whole(found: Found) -> None:
    """Three digits that were a security code are one wherever they stand alone."""
    turns = [("agent", "The security code?"), ("customer", "719"), ("agent", "Lovely weather. Good, 719 it is.")]
    assert found(turns) == [("CVV", "719"), ("CVV", "719")]


def test_a_name_is_found_again_though_misspelt(found: Found) -> None:
    """Names found once are looked for everywhere by sound."""
    turns = [("customer", "My name is Katarina Kowalczyk."), ("agent", "I will send it to Catarina Kowalchyk then")]
    assert [text for _, text in found(turns)] == ["Katarina Kowalczyk", "Catarina Kowalchyk"]


@pytest.mark.parametrize(
    ("turns", "known", "texts"),
    [
        ([("agent", "this is Alyssa")], KnownIdentity(agent_names=("Alyssa Jones",)), []),
        ([("agent", "this is Alysa")], KnownIdentity(agent_names=("Alyssa Jones",)), []),
        ([("agent", "this is Alyssa")], KnownIdentity(), ["Alyssa"]),
        (
            [("agent", "this is Alyssa"), ("customer", "my name is Alyssa Brown")],
            KnownIdentity(agent_names=("Alyssa Jones",)),
            ["Alyssa", "Alyssa Brown"],
        ),
        ([("agent", "so mister ostrofsky it is")], KnownIdentity(names=("Bogdan Ostrowski",)), ["ostrofsky"]),
        ([("agent", "you called from 0143 before")], KnownIdentity(numbers=("+1 312 555 0143",)), ["0143"]),
    ],
)
def test_what_the_record_knows(found: Found, turns: Turns, known: KnownIdentity, texts: list[str]) -> None:
    """Agents' names stay unless a customer has them too; the record's other names and numbers go."""
    assert [text for _, text in found(turns, known)] == texts


def test_agents_names_go_by_policy() -> None:
    """With the policy to redact agents' names nothing is kept."""
    stream = conversation([("agent", "this is Alyssa")])
    strict = Finder(0.35, replace(load_policy("strict"), agent_names="redact"))
    assert len(strict.find(stream, KnownIdentity(agent_names=("Alyssa Jones",)))) == 1


def test_presidio_finds_the_same_in_plain_text(finder: Finder) -> None:
    """The engine is an ordinary Presidio analyzer for whoever gives it a text."""
    results = finder.analyzer.analyze("my pin is 1234\nmy name is Bogdan", language="en")
    assert {(r.entity_type, r.start, r.end) for r in results} >= {("PIN", 10, 14), ("PERSON", 26, 32)}


def test_nothing_is_logged_and_no_network_is_used(
    finder: Finder, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No value in any log at any level, and no connection, for an e-mail address either."""

    def refuse(*_: object) -> None:
        raise AssertionError("a connection was tried")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    caplog.set_level(logging.DEBUG)
    finder.find(conversation([("customer", "my pin is 8642 and bogdan@ostrowski.com is my mail")]), KnownIdentity())
    assert "8642" not in caplog.text
    assert "ostrowski" not in caplog.text


@settings(max_examples=60, deadline=None)
@given(
    digits=st.text("0123456789", min_size=4, max_size=16),
    spoken=st.booleans(),
    before=st.sampled_from(["My account number is", "sure, the card number is", "my pin is", "my member number is"]),
    fillers=st.lists(st.sampled_from(["Okay.", "I see.", "It is raining here.", "Let me look."]), max_size=4),
)
def test_a_number_is_found_wherever_it_is_planted(
    finder: Finder, digits: str, spoken: bool, before: str, fillers: list[str]
) -> None:
    """Said or written, early or late, every word of it."""
    value = " ".join(DIGIT_WORDS[int(digit)] for digit in digits) if spoken else digits
    turns = [*(("agent", text) for text in fillers), ("customer", f"{before} {value}")]
    stream = conversation(turns)
    claimed = {at for claim in finder.find(stream, KnownIdentity()) for at in range(claim.first, claim.last + 1)}
    planted = stream.tokens_at(len(stream.text) - len(value), len(stream.text))
    assert set(planted) <= claimed


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["agent", "customer"]), st.text(max_size=40)), max_size=6))
def test_any_text_gives_ordered_claims_that_do_not_overlap(finder: Finder, turns: list[tuple[str, str]]) -> None:
    """Whatever is typed, claims are in order, apart, and within one segment."""
    stream = conversation(turns)
    claims = finder.find(stream, KnownIdentity())
    assert all(one.last < other.first for one, other in pairwise(claims))
    assert all(stream.tokens[c.first].segment == stream.tokens[c.last].segment for c in claims)


def test_context_words_count_as_in_presidio(finder: Finder) -> None:
    """Scores are those of Presidio's own enhancer, which copies every result first."""
    text = "my ip address is 192.168.10.24, my card is 4111111111111111 and my pin is 1234"
    ours = finder.analyzer.analyze(text, language="en")
    own, finder.analyzer.context_aware_enhancer = (
        finder.analyzer.context_aware_enhancer,
        LemmaContextAwareEnhancer(),
    )
    try:
        theirs = finder.analyzer.analyze(text, language="en")
    finally:
        finder.analyzer.context_aware_enhancer = own
    assert sorted((r.start, r.entity_type, r.score) for r in ours) == sorted(
        (r.start, r.entity_type, r.score) for r in theirs
    )


@pytest.mark.parametrize(
    ("later", "found_again"), [("it was 1120 of them", True), ("back in 2019", False), ("back in 2036", True)]
)
def test_what_may_be_a_year_must_repeat_an_end_of_the_value(found: Found, later: str, found_again: bool) -> None:
    """Four digits in the middle of a number give it away unless they are as likely a year."""
    turns = [("customer", "my account number is 1120 1920 36"), ("agent", later)]
    assert (len(found(turns)) == 2) is found_again
