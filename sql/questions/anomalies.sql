-- Title: Anomalies
-- Answers: In which hours came far more or fewer calls than is usual for that weekday and hour?
-- Parameter threshold (number) = 3.5: how many robust deviations from the usual are an anomaly
-- Parameter zone (zone) = UTC: time zone of the answer, as in Europe/Berlin
-- Parameter since (date): only calls from this day on, UTC
-- Parameter before (date): only calls before this day, UTC
-- Chart: deviations
-- Read: Conversations, each counted once by its first recording, without the centre's own outbound calls. "usual" is the median of the same weekday and hour. "deviations" counts in 1.4826 times the median absolute
--   deviation, and never less than chance alone (the root of the usual), so one odd week does not hide another.
--   Weekdays and hours seen fewer than four times are not judged. The last hours may be unfinished.
with starts as (
    select date_trunc('hour', started_at at time zone 'UTC' at time zone $zone) as hour_at
    from calls
    anti join v_later_recordings using (call_number)
    where started_at is not null
        and direction is distinct from 'outbound'
        and ($since is null or started_at >= $since)
        and ($before is null or started_at < $before)
),
-- Hours without a call count as 0: an outage is an anomaly too.
hours as (
    select unnest(generate_series(min(hour_at), max(hour_at), interval 1 hour)) as hour_at
    from starts
),
history as (
    select hours.hour_at, count(starts.hour_at) as calls
    from hours
    left join starts using (hour_at)
    group by hours.hour_at
),
compared as (
    select
        *,
        count(*) over season as weeks,
        median(calls) over season as usual,
        mad(calls) over season as mad
    from history
    window season as (partition by isodow(hour_at), hour(hour_at))
),
scored as (
    select *, (calls - usual) / greatest(1.4826 * mad, sqrt(usual), 1) as deviations
    from compared
    where weeks >= 4
)
select
    hour_at as "hour",
    calls,
    usual,
    round(deviations, 1) as deviations,
    if(deviations > 0, 'more', 'fewer') as direction,
    weeks
from scored
where abs(deviations) >= $threshold
order by abs(deviations) desc, hour_at
