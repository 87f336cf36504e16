-- Title: Agent performance
-- Answers: How do agents compare, given the queues their calls come from?
-- Parameter since (date): only calls from this day on, UTC
-- Parameter before (date): only calls before this day, UTC
-- Read: "expected_seconds" is the handle time that the mean agent would have had with the same mix of
--   queues; "difference" is the agent's own minus that: below 0 is faster. Look at "calls" before judging
--   anybody. Sentiment of the customer is that of the whole call, also where several agents shared it.
with legs as (
    select *, avg(handle_seconds) over (partition by queue) as expected_seconds
    from v_agent_legs
    where ($since is null or started_at >= $since)
        and ($before is null or started_at < $before)
)
select
    agent,
    count(distinct call_id) as calls,
    round(avg(handle_seconds), 1) as aht_seconds,
    round(avg(expected_seconds) filter (handle_seconds is not null), 1) as expected_seconds,
    round(avg(handle_seconds - expected_seconds), 1) as difference,
    round(avg(hold_seconds), 1) as hold_seconds,
    round(avg(after_call_work_seconds), 1) as after_call_work_seconds,
    count(*) filter (transferred) as handed_on,
    round(60 * sum(words) / sum(speech_seconds)) as words_per_minute,
    round(avg(interruptions), 1) as interruptions_per_call,
    round(avg(agent_sentiment), 2) as agent_sentiment,
    round(avg(customer_sentiment), 2) as customer_sentiment
from legs
group by agent
order by difference nulls last, agent
