-- Calls that came as a transcript, without audio.

alter table calls alter column audio drop not null;
alter table calls alter column sample_rate drop not null;

comment on column calls.audio is 'File of the redacted audio, within the calls folder; null where only a transcript came.';
comment on column calls.sample_rate is 'Samples per second of the recording; null where only a transcript came.';
comment on column calls.duration_ms is 'Length of the recording; of a transcript alone, to its last word or the record''s last moment.';
comment on column calls.model is 'Speech model that heard the words, or what made the transcript that was dropped.';
comment on column files.kind is 'audio, transcript or record.';
