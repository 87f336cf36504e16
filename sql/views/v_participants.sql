create or replace view v_participants as
select
    participants.call_id,
    calls.started_at,
    participants.participant,
    participants.position,
    participants.role,
    participants.id,
    participants.name,
    times.talk_ms / 1000 as talk_seconds,
    times.hold_ms / 1000 as hold_seconds,
    times.after_call_work_ms / 1000 as after_call_work_seconds,
    times.queue_wait_ms / 1000 as queue_wait_seconds,
    times.ivr_ms / 1000 as ivr_seconds,
    times.alert_ms / 1000 as alert_seconds,
    times.consult_ms / 1000 as consult_seconds,
    times.speed_of_answer_ms / 1000 as speed_of_answer_seconds,
    times.speech_ms / 1000 as speech_seconds,
    times.words,
    times.words_per_minute,
    times.interruptions,
    times.loudness_dbfs,
    times.sentiment,
    participants.call_number,
    participants.connected,
    participants.wrap_up,
    participants.skills
from participants
join calls using (call_number)
left join participant_metrics as times using (call_number, participant);

comment on view v_participants is 'One row per participant and call: times by the record, speech as heard.';
comment on column v_participants.call_id is 'The call, as in calls.call_id.';
comment on column v_participants.started_at is 'Start of the recording, UTC.';
comment on column v_participants.participant is 'Key within the call.';
comment on column v_participants.position is 'Order in the contact trace record, from 0.';
comment on column v_participants.role is 'customer, agent, ivr, queue, voicemail, external or unknown.';
comment on column v_participants.id is 'The vendor''s id.';
comment on column v_participants.name is 'Display name of the agent, queue or flow; never a customer''s.';
comment on column v_participants.talk_seconds is 'Connected, by the record: with the customer or, in a consult, with a colleague.';
comment on column v_participants.hold_seconds is 'Customer on hold, by the record.';
comment on column v_participants.after_call_work_seconds is 'Wrap-up, by the record.';
comment on column v_participants.queue_wait_seconds is 'Wait in this queue, by the record.';
comment on column v_participants.ivr_seconds is 'Time in this IVR flow, by the record.';
comment on column v_participants.alert_seconds is 'Ringing at this agent, by the record.';
comment on column v_participants.consult_seconds is 'Consults that this agent was in, by the record: each from the asking to its end, ringing too; of who was only asked, longer than talk.';
comment on column v_participants.speed_of_answer_seconds is 'Wait of the customer in the queue that this agent answered for, by the record.';
comment on column v_participants.speech_seconds is 'Speech, as heard.';
comment on column v_participants.words is 'Words, as heard.';
comment on column v_participants.words_per_minute is 'Words per minute of speech.';
comment on column v_participants.interruptions is 'Times it began to speak over somebody and went on.';
comment on column v_participants.loudness_dbfs is 'RMS loudness in decibels below full scale.';
comment on column v_participants.sentiment is 'Mean sentiment, -1 to 1, weighted by words.';
comment on column v_participants.call_number is 'The call, as in calls.call_number; joins by it are faster than by call_id.';
comment on column v_participants.connected is 'Whether an agent spoke with the customer: false where the telephone only rang or a colleague only asked; null for all others.';
comment on column v_participants.wrap_up is 'What an agent filed the call under: the wrap-up code''s name, else the code.';
comment on column v_participants.skills is 'Skills that a queue asked for: names, else ids.';
