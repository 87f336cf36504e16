"""One recording to its words: find speech, pack it, decode it, map times back, drop what nobody said."""

from __future__ import annotations

from collections.abc import Callable

from pca_pipeline.audio import resample
from pca_pipeline.call import Recording, SpeechStats, Transcript, Word
from pca_pipeline.settings import SpeechSettings
from pca_pipeline.speech.activity import Span, speech_spans
from pca_pipeline.speech.diarization import diarize, label_voices
from pca_pipeline.speech.engine import ENGINE_RATE, Engine
from pca_pipeline.speech.guards import trim_to_speech, without_echo, without_loops
from pca_pipeline.speech.windows import cut_long, pack

WINDOWS_AT_ONCE = 32  # resampled audio held in memory: 16 minutes at most
Progress = Callable[[float], None]  # told how many seconds of speech were decoded since the last time


def transcribe(
    recording: Recording, engine: Engine, settings: SpeechSettings, progress: Progress | None = None
) -> Transcript:
    """Every channel on its own; words ordered by start. Bounded memory: audio is resampled batch by batch.

    The voices of a mono recording are told apart where the settings name a diarization pipeline.
    """
    spans = speech_spans(recording)
    heard = _hear(recording, spans, engine, settings.window_seconds, progress or _silent)
    kept = _guard(heard, spans)
    words = tuple(sorted((w for channel in kept for w in channel), key=lambda w: (w.start, w.channel)))
    if len(spans) == 1 and settings.diarization_model and words:
        words = label_voices(words, diarize(recording, settings.diarization_model))
    return Transcript(
        words,
        SpeechStats(
            model=engine.name,
            language=engine.language,
            speech_seconds=sum(end - start for channel in spans for start, end in channel),
            mean_probability=sum(w.probability for w in words) / len(words) if words else None,
            dropped_words=sum(map(len, heard)) - len(words),
        ),
    )


def _silent(_: float) -> None:
    """Nobody watches."""


def _hear(
    recording: Recording,
    spans: list[list[Span]],
    engine: Engine,
    window_seconds: float,
    progress: Progress,
) -> list[list[Word]]:
    """Words of each channel on the recording's clock, before the guards. Windows of all channels fill one batch."""
    samples, rate = recording.channels, recording.sample_rate
    windows = [
        (channel, window)
        for channel, channel_spans in enumerate(spans)
        for window in pack(cut_long(channel_spans, samples[channel], rate, window_seconds), window_seconds)
    ]
    words: list[list[Word]] = [[] for _ in spans]
    for first in range(0, len(windows), WINDOWS_AT_ONCE):
        batch = windows[first : first + WINDOWS_AT_ONCE]
        audio = [resample(window.samples(samples[channel], rate), rate, ENGINE_RATE) for channel, window in batch]
        for (channel, window), heard in zip(batch, engine.hear(audio), strict=True):
            words[channel] += [
                Word(word.text, *window.to_recording(word.start, word.end), word.probability, channel) for word in heard
            ]
        progress(sum(window.seconds for _, window in batch))
    return words


def _guard(heard: list[list[Word]], spans: list[list[Span]]) -> list[list[Word]]:
    trimmed = [
        without_loops(word for raw in words if (word := trim_to_speech(raw, spans[channel])))
        for channel, words in enumerate(heard)
    ]
    if len(trimmed) != 2:
        return trimmed
    return [without_echo(trimmed[0], trimmed[1]), without_echo(trimmed[1], trimmed[0])]
