-- Title: Transfer map
-- Answers: From where to where are calls handed on?
-- Parameter by (queue|agent) = queue: between which the calls are handed on
-- Parameter since (date): only calls from this day on, UTC
-- Parameter before (date): only calls before this day, UTC
-- Chart: transfers
-- Read: One row per pair. Transfers of a conversation count once, however many recordings it has. An agent counts under
--   the queue the call came from. "percent" is the share of all transfers; "(nobody)" took none of them.
with named as (
    select
        if($by = 'agent', from_agent, from_queue) as from_name,
        case
            when to_participant is null or (to_role = 'agent' and to_agent is null) then '(nobody)'
            else coalesce(if($by = 'agent', to_agent, to_queue), to_name)
        end as to_name,
        kind
    from v_transfers
    where call_number between $first_number and $last_number
        and ($since is null or started_at >= $since)
        and ($before is null or started_at < $before)
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
