-- Title: What makes calls long
-- Answers: Which drivers, queues, transfers, holds and silences go with a long handle time?
-- Parameter since (date): only calls from this day on, UTC
-- Parameter before (date): only calls before this day, UTC
-- Parameter at_least (integer) = 1: only what occurs in this many calls
-- Chart: difference
-- Read: Answered calls that have the value against those that have not. "extra_minutes" is the difference
--   times the calls: what could be saved if these calls were like the others. It goes together; it need
--   not be the cause.
with answered as (
    select call_number, handle_seconds
    from v_calls
    where answered
        and handle_seconds is not null
        and ($since is null or started_at >= $since)
        and ($before is null or started_at < $before)
),
every as (
    select count(*) as calls, sum(handle_seconds) as seconds
    from answered
),
having_it as (
    select factor, value, count(*) as calls, sum(handle_seconds) as seconds
    from answered
    join v_call_factors using (call_number)
    group by factor, value
),
compared as (
    select
        factor,
        value,
        having_it.calls,
        having_it.seconds / having_it.calls as aht_seconds,
        (every.seconds - having_it.seconds) / (every.calls - having_it.calls) as aht_of_others
    from having_it, every
    where having_it.calls < every.calls
        and having_it.calls >= $at_least
)
select
    factor,
    value,
    calls,
    round(aht_seconds, 1) as aht_seconds,
    round(aht_of_others, 1) as aht_of_others,
    round(aht_seconds - aht_of_others, 1) as difference,
    round(calls * (aht_seconds - aht_of_others) / 60, 1) as extra_minutes
from compared
order by extra_minutes desc, factor, value
