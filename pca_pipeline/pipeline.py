"""The way of one call, read top to bottom, and of one sweep over the drop folder. Plain Python.

drop folder ─ intake ─ audio ─ speech ─ timeline ─ pii ─ insights ─ warehouse ─ published copy
"""

from __future__ import annotations

import hashlib
import logging
import traceback
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from pca_pipeline import audio, ctr, insights, intake, parties, pii, speech, timeline, warehouse
from pca_pipeline.call import (
    CallRecord,
    Extent,
    FileKind,
    FinishedCall,
    MuteSpan,
    Recording,
    RedactedCall,
    RedactedSegment,
    Role,
    Segment,
    Timeline,
    Transcript,
)
from pca_pipeline.errors import (
    DatabaseLockedError,
    InternalError,
    PcaError,
    RetryableError,
    StorageError,
    TranscriptError,
    quoted_name,
)
from pca_pipeline.hearing import CallCoroutine, hear, run_together
from pca_pipeline.intake import Claim, Duplicate, Failure
from pca_pipeline.leaving_out import left_out_spans, parts_outside, set_left_out_apart, silence_left_out, words_outside
from pca_pipeline.lock import sweep_lock
from pca_pipeline.progress import Meter, Show
from pca_pipeline.record_checks import with_doubted_start, with_fuller_timeline, with_sides, with_stored_sides
from pca_pipeline.settings import Settings
from pca_pipeline.steps import Steps, nobody_watches
from pca_pipeline.sweep import CallOutcome, Sweep, SweepReport, Work, WorkItem
from pca_pipeline.transcript import read_transcript, write_transcript

_log = logging.getLogger(__name__)
MUSIC = ("queue", "hold")  # where nobody but a machine is heard on the internal channel


@dataclass(frozen=True, slots=True)
class Tools:
    """What is loaded once and used for every call."""

    engine: speech.Engine | None  # None where nothing is to be heard: transcripts that came alone, late records
    redactor: pii.Redactor


def load_tools(settings: Settings, *, hears: bool = True) -> Tools:
    """Models and recognizers, loaded; no speech model unless something `hears`. Raises SetupError."""
    check(settings)
    return Tools(speech.load_engine(settings.speech) if hears else None, pii.Redactor(settings))


def check(settings: Settings) -> None:
    """Raise SetupError for what the settings name beside models, as it is now: no call meets it."""
    audio.check_format(settings.audio.output_format)
    ctr.read_lookups(settings.ctr, warehouse.select)
    insights.load_topics(settings.insights.drivers)
    speech.check_vocabulary(settings.speech)
    pii.check_original(pii.load_rules(settings.pii).policy.original, settings.audio)
    pii.check_customer_key(settings)


# ---- one call


def process_call(claim: Claim, tools: Tools, settings: Settings, steps: Steps) -> CallCoroutine[float]:
    """A claimed recording to a staged call. Returns its seconds of audio. Raises PcaError.

    What it yields is heard together with what other calls yield, and sent back as a transcript.
    """
    assert claim.audio is not None
    with steps("audio"):
        whole = audio.read(claim.audio)
        ready = speech.read_ready(claim.transcript, settings, whole).transcript if claim.transcript else None
        recording = whole if ready else audio.without_double(whole)
    with steps("ctr"):
        record = with_sides(_read_record(claim, recording, settings, claim.audio.name), recording, whole)
        record = _with_detected_channels(ready, record) if ready else record
    with steps("leaving out"):
        record, skipped = silence_left_out(recording, record, settings)
    with steps("speech"):
        to_hear = _request(recording, record, settings, steps.progress)
        transcript = words_outside(skipped, ready) if ready else (yield to_hear)
    with steps("timeline"):
        record = record if skipped or ready else _with_detected_channels(transcript, record)
        transcript, record = _with_voices(transcript, record, recording)
        segments = timeline.attribute(transcript, record.timeline)
    with steps("pii"):
        pii.check_language(transcript.stats.language, segments, settings)
        redaction = tools.redactor.redact(segments, record.known, recording, claim.call_id)
        muted = audio.mute_in_place(recording, redaction.mute_spans, settings.audio.fill)
        silent = parts_outside(redaction.mute_spans, skipped, recording.sample_rate)
        redaction = replace(redaction, mute_spans=(*redaction.mute_spans, *silent))
    with steps("verification"):
        heard_again = (yield _request(muted, record, settings)) if _is_sampled(claim, settings) else None
        removed = replace(redaction, findings=tuple(tools.redactor.muted(redaction.findings)))
        source = (block[: len(muted.channels)] for block in audio.read_blocks(claim.audio))
        pii.verify(source, muted, removed, segments, heard_again)
    with steps("original"):
        spans = redaction.mute_spans if recording is whole else _on_both_channels(redaction.mute_spans)
        pii.put_by(claim, spans, tools.redactor.policy.original, settings.audio)
    with steps("insights"):
        record = replace(record, timeline=tools.redactor.with_agents(record.timeline))
        rate = recording.sample_rate
        call = _redacted_call(claim, recording.extent, rate, record, transcript, segments, redaction, settings)
    _hand_over(claim, call, muted, tools, settings, steps)
    return recording.duration


def _read_record(
    claim: Claim, audible: Recording | Extent, settings: Settings, name: str | None, recording_id: str | None = None
) -> CallRecord:
    """Read the call's record beside what was kept of earlier ones and of the conversation's other legs, and keep of it."""
    own, others = intake.kept_legs(claim, settings)
    record = ctr.read_record(
        (*own, *claim.records),
        audible,
        settings,
        name,
        warehouse.select,
        beside=others,
        recording_id=recording_id,
        kept_media=intake.kept_media(claim, settings),
    )
    intake.keep_legs(claim, record.legs)
    intake.keep_media(claim, record.media)
    return with_doubted_start(record)


def _on_both_channels(spans: Iterable[MuteSpan]) -> list[MuteSpan]:
    """Spans of the one channel that was heard, on the recording's two, which hold the same sound."""
    return [replace(one, channel=channel) for one in spans for channel in (0, 1)]


def _request(
    recording: Recording, record: CallRecord, settings: Settings, progress: speech.Progress = nobody_watches
) -> speech.Request:
    """A recording to be heard, and what its record tells about it."""
    names = [one.name for one in record.timeline.participants if one.name and one.role in (Role.AGENT, Role.QUEUE)]
    return speech.Request(
        recording,
        record.language,
        hot_words=tuple(names) if settings.speech.record_hot_words else (),
        # without a record, nothing tells when the flow ends and an agent begins
        shared_channel=None if record.timeline.intervals else 1 - record.timeline.external_channel,
        music=timeline.left_out(record.timeline, MUSIC) if recording.channels.shape[0] == 2 else (),
        progress=progress,
    )


def _is_sampled(claim: Claim, settings: Settings) -> bool:
    """Whether the redacted call is heard again: by call id, so that it depends on no batch."""
    return int(hashlib.sha256(claim.call_id.encode()).hexdigest()[:8], 16) < settings.pii.verify_share * 2**32


def _with_voices(transcript: Transcript, record: CallRecord, recording: Recording) -> tuple[Transcript, CallRecord]:
    """With the voices of a conference told apart, where the record has one; the record with those that it cannot name."""
    words, line = transcript.words, timeline.with_internal_voices(transcript, record.timeline)
    voices = parties.name_voices(words, [word.channel for word in words], line, recording)
    named = (replace(word, voice=voice) if voice else word for word, voice in zip(words, voices, strict=True))
    line = timeline.with_parties(line, voices)
    return replace(transcript, words=tuple(named)), replace(record, timeline=line)


def _reattributed(stored: RedactedCall, record: CallRecord, recording: Recording | None) -> RedactedCall:
    """The stored call by a new record, parties of a conference by their voices where there is a recording."""
    call = timeline.reattribute(stored, record)  # channels are checked against the words
    if recording is None:
        return call
    words = [(word, segment.channel) for segment in stored.segments for word in segment.words]
    heard, channels = [word for word, _ in words], [channel for _, channel in words]
    voices = parties.name_voices(heard, channels, call.timeline, recording)
    line = timeline.with_parties(call.timeline, voices)
    return timeline.reattribute(stored, replace(record, timeline=line), voices) if any(voices) else call


def _with_detected_channels(transcript: Transcript, record: CallRecord) -> CallRecord:
    return replace(record, timeline=timeline.with_detected_channels(transcript, record.timeline))


def process_transcript(claim: Claim, tools: Tools, settings: Settings, steps: Steps) -> float:
    """A transcript without its recording to a staged call: there is nothing to mute, to verify or to play.

    Returns no seconds of audio. Raises PcaError.
    """
    assert claim.transcript is not None
    with steps("speech"):
        _refuse_to_replace_audio(claim, settings)
        ready = speech.read_ready(claim.transcript, settings)
    with steps("ctr"):
        record = _read_record(claim, ready.extent, settings, claim.transcript.name)
    with steps("timeline"):
        record = _with_detected_channels(ready.transcript, record)
        transcript = words_outside(left_out_spans(record.timeline, settings), ready.transcript)
        segments = timeline.attribute(transcript, record.timeline)
    with steps("pii"):
        pii.check_language(transcript.stats.language, segments, settings)
        redaction = tools.redactor.redact(segments, record.known, call_id=claim.call_id)
    with steps("original"):
        pii.put_by(claim, redaction.mute_spans, tools.redactor.policy.original, settings.audio)
    with steps("insights"):
        extent = _as_long_as_told(ready.extent, record.timeline)
        record = replace(record, timeline=tools.redactor.with_agents(record.timeline))
        redaction = replace(redaction, mute_spans=())
        call = _redacted_call(claim, extent, None, record, transcript, segments, redaction, settings)
    _hand_over(claim, call, None, tools, settings, steps)
    return 0.0


def process_late_record(claim: Claim, tools: Tools, settings: Settings, steps: Steps) -> float:
    """A record that came after its call was finished: the stored words get their speakers, without hearing again.

    What the record names is looked for in the stored words and removed from the stored audio; where nothing new is, that
    stays as it is, since a format that loses would lose again. Raises PcaError.
    """
    folder = intake.outputs(claim.call_id, settings)
    assert folder is not None
    with steps("audio"):
        stored = read_transcript(folder)
        redacted = intake.redacted_audio(folder)
        recording = audio.read(redacted) if redacted else None
    with steps("ctr"):
        known = recording or Extent(stored.duration, stored.channels)
        record = _read_record(claim, known, settings, _name_as_dropped(stored), stored.timeline.recording_id)
        record = with_fuller_timeline(stored.timeline, record, tools.redactor.with_agents(record.timeline))
        record = with_stored_sides(record, stored.timeline)
    with steps("timeline"):
        call = _reattributed(stored, record, recording)
    with steps("pii"):
        before, skipped = set_left_out_apart(call)
        call = tools.redactor.redact_again(before, record.known)
        silent = parts_outside(call.mute_spans, skipped, recording.sample_rate) if recording else skipped
        kept = redacted
        if recording and redacted and parts_outside(before.mute_spans, call.mute_spans, recording.sample_rate):
            kept = None
            _mute_again(recording, redacted, call.mute_spans, silent, settings)
        call = replace(call, mute_spans=(*call.mute_spans, *silent))
    with steps("insights"):
        files = pii.without_names((*call.files, *claim.files), pii.names_of(record.known))
        call = replace(call, files=files, customer=pii.customer_key(record.known, settings) or stored.customer)
    _hand_over(claim, call, recording, tools, settings, steps, kept)
    return recording.duration if recording else 0.0


def _mute_again(
    recording: Recording, stored: Path, spans: Sequence[MuteSpan], silent: Sequence[MuteSpan], settings: Settings
) -> None:
    """Mute the stored recording in place, and prove it. Raises RedactionError.

    Formats that lose do not hold silence as such: what was left out is silenced anew.
    """
    audio.mute_in_place(recording, spans, settings.audio.fill)
    audio.mute_in_place(recording, silent, "silence")
    pii.check_samples(audio.read_blocks(stored), recording, (*spans, *silent))


def _name_as_dropped(call: RedactedCall) -> str | None:
    """Name of the file that a finished call was recorded in, else of its transcript."""
    names = {file.kind: Path(file.name).name for file in call.files}
    return names.get(FileKind.AUDIO) or names.get(FileKind.TRANSCRIPT)


def _as_long_as_told(extent: Extent, told: Timeline) -> Extent:
    """A transcript ends with its last word; its call goes on as long as the record tells."""
    return replace(extent, seconds=max([extent.seconds, *(interval.end for interval in told.intervals)]))


def _refuse_to_replace_audio(claim: Claim, settings: Settings) -> None:
    """Raise TranscriptError where the call was finished from its recording: that would be lost, or the call be twice."""
    assert claim.transcript is not None
    for folder in intake.finished_before(claim, settings):
        if intake.redacted_audio(folder):
            raise TranscriptError(
                f"The transcript {quoted_name(claim.transcript.name)} is of a call that was finished from its recording.",
                f"To have the call with these words, run `pca erase --call {folder.name}`, then drop recording and "
                "transcript together; intake.transcript_wait_seconds lets recordings wait for theirs.",
            )


def _redacted_call(
    claim: Claim,
    extent: Extent,
    sample_rate: int | None,
    record: CallRecord,
    transcript: Transcript,
    segments: Sequence[Segment],
    redaction: pii.Redaction,
    settings: Settings,
) -> RedactedCall:
    """All that is kept of a call; its segments as they were said only tell which names are taken out of files' names."""
    names = pii.names_of(record.known, segments, redaction.findings)
    return RedactedCall(
        call_id=claim.call_id,
        duration=extent.seconds,
        sample_rate=sample_rate,
        channels=extent.channels,
        timeline=record.timeline,
        segments=redaction.segments,
        findings=redaction.findings,
        mute_spans=redaction.mute_spans,
        stats=transcript.stats,
        files=pii.without_names(claim.files, names),
        customer=pii.customer_key(record.known, settings),
    )


def _hand_over(
    claim: Claim,
    call: RedactedCall,
    muted: Recording | None,
    tools: Tools,
    settings: Settings,
    steps: Steps,
    kept: Path | None = None,
) -> None:
    """The end of every way: insights, the outputs for people, the call staged for the loader, and its files gone.

    `kept` is the file of the muted recording if it has not changed.
    """
    with steps("insights"):
        found = insights.enrich(call, muted, settings.insights)
    with steps("warehouse"):
        write_transcript(call, claim.out)
        place = _write_audio(claim, muted, kept, settings) if muted else None
        version = warehouse.settings_version(settings, tools.redactor.rules.fingerprint)
        warehouse.stage(FinishedCall(call, found, place), settings.staged_folder, version)
    with steps("intake"):
        intake.finish(claim, settings)


def _write_audio(claim: Claim, muted: Recording, kept: Path | None, settings: Settings) -> Path:
    """Write the redacted recording, or copy what is kept. Returns where it will be, within the calls folder."""
    if kept:
        written = intake.keep_audio(claim, kept)
    else:
        written = audio.write(muted, claim.out / "redacted.wav", settings.audio.output_format)
    return (intake.destination(claim, settings) / written.name).relative_to(settings.folder)


def listen(
    file: Path,
    records: Sequence[Path],
    tools: Tools,
    settings: Settings,
    *,
    redact: bool,
    progress: speech.Progress = nobody_watches,
) -> Sequence[Segment | RedactedSegment]:
    """Who said what in one recording, or in the transcript of one; nothing is stored. Raises PcaError."""
    if is_transcript(file):
        transcript, record = _read_words(file, records, settings)
    else:
        whole = audio.read(file)
        recording = audio.without_double(whole)
        record = ctr.read_record(records, recording, settings, file.name, warehouse.select)
        record = with_sides(record, recording, whole)
        record, skipped = silence_left_out(recording, record, settings)
        (transcript,) = hear([_request(recording, record, settings, progress)], settings, tools.engine)
        record = record if skipped else _with_detected_channels(transcript, record)
        transcript, record = _with_voices(transcript, record, recording)
    segments = timeline.attribute(transcript, record.timeline)
    if not redact:
        return segments
    pii.check_language(transcript.stats.language, segments, settings)
    return tools.redactor.redact(segments, record.known).segments


def is_transcript(file: Path) -> bool:
    """Whether a file named on the command line is to be read instead of heard: no recording is JSON."""
    return file.suffix.lower() == ".json"


def _read_words(file: Path, records: Sequence[Path], settings: Settings) -> tuple[Transcript, CallRecord]:
    """The words of a transcript without its recording, and what its records tell."""
    ready = speech.read_ready(file, settings)
    record = ctr.read_record(records, ready.extent, settings, file.name, warehouse.select)
    record = _with_detected_channels(ready.transcript, record)
    return words_outside(left_out_spans(record.timeline, settings), ready.transcript), record


# ---- one sweep


def begin(settings: Settings) -> Sweep:
    """What there is to do: calls that an earlier sweep left, then complete drops, then late records.

    Files that cannot become a call are set aside here; one that moved meanwhile waits. Raises StorageError, and what
    keeps calls from ever being loaded: a database that is gone, or under another key. One that is held may be free later.
    """
    started_at = datetime.now(UTC)
    with suppress(DatabaseLockedError):
        warehouse.check_database(settings)
    left = intake.stale(settings, partial(_failing, settings=settings))
    scan = intake.scan(settings)
    rejected = sum(_rejected(one, settings) for one in scan.rejected)
    work: list[Work] = [*left, *scan.ready, *scan.late]
    return Sweep(tuple(map(WorkItem.of, work)), len(scan.waiting), rejected, started_at)


def _rejected(file: intake.Rejected, settings: Settings) -> bool:
    """Whether the file could be set aside; if not, the next sweep finds it, and the others of this one go on."""
    try:
        call_id = intake.call_of(intake.reject(file, settings))
    except RetryableError as error:
        _log.warning("A file that is no call could not be set aside. %s", error)
        return False
    try:
        names = [intake.shown(path.name) for path in file.files]
        warehouse.record_failure(settings, Failure.of(call_id, file.error, "intake", files=names))
    except RetryableError as error:
        _log.warning("The failure of %s could not be kept for the database. %s", call_id, error)
    return True


def have_audio(items: Iterable[WorkItem]) -> bool:
    """Whether any of these calls may have to be heard."""
    return any(item.audio for item in items)


def process(item: WorkItem, settings: Settings, tools: Tools, meter: Meter | None = None) -> CallOutcome:
    """One call, whatever becomes of it. See `process_together`."""
    return process_together([item], settings, tools, meter)[0]


def process_together(
    items: Sequence[WorkItem], settings: Settings, tools: Tools, meter: Meter | None = None
) -> list[CallOutcome]:
    """Calls that are heard together, whatever becomes of them, in order.

    A bad call's files go to the failed folder and the others go on. `meter` is told how far each is.
    """
    return run_together((_metered_call(item, settings, tools, meter) for item in items), settings, tools.engine)


def _metered_call(item: WorkItem, settings: Settings, tools: Tools, meter: Meter | None) -> CallCoroutine[CallOutcome]:
    """One call from its files to its outcome; the meter is told how far it is."""
    outcome = yield from _run_call(item, settings, tools, Steps(meter.of(item.key) if meter else nobody_watches))
    if meter:
        meter.finished(item.key)
    return outcome


def _run_call(item: WorkItem, settings: Settings, tools: Tools, steps: Steps) -> CallCoroutine[CallOutcome]:
    """Process one call; an error becomes its outcome."""
    try:
        claim = intake.resume(item.found) if isinstance(item.found, Claim) else intake.claim(item.found, settings)
    except Exception as error:  # the files are in the inbox, or the next sweep puts them back
        _log.warning("A call could not be taken. %s", _known(error))
        return CallOutcome(None, "retry", error=type(error).__name__, stage="intake")
    if isinstance(claim, Duplicate):
        return CallOutcome(claim.call_id, "duplicate")
    try:
        if claim.late:
            seconds = process_late_record(claim, tools, settings, steps)
        elif claim.audio:
            seconds = yield from process_call(claim, tools, settings, steps)
        else:
            seconds = process_transcript(claim, tools, settings, steps)
    except Exception as error:  # a bug in one call must not stop the others
        return _failed(claim, error, steps, settings)
    return CallOutcome(claim.call_id, "done", seconds, dict(steps.seconds), late=claim.late)


def _failed(claim: Claim, error: Exception, steps: Steps, settings: Settings) -> CallOutcome:
    """Set the call's files aside with the reason. Where that fails, too, they wait in work for the next sweep."""
    known = _known(error)
    again = claim.may_retry(known, settings)
    outcome = CallOutcome(
        claim.call_id, "retry" if again else "failed", error=type(known).__name__, stage=steps.current
    )
    try:
        if not again:  # before another process may retry the call, and put in values of its own
            _forget_values(claim.call_id, settings)
        intake.fail(claim, known, steps.current, settings)
        if not again:
            names = [file.name for file in claim.files]
            failure = Failure.of(claim.call_id, known, steps.current, claim.attempt, names)
            warehouse.record_failure(settings, failure)
    except Exception as trouble:
        _log.warning("The call %s failed, and that could not be kept. %s", claim.call_id, _known(trouble))
        return replace(outcome, status="retry") if claim.folder.exists() else outcome
    return outcome


def _forget_values(call_id: str, settings: Settings) -> None:
    """Erase what failed attempts put into the vault: with a record, the call may be finished under another id."""
    if intake.outputs(call_id, settings) is None:
        pii.Vault(settings.folder).erase(call_id)


def _failing(failure: Failure, settings: Settings) -> None:
    """What else is done for a call whose attempts are used up: its row, and no values in the vault."""
    _forget_values(failure.call_id, settings)
    warehouse.record_failure(settings, failure)


def _known(error: Exception) -> PcaError:
    """One of the project's errors; of another its class and place, without its text, which may hold speech."""
    if isinstance(error, PcaError):
        return error
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return InternalError(
        f"{type(error).__name__} in {Path(frame.filename).name}, line {frame.lineno}.",
        "This is a defect of the program: please report it with this line, then `pca retry`.",
    )


def conclude(sweep: Sweep, outcomes: Iterable[CallOutcome], settings: Settings) -> SweepReport:
    """Load what is staged, publish, and keep the sweep's counts.

    A held database delays loading to the next sweep, and so does a disk that takes no more, which a person has to see to.
    """
    outcomes = tuple(outcomes)
    ended_at = datetime.now(UTC)
    report = SweepReport(outcomes, sweep.waiting, sweep.rejected, (ended_at - sweep.started_at).total_seconds())
    try:
        warehouse.record_run(settings, _run(sweep, report, ended_at))
        loaded = warehouse.load(settings)
        report = replace(report, loaded=len(loaded.calls), unreadable=len(loaded.unreadable))
        warehouse.publish_news(settings)
    except DatabaseLockedError as error:
        return replace(report, delayed=error.message)
    except StorageError as error:
        return replace(report, unwritten=str(error))
    left = f"{len(loaded.left)} staged files cannot be read now." if loaded.left else None
    return replace(report, delayed=left)


def lengths(sweep: Sweep) -> dict[str, float]:
    """Seconds of audio of each call that is to be done, by key and by headers alone."""
    return {item.key: audio.length(item.audio) if item.audio else 0.0 for item in sweep.items}


def run_sweep(settings: Settings, show: Show | None = None) -> SweepReport:
    """One whole sweep in this process. `show` is told how far it is."""
    with sweep_lock(settings.folder):
        sweep = begin(settings)
        tools = load_tools(settings, hears=have_audio(sweep.items)) if sweep.items else None
        meter = Meter(lengths(sweep), show) if show else None
        outcomes = []
        for together in batches(sweep.items, settings):
            assert tools is not None
            outcomes += process_together(together, settings, tools, meter)
        return conclude(sweep, outcomes, settings)


def batches(items: Sequence[WorkItem], settings: Settings) -> list[Sequence[WorkItem]]:
    """The calls of a sweep in groups that are heard together; alone what was taken before, which may end the process."""
    size = settings.speech.calls_at_once
    again = [item for item in items if isinstance(item.found, Claim)]
    new = [item for item in items if not isinstance(item.found, Claim)]
    return [*([item] for item in again), *(new[first : first + size] for first in range(0, len(new), size))]


def _run(sweep: Sweep, report: SweepReport, ended_at: datetime) -> warehouse.Run:
    counts = report.counts()
    return warehouse.Run(
        started_at=sweep.started_at,
        ended_at=ended_at,
        finished=counts["done"],
        failed=counts["failed"],
        late_records=counts["late"],
        waiting=sweep.waiting,
        rejected=sweep.rejected,
        audio_seconds=sum(outcome.audio_seconds for outcome in report.outcomes),
    )
