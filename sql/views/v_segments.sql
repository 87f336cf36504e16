create or replace view v_segments as
select
    segments.call_id,
    calls.started_at,
    segments.segment,
    segments.speaker,
    participants.role as speaker_role,
    coalesce(participants.name, participants.id, segments.speaker) as speaker_name,
    segments.speaker = 'hold' or coalesce(participants.role in ('ivr', 'queue', 'voicemail'), false) as automated,
    segments.channel,
    segments.start_ms / 1000 as start_seconds,
    segments.end_ms / 1000 as end_seconds,
    segments.text,
    len(segments.words) as words,
    segments.sentiment,
    segments.sentiment_label,
    segments.loudness_dbfs,
    segments.confidence,
    segments.call_number
from segments
join calls using (call_number)
left join participants
    on participants.call_number = segments.call_number
    and participants.participant = segments.speaker;

comment on view v_segments is 'One row per redacted segment, with who speaks.';
comment on column v_segments.call_id is 'The call, as in calls.call_id.';
comment on column v_segments.started_at is 'Start of the recording, UTC.';
comment on column v_segments.segment is 'Number of the segment within the call, from 0.';
comment on column v_segments.speaker is 'Who speaks, as in participants.participant.';
comment on column v_segments.speaker_role is 'customer, agent, ivr and so on.';
comment on column v_segments.speaker_name is 'Name of the agent or IVR flow, else the id, else the key.';
comment on column v_segments.automated is 'Whether a recorded voice or music is heard: IVR, bot, survey, queue, hold. The conversation itself is the rest.';
comment on column v_segments.channel is 'Audio channel, from 0.';
comment on column v_segments.start_seconds is 'Start in the recording.';
comment on column v_segments.end_seconds is 'End in the recording.';
comment on column v_segments.text is 'What was said, with labels instead of personal data.';
comment on column v_segments.words is 'Number of words.';
comment on column v_segments.sentiment is 'Sentiment of the words, from -1 (angry) over 0 to 1 (happy).';
comment on column v_segments.sentiment_label is 'negative, neutral or positive.';
comment on column v_segments.loudness_dbfs is 'RMS loudness in decibels below full scale.';
comment on column v_segments.confidence is 'How sure it is that this is the speaker, 0 to 1.';
comment on column v_segments.call_number is 'The call, as in calls.call_number; joins by it are faster than by call_id.';
