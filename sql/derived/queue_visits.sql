-- A queue was answered when an agent who spoke with the customer took the call from it.
with visits as (
    select
        call_id,
        call_number,
        participant,
        position,
        id,
        coalesce(name, id, participant) as queue,
        position = max(position) over (partition by call_number) as is_last
    from participants
    where role = 'queue'
        and call_number between $first and $last
),
answers as (
    select distinct call_number, queue_participant as participant
    from agent_legs
    where call_number between $first and $last
),
voicemails as (
    select distinct call_number
    from participants
    where role = 'voicemail'
        and call_number between $first and $last
),
waits as (
    select call_number, participant, queue_wait_ms
    from participant_metrics
    where call_number between $first and $last
)
select
    visits.call_id,
    visits.participant,
    visits.id as queue_id,
    visits.queue,
    waits.queue_wait_ms as wait_ms,
    case
        when answers.participant is not null then 'answered'
        when not visits.is_last then 'moved on'
        when voicemails.call_number is not null then 'voicemail'
        else 'abandoned'
    end as outcome,
    visits.call_number
from visits
left join answers using (call_number, participant)
left join voicemails using (call_number)
left join waits using (call_number, participant)
order by visits.call_number, visits.position
