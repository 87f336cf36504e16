"""Parts of a call that the setting `speech.leave_out` excludes: not transcribed, and silent in what is published."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from pca_pipeline import audio, timeline
from pca_pipeline.call import CallRecord, MuteSpan, Recording, RedactedCall, Timeline, Transcript
from pca_pipeline.settings import Settings

LEFT_OUT = "LEFT_OUT"  # the entity of a muted span in which nothing was transcribed


def silence_left_out(
    recording: Recording, record: CallRecord, settings: Settings
) -> tuple[CallRecord, tuple[MuteSpan, ...]]:
    """Silence what is left out, in the recording itself. It is not published, since it was not searched for personal data.

    Before that, what is heard in the IVR and the queue shows which channel is the internal one. Returns the record with the
    channels that were found, and the spans.
    """
    if not settings.speech.leave_out or recording.channels.shape[0] != 2:
        return record, ()
    line = timeline.with_channels_by_sound(audio.sounds(recording), record.timeline)
    spans = left_out_spans(line, settings)
    audio.mute_in_place(recording, spans, "silence")
    return (replace(record, timeline=line) if spans else record), spans


def left_out_spans(line: Timeline, settings: Settings) -> tuple[MuteSpan, ...]:
    """The spans to leave out, by the record and the settings, ordered by channel and start."""
    stretches = timeline.left_out(line, settings.speech.leave_out)
    return tuple(MuteSpan(channel, *span, (LEFT_OUT,)) for channel, spans in enumerate(stretches) for span in spans)


def set_left_out_apart(call: RedactedCall) -> tuple[RedactedCall, list[MuteSpan]]:
    """The call without the spans that were left out, which stay silent whatever fills the others, and these spans."""
    spans = [span for span in call.mute_spans if span.entities == (LEFT_OUT,)]
    return replace(call, mute_spans=tuple(span for span in call.mute_spans if span not in spans)), spans


def words_outside(spans: Sequence[MuteSpan], transcript: Transcript) -> Transcript:
    """The transcript without words that begin in one of the spans."""
    return replace(
        transcript,
        words=tuple(
            word
            for word in transcript.words
            if not any(one.channel == word.channel and one.start <= word.start < one.end for one in spans)
        ),
    )


def parts_outside(spans: Iterable[MuteSpan], others: Sequence[MuteSpan], sample_rate: int) -> list[MuteSpan]:
    """The parts of the other spans that are in none of the given ones. They may be filled with a tone.

    Computed in whole samples: with an edge between two samples, one of them would be in both.
    """
    taken = [(span.channel, *audio.samples_of(span, sample_rate)) for span in spans]
    return [
        replace(one, start=first / sample_rate, end=last / sample_rate)
        for one in others
        for first, last in _free(
            *audio.samples_of(one, sample_rate),
            sorted((first, last) for channel, first, last in taken if channel == one.channel),
        )
    ]


def _free(first: int, last: int, taken: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Stretches of [first, last) that are not in `taken`, which is in order."""
    for begin, end in taken:
        if first < min(begin, last):
            yield first, min(begin, last)
        first = max(first, end)
    if first < last:
        yield first, last
