-- Columns named as they are meant.

comment on column files.name is 'Path within the drop folder, without numbers and words that may be names: [number], [name].';
comment on column participants.id is 'The vendor''s id of the agent, queue or flow; of a customer, the vendor''s id of the contact.';
comment on column intervals.kind is 'ivr, bot, queue, alert, talk, hold, consult, conference, secure_pause, voicemail, survey, wrap_up or other (unknown party or state). journey_steps.kind splits talk into agent and external.';
comment on column transfers.kind is 'blind, consult or unknown; v_transfers.went is finer.';
comment on column journey_steps.end_ms is 'End on the recording''s clock; may be after its end.';
comment on column segments.sentiment is 'Sentiment of the words, from -1 (angry) over 0 to 1 (happy).';
comment on column call_metrics.customer_sentiment is 'Sentiment of the customer, -1 to 1; null when the customer said nothing.';
comment on column call_metrics.agent_sentiment is 'Sentiment of the agents, -1 to 1.';
comment on column call_metrics.customer_sentiment_change is 'Customer''s sentiment in the last quarter of the call minus the first.';
comment on column participant_metrics.sentiment is 'As heard: mean sentiment, -1 to 1, weighted by words.';
comment on column sentiment_quarters.sentiment is 'Mean sentiment, -1 to 1, weighted by words.';
comment on column calls.dropped is 'The words that were removed by kind: outside_speech, doubtful (neither the voice detector nor the recognizer was sure), instant (a text that went on after the speech had ended), loop, stock_phrase (captions of silent scenes), echo (of the other channel).';
