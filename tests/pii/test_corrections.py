from __future__ import annotations

import pytest

from tests.pii.conftest import Found, Turns

ASKED: Turns = [("agent", "What's the account number?"), ("customer", "It's 4471 3380 291.")]


@pytest.mark.parametrize(
    ("turns", "digits"),
    [
        ([("customer", "No wait, 6 not one.")], ["6", "one"]),
        ([("customer", "Sorry, that's 3, not seven.")], ["3", "seven"]),
        ([("agent", "Let me type that in."), ("customer", "I mean eight instead of 1.")], ["eight", "1"]),
        ([("customer", "no no one i said three but it's one")], ["one", "three", "one"]),
        ([("customer", "i said oh but it's eight")], ["oh", "eight"]),
        ([("customer", "Make that a 5.")], ["5"]),
        ([("agent", "44713380281, right?"), ("customer", "It's a 9 instead of the 8.")], ["9", "8"]),
        ([("agent", "44713380281, right?"), ("customer", "You've got an 8 where there should be a 9.")], ["8", "9"]),
        ([("agent", "44713380281."), ("customer", "Not 8, 9.")], ["8", "9"]),
        ([("agent", "4471 380 291."), ("customer", "You missed a 3.")], ["3"]),
        ([("customer", "Swap the 9 and the 1.")], ["9", "1"]),
        ([("agent", "Was that a 2 or a 7?"), ("customer", "It's a 7.")], ["2", "7", "7"]),
        ([("customer", "I think that's a 7, not a 1, the print is tiny.")], ["7", "1"]),
        ([("customer", "Sorry, three instead of won.")], ["three", "won"]),
        ([("customer", "917 actually that's a 918 555 0136")], ["917"]),
        ([("customer", "4471 hold on, somebody's at the door, sorry, 882, I believe.")], ["882"]),
    ],
)
def test_digits_of_corrections_belong_to_the_number_before(turns: Turns, digits: list[str], found: Found) -> None:
    """The wrong digit and the right one, by whomever."""
    claims = found([*ASKED, *turns])
    assert {entity for entity, _ in claims} == {"ACCOUNT_NUMBER"}
    said = [word.strip(",.") for _, text in claims for word in text.split() if len(word.strip(",.")) < 6]
    assert [word for word in said if word in digits] == digits


@pytest.mark.parametrize(
    "turns",
    [
        [("agent", "How many people are on the plan?"), ("customer", "No, 2 not 3.")],
        [("agent", "What time works?"), ("customer", "Actually make that 4, not 5.")],
        [("agent", "It takes 5 days."), ("customer", "No, 3, not 5.")],
        [("agent", "The fee is $25."), ("customer", "It should be 15, not 25.")],
        [("customer", "It should be 30, not 40.")],
        [("customer", "I said I wanted 3 of them, not 4.")],
        [("customer", "No, not that one. Sorry, one second.")],
        [("agent", "I'm missing one.")],
        [("customer", "I'm in! 14 missed calls.")],
        [("customer", "No, channel 2 not 3 channels.")],
    ],
)
def test_other_numbers_are_no_corrections(turns: Turns, found: Found) -> None:
    """Counts, amounts and times, and what no digit of the value is set against."""
    assert [text for _, text in found([*ASKED, *turns])] == ["4471 3380 291"]


@pytest.mark.parametrize(
    ("turns", "digits"),
    [
        (["423, are you with me?", "727", "and the last bit is 6"], ["423", "727", "6"]),
        (["98128", "then 35", "and 71", "1,320", "four"], ["98128", "35", "71", "1,320", "four"]),
        (["four hundred two are you with me", "then six one eight", "oh six nine five"], ["four hundred two"]),
        (["4186", "12:51", "49"], ["4186", "12:51", "49"]),
    ],
)
def test_pieces_belong_to_the_number_that_is_given_over_turns(
    turns: list[str], digits: list[str], found: Found
) -> None:
    """However short they are, and however recognition writes them."""
    said = [turn for text in turns for turn in (("customer", text), ("agent", "Okay, go on."))]
    claims = [text for _, text in found([("agent", "What is your order number?"), *said])]
    assert claims[: len(digits)] == digits
    assert len(claims) == len(turns)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("How many of you are there?", "So, 12."),
        ("And the last four?", "Hmm."),
        ("Okay, how much is it?", "$56.64."),
        ("Okay.", "I have 2 things."),
        ("Thanks. Is it floor one or two?", "Two."),
    ],
)
def test_short_answers_to_something_else_are_no_pieces(question: str, answer: str, found: Found) -> None:
    """Only what is said between two pieces without another topic."""
    assert [text for _, text in found([*ASKED, ("agent", question), ("customer", answer)])] == ["4471 3380 291"]


@pytest.mark.parametrize(
    ("said", "question"),
    [
        ("First is 126, then 171, after that 35, and the last piece is 0.", "What are the digits at the bottom of the check?"),
        ("The first ones are 4552, next 6880, then 0845, and last 5, 8, 4, 8.", "And your card?"),
        ("six zero two ones seven two sixes", "What is the account number?"),
    ],
)  # fmt: skip
def test_a_number_in_announced_pieces_is_whole(said: str, question: str, found: Found) -> None:
    """Pieces announced by their place: by ordinals, "next", "after that" and "the last bit"."""
    covered = " ".join(text for _, text in found([("agent", question), ("customer", said)]))
    digits = [word for word in said.replace(",", "").replace(".", "").split() if word.isdigit()] or said.split()
    assert [word for word in digits if word not in covered.replace(",", "").split()] == []


@pytest.mark.parametrize(
    ("value", "repeated", "piece"),
    [
        ("318 661 220.", "So the last digits are 20?", "20"),
        ("318 661 220.", "I have 31 so far.", "31"),
    ],
)
def test_a_piece_that_the_agent_repeats_is_found(value: str, repeated: str, piece: str, found: Found) -> None:
    """The beginning or the end of a number, said again to ask for the rest."""
    claims = found([("agent", "What's your account number?"), ("customer", value), ("agent", repeated)])
    assert claims[-1] == ("ACCOUNT_NUMBER", piece)


@pytest.mark.parametrize(
    "remark", ["You're number 20 in the queue.", "It's at plaza 31.", "It's free until 20 or so at the shop."]
)
def test_counts_that_a_number_ends_with_are_no_pieces(remark: str, found: Found) -> None:
    """Two digits say little where other words are beside them."""
    claims = found([("agent", "What's your account number?"), ("customer", "318 661 220."), ("agent", remark)])
    assert [text for _, text in claims] == ["318 661 220"]
