"""Parts of the internal channel that the settings leave out: not transcribed, and silent in the redacted audio."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pca_pipeline import audio, intake, pipeline, speech
from pca_pipeline.call import IntervalKind, MuteSpan, Recording, RedactedCall
from pca_pipeline.intake import Claim
from pca_pipeline.leaving_out import LEFT_OUT, parts_outside
from pca_pipeline.pii import Redactor
from pca_pipeline.pii.verification import check_samples
from pca_pipeline.settings import IntakeSettings, PiiSettings, Settings, SpeechSettings
from pca_pipeline.speech import HeardPassage, HeardWord, Passage
from pca_pipeline.speech.engine import ENGINE_RATE
from pca_pipeline.transcript import read_transcript
from tests.conftest import SAMPLES


def _name(number: int) -> str:
    """A word without digits for a number."""
    return "word" + "".join(chr(ord("a") + int(digit)) for digit in str(number))


class Counting:
    """An engine that returns a word for each second of speech."""

    name = "counting"

    def hear(self, passages: Sequence[Passage]) -> list[HeardPassage]:
        """No two words are the same: repeated ones would be considered invented."""
        return [HeardPassage(tuple(_words(passage.samples.size)), "en", 0.0) for passage in passages]


def _words(samples: int) -> Iterator[HeardWord]:
    for second in range(samples // ENGINE_RATE):
        yield HeardWord(_name(samples + second), second + 0.3, second + 0.6, 0.9, second + 0.6)


class Guessing(Counting):
    """It is not sure of anything."""

    def hear(self, passages: Sequence[Passage]) -> list[HeardPassage]:
        """The same words, with a probability of one half."""
        heard = super().hear(passages)
        return [replace(one, words=tuple(replace(word, probability=0.5) for word in one.words)) for one in heard]


def process(
    folder: Path, name: str, leave_out: tuple[str, ...], engine: speech.Engine | None = None
) -> tuple[RedactedCall, np.ndarray]:
    """A sample call through the pipeline: what is stored, and its redacted samples."""
    settings = Settings(
        folder=folder,
        intake=IntakeSettings(stable_seconds=0, record_wait_seconds=0),
        pii=PiiSettings(model="none", verify_share=0.0),
        speech=SpeechSettings(leave_out=leave_out),  # type: ignore[arg-type]
    )
    settings.inbox_folder.mkdir(parents=True)
    for path in (SAMPLES / "calls").glob(f"{name}.*"):
        shutil.copy(path, settings.inbox_folder)
    (found,) = intake.scan(settings).ready
    claim = intake.claim(found, settings)
    assert isinstance(claim, Claim)
    tools = pipeline.Tools(engine or Counting(), Redactor(settings))
    assert pipeline.process(pipeline.WorkItem(claim.call_id, claim), settings, tools).status == "done"
    done = intake.outputs(claim.call_id, settings)
    assert done is not None
    return read_transcript(done), audio.read(done / "redacted.wav").channels


@pytest.mark.parametrize(("name", "external"), [("support-outage-hold", 0), ("card-loss-swapped-channels", 1)])
def test_the_machines_are_left_out_and_nobody_else(tmp_path: Path, name: str, external: int) -> None:
    """Their words and sound are removed, and every other sample stays; swapped channels are recognized by sound."""
    everything, whole = process(tmp_path / "mark", name, ())
    call, samples = process(tmp_path / "skip", name, ("ivr", "queue", "hold"))
    spans = [span for span in call.mute_spans if span.entities == (LEFT_OUT,)]
    assert call.timeline.external_channel == external
    assert spans and {span.channel for span in spans} == {1 - external}
    heard = [sum(len(segment.words) for segment in one.segments) for one in (everything, call)]
    assert 10 < heard[1] < heard[0] - 2
    for segment in call.segments:
        assert not any(s.channel == segment.channel and s.start < segment.start < s.end for s in spans)
    for span in spans:
        first, last = round(span.start * 8000), round(span.end * 8000)
        assert not samples[span.channel, first + 1 : last - 1].any()
        whole[span.channel, first : last + 1] = samples[span.channel, first : last + 1] = 0
    assert np.array_equal(whole, samples)
    talk = [one for one in call.timeline.intervals if one.kind is IntervalKind.TALK]
    assert any(t.start < s.start < t.end and s.speaker == t.participant for t in talk for s in call.segments)


def test_music_that_the_record_knows_of_has_no_words(tmp_path: Path) -> None:
    """By default everything is transcribed, but only certain words are kept from a hold, and all words of the talk."""
    counts = []
    for folder, engine in (("sure", Counting()), ("guessed", Guessing())):
        call, _ = process(tmp_path / folder, "claims-accident-blind-transfer", (), engine)
        music = pipeline.timeline.left_out(call.timeline, pipeline.MUSIC)
        words = [(segment.channel, word) for segment in call.segments for word in segment.words]
        within = [any(start <= w.start and w.end <= end for start, end in music[channel]) for channel, w in words]
        counts.append((sum(within), len(within) - sum(within)))
    (sure_within, sure_beside), (guessed_within, guessed_beside) = counts
    assert sure_within > 2 and guessed_within == 0
    assert guessed_beside > 0.9 * sure_beside > 10


def test_one_channel_is_heard_as_a_whole(tmp_path: Path) -> None:
    """The customer shares it."""
    call, _ = process(tmp_path, "support-reset-mono", ("ivr", "queue", "hold"))
    assert not [span for span in call.mute_spans if LEFT_OUT in span.entities]


SECONDS = st.floats(0.0, 2.0)
STRETCH = st.tuples(SECONDS, SECONDS).map(lambda pair: (min(pair), max(pair)))


@pytest.mark.parametrize("fill", ["silence", "tone"])
@given(left_out=STRETCH, spoken=STRETCH, rate=st.sampled_from([8000, 22050]))
def test_no_sample_belongs_to_two_fills(
    fill: audio.Fill, left_out: tuple[float, float], spoken: tuple[float, float], rate: int
) -> None:
    """Wherever an edge is between two samples, each sample has one fill, and the recording passes verification."""
    samples = np.random.default_rng(1).uniform(0.1, 0.5, (1, 2 * rate)).astype(np.float32)
    recording = Recording(samples.copy(), rate, "PCM_16")
    skipped, muted = [MuteSpan(0, *left_out, (LEFT_OUT,))], [MuteSpan(0, *spoken, ("CREDIT_CARD",))]
    audio.mute_in_place(recording, skipped, "silence")
    audio.mute_in_place(recording, muted, fill)
    parts = parts_outside(muted, skipped, rate)
    check_samples([samples], recording, [*muted, *parts])
    for first, last in (audio.samples_of(part, rate) for part in parts):
        assert not recording.channels[0, first:last].any()
