from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.insights import FOLDER, answer, read_judged, redacted_call
from benchmarks.written_redaction import read_conversations
from pca_pipeline.call import Sentiment
from pca_pipeline.insights.sentiment import (
    LABEL_THRESHOLD,
    mean_sentiment,
    score_segments,
    score_text,
    sentiment_change,
)
from review_model.talk import TALK
from tests.insights.calls import make_call, say

ANGRY = "This is completely unacceptable."
HAPPY = "That is wonderful, thank you so much."


def test_labels_of_judged_calls() -> None:
    """How labels agree with a reader's, as F1 of the two that are no neutral, together (measured: 0.60)."""
    conversations = {one.number: one for one in read_conversations(TALK)}
    turns = []
    for judged in read_judged(FOLDER / "development.txt"):
        said = answer(redacted_call(conversations[judged.number]))
        turns += [*zip(judged.customer, said.customer, strict=True), *zip(judged.agent, said.agent, strict=True)]
    right = sum(reader == product != "neutral" for reader, product in turns)
    named = sum(label != "neutral" for pair in turns for label in pair)
    assert 2 * right / named >= 0.57


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Thank you for calling, how can I help you?", "neutral"),
        ("Please hold on, sir, sure, yes, okay.", "neutral"),
        ("Your credit card and your social security number, please.", "neutral"),
        ("I have been on hold for forty minutes.", "negative"),
        ("This is the third time I call.", "negative"),
        ("Nobody called me back.", "negative"),
        ("Thanks so much, you've been wonderful.", "positive"),
        ("Can I speak to your manager? This is ridiculous.", "negative"),
        ("No.", "neutral"),
        ("So I want it, so I'd like to.", "neutral"),
        ("That is just not good enough.", "negative"),
        ("", "neutral"),
    ],
)
def test_manners_and_complaints_of_the_telephone(text: str, label: str) -> None:
    """Set phrases are neutral, and mild words of complaint are not."""
    assert score_text(text).label == label


def test_the_turns_around_count() -> None:
    """The same words weigh more among angry turns than among happy ones."""
    words = "So that's the third letter, then."
    scores = []
    for around in (ANGRY, HAPPY):
        turns = [say("customer", at, at + 1, text) for at, text in enumerate((around, words, around))]
        scores.append(score_segments(make_call(turns))[1].score)
    assert scores[0] < scores[1] - 0.1


def test_who_says_it_counts() -> None:
    """What is a complaint of a customer is news from an agent."""
    spoken = [make_call([say(speaker, 0, 2, "We can't do that.")]) for speaker in ("customer", "agent_1")]
    assert [score_segments(call)[0].label for call in spoken] == ["negative", "neutral"]


def test_labels_have_no_feeling() -> None:
    """A label's own letters are not scored."""
    spoken = [
        make_call([say("customer", 0, 2, text)]) for text in ("[HAPPY]", "My name is [HAPPY]", "My name is [SAD]")
    ]
    label_alone, happy, sad = map(score_segments, spoken)
    assert label_alone == (Sentiment(0.0, "neutral"),)
    assert happy == sad


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
    assert (sentiment.score >= LABEL_THRESHOLD) == (sentiment.label == "positive")
    assert (sentiment.score <= -LABEL_THRESHOLD) == (sentiment.label == "negative")
