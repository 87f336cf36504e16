create or replace view v_words as
select
    call_id,
    segment,
    word,
    speaker,
    string_split(text, ' ')[word] as text,
    word_ms / 1000 as start_seconds,
    (word_ms + words[word].length_ms) / 1000 as end_seconds,
    words[word].percent / 100 as probability,
    list_filter(labels, lambda label: label.word = word)[1].entity as entity,
    call_number
from (
    select *, start_ms + list_sum(list_transform(words[1:word], lambda one: one.step_ms))::integer as word_ms
    from (
        select *, unnest(range(1, len(words) + 1))::integer as word
        from segments
    )
);

comment on view v_words is 'One row per word, with its place in the recording.';
comment on column v_words.call_id is 'The call, as in calls.call_id.';
comment on column v_words.segment is 'The segment, as in segments.segment.';
comment on column v_words.word is 'Number of the word within the segment, from 1.';
comment on column v_words.speaker is 'Who speaks, as in participants.participant.';
comment on column v_words.text is 'The word, or the label instead of personal data.';
comment on column v_words.start_seconds is 'Start in the recording.';
comment on column v_words.end_seconds is 'End in the recording.';
comment on column v_words.probability is 'Probability by speech recognition, 0 to 1, to the hundredth.';
comment on column v_words.entity is 'Kind of personal data where a label stands.';
comment on column v_words.call_number is 'The call, as in calls.call_number; joins by it are faster than by call_id.';
