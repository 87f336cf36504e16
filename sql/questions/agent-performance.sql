-- Title: Agent performance
-- Answers: How do agents compare, given the queues and the drivers of their calls?
-- Parameter since (date): only calls from this day on, UTC
-- Parameter before (date): only calls before this day, UTC
-- Parameter at_least (integer) = 30: calls that a queue and driver, or an agent, must have to be compared
-- Chart: difference
-- Read: Calls are conversations, each counted once, in which the agent spoke with the customer. "expected_seconds"
--   is the mean handle time of the same queues and drivers over all agents, separately for calls that were handed on and
--   for those that were not; of the queue alone if there are fewer than "at_least" such calls.
--   "difference" is the agent's own mean minus that: below 0 is faster. The verdict uses the logarithm of the
--   handle time, so that a few very long calls do not decide: "lowest" to "highest" is three standard errors around
--   it, in seconds beside "expected_seconds". By chance, about 1 in 180 average agents is flagged with 30 calls each;
--   1 in 370 with many calls each. Agents with fewer calls, or whose interval contains 0, are not distinguished from
--   the others. Agents with many calls in a small queue are measured partly against themselves. Speech and sentiment
--   are of all recordings; the customer's sentiment is that of the whole recording, even if several agents shared it.
with legs as (
    select v_agent_legs.*, drivers.driver
    from v_agent_legs
    left join drivers
        on drivers.call_number = v_agent_legs.call_number
        and drivers.rank = 1
    where v_agent_legs.call_number between $first_number and $last_number
        and ($since is null or started_at >= $since)
        and ($before is null or started_at < $before)
),
compared as (
    select
        *,
        if(handle_seconds < 1, 0, ln(handle_seconds)) as log_seconds,
        count(handle_seconds) over likes >= $at_least as enough,
        if(enough, avg(handle_seconds) over likes, avg(handle_seconds) over queues) as expected_seconds,
        handle_seconds - expected_seconds as difference,
        log_seconds - if(enough, avg(log_seconds) over likes, avg(log_seconds) over queues) as log_difference
    from legs
    window
        likes as (partition by queue, transferred, driver),
        queues as (partition by queue, transferred)
),
agents as (
    select
        agent,
        count(distinct call_number) filter (first_recording) as calls,
        avg(handle_seconds) as aht_seconds,
        avg(expected_seconds) filter (handle_seconds is not null) as expected_seconds,
        avg(difference) as difference,
        avg(log_difference) as log_difference,
        3 * stddev_samp(log_difference) / sqrt(count(log_difference)) as margin,
        count(difference) as handled,
        avg(hold_seconds) as hold_seconds,
        avg(after_call_work_seconds) as after_call_work_seconds,
        count(*) filter (transferred and first_recording) as handed_on,
        60 * sum(words) / nullif(sum(speech_seconds), 0) as words_per_minute,
        avg(interruptions) as interruptions_per_call,
        avg(agent_sentiment) as agent_sentiment,
        avg(customer_sentiment) as customer_sentiment
    from compared
    group by agent
),
judged as (
    select
        *,
        expected_seconds * (exp(log_difference - margin) - 1) as lowest,
        expected_seconds * (exp(log_difference + margin) - 1) as highest
    from agents
)
select
    agent,
    calls,
    round(aht_seconds, 1) as aht_seconds,
    round(expected_seconds, 1) as expected_seconds,
    round(difference, 1) as difference,
    round(hold_seconds, 1) as hold_seconds,
    round(after_call_work_seconds, 1) as after_call_work_seconds,
    handed_on,
    round(words_per_minute) as words_per_minute,
    round(interruptions_per_call, 1) as interruptions_per_call,
    round(agent_sentiment, 2) as agent_sentiment,
    round(customer_sentiment, 2) as customer_sentiment,
    round(lowest, 1) as lowest,
    round(highest, 1) as highest,
    case
        when handled < $at_least then 'too few calls'
        when judged.highest < 0 then 'faster'
        when judged.lowest > 0 then 'slower'
        else 'as expected'
    end as verdict
from judged
order by judged.difference nulls last, agent
