-- Title: Average handle time by queue
-- Answers: How long do calls take in each queue, and where does the time go?
-- Parameter since (date): only calls from this day on, UTC
-- Parameter before (date): only calls before this day, UTC
-- Chart: aht_seconds
-- Read: Handle time is talk + hold + after-call work, by the contact trace record. A conversation counts once, however
--   many recordings it has, by its first one. One that two queues handled counts in both, each with the time of its own
--   agents together. Agents who were only rung, or only consulted, are not counted. "(no queue)" are direct and
--   outbound calls.
with handled as (
    select
        queue,
        call_number,
        sum(handle_seconds) as handle_seconds,
        sum(talk_seconds) as talk_seconds,
        sum(hold_seconds) as hold_seconds,
        sum(after_call_work_seconds) as after_call_work_seconds
    from v_agent_legs
    where handle_seconds is not null
        and call_number between $first_number and $last_number
        and ($since is null or started_at >= $since)
        and ($before is null or started_at < $before)
    group by queue, call_number
)
select
    queue,
    count(*) as calls,
    round(avg(handle_seconds), 1) as aht_seconds,
    round(avg(talk_seconds), 1) as talk_seconds,
    round(avg(hold_seconds), 1) as hold_seconds,
    round(avg(after_call_work_seconds), 1) as after_call_work_seconds,
    round(max(handle_seconds), 1) as longest_seconds
from handled
group by queue
order by aht_seconds desc, queue
