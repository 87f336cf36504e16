from __future__ import annotations

import pytest

from pca_pipeline.call import KnownIdentity
from pca_pipeline.pii.conversation.reading import ConversationEngine
from pca_pipeline.pii.forms.numbers import Meaning, find_numbers
from tests.pii.conftest import Turns, conversation


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("it's 4111, 1111, 1111, 1111.", ["4111111111111111"]),
        ("four one, um, one one", ["4111"]),
        ("seven, no, nine two one", ["7921"]),
        ("oh seven seven oh", ["0770"]),
        ("oh I see", []),
        ("one moment please, this one is fine", []),
        ("I have two cats and 3 dogs", []),
        ("my pin is 1234 and I paid 20 dollars", ["1234"]),
        ("six ate one to five four won", ["6812541"]),
        ("six five four for", ["6544"]),
        ("a two for one offer", []),
        ("open 8 to 6, seven days a week", ["6"]),
        ("four one five hate two two", ["415822"]),
        ("thirty five two plenty one hero seven", ["3522107"]),
        ("it's fire one nine oh trouble five", ["519055"]),
        ("it's oh heaven six one eight nine", ["076189"]),
        ("eight four one nine three sticks is that right", ["841936"]),
        ("seven one six two four line", ["716249"]),
        ("p m seven night four two", ["7942"]),
        ("ninety five oh fifty for three forty one twenty eight", ["9505434128"]),
        ("six nine two let's see five one", ["69251"]),
        ("open from nine thirty to ten forty five", ["930", "1045"]),
        ("from 445566 to 778899", ["445566", "778899"]),
        ("call three two one five when you can", ["3215"]),
        ("a table for five fine people", []),
        ("press one to hear it, two to go back", []),
        ("and the new one, or the old one", []),
        ("in 2019 and forty more", ["2019", "40"]),
        ("send 1500 to my savings, a 2019 Honda", []),
    ],
)
def test_runs_hold_what_is_said_in_one_breath(text: str, runs: list[str]) -> None:
    """Fillers and corrections lie inside a run; units and nouns take a number out."""
    numbers = find_numbers(conversation([("customer", text)]), frozenset())
    assert [run.digits for run in numbers.runs if run.meaning is not Meaning.BUSINESS] == runs


@pytest.mark.parametrize(
    ("turns", "chains"),
    [
        ([("customer", "4111"), ("agent", "okay"), ("customer", "1111")], ["41111111"]),
        ([("customer", "4111"), ("agent", "4111, go on"), ("customer", "and then 2222")], ["41112222"]),
        ([("customer", "4111"), ("agent", "brilliant, carry on"), ("customer", "2222")], ["41112222"]),
        ([("customer", "4111"), ("agent", "4111, brilliant, carry on"), ("customer", "2222")], ["41112222"]),
        ([("customer", "four one one dluble blah five five five")], ["411555"]),
        ([("customer", "4111"), ("agent", "we open 8 to 6")], ["4111", "6"]),
        ([("customer", "1200 to 38845996")], ["1200", "38845996"]),
        ([("customer", "4111"), ("agent", "what is your date of birth"), ("customer", "1982")], ["4111", "1982"]),
    ],
)
def test_chains_reach_over_acknowledgements_and_read_backs(turns: Turns, chains: list[str]) -> None:
    """Runs of several turns belong together while nobody says anything else."""
    numbers = find_numbers(conversation(turns), frozenset())
    assert [chain.digits for chain in numbers.chains] == chains


@pytest.mark.parametrize(
    "text",
    [
        "it is $250",
        "about 2,000",
        "since 2012",
        "I want to transfer 1500",
        "press 2",
        "at 930",
        "call us at 1-800-555-0199",
        "two thousand five hundred",
    ],
)
def test_business_numbers_have_a_business_meaning(text: str) -> None:
    """Amounts, years, times, choices and toll-free numbers are marked, so that no recognizer takes them lightly."""
    numbers = find_numbers(conversation([("customer", text)]), frozenset())
    assert all(run.meaning is not Meaning.UNKNOWN for run in numbers.runs)


def test_what_a_meter_reads_is_known_before_anybody_asks() -> None:
    """Said again without a question, too; so no recognizer sees another meaning than the one before it."""
    turns = [
        ("agent", "what does the meter say"),
        ("customer", "04819"),
        ("agent", "lovely and how is the weather where you live today"),
        ("customer", "raining since the morning and everybody is staying inside"),
        ("agent", "okay 04819 that looks about right"),
    ]
    runs = ConversationEngine().read(conversation(turns), KnownIdentity()).numbers.runs
    assert [(run.digits, run.meaning) for run in runs] == [("04819", Meaning.LIKELY_BUSINESS)] * 2
