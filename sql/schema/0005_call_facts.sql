-- Lists of a call that nearly every question needs, worked out when it is loaded: to gather them anew from
-- participants, drivers and findings for every question took most of its time.

create table call_facts (
    call_id varchar not null,
    agents varchar[] not null,
    queues varchar[] not null,
    drivers varchar[] not null,
    findings bigint not null,
    redacted varchar not null
);
comment on table call_facts is 'Lists and counts of a call, gathered from its other rows: one row per call.';
comment on column call_facts.call_id is 'The call, as in calls.call_id.';
comment on column call_facts.agents is 'Names of the agents, in order; not those whose telephone only rang.';
comment on column call_facts.queues is 'Names of the queues, in order.';
comment on column call_facts.drivers is 'Reasons of the call, most likely first.';
comment on column call_facts.findings is 'Pieces of personal data that were redacted.';
comment on column call_facts.redacted is 'What was redacted and how often, as in: CREDIT_CARD 1, PERSON 2.';

insert into call_facts
with names as (
    select call_id, role, coalesce(name, id, participant) as name, min(position) as position
    from participants
    left join participant_metrics as measured using (call_id, participant)
    where role = 'queue' or (role = 'agent' and (coalesce(alert_ms, 0) = 0 or coalesce(talk_ms, 0) + coalesce(words, 0) > 0))
    group by all
),
people as (
    select
        call_id,
        list(name order by position) filter (role = 'agent') as agents,
        list(name order by position) filter (role = 'queue') as queues
    from names
    group by call_id
),
topics as (
    select call_id, list(driver order by rank) as drivers
    from drivers
    group by call_id
),
entities as (
    select call_id, entity, count(*) as findings
    from findings
    group by call_id, entity
),
redactions as (
    select
        call_id,
        sum(findings)::bigint as findings,
        string_agg(entity || ' ' || findings, ', ' order by entity) as redacted
    from entities
    group by call_id
)
select
    call_id,
    coalesce(agents, []),
    coalesce(queues, []),
    coalesce(drivers, []),
    coalesce(findings, 0),
    coalesce(redacted, '')
from calls
left join people using (call_id)
left join topics using (call_id)
left join redactions using (call_id);
