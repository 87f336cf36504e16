-- The queue of an agent is the last one that the call entered before the agent first spoke with the customer, even if that
-- was outside the recording. Without times, the order of participants decides.
with agents as (
    select call_id, call_number, participant, position, id, name
    from participants
    where role = 'agent'
        and connected is distinct from false
        and call_number between $first and $last
),
queues as (
    select call_number, participant, position, id, coalesce(name, id, participant) as queue
    from participants
    where role = 'queue'
        and call_number between $first and $last
),
moments as (
    select call_number, participant, kind = 'queue' as waiting, start_ms
    from intervals
    where kind in ('queue', 'talk', 'conference')
        and call_number between $first and $last
    union all
    select call_number, participant, kind = 'queue', start_ms
    from journey_steps
    where kind in ('queue', 'agent', 'conference')
        and call_number between $first and $last
),
answers as (
    select call_number, participant, min(start_ms) as start_ms
    from moments
    where not waiting
    group by call_number, participant
),
queue_by_time as (
    select answers.call_number, answers.participant, arg_max(moments.participant, moments.start_ms) as queue_participant
    from answers
    join moments
        on moments.call_number = answers.call_number
        and moments.waiting
        and moments.start_ms <= answers.start_ms
    group by answers.call_number, answers.participant
),
queue_by_order as (
    select agents.call_number, agents.participant, arg_max(queues.participant, queues.position) as queue_participant
    from agents
    join queues
        on queues.call_number = agents.call_number
        and queues.position < agents.position
    group by agents.call_number, agents.participant
),
handed_on as (
    select distinct call_number, from_participant as participant
    from transfers
    where call_number between $first and $last
)
select
    agents.call_id,
    agents.participant,
    agents.position,
    agents.id as agent_id,
    coalesce(agents.name, agents.id, agents.participant) as agent,
    queues.participant as queue_participant,
    queues.id as queue_id,
    coalesce(queues.queue, '(no queue)') as queue,
    handed_on.participant is not null as transferred,
    agents.call_number
from agents
left join queue_by_time using (call_number, participant)
left join queue_by_order using (call_number, participant)
left join queues
    on queues.call_number = agents.call_number
    and queues.participant = coalesce(queue_by_time.queue_participant, queue_by_order.queue_participant)
left join handed_on using (call_number, participant)
order by agents.call_number, agents.position
