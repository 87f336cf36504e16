from __future__ import annotations

import re
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.redaction_calls import HALVES, make_call
from benchmarks.redaction_speech import FORMS, Speech
from pca_pipeline.pii.turns import TurnRedactor
from pca_pipeline.settings import load_settings

LABEL = re.compile(r"<[A-Z_]+>")
ASKED = {
    "And the account number?": (8, 10),
    "What's the card number?": (16,),
    "Your social security number?": (9,),
    "Could I take a phone number?": (10,),
    "And your PIN, please?": (4, 6),
}
SPOKEN_TURNS = st.lists(
    st.tuples(st.sampled_from(["agent", "customer", "ivr"]), st.text(max_size=60)), min_size=1, max_size=6
)


@pytest.fixture(scope="module")
def redactor() -> TurnRedactor:
    """One engine for all examples."""
    return TurnRedactor(load_settings())


def redact(redactor: TurnRedactor, turns: list[tuple[str, str]]) -> list[str]:
    """The redacted texts of turns."""
    given_turns = [{"speaker": speaker, "text": text} for speaker, text in turns]
    return [turn["text"] for turn in redactor.redact({"turns": given_turns})["turns"]]


def seeded(seed: int, half: str, form: str) -> list[tuple[str, str]]:
    """Speakers and texts of a generated conversation."""
    call = make_call(half, form, Random(seed))
    return [(turn.speaker, " ".join(word.text for word in turn.words)) for turn in call.turns]


CALLS = st.builds(seeded, st.integers(0, 10**9), st.sampled_from(HALVES), st.sampled_from(FORMS))


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.one_of(SPOKEN_TURNS, CALLS))
def test_what_is_not_redacted_stays_in_its_turn_and_order(redactor: TurnRedactor, turns: list[tuple[str, str]]) -> None:
    """One turn out for each turn in; outside the labels every character is kept; only labels make it longer."""
    for (_, before), after in zip(turns, redact(redactor, turns), strict=True):
        kept = LABEL.split(after)
        assert re.fullmatch("(?s)" + ".+".join(map(re.escape, kept)), before) or before == after
        assert len(after) <= len(before) + sum(len(label) for label in LABEL.findall(after))


@settings(max_examples=25, deadline=None, derandomize=True)
@given(CALLS)
def test_redacting_again_changes_nothing(redactor: TurnRedactor, turns: list[tuple[str, str]]) -> None:
    """Labels answer their questions: nothing more is found beside them."""
    once = redact(redactor, turns)
    again = redact(redactor, [(speaker, text) for (speaker, _), text in zip(turns, once, strict=True)])
    assert again == once


@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    question=st.sampled_from(sorted(ASKED)),
    form=st.sampled_from(FORMS),
    seed=st.integers(0, 10**9),
    before=st.lists(st.sampled_from(["It is 20 dollars.", "Okay.", "I moved in 2019.", "Let me look."]), max_size=3),
    lead=st.sampled_from(["", "sure, it's ", "um yeah ", "that would be "]),
)
def test_a_value_is_found_wherever_it_is_planted(
    redactor: TurnRedactor, question: str, form: str, seed: int, before: list[str], lead: str
) -> None:
    """In whatever form it is said, no word of it is left."""
    rng = Random(seed)
    value = "".join(rng.choice("123456789") for _ in range(rng.choice(ASKED[question])))
    said = Speech(form, rng).digits(value).replace("~", "")
    turns = [*(("agent", text) for text in before), ("agent", question), ("customer", lead + said)]
    assert LABEL.sub("", redact(redactor, turns)[-1]).strip(" ,.") in (lead.strip(" ,."), "")
