from __future__ import annotations

import numpy as np
import pytest

from pca_pipeline.call import Finding, Recording, Segment, Word
from pca_pipeline.pii.sound.spans import mute_spans

RATE = 8000
ANSWER = (4.0, 7.0)  # seconds in which the customer says what nobody understood


def recording(level: float) -> Recording:
    """The agent asks on channel 1 and goes on later; on channel 0 there is an answer of that level, and words."""
    rng = np.random.default_rng(5)
    channels = rng.normal(0, 0.0003, (2, 14 * RATE))
    for channel, start, end, loud in (
        (1, 1.0, 3.5, 0.1),
        (0, *ANSWER, level),
        (1, 8.0, 9.0, 0.1),
        (0, 10.0, 11.0, 0.1),
    ):
        first, last = round(start * RATE), round(end * RATE)
        channels[channel, first:last] += rng.normal(0, loud, last - first)
    return Recording(channels.astype(np.float32), RATE, "PCM_16")


def said(speaker: str, channel: int, start: float, text: str) -> Segment:
    """A segment of words of a quarter of a second each."""
    words = text.split()
    return Segment(
        speaker, channel, tuple(Word(w, start + i / 4, start + (i + 1) / 4, 0.9, channel) for i, w in enumerate(words))
    )


def segments(question: str) -> list[Segment]:
    """What was understood."""
    return [
        said("agent_1", 1, 1.0, question),
        said("agent_1", 1, 8.0, "Thank you very much."),
        said("customer", 0, 10.0, "You are quite welcome."),
    ]


CARD = "What is your credit card number please sir?"


@pytest.mark.parametrize(
    ("question", "level", "muted"),
    [
        (CARD, 0.1, [0, 1]),
        ("What is your phone number please tell me?", 0.1, [0]),
        ("How are you today I am quite fine?", 0.1, []),
        (CARD, 0.005, []),
    ],
)
def test_an_answer_that_nobody_understood_is_muted(question: str, level: float, muted: list[int]) -> None:
    """As loud as speech, no words, and a number was asked for; not after other questions, nor an echo of the agent."""
    spans = mute_spans(segments(question), (), recording(level))
    assert [span.channel for span in spans] == muted
    assert all(span.start <= ANSWER[0] and span.end >= ANSWER[1] and span.end - span.start < 3.6 for span in spans)


def test_a_part_that_nobody_understood_is_muted() -> None:
    """After one part of a number the next is awaited, though nobody asks again."""
    words = [said("customer", 0, 3.0, "4111"), *segments("Fine.")[1:]]
    part = Finding("CREDIT_CARD", 0, 0, 0, 0, 3.0, 3.25, 0.9, "test")
    spans = mute_spans(words, (part,), recording(0.1))
    assert {span.channel for span in spans} == {0, 1}
    assert all(max(span.end for span in spans if span.channel == channel) >= ANSWER[1] for channel in (0, 1))


def test_words_that_were_understood_are_kept() -> None:
    """An answer in words that are nobody's data keeps its sound."""
    words = [*segments(CARD), said("customer", 0, 4.0, "I do not have it here with me at the moment sir")]
    assert not mute_spans(sorted(words, key=lambda s: s.start), (), recording(0.1))
