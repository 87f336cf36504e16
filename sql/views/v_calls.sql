-- An agent whose telephone only rang, or who was only consulted, is not among the agents.
-- Without a record nothing is known about handling, waiting and transfers: null, not 0. The same holds for answers and for
-- silence with an agent, since a voice on the centre's side can be the IVR's.
create or replace view v_calls as
select
    calls.call_id,
    coalesce(calls.conversation_id, calls.call_id) as conversation_id,
    calls.recording_id,
    calls.started_at,
    calls.started_at::date as call_date,
    extract(hour from calls.started_at) as call_hour,
    calls.direction,
    calls.duration_ms / 1000 as duration_seconds,
    facts.queues,
    facts.queues[1] as first_queue,
    facts.queues[-1] as last_queue,
    facts.agents,
    facts.agents[-1] as last_agent,
    if(calls.ctr_quality != 'none', metrics.answered, null) as answered,
    if(calls.ctr_quality != 'none', metrics.handle_ms / 1000, null) as handle_seconds,
    if(calls.ctr_quality != 'none', metrics.talk_ms / 1000, null) as talk_seconds,
    if(calls.ctr_quality != 'none', metrics.hold_ms / 1000, null) as hold_seconds,
    if(calls.ctr_quality != 'none', metrics.after_call_work_ms / 1000, null) as after_call_work_seconds,
    if(calls.ctr_quality != 'none' and metrics.queues > 0, metrics.queue_wait_ms / 1000, null) as queue_wait_seconds,
    if(calls.ctr_quality != 'none', metrics.ivr_ms / 1000, null) as ivr_seconds,
    if(calls.ctr_quality != 'none', metrics.consult_ms / 1000, null) as consult_seconds,
    if(calls.ctr_quality != 'none', metrics.speed_of_answer_ms / 1000, null) as speed_of_answer_seconds,
    if(calls.ctr_quality != 'none', metrics.non_talk_ms / 1000, null) as non_talk_seconds,
    metrics.talk_over_ms / 1000 as talk_over_seconds,
    if(calls.ctr_quality != 'none', metrics.longest_silence_ms / 1000, null) as longest_silence_seconds,
    if(calls.ctr_quality != 'none', metrics.ivrs, null) as ivrs,
    if(calls.ctr_quality != 'none', metrics.holds, null) as holds,
    if(calls.ctr_quality != 'none', metrics.transfers, null) as transfers,
    if(calls.ctr_quality != 'none', metrics.blind_transfers, null) as blind_transfers,
    if(calls.ctr_quality != 'none', metrics.consult_transfers, null) as consult_transfers,
    calls.ended_by,
    calls.ended_how,
    metrics.customer_sentiment,
    metrics.customer_sentiment_change,
    metrics.agent_sentiment,
    facts.drivers[1] as driver,
    facts.drivers,
    facts.findings,
    facts.redacted,
    calls.ctr_quality,
    calls.mean_probability,
    calls.speaker_confidence,
    calls.dropped_words,
    calls.dropped,
    calls.language,
    calls.model,
    calls.audio,
    calls.loaded_at,
    calls.call_number,
    calls.customer,
    calls.external_channel,
    calls.ctr_notes,
    calls.divisions
from calls
join call_metrics as metrics using (call_number)
join call_facts as facts using (call_number);

comment on view v_calls is 'One row per call, that is per recording, with everything a report needs: when, who, how long, why, sentiment.';
comment on column v_calls.call_id is 'The call, as in calls.call_id.';
comment on column v_calls.conversation_id is 'The vendor''s id of the conversation; the call''s own id where no record told one.';
comment on column v_calls.recording_id is 'The vendor''s id of the recording.';
comment on column v_calls.started_at is 'Start of the recording, UTC; null without a record.';
comment on column v_calls.call_date is 'Day of the start, UTC.';
comment on column v_calls.call_hour is 'Hour of the start, 0 to 23, UTC.';
comment on column v_calls.direction is 'inbound, outbound or unknown.';
comment on column v_calls.duration_seconds is 'Length of the recording; of a transcript alone, to its last word or the record''s last moment.';
comment on column v_calls.queues is 'Names of the queues, in the order in which the call met them; again where it came back.';
comment on column v_calls.first_queue is 'Queue that the call reached first.';
comment on column v_calls.last_queue is 'Queue that the call reached last.';
comment on column v_calls.agents is 'Names of the agents who spoke with the customer, in that order; again where the call came back.';
comment on column v_calls.last_agent is 'Agent who spoke with the customer last.';
comment on column v_calls.answered is 'Whether an agent spoke with the customer; null without a record.';
comment on column v_calls.handle_seconds is 'Handle time: talk, hold and after-call work of all agents; null without a record.';
comment on column v_calls.talk_seconds is 'Agents connected: with the customer or, in a consult, with a colleague; null without a record.';
comment on column v_calls.hold_seconds is 'Customer on hold; null without a record.';
comment on column v_calls.after_call_work_seconds is 'Wrap-up after the call; null without a record.';
comment on column v_calls.queue_wait_seconds is 'Wait in all queues; null without a record, and where the call met no queue.';
comment on column v_calls.ivr_seconds is 'Time with the IVR; null without a record.';
comment on column v_calls.consult_seconds is 'Consults between agents while the customer waited, each counted once; null without a record.';
comment on column v_calls.speed_of_answer_seconds is 'Wait in the queue that the first agent answered for; null where none did.';
comment on column v_calls.ivrs is 'Number of automated flows: IVR, bots, surveys, payment; null without a record.';
comment on column v_calls.ended_by is 'Who ended the call: customer, agent_1 and so on, or system; null where no record tells.';
comment on column v_calls.ended_how is 'How it was ended, in the vendor''s own word.';
comment on column v_calls.non_talk_seconds is 'Nobody speaks for three seconds or longer while an agent is connected; null without a record, when it is not known whose voices are an agent''s.';
comment on column v_calls.talk_over_seconds is 'Both sides speak at once.';
comment on column v_calls.longest_silence_seconds is 'Longest stretch in which nobody speaks while an agent is connected; null without a record.';
comment on column v_calls.holds is 'Number of holds; null without a record.';
comment on column v_calls.transfers is 'Number of transfers; null without a record.';
comment on column v_calls.blind_transfers is 'Transfers without a word to the next agent; null without a record.';
comment on column v_calls.consult_transfers is 'Transfers after a consult with the next agent; null without a record.';
comment on column v_calls.customer_sentiment is 'Sentiment of the customer, -1 to 1.';
comment on column v_calls.customer_sentiment_change is 'Customer''s sentiment in the last quarter of the call minus the first.';
comment on column v_calls.agent_sentiment is 'Sentiment of the agents, -1 to 1.';
comment on column v_calls.driver is 'Most likely reason of the call.';
comment on column v_calls.drivers is 'Reasons of the call, most likely first.';
comment on column v_calls.findings is 'Pieces of personal data that were redacted.';
comment on column v_calls.redacted is 'What was redacted and how often, as in: CREDIT_CARD 1, PERSON 2.';
comment on column v_calls.ctr_quality is 'Trust in the contact trace record: exact, approximate or none.';
comment on column v_calls.mean_probability is 'Mean probability of the words by speech recognition, 0 to 1.';
comment on column v_calls.speaker_confidence is 'How sure it is who speaks, 0 to 1: mean over the words of v_segments.confidence.';
comment on column v_calls.dropped_words is 'Words that speech recognition invented and that were removed.';
comment on column v_calls.dropped is 'The same by kind: outside_speech, doubtful (neither the voice detector nor the recognizer was sure), instant, loop, stock_phrase, echo.';
comment on column v_calls.language is 'Language that was transcribed.';
comment on column v_calls.model is 'Speech recognition model, or what made the transcript that was dropped.';
comment on column v_calls.audio is 'File of the redacted audio, within the calls folder; null where only a transcript came.';
comment on column v_calls.loaded_at is 'When the call was loaded, UTC.';
comment on column v_calls.call_number is 'The call, as in calls.call_number; joins by it are faster than by call_id.';
comment on column v_calls.customer is 'Keyed hash of the customer''s number: equal for calls of one customer; null where it is not known.';
comment on column v_calls.external_channel is 'Channel of the customer''s side, counted from 0.';
comment on column v_calls.ctr_notes is 'What was corrected in the record, or could not be fitted to the recording.';
comment on column v_calls.divisions is 'Divisions of the contact centre that the conversation belongs to: names, else ids.';
