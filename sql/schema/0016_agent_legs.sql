-- Which queue each agent took a call from, and how each visit to a queue ended, worked out when a call is loaded:
-- to tell it anew for every question took most of its time. sql/derived has the same for the calls of one load.

create table agent_legs (
    call_id varchar not null,
    participant varchar not null,
    position integer not null,
    agent_id varchar,
    agent varchar not null,
    queue_participant varchar,
    queue_id varchar,
    queue varchar not null,
    transferred boolean not null,
    call_number bigint
);
comment on table agent_legs is 'One row per agent and call: the queue the call came from; v_agent_legs adds times, speech and sentiment.';
comment on column agent_legs.call_id is 'The call, as in calls.call_id.';
comment on column agent_legs.participant is 'The agent, as in participants.participant.';
comment on column agent_legs.position is 'Order in the contact trace record, from 0.';
comment on column agent_legs.agent_id is 'The vendor''s id of the agent.';
comment on column agent_legs.agent is 'Name of the agent, else the id, else the key.';
comment on column agent_legs.queue_participant is 'The queue that the agent took the call from, as in participants.participant; null where there was none.';
comment on column agent_legs.queue_id is 'The vendor''s id of that queue.';
comment on column agent_legs.queue is 'Name of that queue, else the id; (no queue) where there was none.';
comment on column agent_legs.transferred is 'Whether this agent handed the call on.';
comment on column agent_legs.call_number is 'The call, as in calls.call_number; joins by it are faster than by call_id.';

insert into agent_legs
with agents as (
    select call_id, call_number, participant, position, id, name
    from participants
    where role = 'agent'
),
queues as (
    select call_number, participant, position, id, coalesce(name, id, participant) as queue
    from participants
    where role = 'queue'
),
first_intervals as (
    select call_number, participant, min(start_ms) as start_ms
    from intervals
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
order by agents.call_number, agents.position;

create table queue_visits (
    call_id varchar not null,
    participant varchar not null,
    queue_id varchar,
    queue varchar not null,
    wait_ms integer,
    outcome varchar not null,
    call_number bigint
);
comment on table queue_visits is 'One row per queue and call: how long the wait was and how it ended.';
comment on column queue_visits.call_id is 'The call, as in calls.call_id.';
comment on column queue_visits.participant is 'The queue, as in participants.participant.';
comment on column queue_visits.queue_id is 'The vendor''s id of the queue.';
comment on column queue_visits.queue is 'Name of the queue, else the id, else the key.';
comment on column queue_visits.wait_ms is 'Wait in this queue, by the record; null where none speaks of it.';
comment on column queue_visits.outcome is 'answered, moved on (to another queue), voicemail or abandoned.';
comment on column queue_visits.call_number is 'The call, as in calls.call_number; joins by it are faster than by call_id.';

insert into queue_visits
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
),
answers as (
    select distinct call_number, queue_participant as participant
    from agent_legs
),
voicemails as (
    select distinct call_number
    from participants
    where role = 'voicemail'
),
waits as (
    select call_number, participant, queue_wait_ms
    from participant_metrics
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
order by visits.call_number, visits.position;
