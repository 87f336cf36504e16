-- What was said in a call, by whom and when; and the record of how this file's tables came to be.
-- Every TIMESTAMP is UTC. Every `_ms` column counts milliseconds, positions from the recording's first sample.

create table schema_migrations (
    version integer primary key,
    name varchar not null,
    code_version varchar not null,
    applied_at timestamp not null default (now() at time zone 'utc')
);
comment on table schema_migrations is 'The migrations that shaped this file; the highest version is the file''s version.';
comment on column schema_migrations.version is 'Number of the migration.';
comment on column schema_migrations.name is 'Name of its file in sql/schema.';
comment on column schema_migrations.code_version is 'Version of pca_pipeline that applied it.';
comment on column schema_migrations.applied_at is 'When it was applied, UTC.';

create table calls (
    call_id varchar primary key,
    conversation_id varchar,
    recording_id varchar,
    started_at timestamp,
    direction varchar not null,
    duration_ms integer not null,
    sample_rate integer not null,
    channels utinyint not null,
    external_channel utinyint not null,
    ctr_quality varchar not null,
    ctr_notes varchar[] not null,
    language varchar not null,
    model varchar not null,
    speech_ms integer not null,
    mean_probability double,
    dropped_words integer not null,
    audio varchar not null,
    code_version varchar not null,
    settings_version varchar,
    loaded_at timestamp not null default (now() at time zone 'utc')
);
comment on table calls is 'One row per recording.';
comment on column calls.call_id is 'Stable id of the call, made from the record''s ids or from the audio itself.';
comment on column calls.conversation_id is 'The telephony vendor''s id of the conversation; several recordings can share it.';
comment on column calls.recording_id is 'The telephony vendor''s id of the recording.';
comment on column calls.started_at is 'Moment of the recording''s first sample, UTC; null when no record told it.';
comment on column calls.direction is 'inbound, outbound or unknown.';
comment on column calls.duration_ms is 'Length of the recording.';
comment on column calls.sample_rate is 'Samples per second and channel of the recording, in hertz.';
comment on column calls.channels is 'Number of audio channels.';
comment on column calls.external_channel is 'Channel of the customer''s side, counted from 0.';
comment on column calls.ctr_quality is 'Trust in the contact trace record: exact, approximate (times were inferred) or none.';
comment on column calls.ctr_notes is 'What was corrected in the record, or could not be fitted to the recording.';
comment on column calls.language is 'Language that was transcribed.';
comment on column calls.model is 'Speech recognition model that wrote the words.';
comment on column calls.speech_ms is 'Audio that was transcribed, all channels together.';
comment on column calls.mean_probability is 'Mean probability of the words by speech recognition, 0 to 1; null when no word was heard.';
comment on column calls.dropped_words is 'Words that speech recognition invented and that were removed.';
comment on column calls.audio is 'File of the redacted audio, within the calls folder.';
comment on column calls.code_version is 'Version of pca_pipeline that processed the call.';
comment on column calls.settings_version is 'Fingerprint of the settings that shape results; equal fingerprints, equal settings.';
comment on column calls.loaded_at is 'When this row was loaded, UTC.';

create table files (
    call_id varchar not null,
    name varchar not null,
    kind varchar not null,
    sha256 varchar not null,
    size_bytes bigint not null
);
comment on table files is 'The dropped files that a call was made from.';
comment on column files.call_id is 'The call, as in calls.call_id.';
comment on column files.name is 'Path within the drop folder, as it was dropped.';
comment on column files.kind is 'audio or record.';
comment on column files.sha256 is 'SHA-256 of the file''s content, hexadecimal.';
comment on column files.size_bytes is 'Size in bytes.';

create table participants (
    call_id varchar not null,
    participant varchar not null,
    position integer not null,
    role varchar not null,
    id varchar,
    name varchar
);
comment on table participants is 'Who and what took part in a call: customer, IVR flows, queues, agents.';
comment on column participants.call_id is 'The call, as in calls.call_id.';
comment on column participants.participant is 'Key within the call: customer, ivr_1, queue_1, agent_1 and so on.';
comment on column participants.position is 'Order in the contact trace record, from 0.';
comment on column participants.role is 'customer, agent, ivr, queue, voicemail, external or unknown.';
comment on column participants.id is 'The vendor''s id of the agent, queue or flow.';
comment on column participants.name is 'Display name of the agent, queue or flow; never a customer''s.';

create table intervals (
    call_id varchar not null,
    participant varchar not null,
    kind varchar not null,
    start_ms integer not null,
    end_ms integer not null
);
comment on table intervals is 'What went on at the internal side of a call, clipped to the recording.';
comment on column intervals.call_id is 'The call, as in calls.call_id.';
comment on column intervals.participant is 'The participant, as in participants.participant.';
comment on column intervals.kind is 'ivr, queue, alert, talk, hold, consult, voicemail or wrap_up.';
comment on column intervals.start_ms is 'Start in the recording.';
comment on column intervals.end_ms is 'End in the recording.';

create table transfers (
    call_id varchar not null,
    kind varchar not null,
    from_participant varchar not null,
    to_participant varchar,
    at_ms integer not null
);
comment on table transfers is 'The call handed on by an agent.';
comment on column transfers.call_id is 'The call, as in calls.call_id.';
comment on column transfers.kind is 'blind, consult or unknown.';
comment on column transfers.from_participant is 'The agent who handed it on, as in participants.participant.';
comment on column transfers.to_participant is 'Who received it, as in participants.participant; null when nobody took it.';
comment on column transfers.at_ms is 'Moment on the recording''s clock; may lie outside of the recording.';

create table segments (
    call_id varchar not null,
    segment integer not null,
    speaker varchar not null,
    channel utinyint not null,
    start_ms integer not null,
    end_ms integer not null,
    confidence float not null,
    text varchar not null,
    words struct(word varchar, start_ms integer, end_ms integer, probability float, entity varchar)[] not null,
    sentiment float,
    sentiment_label varchar,
    loudness_dbfs float
);
comment on table segments is 'What one speaker says without a break, redacted: labels stand in the place of personal data.';
comment on column segments.call_id is 'The call, as in calls.call_id.';
comment on column segments.segment is 'Number of the segment within the call, from 0, by start.';
comment on column segments.speaker is 'Who speaks, as in participants.participant.';
comment on column segments.channel is 'Audio channel, from 0.';
comment on column segments.start_ms is 'Start of the first word.';
comment on column segments.end_ms is 'End of the last word.';
comment on column segments.confidence is 'How sure it is that this is the speaker, 0 to 1.';
comment on column segments.text is 'The words as one text.';
comment on column segments.words is 'The words with times, probability by speech recognition, and the entity where a label stands.';
comment on column segments.sentiment is 'Feeling from -1 (angry) over 0 to 1 (happy).';
comment on column segments.sentiment_label is 'negative, neutral or positive.';
comment on column segments.loudness_dbfs is 'RMS loudness in decibels below full scale; null for silence.';

create table findings (
    call_id varchar not null,
    finding integer not null,
    entity varchar not null,
    segment integer not null,
    first_word integer not null,
    last_word integer not null,
    channel utinyint not null,
    start_ms integer not null,
    end_ms integer not null,
    score double not null,
    recognizer varchar not null
);
comment on table findings is 'Personal data that was detected: where and of what kind, never its value.';
comment on column findings.call_id is 'The call, as in calls.call_id.';
comment on column findings.finding is 'Number of the finding within the call, from 0.';
comment on column findings.entity is 'Kind of personal data: PERSON, CREDIT_CARD, US_SSN and so on.';
comment on column findings.segment is 'The segment, as in segments.segment.';
comment on column findings.first_word is 'Index of the first word within the segment, from 0.';
comment on column findings.last_word is 'Index of the last word within the segment, inclusive.';
comment on column findings.channel is 'Audio channel, from 0.';
comment on column findings.start_ms is 'Start in the recording.';
comment on column findings.end_ms is 'End in the recording.';
comment on column findings.score is 'Confidence of the recognizer, 0 to 1.';
comment on column findings.recognizer is 'What found it.';

create table mute_spans (
    call_id varchar not null,
    channel utinyint not null,
    start_ms integer not null,
    end_ms integer not null,
    entities varchar[] not null
);
comment on table mute_spans is 'Stretches of audio whose samples were replaced.';
comment on column mute_spans.call_id is 'The call, as in calls.call_id.';
comment on column mute_spans.channel is 'Audio channel, from 0.';
comment on column mute_spans.start_ms is 'Start in the recording.';
comment on column mute_spans.end_ms is 'End in the recording.';
comment on column mute_spans.entities is 'Kinds of personal data under it, sorted.';
