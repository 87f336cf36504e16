-- Title: Where customers leave the IVR
-- Answers: From which flow do callers go where, and how long were they in the IVR?
-- Parameter since (date): only calls from this day on, UTC
-- Parameter before (date): only calls before this day, UTC
-- Chart: calls
-- Read: One row per last flow of a conversation, counted once by its first recording, and what came next. "(call ended)"
--   are callers who were served or hung up there; "(voicemail)" left a message, "(outside number)" were sent on.
--   "percent" is the share of the calls that ended their IVR in this flow.
with last_flows as (
    select call_number, arg_max(coalesce(name, id, participant), position) as flow
    from participants
    where role = 'ivr'
        and call_number between $first_number and $last_number
    group by call_number
),
elsewhere as (
    select call_number, if(bool_or(role = 'voicemail'), '(voicemail)', '(outside number)') as place
    from participants
    where role in ('voicemail', 'external')
        and call_number between $first_number and $last_number
    group by call_number
)
select
    flow,
    case
        when first_queue is not null then first_queue
        when agents != [] then '(agent directly)'
        else coalesce(elsewhere.place, '(call ended)')
    end as went_to,
    count(*) as calls,
    round(100 * count(*) / sum(count(*)) over (partition by flow), 1) as percent,
    round(median(ivr_seconds), 1) as median_ivr_seconds,
    round(avg(customer_sentiment), 2) as customer_sentiment
from last_flows
join v_calls using (call_number)
left join elsewhere using (call_number)
anti join v_later_recordings using (call_number)
where ($since is null or started_at >= $since)
    and ($before is null or started_at < $before)
group by flow, went_to
order by flow, calls desc, went_to
