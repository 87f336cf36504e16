-- Title: What makes customers angry
-- Answers: Which drivers, queues, transfers, holds, waits and silences go with unhappy customers?
-- Parameter since (date): only calls from this day on, UTC
-- Parameter before (date): only calls before this day, UTC
-- Parameter at_least (integer) = 1: only what occurs in this many calls
-- Chart: difference
-- Read: Mean customer sentiment (-1 angry, 1 happy) of the calls that have the value, against those that
--   have not; the worst difference first. It goes together; it need not be the cause.
with felt as (
    select call_number, customer_sentiment
    from v_calls
    where customer_sentiment is not null
        and ($since is null or started_at >= $since)
        and ($before is null or started_at < $before)
),
every as (
    select count(*) as calls, sum(customer_sentiment) as feeling
    from felt
),
having_it as (
    select factor, value, count(*) as calls, sum(customer_sentiment) as feeling
    from felt
    join v_call_factors using (call_number)
    group by factor, value
),
compared as (
    select
        factor,
        value,
        having_it.calls,
        having_it.feeling / having_it.calls as sentiment,
        (every.feeling - having_it.feeling) / (every.calls - having_it.calls) as sentiment_of_others
    from having_it, every
    where having_it.calls < every.calls
        and having_it.calls >= $at_least
)
select
    factor,
    value,
    calls,
    round(sentiment, 2) as sentiment,
    round(sentiment_of_others, 2) as sentiment_of_others,
    round(sentiment - sentiment_of_others, 2) as difference
from compared
order by difference, factor, value
