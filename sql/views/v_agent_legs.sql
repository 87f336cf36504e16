create or replace view v_agent_legs as
select
    legs.call_id,
    calls.started_at,
    legs.participant,
    legs.position,
    legs.agent_id,
    legs.agent,
    legs.queue_participant,
    legs.queue_id,
    legs.queue,
    if(later.call_number is null, times.talk_ms / 1000, null) as talk_seconds,
    if(later.call_number is null, times.hold_ms / 1000, null) as hold_seconds,
    if(later.call_number is null, times.after_call_work_ms / 1000, null) as after_call_work_seconds,
    talk_seconds + hold_seconds + after_call_work_seconds as handle_seconds,
    times.speech_ms / 1000 as speech_seconds,
    times.words,
    times.words_per_minute,
    times.interruptions,
    times.loudness_dbfs,
    times.sentiment as agent_sentiment,
    call_metrics.customer_sentiment,
    legs.transferred,
    legs.call_number,
    later.call_number is null as first_recording
from agent_legs as legs
join calls using (call_number)
join call_metrics using (call_number)
left join participant_metrics as times
    on times.call_number = legs.call_number
    and times.participant = legs.participant
left join v_later_recordings as later
    on later.call_number = legs.call_number;

comment on view v_agent_legs is 'One row per agent who spoke with the customer, and recording: the queue the call came from, times, speech, sentiment. The record''s times stand in the first recording of a conversation only: their sums count it once.';
comment on column v_agent_legs.call_id is 'The call, as in calls.call_id.';
comment on column v_agent_legs.started_at is 'Start of the recording, UTC.';
comment on column v_agent_legs.participant is 'The agent''s key within the call.';
comment on column v_agent_legs.position is 'Order in the contact trace record, from 0.';
comment on column v_agent_legs.agent_id is 'The vendor''s id of the agent.';
comment on column v_agent_legs.agent is 'Name of the agent, else the id, else the key.';
comment on column v_agent_legs.queue_participant is 'Key of the queue that the agent took the call from; null where there was none.';
comment on column v_agent_legs.queue_id is 'The vendor''s id of that queue.';
comment on column v_agent_legs.queue is 'Name of that queue, else the id; (no queue) where there was none.';
comment on column v_agent_legs.talk_seconds is 'Connected with the customer or, in a consult, with a colleague, by the record; null in later recordings of a conversation.';
comment on column v_agent_legs.hold_seconds is 'Customer on hold, by the record; null in later recordings.';
comment on column v_agent_legs.after_call_work_seconds is 'Wrap-up, by the record; null in later recordings.';
comment on column v_agent_legs.handle_seconds is 'Handle time: talk, hold and after-call work; null without a record and in later recordings.';
comment on column v_agent_legs.speech_seconds is 'Speech of the agent, as heard.';
comment on column v_agent_legs.words is 'Words of the agent.';
comment on column v_agent_legs.words_per_minute is 'Words per minute of the agent''s speech.';
comment on column v_agent_legs.interruptions is 'Times the agent began to speak over somebody and went on.';
comment on column v_agent_legs.loudness_dbfs is 'RMS loudness of the agent in decibels below full scale.';
comment on column v_agent_legs.agent_sentiment is 'Sentiment of the agent, -1 to 1.';
comment on column v_agent_legs.customer_sentiment is 'Sentiment of the customer over the whole recording, -1 to 1.';
comment on column v_agent_legs.transferred is 'Whether this agent handed the call on.';
comment on column v_agent_legs.call_number is 'The call, as in calls.call_number; joins by it are faster than by call_id.';
comment on column v_agent_legs.first_recording is 'Whether this is the first recording of its conversation.';
