-- Title: What makes calls long
-- Answers: Which drivers, queues, transfers, holds and silences go with a long handle time?
-- Parameter since (date): only calls from this day on, UTC
-- Parameter before (date): only calls before this day, UTC
-- Parameter at_least (integer) = 30: calls that must have the value, and as many that must not, to tell it from chance
-- Chart: difference
-- Read: Answered conversations, each counted once by its first recording, that have the value against those that have
--   not. "extra_minutes" is the difference times the calls: what could be saved if these calls were like the others.
--   "lowest" to "highest" is three standard errors around the difference: where it holds 0, chance is enough to explain
--   it (beyond it, once in 370 values). What is longer for certain comes first, what has too few calls last. It goes
--   together; it need not be the cause. Of a factor with a yes and a no, the yes is listed.
with answered as (
    select call_number, handle_seconds
    from v_calls
    anti join v_later_recordings using (call_number)
    where answered
        and handle_seconds is not null
        and ($since is null or started_at >= $since)
        and ($before is null or started_at < $before)
),
every as (
    select count(*) as calls, sum(handle_seconds) as total, sum(handle_seconds ** 2) as squares
    from answered
),
having_it as (
    select factor, value, count(*) as calls, sum(handle_seconds) as total, sum(handle_seconds ** 2) as squares
    from answered
    join v_call_factors using (call_number)
    where not absent
        and call_number between $first_number and $last_number
    group by factor, value
),
sides as (
    select
        factor,
        value,
        having_it.calls,
        every.calls - having_it.calls as others,
        having_it.total / having_it.calls as mean,
        (every.total - having_it.total) / others as mean_of_others,
        (having_it.squares - having_it.calls * mean ** 2) / nullif(having_it.calls - 1, 0) as variance,
        (every.squares - having_it.squares - others * mean_of_others ** 2) / nullif(others - 1, 0) as variance_of_others
    from having_it, every
    where having_it.calls < every.calls
),
compared as (
    select
        *,
        mean - mean_of_others as difference,
        3 * sqrt(greatest(variance, 0) / calls + greatest(variance_of_others, 0) / others) as margin,
        case
            when least(calls, others) < $at_least or margin is null then 'too few calls'
            when difference - margin > 0 then 'longer'
            when difference + margin < 0 then 'shorter'
            else 'may be chance'
        end as verdict
    from sides
)
select
    factor,
    value,
    calls,
    round(mean, 1) as aht_seconds,
    round(mean_of_others, 1) as aht_of_others,
    round(difference, 1) as difference,
    round(calls * difference / 60, 1) as extra_minutes,
    round(difference - margin, 1) as lowest,
    round(difference + margin, 1) as highest,
    verdict
from compared
order by verdict = 'too few calls', verdict = 'longer' desc, extra_minutes desc, factor, value
