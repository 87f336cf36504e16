-- Parties and states that a record has and nobody knows keep their place; how sure it is who speaks is told of a call, too.

alter table calls add column speaker_confidence double;
comment on column calls.speaker_confidence is 'How sure it is who speaks, 0 to 1: mean over the words of segments.confidence; null when no word was heard, and in calls that were loaded before it was kept.';
comment on column intervals.kind is 'ivr, bot, queue, alert, talk, hold, consult, conference, secure_pause, voicemail, survey, wrap_up or other (a party or a state that is not known).';
comment on column journey_steps.kind is 'agent or external (who talks), ivr, bot, queue, alert, hold, consult, conference, secure_pause, voicemail, survey, wrap_up or other (a party or a state that is not known).';
