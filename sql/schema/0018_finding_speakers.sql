-- Who said what was redacted, kept with the finding: to look it up in all segments took most of a question's time.

create table findings_with_speakers (
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
    recognizer varchar not null,
    call_number bigint,
    speaker varchar
);
insert into findings_with_speakers
select findings.*, segments.speaker
from findings
left join segments using (call_number, segment)
order by findings.call_number, findings.finding;
drop table findings;
alter table findings_with_speakers rename to findings;

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
comment on column findings.call_number is 'The call, as in calls.call_number; joins by it are faster than by call_id.';
comment on column findings.speaker is 'Who said it, as in participants.participant; null where its segment is not known.';
