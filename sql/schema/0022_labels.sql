-- Which words are labels, apart from the words: to pass over the entity of each word, nearly always none, took a quarter of
-- the time to read what was said in a call, and 7 bytes a segment. The table is written anew, as in 0017.

create table segments_with_labels (
    call_id varchar not null,
    segment integer not null,
    speaker varchar not null,
    channel utinyint not null,
    start_ms integer not null,
    end_ms integer not null,
    confidence float not null,
    text varchar not null,
    words struct(step_ms integer, length_ms integer, percent utinyint)[] not null,
    sentiment float,
    sentiment_label varchar,
    loudness_dbfs float,
    call_number bigint,
    labels struct(word integer, entity varchar)[] not null
);
insert into segments_with_labels
select
    * replace (
        list_transform(
            words,
            lambda word: struct_pack(step_ms := word.step_ms, length_ms := word.length_ms, percent := word.percent)
        ) as words
    ),
    list_filter(
        list_transform(words, lambda word, place: struct_pack(word := place::integer, entity := word.entity)),
        lambda label: label.entity is not null
    ) as labels
from segments;
drop table segments;
alter table segments_with_labels rename to segments;

comment on table segments is 'What one speaker says without a break, redacted: labels stand in the place of personal data.';
comment on column segments.call_id is 'The call, as in calls.call_id.';
comment on column segments.segment is 'Number of the segment within the call, from 0, by start.';
comment on column segments.speaker is 'Who speaks, as in participants.participant.';
comment on column segments.channel is 'Audio channel, from 0.';
comment on column segments.start_ms is 'Start of the first word.';
comment on column segments.end_ms is 'End of the last word.';
comment on column segments.confidence is 'How sure it is that this is the speaker, 0 to 1.';
comment on column segments.text is 'The words as one text, a blank between them; a blank within a word is a no-break space.';
comment on column segments.words is 'For each word of the text, split at blanks: start after the start of the word before it (of the first: after the segment''s), length, and probability by speech recognition in percent. v_words has them as rows, with their times.';
comment on column segments.sentiment is 'Feeling from -1 (angry) over 0 to 1 (happy).';
comment on column segments.sentiment_label is 'negative, neutral or positive.';
comment on column segments.loudness_dbfs is 'RMS loudness in decibels below full scale; null for silence.';
comment on column segments.call_number is 'The call, as in calls.call_number; joins by it are faster than by call_id.';
comment on column segments.labels is 'The words that are labels: number of the word, from 1, and kind of personal data it stands for.';
