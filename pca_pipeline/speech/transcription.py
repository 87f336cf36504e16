"""From recordings to words: find speech, pack it into windows, decode them, map times back, drop invented words.

Windows of all channels of all recordings in a request share the engine's batches: one call alone seldom fills one.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from pca_pipeline.audio import MAX_CHANNELS, resample
from pca_pipeline.call import Recording, SpeechStats, Transcript, Word
from pca_pipeline.settings import SpeechSettings
from pca_pipeline.speech.activity import Activity, Span, find_speech
from pca_pipeline.speech.diarization import diarize, label_voices
from pca_pipeline.speech.engine import ENGINE_RATE, LANGUAGE_PASSAGES, Engine, HeardPassage, Passage
from pca_pipeline.speech.guards import Said, guard
from pca_pipeline.speech.languages import AUTO, RECORD, UNDETERMINED, language_code
from pca_pipeline.speech.processes import map_ahead, prefetch
from pca_pipeline.speech.vocabulary import load_hot_words, load_replacements
from pca_pipeline.speech.windows import Window, cut_long, pack
from pca_pipeline.steps import nobody_watches

PASSAGES_AT_ONCE = 32  # resampled audio held in memory: 16 minutes at most
_LEAST_WORDS_FOR_LANGUAGE = 10  # on a channel; "okay" and "mhm" pass for any language
LEAST_UNHEARD_SECONDS = 0.5  # room for a word, and for what the voice detector adds on both sides
Progress = Callable[[float, float], None]  # called with seconds of a recording that are done, and its length


@dataclass(frozen=True, slots=True)
class Request:
    """A recording to transcribe, and what is known about it.

    `language` is the recording's, as Whisper names it or as a locale. `hot_words` are names that may be said in it.
    `shared_channel` is a channel on which several people speak, where no record says who speaks when. `music` holds for
    each channel the spans of hold and queue music that the record knows; it is empty where there is no record.
    """

    recording: Recording
    language: str | None = None
    hot_words: tuple[str, ...] = field(default=(), repr=False)
    shared_channel: int | None = None
    music: tuple[tuple[Span, ...], ...] = ()
    progress: Progress = field(default=nobody_watches, repr=False)


@dataclass(frozen=True, slots=True)
class _Part:
    """A window of one channel of one request, which may be one of those by which the channel's language is detected."""

    request: int
    channel: int
    window: Window
    detects_language: bool = False


def transcribe(recording: Recording, engine: Engine, settings: SpeechSettings) -> Transcript:
    """The transcript of one recording about which nothing is known. See `transcribe_all`."""
    return transcribe_all([Request(recording)], engine, settings)[0]


def transcribe_all(requests: Sequence[Request], engine: Engine, settings: SpeechSettings) -> list[Transcript]:
    """A transcript for each request: every channel on its own, words ordered by start.

    Memory is bounded, since audio is resampled batch by batch. On a channel that several people share, voices are told
    apart if the settings name a diarization pipeline. Raises SetupError for a vocabulary that cannot be read.
    """
    hot_words, replace_words = load_hot_words(settings.hot_words), load_replacements(settings.replacements)
    requests = [replace(request, hot_words=(*hot_words, *request.hot_words)) for request in requests]
    activities, heard = _hear(requests, engine, settings)
    transcripts = []
    for request, activity, said in zip(requests, activities, heard, strict=True):
        words, dropped = guard(said, activity)
        words = _with_voices(replace_words(words), request, settings)
        transcripts.append(Transcript(words, _stats(words, dropped, activity.spans, said, engine.name)))
    return transcripts


def _hear(
    requests: Sequence[Request], engine: Engine, settings: SpeechSettings
) -> tuple[list[Activity], list[list[list[Said]]]]:
    """Where each request's channels have speech, and the words of their windows, before the guards."""
    activities: list[Activity] = []
    said: list[list[list[Said]]] = [[[] for _ in request.recording.channels] for request in requests]
    languages: dict[tuple[int, int], str] = {}  # of a channel, once detected

    def heard(parts: Iterator[_Part]) -> Iterator[list[_Part]]:
        batches = _batches(parts, requests, settings)
        for batch, unheard in prefetch(batches) if settings.workers else batches:
            passages = engine.hear([_in_its_language(*pair, languages) for pair in zip(batch, unheard, strict=True)])
            for part, passage in zip(batch, passages, strict=True):
                said[part.request][part.channel].append(_on_recording_clock(part, passage))
                languages[part.request, part.channel] = passage.language
            yield batch

    seconds: defaultdict[int, float] = defaultdict(float)
    for batch in heard(_parts(requests, activities, settings)):
        _report_progress(batch, requests, activities, seconds)
    for _ in heard(_unheard(requests, activities, said, settings)):
        pass  # progress counts speech, and this speech was counted above
    return activities, said


def _parts(requests: Sequence[Request], activities: list[Activity], settings: SpeechSettings) -> Iterator[_Part]:
    """The windows of each request in order of time, after those by which its languages are detected.

    Appends to `activities` where each request's channels speak.
    """
    found = map_ahead(find_speech, [request.recording for request in requests], settings.workers)
    for index, (request, activity) in enumerate(zip(requests, found, strict=True)):
        activity = activity.doubting(request.music)
        activities.append(activity)
        detecting = 0 if _known_language(request, settings) else LANGUAGE_PASSAGES
        parts = [
            _Part(index, channel, window, detects_language=at < detecting)
            for channel, spans in enumerate(activity.spans)
            for at, window in enumerate(_windows(request.recording, channel, spans, settings))
        ]
        yield from sorted(parts, key=lambda part: (not part.detects_language, part.window.pieces[0].start))


def _windows(recording: Recording, channel: int, spans: Sequence[Span], settings: SpeechSettings) -> list[Window]:
    limit = settings.window_seconds
    return pack(cut_long(spans, recording.channels[channel], recording.sample_rate, limit), limit)


def _unheard(
    requests: Sequence[Request], activities: Sequence[Activity], said: list[list[list[Said]]], settings: SpeechSettings
) -> Iterator[_Part]:
    """Stretches in which somebody clearly speaks and no word was heard, each in a window of its own.

    Whisper may take a pause for the end of the text, and leave out what comes after it in a window. The stretches
    count as doubtful from now on.
    """
    for index, (request, activity, channels) in enumerate(zip(requests, activities, said, strict=True)):
        for channel, (spans, windows) in enumerate(zip(activity.spans, channels, strict=True)):
            sure = sorted(set(spans) - set(activity.doubtful[channel]))
            for span in _without_words(sure, [word for window in windows for word in window.words]):
                activity.doubtful[channel].append(span)
                for window in _windows(request.recording, channel, [span], settings):
                    yield _Part(index, channel, window)


def _without_words(spans: Sequence[Span], words: Sequence[Word]) -> list[Span]:
    """Spans that are long enough for a word and have none."""
    ends = sorted((word.end, word.start) for word in words)

    def has_word(start: float, end: float) -> bool:
        behind = bisect_right(ends, (start, end))
        return behind < len(ends) and ends[behind][1] < end

    return [span for span in spans if span[1] - span[0] >= LEAST_UNHEARD_SECONDS and not has_word(*span)]


def _batches(
    parts: Iterator[_Part], requests: Sequence[Request], settings: SpeechSettings
) -> Iterator[tuple[list[_Part], list[Passage]]]:
    """Parts that are decoded together, and their resampled audio."""
    for batch in _filled(_together(parts), max(PASSAGES_AT_ONCE, settings.batch_size)):
        yield batch, [_passage(part, requests[part.request], settings) for part in batch]


def _together(parts: Iterator[_Part]) -> Iterator[list[_Part]]:
    """The parts by which a request's languages are detected in one group, each of the others alone.

    So a language does not depend on what else is in the batch.
    """
    for (_, detects), alike in groupby(parts, key=lambda part: (part.request, part.detects_language)):
        group = list(alike)
        yield from [group] if detects else ([part] for part in group)


def _filled(groups: Iterator[list[_Part]], most: int) -> Iterator[list[_Part]]:
    """Batches of the groups in order, each with as many as fit into `most` parts; a larger group is a batch alone."""
    batch: list[_Part] = []
    for group in groups:
        if batch and len(batch) + len(group) > most:
            yield batch
            batch = []
        batch = [*batch, *group]
    if batch:
        yield batch


def _passage(part: _Part, request: Request, settings: SpeechSettings) -> Passage:
    rate = request.recording.sample_rate
    samples = resample(part.window.samples(request.recording.channels[part.channel], rate), rate, ENGINE_RATE)
    group = part.request * MAX_CHANNELS + part.channel
    return Passage(samples, group, _known_language(request, settings), request.hot_words)


def _in_its_language(part: _Part, passage: Passage, languages: Mapping[tuple[int, int], str]) -> Passage:
    """The passage with the language that was detected for its channel, if one was."""
    return replace(passage, language=languages.get((part.request, part.channel), passage.language))


def _known_language(request: Request, settings: SpeechSettings) -> str | None:
    """The language of a request's passages; None where it is to be detected."""
    if settings.language == RECORD:
        return language_code(request.language)
    return None if settings.language == AUTO else language_code(settings.language)


def _on_recording_clock(part: _Part, passage: HeardPassage) -> Said:
    words = [
        Word(
            word.text,
            *part.window.to_recording(word.start, word.end, word.begun_by),
            word.probability,
            part.channel,
        )
        for word in passage.words
    ]
    return Said(tuple(words), passage.language, passage.no_speech)


def _report_progress(
    batch: Sequence[_Part], requests: Sequence[Request], activities: Sequence[Activity], heard: defaultdict[int, float]
) -> None:
    """Report the share of each recording's speech that is heard as that share of its length. Adds to `heard`."""
    for part in batch:
        heard[part.request] += sum(end - start for piece in part.window.pieces for start, end in piece.speech)
    for index in {part.request for part in batch}:
        whole = sum(end - start for spans in activities[index].spans for start, end in spans)
        duration = requests[index].recording.duration
        requests[index].progress(duration * heard[index] / whole, duration)


def _with_voices(words: tuple[Word, ...], request: Request, settings: SpeechSettings) -> tuple[Word, ...]:
    shared = 0 if len(request.recording.channels) == 1 else request.shared_channel
    if shared is None or not settings.diarization_model or not any(word.channel == shared for word in words):
        return words
    return label_voices(words, diarize(request.recording, shared, settings.diarization_model), shared)


def _channels_that_tell_language(words: Counter[int]) -> set[int]:
    """Of channels with so many words each, those with enough to be sure of their language, else all."""
    return {channel for channel, count in words.items() if count >= _LEAST_WORDS_FOR_LANGUAGE} or set(words)


def _stats(
    words: Sequence[Word],
    dropped: Counter[str],
    spans: Sequence[Sequence[Span]],
    said: Sequence[Sequence[Said]],
    model: str,
) -> SpeechStats:
    telling = _channels_that_tell_language(Counter(word.channel for word in words))
    languages = dict.fromkeys(
        window.language for channel in sorted(telling) for window in said[channel] if window.words
    )
    return SpeechStats(
        model=model,
        language=", ".join(languages) or UNDETERMINED,
        speech_seconds=sum(end - start for channel in spans for start, end in channel),
        mean_probability=sum(word.probability for word in words) / len(words) if words else None,
        dropped_words=sum(dropped.values()),
        dropped=dict(dropped),
    )
