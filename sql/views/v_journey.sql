create or replace view v_journey as
select
    journey_steps.call_id,
    coalesce(calls.conversation_id, calls.call_id) as conversation_id,
    calls.started_at,
    journey_steps.step,
    journey_steps.kind,
    journey_steps.participant,
    participants.role,
    coalesce(participants.name, participants.id, journey_steps.participant) as name,
    journey_steps.queue_id,
    journey_steps.queue,
    journey_steps.start_ms / 1000 as start_seconds,
    journey_steps.end_ms / 1000 as end_seconds,
    (journey_steps.end_ms - journey_steps.start_ms) / 1000 as seconds,
    journey_steps.outcome,
    journey_steps.call_number
from journey_steps
join calls using (call_number)
left join participants using (call_number, participant);

comment on view v_journey is 'The way of each call step by step: IVR flow, queue, agent, hold and so on, with the outcome of each.';
comment on column v_journey.call_id is 'The call, as in calls.call_id.';
comment on column v_journey.conversation_id is 'The vendor''s id of the conversation; the call''s own id where no record told one.';
comment on column v_journey.started_at is 'Start of the recording, UTC.';
comment on column v_journey.step is 'Number of the step within the call, from 0.';
comment on column v_journey.kind is 'agent or external (who talks), ivr, bot, queue, alert, hold, consult, conference, secure_pause, voicemail, survey, wrap_up or other.';
comment on column v_journey.participant is 'Who or what it is with, as in participants.participant.';
comment on column v_journey.role is 'customer, agent, ivr and so on.';
comment on column v_journey.name is 'Name of the agent, queue or flow, else the id, else the key.';
comment on column v_journey.queue_id is 'The vendor''s id of the queue, or of the one that the agent answered for.';
comment on column v_journey.queue is 'Name of that queue.';
comment on column v_journey.start_seconds is 'Start on the recording''s clock; negative before its first sample.';
comment on column v_journey.end_seconds is 'End on the recording''s clock; may be after its end.';
comment on column v_journey.seconds is 'Length.';
comment on column v_journey.outcome is 'routed, answered, abandoned, voicemail, transferred, continued, left, ended or done.';
comment on column v_journey.call_number is 'The call, as in calls.call_number; joins by it are faster than by call_id.';
