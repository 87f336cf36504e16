from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pca_pipeline.audio import KeyPress
from pca_pipeline.call import KnownIdentity, Recording, Segment, Word
from pca_pipeline.pii import Redactor
from pca_pipeline.pii.sound.dtmf import keyed_spans
from pca_pipeline.pii.sound.spans import mute_spans
from pca_pipeline.settings import PiiSettings, load_settings
from sample_calls import telephone
from tests.pii.test_policy import write

PIN = "Please enter your four digit PIN"
CARD = "Enter your card number followed by the pound key"
CODE = "Now the three digit security code on the back"


def presses(keys: str, start: float = 10.0, apart: float = 0.3, channel: int = 0) -> list[KeyPress]:
    """Keys pressed one after the other."""
    return [KeyPress(k, channel, start + at * apart, start + at * apart + 0.1) for at, k in enumerate(keys)]


def asked(text: str, end: float) -> list[Segment]:
    """A machine's question that is over at a moment."""
    words = text.split()
    first = end - 0.4 * len(words)
    timed = (Word(w, first + 0.4 * at, first + 0.4 * at + 0.4, 0.9, 1) for at, w in enumerate(words))
    return [Segment("ivr_1", 1, tuple(timed))]


@pytest.mark.parametrize(
    ("question", "keys", "entity"),
    [
        (None, "49210467", "NUMBER"),
        (None, "49210467#", "NUMBER"),
        (None, "4111111111111111#", "CREDIT_CARD"),
        (PIN, "4921", "PIN"),
        (CARD, "4111111111111111", "CREDIT_CARD"),
        (CODE, "123", "CVV"),
        ("What is your zip code", "60614", "ZIP_CODE"),
        ("Enter the number", "77", "NUMBER"),
        ("Enter the number", "4111111111111111", "CREDIT_CARD"),
        (None, "1", None),
        (None, "123", None),
        (None, "*##*", None),
        (PIN, "1", None),
        ("For new plans press one", "1", None),
    ],
)
def test_numbers_are_muted_and_menu_choices_are_not(question: str | None, keys: str, entity: str | None) -> None:
    """Four digits in a row, or two after a question for a number, on every channel, named by the question."""
    spans = list(keyed_spans(presses(keys), asked(question, 9.0) if question else [], 2))
    assert [(span.channel, span.entities) for span in spans] == ([(0, (entity,)), (1, (entity,))] if entity else [])


def test_digits_as_many_as_a_cards_may_be_one() -> None:
    """Whatever was asked for: a policy that removes cards removes them."""
    (span, _) = keyed_spans(presses("4111111111111111"), asked("What is your account number", 9.0), 2)
    assert span.entities == ("ACCOUNT_NUMBER", "CREDIT_CARD")


@pytest.mark.parametrize(
    ("question", "entities"), [(None, ("NUMBER", "PIN")), ("Enter your passcode", ("PASSWORD", "PIN"))]
)
def test_a_few_digits_may_be_a_pin(question: str | None, entities: tuple[str, ...]) -> None:
    """Where the question was not heard, or called it otherwise: no original is stored with them."""
    (span, _) = keyed_spans(presses("4921"), asked(question, 9.0) if question else [], 2)
    assert span.entities == entities


def test_a_question_counts_for_a_while() -> None:
    """Three keys long after the question are no security code."""
    assert list(keyed_spans(presses("123", start=60.0), asked(CODE, 9.0), 2)) == []


def test_a_number_is_one_span_and_its_echo_is_no_second_one() -> None:
    """From the first key to the last, whatever was missed between; keys heard on both channels count once."""
    one = presses("49", apart=1.5)
    echo = [KeyPress(press.key, 1, press.start + 0.1, press.end + 0.1) for press in one]
    both = sorted(one + echo, key=lambda press: press.start)
    assert list(keyed_spans(both, [], 2)) == []
    (span, _) = keyed_spans(sorted(both + presses("21", 13.0), key=lambda p: p.start), [], 2)
    assert span.start <= 10.0 and span.end >= 13.4


def test_menu_choices_minutes_apart_are_no_number() -> None:
    """Four keys of four menus."""
    apart = [press for at in range(4) for press in presses("2", start=10.0 + 8 * at)]
    assert list(keyed_spans(apart, [], 2)) == []


def recorded(keys: str) -> tuple[Recording, float]:
    """Ten seconds with keys pressed from second 2 on, and how long they take."""
    tones = telephone.dtmf(keys)
    channels = np.random.default_rng(1).normal(0, 0.0005, (2, 8000 * 10)).astype(np.float32)
    channels[0, 16000 : 16000 + tones.size] += tones
    return Recording(channels, 8000, "PCM_16"), tones.size / 8000


def test_keyed_numbers_in_a_recording_are_muted() -> None:
    """Tones under speech recognition's nose, found in the sound and muted on both channels, whatever was said."""
    recording, seconds = recorded("4111111111111111")
    spans = mute_spans([], [], recording)
    assert [(span.channel, span.entities) for span in spans] == [(0, ("CREDIT_CARD",)), (1, ("CREDIT_CARD",))]
    assert all(span.start <= 2.0 and span.end >= 2.0 + seconds - 0.08 for span in spans)
    assert all(span.end - span.start < seconds + 0.2 for span in spans)


@pytest.mark.parametrize(
    ("question", "keys", "removed", "gone"),
    [
        ("What is your zip code", "60614", "CREDIT_CARD", False),
        ("What is your zip code", "60614", "ZIP_CODE", True),
        (None, "49210467", "CREDIT_CARD", False),
        (None, "49210467", "NUMBER", True),
        (None, "4921", "CREDIT_CARD", True),
        (None, "4111111111111111", "CREDIT_CARD", True),
        ("What is your account number", "4111111111111111", "CREDIT_CARD", True),
        (PIN, "4921", "CREDIT_CARD", True),
        (CODE, "123", "CREDIT_CARD", True),
    ],
)
def test_the_policy_decides_on_keyed_numbers(
    question: str | None, keys: str, removed: str, gone: bool, tmp_path: Path
) -> None:
    """By what was asked for, else as a number; PINs and security codes are muted whatever the policy removes."""
    settings = load_settings(pii=PiiSettings(policy=write(tmp_path, redact=f'["{removed}"]', agent_names='"keep"')))
    segments = asked(question, 1.5) if question else []
    redaction = Redactor(settings).redact(segments, KnownIdentity(), recorded(keys)[0])
    assert [span.channel for span in redaction.mute_spans] == ([0, 1] if gone else [])
