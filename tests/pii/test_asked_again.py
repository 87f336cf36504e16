"""Questions that are asked once more without their words, after a bad line or a wrong answer."""

from __future__ import annotations

import pytest

from pca_pipeline.call import KnownIdentity
from pca_pipeline.pii.conversation.asks import Ask
from pca_pipeline.pii.conversation.reading import ConversationEngine
from tests.pii.conftest import Found, Turns, conversation

A, C = "agent", "customer"
AGAIN = [
    "Sorry, you broke up.",
    "You cut out after the zero.",
    "you're breaking up",
    "The line dropped there, what was next?",
    "the line went quiet after four one nine",
    "Okay, and then it crackled.",
    "I only heard two digits.",
    "Say that again?",
    "Could you repeat that for me?",
    "One more time, please.",
    "Come again?",
    "I didn't quite catch that.",
    "sorry",
    "Pardon?",
    "And then I lost you.",
    "what was that after one one seven",
    "Sorry, the line's very faint.",
    "no sir",
    "Hmm, that's not matching.",
    "That doesn't match, I'm afraid.",
]
NOT_AGAIN = [
    "I'm sorry to hear that.",
    "Thanks, I'll look it up again.",
    "That's right.",
    "No problem.",
    "Your bill went up.",
    "You missed a payment.",
    "Is it the red one or the blue one that you want?",
]
GOES = [
    ([(A, "And your password?"), (C, "It's"), (A, "Didn't catch that."), (C, "Marmalade.")], "PASSWORD", "Marmalade"),
    (
        [(A, "What's your verbal password?"), (C, "Heron."), (A, "Hmm, that's not matching."), (C, "Then try Kingfisher.")],
        "PASSWORD",
        "Kingfisher",
    ),
    (
        [(A, "what was your first pet"), (C, "biscuit"), (A, "no sir"), (C, "then its buttons")],
        "SECURITY_ANSWER",
        "buttons",
    ),
    (
        [(A, "What's the account number?"), (C, "4471"), (A, "You cut out after the one."), (C, "I said it. 0162.")],
        "ACCOUNT_NUMBER",
        "0162",
    ),
    (
        [(A, "Your birthday and your user name?"), (C, "Um."), (A, "Sorry, say again?"), (C, "May 4th, 1981, olindgren4.")],
        "USERNAME",
        "olindgren4",
    ),
    (
        [(A, "your PIN"), (C, "four two"), (A, "sorry you cut out after the two"), (C, "one nine")],
        "PIN",
        "one nine",
    ),
]  # fmt: skip
STAYS: list[Turns] = [
    [(A, "What's the password?"), (C, "Heron."), (A, "Thanks. What seems to be the problem?"), (C, "It broke."), (A, "Say again?"), (C, "The router.")],
    [(A, "How much did you pay?"), (C, "It was"), (A, "Sorry, you broke up."), (C, "four hundred")],
    [(A, "What can I do for you?"), (C, "I"), (A, "Sorry, I lost you."), (C, "I have 450 errors in 3 days.")],
]  # fmt: skip


def asked(turns: Turns, turn: int) -> list[Ask]:
    """The kinds that a turn asks for once more."""
    questions = ConversationEngine().read(conversation(turns), KnownIdentity()).questions
    return [mention.ask for mention in questions.mentions if mention.turn == turn and mention.renews]


@pytest.mark.parametrize("again", AGAIN)
def test_who_did_not_hear_asks_for_the_same_once_more(again: str) -> None:
    """All kinds of the last question, also after the second time."""
    turns = [(A, "Your name and account number?"), (C, "It's"), (A, again), (C, "I said"), (A, again)]
    assert asked(turns, 2) == asked(turns, 4) == [Ask.NAME, Ask.ACCOUNT]


@pytest.mark.parametrize("other", NOT_AGAIN)
def test_other_turns_ask_for_nothing_again(other: str) -> None:
    """Sympathy, talk and acknowledgements."""
    assert not asked([(A, "Your name and account number?"), (C, "It's"), (A, other)], 2)


@pytest.mark.parametrize(
    "turns",
    [
        [
            (A, "Your account number?"),
            (C, "4471"),
            (A, "And what happened to the router?"),
            (C, "It"),
            (A, "Say again?"),
        ],
        [(A, "Your account number?"), (C, "Sorry, say that again?")],
        [(A, "Your account number?"), (C, "4471"), (A, "Sorry, say your name again?")],
    ],
)
def test_nothing_is_renewed_that_was_not_asked_last(turns: Turns) -> None:
    """Where something else was asked since, where the answering side did not hear, and where the turn says what it asks."""
    assert not asked(turns, len(turns) - 1)


@pytest.mark.parametrize(("turns", "entity", "value"), GOES)
def test_answers_to_a_question_asked_again(found: Found, turns: Turns, entity: str, value: str) -> None:
    """They are of its kind."""
    assert (entity, value) in found(turns)


@pytest.mark.parametrize("turns", STAYS)
def test_talk_behind_a_question_asked_again(found: Found, turns: Turns) -> None:
    """What is no answer, or answers what is nobody's."""
    assert {text for _, text in found(turns)} <= {"Heron"}
