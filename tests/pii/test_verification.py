from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pca_pipeline import audio
from pca_pipeline.call import KnownIdentity, MuteSpan, Recording, Samples, SpeechStats, Transcript, Word
from pca_pipeline.errors import RedactionError
from pca_pipeline.pii import Redactor, verify
from pca_pipeline.settings import load_settings
from tests.factories import mute_copy
from tests.pii.conftest import Turns, call

SEGMENTS = call(
    [
        ("customer", "My name is Bogdan Ostrowski, card 4111 1111 1111 1111."),
        ("agent", "I see a charge of $4,299 for Bogota."),
    ]
)
RATE = 8000


def transcript(text: str) -> Transcript:
    """What the second listening hears."""
    words = tuple(Word(word, at, at + 0.5, 0.9, 0) for at, word in enumerate(text.split()))
    return Transcript(words, SpeechStats("none", "en", 0.0, None, 0))


@pytest.fixture(scope="module")
def original() -> Recording:
    """Half a minute of noise on two channels, loud where something is said."""
    noise = np.random.default_rng(1).normal(0, 0.1, (2, 30 * RATE))
    noise[:, round(max(segment.end for segment in SEGMENTS) * RATE) :] *= 0.01
    return Recording(noise.astype(np.float32), RATE, "PCM_16")


def blocks(recording: Recording) -> list[Samples]:
    """The samples as they are read from a file; spans begin and end within and across."""
    return [recording.channels[:, at : at + 3000] for at in range(0, recording.channels.shape[1], 3000)]


@pytest.mark.parametrize("fill", ["silence", "tone"])
def test_a_clean_result_passes(original: Recording, fill: audio.Fill) -> None:
    """Muted samples, and a transcript that holds only what was kept: all of it was looked at, and that is told."""
    redaction = Redactor(load_settings()).redact(SEGMENTS, KnownIdentity(), original)
    muted = mute_copy(original, redaction.mute_spans, fill)
    heard = transcript("My name is card I see a charge of $4,299")
    proof = verify(blocks(original), muted, redaction, SEGMENTS, heard)
    seconds = sum(span.end - span.start for span in redaction.mute_spans)
    assert proof.spans == len(redaction.mute_spans) == 2
    assert proof.muted_seconds == pytest.approx(seconds, abs=0.001)
    assert proof.muted_seconds + proof.untouched_seconds == pytest.approx(60)
    assert (proof.numbers, proof.names, proof.phrases, proof.words) == (2, 2, 1, 10)


def test_samples_are_proved_without_listening(original: Recording) -> None:
    """Where nobody listens, nothing is said to have been heard."""
    redaction = Redactor(load_settings()).redact(SEGMENTS, KnownIdentity(), original)
    muted = mute_copy(original, redaction.mute_spans, "silence")
    proof = verify(blocks(original), muted, redaction, SEGMENTS, None)
    assert (proof.spans, proof.words, proof.numbers) == (2, None, 0)
    with pytest.raises(RedactionError):
        verify(blocks(original), original, redaction, SEGMENTS, None)


def heard_again(original: Recording, turns: Turns, text: str) -> bool:
    """Whether a transcript of the redacted audio is refused; the error holds none of it."""
    segments = call(turns)
    redaction = Redactor(load_settings()).redact(segments, KnownIdentity(), original)
    assert redaction.findings
    muted = mute_copy(original, redaction.mute_spans, "silence")
    try:
        verify(blocks(original), muted, redaction, segments, transcript(text))
    except RedactionError as error:
        assert text.split()[-1] not in str(error)
        return True
    return False


SAID: Turns = [
    ("customer", "My name is Bogdan Ostrowski, card 4111 1111 1111 1111."),
    ("agent", "A fee for the flight to Bogota."),
]
WORD_NAME: Turns = [("customer", "My name is Grace Hill."), ("agent", "Thank you.")]
CODE: Turns = [("agent", "And the three digit security code on the back?"), ("customer", "It's 836.")]
ADDRESS: Turns = [("agent", "What is your e-mail address?"), ("customer", "bogdan dot o at example dot com.")]


@pytest.mark.parametrize(
    ("turns", "heard"),
    [
        (SAID, "card 1111"),
        (SAID, "four one one one"),
        (SAID, "it is Ostrowski"),
        (SAID, "bogdan"),
        (SAID, "thank you mister Ostrovski"),
        (WORD_NAME, "thank you Grace"),
        (WORD_NAME, "it is grace hill"),
        (CODE, "eight three six"),
        (CODE, "and it's 836."),
        (ADDRESS, "so bogdan dot o at example dot com"),
    ],
)
def test_what_was_removed_must_not_be_heard_again(original: Recording, turns: Turns, heard: str) -> None:
    """Four digits in a row, a short number, a name, misspelt too, or a value's words, in whatever form."""
    assert heard_again(original, turns, heard)


def test_a_word_of_the_users_own_must_not_be_heard_again(
    original: Recording, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One word is enough: it is secret by itself."""
    own = tmp_path / "own.yaml"
    own.write_text("recognizers:\n- {name: n, supported_entity: PROJECT, deny_list: [bluebird]}")
    monkeypatch.setenv("PCA_PII__RECOGNIZERS", str(own))
    turns = [("customer", "we spoke of bluebird yesterday")]
    assert heard_again(original, turns, "and bluebird")
    assert not heard_again(original, turns, "we spoke of birds")


@pytest.mark.parametrize(
    ("turns", "heard"),
    [
        (SAID, "a fee for Bogota of 2500 dollars in bog dance"),
        (SAID, "my other card"),
        (WORD_NAME, "over the hill there was a grace period"),
        (WORD_NAME, "Hill people. Graceful."),
        (CODE, "that is $836 in all"),
        (CODE, "account 183600"),
        (ADDRESS, "at example dot net"),
    ],
)
def test_what_was_kept_and_common_words_are_no_alarm(original: Recording, turns: Turns, heard: str) -> None:
    """Words kept elsewhere, dictionary words that are names too, amounts, and parts of values that give nobody away."""
    assert not heard_again(original, turns, heard)


@pytest.mark.parametrize("damage", ["unmuted", "faint", "outside", "shorter", "longer", "mono"])
def test_samples_are_proved(original: Recording, damage: str) -> None:
    """Speech left in a span, however faint, a sample changed outside, or another length fails."""
    redaction = Redactor(load_settings()).redact(SEGMENTS, KnownIdentity(), original)
    channels = mute_copy(original, redaction.mute_spans, "silence").channels.copy()
    first = int(redaction.mute_spans[0].start * RATE) + 100
    if damage == "unmuted":
        channels[0, first : first + 2000] = original.channels[0, first : first + 2000]
    elif damage == "faint":
        channels[0, first : first + 2000] = 0.05 * original.channels[0, first : first + 2000]
    elif damage == "outside":
        channels[0, -1] += 0.1
    else:
        channels = {
            "shorter": channels[:, :-1],
            "longer": np.pad(channels, ((0, 0), (0, 1))),
            "mono": channels[:1],
        }[damage]
    with pytest.raises(RedactionError):
        verify(blocks(original), Recording(channels, RATE, "PCM_16"), redaction, SEGMENTS, transcript(""))


def test_spans_are_counted_as_they_are_muted(original: Recording) -> None:
    """Times that are no whole samples do not make a mute look like damage."""
    redaction = Redactor(load_settings()).redact(SEGMENTS, KnownIdentity(), original)
    odd = tuple(MuteSpan(s.channel, s.start + 0.00003, s.end + 0.00007, s.entities) for s in redaction.mute_spans)
    shifted = replace(redaction, mute_spans=odd)
    proof = verify([original.channels], mute_copy(original, odd, "silence"), shifted, SEGMENTS, transcript(""))
    assert (proof.spans, proof.words) == (len(odd), 0)
    with pytest.raises(RedactionError):
        verify(blocks(original), mute_copy(original, redaction.mute_spans, "silence"), shifted, SEGMENTS, None)
