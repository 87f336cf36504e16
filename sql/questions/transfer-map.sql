-- Title: Transfer map
-- Answers: From where to where are calls handed on?
-- Parameter by (queue|agent) = queue: between which the calls are handed on
-- Parameter since (date): only calls from this day on, UTC
-- Parameter before (date): only calls before this day, UTC
-- Chart: transfers
-- Read: One row per pair. An agent counts under the queue the call came from. "percent" is the share of
--   all transfers; "(nobody)" took none of them.
with chosen as (
    select transfers.call_number, transfers.kind, transfers.from_participant, transfers.to_participant
    from transfers
    join calls using (call_number)
    where transfers.call_number between $first_number and $last_number
        and ($since is null or started_at >= $since)
        and ($before is null or started_at < $before)
),
takers as (
    select call_number, queue_participant, arg_min(agent, position) as agent
    from agent_legs
    where call_number between $first_number and $last_number
    group by call_number, queue_participant
),
named as (
    select
        if($by = 'agent', givers.agent, givers.queue) as from_name,
        case
            when chosen.to_participant is null then '(nobody)'
            when $by = 'agent' and receivers.role = 'queue'
                then coalesce(takers.agent, receivers.name, receivers.id)
            when $by != 'agent' and receivers.role = 'agent' then legs.queue
            else coalesce(receivers.name, receivers.id, chosen.to_participant)
        end as to_name,
        chosen.kind
    from chosen
    left join agent_legs as givers
        on givers.call_number = chosen.call_number
        and givers.call_number between $first_number and $last_number
        and givers.participant = chosen.from_participant
    left join participants as receivers
        on receivers.call_number = chosen.call_number
        and receivers.participant = chosen.to_participant
    left join agent_legs as legs
        on legs.call_number = chosen.call_number
        and legs.call_number between $first_number and $last_number
        and legs.participant = chosen.to_participant
    left join takers
        on takers.call_number = chosen.call_number
        and takers.queue_participant = chosen.to_participant
)
select
    from_name as "from",
    to_name as "to",
    count(*) as transfers,
    count(*) filter (kind = 'blind') as blind,
    count(*) filter (kind = 'consult') as consult,
    round(100 * count(*) / sum(count(*)) over (), 1) as percent
from named
group by from_name, to_name
order by transfers desc, "from", "to"
