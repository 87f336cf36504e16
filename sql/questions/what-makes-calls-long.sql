-- Title: What makes calls long
-- Answers: Which drivers, queues, transfers, holds and silences go with a long handle time?
-- Parameter since (date): only calls from this day on, UTC
-- Parameter before (date): only calls before this day, UTC
-- Parameter at_least (integer) = 30: calls that must have the value, and as many that must not, to tell it from chance
-- Chart: difference
-- Read: Answered conversations, each counted once by its first recording, that have the value, compared with those known
--   not to have it: a call without a queue does not count as one with a short wait. "extra_minutes" is the
--   difference times the calls: what could be saved if these calls were like the others. The verdict uses the
--   logarithm of the handle time, so that a few very long calls do not decide: "lowest" to "highest" is three standard
--   errors around it, in seconds beside "aht_of_others". If it contains 0, chance can explain the difference
--   (without a real difference it does not contain 0 once in 370 values). Statistically significant values come first,
--   those with too few calls last. This is correlation, not necessarily cause. Of a factor with a yes and a no, the yes
--   is listed.
with answered as (
    select call_number, handle_seconds, if(handle_seconds < 1, 0, ln(handle_seconds)) as log_seconds
    from v_calls
    anti join v_later_recordings using (call_number)
    where answered
        and handle_seconds is not null
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
        sum(handle_seconds) as seconds,
        sum(log_seconds) as logs,
        sum(log_seconds ** 2) as squares
    from answered
    join v_call_factors using (call_number)
    where call_number between $first_number and $last_number
    group by factor, value, absent, first
),
known as (
    select factor, sum(calls) as calls, sum(seconds) as seconds, sum(logs) as logs, sum(squares) as squares
    from sums
    where first
    group by factor
),
having_it as (
    select factor, value, sum(calls) as calls, sum(seconds) as seconds, sum(logs) as logs, sum(squares) as squares
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
        having_it.seconds / having_it.calls as mean,
        (known.seconds - having_it.seconds) / others as mean_of_others,
        having_it.logs / having_it.calls as log_mean,
        (known.logs - having_it.logs) / others as log_mean_of_others,
        (having_it.squares - having_it.calls * log_mean ** 2) / nullif(having_it.calls - 1, 0) as variance,
        (known.squares - having_it.squares - others * log_mean_of_others ** 2) / nullif(others - 1, 0)
            as variance_of_others
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
        mean_of_others * (exp(log_mean - log_mean_of_others - margin) - 1) as lowest,
        mean_of_others * (exp(log_mean - log_mean_of_others + margin) - 1) as highest,
        case
            when least(calls, others) < $at_least or margin is null then 'too few calls'
            when lowest > 0 then 'longer'
            when highest < 0 then 'shorter'
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
    round(compared.lowest, 1) as lowest,
    round(compared.highest, 1) as highest,
    verdict
from compared
order by verdict = 'too few calls', verdict = 'longer' desc, extra_minutes desc, factor, value
