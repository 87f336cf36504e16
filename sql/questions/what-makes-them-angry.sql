-- Title: What makes customers angry
-- Answers: Which drivers, queues, transfers, holds, waits and silences go with unhappy customers?
-- Parameter since (date): only calls from this day on, UTC
-- Parameter before (date): only calls before this day, UTC
-- Parameter at_least (integer) = 30: calls that must have the value, and as many that must not, to tell it from chance
-- Chart: difference
-- Read: Mean customer sentiment (-1 angry, 1 happy) of the calls that have the value, compared with those known
--   not to have it: a call without a queue does not count as one with a short wait. Sentiment is that of the words, by
--   a word list, not of the voice. Every recording counts. "lowest" to "highest" is three standard errors around the
--   difference: if it contains 0, chance can explain it (without a real difference it does not contain 0 once in 370
--   values). Statistically significant values come first, the worst difference at the top; those with too few calls
--   last. This is correlation, not necessarily cause. Of a factor with a yes and a no, the yes is listed.
with felt as (
    select call_number, customer_sentiment
    from v_calls
    where customer_sentiment is not null
        and ($since is null or started_at >= $since)
        and ($before is null or started_at < $before)
),
sums as (
    select
        factor,
        value,
        absent,
        first,
        count(*) as calls,
        sum(customer_sentiment) as total,
        sum(customer_sentiment ** 2) as squares
    from felt
    join v_call_factors using (call_number)
    where call_number between $first_number and $last_number
    group by factor, value, absent, first
),
known as (
    select factor, sum(calls) as calls, sum(total) as total, sum(squares) as squares
    from sums
    where first
    group by factor
),
having_it as (
    select factor, value, sum(calls) as calls, sum(total) as total, sum(squares) as squares
    from sums
    where not absent
    group by factor, value
),
sides as (
    select
        factor,
        value,
        having_it.calls,
        known.calls - having_it.calls as others,
        having_it.total / having_it.calls as mean,
        (known.total - having_it.total) / others as mean_of_others,
        (having_it.squares - having_it.calls * mean ** 2) / nullif(having_it.calls - 1, 0) as variance,
        (known.squares - having_it.squares - others * mean_of_others ** 2) / nullif(others - 1, 0) as variance_of_others
    from having_it
    join known using (factor)
    where having_it.calls < known.calls
),
compared as (
    select
        *,
        mean - mean_of_others as difference,
        3 * sqrt(
            if(variance < 0, 0, variance) / calls
            + if(variance_of_others < 0, 0, variance_of_others) / others
        ) as margin,
        case
            when least(calls, others) < $at_least or margin is null then 'too few calls'
            when difference + margin < 0 then 'unhappier'
            when difference - margin > 0 then 'happier'
            else 'may be chance'
        end as verdict
    from sides
)
select
    factor,
    value,
    calls,
    round(mean, 2) as sentiment,
    round(mean_of_others, 2) as sentiment_of_others,
    round(compared.difference, 2) as difference,
    round(compared.difference - margin, 2) as lowest,
    round(compared.difference + margin, 2) as highest,
    verdict
from compared
order by verdict = 'too few calls', verdict = 'unhappier' desc, round(compared.difference, 2), factor, value
