create or replace view v_queue_visits as
with visits as (
    select
        call_id,
        call_number,
        participant,
        id,
        coalesce(name, id, participant) as queue,
        position = max(position) over (partition by call_number) as is_last
    from participants
    where role = 'queue'
),
answers as (
    select distinct call_number, queue_participant as participant
    from v_agent_legs
),
voicemails as (
    select distinct call_number
    from participants
    where role = 'voicemail'
)
select
    visits.call_id,
    calls.started_at,
    visits.participant,
    visits.id as queue_id,
    visits.queue,
    times.queue_wait_ms / 1000 as wait_seconds,
    case
        when answers.participant is not null then 'answered'
        when not visits.is_last then 'moved on'
        when voicemails.call_number is not null then 'voicemail'
        else 'abandoned'
    end as outcome,
    visits.call_number
from visits
join calls using (call_number)
left join answers using (call_number, participant)
left join voicemails using (call_number)
left join participant_metrics as times using (call_number, participant);

comment on view v_queue_visits is 'One row per queue that a call waited in, and how the wait ended.';
comment on column v_queue_visits.call_id is 'The call, as in calls.call_id.';
comment on column v_queue_visits.started_at is 'Start of the recording, UTC.';
comment on column v_queue_visits.participant is 'Key of the queue within the call.';
comment on column v_queue_visits.queue_id is 'The vendor''s id of the queue.';
comment on column v_queue_visits.queue is 'Name of the queue, else the id.';
comment on column v_queue_visits.wait_seconds is 'Wait, by the record; null when no record speaks of it.';
comment on column v_queue_visits.outcome is 'answered, moved on (to another queue), voicemail or abandoned.';
comment on column v_queue_visits.call_number is 'The call, as in calls.call_number; joins by it are faster than by call_id.';
