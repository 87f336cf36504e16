from __future__ import annotations

import numpy as np
import pytest

from pca_pipeline.call import Finding, MuteSpan, Recording, Segment, Word
from pca_pipeline.pii.audio_spans import merge, mute_spans

RATE = 8000


def segment(*words: tuple[str, float, float], channel: int = 0) -> Segment:
    """A segment of timed words."""
    return Segment("customer", channel, tuple(Word(text, start, end, 0.9, channel) for text, start, end in words))


def finding(entity: str, first: int, last: int, at: int = 0, channel: int = 0) -> Finding:
    """A finding in a segment."""
    return Finding(entity, at, first, last, channel, 0.0, 0.0, 0.9, "test")


@pytest.mark.parametrize(
    ("entity", "channels"),
    [
        ("CREDIT_CARD", [0, 1]),
        ("CVV", [0, 1]),
        ("PIN", [0, 1]),
        ("US_SSN", [0, 1]),
        ("PERSON", [0]),
        ("PHONE_NUMBER", [0]),
    ],
)
def test_secrets_are_muted_on_both_channels(entity: str, channels: list[int]) -> None:
    """Card, CVV, PIN and SSN on every channel, the rest on their own."""
    spans = mute_spans([segment(("it's", 1.0, 1.2), ("four", 1.4, 1.8))], [finding(entity, 1, 1)])
    assert [span.channel for span in spans] == channels


def test_a_span_grows_into_half_of_the_gaps() -> None:
    """Half of the gap to the neighbouring words, at most a quarter of a second."""
    words = segment(("is", 1.0, 1.2), ("Maria", 1.4, 1.8), ("Lopez", 1.8, 2.2), ("okay", 4.0, 4.2))
    (span,) = mute_spans([words], [finding("PERSON", 1, 2)])
    assert (span.start, span.end) == (pytest.approx(1.3), pytest.approx(2.45))


def test_a_span_is_never_shorter_than_its_digits_need() -> None:
    """A quarter of a second for each digit, though the words around it are touched."""
    words = segment(("is", 1.0, 1.5), ("4111", 1.5, 2.0), ("okay", 2.0, 2.2))
    (span, _) = mute_spans([words], [finding("PIN", 1, 1)])
    assert span.end - span.start == pytest.approx(1.0)


@pytest.mark.parametrize("times", [(1.5, 1.5), (2.0, 1.0), (-1.0, 1.0), (1.5, 1.6)])
def test_a_word_without_a_trustworthy_time_mutes_its_segment(times: tuple[float, float]) -> None:
    """No length, a negative one, or less than digits can be said in."""
    words = segment(("my", 0.5, 0.7), ("4111", *times), ("okay", 4.0, 4.5))
    spans = mute_spans([words], [finding("PIN", 1, 1)])
    assert all(span.start <= 0.5 and span.end >= 4.5 for span in spans)


@pytest.mark.parametrize(("gap", "count"), [(0.39, 1), (0.41, 2)])
def test_near_spans_become_one(gap: float, count: int) -> None:
    """Spans of one channel closer than 0.4 s merge and name all that is under them."""
    spans = merge(
        [MuteSpan(0, 1.0, 2.0, ("PIN",)), MuteSpan(0, 2.0 + gap, 4.0, ("CVV",)), MuteSpan(1, 1.0, 2.0, ("PIN",))]
    )
    assert len(spans) == count + 1
    assert spans[0].entities == (("CVV", "PIN") if count == 1 else ("PIN",))


def test_spans_lie_within_the_recording() -> None:
    """Clipped at both ends."""
    recording = Recording(np.zeros((2, 2 * RATE), np.float32), RATE, "PCM_16")
    spans = mute_spans([segment(("4111", 0.0, 1.9))], [finding("PIN", 0, 0)], recording)
    assert all(0 <= span.start < span.end <= 2.0 for span in spans)


@pytest.mark.parametrize(("echo", "channels"), [(0.2, [0, 1]), (0.0, [0])])
def test_an_echo_is_muted_where_it_is_heard(echo: float, channels: list[int]) -> None:
    """A name that is heard on the other channel a little later is muted there as well; other speech there is not."""
    rng = np.random.default_rng(7)
    voice = np.zeros(4 * RATE, np.float32)
    voice[RATE : 2 * RATE] = rng.normal(0, 0.1, RATE)
    other = rng.normal(0, 0.01, 4 * RATE).astype(np.float32)
    other[RATE + 800 : 2 * RATE + 800] += echo * voice[RATE : 2 * RATE]
    recording = Recording(np.stack([voice, other]), RATE, "PCM_16")
    spans = mute_spans([segment(("Maria", 1.0, 2.0))], [finding("PERSON", 0, 0)], recording)
    assert [span.channel for span in spans] == channels
