from __future__ import annotations

import numpy as np
import pytest

from pca_pipeline import audio
from pca_pipeline.call import KnownIdentity, MuteSpan, Recording, SpeechStats, Transcript, Word
from pca_pipeline.errors import RedactionError
from pca_pipeline.pii import Redactor, verify
from pca_pipeline.settings import load_settings
from tests.pii.conftest import call

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
    """Half a minute of noise on two channels."""
    noise = np.random.default_rng(1).normal(0, 0.1, (2, 30 * RATE))
    return Recording(noise.astype(np.float32), RATE, "PCM_16")


@pytest.mark.parametrize("fill", ["silence", "tone"])
def test_a_clean_result_passes(original: Recording, fill: str) -> None:
    """Muted samples, and a transcript that holds only what was kept."""
    redaction = Redactor(load_settings()).redact(SEGMENTS, KnownIdentity(), original)
    muted = audio.mute(original, redaction.mute_spans, fill)  # type: ignore[arg-type]
    verify(original, muted, redaction, SEGMENTS, lambda _: transcript("My name is card I see a charge of $4,299"))


@pytest.mark.parametrize("heard", ["card 1111", "four one one one", "it is Ostrowski", "bogdan"])
def test_what_was_removed_must_not_be_heard_again(original: Recording, heard: str) -> None:
    """Four digits in a row or a name, in whatever form; the error names neither."""
    redaction = Redactor(load_settings()).redact(SEGMENTS, KnownIdentity(), original)
    muted = audio.mute(original, redaction.mute_spans, "silence")
    with pytest.raises(RedactionError) as error:
        verify(original, muted, redaction, SEGMENTS, lambda _: transcript(heard))
    assert heard.split()[-1] not in str(error.value)


@pytest.mark.parametrize("damage", ["unmuted", "outside", "shorter"])
def test_samples_are_proved(original: Recording, damage: str) -> None:
    """Speech left in a span, a sample changed outside, or another length fails."""
    redaction = Redactor(load_settings()).redact(SEGMENTS, KnownIdentity(), original)
    channels = audio.mute(original, redaction.mute_spans, "silence").channels.copy()
    if damage == "unmuted":
        first = int(redaction.mute_spans[0].start * RATE) + 100
        channels[0, first : first + 2000] = original.channels[0, first : first + 2000]
    elif damage == "outside":
        channels[0, -1] += 0.1
    else:
        channels = channels[:, :-1]
    with pytest.raises(RedactionError):
        verify(original, Recording(channels, RATE, "PCM_16"), redaction, SEGMENTS, lambda _: transcript(""))


def test_spans_are_counted_as_they_are_muted(original: Recording) -> None:
    """Times that are no whole samples do not make a mute look like damage."""
    redaction = Redactor(load_settings()).redact(SEGMENTS, KnownIdentity(), original)
    odd = tuple(MuteSpan(s.channel, s.start + 0.00003, s.end + 0.00007, s.entities) for s in redaction.mute_spans)
    shifted = type(redaction)(redaction.segments, redaction.findings, odd)
    verify(original, audio.mute(original, odd, "silence"), shifted, SEGMENTS, lambda _: transcript(""))
