-- Title: Anomalies
-- Answers: In which hours came far more or fewer calls than is usual for that weekday and hour?
-- Parameter threshold (number) = 3.5: how many robust deviations from the usual are an anomaly
-- Parameter zone (zone) = UTC: time zone of the answer and of its days, as in Europe/Berlin
-- Parameter since (date): only calls from this day on
-- Parameter before (date): only calls before this day
-- Chart: deviations
-- Read: Conversations, each counted once by its first recording, without the centre's own outbound calls. "usual" is
--   the median of the same weekday and hour. "deviations" counts on the scale of square roots, where chance is as
--   wide for many calls as for few: in 1.4826 times the median absolute deviation, so that one odd week does not
--   hide another, never less than chance alone, and more where the usual is known from few weeks. Of 1,000 ordinary
--   hours it names at most one by the default threshold (0 to 0.6, with 4 to 26 weeks of 0.3 to 100 calls an hour).
--   Weekdays and hours seen fewer than four times are not judged. The first hour and the last may be unfinished.
with starts as (
    select started_at
    from calls
    anti join v_later_recordings using (call_number)
    where started_at is not null
        and direction is distinct from 'outbound'
        and ($since is null or started_at >= $since::timestamp at time zone $zone at time zone 'UTC')
        and ($before is null or started_at < $before::timestamp at time zone $zone at time zone 'UTC')
),
-- Hours without a call count as 0: an outage is an anomaly too.
moments as (
    select started_at as moment, 1 as calls
    from starts
    union all
    select unnest(generate_series(min(started_at), max(started_at), interval 1 hour)), 0
    from starts
),
-- When clocks change, an hour is missing or occurs twice: hours are distinguished in UTC and named in the zone.
local_moments as (
    select
        moment at time zone 'UTC' at time zone $zone as local,
        moment - (local - date_trunc('hour', local)) as began,
        calls
    from moments
),
history as (
    select date_trunc('hour', local) as hour_at, sum(calls) as calls
    from local_moments
    group by began, hour_at
),
rooted as (
    select *, 2 * sqrt(calls + 0.375) as root
    from history
),
compared as (
    select
        *,
        count(*) over season as weeks,
        median(calls) over season as usual,
        mad(root) over season as mad
    from rooted
    window season as (partition by isodow(hour_at), hour(hour_at))
),
scored as (
    select
        *,
        -- The variance of a median is pi / 2 times that of a mean.
        (root - 2 * sqrt(usual + 0.375)) / (greatest(1.4826 * mad, 1) * sqrt(1 + pi() / 2 / weeks)) as deviations
    from compared
    where weeks >= 4
)
select
    hour_at as "hour",
    calls::bigint as calls,
    usual,
    round(deviations, 1) as deviations,
    if(deviations > 0, 'more', 'fewer') as direction,
    weeks
from scored
where abs(deviations) >= $threshold
order by abs(deviations) desc, hour_at
