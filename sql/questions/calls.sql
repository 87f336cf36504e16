-- Title: The calls
-- Answers: Which calls are there: when, which queues and agents, how long, what was redacted?
-- Parameter since (date): only calls from this day on, UTC
-- Parameter before (date): only calls before this day, UTC
-- Parameter limit (integer) = 100: at most this many calls
-- Chart: duration_seconds
-- Read: One row per call, the latest first. Queues and agents are in the order in which the call met
--   them. "redacted" counts the pieces of personal data by kind. Times are UTC.
select
    call_id,
    started_at,
    direction,
    array_to_string(queues, ' → ') as queues,
    array_to_string(agents, ' → ') as agents,
    round(duration_seconds, 1) as duration_seconds,
    transfers,
    driver,
    round(customer_sentiment, 2) as customer_sentiment,
    redacted,
    ctr_quality
from v_calls
where ($since is null or started_at >= $since)
    and ($before is null or started_at < $before)
order by started_at desc nulls last, call_id
limit $limit
