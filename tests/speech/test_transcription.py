from __future__ import annotations

import json
import statistics
from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from pathlib import Path

import numpy as np
import pytest

from pca_pipeline import audio
from pca_pipeline.call import Recording, Transcript
from pca_pipeline.settings import SpeechSettings
from pca_pipeline.speech import (
    Engine,
    HeardPassage,
    HeardWord,
    Passage,
    Request,
    load_engine,
    transcribe,
    transcribe_all,
    transcription,
)
from pca_pipeline.speech.activity import Activity, find_speech
from pca_pipeline.speech.engine import for_language_detection
from pca_pipeline.speech.transcription import PASSAGES_AT_ONCE

SAMPLES = Path(__file__).parents[2] / "sample_calls"
SETTINGS = SpeechSettings(model=str(SAMPLES / "demo-whisper.pt"), window_seconds=6)


class Stenographer:
    """An engine that writes down one word for each window, to see what it was given."""

    name = "stenographer"

    def __init__(self) -> None:
        self.passages: list[Passage] = []

    def hear(self, passages: Sequence[Passage]) -> list[HeardPassage]:
        """A word in the first half second of each window; French is spoken where nobody says what is."""
        self.passages += passages
        return [HeardPassage((HeardWord("word", 0.1, 0.5, 0.9, 0.5),), p.language or "fr", 0.0) for p in passages]


@pytest.fixture(scope="module")
def engine() -> Engine:
    """The demo Whisper."""
    return load_engine(SETTINGS)


@pytest.fixture(scope="module")
def call() -> Recording:
    """A sample call."""
    return audio.read(SAMPLES / "calls/billing-late-fee.wav")


@pytest.fixture(scope="module")
def heard(engine: Engine) -> tuple[Transcript, list[dict[str, object]]]:
    """A sample call as the demo Whisper hears it, and its utterances."""
    truth = json.loads((SAMPLES / "truth/billing-late-fee.truth.json").read_text())
    return transcribe(audio.read(SAMPLES / truth["audio"]), engine, SETTINGS), truth["utterances"]


def test_a_silent_recording_costs_and_says_nothing() -> None:
    """Silence reaches no engine."""
    stenographer = Stenographer()
    transcript = transcribe(Recording(np.zeros((2, 80000), np.float32), 8000, "PCM_16"), stenographer, SETTINGS)
    assert stenographer.passages == []
    assert transcript.words == ()
    assert transcript.stats.mean_probability is None
    assert transcript.stats.language == "und"


def test_words_come_back_on_the_recordings_clock() -> None:
    """The first word of a channel lies where its first speech is, and windows are no longer than allowed."""
    truth = json.loads((SAMPLES / "truth/billing-late-fee.truth.json").read_text())
    stenographer = Stenographer()
    transcript = transcribe(audio.read(SAMPLES / truth["audio"]), stenographer, SETTINGS)
    for channel in (0, 1):
        first_said = min(u["start"] for u in truth["utterances"] if u["channel"] == channel)
        first_heard = min(word.start for word in transcript.words if word.channel == channel)
        assert first_heard == pytest.approx(first_said, abs=0.4)
    assert max(passage.seconds for passage in stenographer.passages) <= SETTINGS.window_seconds + 0.01
    assert transcript.words == tuple(sorted(transcript.words, key=lambda w: (w.start, w.channel)))


class Forgetful(Stenographer):
    """It takes the first pause for the end, and counts its windows."""

    def hear(self, passages: Sequence[Passage]) -> list[HeardPassage]:
        """A word at the beginning of each window, none behind it."""
        first = len(self.passages)
        super().hear(passages)
        words = [HeardWord(f"word{first + row}", 0.1, 0.5, 0.9, 0.5) for row in range(len(passages))]
        return [HeardPassage((word,), "en", 0.0) for word in words]


def test_speech_without_a_word_is_heard_again_by_itself(call: Recording) -> None:
    """Every stretch in which somebody surely speaks has its word, in the order of time, and no stretch is heard twice."""
    forgetful, found = Forgetful(), find_speech(call)
    transcript = transcribe(call, forgetful, SETTINGS.model_copy(update={"window_seconds": 28}))
    sure = [
        (channel, span)
        for channel, spans in enumerate(found.spans)
        for span in spans
        if span not in found.doubtful[channel] and span[1] - span[0] > 0.5
    ]
    assert len(sure) > 10
    for channel, (start, end) in sure:
        assert any(w.channel == channel and w.start < end and start < w.end for w in transcript.words)
    assert len(forgetful.passages) == len(transcript.words) <= sum(map(len, found.spans))
    assert transcript.words == tuple(sorted(transcript.words, key=lambda w: (w.start, w.channel)))


@pytest.mark.parametrize(("probability", "stays"), [(0.5, False), (0.9, True)])
def test_where_music_is_known_words_must_be_sure(call: Recording, probability: float, stays: bool) -> None:
    """A queue's announcement is; what is made of its music is not. Elsewhere, and on the other channel, nothing changes."""

    class Unsure(Stenographer):
        def hear(self, passages: Sequence[Passage]) -> list[HeardPassage]:
            """Words as sure as asked for."""
            word = HeardWord("word", 0.1, 0.5, probability, 0.5)
            return [replace(one, words=(word,)) for one in super().hear(passages)]

    until = call.duration / 2
    known, unknown = (
        transcribe_all([Request(call, music=music)], Unsure(), SETTINGS)[0].words
        for music in (((), ((0.0, until),)), ())
    )
    gone = [word for word in unknown if word not in known]
    assert bool(gone) != stays
    assert all(word.channel == 1 and word.start < until for word in gone)
    assert stays or not [word for word in known if word.channel == 1 and word.end < until - 5]


def test_recordings_that_are_heard_together_stay_apart(call: Recording) -> None:
    """Each gets its own words, as if alone; its progress goes up to its end."""
    told: list[tuple[float, float]] = []
    half = Recording(call.channels[:, : call.channels.shape[1] // 2], call.sample_rate, call.subtype)
    requests = [Request(half), Request(call, progress=lambda done, of: told.append((done, of)))]
    together = transcribe_all(requests, Stenographer(), SETTINGS)
    assert together == [transcribe(recording, Stenographer(), SETTINGS) for recording in (half, call)]
    assert told == sorted(told)
    assert told[-1][0] == pytest.approx(call.duration, abs=10) and told[-1][1] == call.duration


def test_audio_that_is_made_ready_ahead_is_the_same(call: Recording) -> None:
    """With a language that is detected in the first batch and known in those that were made ready before."""
    settings = SETTINGS.model_copy(update={"window_seconds": 2, "language": "auto"})
    here, ahead = Stenographer(), Stenographer()
    transcripts = [
        transcribe(call, here, settings),
        transcribe(call, ahead, settings.model_copy(update={"workers": 1})),
    ]
    assert transcripts[0] == transcripts[1]
    assert len(here.passages) > PASSAGES_AT_ONCE
    for one, other in zip(here.passages, ahead.passages, strict=True):
        assert (one.language, one.group) == (other.language, other.group) and np.array_equal(one.samples, other.samples)


@pytest.mark.slow
def test_speech_that_is_looked_for_ahead_is_the_same(call: Recording) -> None:
    """In processes of their own, in the order of the requests."""
    half = Recording(call.channels[:, : call.channels.shape[1] // 2], call.sample_rate, call.subtype)
    settings = SETTINGS.model_copy(update={"workers": 1})
    ahead = transcribe_all([Request(half), Request(call)], Stenographer(), settings)
    assert ahead == [transcribe(recording, Stenographer(), SETTINGS) for recording in (half, call)]


@pytest.mark.parametrize(
    ("setting", "record", "language"),
    [("en", "es-MX", "en"), ("auto", "es-MX", "fr"), ("record", "es-MX", "es"), ("record", None, "fr")],
)
def test_the_language_is_fixed_the_records_or_detected(
    call: Recording, setting: str, record: str | None, language: str
) -> None:
    """What was detected for a channel holds for the rest of it."""
    stenographer = Stenographer()
    settings = SETTINGS.model_copy(update={"language": setting, "batch_size": 1})
    (transcript,) = transcribe_all([Request(call, language=record)], stenographer, settings)
    assert transcript.stats.language == language
    assert {passage.group for passage in stenographer.passages} == {0, 1}


class Undecided(Stenographer):
    """It takes for a channel's language what the loudness of the passages that tell it adds up to."""

    def hear(self, passages: Sequence[Passage]) -> list[HeardPassage]:
        """A made-up language for each sum."""
        chosen = [passages[index] for index in for_language_detection(passages)]
        sums = {one.group: sum(float(p.samples.sum()) for p in chosen if p.group == one.group) for one in chosen}
        heard = super().hear(passages)
        return [
            replace(said, language=one.language or f"{sums[one.group]:.6f}")
            for one, said in zip(passages, heard, strict=True)
        ]


@pytest.mark.parametrize("beside", [0, 1, 3])
@pytest.mark.parametrize("batch_size", [1, 40])
def test_the_language_is_told_by_the_channel_alone(
    beside: int, batch_size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever was heard with it, and however many windows were decoded together; its windows stay in order."""
    noise = np.random.default_rng(1).uniform(0, 0.1, (2, 8000 * 90)).astype(np.float32)
    spans = [[(5.0 * at, 5.0 * at + 4.5) for at in range(first, 18)] for first in (0, 7)]
    monkeypatch.setattr(transcription, "find_speech", lambda _: Activity([*map(list, spans)], [[], []]))
    call = Recording(noise, 8000, "PCM_16")
    settings = SETTINGS.model_copy(update={"window_seconds": 5, "language": "auto"})
    alone = transcribe(call, Undecided(), settings)
    assert len(alone.stats.language.split(", ")) == 2
    together = transcribe_all(
        [Request(call)] * (beside + 1), Undecided(), settings.model_copy(update={"batch_size": batch_size})
    )
    assert together == [alone] * (beside + 1)


class Bilingual:
    """An engine that hears distinct words, one a second: so many on each channel, English on the first, else French."""

    name = "bilingual"

    def __init__(self, *words: int) -> None:
        self._words = words

    def hear(self, passages: Sequence[Passage]) -> list[HeardPassage]:
        """All words of a channel in its only window."""
        heard = []
        for group, language in [(passage.group, ("en", "fr")[passage.group]) for passage in passages]:
            words = (HeardWord(f"{language}{at}", at, at + 0.5, 0.9, at + 0.5) for at in range(self._words[group]))
            heard.append(HeardPassage(tuple(words), language, 0.0))
        return heard


@pytest.mark.parametrize(
    ("words", "language"),
    [((10, 10), "en, fr"), ((10, 9), "en"), ((9, 10), "fr"), ((9, 9), "en, fr"), ((0, 9), "fr")],
)
def test_a_few_words_do_not_tell_a_calls_language(
    words: tuple[int, int], language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A channel with fewer than ten counts only where no channel has more: "okay" is taken for any language."""
    monkeypatch.setattr(transcription, "find_speech", lambda _: Activity([[(0.0, 20.0)]] * 2, [[], []]))
    call = Recording(np.zeros((2, 20 * 8000), np.float32), 8000, "PCM_16")
    settings = SETTINGS.model_copy(update={"window_seconds": 28, "language": "auto"})
    assert transcribe(call, Bilingual(*words), settings).stats.language == language


def test_hot_words_come_from_file_and_record(call: Recording, tmp_path: Path) -> None:
    """Every passage of the call has both."""
    (tmp_path / "terms.txt").write_text("Acme Care\n")
    stenographer = Stenographer()
    settings = SETTINGS.model_copy(update={"hot_words": tmp_path / "terms.txt"})
    transcribe_all([Request(call, hot_words=("Billing",))], stenographer, settings)
    assert {passage.hot_words for passage in stenographer.passages} == {("Acme Care", "Billing")}


def test_the_demo_model_understands_a_sample_call(heard: tuple[Transcript, list[dict[str, object]]]) -> None:
    """At least 85 % of the words of an unseen call are heard as they were said."""
    transcript, utterances = heard
    said = [_plain(w["text"]) for w in _said(utterances)]
    found = [_plain(word.text) for word in transcript.words]
    same = sum(block.size for block in SequenceMatcher(None, said, found, autojunk=False).get_matching_blocks())
    assert same / len(said) >= 0.85


def test_word_edges_lie_where_the_words_are(heard: tuple[Transcript, list[dict[str, object]]]) -> None:
    """The median edge of a word is within 80 ms: muting stands on this."""
    transcript, utterances = heard
    errors = []
    for channel in (0, 1):
        said = [w for w in _said(utterances) if w["channel"] == channel]
        found = [word for word in transcript.words if word.channel == channel]
        texts = [_plain(w["text"]) for w in said], [_plain(w.text) for w in found]
        for block in SequenceMatcher(None, *texts, autojunk=False).get_matching_blocks():
            for i in range(block.size):
                one, other = said[block.a + i], found[block.b + i]
                errors += [abs(one["start"] - other.start), abs(one["end"] - other.end)]
    assert statistics.median(errors) <= 0.08


def _said(utterances: list[dict[str, object]]) -> list[dict[str, float | str]]:
    words = [w | {"channel": u["channel"]} for u in utterances for w in u["words"]]  # type: ignore[attr-defined]
    return sorted(words, key=lambda w: w["start"])


def _plain(text: object) -> str:
    return "".join(c for c in str(text).lower() if c.isalnum())
