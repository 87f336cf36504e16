from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pca_pipeline.call import Finding, MuteSpan, Recording, Segment, Word
from pca_pipeline.errors import RedactionError
from pca_pipeline.pii.sound.spans import merge, mute_spans

RATE = 8000


def segment(*words: tuple[str, float, float], channel: int = 0, unsure: str = "") -> Segment:
    """A segment of timed words, all but one of them sure."""
    return Segment(
        "customer",
        channel,
        tuple(Word(text, start, end, 0.1 if text == unsure else 0.9, channel) for text, start, end in words),
    )


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


def test_a_span_grows_by_a_pad_without_a_recording() -> None:
    """A quarter of a second on either side, into the neighbouring words too: their times are no truer."""
    words = segment(("is", 1.0, 1.4), ("Maria", 1.4, 1.8), ("Lopez", 1.8, 2.2), ("okay", 4.0, 4.2))
    (span,) = mute_spans([words], [finding("PERSON", 1, 2)])
    assert (span.start, span.end) == (pytest.approx(1.15), pytest.approx(2.45))


def spoken(*times: tuple[float, float], seconds: float = 6.0) -> Recording:
    """Sound between some moments on channel 0, faint noise besides and on channel 1."""
    rng = np.random.default_rng(7)
    channels = rng.normal(0, 0.0005, (2, round(seconds * RATE)))
    for start, end in times:
        first, last = round(start * RATE), round(end * RATE)
        channels[0, first:last] += rng.normal(0, 0.1, last - first)
    return Recording(channels.astype(np.float32), RATE, "PCM_16")


@pytest.mark.parametrize(("start", "end"), [(1.0, 2.0), (1.15, 1.85), (1.3, 1.7), (0.9, 2.1)])
def test_a_span_grows_to_the_nearest_pause(start: float, end: float) -> None:
    """Whatever the word's times say, up to 0.3 s inside of the sound: all of it is covered, and little more."""
    words = segment(("Maria", start, end), ("okay", 3.0, 3.5))
    (span,) = mute_spans([words], [finding("PERSON", 0, 0)], spoken((1.0, 2.0), (3.0, 3.5)))
    assert span.start <= 1.0 and span.end >= 2.0
    assert span.end - span.start < 1.4


def test_a_span_cuts_into_speech_without_a_pause() -> None:
    """A quarter of a second of the words beside it, no more."""
    words = segment(("is", 1.0, 2.0), ("Maria", 2.0, 2.5), ("okay", 2.5, 4.0))
    (span,) = mute_spans([words], [finding("PERSON", 1, 1)], spoken((1.0, 4.0)))
    assert (span.start, span.end) == (pytest.approx(1.75), pytest.approx(2.75))


def test_words_where_nothing_sounds_mute_their_segment() -> None:
    """Times in the silence before the speech cannot be true; of the segment all that sounds is muted."""
    words = segment(("Maria", 3.0, 3.5), ("Lopez", 5.0, 5.5))
    (span,) = mute_spans([words], [finding("PERSON", 0, 0)], spoken((5.0, 5.6)))
    assert span.start <= 5.0 and span.end >= 5.6


@pytest.mark.parametrize(("start", "end"), [(0.2, 2.0), (1.0, 2.9), (0.3, 2.8)])
def test_silence_at_the_edges_is_left(start: float, end: float) -> None:
    """Alignment gives a pause to the word beside it; nothing sounds there, so nothing is muted there."""
    (span,) = mute_spans([segment(("Maria", start, end))], [finding("PERSON", 0, 0)], spoken((1.0, 2.0)))
    assert (span.start, span.end) == (pytest.approx(0.92, abs=0.03), pytest.approx(2.08, abs=0.03))


@pytest.mark.parametrize(("unsure", "end"), [("ton", 2.6), ("", 1.75)])
def test_a_word_that_was_not_understood_may_be_the_rest_of_a_name(unsure: str, end: float) -> None:
    """An unlikely word right beside a finding is muted with it; a likely one keeps its sound."""
    words = segment(("Stephanie", 1.0, 1.5), ("ton", 1.5, 2.5), ("okay", 3.4, 3.8), unsure=unsure)
    (span,) = mute_spans([words], [finding("PERSON", 0, 0)], spoken((1.0, 2.5), (3.4, 3.8)))
    assert span.start <= 1.0 and span.end == pytest.approx(end, abs=0.05)


def test_sound_that_no_word_was_made_of_belongs_to_the_finding_beside_it() -> None:
    """Half of a name was heard: the rest sounds on until a pause, and no other word begins there."""
    words = segment(("Laura", 1.0, 1.3), ("Thanks", 4.0, 4.4))
    (span,) = mute_spans([words], [finding("PERSON", 0, 0)], spoken((1.0, 2.2), (4.0, 4.4)))
    assert span.start <= 1.0 and 2.2 <= span.end < 2.4


def test_a_time_that_cannot_be_true_mutes_its_phrase_and_no_other() -> None:
    """Up to a pause behind the nearest word of a true time: a mono recording may be one segment."""
    words = segment(("so", 0.5, 0.7), ("it's", 2.0, 2.2), ("Scott", 2.3, 2.3), ("okay", 2.9, 3.2), ("now", 5.0, 5.3))
    (span,) = mute_spans([words], [finding("PERSON", 2, 2)])
    assert (span.start, span.end) == (pytest.approx(1.75), pytest.approx(3.45))


def test_words_outside_of_the_recording_stop_the_call() -> None:
    """Fail closed: what was found is somewhere, and cannot be muted."""
    with pytest.raises(RedactionError):
        mute_spans([segment(("Maria", 8.0, 8.5))], [finding("PERSON", 0, 0)], spoken((1.0, 2.0)))


@settings(max_examples=40, deadline=None)
@given(
    start=st.floats(0.5, 4.0),
    length=st.floats(0.3, 1.5),
    noise=st.tuples(st.floats(-0.15, 0.15), st.floats(-0.15, 0.15)),
    gap=st.floats(0.0, 0.4),
)
def test_wrong_times_leave_nothing_audible(start: float, length: float, noise: tuple[float, float], gap: float) -> None:
    """Word times up to 0.15 s wrong, other words as near as can be: the value lies within the span."""
    end = start + length
    recording = spoken(
        (max(0.0, start - gap - 0.4), start - gap), (start, end), (end + gap, end + gap + 0.4), seconds=8
    )
    words = segment(("is", start - 0.4, start), ("Maria", start + noise[0], end + noise[1]))
    (span,) = mute_spans([words], [finding("PERSON", 1, 1)], recording)
    assert span.start <= start + 0.001 and span.end >= end - 0.001


def test_a_span_is_never_shorter_than_its_digits_need() -> None:
    """A quarter of a second for each digit, though the words around it are touched."""
    words = segment(("is", 1.0, 1.5), ("4111111111111111", 1.5, 3.1), ("okay", 3.1, 3.3))
    (span, _) = mute_spans([words], [finding("PIN", 1, 1)])
    assert span.end - span.start == pytest.approx(16 * 0.25)


@pytest.mark.parametrize("entity", ["PIN", "PERSON"])
def test_the_echo_of_a_value_is_muted_to_its_end(entity: str) -> None:
    """An echo comes later, so its end does: it may not stick out behind the span."""
    recording = spoken((1.0, 2.0))
    recording.channels[1, RATE + 1600 : 2 * RATE + 1600] += 0.2 * recording.channels[0, RATE : 2 * RATE]
    spans = mute_spans([segment(("Maria", 1.0, 2.0))], [finding(entity, 0, 0)], recording)
    assert [span.channel for span in spans] == [0, 1] and spans[1].end >= 2.2


@pytest.mark.parametrize("times", [(1.5, 1.5), (2.0, 1.0), (-1.0, 1.0), (1.5, 1.6)])
def test_a_word_without_a_trustworthy_time_mutes_its_segment(times: tuple[float, float]) -> None:
    """No length, a negative one, or less than digits can be said in."""
    words = segment(("my", 0.5, 0.7), ("4111", *times), ("okay", 4.0, 4.5))
    spans = mute_spans([words], [finding("PIN", 1, 1)])
    assert all(span.start <= 0.5 and span.end >= 4.5 for span in spans)


def test_a_name_without_a_trustworthy_time_mutes_its_phrase() -> None:
    """A pause behind a word of trustworthy time ends it; a number takes the whole segment."""
    words = segment(
        ("thanks", 0.5, 0.9),
        ("so", 2.0, 2.2),
        ("Maria", 3.0, 3.0),
        ("okay", 3.4, 3.8),
        ("then", 5.0, 5.4),
        ("bye", 5.4, 5.8),
    )
    spans = {entity: mute_spans([words], [finding(entity, 2, 2)])[0] for entity in ("PERSON", "PIN")}
    assert spans["PERSON"].start > 1.1 and spans["PIN"].start <= 0.5
    assert spans["PERSON"].end < 5.0 and spans["PIN"].end >= 5.8


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
