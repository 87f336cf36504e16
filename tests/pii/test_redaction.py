from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import settings as runs
from hypothesis import strategies as st

from pca_pipeline.call import (
    CtrQuality,
    Direction,
    KnownIdentity,
    RedactedCall,
    SpeechStats,
    Timeline,
)
from pca_pipeline.pii import Redaction, Redactor
from pca_pipeline.settings import load_settings
from tests.pii.conftest import call

TURNS = [
    ("agent", "Thanks, (Maria). What is the card number?"),
    ("customer", "It's 4111 1111, 1111 1111."),
    ("agent", "Your fee is $35. PIN:1234, right?"),
]


@pytest.fixture(scope="module")
def redactor() -> Redactor:
    """One for all tests."""
    return Redactor(load_settings())


def texts(redaction: Redaction) -> list[str]:
    """The redacted texts."""
    return [segment.text for segment in redaction.segments]


def test_labels_stand_for_words_and_marks_stay(redactor: Redactor) -> None:
    """A run of found words becomes one word; what surrounds it in the same word stays."""
    redaction = redactor.redact(call(TURNS), KnownIdentity())
    assert texts(redaction) == [
        "Thanks, (<PERSON>). What is the card number?",
        "It's <CREDIT_CARD>.",
        "Your fee is $35. PIN:<PIN>, right?",
    ]


def test_a_label_takes_the_time_of_its_words(redactor: Redactor) -> None:
    """From the start of the first to the end of the last word."""
    segments = call(TURNS)
    label = redactor.redact(segments, KnownIdentity()).segments[1].words[1]
    assert (label.start, label.end) == (segments[1].words[1].start, segments[1].words[4].end)
    assert label.entity == "CREDIT_CARD"


def test_findings_point_at_the_labels(redactor: Redactor) -> None:
    """Word indices of a redaction are those of its segments; `find` gives those of the raw ones."""
    segments = call(TURNS)
    redaction = redactor.redact(segments, KnownIdentity())
    for finding in redaction.findings:
        words = redaction.segments[finding.segment].words[finding.first_word : finding.last_word + 1]
        assert [word.entity for word in words] == [finding.entity]
    raw = redactor.find(segments, KnownIdentity())
    assert [(f.first_word, f.last_word) for f in raw if f.entity == "CREDIT_CARD"] == [(1, 4)]


def test_nothing_raw_is_shown(redactor: Redactor) -> None:
    """No value in the repr of what leaves the room."""
    redaction = redactor.redact(call(TURNS), KnownIdentity())
    assert "4111" not in repr(redaction)
    assert "Maria" not in repr(redaction)


def test_a_late_record_removes_what_it_names(redactor: Redactor) -> None:
    """Labels stay, new names go, and the audio spans grow by theirs."""
    segments = call([("customer", "send it to brightwater please, my pin is 1234")])
    redaction = redactor.redact(segments, KnownIdentity())
    again = redactor.redact_again(finished(redaction), KnownIdentity(names=("Jo Brightwater",)))
    assert again.segments[0].text == "send it to <PERSON> please, my pin is <PIN>"
    assert [(f.entity, f.first_word) for f in again.findings] == [("PERSON", 3), ("PIN", 8)]
    assert {s.channel for s in again.mute_spans if "PIN" in s.entities} == {0, 1}
    assert any("PERSON" in span.entities for span in again.mute_spans)


@runs(max_examples=40, deadline=None)
@given(
    st.lists(
        st.sampled_from([*TURNS, ("customer", "my name is bob jones"), ("agent", "born March 4, 1982")]),
        min_size=1,
        max_size=5,
    )
)
def test_redaction_is_idempotent_and_keeps_order(redactor: Redactor, turns: list[tuple[str, str]]) -> None:
    """Redacting again finds nothing new, and segments keep speaker, times and order."""
    segments = call(turns)
    redaction = redactor.redact(segments, KnownIdentity())
    again = redactor.redact_again(finished(redaction), KnownIdentity())
    assert again.segments == redaction.segments
    assert again.findings == redaction.findings
    assert [(s.speaker, s.start, s.end) for s in redaction.segments] == [(s.speaker, s.start, s.end) for s in segments]


def finished(redaction: Redaction) -> RedactedCall:
    """A call around a redaction."""
    nobody = Timeline(None, None, datetime.now(UTC), Direction.UNKNOWN, 0, (), (), (), (), CtrQuality.NONE)
    stats = SpeechStats("none", "en", 0.0, None, 0)
    return RedactedCall(
        "call", 60.0, 8000, 2, nobody, redaction.segments, redaction.findings, redaction.mute_spans, stats, ()
    )
