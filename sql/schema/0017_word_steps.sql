-- A word's time as the step from the word before it, where it was the offset within the segment: a step is small
-- wherever the word stands, and takes a third less room. The table is written anew, since to change a column's type
-- in place would hold all of it, not compressed, until the end.

create table segments_by_steps (
    call_id varchar not null,
    segment integer not null,
    speaker varchar not null,
    channel utinyint not null,
    start_ms integer not null,
    end_ms integer not null,
    confidence float not null,
    text varchar not null,
    words struct(step_ms integer, length_ms integer, percent utinyint, entity varchar)[] not null,
    sentiment float,
    sentiment_label varchar,
    loudness_dbfs float,
    call_number bigint
);
insert into segments_by_steps
select * replace (
    list_transform(
        words,
        lambda word, place: struct_pack(
            step_ms := word.offset_ms - coalesce(words[place - 1].offset_ms, 0),
            length_ms := word.length_ms,
            percent := word.percent,
            entity := word.entity
        )
    ) as words
)
from segments;
drop table segments;
alter table segments_by_steps rename to segments;

comment on table segments is 'What one speaker says without a break, redacted: labels stand in the place of personal data.';
comment on column segments.call_id is 'The call, as in calls.call_id.';
comment on column segments.segment is 'Number of the segment within the call, from 0, by start.';
comment on column segments.speaker is 'Who speaks, as in participants.participant.';
comment on column segments.channel is 'Audio channel, from 0.';
comment on column segments.start_ms is 'Start of the first word.';
comment on column segments.end_ms is 'End of the last word.';
comment on column segments.confidence is 'How sure it is that this is the speaker, 0 to 1.';
comment on column segments.text is 'The words as one text, a blank between them; a blank within a word is a no-break space.';
comment on column segments.words is 'For each word of the text, split at blanks: start after the start of the word before it (of the first: after the segment''s), length, probability by speech recognition in percent, and the entity where a label stands. v_words has them as rows, with their times.';
comment on column segments.sentiment is 'Feeling from -1 (angry) over 0 to 1 (happy).';
comment on column segments.sentiment_label is 'negative, neutral or positive.';
comment on column segments.loudness_dbfs is 'RMS loudness in decibels below full scale; null for silence.';
comment on column segments.call_number is 'The call, as in calls.call_number; joins by it are faster than by call_id.';
