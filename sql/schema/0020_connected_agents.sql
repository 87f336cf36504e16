-- Agents whose telephone only rang, or whom a colleague only asked, took no call: they are no legs, answered no queue and
-- are not among a call's agents. Names stand in the order in which the call met them, again where it came back. What an
-- agent did outside of the recording tells the queue, too. sql/derived has the same for the calls of one load.

alter table participants add column connected boolean;
comment on column participants.connected is 'Whether an agent spoke with the customer: false where the telephone only rang or a colleague only asked; null for all others.';

update participants
set connected = told.connected
from (
    with talked as (
        select call_number, participant
        from intervals
        where kind in ('talk', 'conference')
        union
        select call_number, participant
        from journey_steps
        where kind in ('agent', 'conference')
    ),
    known as (
        select call_number, participant
        from intervals
        union
        select call_number, participant
        from journey_steps
        union
        select call_number, participant
        from participant_metrics
        where talk_ms is not null
    )
    select
        agents.call_number,
        agents.participant,
        talked.participant is not null
        or known.participant is null
        or coalesce(measured.talk_ms, 0) > coalesce(measured.consult_ms, 0)
        or (coalesce(measured.words, 0) > 0 and coalesce(measured.consult_ms, 0) = 0) as connected
    from participants as agents
    left join talked using (call_number, participant)
    left join known using (call_number, participant)
    left join participant_metrics as measured using (call_number, participant)
    where agents.role = 'agent'
) as told
where participants.call_number = told.call_number
    and participants.participant = told.participant;

delete from agent_legs;
insert into agent_legs
with agents as (
    select call_id, call_number, participant, position, id, name
    from participants
    where role = 'agent'
        and connected is distinct from false
),
queues as (
    select call_number, participant, position, id, coalesce(name, id, participant) as queue
    from participants
    where role = 'queue'
),
moments as (
    select call_number, participant, kind = 'queue' as waiting, start_ms
    from intervals
    where kind in ('queue', 'talk', 'conference')
    union all
    select call_number, participant, kind = 'queue', start_ms
    from journey_steps
    where kind in ('queue', 'agent', 'conference')
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
comment on table agent_legs is 'One row per agent who spoke with the customer, and call: the queue the call came from; v_agent_legs adds times, speech and sentiment.';

delete from queue_visits;
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

update call_facts
set agents = told.agents, queues = told.queues
from (
    with people as (
        select call_number, participant, role, position, coalesce(name, id, participant) as name
        from participants
        where role = 'queue'
            or (role = 'agent' and connected is distinct from false)
    ),
    moments as (
        select call_number, participant, if(kind = 'queue', 'queue', 'agent') as role, start_ms
        from intervals
        where kind in ('queue', 'talk', 'conference')
        union all
        select call_number, participant, if(kind = 'queue', 'queue', 'agent') as role, start_ms
        from journey_steps
        join calls using (call_number)
        where kind in ('queue', 'agent', 'conference')
            and (start_ms < 0 or start_ms >= calls.duration_ms)
    ),
    met as (
        select people.*, moments.start_ms, moments.start_ms is null as untimed
        from people
        left join moments using (call_number, participant, role)
    ),
    -- Where the time of one is not known, the record's order stands for all.
    lists as (
        select
            call_number,
            role,
            if(
                bool_or(untimed),
                list(name order by position),
                list(name order by start_ms, position)
            ) as names
        from met
        group by call_number, role
    ),
    changes as (
        select
            call_number,
            role,
            list_transform(
                list_filter(range(1, len(names) + 1), lambda place: place = 1 or names[place] != names[place - 1]),
                lambda place: names[place]
            ) as names
        from lists
    )
    select
        call_facts.call_number,
        coalesce(agents.names, []) as agents,
        coalesce(queues.names, []) as queues
    from call_facts
    left join changes as agents
        on agents.call_number = call_facts.call_number
        and agents.role = 'agent'
    left join changes as queues
        on queues.call_number = call_facts.call_number
        and queues.role = 'queue'
    where coalesce(agents.names, []) != call_facts.agents
        or coalesce(queues.names, []) != call_facts.queues
) as told
where call_facts.call_number = told.call_number;
comment on column call_facts.agents is 'Names of the agents who spoke with the customer, in order, again where the call came back.';
comment on column call_facts.queues is 'Names of the queues, in order, again where the call came back.';
comment on column call_metrics.consult_ms is 'Time in consults between agents while the customer waited, two agents in one counted once; null in calls that were loaded before it was measured.';
comment on column call_metrics.talk_ms is 'Agents connected: with the customer or, in a consult, with a colleague.';
comment on column participant_metrics.talk_ms is 'By the record: connected, with the customer or, in a consult, with a colleague; null when no record speaks of it.';
comment on column participant_metrics.consult_ms is 'By the record: consults this agent was in, each from the asking to its end, ringing too; of who was only asked, longer than talk.';
