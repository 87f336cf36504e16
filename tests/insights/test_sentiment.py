from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pca_pipeline.call import Sentiment
from pca_pipeline.insights.sentiment import mean_sentiment, score_segments, score_text, sentiment_change
from tests.insights.calls import make_call, say
from tests.insights.customer_lines import LINES, UNSEEN

ANGRY = "This is completely unacceptable."
HAPPY = "That is wonderful, thank you so much."


def _share_right(lines: tuple[tuple[str, str | None, str], ...]) -> float:
    right = 0
    for text, _, feeling in lines:
        (sentiment,) = score_segments(make_call([say("customer", 0, 9, text)]))
        right += sentiment.label == feeling
    return right / len(lines)


def test_labels_of_known_lines() -> None:
    """Nearly all lines that were used to make the lexicon get their label."""
    assert _share_right(LINES) >= 0.92


def test_labels_of_unseen_lines() -> None:
    """Most unseen lines get their label (measured: 36 of 44)."""
    assert _share_right(UNSEEN) >= 0.75


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Thank you for calling, how can I help you?", "neutral"),
        ("Please hold on, sir, sure, yes, okay.", "neutral"),
        ("Your credit card and your social security number, please.", "neutral"),
        ("I have been on hold for forty minutes.", "negative"),
        ("This is the third time I call.", "negative"),
        ("Nobody called me back.", "negative"),
        ("No problem at all.", "positive"),
        ("No.", "neutral"),
        ("So I want it, so I'd like to.", "neutral"),
        ("That is no good.", "negative"),
        ("", "neutral"),
    ],
)
def test_manners_and_complaints_of_the_telephone(text: str, label: str) -> None:
    """Set phrases are neutral, and mild words of complaint are not."""
    assert score_text(text).label == label


def test_labels_have_no_feeling() -> None:
    """A label's own letters are not scored."""
    call = make_call([say("customer", 0, 2, "My name is [HAPPY]")])
    assert score_segments(call) == (Sentiment(0.0, "neutral"),)


def test_machines_are_neutral() -> None:
    """What an IVR, a queue or the music on hold says is neutral."""
    prompts = [say("ivr_1", 0, 2, HAPPY), say("queue_1", 3, 5, ANGRY), say("hold", 6, 8, ANGRY)]
    assert {one.label for one in score_segments(make_call(prompts))} == {"neutral"}


def test_mean_is_weighted_by_words() -> None:
    """Three words at 1 and one word at -1 make 0.5; labels do not count."""
    scored = [
        (say("customer", 0, 3, "one two three [NAME]"), Sentiment(1.0, "positive")),
        (say("customer", 4, 5, "four"), Sentiment(-1.0, "negative")),
    ]
    assert mean_sentiment(scored) == 0.5


def test_change_is_last_quarter_minus_first() -> None:
    """The middle of the conversation does not count."""
    places = [(10, -0.6), (30, 1.0), (49, 0.2)]
    scored = [
        (say("customer", at, at + 1), Sentiment(score, "")) for at, score in places
    ]  # first quarter ends at 20, last begins at 40
    assert sentiment_change(scored) == pytest.approx(0.8)


@pytest.mark.parametrize("texts", [[], ["[NAME]"]])
def test_nothing_said_is_no_sentiment(texts: list[str]) -> None:
    """Without words there is neither a mean nor a change."""
    scored = [(say("customer", 0, 1, text), Sentiment(0.0, "neutral")) for text in texts]
    assert mean_sentiment(scored) is None
    assert sentiment_change(scored) is None


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=60))
def test_scores_are_bounded(text: str) -> None:
    """Any text scores between -1 and 1, and its label matches the sign."""
    sentiment = score_text(text)
    assert -1 <= sentiment.score <= 1
    assert (sentiment.score > 0.04) >= (sentiment.label == "positive")
    assert (sentiment.score < -0.04) >= (sentiment.label == "negative")
