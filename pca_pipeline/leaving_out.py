"""What of a call the settings leave out (`speech.leave_out`): not heard, and silent in what is published."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from pca_pipeline import audio, timeline
from pca_pipeline.call import CallRecord, MuteSpan, Recording, RedactedCall, Timeline, Transcript
from pca_pipeline.settings import Settings

LEFT_OUT = "LEFT_OUT"  # what is under a muted span that no word was looked for in


def silence_left_out(
    recording: Recording, record: CallRecord, settings: Settings
) -> tuple[CallRecord, tuple[MuteSpan, ...]]:
    """Silence what is left out, in the recording itself: it is not published either, since nobody looked into it.

    Which channel is the internal one is checked by what is heard in the flow and the queue, before that is gone.
    Returns the record with the channels that were found, and the spans.
    """
    if not settings.speech.leave_out or recording.channels.shape[0] != 2:
        return record, ()
    line = timeline.with_channels_by_sound(audio.sounds(recording), record.timeline)
    spans = left_out_spans(line, settings)
    audio.mute_in_place(recording, spans, "silence")
    return (replace(record, timeline=line) if spans else record), spans


def left_out_spans(line: Timeline, settings: Settings) -> tuple[MuteSpan, ...]:
    """The spans that a call's record and the settings leave out, by channel and start."""
    stretches = timeline.left_out(line, settings.speech.leave_out)
    return tuple(MuteSpan(channel, *span, (LEFT_OUT,)) for channel, spans in enumerate(stretches) for span in spans)


def set_left_out_apart(call: RedactedCall) -> tuple[RedactedCall, list[MuteSpan]]:
    """The call without the spans that were left out of it, which stay silent whatever others are filled with; and those."""
    spans = [span for span in call.mute_spans if span.entities == (LEFT_OUT,)]
    return replace(call, mute_spans=tuple(span for span in call.mute_spans if span not in spans)), spans


def words_outside(spans: Sequence[MuteSpan], transcript: Transcript) -> Transcript:
    """The transcript without the words that begin in any of the spans."""
    return replace(
        transcript,
        words=tuple(
            word
            for word in transcript.words
            if not any(one.channel == word.channel and one.start <= word.start < one.end for one in spans)
        ),
    )


def parts_outside(spans: Iterable[MuteSpan], others: Sequence[MuteSpan], sample_rate: int) -> list[MuteSpan]:
    """What of the others is under none of the spans: those may be filled with a tone, or be so already.

    In whole samples: an edge between two samples would give one of them to both.
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
    """Stretches of [first, last) that no other covers, which come in order."""
    for begin, end in taken:
        if first < min(begin, last):
            yield first, min(begin, last)
        first = max(first, end)
    if first < last:
        yield first, last
