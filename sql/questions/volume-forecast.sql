-- Title: Volume forecast
-- Answers: How many calls will come in, hour by hour?
-- Parameter days (integer, at most 366) = 7: days to forecast
-- Parameter zone (zone) = UTC: time zone of the answer, as in Europe/Berlin
-- Parameter since (date): only calls from this day on, UTC
-- Parameter before (date): only calls before this day, UTC
-- Chart: expected
-- Read: Conversations, each counted once by its first recording, without the centre's own outbound calls. "expected" is the mean of the same weekday and hour over the whole days of the data; the last day may be
--   unfinished, so the forecast begins with it. 95 of 100 hours should lie between "low" and "high": the spread of
--   the weeks seen, and never less than chance alone (Poisson). It knows no holiday, campaign, outage or trend;
--   with few "weeks" trust it little.
with starts as (
    select date_trunc('hour', started_at at time zone 'UTC' at time zone $zone) as hour_at
    from calls
    anti join v_later_recordings using (call_number)
    where started_at is not null
        and direction is distinct from 'outbound'
        and ($since is null or started_at >= $since)
        and ($before is null or started_at < $before)
),
days as (
    select min(hour_at)::date::timestamp as first_day, max(hour_at)::date::timestamp as last_day
    from starts
),
-- Hours without a call count as 0: the grid has them, the calls do not.
hours as (
    select unnest(generate_series(first_day, last_day - interval 1 hour, interval 1 hour)) as hour_at
    from days
),
history as (
    select hours.hour_at, count(starts.hour_at) as calls
    from hours
    left join starts using (hour_at)
    group by hours.hour_at
),
seasons as (
    select
        isodow(hour_at) as weekday,
        hour(hour_at) as hour_of_day,
        count(*) as weeks,
        avg(calls) as mean,
        greatest(coalesce(var_samp(calls), 0), avg(calls)) as variance
    from history
    group by weekday, hour_of_day
),
coming as (
    select unnest(
        generate_series(last_day, last_day + to_days(cast($days as integer)) - interval 1 hour, interval 1 hour)
    ) as hour_at
    from days
)
select
    coming.hour_at as "hour",
    round(seasons.mean, 1) as expected,
    round(greatest(0, seasons.mean - 1.96 * sqrt(seasons.variance * (1 + 1 / seasons.weeks))), 1) as low,
    round(seasons.mean + 1.96 * sqrt(seasons.variance * (1 + 1 / seasons.weeks)), 1) as high,
    seasons.weeks
from coming
join seasons
    on seasons.weekday = isodow(coming.hour_at)
    and seasons.hour_of_day = hour(coming.hour_at)
order by coming.hour_at
