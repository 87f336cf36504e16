from __future__ import annotations

import re
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.redaction_calls import HALVES, make_call
from benchmarks.redaction_speech import FORMS, UNITS, Speech, in_words
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


LEADS = st.sampled_from(["", "sure, it's ", "um yeah ", "that would be "])
ACKS = ["Okay.", "Mhm, go on.", "Lovely, and then?", "Got that.", "Brilliant, carry on.", "Right."]


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    kind=st.sampled_from(["date of birth", "email address", "expiration date of the card"]),
    form=st.sampled_from(FORMS),
    seed=st.integers(0, 10**9),
    lead=LEADS,
    wait=st.booleans(),
)
def test_dates_and_addresses_are_found_however_they_are_said(
    redactor: TurnRedactor, kind: str, form: str, seed: int, lead: str, wait: bool
) -> None:
    """In any order and wording, also where the answer comes two turns after the question."""
    rng = Random(seed)
    speech = Speech(form, rng)
    said = {
        "date of birth": lambda: speech.date(rng.randrange(1935, 2006), rng.randrange(1, 13), rng.randrange(1, 29), rng.random() < 0.3),
        "email address": lambda: speech.email("Anjali", "Kovacs", spell=rng.random() < 0.3),
        "expiration date of the card": lambda: speech.expiry(rng.randrange(1, 13), rng.randrange(2026, 2033)),
    }[kind]().replace("~", "")  # fmt: skip
    said = in_words(said) if form == "bare" else said
    asked = [
        ("agent", f"And your {kind}?"),
        *([("customer", "One moment."), ("agent", "Take your time.")] if wait else []),
    ]
    after = redact(redactor, [*asked, ("customer", lead + said)])[-1]
    assert LABEL.sub("", after).strip(" ,.") in (lead.strip(" ,."), ""), said


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    question=st.sampled_from(sorted(ASKED)),
    form=st.sampled_from(FORMS),
    seed=st.integers(0, 10**9),
    echo=st.booleans(),
)
def test_a_number_in_pieces_is_found_in_every_turn(
    redactor: TurnRedactor, question: str, form: str, seed: int, echo: bool
) -> None:
    """Said over several turns, with acknowledgements between, and read back piece by piece or at the end."""
    rng = Random(seed)
    value = "".join(rng.choice("123456789") for _ in range(max(7, rng.choice(ASKED[question]))))
    speech = Speech(form, rng)
    turns: list[tuple[str, str]] = [("agent", question)]
    for piece in speech.pieces(value):
        turns.append(("customer", speech.digits(piece, (len(piece),)).replace("~", "")))
        back = speech.digits(piece, (len(piece),)).replace("~", "") + ". " if echo else ""
        turns.append(("agent", back + rng.choice(ACKS)))
    after = redact(redactor, turns)[1:]
    assert not any(map(str.isdigit, "".join(after)))
    left = {word.strip(".,") for text in after for word in LABEL.sub("", text).lower().split()}
    assert not left & {*UNITS, "double", "triple", "treble", "oh"}


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    question=st.sampled_from(sorted(ASKED)),
    seed=st.integers(0, 10**9),
    slip=st.sampled_from(["drop", "double", "odd", "homophone"]),
)
def test_a_number_is_found_though_a_word_is_misheard(
    redactor: TurnRedactor, question: str, seed: int, slip: str
) -> None:
    """One word dropped, doubled or another: the digits left and right of it are found."""
    rng = Random(seed)
    words = [UNITS[rng.randrange(1, 10)] for _ in range(max(7, rng.choice(ASKED[question])))]
    at = rng.randrange(2, len(words) - 2)
    words[at : at + 1] = {
        "drop": [],
        "double": [words[at]] * 2,
        "odd": [rng.choice(["well", "just", "now", "like", "be"])],
        "homophone": [rng.choice(["to", "for", "ate", "won"])],
    }[slip]
    after = redact(redactor, [("agent", question), ("customer", " ".join(words))])[-1]
    assert not set(LABEL.sub("", after).split()) & set(UNITS), " ".join(words)
