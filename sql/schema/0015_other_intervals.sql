-- Parties and states that a record has and nobody knows keep their place.
comment on column intervals.kind is 'ivr, bot, queue, alert, talk, hold, consult, conference, secure_pause, voicemail, survey, wrap_up or other (a party or a state that is not known).';
comment on column journey_steps.kind is 'agent or external (who talks), ivr, bot, queue, alert, hold, consult, conference, secure_pause, voicemail, survey, wrap_up or other (a party or a state that is not known).';
