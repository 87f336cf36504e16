create or replace view v_findings as
select
    findings.call_id,
    calls.started_at,
    findings.finding,
    findings.entity,
    findings.speaker,
    participants.role as speaker_role,
    findings.channel,
    findings.segment,
    findings.start_ms / 1000 as start_seconds,
    findings.end_ms / 1000 as end_seconds,
    findings.score,
    findings.recognizer,
    findings.call_number
from findings
join calls using (call_number)
left join participants
    on participants.call_number = findings.call_number
    and participants.participant = findings.speaker;

comment on view v_findings is 'One row per piece of personal data that was redacted, with who said it; never its value.';
comment on column v_findings.call_id is 'The call, as in calls.call_id.';
comment on column v_findings.started_at is 'Start of the recording, UTC.';
comment on column v_findings.finding is 'Number of the finding within the call.';
comment on column v_findings.entity is 'Kind of personal data.';
comment on column v_findings.speaker is 'Who said it, as in participants.participant.';
comment on column v_findings.speaker_role is 'customer, agent, ivr and so on.';
comment on column v_findings.channel is 'Audio channel, from 0.';
comment on column v_findings.segment is 'The segment, as in segments.segment.';
comment on column v_findings.start_seconds is 'Start in the recording.';
comment on column v_findings.end_seconds is 'End in the recording.';
comment on column v_findings.score is 'Confidence of the recognizer, 0 to 1.';
comment on column v_findings.recognizer is 'What found it.';
comment on column v_findings.call_number is 'The call, as in calls.call_number; joins by it are faster than by call_id.';
