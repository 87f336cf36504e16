-- The queue of an agent is the one whose interval began last before the agent's first interval. Where the
-- recording begins after the queue, no such interval is left: then the order of participants tells it.
with agents as (
    select call_id, call_number, participant, position, id, name
    from participants
    where role = 'agent'
        and call_number between $first and $last
),
queues as (
    select call_number, participant, position, id, coalesce(name, id, participant) as queue
    from participants
    where role = 'queue'
        and call_number between $first and $last
),
first_intervals as (
    select call_number, participant, min(start_ms) as start_ms
    from intervals
    where call_number between $first and $last
    group by call_number, participant
),
queue_by_time as (
    select agents.call_number, agents.participant, arg_max(waiting.participant, waiting.start_ms) as queue_participant
    from agents
    join first_intervals using (call_number, participant)
    join intervals as waiting
        on waiting.call_number = agents.call_number
        and waiting.kind = 'queue'
        and waiting.start_ms <= first_intervals.start_ms
    where waiting.call_number between $first and $last
    group by agents.call_number, agents.participant
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
